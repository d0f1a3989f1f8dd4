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
    DropLog,
    DropQueue,
    OrderRecord,
    Range,
    SaveField,
    SaveLog,
    SaveQueue,
    SaveView,
)
from app.dispatcher.snapshots import PROVEN_CODEC, Proven
from app.dispatcher.views import CERTIFICATE_CODEC, VIEW_CODEC, Certificate, View
from app.mstreams.records import PREFIX as STREAM_PREFIX
from app.sim.storage import Disk
from app.sim.violation import Violation

_BALLOT = Codec(Ballot)
_PROVEN = ("snapshot", "bsnapshot")
_NUMBERS = ("prim", "following", "length", "firm", "settled", "kmax", "blength")


@lru_cache(maxsize=1024)
def read_certificate(raw: bytes) -> Certificate:
    """A certificate; every site keeps the same bytes, so they are read once."""
    return CERTIFICATE_CODEC.decode(raw)


@lru_cache(maxsize=256)
def read_proven(raw: bytes) -> Proven:
    """A proven snapshot's manifest."""
    return PROVEN_CODEC.decode(raw)


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
    compacted: list[Range] = field(default_factory=list)
    snapshots: list[Proven] = field(default_factory=list)
    path_before: int = 0
    cur_before: ViewId = NO_VIEW
    branch_before: View | None = None


class Ledger:
    """One site's disk, understood. `log[i - 1]` is the entry with index i of the present log.

    `plog` is the primary log: the same list, but for who works in a branch.
    """

    def __init__(
        self, disk: Disk, archive: dict[bytes, tuple[Placed, bytes]] | None = None
    ) -> None:
        self._disk = disk
        self._archive: dict[bytes, tuple[Placed, bytes]] = {} if archive is None else archive
        self._proven: dict[str, Proven | None] = dict.fromkeys(_PROVEN)
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
    def begins(self) -> int:
        """The index of the snapshot at which the present log begins on disk, 0 for none."""
        proven = self._proven["snapshot" if self.branch is None else "bsnapshot"]
        return 0 if proven is None else proven.index

    @property
    def snapshot(self) -> Proven | None:
        """What the primary log begins at on disk."""
        return self._proven["snapshot"]

    def pieces(self, index: int, count: int) -> list[bytes]:
        """The pieces of a snapshot, as far as they are on disk."""
        names = [f"snap.{index}.{place}" for place in range(count)]
        return [self._disk.fields[name] for name in names if name in self._disk.fields]

    def primary_to(self, proven: Proven) -> list[Placed]:
        """The log up to a snapshot."""
        return self._archived(proven)

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

    def _take(  # noqa: C901 - a table: one case for each record
        self, record: OrderRecord, delta: Delta
    ) -> None:
        match record:
            case SaveField(name, value):
                delta.fields[name] = None
                self._read_field(name, value)
                proven = self._proven.get(name)
                if proven is not None:
                    delta.snapshots.append(proven)
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
            case DropLog(ranges, _):
                delta.compacted += ranges
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
        elif name in _PROVEN:
            self._proven[name] = None if value is None else read_proven(value)
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
            removed, added = _difference(old, present)
        self.log = present
        delta.removed, delta.added = removed, added
        for placed in removed:
            self.log_index.pop(placed.entry.hash, None)
        for placed in added:
            self.log_index[placed.entry.hash] = placed.index
            before = self.log[placed.index - 2].chain if placed.index > 1 else b""
            self._archive[placed.chain] = (placed, before)
        self._archive_rows(delta)

    def _archive_rows(self, delta: Delta) -> None:
        """Rows beside the present log count as well."""
        for placed in delta.rows:
            if placed.chain not in self._archive and placed.index <= len(self.plog):
                if self.plog[placed.index - 1].chain == placed.chain:
                    before = self.plog[placed.index - 2].chain if placed.index > 1 else b""
                    self._archive[placed.chain] = (placed, before)

    def _follow_primary(self, before: int) -> tuple[list[Placed], list[Placed]]:
        """(rows that left the primary log, rows that came)."""
        now = self.path
        snapshot = self.snapshot
        taken = snapshot is not None and not _has_chain(
            self.plog, snapshot.index, snapshot.manifest.chain
        )
        if before == now and self.length == len(self.plog) and not taken:
            return [], []
        if taken and snapshot is not None:
            old = list(self.plog)
            self.plog[:] = self._archived(snapshot)
            self.plog += self._rows(snapshot.index, self.length)
            return _difference(old, self.plog)
        keep = min(len(self.plog), self.length)
        for number in range(min(before, now) + 1, max(before, now) + 1):
            keep = min(keep, self._view(number).base_index)
        if snapshot is not None:
            # Nothing settled is taken back, so the rows from there on are the same or on disk.
            keep = max(keep, snapshot.index)
        removed = self.plog[keep:]
        del self.plog[keep:]
        added = self._rows(keep, self.length)
        self.plog += added
        return removed, added

    def _archived(self, proven: Proven) -> list[Placed]:
        """The log up to a snapshot, as some disk had it row by row.

        Whoever takes a snapshot never had these rows: a snapshot of what nobody had is wrong.
        """
        rows: list[Placed] = []
        chain = proven.manifest.chain
        while chain in self._archive:
            placed, chain = self._archive[chain]
            rows.append(placed)
        rows.reverse()
        if len(rows) != proven.index or not rows or rows[0].index != 1:
            message = f"a snapshot at {proven.index} of a log that was on no disk"
            raise Violation("snapshots", message)
        return rows

    def _branch_rows(self, after: int, length: int) -> list[Placed]:
        """The rows of the branch's log after `after`."""
        branch = self.branch
        assert branch is not None
        wanted = max(0, length - after)
        ranges = [*self._base, (branch.id, branch.base_index + 1, length)]
        rows: list[Placed] = []
        proven = self._proven["bsnapshot"]
        if proven is not None and after < proven.index:
            rows = self._archived(proven)[after:]
            after = proven.index
        for view, first, last in ranges:
            stored = self._disk.rows.get(view, {})
            for index in range(max(first, after + 1), last + 1):
                if index not in stored:
                    raise Violation("readable", f"row {index} of view {view} is not on disk")
                rows.append(stored[index])
        if len(rows) != wanted:
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


def _has_chain(log: Sequence[Placed], index: int, chain: bytes) -> bool:
    return index <= len(log) and log[index - 1].chain == chain


def _difference(old: Sequence[Placed], new: Sequence[Placed]) -> tuple[list[Placed], list[Placed]]:
    """(rows of the old log that are not in the new one, the other way round)."""
    same = 0
    for one, other in zip(old, new, strict=False):
        if one.chain != other.chain:
            break
        same += 1
    return list(old[same:]), list(new[same:])
