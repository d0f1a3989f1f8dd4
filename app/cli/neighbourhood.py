"""The network around one program: its session is announced, and others are looked for.

Put together from the driver that sights and the one that asks what was sighted. It starts when it is
first needed, because it costs memory and sockets, and decides nothing about who may come in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.core.errors import KnownError
from app.crypto.hello import session_tag
from app.drivers.addresses import resolve
from app.drivers.lookout import Lookout
from app.node.api import NearShown
from app.node.contract import Address

Trouble = Callable[[str, str], None]


class Neighbourhood:
    """One for each process.

    Args:
        show: told all sessions that answer nearby, whenever that changes.
        trouble: told, once each, what does not work in this network.
    """

    def __init__(self, show: Callable[[tuple[NearShown, ...]], None], trouble: Trouble) -> None:
        # zeroconf takes its time to load: nobody waits for it who stays alone.
        from app.drivers.nearby.nearby import Nearby

        self._show = show
        self._trouble = trouble
        self._lookout: Lookout | None = None
        self._nearby = Nearby(self._found, self._lost, trouble)
        self._opened = False
        self._turn = asyncio.Lock()

    async def announce(self, session: bytes, bound: Address) -> None:
        """The session is open at a socket bound to `bound`, and wants to be seen."""
        async with self._turn:
            await self._open()
            self._nearby.announce(session_tag(session), bound)

    async def withdraw(self) -> None:
        """It is closed, or does not want to be seen."""
        async with self._turn:
            self._nearby.withdraw()

    async def look(self) -> None:
        """Look around from now on."""
        async with self._turn:
            if self._lookout is not None:
                return
            lookout = Lookout(self._show)
            try:
                await lookout.open()
            except KnownError as error:
                self._trouble("no-lookout", str(error))
                return
            self._lookout = lookout
            await self._open()
            self._nearby.look(on=True)

    async def look_away(self) -> None:
        """Look around no longer; nothing is near then."""
        async with self._turn:
            lookout, self._lookout = self._lookout, None
            if lookout is not None:
                self._nearby.look(on=False)
                lookout.close()
                self._show(())

    async def probe(self, address: str) -> tuple[str, ...]:
        """Somebody typed an address: ask there, too. Only while looking around.

        Returns:
            Where it is asked now: a name may stand for several addresses.

        Raises:
            KnownError: no computer has that name.
        """
        found = await resolve(address)
        for each in found:
            self._nearby.probe(each)
        return found

    async def close(self) -> None:
        """Say goodbye and end."""
        await self.look_away()
        async with self._turn:
            await self._nearby.close()

    async def _open(self) -> None:
        if not self._opened:
            self._opened = True
            await self._nearby.open()

    def _found(self, tag: bytes, addresses: tuple[str, ...]) -> None:
        if self._lookout is not None:
            self._lookout.found(tag, addresses)

    def _lost(self, tag: bytes) -> None:
        if self._lookout is not None:
            self._lookout.lost(tag)
