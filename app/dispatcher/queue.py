"""Entries that are not in the log yet, in order; nothing but being ordered removes one (O5).

Others' entries stand here too, when a view took them back. Positions are those on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.dispatcher.entries import Author, Entry

Place = tuple[Author, int]
"""(author, number)."""


class Queue:
    """An ordered table of entries with their positions on disk."""

    def __init__(self, saved: Iterable[tuple[int, Entry]] = ()) -> None:
        self._items: dict[Place, tuple[int, Entry]] = {}
        self._next = 1
        for position, entry in saved:
            self._items[_place(entry)] = (position, entry)
            self._next = position + 1

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Entry]:
        return iter([entry for _, entry in self._items.values()])

    def __contains__(self, entry: Entry) -> bool:
        return _place(entry) in self._items

    def add(self, entry: Entry) -> int:
        """Put `entry` at the end; returns its position."""
        position = self._next
        self._next += 1
        self._items[_place(entry)] = (position, entry)
        return position

    def drop(self, entry: Entry) -> int | None:
        """Remove an ordered entry; returns its position, None if it did not stand here."""
        item = self._items.pop(_place(entry), None)
        return None if item is None else item[0]

    def reset(self, entries: Iterable[Entry]) -> tuple[tuple[int, ...], int]:
        """Replace everything; returns (old positions, first new position)."""
        old = tuple([position for position, _ in self._items.values()])
        first = self._next
        self._items = {}
        for entry in entries:
            self.add(entry)
        return old, first

    def last_of(self, author: Author) -> Entry | None:
        """The newest entry of an incarnation that waits here."""
        for _, entry in reversed(self._items.values()):
            if entry.author == author[0] and entry.incarnation == author[1]:
                return entry
        return None


def _place(entry: Entry) -> Place:
    return (entry.author, entry.incarnation), entry.number
