"""Finding one session nearby by its title, for a site that starts with `--near`."""

from __future__ import annotations

import asyncio

from app.cli.neighbourhood import Neighbourhood
from app.cli.outcome import CommandFailed
from app.core import limits
from app.core.instant import SECOND
from app.node.api import NearShown


class Finding:
    """Waits for a title. `show` is for the neighbourhood."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._near: tuple[NearShown, ...] = ()
        self._changed = asyncio.Event()

    def show(self, sessions: tuple[NearShown, ...]) -> None:
        """All sessions that answer now."""
        self._near = sessions
        self._changed.set()

    async def find(self, neighbourhood: Neighbourhood) -> NearShown:
        """The one session of that title.

        Raises:
            CommandFailed: there is none in time, or more than one, or it lets nobody in.
        """
        await neighbourhood.look()
        try:
            async with asyncio.timeout(limits.NEAR_PATIENCE_MICROS / SECOND):
                while not self._fitting():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise CommandFailed(self._none()) from None
        # Two may be called alike, and the second answers a little later.
        await asyncio.sleep(limits.NEAR_OTHERS_MICROS / SECOND)
        found = self._fitting()
        if not found:
            raise CommandFailed(self._none())
        if len(found) > 1:
            whose = "; ".join(self._whose(each) for each in found)
            text = (
                f"{len(found)} sessions near here are called '{self._title}' ({whose}). Nothing was"
                " changed. Join the right one by an invite."
            )
            raise CommandFailed(text)
        self._check(found[0])
        return found[0]

    def _fitting(self) -> list[NearShown]:
        wanted = self._title.casefold()
        return [each for each in self._near if each.title.casefold() == wanted]

    def _whose(self, session: NearShown) -> str:
        return ", ".join(name for name, _colour in session.people) or "nobody"

    def _check(self, session: NearShown) -> None:
        if session.too_new:
            text = f"'{session.title}' is made with Talkstick {session.version}. Update to join it."
            raise CommandFailed(text)
        if not session.admits:
            text = f"Nobody in '{session.title}' lets people in who ask. Ask for an invite."
            raise CommandFailed(text)

    def _none(self) -> str:
        seconds = limits.NEAR_PATIENCE_MICROS // SECOND
        others = ", ".join(f"'{each.title}'" for each in self._near)
        seen = f"Near here are: {others}." if others else "No session answered near here at all."
        return (
            f"No session called '{self._title}' answered near here within {seconds} s. {seen}"
            " Nothing was changed. Is it open and visible, and in the same network? An invite works"
            " everywhere."
        )
