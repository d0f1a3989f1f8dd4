"""A session for tests: people who write entries, and rooms that apply them in one order."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.ids import EntryId, Key, site_of
from app.rooms.entry import OrderedEntry
from app.rooms.events import Refused, RoomEvent, Unknown
from app.rooms.json_form import body_from_json
from app.rooms.rooms import Rooms

ADA = Key(b"A" * 32)
BEN = Key(b"B" * 32)
CLEO = Key(b"C" * 32)
NAMES = {"ada": ADA, "ben": BEN, "cleo": CLEO}


class Session:
    """Ada founded it. `log` holds what was applied, for comparison with fresh rooms."""

    def __init__(self) -> None:
        self.rooms = Rooms(ADA)
        self.log: list[OrderedEntry] = []
        self.numbers: dict[Key, int] = {}
        self.incarnation = 1

    def next_id(self, author: Key, offset: int = 0) -> EntryId:
        return EntryId(site_of(author), self.incarnation, self.numbers.get(author, 0) + 1 + offset)

    def raw(self, author: Key, kind: str, body: bytes, *, leads: bool = False) -> list[RoomEvent]:
        entry_id = self.next_id(author)
        self.numbers[author] = entry_id.number
        index = self.rooms.head + 1
        entry = OrderedEntry(index, entry_id, author, kind, body, 7, 1_000 + index, leads)
        self.log[index - 1 :] = [entry]
        return self.rooms.apply(entry)

    def does(self, author: Key, kind: str, *, leads: bool = False, **body: object) -> EntryId:
        """Issue an entry that must have its effect."""
        entry_id = self.next_id(author)
        events = self.raw(author, kind, body_from_json(kind, body), leads=leads)
        assert not any(isinstance(event, (Refused, Unknown)) for event in events), events
        return entry_id

    def refused(self, author: Key, kind: str, *, leads: bool = False, **body: object) -> str:
        """Issue an entry that must have no effect; why."""
        before = self.rooms.state_hash()
        events = self.raw(author, kind, body_from_json(kind, body), leads=leads)
        assert len(events) == 1 and isinstance(events[0], Refused), events
        assert self.rooms.state_hash() == before
        return events[0].why

    def draws(self, author: Key, *ops: Mapping[str, object], board: str = "main") -> EntryId:
        return self.does(author, "board", board=board, ops=list(ops))

    def undoes(self, author: Key) -> list[RoomEvent]:
        drawing = self.rooms.board.undo_of(author)
        assert drawing is not None
        return self.raw(author, "board", drawing.encode())

    def redoes(self, author: Key) -> list[RoomEvent]:
        drawing = self.rooms.board.redo_of(author)
        assert drawing is not None
        return self.raw(author, "board", drawing.encode())

    def fresh(self, length: int | None = None) -> Rooms:
        """New rooms that applied only the first `length` entries."""
        rooms = Rooms(ADA)
        for entry in self.log[: self.rooms.head if length is None else length]:
            rooms.apply(entry)
        return rooms


def contents(rooms: Rooms) -> list[tuple[str, dict[object, object]]]:
    """Everything the maps hold, without their order."""
    return [(each.room, dict(each.items())) for each in rooms._journal._maps]
