"""Invariants 7 and 11: one decided view per number, decided by a quorum; only members get entries.

"Decided" is judged from every accept ever committed, whoever knows of it; a certificate on a disk
must agree. View 1 is the founder's word.
"""

from __future__ import annotations

from app.dispatcher.epochs import Ballot, ViewId
from app.dispatcher.views import View, is_quorum, view_hash
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation

Vote = tuple[int, Ballot, bytes]
"""(number of the view voted for, ballot, hash of the view)."""


class OneView(Checker):
    """Certificates, votes and who may have an entry."""

    name = "one view"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self._hashes: dict[int, bytes] = {}
        self._votes: dict[Vote, dict[int, None]] = {}
        self._since: dict[int, int] = {}
        self._branches: dict[ViewId, bytes] = {}

    @property
    def branches(self) -> int:
        """How many branches were ever worked in."""
        return len(self._branches)

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        for ballot, view in delta.votes:
            self._count_vote(site, ballot, view)
        for certificate in delta.certificates:
            self._check_certificate(site, certificate.view)
        ledger = self.facts.ledgers[site]
        if ledger.branch is not None and ledger.branch != delta.branch_before:
            self._check_branch(site, ledger.branch, delta)
        for placed in delta.rows:
            if ledger.branch is not None and placed.index <= ledger.blength:
                # A branch brings the log that it starts from to all of its members.
                continue
            if self._last_membership(site) < placed.epoch.number:
                raise Violation(
                    self.name,
                    f"{self.facts.name(site)} stores {placed.entry.id} of view "
                    f"{placed.epoch.view} and is in no view from there on",
                )

    def _count_vote(self, site: int, ballot: Ballot, view: View) -> None:
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        before = self.facts.views.get(view.number - 1)
        if before is None:
            raise Violation(self.name, f"{where} accepts view {view.number} out of its turn")
        if ledger.length < view.base_index or (
            view.base_index and ledger.plog[view.base_index - 1].chain != view.base_chain
        ):
            raise Violation(self.name, f"{where} accepts view {view.number} without its base")
        voters = self._votes.setdefault((view.number, ballot, view_hash(view)), {})
        voters[site] = None
        members = [key for key in before.keys if self.facts.site(key) in voters]
        if is_quorum(before, members):
            self._decide(view)

    def _check_branch(self, site: int, branch: View, delta: Delta) -> None:
        """Invariant 11: one branch per id; D3: later than what one leaves, on all one stands on."""
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        known = self._branches.setdefault(branch.id, view_hash(branch))
        if known != view_hash(branch):
            raise Violation(self.name, f"two branches {branch.id}")
        if branch.id <= delta.cur_before:
            raise Violation(self.name, f"{where} goes from {delta.cur_before} back to {branch.id}")
        if not any(self.facts.site(key) == site for key in branch.keys):
            raise Violation(self.name, f"{where} works in {branch.id}, which does not name it")
        if branch.base_index and (
            len(ledger.log) < branch.base_index
            or ledger.log[branch.base_index - 1].chain != branch.base_chain
        ):
            raise Violation(self.name, f"{where} works in {branch.id} without its base")

    def _decide(self, view: View) -> None:
        known = self._hashes.setdefault(view.number, view_hash(view))
        if known != view_hash(view):
            raise Violation(self.name, f"two views {view.number} are decided")
        if view.number in self.facts.views:
            return
        self.facts.views[view.number] = view
        for key in view.keys:
            site = self.facts.site(key)
            if site is not None:
                self._since[site] = view.number

    def _check_certificate(self, site: int, view: View) -> None:
        if view.number == 1:
            self._decide(view)
        if self._hashes.get(view.number) != view_hash(view):
            raise Violation(
                self.name,
                f"{self.facts.name(site)} has a certificate of a view {view.number} "
                "that no quorum accepted",
            )

    def _last_membership(self, site: int) -> int:
        """The highest decided view that names the site, 0 for none."""
        known = self._since.get(site, 0)
        newest = len(self.facts.views)
        if known < newest and self._names(newest, site):
            known = self._since[site] = newest
        if known:
            return known
        # Its key was not known yet when the view was decided.
        for number in range(newest, 0, -1):
            if self._names(number, site):
                self._since[site] = number
                return number
        return 0

    def _names(self, number: int, site: int) -> bool:
        return any(self.facts.site(key) == site for key in self.facts.views[number].keys)
