"""Names and colours of people.

A colour says who (UI.md 3), so two people never wear the same while one is free: the later one in
the log shows the next free one, in this session only. With all twelve taken, a colour is worn
twice (windows draw a second ring).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.core import limits
from app.core.codec import Plain
from app.core.ids import Key
from app.rooms.bodies import CODECS, Profile
from app.rooms.entry import OrderedEntry, Refusal
from app.rooms.events import ProfileChanged, ProfileGone, RoomEvent
from app.rooms.journal import Journal, JournalMap

SHAPE_OF_COLOUR: Final = {
    "azure": "square",
    "brick": "leaf",
    "slate": "circle",
    "indigo": "hexagon",
    "walnut": "hexagon",
    "fern": "circle",
    "jade": "leaf",
    "olive": "square",
    "violet": "leaf",
    "cherry": "hexagon",
    "orchid": "circle",
    "petrol": "square",
}
"""In the order in which they are proposed to newcomers."""

COLOURS: Final = tuple(SHAPE_OF_COLOUR)


@dataclass(frozen=True, slots=True)
class Person:
    """As this session shows somebody; `wanted` is the colour that was asked for."""

    name: str
    colour: str
    shape: str
    wanted: str

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.name, self.colour, self.shape, self.wanted]


class ProfileRoom:
    """Reducer of profile."""

    def __init__(self, journal: Journal) -> None:
        self._people: JournalMap[Key, Person] = journal.map("profile", Person.plain)

    def person(self, author: Key) -> Person | None:
        """Who this is, if a profile was ordered."""
        return self._people.get(author)

    def people(self) -> list[tuple[Key, Person]]:
        """Everybody, by key."""
        return sorted(self._people.items(), key=lambda item: item[0])

    def free_colour(self, wanted: str = "", author: Key | None = None) -> str:
        """`wanted` if nobody else wears it, else the next free one after it."""
        taken = {person.colour: True for key, person in self._people.items() if key != author}
        start = COLOURS.index(wanted) if wanted in SHAPE_OF_COLOUR else 0
        order = COLOURS[start:] + COLOURS[:start]
        return next((colour for colour in order if colour not in taken), order[0])

    def change(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`profile`: always one's own."""
        body: Profile = CODECS["profile"].decode(entry.body)
        if entry.author not in self._people and len(self._people) >= limits.AUTHORS_MAX:
            message = "this session knows all the people it can"
            raise Refusal(message)
        colour = self.free_colour(body.colour, entry.author)
        person = Person(body.name, colour, SHAPE_OF_COLOUR[colour], body.colour)
        self._people.set(entry.author, person)
        return [_changed(entry.author, person)]

    def restored(self, touched: Iterable[tuple[JournalMap[Key, object], Key]]) -> list[RoomEvent]:
        """Events for what a revert touched."""
        events: list[RoomEvent] = []
        for room, author in touched:
            if room is self._people:
                person = self._people.get(author)
                events.append(ProfileGone(author) if person is None else _changed(author, person))
        return events


def _changed(author: Key, person: Person) -> ProfileChanged:
    moved = person.wanted not in ("", person.colour)
    return ProfileChanged(author, person.name, person.colour, person.shape, moved)
