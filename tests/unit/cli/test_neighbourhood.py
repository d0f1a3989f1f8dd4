"""What the network around is asked to do, in which order, and when nothing is done at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.cli import neighbourhood
from app.cli.neighbourhood import Neighbourhood
from app.core.errors import KnownError
from app.crypto.hello import session_tag
from app.node.api import NearShown

SESSION = bytes(range(32))
BOUND = ("0.0.0.0", 4711)


class Around:
    """Stands for both drivers; notes what they are asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.sees_nothing = False

    def nearby(self, found: object, lost: object, _trouble: object) -> _Nearby:
        self.found, self.lost = found, lost
        return _Nearby(self)

    def lookout(self, show: Callable[[tuple[NearShown, ...]], None]) -> _Lookout:
        return _Lookout(self)


class _Nearby:
    def __init__(self, around: Around) -> None:
        self._asked = around.asked

    async def open(self) -> None:
        self._asked.append("open")

    def announce(self, tag: bytes, bound: object) -> None:
        self._asked.append(("announce", tag, bound))

    def withdraw(self) -> None:
        self._asked.append("withdraw")

    def look(self, *, on: bool) -> None:
        self._asked.append(("look", on))

    def probe(self, address: str) -> None:
        self._asked.append(("probe", address))

    async def close(self) -> None:
        self._asked.append("close")


class _Lookout:
    def __init__(self, around: Around) -> None:
        self._around = around

    async def open(self) -> None:
        if self._around.sees_nothing:
            message = "no socket is left"
            raise KnownError(message)

    def found(self, tag: bytes, addresses: tuple[str, ...]) -> None:
        self._around.asked.append(("found", tag, addresses))

    def lost(self, tag: bytes) -> None:
        self._around.asked.append(("lost", tag))

    def close(self) -> None:
        self._around.asked.append("looks away")


@pytest.fixture
def around(monkeypatch):
    made = Around()
    monkeypatch.setattr("app.drivers.nearby.nearby.Nearby", made.nearby)
    monkeypatch.setattr(neighbourhood, "Lookout", made.lookout)
    return made


def play(
    around: Around, steps: Callable[[Neighbourhood], Awaitable[None]]
) -> tuple[list[object], list[str]]:
    """What was shown and what trouble was told."""
    shown: list[object] = []
    troubles: list[str] = []

    async def whole() -> None:
        await steps(Neighbourhood(shown.append, lambda code, _text: troubles.append(code)))

    asyncio.run(whole())
    return shown, troubles


def test_it_opens_once_when_it_is_first_needed(around):
    async def steps(near: Neighbourhood) -> None:
        assert around.asked == []
        await near.announce(SESSION, BOUND)
        await near.look()
        await near.look()

    play(around, steps)
    announced = ("announce", session_tag(SESSION), BOUND)
    assert around.asked == ["open", announced, ("look", True)]


def test_what_is_sighted_is_asked_only_while_somebody_looks(around):
    async def steps(near: Neighbourhood) -> None:
        await near.announce(SESSION, BOUND)
        around.found(b"t" * 16, ("10.0.0.1:1",))
        around.lost(b"t" * 16)
        await near.look()
        around.found(b"t" * 16, ("10.0.0.1:1",))
        around.lost(b"t" * 16)
        await near.look_away()
        around.found(b"t" * 16, ("10.0.0.1:1",))

    shown, _ = play(around, steps)
    assert [each for each in around.asked if isinstance(each, tuple)][2:4] == [
        ("found", b"t" * 16, ("10.0.0.1:1",)),
        ("lost", b"t" * 16),
    ]
    assert around.asked[-2:] == [("look", False), "looks away"]
    assert shown == [()]


def test_closing_looks_away_and_says_goodbye(around):
    async def steps(near: Neighbourhood) -> None:
        await near.look()
        await near.close()

    play(around, steps)
    assert around.asked == ["open", ("look", True), ("look", False), "looks away", "close"]


def test_who_can_not_look_says_so_and_is_still_seen(around):
    around.sees_nothing = True

    async def steps(near: Neighbourhood) -> None:
        await near.look()
        await near.announce(SESSION, BOUND)

    _, troubles = play(around, steps)
    assert troubles == ["no-lookout"]
    assert around.asked == ["open", ("announce", session_tag(SESSION), BOUND)]


def test_a_typed_address_is_asked_and_returned(around):
    asked: list[tuple[str, ...]] = []

    async def steps(near: Neighbourhood) -> None:
        asked.append(await near.probe("192.168.1.20:47011"))

    play(around, steps)
    assert asked == [("192.168.1.20:47011",)]
    assert ("probe", "192.168.1.20:47011") in around.asked
