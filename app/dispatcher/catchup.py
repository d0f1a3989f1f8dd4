"""Closing gaps: asking a member for the log after one's own end, and answering (O4, section 6).

One fetch is under way at a time. Answers come from memory where they can, else from the disk by
`ReadRows`. What arrives is stored only where it continues the own log on its path of views; a
source that could not help, or led astray, is passed over until the log grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after
from app.dispatcher.desk import Desk, ReadRows
from app.dispatcher.entries import Placed
from app.dispatcher.messages import Chunk, Fetch
from app.dispatcher.placing import first_runs, pieces_of, skip_known, unplace, within_frame
from app.dispatcher.records import LoadLog


class State(Enum):
    """How far behind this site knows itself to be."""

    CURRENT = "nothing is missing as far as known"
    FETCHING = "a member was asked"


class Catchup:
    """Asks and answers for stretches of the log."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._source: Key | None = None
        self._asked_after = 0
        self._wanted = 0
        self._asked: dict[Key, None] = {}
        self._tried: dict[Key, None] = {}
        self._given_by: Key | None = None
        self._repeat_at: Micros | None = None
        self._repeat_micros = limits.FETCH_REPEAT_MICROS
        self._reads: dict[int, tuple[Key, Fetch]] = {}
        self._token = 0

    @property
    def state(self) -> State:
        """See `State`."""
        return State.CURRENT if self._source is None else State.FETCHING

    # --- asking -----------------------------------------------------------------------------------

    def want(self, upto: int, source: Key | None, now: Micros) -> None:
        """Entries up to `upto` exist; `source` has them, or None: whoever says so."""
        length = self.desk.disk.log.length
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
        log = self.desk.disk.log
        self._source = source
        self._asked_after = log.length
        self._asked[source] = None
        self._repeat_at = after(now, self._repeat_micros)
        self.desk.send(source, Fetch(log.length, log.chain, self._wanted))

    def _able(self, now: Micros) -> list[Key]:
        """Who says that its log is longer, is present, and was not tried in vain."""
        length = self.desk.disk.log.length
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

    def got(self, sender: Key, frame: Chunk, now: Micros) -> bool:
        """Store what continues the log.

        Returns:
            Whether the log grew.

        Raises:
            RemoteError: what it carries contradicts itself or is not proven.
        """
        log = self.desk.disk.log
        before = log.length
        if self._wanted <= before or sender not in self._asked:
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
        disk = self.desk.disk
        log = disk.log
        first = frame.after + 1
        for piece in frame.pieces:
            last = first + len(piece.stamps) - 1
            # The sender may work in another view: beyond the fork its log is not ours.
            end = min(last, disk.path_end(piece.epoch, first))
            if end > log.length:
                count = end - first + 1
                stamps, runs = skip_known(
                    log, first, piece.stamps[:count], first_runs(piece.runs, count)
                )
                for item in unplace(log, piece.epoch, stamps, runs, disk.session, self.desk.verify):
                    self.desk.store(item)
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
        if able and self._wanted > self.desk.disk.log.length:
            self._ask(able[0], now)

    def tick(self, now: Micros) -> None:
        """An answer is overdue: ask the next one, or the same with more patience."""
        if self._repeat_at is None or now < self._repeat_at:
            return
        if self._wanted <= self.desk.disk.log.length:
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
        return self._repeat_at

    # --- answering --------------------------------------------------------------------------------

    def asked(self, sender: Key, frame: Fetch) -> None:
        """Send what follows the asker's end, as far as one frame carries."""
        log = self.desk.disk.log
        if frame.after >= log.length:
            self._answer(sender, frame, [])
            return
        rows = log.after(frame.after, limits.ARRAY_ITEMS_MAX)
        if rows is not None:
            known = log.chain_at(frame.after) == frame.after_chain
            self._answer(sender, frame, rows if known else [])
        elif len(self._reads) < limits.READS_MAX:
            self._token += 1
            self._reads[self._token] = (sender, frame)
            first = max(1, frame.after)
            last = min(log.length, frame.after + limits.ARRAY_ITEMS_MAX)
            request = LoadLog(tuple(self.desk.disk.ranges(first, last)))
            self.desk.out.append(ReadRows(self._token, request))

    def loaded(self, token: int, rows: tuple[Placed, ...]) -> None:
        """The disk's answer to `ReadRows`."""
        waiting = self._reads.pop(token, None)
        if waiting is None:
            return
        sender, frame = waiting
        before = self.desk.disk.session
        kept = list(rows)
        if frame.after:
            if not kept or kept[0].index != frame.after:
                return
            before = kept.pop(0).chain
        self._answer(sender, frame, kept if before == frame.after_chain else [])

    def _answer(self, to: Key, frame: Fetch, rows: Sequence[Placed]) -> None:
        part = within_frame(rows)
        chunk = Chunk(frame.after, frame.after_chain, pieces_of(part), self.desk.disk.log.length)
        self.desk.send(to, chunk)
