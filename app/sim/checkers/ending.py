"""Invariants 8 and 10: healed and left alone, everyone comes to one view, one log, empty queues.

Asked again and again in the liveness phase: the answer is what is still missing, in words, or None.
Sites that left are not asked, but what they had said is demanded of everyone (S4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.node.api import Status
from app.rooms.rooms import KEPT
from app.sim.checkers.facts import Facts
from app.sim.violation import Violation


def missing_on_disks(facts: Facts, sites: Sequence[int], said: Iterable[bytes]) -> str | None:
    """What the disks of `sites` lack to be at rest; `said` are the hashes of all entries."""
    if not sites:
        return None
    for site in sites:
        missing = _missing_at(facts, site, sites[0])
        if missing is not None:
            return missing
    holders = [site for site in sites if facts.ledgers[site].hold is not None]
    if len(holders) != 1:
        return f"{len(holders)} sites hold the token"
    first = facts.ledgers[sites[0]]
    if not all(entry_hash in first.log_index for entry_hash in said):
        return "an entry that somebody said is in no log"
    members = sorted(str(facts.site(key)) for key in facts.views[first.prim].keys)
    if members != sorted(str(site) for site in sites):
        return f"the members of view {first.prim} are not those who are here"
    return None


def _missing_at(facts: Facts, site: int, other: int) -> str | None:
    """What one disk lacks to be at rest, and to be like another one."""
    ledger, first = facts.ledgers[site], facts.ledgers[other]
    name = facts.name(site)
    if ledger.branch is not None:
        return f"{name} is in branch {ledger.cur}"
    if not ledger.prim or ledger.following:
        return f"{name} has not installed its view"
    if ledger.prim != first.prim:
        return f"{name} is in view {ledger.prim}, {facts.name(other)} in {first.prim}"
    if ledger.fenced:
        return f"{name} is fenced in view {ledger.prim}"
    if ledger.queue:
        return f"{name} has {len(ledger.queue)} entries in its queue"
    if ledger.length != first.length:
        return f"{name} has {ledger.length} entries, {facts.name(other)} {first.length}"
    for placed in ledger.log:
        # Lines stay on every disk, whoever compacted the rest, and come to whoever joined later.
        if placed.entry.kind in KEPT and ledger.row(placed.epoch.view, placed.index) is None:
            return f"{name} has not the line at {placed.index}"
    return None


def missing_in_statuses(facts: Facts, statuses: dict[int, Status]) -> str | None:
    """What the sites' own words lack; the disks are at rest already.

    Raises:
        Violation: logs are equal and what they reduce to is not (invariant 8).
    """
    hashes: dict[str, int] = {}
    for site, status in statuses.items():
        name = facts.name(site)
        ledger = facts.ledgers[site]
        if status.head_index != ledger.length:
            return f"{name} says its log ends at {status.head_index}, not {ledger.length}"
        if status.settled != ledger.length:
            return f"{name} has {status.settled} of {ledger.length} entries settled"
        hashes.setdefault(status.state_hash, site)
    if len(hashes) > 1:
        one, other = list(hashes.values())[:2]
        raise Violation(
            "equal states",
            f"{facts.name(one)} and {facts.name(other)} reduce the same log to different states",
        )
    return None
