"""An onlooker on a real socket: whom it calls, and that it is quiet once it is closed."""

from __future__ import annotations

import asyncio

import pytest

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import MILLI
from app.drivers import lookout
from app.drivers.lookout import Lookout
from app.drivers.udp import Udp, bind
from app.node.api import NearShown
from tests.drivers.test_udp import Inbox

TAG = b"l" * 16
FIRST_BYTES_MIN = 1_200
"""Whoever is called by a stranger must not be made to answer with more than it got."""


class Host:
    """A place where nobody answers, or with rubbish."""

    def __init__(self) -> None:
        self.inbox = Inbox()

    async def open(self) -> str:
        self.udp = await Udp.open(bind(("127.0.0.1", 0)), self.inbox.receive)
        return f"127.0.0.1:{self.udp.address[1]}"

    def rubbish(self) -> None:
        (source, _data) = self.inbox.batches[0][0]
        for data in (b"", b"\x00" * 40, self.inbox.data[0]):
            self.udp.send(source, data)


def test_where_something_was_sighted_it_calls_again_and_again(monkeypatch):
    monkeypatch.setattr(limits, "ASK_REPEAT_MICROS", MILLI)
    monkeypatch.setattr(limits, "NEAR_PAUSE_MICROS", MILLI)

    async def whole() -> None:
        host, shown = Host(), list[tuple[NearShown, ...]]()
        address = await host.open()
        looker = Lookout(shown.append)
        await looker.open()
        looker.found(TAG, (address, "[2001:db8::1]:9", "not an address"))
        await host.inbox.wait(1)
        assert len(host.inbox.data[0]) >= FIRST_BYTES_MIN
        host.rubbish()
        await host.inbox.wait(3)
        looker.lost(TAG)
        looker.close()
        assert shown == []
        host.udp.close()

    asyncio.run(whole())


def test_closed_it_calls_nobody_and_keeps_no_timer():
    async def whole() -> None:
        host = Host()
        address = await host.open()
        looker = Lookout(lambda _sessions: None)
        await looker.open()
        looker.found(TAG, (address,))
        await host.inbox.wait(1)
        looker.close()
        assert looker._timer is not None
        assert looker._timer.cancelled()
        looker.found(b"m" * 16, (address,))
        looker.lost(TAG)
        looker.close()
        host.udp.send(host.udp.address, b"the last")
        await host.inbox.wait(2)
        assert host.inbox.data[1:] == [b"the last"]
        host.udp.close()

    asyncio.run(whole())


def test_where_it_gets_no_socket_it_says_so(monkeypatch):
    def none_left(_listen: object) -> None:
        message = "port 0 of 0.0.0.0 cannot be used (too many open files)."
        raise KnownError(message)

    monkeypatch.setattr(lookout, "bind", none_left)
    with pytest.raises(KnownError, match="too many open files"):
        asyncio.run(Lookout(lambda _sessions: None).open())
