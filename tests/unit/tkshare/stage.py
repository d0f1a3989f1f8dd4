"""A stage for tests: people, one shared program, rooms that apply what they do in one order."""

from __future__ import annotations

from dataclasses import replace

from app.core.ids import EntryId, Key, site_of
from app.rooms.entry import OrderedEntry
from app.rooms.events import Refused, RoomEvent, ShareHeld, ShareReplayed, Unknown
from app.rooms.rooms import Rooms
from app.tkshare.model.bodies import (
    OFFER_CODEC,
    Clock,
    Input,
    Offer,
    ShareId,
    encode_clock,
    encode_input,
)
from app.tkshare.model.events import Event, hear_event
from app.tkshare.model.state import Phase, Share
from app.tkshare.model.statements import Attach, Digest, Go, Statement, encode_state
from app.tkshare.model.steps import Passed, Step

ADA = Key(b"A" * 32)
BEN = Key(b"B" * 32)
CLEO = Key(b"C" * 32)
SITES = {key: site_of(key) for key in (ADA, BEN, CLEO)}

OFFER = Offer(
    title="calculator",
    kind="file",
    entry="calculator.py",
    arguments=(),
    toolkit="tk",
    files=1,
    size=10,
    listing=b"L" * 32,
    listing_size=20,
    versions=(("python", "3.11.7"), ("tk", "8.6.13")),
    seed=7,
)
ATTACH = Attach("tk", (("tk", "8.6.13"),), "tk", b"look")


def press(button: int = 1, window: int | str = ".b", x: int = 8) -> Event:
    return hear_event(["press", window, x, 8, button, 0, None, 0])


def release(button: int = 1, window: int | str = ".b", x: int = 8) -> Event:
    return hear_event(["release", window, x, 8, button, 256, None, 0])


def move(x: int = 16, window: int | str = ".b", state: int = 256) -> Event:
    return hear_event(["move", window, x, 8, state, None, 0])


def key(text: str = "a", window: int | str = ".e") -> Event:
    return hear_event(["key", window, ord(text), 38, 0, text, 0, 0])


def key_up(text: str = "a", window: int | str = ".e") -> Event:
    return hear_event(["keyup", window, ord(text), 38, 0, "", 0, 0])


def wheel(window: int | str = ".b") -> Event:
    return hear_event(["wheel", window, 8, 8, 0, -120, 0, 0, 0, 0, None, 0])


class Stage:
    """Ada founded the session; `offer()` first."""

    def __init__(self) -> None:
        self.rooms = Rooms(ADA)
        self.log: list[OrderedEntry] = []
        self.steps: list[tuple[int, Step]] = []
        self.told: list[RoomEvent] = []
        self.stamp_ms = 1_000
        self.share_id: ShareId = ""
        self._numbers: dict[Key, int] = {}

    @property
    def head(self) -> int:
        return self.rooms.head

    @property
    def phase(self) -> Phase:
        return self.share.phase

    @property
    def share(self) -> Share:
        share = self.rooms.share.reducer.share(self.share_id)
        assert share is not None
        return share

    def raw(self, author: Key, kind: str, body: bytes, *, leads: bool = False) -> list[RoomEvent]:
        """Order one entry 10 ms after the one before."""
        number = self._numbers[author] = self._numbers.get(author, 0) + 1
        self.stamp_ms += 10
        entry_id = EntryId(site_of(author), 1, number)
        entry = OrderedEntry(self.head + 1, entry_id, author, kind, body, 7, self.stamp_ms, leads)
        self.log[entry.index - 1 :] = [entry]
        self.told = self.rooms.apply(entry)
        for event in self.told:
            if isinstance(event, ShareReplayed):
                self.steps += [(entry.index, step) for step in event.steps]
        return self.told

    def why(self) -> str:
        """Why the last entry had no effect; empty if it had."""
        assert not any(isinstance(event, Unknown) for event in self.told)
        return next((event.why for event in self.told if isinstance(event, Refused)), "")

    def held(self) -> str:
        """Why part of the last entry did not pass."""
        return next((event.why for event in self.told if isinstance(event, ShareHeld)), "")

    def offer(self, author: Key = ADA, floor: str = "free") -> ShareId:
        body = OFFER_CODEC.encode(replace(OFFER, floor=floor))
        self.raw(author, "share.offer", body)
        assert self.why() == ""
        self.share_id = str(self.log[-1].id)
        return self.share_id

    def says(self, author: Key, said: Statement, *, leads: bool = False) -> str:
        """Order a `share.state`; why it had no effect."""
        self.raw(author, "share.state", encode_state(self.share_id, said), leads=leads)
        return self.why()

    def joins(self, *people: Key) -> None:
        for person in people:
            assert self.says(person, ATTACH) == ""
            assert self.says(person, Go()) == ""

    def acts(self, author: Key, *events: Event, seen: int | None = None) -> list[Event]:
        """Order a `share.input`; what of it passed."""
        given = Input(self.share_id, self.head if seen is None else seen, 5, events)
        before = len(self.steps)
        self.raw(author, "share.input", encode_input(given))
        new = [step for _, step in self.steps[before:]]
        return [event for step in new if isinstance(step, Passed) for event in step.events]

    def ticks(self, author: Key, *due: tuple[int | str, int]) -> str:
        self.stamp_ms += 50
        self.raw(author, "share.clock", encode_clock(Clock(self.share_id, due)))
        return self.why()

    def answers(self, author: Key, digest: bytes, *windows: tuple[int | str, bytes]) -> str:
        return self.says(author, Digest(self.share.mark, digest, windows))
