"""The line of a shared program: credit, heartbeat, and guests that flood it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

import pytest

from app.core import limits
from app.drivers.shareline import ShareLine


class Ends:
    """A line, and the guest's end of it as a bare socket."""

    def __init__(self):
        self.now = 0.0
        loop: Any = asyncio.get_running_loop()
        loop.call_later = lambda _seconds, call: loop.call_soon(self._later, call)
        loop.time = lambda: self.now
        ours, self.guest = socket.socketpair()
        self.guest.setblocking(False)
        self.heard: list[Any] = []
        self.why = None
        self.line = ShareLine(
            loop, ours, lambda message, _data: self.heard.append(message), self._go
        )

    def _later(self, call):
        """A pause: the clock goes on by as much."""
        self.now += limits.SHARE_PAUSE_SECONDS
        call()

    def _go(self, why):
        assert self.why is None, "told twice"
        self.why = why

    def raw(self, data):
        self.guest.sendall(data)

    def say(self, *messages):
        self.raw(b"".join(framed(json.dumps(message).encode()) for message in messages))

    async def flood(self, count):
        """So many numbered messages, as fast as the socket takes them, until it is hung up on."""
        for number in range(count):
            while self.why is None:
                try:
                    self.say(["log", number])
                    break
                except BlockingIOError:
                    await a_turn()

    async def until(self, ready):
        for _ in range(20_000):
            if ready():
                return
            await a_turn()
        raise AssertionError(self.heard[-3:])

    def told(self):
        """What the guest was told by now."""
        try:
            data = self.guest.recv(1 << 20)
        except BlockingIOError:
            return []
        messages = []
        while data:
            (length,) = struct.unpack(">I", data[:4])
            messages.append(json.loads(data[4 : 4 + length]))
            data = data[4 + length :]
        return messages


async def a_turn():
    """One turn of the loop: what can be read has been read."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


def framed(body):
    return struct.pack(">I", len(body)) + body


def with_ends(test):
    """Run a coroutine that takes `Ends`, with a clock that goes on in pauses only."""

    async def run(*given):
        ends = Ends()
        try:
            await test(ends, *given)
        finally:
            ends.line.close()
            ends.guest.close()

    return lambda *given: asyncio.run(run(*given))


@with_ends
async def test_messages_go_both_ways(ends):
    ends.say(["hello", "tk"], ["log", "a"])
    ends.line.tell(b'["go", 1, 2]')
    await ends.until(lambda: len(ends.heard) == 2)
    assert ends.heard == [["hello", "tk"], ["log", "a"]]
    assert ends.told() == [["go", 1, 2]]


@with_ends
async def test_events_give_their_credit_back(ends):
    ends.say(["input", 1, 2, [["key"], ["keyup"], ["move"]]])
    await ends.until(lambda: ends.heard)
    assert ends.told() == [["credit", 3]]


@with_ends
async def test_the_loop_is_asked_whether_it_turns(ends):
    ends.line.beat()
    assert ends.told() == [["alive"]]
    ends.say(["alive"])
    await ends.until(lambda: ends.heard == [["alive"]])


@with_ends
async def test_a_program_that_hangs_is_asked_once(ends):
    while ends.line._frames.unsent == 0:
        ends.line.tell(b"[" + b" " * 60_000 + b"]")
    before = ends.line._frames.unsent
    for _ in range(100):
        ends.line.beat()
    assert ends.line._frames.unsent == before


@with_ends
async def test_what_is_not_taken_has_a_bound(ends):
    while ends.why is None:
        ends.line.tell(b"[" + b" " * 65_000 + b"]")
    assert ends.why == "it does not take what it is told"


@pytest.mark.parametrize(
    "body", [b"", b"7", b"[]", b"[7]", b"{}", b"[1", b"\xff", b"[" * 30_000, b"1" * 5_000]
)
def test_whoever_sends_what_is_no_message_is_hung_up_on(body):
    @with_ends
    async def test(ends):
        ends.raw(framed(body))
        await ends.until(lambda: ends.why is not None)
        assert ends.why == "it sent something that is no message"
        assert ends.heard == []

    test()


@with_ends
async def test_whoever_sends_a_frame_without_end_is_hung_up_on(ends):
    ends.raw(struct.pack(">I", limits.GUEST_MESSAGE_BYTES_MAX + 1))
    await ends.until(lambda: ends.why is not None)
    assert ends.why == "it sent a message that is too long"


@with_ends
async def test_whoever_sends_too_many_events_at_once_is_hung_up_on(ends):
    ends.say(["input", 1, 2, [0] * (limits.SHARE_CREDIT_EVENTS + 1)])
    await ends.until(lambda: ends.why is not None)
    assert ends.why == "it sent more events than it may"


@with_ends
async def test_a_burst_waits_but_passes(ends):
    count = limits.SHARE_FRAMES_BURST * 2
    await ends.flood(count)
    await ends.until(lambda: len(ends.heard) == count)
    assert ends.heard == [["log", number] for number in range(count)]
    assert ends.now >= (count - limits.SHARE_FRAMES_BURST) / limits.SHARE_FRAMES_PER_SECOND
    assert ends.why is None


@with_ends
async def test_no_second_has_more_than_the_machine_takes(ends):
    times = []
    ends.line._heard = lambda _message, _data: times.append(ends.now)
    await ends.flood(1_500)
    await ends.until(lambda: len(times) == 1_500)
    for first, at in enumerate(times):
        within = sum(at <= other < at + 1 for other in times[first:])
        assert within < limits.SHARE_GUEST_FRAMES_PER_SECOND


@with_ends
async def test_whoever_goes_on_flooding_is_hung_up_on(ends):
    await ends.flood(100_000)
    assert ends.why == "it says more than any person makes it say"
    assert limits.SHARE_FLOOD_SECONDS <= ends.now <= 2 * limits.SHARE_FLOOD_SECONDS


@with_ends
async def test_it_hears_when_the_guest_hangs_up(ends):
    ends.say(["ended", 0])
    ends.guest.close()
    await ends.until(lambda: ends.why is not None)
    assert (ends.heard, ends.why) == ([["ended", 0]], "")
