"""Invariants 1 and 11: what is settled never moves, and nothing is called settled too early.

"Settled" is judged from all disks: the length that a majority of the members of a primary view has
held firm in it, at any time (a disk forgets nothing), or the base of a decided view. A site's own
mark may lag behind that and never run ahead; the next view's base must not fall short of it.
"""

from __future__ import annotations

from app.node.api import EntriesSettled, Event
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation


class Settling(Checker):
    """Firm lengths of every view, marks of every site."""

    name = "settling"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self._firm: dict[int, dict[int, int]] = {}
        self._reached: dict[int, int] = {}
        self._views_checked = 1
        self._settled: list[bytes] = []

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        ledger = self.facts.ledgers[site]
        if delta.removed and delta.removed[0].index <= self.facts.marks[site]:
            raise Violation(
                self.name,
                f"{self.facts.name(site)} takes back entry {delta.removed[0].index}, settled",
            )
        if ledger.prim and not ledger.following:
            self._note_firm(site, ledger.prim, ledger.firm)
        while self._views_checked < len(self.facts.views):
            self._views_checked += 1
            self._check_base(self._views_checked)
        if "settled" in delta.fields:
            self._check_mark(site, ledger.settled)

    def shown(self, site: int, event: Event) -> None:
        """See `Checker`."""
        if isinstance(event, EntriesSettled):
            self._check_mark(site, event.index)
            self.facts.marks[site] = max(self.facts.marks[site], event.index)

    def reached(self, number: int) -> int:
        """How far view `number` is settled, its base included."""
        view = self.facts.views.get(number)
        if view is None:
            return 0
        firm = self._firm.get(number, {})
        lengths = sorted(
            [
                0 if site is None else firm.get(site, 0)
                for site in [self.facts.site(key) for key in view.keys]
            ],
            reverse=True,
        )
        return max(view.base_index, lengths[len(lengths) // 2])

    def _note_firm(self, site: int, number: int, firm: int) -> None:
        lengths = self._firm.setdefault(number, {})
        if firm <= lengths.get(site, 0):
            return
        lengths[site] = firm
        if number + 1 in self.facts.views:
            self._check_base(number + 1)

    def _check_base(self, number: int) -> None:
        """Every later view begins with everything settled before it."""
        base = self.facts.views[number].base_index
        settled = self.reached(number - 1)
        if base < settled:
            raise Violation(
                self.name,
                f"view {number} begins at {base}, but {settled} entries of view {number - 1} "
                "are settled",
            )

    def _check_log(self, site: int, mark: int) -> None:
        """Settled entries are the same everywhere, and in every later view (invariant 11)."""
        log = self.facts.ledgers[site].log
        for placed in log[len(self._settled) : mark]:
            self._settled.append(placed.chain)
        if mark and self._settled[mark - 1] != log[mark - 1].chain:
            raise Violation(
                self.name, f"{self.facts.name(site)} has another settled entry {mark} than others"
            )

    def _check_mark(self, site: int, mark: int) -> None:
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        if mark > len(ledger.log):
            raise Violation(
                self.name, f"{where} calls {mark} entries settled and has {len(ledger.log)}"
            )
        if mark <= self.facts.marks[site]:
            return
        # Of whatever view: a member of one's branch may know what was settled in a later one.
        allowed = self.reached(ledger.prim)
        if mark > allowed:
            allowed = max([allowed, *[self.reached(number) for number in self.facts.views]])
        self._check_log(site, mark)
        if mark > allowed:
            raise Violation(
                self.name,
                f"{where} calls {mark} entries settled in view {ledger.prim}, "
                f"where a majority holds {allowed}",
            )
