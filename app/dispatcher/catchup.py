"""Closing gaps: asking a member for the log after one's own end, and answering (O4, section 6).

One fetch is under way at a time. Answers come from memory where they can, else from the disk by
`ReadRows`. What arrives is stored only where it continues the own log on its path of views; a
source that could not help, or led astray, is passed over until the log grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after
from app.dispatcher import rules
from app.dispatcher.desk import Desk, ReadRows
from app.dispatcher.entries import Placed
from app.dispatcher.epochs import Epoch, ViewId
from app.dispatcher.log import Log
from app.dispatcher.messages import Chunk, Fetch, SnapshotOffered, SnapshotPiece
from app.dispatcher.placing import first_runs, pieces_of, skip_known, unplace, within_frame
from app.dispatcher.records import LoadLog
from app.dispatcher.snapshots import Image, Proven
from app.dispatcher.taking import Taking


class State(Enum):
    """How far behind this site knows itself to be."""

    CURRENT = "nothing is missing as far as known"
    FETCHING = "a member was asked"


class Lane(Protocol):
    """A log that grows by fetching, and where it stands."""

    @property
    def view(self) -> ViewId | None:
        """Whose log it is; None while there is nothing to fetch for."""

    @property
    def log(self) -> Log:
        """The log as it is."""

    def end_of(self, epoch: Epoch, first: int) -> int:
        """The last index from `first` on that can be of this epoch; less than it if none."""

    def store(self, placed: Placed) -> None:
        """Append one entry."""

    def adopt(self, proven: Proven, image: Image) -> None:
        """Begin anew at a snapshot."""


class PresentLane:
    """The log of the view that this site works in, or is on its way to."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def view(self) -> ViewId | None:
        """See `Lane`."""
        disk = self.desk.disk
        return disk.cur if disk.branch is not None else ViewId(disk.path_number)

    @property
    def log(self) -> Log:
        """See `Lane`."""
        return self.desk.disk.log

    def end_of(self, epoch: Epoch, first: int) -> int:
        """See `Lane`."""
        disk = self.desk.disk
        if disk.branch is None:
            return disk.path_end(epoch, first)
        return 2**63 if disk.on_path(epoch, first, first) else first - 1

    def store(self, placed: Placed) -> None:
        """See `Lane`."""
        self.desk.store(placed)

    def adopt(self, proven: Proven, image: Image) -> None:
        """See `Lane`."""
        if self.desk.disk.branch is None:
            self.desk.adopt(proven, image)


