"""Looking around by UDP broadcast, for networks where multicast does not get through.

One well-known port, shared by all programs of a machine. Who looks asks everybody now and then; a
site with an open session answers everybody at most once a second, says so when it opens, and says
goodbye. Nothing is ever sent to a single address, so nobody can be made to flood another.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.nearby.beacon import BEACON_BYTES, Beacon, Kind, parse
from app.drivers.nearby.sightings import Sightings
from app.node.addressbook import address_text

BEACON_PORT = 47_826
"""In the dynamic range below 49,152; no service is registered there."""


class Broadcast:
    """One socket on the well-known port.

    Args:
        sightings: told what is heard.
        where: the addresses to send to, looked up at each sending.
        port: another one only for tests that must not meet anybody.
    """

    def __init__(
        self,
        sightings: Sightings,
        where: Callable[[], tuple[str, ...]],
        port: int = BEACON_PORT,
    ) -> None:
        self._sightings = sightings
        self._where = where
        self._port = port
        self._transport: asyncio.DatagramTransport | None = None
        self._loop = asyncio.get_running_loop()
        self._here: Beacon | None = None
        self._answered_at = 0.0
        self._answer: asyncio.TimerHandle | None = None
        self._question: asyncio.TimerHandle | None = None
        self._ends: dict[str, asyncio.TimerHandle] = {}

    async def open(self) -> None:
        """Listen. Raises `KnownError` where the port can't be shared."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if hasattr(socket, "SO_REUSEPORT"):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sock.bind(("", self._port))
            self._transport, _ = await self._loop.create_datagram_endpoint(
                lambda: _Protocol(self), sock=sock
            )
        except OSError as error:
            sock.close()
            raise KnownError(f"port {self._port} can't be used ({error.strerror})") from error

    def announce(self, tag: bytes, port: int) -> None:
        """A session is open here from now on."""
        self._here = Beacon(Kind.HERE, tag, port)
        self._say(self._here)

    def withdraw(self) -> None:
        """It is not any more."""
        here, self._here = self._here, None
        if self._answer is not None:
            self._answer.cancel()
            self._answer = None
        if here is not None:
            self._say(Beacon(Kind.GONE, here.tag, here.port))

    def look(self, *, on: bool) -> None:
        """Ask who is there, now and again, or stop asking and forget who was."""
        if self._question is not None:
            self._question.cancel()
            self._question = None
        if on:
            self._say(Beacon(Kind.WHO))
            seconds = limits.WHO_EVERY_MICROS / SECOND
            self._question = self._loop.call_later(seconds, lambda: self.look(on=True))
        else:
            # Whoever looks next time knows nobody, and is to be told of everybody.
            for name in list(self._ends):
                self._gone(name)

    def close(self) -> None:
        """Say goodbye and listen no longer."""
        self.withdraw()
        self.look(on=False)
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _say(self, beacon: Beacon) -> None:
        data = beacon.encode()
        for host in self._where():
            if self._transport is not None:
                with contextlib.suppress(OSError):
                    self._transport.sendto(data, (host, self._port))

    def heard(self, data: bytes, source: tuple[str, int]) -> None:
        """A datagram from anybody."""
        beacon = parse(data) if len(data) == BEACON_BYTES else None
        if beacon is None:
            return
        name = f"beacon {address_text(source[0], beacon.port)}"
        match beacon.kind:
            case Kind.WHO:
                self._answer_soon()
            case Kind.GONE:
                self._gone(name)
            case Kind.HERE:
                # Who does not look keeps nothing of what others announce.
                if self._question is not None:
                    self._seen(name, beacon.tag, address_text(source[0], beacon.port))

    def _seen(self, name: str, tag: bytes, address: str) -> None:
        end = self._ends.pop(name, None)
        if end is not None:
            end.cancel()
        if len(self._ends) < limits.NEAR_SESSIONS_MAX:
            seconds = limits.BEACON_LIFE_MICROS / SECOND
            self._ends[name] = self._loop.call_later(seconds, self._gone, name)
            self._sightings.seen(name, tag, (address,))

    def _gone(self, name: str) -> None:
        end = self._ends.pop(name, None)
        if end is not None:
            end.cancel()
        self._sightings.gone(name)

    def _answer_soon(self) -> None:
        """One answer serves everybody who asked since the last."""
        if self._here is None or self._answer is not None:
            return
        due = self._answered_at + limits.BEACON_EVERY_MICROS / SECOND
        self._answer = self._loop.call_at(max(due, self._loop.time()), self._answer_now)

    def _answer_now(self) -> None:
        self._answer = None
        self._answered_at = self._loop.time()
        if self._here is not None:
            self._say(self._here)


class _Protocol(asyncio.DatagramProtocol):
    """What asyncio wants to call."""

    def __init__(self, owner: Broadcast) -> None:
        self._owner = owner

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._owner.heard(data, addr)

    def error_received(self, exc: Exception) -> None:
        # A network that is down now; the next question finds out again.
        return
