"""What all checkers know of a run, and what each of them must answer.

Facts are learned from committed records and shown events only, never from a machine's memory: what
is not on a disk was not promised. Holds knowledge, judges nothing.
"""

from __future__ import annotations

from app.core.ids import Key, SiteId, site_of
from app.dispatcher.views import View
from app.node.api import Event
from app.sim.ledger import Delta, Ledger


class Facts:
    """Shared by the checkers of one run."""

    def __init__(self, ledgers: list[Ledger]) -> None:
        self.ledgers = ledgers
        self.site_of_id: dict[SiteId, int] = {}
        self.views: dict[int, View] = {}
        self.marks = [0] * len(ledgers)
        self.ending: dict[str, None] = {}
        """Streams that somebody wanted destroyed: they may be gone."""
        self._site_of_key: dict[Key, int] = {}

    def site(self, key: Key) -> int | None:
        """The place in the run of the site with this key, None until it is known."""
        found = self._site_of_key.get(key)
        if found is None:
            found = self.site_of_id.get(site_of(key))
            if found is not None:
                self._site_of_key[key] = found
        return found

    def name(self, site: int) -> str:
        """A, B, C ..."""
        return chr(ord("A") + site)


class Checker:
    """One theme; every method may raise `Violation`."""

    name = ""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def committed(self, site: int, delta: Delta) -> None:
        """A commit of this site is on its disk."""

    def shown(self, site: int, event: Event) -> None:
        """This site showed an event."""

    def started(self, site: int) -> None:
        """This site was built from its disk."""
