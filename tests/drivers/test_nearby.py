"""Announcing and sighting: what travels, what it costs whom, and two programs of one machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from app.core import limits
from app.core.instant import MILLI, SECOND
from app.drivers.nearby import interfaces
from app.drivers.nearby.beacon import BEACON_BYTES, Beacon, Kind, parse
from app.drivers.nearby.broadcast import Broadcast
from app.drivers.nearby.interfaces import Interfaces
from app.drivers.nearby.multicast import Multicast
from app.drivers.nearby.nearby import Nearby
from app.drivers.nearby.sightings import Sightings

TAG = b"t" * 16
ANYWHERE = ("0.0.0.0", 4711)
PATIENCE_SECONDS = 20


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


# --- what travels ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "beacon", [Beacon(Kind.HERE, TAG, 4711), Beacon(Kind.GONE, TAG, 1), Beacon(Kind.WHO)]
)
def test_a_beacon_is_small_and_comes_back_as_it_was(beacon):
    data = beacon.encode()
    assert len(data) == BEACON_BYTES <= 64
    assert parse(data) == beacon


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * BEACON_BYTES,
        Beacon(Kind.HERE, TAG, 4711).encode()[:-1],
        Beacon(Kind.HERE, TAG, 0).encode(),
        Beacon(Kind.WHO).encode().replace(bytes([Kind.WHO]), b"\x09", 1),
    ],
)
def test_anything_else_is_no_beacon(data):
    assert parse(data) is None


# --- what was sighted -----------------------------------------------------------------------------


class Heard:
    """What sightings tell, in order."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.sightings = Sightings(
            lambda tag, addresses: self.told.append((tag, addresses)), self.told.append
        )


def test_a_session_is_told_once_for_each_change_with_all_its_addresses():
    heard = Heard()
    heard.sightings.seen("a", TAG, ("10.0.0.1:1",))
    heard.sightings.seen("a", TAG, ("10.0.0.1:1",))
    heard.sightings.seen("b", TAG, ("10.0.0.2:1",))
    assert heard.told == [(TAG, ("10.0.0.1:1",)), (TAG, ("10.0.0.2:1", "10.0.0.1:1"))]


def test_who_stays_is_told_anew_when_another_goes():
    heard = Heard()
    heard.sightings.seen("a", TAG, ("10.0.0.1:1",))
    heard.sightings.seen("b", TAG, ("10.0.0.2:1",))
    heard.told.clear()
    heard.sightings.gone("b")
    assert heard.told == [TAG, (TAG, ("10.0.0.1:1",))]
    heard.sightings.gone("a")
    assert heard.told[2:] == [TAG]


def test_a_name_that_announces_another_session_leaves_the_first():
    heard = Heard()
    heard.sightings.seen("a", TAG, ("10.0.0.1:1",))
    heard.sightings.seen("a", b"u" * 16, ("10.0.0.1:1",))
    assert heard.told == [(TAG, ("10.0.0.1:1",)), TAG, (b"u" * 16, ("10.0.0.1:1",))]


def test_announcing_without_end_is_kept_within_bounds():
    heard = Heard()
    for number in range(1_000):
        heard.sightings.seen(f"n{number}", number.to_bytes(16, "big"), ("10.0.0.1:1",))
        heard.sightings.seen(f"m{number}", bytes(16), (f"10.0.0.1:{number + 1}",))
    tags = {told[0] for told in heard.told if isinstance(told, tuple)}
    assert len(tags) <= limits.NEAR_SESSIONS_MAX
    longest = max(len(told[1]) for told in heard.told if isinstance(told, tuple))
    assert longest <= limits.ADDRESSES_PER_SITE_MAX


# --- two programs ---------------------------------------------------------------------------------


