"""How soon a session that is opened is seen by others in the network, and how soon it is gone.

The looker is wired as the lobby is, in this process; the site is a process of its own, on every
interface of this machine, and has a title that nobody else uses.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from app.bench.figures import Figures
from app.bench.whole import ProgramSite
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.lookout import Lookout
from app.drivers.nearby.broadcast import BEACON_PORT
from app.drivers.nearby.nearby import Nearby
from app.node.api import NearShown

FULL_TIMES = 5
QUICK_TIMES = 1
ANYWHERE = ("--listen", "0.0.0.0:0")


class Looker:
    """Somebody's lobby; `elsewhere` looks for beacons at a port that nobody uses."""

    def __init__(self, *, elsewhere: bool) -> None:
        self._titles: list[str] = []
        self._changed = asyncio.Event()
        self._lookout = Lookout(self._show)
        port = BEACON_PORT + 1 if elsewhere else BEACON_PORT
        self._nearby = Nearby(
            self._lookout.found, self._lookout.lost, lambda _code, _text: None, port
        )

    async def open(self) -> None:
        """Look around from now on."""
        await self._lookout.open()
        await self._nearby.open()
        self._nearby.look(on=True)

    async def close(self) -> None:
        """Look no longer."""
        await self._nearby.close()
        self._lookout.close()

    async def sees(self, title: str) -> None:
        """Raises `KnownError` if it never does."""
        await self._until(lambda: title in self._titles)

    async def misses(self, title: str) -> None:
        """Raises `KnownError` if it stays."""
        await self._until(lambda: title not in self._titles)

    def _show(self, sessions: tuple[NearShown, ...]) -> None:
        self._titles = [each.title for each in sessions]
        self._changed.set()

    async def _until(self, fits: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(limits.BENCH_PATIENCE_MICROS / SECOND):
                while not fits():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise KnownError("A measured session was never seen nearby, or stayed.") from None


async def _once(looker: Looker, data: Path, end: Callable[[ProgramSite], None]) -> list[float]:
    """Milliseconds from open to shown, and from the wish to end to gone."""
    title = f"Measured {os.getpid()} {data.name}"
    site = await asyncio.to_thread(ProgramSite, data, *ANYWHERE, "--name", "A", "--create", title)
    with site:
        await asyncio.to_thread(site.event, "ready")
        opened = time.monotonic()
        await looker.sees(title)
        shown = time.monotonic()
        ending = asyncio.create_task(asyncio.to_thread(end, site))
        asked = time.monotonic()
        await looker.misses(title)
        gone = time.monotonic()
        await ending
    return [(shown - opened) * 1_000, (gone - asked) * 1_000]


async def _measure(folder: Path, times: int) -> Figures:
    figures: Figures = {}
    ways = (
        ("near", False, ProgramSite.close),
        ("near.zeroconf", True, ProgramSite.close),
        ("near.crash", False, ProgramSite.kill),
    )
    for name, elsewhere, end in ways:
        looker = Looker(elsewhere=elsewhere)
        await looker.open()
        try:
            seen = [await _once(looker, folder / f"{name}-{each}", end) for each in range(times)]
        finally:
            await looker.close()
        figures[f"{name}.shown_ms"] = median(shown for shown, _gone in seen)
        figures[f"{name}.gone_ms"] = median(gone for _shown, gone in seen)
    return figures


def run(folder: Path, *, quick: bool) -> Figures:
    """`near.shown_ms` after it is open, `near.gone_ms` after a clean end.

    The same for `near.zeroconf` alone; `near.crash` is killed.
    """
    return asyncio.run(_measure(folder, QUICK_TIMES if quick else FULL_TIMES))
