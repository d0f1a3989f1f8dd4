"""One UDP socket: batches of datagrams up, datagrams down, losing some is allowed.

A readable socket is drained up to a bound before the loop goes on, so that a burst shares one turn
and one commit. No error of the network closes the socket (an unreachable peer answers by ICMP, and
that is an error here). Names are never looked up: only numeric addresses are sent to.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol, cast

from app.core import limits
from app.core.errors import KnownError, LocalError
from app.node.contract import Address

Batch = list[tuple[Address, bytes]]
"""(source, data) of each datagram, oldest first."""


def parse_listen(text: str) -> Address:
    """HOST:PORT as a pair; an IPv6 host stands in brackets.

    Raises:
        LocalError: it is not of that form.
    """
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        message = f"'{text}' is not HOST:PORT (for example 0.0.0.0:4711; port 0 takes a free one)"
        raise LocalError(message)
    if family_of(host) is None:
        message = f"'{host}' is not a numeric address (for example 127.0.0.1, or [::1])"
        raise LocalError(message)
    return host, int(port)


@lru_cache(maxsize=4096)
def family_of(host: str) -> socket.AddressFamily | None:
    """The family of a numeric address, None for anything else."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.partition("%")[0])
        except (OSError, ValueError):
            continue
        return family
    return None


def bind(listen: Address, preferred_port: int = 0) -> socket.socket:
    """A socket at `listen`; with port 0 at `preferred_port` if that is free, else at any.

    Raises:
        KnownError: the port is taken or the address is not one of this machine.
    """
    host, port = listen
    family = family_of(host) or socket.AF_INET
    ports = [preferred_port, 0] if port == 0 and preferred_port else [port]
    sock = socket.socket(family, socket.SOCK_DGRAM)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, limits.SOCKET_BUFFER_BYTES)
    sock.setblocking(False)
    for place, choice in enumerate(ports, 1):
        try:
            sock.bind((host, choice))
        except OSError as error:
            if place == len(ports):
                sock.close()
                raise KnownError(_bind_text(host, choice, error)) from error
        else:
            break
    return sock


def _bind_text(host: str, port: int, error: OSError) -> str:
    where = f"port {port} of {host}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"{where} is used by another program. Nothing was changed. End that program, or choose"
            " another port with --listen (port 0 takes a free one)."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host} is not an address of this machine. Nothing was changed. Choose one of its own"
            " with --listen, or 0.0.0.0 for all."
        )
    return f"{where} cannot be used ({error.strerror}). Choose another with --listen."


class _Transport(Protocol):
    """What asyncio's datagram transports can do (their declared base class says less)."""

    def sendto(self, data: bytes, addr: Address) -> None: ...

    def get_write_buffer_size(self) -> int: ...

    def close(self) -> None: ...


class Udp:
    """The socket of one site; make one with `Udp.open`."""

    def __init__(self, sock: socket.socket, receive: Callable[[Batch], None]) -> None:
        self._socket = sock
        self._receive = receive
        self._transport: _Transport | None = None
        self._family = sock.family
        self.address: Address = sock.getsockname()[:2]
        self.errors = 0
        self.dropped = 0

    @classmethod
    async def open(cls, sock: socket.socket, receive: Callable[[Batch], None]) -> Udp:
        """Start reading a bound socket; `receive` gets each batch."""
        udp = cls(sock, receive)
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: _Protocol(udp), sock=sock)
        return udp

    def send(self, target: Address, data: bytes) -> None:
        """Send a datagram, or lose it; never raises, never waits."""
        transport = self._transport
        if (
            transport is None
            or family_of(target[0]) != self._family
            or not 0 < target[1] <= 65_535
            or transport.get_write_buffer_size() > limits.SEND_BACKLOG_BYTES_MAX
        ):
            self.dropped += 1
            return
        transport.sendto(data, target)

    def close(self) -> None:
        """Read and send no longer."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def opened(self, transport: _Transport) -> None:
        """The loop reads the socket now."""
        self._transport = transport

    def arrived(self, data: bytes, source: Any) -> None:
        """One datagram was read: take those behind it too."""
        batch: Batch = [(source[:2], data)]
        if os.name == "posix":
            self._drain(batch)
        self._receive(batch)

    def _drain(self, batch: Batch) -> None:
        read = self._socket.recvfrom
        for _ in range(limits.DRAIN_DATAGRAMS_MAX - 1):
            try:
                data, source = read(limits.DATAGRAM_READ_BYTES_MAX)
            except BlockingIOError:
                return
            except OSError:
                self.errors += 1
                continue
            batch.append((source[:2], data))


class _Protocol(asyncio.DatagramProtocol):
    """What asyncio wants to call."""

    def __init__(self, udp: Udp) -> None:
        self._udp = udp

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._udp.opened(cast(_Transport, transport))

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._udp.arrived(data, addr)

    def error_received(self, exc: Exception) -> None:
        # An unreachable peer, a network that went away: links notice by themselves.
        self._udp.errors += 1
