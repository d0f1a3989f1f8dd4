"""Closing gaps: asking a member for the log after one's own end, and answering (O4, section 6).

One fetch is under way at a time. Answers come from memory where they can, else from the disk by
`ReadRows`. What arrives is stored only where it continues the own log; a chain that does not lead
to a decided view's base is taken back and asked elsewhere.
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
        self._wanted = 0
        self._repeat_at: Micros | None = None
        self._reads: dict[int, tuple[Key, Fetch]] = {}
        self._token = 0

    @property
    def state(self) -> State:
        """See `State`."""
        return State.CURRENT if self._source is None else State.FETCHING

    # --- asking -----------------------------------------------------------------------------------

    def want(self, upto: int, source: Key, now: Micros) -> None:
        """Entries up to `upto` exist and `source` has them."""
        if upto <= self.desk.disk.log.length:
            return
        self._wanted = max(self._wanted, upto)
        if self._source is None:
            self._ask(source, now)

    def _ask(self, source: Key, now: Micros) -> None:
        log = self.desk.disk.log
        self._source = source
        self._repeat_at = after(now, limits.FETCH_REPEAT_MICROS)
        self.desk.send(source, Fetch(log.length, log.chain, self._wanted))

    def stop(self) -> None:
        """Nothing is wanted any more: the view is another, or the log is long enough."""
        self._source = None
        self._wanted = 0
        self._repeat_at = None

    def got(self, sender: Key, frame: Chunk, now: Micros) -> bool:
        """Store what continues the log.

        Returns:
            Whether the log grew.
        """
        log = self.desk.disk.log
        if sender != self._source:
            return False
        before = log.length
        if frame.pieces and log.chain_at(frame.after) == frame.after_chain:
            self._store(frame)
        if log.length == before:
            # The timer asks the next member: at once, two who can't help would be asked for ever.
            return False
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

    def _elsewhere(self, asked: Key, now: Micros) -> None:
        """The asked site did not help: try the next who has more, in turn."""
        length = self.desk.disk.log.length
        keys = list(self.desk.heard)
        turn = keys.index(asked) + 1 if asked in keys else 0
        able = [
            key
            for key in keys[turn:] + keys[:turn]
            if self.desk.heard[key].beat.length > length and self.desk.present(key, now)
        ]
        self._source = None
        self._repeat_at = None
        if able and self._wanted > length:
            self._ask(able[0], now)

    def tick(self, now: Micros) -> None:
        """An answer is overdue."""
        if self._repeat_at is not None and now >= self._repeat_at:
            source = self._source
            assert source is not None, "the timer runs while a site is asked"
            self._elsewhere(source, now)

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
