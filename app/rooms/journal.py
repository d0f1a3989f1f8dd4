"""Maps that can go back in time and know the hash of what they hold.

A new view may take entries back (ORDER.md section 6), so every change of room state is written
down with the old value, in a frame of the entry's index: reverting pops frames, settling forgets
them. All room state lives in such maps and nowhere else, so the hash below covers all of it.

The hash of a map is the sum modulo 2^256 of H(room, key, value) over its items: it depends on the
items only, not on the way there, and a change costs two small hashes, which are put off until
somebody asks. Values are immutable and never None; None means absent. Iteration order of a map
depends on its history (a revert puts a key at the end): sort where order matters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from app.core import limits
from app.core.codec import Plain, digest
from app.core.errors import Bug
from app.core.ids import HASH_BYTES

K = TypeVar("K")
V = TypeVar("V")

ITEM_LABEL = "talkstick room item"
STATE_LABEL = "talkstick rooms"
MODULUS = 2 ** (8 * HASH_BYTES)

Note = tuple["JournalMap[Any, Any]", Any, Any]
"""(map, key, value before the change or None)."""


class Journal:
    """The undo journal of all maps made by it."""

    def __init__(self) -> None:
        self._maps: list[JournalMap[Any, Any]] = []
        self._frames: deque[tuple[int, list[Note]]] = deque()
        self._index = 0
        self._settled = 0

    @property
    def maps(self) -> tuple[JournalMap[Any, Any], ...]:
        """Every map made by it, in order."""
        return tuple(self._maps)

    def map(self, room: str, plain: Callable[[Any], Plain]) -> JournalMap[Any, Any]:
        """A new empty map; `plain` turns a value into what its hash covers."""
        made: JournalMap[Any, Any] = JournalMap(self, room, plain)
        self._maps.append(made)
        return made

    def begin(self, index: int) -> None:
        """What changes from here on belongs to `index`."""
        self._index = index

    def note(self, changed: JournalMap[Any, Any], key: Any, old: Any) -> None:
        """Remember the value before a change."""
        if not self._frames or self._frames[-1][0] != self._index:
            self._frames.append((self._index, []))
        self._frames[-1][1].append((changed, key, old))

    def revert_to(self, index: int) -> list[tuple[JournalMap[Any, Any], Any]]:
        """Undo everything above `index`; what was touched, each (map, key) once."""
        if index < self._settled:
            message = f"a revert to {index}, below the settled mark {self._settled}"
            raise Bug(message)
        touched: dict[tuple[int, Any], tuple[JournalMap[Any, Any], Any]] = {}
        while self._frames and self._frames[-1][0] > index:
            _, notes = self._frames.pop()
            for changed, key, old in reversed(notes):
                changed.put_back(key, old)
                touched[self._maps.index(changed), key] = (changed, key)
        self._index = index
        return list(touched.values())

    def settle(self, index: int) -> None:
        """Forget how to undo everything up to `index`."""
        self._settled = max(self._settled, index)
        while self._frames and self._frames[0][0] <= index:
            self._frames.popleft()

    def restart(self, index: int) -> None:
        """Begin at `index`, which is settled: the maps were replaced as a whole."""
        self._frames.clear()
        self._index = self._settled = index

    def forget(self) -> None:
        """Begin at index 0 again, with nothing to undo: the caller has put the maps right."""
        self._frames.clear()
        self._index = self._settled = 0

    def state_hash(self) -> bytes:
        """32 bytes that are equal iff all maps hold equal items."""
        total = sum(each.folded() for each in self._maps) % MODULUS
        return digest(STATE_LABEL, [total.to_bytes(HASH_BYTES, "big")])


class JournalMap(Generic[K, V]):
    """A dict whose changes are journalled and whose hash is kept up lazily."""

    def __init__(self, journal: Journal, room: str, plain: Callable[[V], Plain]) -> None:
        self.room = room
        self._journal = journal
        self._plain = plain
        self._items: dict[K, V] = {}
        self._sum = 0
        self._dirty: dict[K, V | None] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: K) -> bool:
        return key in self._items

    def get(self, key: K) -> V | None:
        """The value, or None where there is none."""
        return self._items.get(key)

    def items(self) -> Iterator[tuple[K, V]]:
        """All items, in an order that depends on history."""
        return iter(self._items.items())

    def set(self, key: K, value: V | None) -> None:
        """Write a value; None removes the key."""
        old = self._items.get(key)
        if old is value:
            return
        self._journal.note(self, key, old)
        self._write(key, old, value)

    def put_back(self, key: K, value: V | None) -> None:
        """Write without journalling: for the journal alone."""
        self._write(key, self._items.get(key), value)

    def replace(self, items: dict[K, V], folded: int) -> list[K]:
        """Hold these items instead, whose hashes add up to `folded`.

        Returns:
            Keys of what is another now, or new, or gone.
        """
        changed = [key for key, value in items.items() if self._items.get(key) != value]
        changed += [key for key in self._items if key not in items]
        self._items = items
        self._sum = folded
        self._dirty.clear()
        return changed

    def _write(self, key: K, old: V | None, value: V | None) -> None:
        if key not in self._dirty:
            if len(self._dirty) >= limits.HASH_DIRTY_MAX:
                self.folded()
            self._dirty[key] = old
        if value is None:
            self._items.pop(key, None)
        else:
            self._items[key] = value

    def folded(self) -> int:
        """The sum of the items' hashes, with what changed since the last call folded in."""
        for key, before in self._dirty.items():
            now = self._items.get(key)
            if before is not None:
                self._sum -= self._item_hash(key, before)
            if now is not None:
                self._sum += self._item_hash(key, now)
        self._dirty.clear()
        self._sum %= MODULUS
        return self._sum

    def _item_hash(self, key: K, value: V) -> int:
        return int.from_bytes(digest(ITEM_LABEL, [self.room, key, self._plain(value)]), "big")
