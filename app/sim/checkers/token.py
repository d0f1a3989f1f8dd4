"""Invariant 3: at most one holder per view and per epoch, and what only grows.

A holder is a disk that says so: committed before anything is sent, it is what a restart believes.
"""

from __future__ import annotations

from app.dispatcher.epochs import NO_VIEW, ViewId
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation

Move = tuple[ViewId, int]
"""(view, k)."""


class OneHolder(Checker):
    """Who holds the token of which view, now and ever."""

    name = "one holder"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self._holds: list[Move | None] = [None for _ in facts.ledgers]
        self._holders: dict[ViewId, dict[int, None]] = {}
        self._ever: dict[Move, int] = {}
        self.moves = 0
        self._grown: list[tuple[ViewId, int, int]] = [(NO_VIEW, 0, 0) for _ in facts.ledgers]

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        if delta.fields.keys().isdisjoint(("hold", "prim", "branch", "kmax", "settled")):
            return
        ledger = self.facts.ledgers[site]
        self._check_growth(site, (ledger.cur, ledger.kmax, ledger.settled))
        held = self._holds[site]
        cur = ledger.cur
        holds = None if ledger.hold is None or not cur.number else (cur, ledger.hold)
        if holds == held:
            return
        if held is not None:
            self._holders[held[0]].pop(site, None)
        self._holds[site] = holds
        if holds is None:
            return
        where = self.facts.name(site)
        epoch = f"{holds[0]}.{holds[1]}"
        if holds in self._ever:
            earlier = self.facts.name(self._ever[holds])
            raise Violation(
                self.name, f"{where} takes the token {epoch}, which {earlier} held already"
            )
        self._ever[holds] = site
        self.moves += holds[1] > 0
        present = self._holders.setdefault(holds[0], {})
        if present:
            other = self.facts.name(next(iter(present)))
            raise Violation(self.name, f"{where} holds {epoch} while {other} holds in that view")
        present[site] = None
        if holds[1] > ledger.kmax:
            raise Violation(self.name, f"{where} holds {epoch} with kmax {ledger.kmax}")

    def _check_growth(self, site: int, now: tuple[ViewId, int, int]) -> None:
        before = self._grown[site]
        where = self.facts.name(site)
        if now[0] < before[0]:
            raise Violation(self.name, f"{where} goes back from view {before[0]} to {now[0]}")
        if now[0] == before[0] and now[1] < before[1]:
            raise Violation(self.name, f"kmax of {where} falls from {before[1]} to {now[1]}")
        if now[2] < before[2]:
            raise Violation(self.name, f"the mark of {where} falls from {before[2]} to {now[2]}")
        self._grown[site] = now
