"""Invariant 5: what a person or a script is told is on that site's disk, in order, without a gap."""

from __future__ import annotations

from app.dispatcher.entries import Placed
from app.node.api import (
    EntriesOrdered,
    EntriesSettled,
    Event,
    LogReverted,
    SessionReady,
    SnapshotTaken,
)
from app.sim.checkers.facts import Checker, Facts
from app.sim.violation import Violation


class Shown(Checker):
    """Events against the disk at that moment."""

    name = "shown"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self._length: list[int | None] = [None for _ in facts.ledgers]

    def started(self, site: int) -> None:
        """See `Checker`."""
        self._length[site] = None

    def shown(self, site: int, event: Event) -> None:
        """See `Checker`."""
        match event:
            case SessionReady(site=site_id):
                if self.facts.site_of_id.get(site_id) != site:
                    raise Violation(self.name, f"the name of {self.facts.name(site)} changed")
            case EntriesOrdered(entries):
                for entry in entries:
                    self._check_entry(site, entry.placed)
            case LogReverted(first):
                self._check_revert(site, first)
            case SnapshotTaken(index):
                if index != self.facts.ledgers[site].begins:
                    where = self.facts.name(site)
                    raise Violation(self.name, f"{where} shows a snapshot that it does not have")
                self._length[site] = index
            case EntriesSettled(index) if index > len(self.facts.ledgers[site].log):
                raise Violation(
                    self.name, f"{self.facts.name(site)} shows {index} settled beyond its log"
                )
            case _:
                pass

    def _check_entry(self, site: int, placed: Placed) -> None:
        # The row, not the log: a turn may store entries and take them back, and shows both.
        row = self.facts.ledgers[site].row(placed.epoch.view, placed.index)
        where = self.facts.name(site)
        index = placed.index
        if row is None or row.chain != placed.chain:
            raise Violation(self.name, f"{where} shows entry {index}, which is not on its disk")
        shown = self._length[site]
        if shown is not None and index != shown + 1:
            raise Violation(self.name, f"{where} shows entry {index} after entry {shown}")
        self._length[site] = index

    def _check_revert(self, site: int, first: int) -> None:
        where = self.facts.name(site)
        shown = self._length[site]
        if first <= self.facts.marks[site]:
            raise Violation(self.name, f"{where} takes back entry {first}, shown as settled")
        if shown is not None and first > shown + 1:
            raise Violation(self.name, f"{where} takes back {first}, but showed only {shown}")
        self._length[site] = first - 1
