"""All ways of being seen and of looking around, together; one for each process.

The ways run side by side and none waits for another: where one can't work the others go on, and
`trouble` says what that means for people, once. It decides nothing about who may come in.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.nearby import interfaces
from app.drivers.nearby.broadcast import BEACON_PORT, Broadcast
from app.drivers.nearby.interfaces import Interfaces
from app.drivers.nearby.multicast import Multicast
from app.drivers.nearby.sightings import Found, Lost, Sightings

Trouble = Callable[[str, str], None]
"""Called with a stable code and a text for people."""

NO_MULTICAST = (
    "This network does not pass on multicast, so sessions near you may be missing. They are looked "
    "for by broadcast, too. If one is missing, type its address or ask for an invite."
)
NO_BROADCAST = (
    "This computer does not let Talkstick broadcast ({why}). Sessions near you are looked for by "
    "multicast only. If one is missing, type its address or ask for an invite."
)


class Nearby:
    """Announces one session, and looks around while somebody wants that.

    Args:
        found: told of a session's tag and addresses, also again with others.
        lost: told of a tag that nobody announces any more, or that is about to be told anew.
        trouble: told what does not work here.
        beacon_port: another one only for tests that must not meet anybody.
    """

    def __init__(
        self, found: Found, lost: Lost, trouble: Trouble, beacon_port: int = BEACON_PORT
    ) -> None:
        self._trouble = trouble
        self._found = found
        sightings = Sightings(found, lost)
        self._interfaces = Interfaces((), (), ())
        self._multicast = Multicast(sightings)
        self._broadcast = Broadcast(sightings, lambda: self._interfaces.broadcasts, beacon_port)
        self._announced: tuple[bytes, int] | None = None
        self._looks = False
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch: asyncio.TimerHandle | None = None
        self._told: set[str] = set()
        self._closed = False

    async def open(self) -> None:
        """Start what works here; what does not is told as trouble."""
        self._interfaces = await asyncio.to_thread(interfaces.read)
        try:
            await self._broadcast.open()
        except KnownError as error:
            self._tell("no-broadcast", NO_BROADCAST.format(why=error))
        self._open_multicast()
        self._watch_again()

    def _open_multicast(self) -> None:
        if not self._interfaces.multicast:
            self._tell("no-multicast", NO_MULTICAST)
            return
        try:
            self._multicast.open(self._interfaces.multicast)
        except OSError:
            self._tell("no-multicast", NO_MULTICAST)

    def announce(self, tag: bytes, port: int) -> None:
        """A session is open here that wants to be seen."""
        if self._announced != (tag, port):
            self._announced = (tag, port)
            self._broadcast.announce(tag, port)
            self._spawn(self._multicast.announce(tag, port, self._interfaces.addresses))

    def withdraw(self) -> None:
        """It is closed, or does not want to be seen any more."""
        if self._announced is not None:
            self._announced = None
            self._broadcast.withdraw()
            self._spawn(self._multicast.withdraw())

    def look(self, *, on: bool) -> None:
        """Look around, or stop."""
        if self._looks != on:
            self._looks = on
            self._broadcast.look(on=on)
            self._spawn(self._multicast.look(on=on))

    def probe(self, address: str) -> None:
        """Somebody typed an address: it counts as sighted."""
        self._found(b"", (address,))

    async def close(self) -> None:
        """Say goodbye on all ways."""
        if self._closed:
            return
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        self._broadcast.close()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(OSError):
            await self._multicast.close()

    # --- inside -----------------------------------------------------------------------------------

    def _tell(self, code: str, text: str) -> None:
        if code not in self._told:
            self._told.add(code)
            self._trouble(code, text)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """One after another, in order: an announcement and its end must not overtake."""
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(self._in_turn(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_turn(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._turn:
            try:
                await work
            except OSError:
                self._tell("no-multicast", NO_MULTICAST)

    def _watch_again(self) -> None:
        seconds = limits.ADDRESS_CHECK_MICROS / SECOND
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(seconds, lambda: self._spawn(self._check()))

    async def _check(self) -> None:
        """The machine may have come to another network."""
        before, self._interfaces = self._interfaces, await asyncio.to_thread(interfaces.read)
        if self._interfaces != before and self._interfaces.multicast:
            await self._multicast.renew(self._interfaces.multicast, self._interfaces.addresses)
            if self._announced is not None:
                self._broadcast.announce(*self._announced)
        self._watch_again()
