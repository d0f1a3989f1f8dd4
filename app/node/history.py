"""Older lines of whoever came in by a snapshot: fetched behind, newest first, and kept like others'.

A snapshot proves, block by block, which rows people can still read (`log.kept`): so a block may come
from any member, and counts only if it leads from its chain to the next one's. Until then nothing of
it is written. Never hurries: the newcomer is in already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core import limits
from app.core.codec import decode, encode
from app.core.ids import Key
from app.core.instant import Micros, after
from app.dispatcher.entries import ENTRY_FIELDS_BYTES, Placed, Run, entry_bytes, make_entry
from app.dispatcher.records import LoadLog
from app.node.api import HistoryCame
from app.node.frames import KeptRow, KeptRows, KeptWanted
from app.node.meaning import kept_chain
from app.rooms.rooms import KEPT

if TYPE_CHECKING:
    from app.node.session import Session

FIELD = "history"
ROW_FIELDS_BYTES = 256


class History:
    """Blocks of kept rows that are not here yet: from the `oldest` to the `newest` number.

    The newest one is whole at index `end` with the chain `chain`, as its snapshot said. Rows up to
    `had` were here before.
    """

    def __init__(self, session: Session, saved: bytes | None) -> None:
        self._session = session
        self._oldest, self._newest, self._end, self._chain, self._had = 1, 0, 0, b"", 0
        if saved is not None:
            self._oldest, self._newest, self._end, self._chain, self._had = decode(saved)
        self._rows: list[Placed] = []
        self._next = 0
        self._source: Key | None = None
        self._tried: dict[Key, None] = {}
        self._repeat_at = Micros(0) if self.lacks else None
        self._reads: dict[int, tuple[Key, int, int]] = {}
        self._tokens = 0

    @property
    def lacks(self) -> bool:
        """Whether older lines are on their way."""
        return self._oldest <= self._newest

    # --- what is missing --------------------------------------------------------------------------

    def replaced(self, index: int, had: int) -> None:
        """The log begins anew at a snapshot at `index`; rows up to `had` were here before."""
        meaning = self._session.meaning
        had = min(had, self._had) if self.lacks else had
        count, chain = meaning.kept_end
        newest = (count - 1) // limits.KEPT_BLOCK_ROWS if count else -1
        oldest = newest + 1
        while oldest > 0:
            first, _ = meaning.kept_block(oldest - 1)
            oldest -= 1
            if first <= had:
                break
        self._had = had
        self._oldest, self._newest, self._end, self._chain = oldest, newest, index, chain
        self._save()
        self._restart()

    def _save(self) -> None:
        value = encode([self._oldest, self._newest, self._end, self._chain, self._had])
        self._session.disk.save_field(FIELD, value if self.lacks else None)

    def _restart(self) -> None:
        """Begin the newest missing block, with somebody else."""
        self._rows = []
        self._source = None
        self._repeat_at = Micros(0) if self.lacks else None

    def _bounds(self) -> tuple[int, int, bytes, bytes]:
        """(first index, last index, chain before, chain after) of the newest missing block."""
        meaning = self._session.meaning
        first, before = meaning.kept_block(self._newest)
        following = meaning.kept_block(self._newest + 1)
        if self._end or not following[0]:
            return first, self._end, before, self._chain
        return first, following[0] - 1, before, following[1]

    # --- asking -----------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Ask for what is missing, and again for what does not come."""
        if self._repeat_at is None or now < self._repeat_at:
            return
        session = self._session
        self._repeat_at = after(now, limits.KEPT_PATIENCE_MICROS)
        if self._source is not None:
            self._tried[self._source] = None
        others = [key for key in session.desk.others() if session.desk.present(key, now)]
        able = [key for key in others if key not in self._tried]
        if not able:
            self._tried.clear()
            self._source = None
            self._repeat_at = after(now, limits.KEPT_AGAIN_MICROS)
            return
        self._source = able[0]
        self._rows = []
        self._next = self._bounds()[0]
        self._ask()

    def _ask(self) -> None:
        if self._source is not None:
            self._session.wiring.send(self._source, KeptWanted(self._next, self._bounds()[1]))

    def came(self, sender: Key, frame: KeptRows, now: Micros) -> None:
        """Rows of the block that is fetched."""
        if not self.lacks or sender != self._source or frame.first != self._next:
            return
        first, last, before, chain = self._bounds()
        if frame.upto < frame.first or frame.upto > last:
            self._repeat_at = now
            return
        self._rows += [self._placed(row) for row in frame.rows]
        self._next = frame.upto + 1
        self._repeat_at = after(now, limits.KEPT_PATIENCE_MICROS)
        if len(self._rows) > limits.KEPT_BLOCK_ROWS:
            self._repeat_at = now
        elif self._next <= last:
            self._ask()
        else:
            for placed in self._rows:
                before = kept_chain(before, placed)
            if before != chain:
                self._session.here.trace.mark("older lines that are not those of the snapshot")
                self._repeat_at = now
                return
            self._whole(first, now)

    def _placed(self, row: KeptRow) -> Placed:
        index, epoch, stamp_ms, chain, run = row
        author = (run.author, run.incarnation)
        session = self._session.disk.session
        entry = make_entry(session, author, run.first, run.previous, run.items[0])
        return Placed(index, epoch, stamp_ms, chain, entry)

    def _whole(self, first: int, now: Micros) -> None:
        """A block is here and proven."""
        session = self._session
        session.disk.keep_rows(self._rows)
        self._newest -= 1
        self._end, self._chain = 0, b""
        self._save()
        self._rows = []
        session.events.append(HistoryCame(first, more=self.lacks))
        if self.lacks:
            self._next = self._bounds()[0]
            self._repeat_at = after(now, limits.KEPT_PATIENCE_MICROS)
            self._ask()
        else:
            self._source = None
            self._repeat_at = None

    def deadline(self) -> Micros | None:
        """When something is to be asked."""
        return self._repeat_at

    # --- answering --------------------------------------------------------------------------------

    def wanted(self, sender: Key, frame: KeptWanted) -> None:
        """A member lacks older lines."""
        session = self._session
        log = session.disk.log
        if frame.last > log.length or len(self._reads) >= limits.READS_MAX:
            return
        if self._lacks_of(frame.first, frame.last):
            session.wiring.send(sender, KeptRows(frame.first, frame.first - 1, ()))
            return
        span = limits.KEPT_SPAN if frame.first <= log.begins else limits.ARRAY_ITEMS_MAX
        last = min(frame.last, frame.first + span - 1)
        self._tokens += 1
        self._reads[self._tokens] = (sender, frame.first, last)
        request = LoadLog(tuple(session.disk.ranges(frame.first, last)))
        session.reading.load(request, "kept", self._tokens)

    def _lacks_of(self, first: int, last: int) -> bool:
        """Whether lines between these are missing here, too."""
        return self.lacks and first <= self._bounds()[1] and last > self._had

    def loaded(self, token: int, rows: tuple[Placed, ...]) -> None:
        """The disk's answer."""
        sender, first, last = self._reads.pop(token)
        kept: list[KeptRow] = []
        size = 0
        for placed in rows:
            entry = placed.entry
            if entry.kind not in KEPT:
                continue
            size += entry_bytes(entry) + ENTRY_FIELDS_BYTES + ROW_FIELDS_BYTES
            if kept and (size > limits.RUNS_BYTES_MAX or len(kept) == limits.KEPT_BLOCK_ROWS):
                last = placed.index - 1
                break
            item = (entry.kind, entry.body, entry.key_epoch, entry.wall_ms, entry.signature)
            run = Run(entry.author, entry.incarnation, entry.number, entry.previous, (item,))
            kept.append((placed.index, placed.epoch, placed.stamp_ms, placed.chain, run))
        self._session.wiring.send(sender, KeptRows(first, last, tuple(kept)))
