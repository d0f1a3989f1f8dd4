"""An address that somebody typed: numbers are themselves, names are looked up."""

from __future__ import annotations

import asyncio
import socket

import pytest

from app.core import limits
from app.core.errors import KnownError
from app.drivers.addresses import resolve


@pytest.fixture
def names(monkeypatch):
    """What the system knows; an unknown name is an error, as the system says it."""
    known: dict[str, list[str]] = {}

    async def look_up(_loop, host, port, *, type):  # noqa: A002 - the system's word
        assert type is socket.SOCK_DGRAM
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                type,
                0,
                "",
                (each, port, 0, 0) if ":" in each else (each, port),
            )
            for each in known[host]
        ]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    return known


def resolved(address: str) -> tuple[str, ...]:
    return asyncio.run(resolve(address))


def test_numbers_need_no_network():
    assert resolved("192.168.1.20:47011") == ("192.168.1.20:47011",)
    assert resolved("[::1]:5") == ("[::1]:5",)


def test_a_name_may_stand_for_several_addresses_old_ones_first(names):
    names["mei.local"] = ["fe80::1", "10.0.0.7", "10.0.0.7"]
    assert resolved("mei.local:47011") == ("10.0.0.7:47011", "[fe80::1]:47011")


def test_no_more_addresses_than_a_site_has(names):
    names["many"] = [f"10.0.0.{number}" for number in range(99)]
    assert len(resolved("many:1")) == limits.ADDRESSES_PER_SITE_MAX


@pytest.mark.parametrize("host", ["nobody", "x" * 80, ".."])
def test_a_name_that_nothing_has_is_told(names, host):
    with pytest.raises(KnownError, match="nothing has the name"):
        resolved(f"{host}:1")