class Program:
    """One program's view of the network."""

    def __init__(self, port: int) -> None:
        self.found: dict[bytes, tuple[str, ...]] = {}
        self.troubles: list[str] = []
        self.texts: list[str] = []
        self.changed = asyncio.Event()
        self.nearby = Nearby(self._found, self._lost, self._trouble, port)

    def _found(self, tag: bytes, addresses: tuple[str, ...]) -> None:
        self.found[tag] = addresses
        self.changed.set()

    def _lost(self, tag: bytes) -> None:
        self.found.pop(tag, None)
        self.changed.set()

    def _trouble(self, code: str, text: str) -> None:
        self.troubles.append(code)
        self.texts.append(text)

    async def until(self, fits: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not fits():
                self.changed.clear()
                await self.changed.wait()


def two(meet: Callable[[Program, Program], object]) -> None:
    async def whole() -> None:
        port = free_port()
        one, other = Program(port), Program(port)
        await one.nearby.open()
        await other.nearby.open()
        try:
            await meet(one, other)  # type: ignore[misc]
        finally:
            await one.nearby.close()
            await other.nearby.close()

    asyncio.run(whole())


def test_an_open_session_is_sighted_and_its_goodbye_too():
    async def meet(one: Program, other: Program) -> None:
        other.nearby.look(on=True)
        one.nearby.announce(TAG, ANYWHERE)
        await other.until(lambda: TAG in other.found)
        assert all(text.endswith(":4711") for text in other.found[TAG])
        one.nearby.withdraw()
        await other.until(lambda: TAG not in other.found)
        assert one.found == {}

    two(meet)


def test_who_looks_later_is_answered():
    async def meet(one: Program, other: Program) -> None:
        one.nearby.announce(TAG, ANYWHERE)
        other.nearby.look(on=True)
        await other.until(lambda: TAG in other.found)

    two(meet)


def test_who_looks_again_is_told_again(monkeypatch):
    # Not because what was heard the first time was forgotten by itself.
    monkeypatch.setattr(limits, "BEACON_LIFE_MICROS", 3_600 * SECOND)

    async def meet(one: Program, other: Program) -> None:
        one.nearby.announce(TAG, ANYWHERE)
        for _look in range(2):
            other.nearby.look(on=True)
            await other.until(lambda: TAG in other.found)
            other.nearby.look(on=False)
            await other.until(lambda: TAG not in other.found)

    two(meet)


def test_a_typed_address_counts_as_sighted():
    async def meet(one: Program, other: Program) -> None:
        other.nearby.probe("10.0.0.7:4711")
        assert other.found == {b"": ("10.0.0.7:4711",)}

    two(meet)


def test_nothing_that_names_anybody_is_sent():
    async def meet(one: Program, other: Program) -> None:
        info = Multicast(Sightings(lambda *_: None, lambda *_: None))._described(
            "0123456789abcdef", TAG, 4711, ("10.0.0.1",)
        )
        wire = repr((info.name, info.server, info.properties)).encode()
        for name in (socket.gethostname(), "root", "Tea"):
            assert name.encode() not in wire
        assert set(info.properties) == {b"v", b"s"}

    two(meet)


def test_without_multicast_it_says_so_once_and_broadcasts(monkeypatch):
    read = interfaces.read()

    def none() -> Interfaces:
        return Interfaces(read.addresses, (), read.broadcasts)

    monkeypatch.setattr(interfaces, "read", none)

    async def meet(one: Program, other: Program) -> None:
        other.nearby.look(on=True)
        one.nearby.announce(TAG, ANYWHERE)
        await other.until(lambda: TAG in other.found)
        assert (one.troubles, other.troubles) == (["no-multicast"], ["no-multicast"])

    two(meet)


def test_without_broadcast_it_says_so_once_and_zeroconf_goes_on():
    async def whole() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as greedy:
            greedy.bind(("", 0))
            program = Program(greedy.getsockname()[1])
            await program.nearby.open()
            program.nearby.look(on=True)
            program.nearby.announce(TAG, ANYWHERE)
            program.nearby.withdraw()
            assert program.troubles == ["no-broadcast"]
            assert "type its address or ask for an invite" in program.texts[0]
            assert program.nearby._multicast.is_open is bool(interfaces.read().multicast)
            await program.nearby.close()

    asyncio.run(whole())


def test_another_session_takes_the_place_of_the_first():
    async def meet(one: Program, other: Program) -> None:
        other.nearby.look(on=True)
        one.nearby.announce(TAG, ANYWHERE)
        await other.until(lambda: TAG in other.found)
        one.nearby.announce(b"u" * 16, ANYWHERE)
        await other.until(lambda: list(other.found) == [b"u" * 16])

    two(meet)


def test_who_closes_at_once_does_not_wait_for_its_announcement():
    async def whole() -> None:
        program = Program(free_port())
        await program.nearby.open()
        program.nearby.announce(TAG, ANYWHERE)
        announcing = program.nearby._announcing
        assert announcing is not None
        await program.nearby.close()
        assert announcing.cancelled()
        assert program.nearby._tasks == set()

    asyncio.run(whole())


# --- another network ------------------------------------------------------------------------------


class Moving:
    """Interfaces that change; zeroconf that notes what it is asked, and may fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> None:
        self.now = Interfaces((), (), ("127.255.255.255",))
        self.calls: list[tuple[object, ...]] = []
        self.called = asyncio.Event()
        self._fails = fails
        self._is_open = False
        monkeypatch.setattr(interfaces, "read", lambda: self.now)
        monkeypatch.setattr(limits, "ADDRESS_CHECK_MICROS", MILLI)
        monkeypatch.setattr("app.drivers.nearby.nearby.Multicast", lambda _sightings: self)

    @property
    def is_open(self) -> bool:
        return self._is_open

    def open(self, usable: tuple[str, ...]) -> None:
        self._is_open = True
        self._note("open", usable)

    async def announce(self, tag: bytes, port: int, addresses: tuple[str, ...]) -> None:
        self._note("announce", tag, port, addresses)

    async def withdraw(self) -> None:
        self._note("withdraw")

    async def renew(self, usable: tuple[str, ...], addresses: tuple[str, ...]) -> None:
        self._note("renew", usable, addresses)
        if self._fails:
            raise OSError(19, "no such device")

    async def look(self, *, on: bool) -> None:
        self._note("look", on)

    async def close(self) -> None:
        self._note("close")

    def _note(self, *call: object) -> None:
        self.calls.append(call)
        self.called.set()

    async def until(self, *call: object) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while call not in self.calls:
                self.called.clear()
                await self.called.wait()


def elsewhere(host: str) -> Interfaces:
    return Interfaces((host,), (host,), ("127.255.255.255",))


def moving(
    monkeypatch: pytest.MonkeyPatch,
    play: Callable[[Moving, Program], Awaitable[None]],
    *,
    fails: bool = False,
) -> None:
    async def whole() -> None:
        network = Moving(monkeypatch, fails=fails)
        program = Program(free_port())
        await program.nearby.open()
        try:
            await play(network, program)
        finally:
            await program.nearby.close()

    asyncio.run(whole())


def test_a_network_that_comes_later_is_used(monkeypatch):
    async def play(network: Moving, program: Program) -> None:
        program.nearby.look(on=True)
        program.nearby.announce(TAG, ANYWHERE)
        assert program.troubles == ["no-multicast"]
        network.now = elsewhere("10.0.0.1")
        await network.until("open", ("10.0.0.1",))
        await network.until("look", True)
        await network.until("announce", TAG, 4711, ("10.0.0.1",))

    moving(monkeypatch, play)


def test_in_another_network_the_session_is_announced_where_it_is_then(monkeypatch):
    async def play(network: Moving, program: Program) -> None:
        network.now = elsewhere("10.0.0.1")
        await network.until("open", ("10.0.0.1",))
        program.nearby.announce(TAG, ANYWHERE)
        network.now = elsewhere("10.0.0.2")
        await network.until("renew", ("10.0.0.2",), ("10.0.0.2",))

    moving(monkeypatch, play)


def test_a_network_that_fails_once_is_told_and_the_next_one_still_noticed(monkeypatch):
    async def play(network: Moving, program: Program) -> None:
        network.now = elsewhere("10.0.0.1")
        await network.until("open", ("10.0.0.1",))
        program.troubles.clear()
        program.nearby._told.clear()
        for host in ("10.0.0.2", "10.0.0.3"):
            network.now = elsewhere(host)
            await network.until("renew", (host,), ())
        assert program.troubles == ["no-multicast"]

    moving(monkeypatch, play, fails=True)


# --- what it costs --------------------------------------------------------------------------------


def test_a_flood_of_questions_gets_one_answer_a_second():
    async def whole() -> None:
        port = free_port()
        said: list[Beacon] = []
        heard = Broadcast(Sightings(lambda *_: None, lambda *_: None), tuple, port)
        heard._say = said.append  # type: ignore[method-assign, assignment]
        heard.announce(TAG, 4711)
        for number in range(500):
            heard.heard(Beacon(Kind.WHO).encode(), (f"10.0.{number % 250}.1", port))
        answer = heard._answer
        assert answer is not None
        heard._answer_now()
        heard.heard(Beacon(Kind.WHO).encode(), ("10.0.0.1", port))
        assert heard._answer is not None
        assert heard._answer.when() >= heard._answered_at + 1
        assert len(said) == 2
        answer.cancel()
        heard.close()

    asyncio.run(whole())
