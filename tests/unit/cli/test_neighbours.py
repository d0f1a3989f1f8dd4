"""What answers nearby as rows of the lobby, and the one session of a title for a command."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.cli import neighbours
from app.cli.finding import Finding
from app.cli.neighbours import Neighbours, near_rows
from app.cli.outcome import CommandFailed
from app.core import limits
from app.core.errors import KnownError
from app.crypto.hello import session_tag
from app.node.api import NearShown
from app.node.contract import Address
from app.ui.models.lobby import Asked, LobbyModel
from app.ui.strings import Nearby

KEY = bytes(range(32)).hex()
BOUND: Address = ("192.168.1.20", 4711)


def near(title: str = "Tea", tag: bytes = b"t" * 16, **changes: Any) -> NearShown:
    fields: dict[str, Any] = {
        "tag": tag,
        "title": title,
        "people": (("Ann", "fern"),),
        "count": 1,
        "holder": "Ann",
        "admits": True,
        "addresses": ("10.0.0.1:1",),
        "version": "2.0",
        "too_new": False,
    }
    return NearShown(**{**fields, **changes})


def test_a_stranger_asks_and_is_no_member():
    ((row, shown),) = near_rows([near()], [], "").values()
    assert (row.key, row.member, row.admits, row.needs) == ((b"t" * 16).hex(), False, True, "")
    assert shown.addresses == ("10.0.0.1:1",)


def test_a_session_of_this_disk_goes_by_its_own_key():
    rows = near_rows([near(tag=session_tag(bytes.fromhex(KEY)))], [KEY], "")
    assert rows[KEY][0].member


def test_the_session_that_is_open_here_is_not_near():
    assert near_rows([near(tag=session_tag(bytes.fromhex(KEY)))], [KEY], KEY) == {}


def test_a_newer_one_says_what_it_needs():
    ((row, _),) = near_rows([near(too_new=True)], [], "").values()
    assert row.needs == "2.0"


class Around:
    """A neighbourhood that answers at once."""

    def __init__(self, finding: Finding, *sessions: NearShown) -> None:
        self._finding, self._sessions = finding, sessions

    async def look(self) -> None:
        self._finding.show(self._sessions)


@pytest.fixture(autouse=True)
def no_time(monkeypatch):
    """Nobody waits for a second session of the same title longer than a turn of the loop."""
    monkeypatch.setattr(limits, "NEAR_OTHERS_MICROS", 0)


def found(title: str, *sessions: NearShown) -> NearShown:
    wanted = Finding(title)
    around: Any = Around(wanted, *sessions)
    return asyncio.run(wanted.find(around))


def test_a_title_is_found_however_it_is_written():
    assert found("tEA", near("Cake"), near()).title == "Tea"


@pytest.mark.parametrize(
    ("sessions", "words"),
    [
        ((near("Cake"),), "Near here are: 'Cake'"),
        ((), "No session answered near here at all"),
        ((near(), near(tag=b"u" * 16)), "2 sessions near here"),
        ((near(too_new=True),), "Update to join"),
        ((near(admits=False),), "Ask for an invite"),
    ],
)
def test_what_can_not_be_asked_is_said_with_a_way_out(monkeypatch, sessions, words):
    monkeypatch.setattr(limits, "NEAR_PATIENCE_MICROS", 0)
    with pytest.raises(CommandFailed, match="(?s)" + words):
        found("Tea", *sessions)


class Slow(Around):
    """The second session answers a turn later."""

    async def look(self) -> None:
        first, second = self._sessions
        self._finding.show((first,))
        asyncio.get_running_loop().call_soon(self._finding.show, (first, second))


def test_a_second_one_of_that_title_is_noticed_though_it_answers_later():
    wanted = Finding("Tea")
    around: Any = Slow(wanted, near(), near(tag=b"u" * 16))
    with pytest.raises(CommandFailed, match="2 sessions near here"):
        asyncio.run(wanted.find(around))


# --- the lobby's list -----------------------------------------------------------------------------


class Network:
    """A neighbourhood that finds what a test says."""

    def __init__(self, show: Any, trouble: Any) -> None:
        self.show, self.trouble = show, trouble
        self.doing: list[Any] = []

    async def look(self) -> None:
        self.doing.append("look")

    async def look_away(self) -> None:
        self.doing.append("look away")
        self.show(())

    async def announce(self, session: bytes, bound: Address) -> None:
        self.doing.append((session, bound))

    async def withdraw(self) -> None:
        self.doing.append("withdraw")

    async def close(self) -> None:
        self.doing.append("close")

    async def probe(self, address: str) -> tuple[str, ...]:
        if address.startswith("nobody"):
            message = "nothing has the name"
            raise KnownError(message)
        return (address,)


class Street:
    """A lobby with neighbours around it."""

    def __init__(self) -> None:
        self.lobby = LobbyModel()
        self.kept: list[str] = []
        self.neighbours = Neighbours(self.lobby, lambda: self.kept, lambda: "")

    @property
    def network(self) -> Any:
        return self.neighbours._around

    async def looks(self) -> None:
        await self.neighbours.look(on=True)

    def titles(self) -> list[str]:
        return [each.title for each in self.lobby.near]


@pytest.fixture
def street(qapp, monkeypatch):
    monkeypatch.setattr(neighbours, "Neighbourhood", Network)
    monkeypatch.setattr(limits, "NEAR_SILENCE_MICROS", 0)
    return Street()


def test_the_lobby_lists_what_answers_while_it_looks_around(street):
    async def play() -> None:
        await street.looks()
        assert (street.lobby.looks_around, street.titles()) == (True, [])
        street.network.show((near(),))
        assert street.titles() == ["Tea"]
        await street.neighbours.look(on=False)
        assert street.titles() == []

    asyncio.run(play())


def test_who_became_a_member_meanwhile_has_another_row(street):
    async def play() -> None:
        await street.looks()
        street.network.show((near(tag=session_tag(bytes.fromhex(KEY))),))
        street.kept = [KEY]
        street.neighbours.refresh()
        ((row),) = street.lobby.near
        assert (row.key, row.member) == (KEY, True)

    asyncio.run(play())


def test_what_was_asked_stays_in_sight_until_that_is_over(street):
    async def play() -> None:
        await street.looks()
        street.network.show((near(),))
        street.lobby.set_asked(Asked((b"t" * 16).hex(), "Ann"))
        street.network.show(())
        assert street.titles() == ["Tea"]
        street.lobby.set_asked(None)
        street.neighbours.refresh()
        assert street.titles() == []

    asyncio.run(play())


def test_nothing_is_said_to_the_network_before_it_is_needed(street):
    async def play() -> None:
        await street.neighbours.withdraw()
        await street.neighbours.probe("10.0.0.1:1")
        await street.neighbours.look(on=False)
        await street.neighbours.close()
        before = street.network
        assert before is None
        await street.neighbours.announce(b"s", BOUND)
        assert street.network.doing == [(b"s", BOUND)]

    asyncio.run(play())


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("10.0.0.1:1", Nearby.THERE(session="Tea")),
        ("10.0.0.9:1", Nearby.NOBODY_THERE(address="10.0.0.9:1")),
        ("nobody:1", Nearby.ADDRESS_UNKNOWN(name="nobody")),
    ],
)
def test_a_typed_address_leads_to_a_row_or_to_what_became_of_it(street, address, says):
    async def play() -> None:
        said = []
        await street.looks()
        street.network.show((near(),))
        street.lobby.changed.connect(lambda: said.append(street.lobby.probed))
        await street.neighbours.probe(address)
        assert said[0] == Nearby.LOOKING_THERE(address=address)
        assert street.lobby.probed == says

    asyncio.run(play())


def test_trouble_of_the_network_stands_in_the_lobby(street):
    async def play() -> None:
        await street.looks()
        street.network.trouble("no-multicast", "No multicast here.")
        assert street.lobby.near_trouble == "No multicast here."

    asyncio.run(play())
