"""All checkers of a run behind one door: what a step did goes in, a `Violation` comes out."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.ids import EntryId, SiteId
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.records import OrderRecord
from app.node.api import Event
from app.sim.checkers.authors import Authors
from app.sim.checkers.convictions import Convictions
from app.sim.checkers.facts import Checker, Facts
from app.sim.checkers.keeping import Keeping
from app.sim.checkers.order import OneOrder
from app.sim.checkers.settling import Settling
from app.sim.checkers.shown import Shown
from app.sim.checkers.snapshots import Snapshots
from app.sim.checkers.streams import Mailboxes
from app.sim.checkers.token import OneHolder
from app.sim.checkers.views import OneView
from app.sim.ledger import Ledger
from app.sim.storage import Disk


class Watch:
    """Follows every disk and every event."""

    def __init__(self, disks: Sequence[Disk]) -> None:
        archive: dict[bytes, tuple[Placed, bytes]] = {}
        self.facts = Facts([Ledger(disk, archive) for disk in disks])
        self.authors = Authors(self.facts)
        # Views first: they tell the others which views there are. Names are learned in `Shown`.
        self._holders = OneHolder(self.facts)
        self._views = OneView(self.facts)
        self._keeping = Keeping(self.facts)
        self.mailboxes = Mailboxes(self.facts)
        self._snapshots = Snapshots(self.facts)
        self._checkers: tuple[Checker, ...] = (
            self._views,
            self.authors,
            OneOrder(self.facts),
            self._keeping,
            self._holders,
            Settling(self.facts),
            Shown(self.facts),
            Convictions(self.facts),
            self._snapshots,
            self.mailboxes,
        )

    def committed(self, site: int, records: Sequence[OrderRecord]) -> None:
        """These records are on the site's disk since just now."""
        delta = self.facts.ledgers[site].committed(records)
        for checker in self._checkers:
            checker.committed(site, delta)

    def shown(self, site: int, event: Event) -> None:
        """The site showed an event."""
        for checker in self._checkers:
            checker.shown(site, event)

    def started(self, site: int) -> None:
        """The site was built from its disk."""
        for checker in self._checkers:
            checker.started(site)

    def acknowledged(self, site: int, ids: tuple[EntryId, ...]) -> None:
        """The site answered `Issue` with these ids."""
        self.authors.acknowledged(site, ids)

    def introduce(self, site: int, site_id: SiteId) -> None:
        """The site's name is known: its votes count from now on."""
        self.facts.site_of_id[site_id] = site

    def id_of(self, site: int) -> SiteId:
        """The name under which a site of the run is known to the others."""
        return next(name for name, place in self.facts.site_of_id.items() if place == site)

    def entry(self, site: int, entry_id: EntryId) -> Entry | None:
        """An entry in the log or queue on the site's disk."""
        ledger = self.facts.ledgers[site]
        entry_hash = self.authors.hash_of.get(entry_id, b"")
        index = ledger.log_index.get(entry_hash)
        if index is not None:
            return ledger.log[index - 1].entry
        return next((entry for entry in ledger.queue.values() if entry.hash == entry_hash), None)

    def counts(self) -> dict[str, int]:
        """How often what is dangerous happened."""
        return {
            "moves": self._holders.moves,
            "taken_back": self._keeping.taken_back,
            "branches": self._views.branches,
            "compactions": self._snapshots.compactions,
            "snapshots taken": self._snapshots.taken,
        }
