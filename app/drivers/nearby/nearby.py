"""All ways of being seen and of looking around, together; one for each process.

The ways run side by side and none waits for another: where one can't work the others go on, and
`trouble` says what that means for people, once. It decides nothing about who may come in.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.nearby import interfaces
from app.drivers.nearby.broadcast import BEACON_PORT, Broadcast
from app.drivers.nearby.interfaces import Interfaces
from app.drivers.nearby.multicast import FAILURES, Multicast
from app.drivers.nearby.sightings import Found, Lost, Sightings
from app.node.contract import Address

Trouble = Callable[[str, str], None]
"""Called with a stable code and a text for people."""

NO_MULTICAST = (
    "Multicast does not work here, so sessions near you may be missing. They are looked for by "
    "broadcast, too. If one is missing, type its address or ask for an invite."
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
        self._announced: tuple[bytes, Address] | None = None
        self._announcing: asyncio.Task[None] | None = None
        self._looks = False
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch: asyncio.TimerHandle | None = None
        self._told: set[str] = set()
        self._closed = False

    async def open(self) -> None:
        """Start what works here; what does not is told as trouble."""
        self._interfaces = await asyncio.to_thread(interfaces.read)
        if self._closed:
            return
        try:
            await self._broadcast.open()
        except KnownError as error:
            self._tell("no-broadcast", NO_BROADCAST.format(why=error))
        self._open_multicast()
        self._watch_again()

    def announce(self, tag: bytes, bound: Address) -> None:
        """A session that wants to be seen is open at a socket bound to `bound`."""
        if self._announced != (tag, bound):
            self.withdraw()
            self._announced = (tag, bound)
            self._broadcast.announce(tag, bound[1])
            self._announce_by_multicast(tag, bound)

    def withdraw(self) -> None:
        """It is closed, or does not want to be seen any more."""
        if self._announced is not None:
            self._announced = None
            self._broadcast.withdraw()
            self._stop_announcing()
            self._spawn(self._multicast.withdraw)

    def look(self, *, on: bool) -> None:
        """Look around, or stop."""
        if self._looks != on:
            self._looks = on
            self._broadcast.look(on=on)
            self._spawn(lambda: self._multicast.look(on=on))

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
        self._stop_announcing()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(*FAILURES):
            await self._multicast.close()

    # --- inside -----------------------------------------------------------------------------------

    def _tell(self, code: str, text: str) -> None:
        if code not in self._told:
            self._told.add(code)
            self._trouble(code, text)

    def _open_multicast(self) -> None:
        """Join the group, if any interface can; `_check` tries again when the network changes."""
        if self._multicast.is_open:
            return
        with contextlib.suppress(*FAILURES):
            if self._interfaces.multicast:
                self._multicast.open(self._interfaces.multicast)
        if not self._multicast.is_open:
            self._tell("no-multicast", NO_MULTICAST)

    def _announce_by_multicast(self, tag: bytes, bound: Address) -> None:
        addresses = self._interfaces.serving(bound[0])
        self._announcing = self._spawn(lambda: self._multicast.announce(tag, bound[1], addresses))

    def _stop_announcing(self) -> None:
        """An announcement is checked for 1.7 s before it is made: nobody waits for that to end."""
        if self._announcing is not None:
            self._announcing.cancel()
            self._announcing = None

    def _spawn(self, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """One after another, in order: an announcement and its end must not overtake."""
        task = asyncio.get_running_loop().create_task(self._in_turn(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _in_turn(self, work: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:
            try:
                await work()
            except FAILURES:
                self._tell("no-multicast", NO_MULTICAST)

    def _watch_again(self) -> None:
        seconds = limits.ADDRESS_CHECK_MICROS / SECOND
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(seconds, lambda: self._spawn(self._check))

    async def _check(self) -> None:
        """The machine may have come to another network."""
        before, self._interfaces = self._interfaces, await asyncio.to_thread(interfaces.read)
        if self._closed:
            return
        self._watch_again()
        if self._interfaces != before:
            await self._went_elsewhere()

    async def _went_elsewhere(self) -> None:
        """Say and ask everything again, there."""
        if self._looks:
            self._broadcast.look(on=True)
        if self._announced is not None:
            tag, bound = self._announced
            self._broadcast.announce(tag, bound[1])
        if not self._multicast.is_open:
            self._open_multicast()
            await self._multicast.look(on=self._looks)
            if self._announced is not None:
                self._announce_by_multicast(*self._announced)
        elif self._interfaces.multicast:
            addresses: tuple[str, ...] = ()
            if self._announced is not None:
                addresses = self._interfaces.serving(self._announced[1][0])
            await self._multicast.renew(self._interfaces.multicast, addresses)
