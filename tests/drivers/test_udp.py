"""Real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket

import pytest

from app.core import limits
from app.core.errors import KnownError, LocalError
from app.drivers.udp import Udp, _Protocol, bind, family_of, parse_listen

HERE = ("127.0.0.1", 0)


class Inbox:
    """Collects batches; `wait(count)` ends once so many datagrams came."""

    def __init__(self):
        self.batches = []
        self.came = asyncio.Event()

    def receive(self, batch):
        self.batches.append(batch)
        self.came.set()

    @property
    def data(self):
        return [data for batch in self.batches for _, data in batch]

    async def wait(self, count):
        async with asyncio.timeout(10):
            while len(self.data) < count:
                await self.came.wait()
                self.came.clear()


async def pair():
    inbox = Inbox()
    receiver = await Udp.open(bind(HERE), inbox.receive)
    sender = await Udp.open(bind(HERE), lambda _batch: None)
    return sender, receiver, inbox


def test_a_datagram_arrives_with_its_source():
    async def run():
        sender, receiver, inbox = await pair()
        sender.send(receiver.address, b"hello")
        await inbox.wait(1)
        assert inbox.batches == [[(sender.address, b"hello")]]
        sender.close()
        receiver.close()

    asyncio.run(run())


def test_a_burst_arrives_as_few_batches_within_the_bound():
    async def run():
        sender, receiver, inbox = await pair()
        count = limits.DRAIN_DATAGRAMS_MAX + 10
        for number in range(count):
            sender.send(receiver.address, b"%d" % number)
        await inbox.wait(count)
        assert inbox.data == [b"%d" % number for number in range(count)]
        assert max(len(batch) for batch in inbox.batches) == limits.DRAIN_DATAGRAMS_MAX
        sender.close()
        receiver.close()

    asyncio.run(run())


def test_an_error_of_the_network_does_not_close_the_socket():
    async def run():
        sender, receiver, inbox = await pair()
        _Protocol(sender).error_received(ConnectionRefusedError())
        sender.send(receiver.address, b"still here")
        await inbox.wait(1)
        assert (sender.errors, inbox.data) == (1, [b"still here"])
        sender.close()
        receiver.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "target", [("example.org", 1), ("::1", 1), ("", 1), ("127.0.0.1", 0), ("127.0.0.1", 65_536)]
)
def test_what_is_no_address_of_this_socket_is_dropped_and_never_looked_up(target):
    async def run():
        sender = await Udp.open(bind(HERE), lambda _batch: None)
        sender.send(target, b"x")
        assert sender.dropped == 1
        sender.close()
        sender.send(sender.address, b"after closing")
        assert sender.dropped == 2

    asyncio.run(run())


def test_a_busy_port_is_named_with_what_to_do():
    with bind(HERE) as first:
        port = first.getsockname()[1]
        with pytest.raises(KnownError, match=rf"port {port} .*--listen"):
            bind(("127.0.0.1", port))


def test_the_old_port_is_taken_again_if_it_is_free():
    with bind(HERE) as first:
        port = first.getsockname()[1]
        with bind(HERE, preferred_port=port) as second:
            assert second.getsockname()[1] != port
    with bind(HERE, preferred_port=port) as again:
        assert again.getsockname()[1] == port


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(KnownError, match="not an address of this machine"):
        bind(("192.0.2.1", 0))


def test_the_buffers_are_asked_for():
    with bind(HERE) as sock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        asked = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        assert asked >= plain.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:4711", ("127.0.0.1", 4711)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),
        ("[::1]:5", ("::1", 5)),
    ],
)
def test_where_to_listen_is_read(text, address):
    assert parse_listen(text) == address


@pytest.mark.parametrize(
    "text", ["", "4711", "localhost:1", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536"]
)
def test_a_wrong_place_to_listen_is_explained_in_one_line(text):
    with pytest.raises(LocalError) as caught:
        parse_listen(text)
    assert "\n" not in str(caught.value)
    assert "example" in str(caught.value)


def test_only_numbers_are_addresses():
    assert family_of("127.0.0.1") is socket.AF_INET
    assert family_of("fe80::1%eth0") is socket.AF_INET6
    assert family_of("example.org") is None
    assert family_of("127.0.0.1\0") is None
