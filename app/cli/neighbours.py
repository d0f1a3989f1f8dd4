"""The network around the window: what the lobby lists as near, and whether others see us.

Turns what answers nearby into rows of the lobby: this computer is a member where it keeps the
session. Never opens or closes a session itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from app.cli.neighbourhood import Neighbourhood
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.crypto.hello import session_tag
from app.node.api import NearShown
from app.node.contract import Address
from app.ui.models.lobby import LobbyModel, NearSession
from app.ui.strings import Nearby


def near_rows(
    sessions: Iterable[NearShown], kept: Iterable[str], open_key: str
) -> dict[str, tuple[NearSession, NearShown]]:
    """Rows of the lobby by their keys.

    Args:
        sessions: what answers nearby.
        kept: keys (ids in hexadecimal) of sessions on this disk that were not left.
        open_key: the session that is open here; it is not near.
    """
    members = {session_tag(bytes.fromhex(key)): key for key in kept}
    rows: dict[str, tuple[NearSession, NearShown]] = {}
    for each in sessions:
        key = members.get(each.tag, "") or each.tag.hex()
        if key == open_key:
            continue
        row = NearSession(
            key=key,
            title=each.title,
            people=each.people,
            count=each.count,
            holder=each.holder,
            member=each.tag in members,
            admits=each.admits,
            needs=each.version if each.too_new else "",
        )
        rows[key] = (row, each)
    return rows


class Neighbours:
    """Fills `lobby`; `kept` and `open_key` are asked anew at each change."""

    def __init__(
        self, lobby: LobbyModel, kept: Callable[[], Iterable[str]], open_key: Callable[[], str]
    ) -> None:
        self._lobby = lobby
        self._kept = kept
        self._open_key = open_key
        self._around: Neighbourhood | None = None
        self._sessions: tuple[NearShown, ...] = ()
        self._rows: dict[str, tuple[NearSession, NearShown]] = {}
        self._probed: tuple[str, ...] = ()

    def find(self, key: str) -> NearShown | None:
        """A session that is listed."""
        found = self._rows.get(key)
        return found[1] if found is not None else None

    def refresh(self) -> None:
        """What is kept or open here, or asked, changed."""
        rows = near_rows(self._sessions, self._kept(), self._open_key())
        asked = self._lobby.asked
        if asked is not None and asked.key in self._rows:
            # Whoever asked sees what became of it, also when the session went away meanwhile.
            rows.setdefault(asked.key, self._rows[asked.key])
        self._rows = rows
        self._lobby.set_near(tuple([row for row, _shown in self._rows.values()]))

    async def look(self, *, on: bool) -> None:
        """Look around, or stop."""
        if on:
            self.refresh()
            await self._neighbourhood().look()
        elif self._around is not None:
            await self._around.look_away()

    async def announce(self, session: bytes, bound: Address) -> None:
        """The open session wants to be seen."""
        await self._neighbourhood().announce(session, bound)

    async def withdraw(self) -> None:
        """It does not, or is closed."""
        if self._around is not None:
            await self._around.withdraw()

    async def probe(self, address: str) -> None:
        """Somebody typed an address: ask there, and say what became of it."""
        around, lobby = self._around, self._lobby
        if around is None:
            return
        lobby.set_probed(Nearby.LOOKING_THERE(address=address))
        try:
            probed = await around.probe(address)
        except KnownError:
            name = address.rpartition(":")[0]
            lobby.set_probed(Nearby.ADDRESS_UNKNOWN(name=name))
            return
        self._probed = probed
        self._see_probed()
        await asyncio.sleep(limits.NEAR_SILENCE_MICROS / SECOND)
        if self._probed is probed:
            self._probed = ()
            lobby.set_probed(Nearby.NOBODY_THERE(address=address))

    def _see_probed(self) -> None:
        """Whoever answers has a row, unless it is the session that is open here."""
        for each in self._sessions:
            if any(address in self._probed for address in each.addresses):
                self._probed = ()
                listed = any(shown is each for _row, shown in self._rows.values())
                said = Nearby.THERE if listed else Nearby.THERE_OPEN
                self._lobby.set_probed(said(session=each.title))
                return

    async def close(self) -> None:
        """Say goodbye."""
        if self._around is not None:
            await self._around.close()

    def _neighbourhood(self) -> Neighbourhood:
        if self._around is None:
            self._around = Neighbourhood(
                self._show, lambda _code, text: self._lobby.set_near_trouble(text)
            )
        return self._around

    def _show(self, sessions: tuple[NearShown, ...]) -> None:
        self._sessions = sessions
        self.refresh()
        self._see_probed()