class PrimaryLane:
    """The primary log, while this site works in a branch: for votes, and for the way out of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def view(self) -> ViewId | None:
        """See `Lane`."""
        disk = self.desk.disk
        return None if disk.branch is None else ViewId(disk.path_number)

    @property
    def log(self) -> Log:
        """See `Lane`."""
        return self.desk.disk.plog

    def end_of(self, epoch: Epoch, first: int) -> int:
        """See `Lane`."""
        return self.desk.disk.path_end(epoch, first)

    def store(self, placed: Placed) -> None:
        """See `Lane`."""
        self.desk.disk.append_primary(placed)

    def adopt(self, proven: Proven, image: Image) -> None:
        """See `Lane`."""
        self.desk.disk.adopt_primary(proven, image)


class Catchup:
    """Asks for stretches of one log."""

    def __init__(self, desk: Desk, lane: Lane) -> None:
        self.desk = desk
        self.lane = lane
        self._source: Key | None = None
        self._asked_after = 0
        self._wanted = 0
        self._asked: dict[Key, None] = {}
        self._tried: dict[Key, None] = {}
        self._given_by: Key | None = None
        self._repeat_at: Micros | None = None
        self._repeat_micros = limits.FETCH_REPEAT_MICROS
        self.taking = Taking(desk)

    @property
    def state(self) -> State:
        """See `State`."""
        return State.CURRENT if self._source is None else State.FETCHING

    # --- asking -----------------------------------------------------------------------------------

    def want(self, upto: int, source: Key | None, now: Micros) -> None:
        """Entries up to `upto` exist; `source` has them, or None: whoever says so."""
        length = self.lane.log.length
        if upto <= length:
            return
        if self._wanted <= length:
            # The last gap closed without an answer; this one must not wait for its patience.
            self.stop()
        self._wanted = max(self._wanted, upto)
        if self._source is not None:
            return
        if source is None:
            able = self._able(now)
            if not able:
                # Whoever was tried may know more by its next heartbeat.
                self._tried.clear()
                return
            source = able[0]
        self._ask(source, now)

    def _ask(self, source: Key, now: Micros) -> None:
        log, view = self.lane.log, self.lane.view
        if view is None:
            return
        self._source = source
        self._asked_after = log.length
        self._asked[source] = None
        self._repeat_at = after(now, self._repeat_micros)
        self.desk.send(source, Fetch(log.length, log.chain, self._wanted, view))

    def _able(self, now: Micros) -> list[Key]:
        """Who says that its log is longer, is present, and was not tried in vain."""
        length = self.lane.log.length
        return [
            key
            for key, heard in self.desk.heard.items()
            if heard.beat.length > length and key not in self._tried and self.desk.present(key, now)
        ]

    def stop(self) -> None:
        """Nothing is wanted any more: the view is another, or the log is long enough."""
        self._source = None
        self._wanted = 0
        self._asked.clear()
        self._tried.clear()
        self._repeat_at = None
        self._repeat_micros = limits.FETCH_REPEAT_MICROS
        self.taking.stop()

    def offered(self, sender: Key, frame: SnapshotOffered, now: Micros) -> None:
        """What is wanted is compacted there: take the snapshot, then what follows on it.

        Raises:
            RemoteError: nobody stands behind it.
        """
        log = self.lane.log
        proven = frame.proven
        if (
            self._wanted <= log.length
            or sender not in self._asked
            or frame.view != self.lane.view
            or not rules.takes_snapshot(proven.index, log.length)
        ):
            return
        epoch = proven.manifest.epoch
        on_path = self.lane.end_of(epoch, proven.index) >= proven.index
        if on_path and self.taking.offered(sender, proven, now):
            self._repeat_at = None
        elif sender == self._source:
            self._tried[sender] = None
            self._elsewhere(now)

    def piece(self, sender: Key, frame: SnapshotPiece, now: Micros) -> bool:
        """A piece of the snapshot that is taken.

        Returns:
            Whether the log begins at it now.

        Raises:
            RemoteError: it is none of it.
        """
        whole = self.taking.got(sender, frame, now)
        if whole is None:
            return False
        proven, image = whole
        epoch = proven.manifest.epoch
        if (
            not rules.takes_snapshot(proven.index, self.lane.log.length)
            or self.lane.end_of(epoch, proven.index) < proven.index
        ):
            self._elsewhere(now)
            return False
        self.lane.adopt(proven, image)
        self._given_by = sender
        self._tried.clear()
        if self.lane.log.length >= self._wanted:
            self.stop()
        else:
            self._ask(sender, now)
        return True

    def got(self, sender: Key, frame: Chunk, now: Micros) -> bool:
        """Store what continues the log.

        Returns:
            Whether the log grew.

        Raises:
            RemoteError: what it carries contradicts itself or is not proven.
        """
        log = self.lane.log
        before = log.length
        if self._wanted <= before or sender not in self._asked or frame.view != self.lane.view:
            return False
        if log.chain_at(frame.after) == frame.after_chain:
            self._store(frame)
        if log.length == before:
            # A late repetition of an answer says nothing; an answer to what was asked last does.
            if sender == self._source and frame.after == self._asked_after:
                if frame.after == before:
                    self._tried[sender] = None
                    self._elsewhere(now)
                else:
                    # The log grew meanwhile by what the holder sent: ask for the rest.
                    self._ask(sender, now)
            return False
        self._given_by = sender
        self._tried.clear()
        self._repeat_micros = limits.FETCH_REPEAT_MICROS
        if log.length >= self._wanted:
            self.stop()
        else:
            self._ask(sender, now)
        return True

    def _store(self, frame: Chunk) -> None:
        log, session = self.lane.log, self.desk.disk.session
        first = frame.after + 1
        for piece in frame.pieces:
            last = first + len(piece.stamps) - 1
            # The sender may work in another view: beyond the fork its log is not ours.
            end = min(last, self.lane.end_of(piece.epoch, first))
            if end > log.length:
                count = end - first + 1
                stamps, runs = skip_known(
                    log, first, piece.stamps[:count], first_runs(piece.runs, count)
                )
                for item in unplace(log, piece.epoch, stamps, runs, session, self.desk.verify):
                    self.lane.store(item)
            if end < last:
                break
            first = last + 1

    def distrust(self) -> None:
        """What came last led astray and was taken back: ask somebody else next."""
        if self._given_by is not None:
            self._tried[self._given_by] = None
        self._source = None
        self._repeat_at = None

    def _elsewhere(self, now: Micros) -> None:
        """The asked site could not help: try the next who has more, else wait for a heartbeat."""
        self._source = None
        self._repeat_at = None
        able = self._able(now)
        if able and self._wanted > self.lane.log.length:
            self._ask(able[0], now)

    def tick(self, now: Micros) -> None:
        """An answer is overdue: ask the next one, or the same with more patience."""
        if self.taking.proven is not None:
            if self.taking.tick(now):
                self._elsewhere(now)
            return
        if self._repeat_at is None or now < self._repeat_at:
            return
        if self._wanted <= self.lane.log.length:
            self.stop()
            return
        asked = self._source
        assert asked is not None, "the timer runs while a site is asked"
        able = self._able(now)
        others = [key for key in able if key not in self._asked]
        if not others:
            # Everybody was asked once: perhaps their answers are only slow.
            self._repeat_micros = min(2 * self._repeat_micros, limits.FETCH_REPEAT_MICROS_MAX)
            others = [key for key in able if key != asked] or able
        self._source = None
        self._repeat_at = None
        if others:
            self._ask(others[0], now)

    def deadline(self) -> Micros | None:
        """When an answer is overdue."""
        return self._repeat_at if self.taking.proven is None else self.taking.deadline()


class Source:
    """Answers members who ask for stretches of a log that this site has."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._reads: dict[int, tuple[Key, Fetch]] = {}
        self._token = 0

    def asked(self, sender: Key, frame: Fetch) -> None:
        """Send what follows the asker's end, as far as one frame carries."""
        log = self._log_of(frame.view)
        if log is None or frame.after >= log.length:
            self._answer(sender, frame, [])
            return
        rows = log.after(frame.after, limits.ARRAY_ITEMS_MAX)
        if rows is not None:
            known = log.chain_at(frame.after) == frame.after_chain
            self._answer(sender, frame, rows if known else [])
        elif frame.after < log.begins:
            proven, _ = self.desk.disk.images[log.begins]
            self.desk.send(sender, SnapshotOffered(frame.after, frame.view, proven))
        elif len(self._reads) < limits.READS_MAX:
            self._token += 1
            self._reads[self._token] = (sender, frame)
            first = max(1, frame.after, log.begins + 1)
            last = min(log.length, frame.after + limits.ARRAY_ITEMS_MAX)
            request = LoadLog(tuple(log.segments(first, last)))
            self.desk.out.append(ReadRows(self._token, request))

    def _log_of(self, view: ViewId) -> Log | None:
        """The log that passes for that of `view`: one's own branch's, or the primary log.

        The asker checks every piece against what it is on its way to.
        """
        disk = self.desk.disk
        if view.branch:
            return disk.log if view == disk.cur else None
        return disk.plog

    def loaded(self, token: int, rows: tuple[Placed, ...]) -> None:
        """The disk's answer to `ReadRows`."""
        waiting = self._reads.pop(token, None)
        if waiting is None:
            return
        sender, frame = waiting
        log = self._log_of(frame.view)
        if log is None or frame.after < log.begins:
            # It was compacted meanwhile: the asker repeats.
            return
        before = log.begin_chain
        kept = list(rows)
        if frame.after > log.begins:
            if not kept or kept[0].index != frame.after:
                return
            before = kept.pop(0).chain
        self._answer(sender, frame, kept if before == frame.after_chain else [])

    def _answer(self, to: Key, frame: Fetch, rows: Sequence[Placed]) -> None:
        part = within_frame(rows)
        log = self._log_of(frame.view)
        length = 0 if log is None else log.length
        chunk = Chunk(frame.after, frame.after_chain, pieces_of(part), length, frame.view)
        self.desk.send(to, chunk)
