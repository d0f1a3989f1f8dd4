"""What a site's committed records amount to: its log, its queue, its votes, kept step by step.

The checkers read disks only through this, so it is written from the description of the records
(`app.dispatcher.records`) and not from the code that is checked. One `Delta` for each commit says
what changed; nothing here judges, except that a log must be readable at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import assert_never

from app.core.codec import decode
from app.core.schema import Codec
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.epochs import NO_VIEW, Ballot, ViewId
from app.dispatcher.records import (
    DropQueue,
    OrderRecord,
    Range,
    SaveField,
    SaveLog,
    SaveQueue,
    SaveView,
)
from app.dispatcher.views import CERTIFICATE_CODEC, VIEW_CODEC, Certificate, View
from app.mstreams.records import PREFIX as STREAM_PREFIX
from app.sim.storage import Disk
from app.sim.violation import Violation

_BALLOT = Codec(Ballot)
_NUMBERS = ("prim", "following", "length", "firm", "settled", "kmax", "blength")


@lru_cache(maxsize=1024)
def read_certificate(raw: bytes) -> Certificate:
    """A certificate; every site keeps the same bytes, so they are read once."""
    return CERTIFICATE_CODEC.decode(raw)


@dataclass(slots=True)
class Delta:
    """What one commit changed."""

    rows: list[Placed] = field(default_factory=list)
    removed: list[Placed] = field(default_factory=list)
    added: list[Placed] = field(default_factory=list)
    unqueued: list[Entry] = field(default_factory=list)
    queued: list[Entry] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    fields: dict[str, None] = field(default_factory=dict)
    streams: list[tuple[str, bytes | None]] = field(default_factory=list)
    votes: list[tuple[Ballot, View]] = field(default_factory=list)
    path_before: int = 0
    cur_before: ViewId = NO_VIEW
    branch_before: View | None = None


class Ledger:
    """One site's disk, understood. `log[i - 1]` is the entry with index i of the present log.

    `plog` is the primary log: the same list, but for who works in a branch.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self.plog: list[Placed] = []
        self.log: list[Placed] = self.plog
        self.branch: View | None = None
        self.blength = 0
        self._base: list[Range] = []
        self.log_index: dict[bytes, int] = {}
        self.queue: dict[int, Entry] = {}
        self.queued: dict[bytes, None] = {}
        self.views: dict[int, View] = {}
        self.prim = 0
        self.following = 0
        self.length = 0
        self.firm_saved = 0
        self.settled = 0
        self.kmax = 0
        self.hold: int | None = None
        self.promised: Ballot | None = None
        self.accepted: tuple[Ballot, View] | None = None

    @property
    def path(self) -> int:
        """The number of the view whose log this is."""
        return self.following or self.prim

    @property
    def fenced(self) -> bool:
        """P3."""
        return self.promised is not None or self.accepted is not None

    @property
    def firm(self) -> int:
        """How much of the primary log counts for settling (ORDER.md 5.1)."""
        return self.firm_saved if self.fenced else self.length

    @property
    def cur(self) -> ViewId:
        """The view it works in."""
        return ViewId(self.prim) if self.branch is None else self.branch.id

    def committed(self, records: Sequence[OrderRecord]) -> Delta:
        """Take one commit's records; the disk has them already."""
        delta = Delta(path_before=self.path, cur_before=self.cur, branch_before=self.branch)
        for record in records:
            self._take(record, delta)
        if delta.queued or delta.unqueued:
            self._index_queue(delta)
        self._follow_log(delta)
        return delta

    def _take(self, record: OrderRecord, delta: Delta) -> None:
        match record:
            case SaveField(name, value):
                delta.fields[name] = None
                self._read_field(name, value)
                if name.startswith(STREAM_PREFIX):
                    delta.streams.append((name, value))
                if name == "accepted" and self.accepted is not None:
                    delta.votes.append(self.accepted)
            case SaveQueue(first_position, entries):
                self._enqueue(first_position, entries, delta)
            case DropQueue(positions):
                for position in positions:
                    if position in self.queue:
                        delta.unqueued.append(self.queue.pop(position))
            case SaveLog(placed):
                delta.rows += placed
            case SaveView(_, raw):
                certificate = read_certificate(raw)
                self.views[certificate.view.number] = certificate.view
                delta.certificates.append(certificate)
            case _:
                assert_never(record)

    def _enqueue(self, first_position: int, entries: Sequence[Entry], delta: Delta) -> None:
        for position, entry in enumerate(entries, first_position):
            if position in self.queue:
                delta.unqueued.append(self.queue[position])
            self.queue[position] = entry
            delta.queued.append(entry)

    def field_names(self) -> list[str]:
        """Every field on disk."""
        return list(self._disk.fields)

    def row(self, view: ViewId, index: int) -> Placed | None:
        """The row on disk under this key, also if it is no part of the present log."""
        return self._disk.rows.get(view, {}).get(index)

    def _read_field(self, name: str, value: bytes | None) -> None:
        if name in _NUMBERS:
            number = 0 if value is None else decode(value)
            setattr(self, "firm_saved" if name == "firm" else name, number)
        elif name == "branch":
            self.branch = None
            if value is not None:
                view, ranges = decode(value)
                self.branch = VIEW_CODEC.from_plain(view)
                self._base = [
                    (ViewId(number, branch, leader), first, last)
                    for number, branch, leader, first, last in ranges
                ]
        elif name == "hold":
            self.hold = None if value is None else decode(value)
        elif name == "promised":
            self.promised = None if value is None else _BALLOT.decode(value)
        elif name == "accepted":
            self.accepted = None
            if value is not None:
                ballot, view = decode(value)
                self.accepted = (_BALLOT.from_plain(ballot), VIEW_CODEC.from_plain(view))

    def _index_queue(self, delta: Delta) -> None:
        for entry in delta.unqueued:
            self.queued.pop(entry.hash, None)
        if delta.unqueued and delta.queued:
            # The queue may have been written anew in the same commit.
            self.queued = {entry.hash: None for entry in self.queue.values()}
            return
        for entry in delta.queued:
            self.queued[entry.hash] = None

    def _follow_log(self, delta: Delta) -> None:
        """Bring both logs up to what the disk says, and note what changed in the present one."""
        old = list(self.log) if self.branch != delta.branch_before else self.log
        removed, added = self._follow_primary(delta.path_before)
        if self.branch is None:
            present = self.plog
        elif self.branch == delta.branch_before:
            present = self.log
            removed, added = [], self._branch_rows(len(present), self.blength)
            present += added
        else:
            present = self._branch_rows(0, self.blength)
        if present is not old and self.branch != delta.branch_before:
            same = 0
            for one, other in zip(old, present, strict=False):
                if one.chain != other.chain:
                    break
                same += 1
            removed, added = old[same:], present[same:]
        self.log = present
        delta.removed, delta.added = removed, added
        for placed in removed:
            self.log_index.pop(placed.entry.hash, None)
        for placed in added:
            self.log_index[placed.entry.hash] = placed.index

    def _follow_primary(self, before: int) -> tuple[list[Placed], list[Placed]]:
        """(rows that left the primary log, rows that came)."""
        now = self.path
        if before == now and self.length == len(self.plog):
            return [], []
        keep = min(len(self.plog), self.length)
        for number in range(min(before, now) + 1, max(before, now) + 1):
            keep = min(keep, self._view(number).base_index)
        removed = self.plog[keep:]
        del self.plog[keep:]
        added = self._rows(keep, self.length)
        self.plog += added
        return removed, added

    def _branch_rows(self, after: int, length: int) -> list[Placed]:
        """The rows of the branch's log after `after`."""
        branch = self.branch
        assert branch is not None
        ranges = [*self._base, (branch.id, branch.base_index + 1, length)]
        rows: list[Placed] = []
        for view, first, last in ranges:
            stored = self._disk.rows.get(view, {})
            for index in range(max(first, after + 1), last + 1):
                if index not in stored:
                    raise Violation("readable", f"row {index} of view {view} is not on disk")
                rows.append(stored[index])
        if len(rows) != max(0, length - after):
            raise Violation("readable", f"the log of branch {branch.id} has a gap")
        return rows

    def _view(self, number: int) -> View:
        view = self.views.get(number)
        if view is None:
            raise Violation("readable", f"the certificate of view {number} is not on disk")
        return view

    def _rows(self, after: int, length: int) -> list[Placed]:
        """The rows after `after` on the path of the present view."""
        stretches: list[tuple[View, int, int]] = []
        end = length
        number = self.path
        while end > after and number > 0:
            view = self._view(number)
            if view.base_index < end:
                stretches.append((view, max(view.base_index, after), end))
                end = view.base_index
            number -= 1
        rows: list[Placed] = []
        for view, low, high in reversed(stretches):
            stored = self._disk.rows.get(view.id, {})
            for index in range(low + 1, high + 1):
                if index not in stored:
                    raise Violation("readable", f"row {index} of view {view.id} is not on disk")
                rows.append(stored[index])
        return rows
