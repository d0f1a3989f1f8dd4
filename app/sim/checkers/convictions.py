"""Invariant 15: no honest site is convicted; in a simulated run all are honest."""

from __future__ import annotations

from app.sim.checkers.facts import Checker
from app.sim.ledger import Delta
from app.sim.violation import Violation


class Convictions(Checker):
    """Proofs on disks."""

    name = "convictions"

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        if "proofs" in delta.fields:
            raise Violation(
                self.name, f"{self.facts.name(site)} has a proof against an honest site"
            )
