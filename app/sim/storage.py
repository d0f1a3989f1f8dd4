"""A site's disk in memory, with the meaning that `app.dispatcher.records` gives to records.

Passes the same contract suite as the real store. A commit is all or nothing; what was committed
survives every crash; a planted failure refuses a whole commit. Never reads what it keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from app.core.errors import KnownError
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.epochs import ViewId
from app.dispatcher.records import (
    DropLog,
    DropQueue,
    LoadLog,
    OrderRecord,
    Range,
    Saved,
    SaveField,
    SaveLog,
    SaveQueue,
    SaveView,
)


class Disk:
    """What one site has committed."""

    def __init__(self) -> None:
        self.fields: dict[str, bytes] = {}
        self.certificates: dict[ViewId, bytes] = {}
        self.queue: dict[int, Entry] = {}
        self.rows: dict[ViewId, dict[int, Placed]] = {}
        self.full = False

    def commit(self, records: Sequence[OrderRecord]) -> None:
        """Make the records durable, in order, all or none.

        Raises:
            KnownError: the disk is full (planted); nothing was written.
        """
        if self.full:
            message = "the disk is full"
            raise KnownError(message)
        for record in records:
            self._apply(record)

    def _apply(self, record: OrderRecord) -> None:  # noqa: C901, PLR0912 - a table
        match record:
            case SaveField(name, value):
                if value is None:
                    self.fields.pop(name, None)
                else:
                    self.fields[name] = value
            case SaveQueue(first_position, entries):
                for place, entry in enumerate(entries):
                    self.queue[first_position + place] = entry
            case DropQueue(positions):
                for position in positions:
                    self.queue.pop(position, None)
            case SaveLog(placed):
                for item in placed:
                    self.rows.setdefault(item.epoch.view, {})[item.index] = item
            case SaveView(view, certificate):
                self.certificates[view] = certificate
            case DropLog(ranges, kept):
                for view, first, last in ranges:
                    rows = self.rows.get(view, {})
                    for index in range(first, last + 1):
                        if index in rows and rows[index].entry.kind not in kept:
                            del rows[index]
            case _:
                assert_never(record)

    def saved(self) -> Saved:
        """What a start finds."""
        return Saved(
            dict(self.fields),
            tuple([self.certificates[view] for view in sorted(self.certificates)]),
            tuple(sorted(self.queue.items())),
            self._iterate,
        )

    def read(self, request: LoadLog) -> tuple[Placed, ...]:
        """The rows of the stretches asked for, in order."""
        return tuple(self._iterate(request.ranges))

    def _iterate(self, ranges: Sequence[Range]) -> Iterator[Placed]:
        for view, first, last in ranges:
            rows = self.rows.get(view, {})
            for index in range(first, last + 1):
                if index in rows:
                    yield rows[index]
