"""What every way to one order has to offer, and the delay that stands before and behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

Told = Callable[[bytes], None]


class Way(Protocol):
    """One participant's connection."""

    async def open(self, told: Told) -> None:
        """Connect; everything that is ordered, one's own too, goes to `told` in order."""

    def send(self, line: bytes) -> None:
        """Have a line ordered."""

    async def close(self) -> None:
        """Go."""


class Delayed:
    """A way of some milliseconds to whatever orders, and as many back; nothing overtakes."""

    def __init__(self, way: Way, delay_ms: float) -> None:
        self._way = way
        self._seconds = delay_ms / 1_000
        self._loop = asyncio.get_running_loop()

    async def open(self, told: Told) -> None:
        """See `Way`."""
        await self._way.open(lambda line: self._later(told, line))

    def _later(self, call: Told, line: bytes) -> None:
        if self._seconds:
            self._loop.call_later(self._seconds, call, line)
        else:
            call(line)

    def send(self, line: bytes) -> None:
        """See `Way`."""
        self._later(self._way.send, line)

    async def close(self) -> None:
        """See `Way`."""
        await self._way.close()
