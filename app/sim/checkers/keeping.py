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
        self.taken_back += len(delta.removed)
        if delta.unqueued or delta.removed:
            self._check_losses(site, delta)
        if delta.added or delta.queued:
            self._check_twice(site, delta)

    def _check_losses(self, site: int, delta: Delta) -> None:
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        for entry in delta.unqueued:
            if entry.hash not in ledger.log_index and entry.hash not in ledger.queued:
                raise Violation(self.name, f"{where} drops {entry.id} from its queue, unordered")
        for placed in delta.removed:
            entry = placed.entry
            if entry.hash not in ledger.log_index and entry.hash not in ledger.queued:
                raise Violation(self.name, f"{where} takes back {entry.id} and does not queue it")

    def _check_twice(self, site: int, delta: Delta) -> None:
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        for entry in [*[placed.entry for placed in delta.added], *delta.queued]:
            if entry.hash in ledger.queued and entry.hash in ledger.log_index:
                raise Violation(self.name, f"{where} has {entry.id} in log and queue")
        if len(ledger.queued) != len(ledger.queue):
            raise Violation(self.name, f"{where} has an entry twice in its queue")
        if len(ledger.queued) > limits.QUEUE_ENTRIES_MAX:
            raise Violation(self.name, f"{where} queues {len(ledger.queued)} entries")
