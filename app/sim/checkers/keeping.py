"""Invariants 6, 12 and 13: no turn loses an entry, none is in log and queue, tables stay bounded."""

from __future__ import annotations

from app.core import limits
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation


class Keeping(Checker):
    """What was in log or queue before is in log or queue after, in one of the two."""

    name = "keeping"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self.taken_back = 0

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        in_log, queued = ledger.log_index, ledger.queued
        for entry in delta.unqueued:
            if entry.hash not in in_log and entry.hash not in queued:
                raise Violation(self.name, f"{where} drops {entry.id} from its queue, unordered")
        self.taken_back += len(delta.removed)
        for placed in delta.removed:
            if placed.entry.hash not in in_log and placed.entry.hash not in queued:
                raise Violation(
                    self.name, f"{where} takes back {placed.entry.id} and does not queue it"
                )
        for placed in delta.added:
            if placed.entry.hash in queued:
                raise Violation(self.name, f"{where} has {placed.entry.id} in log and queue")
        for entry in delta.queued:
            if entry.hash in in_log and entry.hash in queued:
                raise Violation(self.name, f"{where} queues {entry.id}, which is in its log")
        if delta.queued:
            if len(queued) != len(ledger.queue):
                raise Violation(self.name, f"{where} has an entry twice in its queue")
            if len(queued) > limits.QUEUE_ENTRIES_MAX:
                raise Violation(self.name, f"{where} queues {len(queued)} entries")
