"""Invariant 1: one order. Every row of a view is the same on every disk, and rows chain up.

A row is keyed by (view of its epoch, index), and a view's log is its own rows above its base and
its base's below (ORDER.md 5.1). So if each key holds one chain everywhere, and each view number one
certificate, the logs of one view are prefixes of each other at every moment.
"""

from __future__ import annotations

from app.dispatcher.entries import Placed, next_chain
from app.dispatcher.epochs import ViewId
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation


class OneOrder(Checker):
    """Prefixes, chains, epochs and the order's clock."""

    name = "one order"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self._rows: dict[tuple[ViewId, int], bytes] = {}
        self._chained: dict[bytes, None] = {}

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        for placed in delta.rows:
            known = self._rows.setdefault((placed.epoch.view, placed.index), placed.chain)
            if known != placed.chain:
                raise Violation(
                    self.name,
                    f"{self.facts.name(site)} stores {placed.entry.id} as entry {placed.index} "
                    f"of view {placed.epoch.view}, where another site has a different chain",
                )
        log = self.facts.ledgers[site].log
        for placed in delta.added:
            if placed.chain not in self._chained:
                self._check_link(site, log[placed.index - 2] if placed.index > 1 else None, placed)
                self._chained[placed.chain] = None

    def _check_link(self, site: int, before: Placed | None, placed: Placed) -> None:
        where = f"{self.facts.name(site)}, entry {placed.index}"
        if before is None:
            chain = self.facts.views[1].session
        else:
            chain = before.chain
            if placed.epoch < before.epoch:
                raise Violation(
                    self.name, f"{where}: epoch {placed.epoch} comes after {before.epoch}"
                )
            if placed.stamp_ms < before.stamp_ms:
                raise Violation(self.name, f"{where}: the order's clock goes back")
        if next_chain(chain, placed.epoch, placed.stamp_ms, placed.entry) != placed.chain:
            raise Violation(self.name, f"{where}: its chain does not continue the entry before it")
