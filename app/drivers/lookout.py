"""An onlooker turned by the real network and the real clock.

Its socket is its own, so that looking around never touches that of a session. It keeps nothing on
disk and shows nothing itself: each change goes to `show`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from app.core.instant import SECOND
from app.drivers import clock
from app.drivers.udp import Batch, Udp, bind
from app.node.api import NearChanged, NearShown
from app.node.contract import DatagramReceived, SendDatagram, Sighted, SightLost, TimerFired
from app.node.onlooker import Looked, Onlooker

_ANYWHERE = ("0.0.0.0", 0)  # noqa: S104 - answers come from the whole network


class Lookout:
    """Looks around from `open` to `close`.

    Args:
        show: told all sessions that answer, whenever that changes.
    """

    def __init__(self, show: Callable[[tuple[NearShown, ...]], None]) -> None:
        self._show = show
        self._machine = Onlooker(os.urandom)
        self._udp: Udp | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Take a free port. Raises `KnownError`."""
        self._udp = await Udp.open(bind(_ANYWHERE), self._arrived)

    def found(self, tag: bytes, addresses: tuple[str, ...]) -> None:
        """A session was sighted; for `Nearby`."""
        self._turn(Sighted(tag, addresses))

    def lost(self, tag: bytes) -> None:
        """A session took its announcement back; for `Nearby`."""
        self._turn(SightLost(tag))

    def close(self) -> None:
        """Look no longer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._udp is not None:
            self._udp.close()
            self._udp = None

    def _arrived(self, batch: Batch) -> None:
        for source, data in batch:
            self._turn(DatagramReceived(source, data))

    def _turn(self, given: Looked) -> None:
        udp = self._udp
        if udp is None:
            return
        for output in self._machine.handle(given, clock.now()):
            if isinstance(output, SendDatagram):
                udp.send(output.target, output.data)
            elif isinstance(output.event, NearChanged):
                self._show(output.event.sessions)
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        at = self._machine.deadline()
        if at is not None:
            seconds = max(0, at - clock.now()) / SECOND
            self._timer = asyncio.get_running_loop().call_later(seconds, self._fired)

    def _fired(self) -> None:
        self._timer = None
        self._turn(TimerFired())
