"""What one measured site saw of failures: every line with its epoch and instant, and what it was promised.

Promises (a line was taken, a line is settled) go to a file at once, so that they outlive the
process: it is killed on purpose. Never judges: `app.bench.verdict` does.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TextIO

from app.bench.messages import Onward, Row, Watch
from app.core.ids import EntryId
from app.node import api

FILE = "promises.txt"


class Witness:
    """Notes of one process.

    Args:
        folder: where the file of promises is; an earlier process may have begun it.
    """

    def __init__(self, folder: Path) -> None:
        self._file: TextIO = (folder / FILE).open("a", buffering=1, encoding="ascii")
        self.rows: list[Row] = []
        """Lines of the log as it stands, as far as this process saw them come."""
        self._settled = 0
        self._view = 0
        self._watch: Watch | None = None

    def watch(self, order: Watch) -> None:
        """Look for a line of a later view, or of an author's later start."""
        self._watch = order

    def took(self, entries: tuple[EntryId, ...], at: float) -> None:
        """Lines were taken from a person here, at this instant."""
        for entry in entries:
            self._note("said", entry, at)

    def ordered(self, entries: tuple[api.EntryShown, ...]) -> Onward | None:
        """Lines are in the log; what was watched for, if it is among them."""
        now = time.monotonic()
        found: Onward | None = None
        for shown in entries:
            placed = shown.placed
            if placed.entry.kind != "chat":
                continue
            row = Row(placed.entry.id, placed.index, str(placed.epoch), now)
            self.rows.append(row)
            primary = not placed.epoch.branch
            if primary and self._watched(row, placed.epoch.number):
                found = Onward(row.at, placed.epoch.number)
                self._watch = None
            if primary:
                self._view = max(self._view, placed.epoch.number)
        return found

    def _watched(self, row: Row, view: int) -> bool:
        watch = self._watch
        if watch is None:
            return False
        if watch.author is None:
            return view > self._view
        entry = row.entry
        return entry.site == watch.author and entry.incarnation >= watch.incarnation

    def reverted(self, first: int) -> None:
        """A view took lines back, from this index on."""
        while self.rows and self.rows[-1].index >= first:
            self.rows.pop()

    def settled(self, index: int) -> None:
        """Everything up to here stays where it is."""
        place = len(self.rows)
        while place and self.rows[place - 1].index > self._settled:
            place -= 1
        for row in self.rows[place:]:
            if row.index <= index:
                self._note("settled", row.entry, row.index)
        self._settled = max(self._settled, index)

    def _note(self, what: str, entry: EntryId, number: float) -> None:
        self._file.write(f"{what} {entry.site} {entry.incarnation} {entry.number} {number!r}\n")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
