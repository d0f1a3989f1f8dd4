"""A guest's socket: frames, credit, and a guest that breaks the rules."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

import pytest

from app.core import limits
from app.drivers.guestwire import GuestWire


class Ends:
    """A wire, and the guest's end of it as a bare socket."""

    def __init__(self):
        ours, self.guest = socket.socketpair()
        self.guest.setblocking(False)
        self.heard = []
        self.why = None
        self.changed = asyncio.Event()
        self.wire = GuestWire(asyncio.get_running_loop(), ours, self._hear, self._go)

    def _hear(self, frame):
        self.heard.append(frame)
        self.changed.set()

    def _go(self, why):
        assert self.why is None, "told twice"
        self.why = why
        self.changed.set()

    def say(self, *messages):
        data = b"".join(framed(json.dumps(message).encode()) for message in messages)
        self.guest.sendall(data)

    async def until(self, ready):
        async with asyncio.timeout(10):
            while not ready():
                self.changed.clear()
                await self.changed.wait()

    async def told(self, count):
        """So many messages that were told to the guest."""
        messages: list[Any] = []
        data = b""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(10):
            while len(messages) < count:
                data += await loop.sock_recv(self.guest, 1 << 20)
                while len(data) >= 4 and len(data) >= 4 + struct.unpack(">I", data[:4])[0]:
                    end = 4 + struct.unpack(">I", data[:4])[0]
                    messages.append(json.loads(data[4:end]))
                    data = data[end:]
        return messages


async def a_turn():
    """One turn of the loop: what can be read has been read."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


def framed(data):
    return struct.pack(">I", len(data)) + data


def with_ends(test):
    """Run a coroutine that takes `Ends`."""

    async def run():
        ends = Ends()
        try:
            await test(ends)
        finally:
            ends.wire.close()
            ends.guest.close()

    asyncio.run(run())


def test_messages_come_whole_and_in_order_however_they_are_cut():
    async def test(ends):
        data = framed(b'["a",1]') + framed(b'["alive"]') + framed(b'["b",[2]]')
        for byte in data:
            ends.guest.sendall(bytes([byte]))
            await a_turn()
        await ends.until(lambda: len(ends.heard) == 2)
        assert ends.heard == [(["a", 1], b'["a",1]'), (["b", [2]], b'["b",[2]]')]

    with_ends(test)


def test_told_messages_wait_for_credit():
    async def test(ends):
        for number in range(limits.GUEST_CREDIT_MESSAGES + 3):
            ends.wire.tell(json.dumps([number]).encode())
        told = await ends.told(limits.GUEST_CREDIT_MESSAGES)
        assert told == [[number] for number in range(limits.GUEST_CREDIT_MESSAGES)]
        ends.say(["credit", 2])
        assert await ends.told(2) == [[256], [257]]
        ends.say(["credit", 64])
        assert await ends.told(1) == [[258]]

    with_ends(test)


def test_a_long_message_is_written_in_pieces():
    async def test(ends):
        text = "x" * 60_000
        for number in range(100):
            ends.wire.tell(json.dumps([number, text]).encode())
        assert [message[0] for message in await ends.told(100)] == list(range(100))

    with_ends(test)


def test_what_was_heard_gives_credit_back():
    async def test(ends):
        ends.say(*[["x"]] * limits.GUEST_CREDIT_BATCH)
        assert await ends.told(1) == [["credit", limits.GUEST_CREDIT_BATCH]]

    with_ends(test)


@pytest.mark.parametrize(
    "data",
    [
        framed(b"{}"),
        framed(b"[]"),
        framed(b"[1]"),
        framed(b"nonsense"),
        framed(b"\xff\xfe"),
        framed(b""),
        framed(b"[" * 60_000),
        framed(b'["credit",-1]'),
        framed(b'["credit",100000]'),
        struct.pack(">I", limits.GUEST_MESSAGE_BYTES_MAX + 1),
        struct.pack(">I", 0xFFFF_FFFF) + b"x",
    ],
)
def test_a_guest_that_breaks_a_rule_is_hung_up_on(data):
    async def test(ends):
        ends.guest.sendall(data)
        await ends.until(lambda: ends.why is not None)
        assert ends.why != ""
        assert ends.heard == []

    with_ends(test)


def test_a_guest_that_hangs_up_is_gone_without_a_reason():
    async def test(ends):
        ends.guest.close()
        await ends.until(lambda: ends.why is not None)
        assert ends.why == ""

    with_ends(test)


def test_a_guest_that_takes_nothing_ends():
    async def test(ends):
        message = json.dumps(["x" * 60_000]).encode()
        for _ in range(limits.GUEST_WAITING_BYTES_MAX // 60_000 + 300):
            ends.wire.tell(message)
        assert ends.why == "it does not take what it is told"

    with_ends(test)


def test_after_close_nothing_is_called():
    async def test(ends):
        ends.say(["a"], ["b"])
        ends.wire.close()
        ends.wire.tell(b'["x"]')
        await a_turn()
        assert ends.heard == []
        assert ends.why is None

    with_ends(test)
