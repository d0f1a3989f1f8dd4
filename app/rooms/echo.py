"""What the rooms would look like with a person's own waiting entries on top (ORDER.md 6).

Nothing waits for the network: what somebody does is shown at once, by the same reducers that will
apply it once it is ordered. They run on *layers*, maps that read through to the ordered state and
keep what is written to themselves, so nothing done here ever reaches the rooms or their hash. A
layer is right only as long as what lies below does not change: whoever changes it clears the echo
and applies what still waits again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from app.core.codec import Plain
from app.core.ids import EntryId, Key
from app.rooms.entry import OrderedEntry
from app.rooms.events import RoomEvent
from app.rooms.journal import Journal, JournalMap
from app.rooms.rooms import Rooms

K = TypeVar("K")
V = TypeVar("V")

FIRST_INDEX = 2**53
"""Waiting entries count from here: behind everything that has its place."""


class LayerMap(JournalMap[K, V]):
    """A map over another one; None stands for what was removed here."""

    def __init__(
        self, journal: Journal, room: str, plain: Callable[[V], Plain], below: JournalMap[K, V]
    ) -> None:
        super().__init__(journal, room, plain)
        self._below = below
        self._over: dict[K, V | None] = {}
        self._more = 0

    def __len__(self) -> int:
        return len(self._below) + self._more

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def get(self, key: K) -> V | None:
        """The value on top."""
        return self._over[key] if key in self._over else self._below.get(key)

    def items(self) -> Iterator[tuple[K, V]]:
        """All items, those below first."""
        for key, value in self._below.items():
            if key not in self._over:
                yield key, value
        for key, own in self._over.items():
            if own is not None:
                yield key, own

    def set(self, key: K, value: V | None) -> None:
        """Write on top."""
        old = self.get(key)
        if old is not value:
            self._journal.note(self, key, old)
            self._write(key, old, value)

    def put_back(self, key: K, value: V | None) -> None:
        """Write without journalling: for the journal alone."""
        self._write(key, self.get(key), value)

    def _write(self, key: K, old: V | None, value: V | None) -> None:
        self._more += (value is not None) - (old is not None)
        self._over[key] = value

    def clear(self) -> None:
        """Be again what lies below."""
        self._over.clear()
        self._more = 0


class Layer(Journal):
    """The journal of the maps that lie over those of another journal."""

    def __init__(self, below: Journal) -> None:
        super().__init__()
        self._below = {each.room: each for each in below.maps}

    def map(self, room: str, plain: Callable[[Any], Plain]) -> JournalMap[Any, Any]:
        """A map over the one of this name."""
        made: LayerMap[Any, Any] = LayerMap(self, room, plain, self._below[room])
        self._maps.append(made)
        return made

    def clear(self) -> None:
        """Be again what lies below."""
        for each in self._maps:
            assert isinstance(each, LayerMap)
            each.clear()
        self.forget()


class Echo(Rooms):
    """Rooms over those that the log feeds."""

    def __init__(self, below: Rooms) -> None:
        self._layer = Layer(below.journal)
        super().__init__(below.founder, self._layer)
        self.clear()

    def clear(self) -> None:
        """Forget everything that was applied here."""
        self._layer.clear()
        self._head = FIRST_INDEX

    def try_on(
        self, entry_id: EntryId, author: Key, kind: str, body: bytes, *, leads: bool
    ) -> list[RoomEvent]:
        """Let a waiting entry take effect, if it would just now."""
        events = self.apply(
            OrderedEntry(self._head + 1, entry_id, author, kind, body, 0, 0, by_leader=leads)
        )
        self.settle(self._head)
        return events
