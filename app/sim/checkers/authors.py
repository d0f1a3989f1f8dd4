"""Invariant 2: per author 1, 2, 3 ..., each once, nothing nobody said, causes first.

The first disk that an entry is on must be its author's own (O1: committed before anything is
sent). At that moment the author's newest known entries are remembered as its causes: only what
changed since the author's entry before, as FIFO brings the rest. Causes are what stood on the
author's disk *before* the turn, since a turn may learn more after it issued.
"""

from __future__ import annotations

from app.core.ids import EntryId, Key
from app.dispatcher.entries import Author, Entry, Placed
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation

Name = tuple[Key, int, int]
"""(author, incarnation, number)."""


class Authors(Checker):
    """What was said, by whom, knowing what."""

    name = "authors"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self.said: dict[Name, bytes] = {}
        self.hash_of: dict[EntryId, bytes] = {}
        self._home: dict[Key, int] = {}
        self._causes: dict[bytes, tuple[tuple[Author, int], ...]] = {}
        self._sound: dict[bytes, None] = {}
        self._last: list[dict[Author, int]] = [{} for _ in facts.ledgers]
        self._known: list[dict[Author, int]] = [{} for _ in facts.ledgers]
        self._fresh: list[dict[Author, int]] = [{} for _ in facts.ledgers]

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        for entry in delta.queued:
            self._hear(site, entry)
        for placed in delta.rows:
            self._hear(site, placed.entry)
        last = self._last[site]
        for placed in reversed(delta.removed):
            last[placed.entry.author, placed.entry.incarnation] = placed.entry.number - 1
        for placed in delta.added:
            self._check_place(site, placed, last)
            last[placed.entry.author, placed.entry.incarnation] = placed.entry.number
        for entry in delta.queued:
            self._learn(site, entry)
        for placed in delta.added:
            self._learn(site, placed.entry)

    def acknowledged(self, site: int, ids: tuple[EntryId, ...]) -> None:
        """`Issue` was answered with these ids: they are on that disk (invariant 5)."""
        ledger = self.facts.ledgers[site]
        for entry_id in ids:
            entry_hash = self.hash_of.get(entry_id, b"")
            if entry_hash not in ledger.log_index and entry_hash not in ledger.queued:
                raise Violation(
                    self.name,
                    f"{self.facts.name(site)} acknowledges {entry_id}, which is not on its disk",
                )

    def _hear(self, site: int, entry: Entry) -> None:
        name = (entry.author, entry.incarnation, entry.number)
        known = self.said.get(name)
        if known == entry.hash:
            return
        where = self.facts.name(site)
        if known is not None:
            raise Violation(self.name, f"{where} has another entry under the name {entry.id}")
        if self._home.setdefault(entry.author, site) != site:
            raise Violation(self.name, f"{where} has {entry.id}, which its author never stored")
        self.said[name] = entry.hash
        self.hash_of[entry.id] = entry.hash
        own = (entry.author, entry.incarnation)
        fresh = self._fresh[site]
        self._causes[entry.hash] = tuple(
            [(author, number) for author, number in fresh.items() if author != own]
        )
        fresh.clear()
        fresh[own] = entry.number

    def _learn(self, site: int, entry: Entry) -> None:
        author = (entry.author, entry.incarnation)
        known = self._known[site]
        if known.get(author, 0) < entry.number:
            known[author] = entry.number
            self._fresh[site][author] = entry.number

    def _check_place(self, site: int, placed: Placed, last: dict[Author, int]) -> None:
        if placed.chain in self._sound:
            return
        entry = placed.entry
        where = f"{self.facts.name(site)}: {entry.id} at {placed.index}"
        before = last.get((entry.author, entry.incarnation), 0)
        if entry.number != before + 1:
            raise Violation(self.name, f"{where} stands after number {before} of its author")
        for author, number in self._causes[entry.hash]:
            if last.get(author, 0) < number:
                raise Violation(
                    self.name,
                    f"{where} stands before number {number} of incarnation {author[1]} of "
                    f"{self.facts.name(self._home[author[0]])}, which its author had seen",
                )
        self._sound[placed.chain] = None
