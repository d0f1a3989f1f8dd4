"""Zeroconf alone: found without any broadcast, gone at a goodbye, and no failure gets out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from zeroconf import NotRunningException, ServiceStateChange
from zeroconf.asyncio import AsyncServiceInfo

from app.drivers.nearby import interfaces
from app.drivers.nearby.multicast import SERVICE, Multicast
from app.drivers.nearby.sightings import Sightings

TAG = b"m" * 16
PATIENCE_SECONDS = 20
USABLE = interfaces.read()

needs_multicast = pytest.mark.skipif(
    not USABLE.multicast, reason="no interface of this machine takes multicast"
)


class Station:
    """One responder and what it sighted."""

    def __init__(self) -> None:
        self.found: dict[bytes, tuple[str, ...]] = {}
        self.changed = asyncio.Event()
        self.multicast = Multicast(Sightings(self._found, self._lost))
        self.multicast.open(USABLE.multicast)

    def _found(self, tag: bytes, addresses: tuple[str, ...]) -> None:
        self.found[tag] = addresses
        self.changed.set()

    def _lost(self, tag: bytes) -> None:
        self.found.pop(tag, None)
        self.changed.set()

    async def until(self, fits: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not fits():
                self.changed.clear()
                await self.changed.wait()


def stations(meet: Callable[[Station, Station], Awaitable[None]]) -> None:
    async def whole() -> None:
        one, other = Station(), Station()
        try:
            await meet(one, other)
        finally:
            await one.multicast.close()
            await other.multicast.close()

    asyncio.run(whole())


@needs_multicast
@pytest.mark.slow
def test_an_announcement_is_found_where_it_is_and_gone_at_once_at_its_end():
    async def meet(one: Station, other: Station) -> None:
        await other.multicast.look(on=True)
        await one.multicast.announce(TAG, 4711, ("192.0.2.7",))
        await other.until(lambda: TAG in other.found)
        assert other.found[TAG] == ("192.0.2.7:4711",)
        await one.multicast.withdraw()
        await other.until(lambda: TAG not in other.found)

    stations(meet)


@needs_multicast
@pytest.mark.slow
def test_another_address_is_found_after_the_machine_came_to_another_network():
    async def meet(one: Station, other: Station) -> None:
        await other.multicast.look(on=True)
        await one.multicast.announce(TAG, 4711, ("192.0.2.7",))
        await other.until(lambda: TAG in other.found)
        await one.multicast.renew(USABLE.multicast, ("192.0.2.8",))
        await other.until(lambda: "192.0.2.8:4711" in other.found.get(TAG, ()))

    stations(meet)


@needs_multicast
@pytest.mark.slow
def test_nothing_is_announced_after_the_goodbye():
    async def meet(one: Station, _other: Station) -> None:
        await one.multicast.announce(TAG, 4711, ("192.0.2.7",))
        repeats = one.multicast._repeats
        assert repeats is not None
        await one.multicast.withdraw()
        assert repeats.cancelled()

    stations(meet)


@needs_multicast
def test_who_looks_no_longer_has_found_nothing():
    async def meet(_one: Station, other: Station) -> None:
        await other.multicast.look(on=True)
        other.multicast._names[f"x.{SERVICE}"] = None
        other.multicast._sightings.seen(f"zeroconf x.{SERVICE}", TAG, ("192.0.2.7:1",))
        await other.multicast.look(on=False)
        assert other.found == {}

    stations(meet)


# --- what strangers announce ----------------------------------------------------------------------


class Answered(AsyncServiceInfo):
    """A record as somebody might have written it."""

    record: tuple[dict[bytes, bytes | None], int | None, list[str]] = ({}, None, [])

    def __init__(self, *_args: Any) -> None:
        properties, self.port, self._hosts = self.record
        self._properties_given = properties

    @property
    def properties(self) -> Any:
        return self._properties_given

    def parsed_addresses(self, *_args: Any) -> list[str]:
        return self._hosts

    async def async_request(self, *_args: Any) -> bool:
        return True


async def resolved(
    monkeypatch: pytest.MonkeyPatch, info: type[AsyncServiceInfo], *changes: ServiceStateChange
) -> list[object]:
    """What is told of one name after its changes."""
    told: list[object] = []
    multicast = Multicast(Sightings(lambda *found: told.append(found), told.append))
    monkeypatch.setattr("app.drivers.nearby.multicast.AsyncServiceInfo", info)
    zeroconf: Any = None
    for change in changes:
        multicast._changed(zeroconf, SERVICE, f"x.{SERVICE}", change)
    tasks = list(multicast._tasks.values())
    await asyncio.gather(*tasks)
    assert multicast._tasks == {}
    return told


def answer(
    properties: dict[bytes, bytes | None], port: int | None, hosts: list[str]
) -> type[AsyncServiceInfo]:
    return type("Record", (Answered,), {"record": (properties, port, hosts)})


GOOD = answer({b"s": TAG.hex().encode()}, 4711, ["192.0.2.7"])


@pytest.mark.parametrize(
    "record",
    [
        answer({}, 4711, ["192.0.2.7"]),
        answer({b"s": None}, 4711, ["192.0.2.7"]),
        answer({b"s": b"\xff\x00"}, 4711, ["192.0.2.7"]),
        answer({b"s": b"00"}, 4711, ["192.0.2.7"]),
        answer({b"s": TAG.hex().encode()}, None, ["192.0.2.7"]),
        answer({b"s": TAG.hex().encode()}, 4711, []),
    ],
)
def test_a_record_that_names_no_session_or_no_place_is_nothing(monkeypatch, record):
    assert asyncio.run(resolved(monkeypatch, record, ServiceStateChange.Added)) == []


def test_a_record_that_went_while_it_was_asked_for_is_not_shown_afterwards(monkeypatch):
    changes = (ServiceStateChange.Added, ServiceStateChange.Removed)
    assert asyncio.run(resolved(monkeypatch, GOOD, *changes)) == []


def test_a_record_that_changes_while_it_is_asked_for_is_asked_for_anew(monkeypatch):
    changes = (ServiceStateChange.Added, ServiceStateChange.Updated)
    found = [(TAG, ("192.0.2.7:4711",))]
    assert asyncio.run(resolved(monkeypatch, GOOD, *changes)) == found


def test_a_responder_that_ended_while_it_asks_is_no_error(monkeypatch):
    class Ended(Answered):
        async def async_request(self, *_args: Any) -> bool:
            raise NotRunningException

        record: tuple[dict[bytes, bytes | None], int | None, list[str]] = ({}, None, [])

    assert asyncio.run(resolved(monkeypatch, Ended, ServiceStateChange.Added)) == []
