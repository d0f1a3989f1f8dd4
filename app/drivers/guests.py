"""Guest processes of one site by their numbers: starts them, passes messages on, ends them.

Agent servers (`agentserver`) and copies of shared programs (`sharedprogram`) are different
processes with one life: whoever started one hears what it says, and once why it is gone, unless it
was told to stop. Decides nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, assert_never

from app.drivers.agentserver import AgentServer
from app.drivers.guestlaunch import bubblewrap
from app.drivers.sharedprogram import Place, SharedProgram
from app.node.contract import GuestOutput, PlaceFile, StartGuest, StopGuest, TellGuest

SHARED: Final = ("tk", "qt")
"""Kinds of guests that are copies of shared programs."""

Guest = AgentServer | SharedProgram


class Guests:
    """The guests of one site, by number. Used on the thread of its event loop only.

    Args:
        loop: the running loop.
        spoke: gets (guest, message) for every message that the machine should hear.
        ended: gets (guest, why) when a guest is gone that nobody stopped.
        wrapper: the bubblewrap program for agent servers, or None for none.
        place: where shared programs find their files; None: they can't be started.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        spoke: Callable[[int, bytes], None],
        ended: Callable[[int, str], None],
        wrapper: str | None,
        place: Place | None = None,
    ) -> None:
        self._loop = loop
        self._spoke = spoke
        self._ended = ended
        self._wrapper = wrapper
        self._place = place
        self._guests: dict[int, Guest] = {}
        self._stopped: list[Guest] = []

    @classmethod
    def wrapped(
        cls,
        loop: asyncio.AbstractEventLoop,
        spoke: Callable[[int, bytes], None],
        ended: Callable[[int, str], None],
        place: Place | None = None,
    ) -> Guests:
        """With bubblewrap around agent servers, where it is installed."""
        return cls(loop, spoke=spoke, ended=ended, wrapper=bubblewrap(), place=place)

    def take(self, output: GuestOutput) -> None:
        """Do what the machine wants."""
        match output:
            case StartGuest(guest, kind, program):
                self.start(guest, kind, program)
            case TellGuest(guest, message):
                self.tell(guest, message)
            case PlaceFile(guest, path, hash_):
                self.place(guest, path, hash_)
            case StopGuest(guest):
                self.stop(guest)
            case _:
                assert_never(output)

    def start(self, guest: int, kind: str, program: bytes = b"") -> None:
        """Start a guest under a new number; what goes wrong is told as its end."""
        started = self._made(kind, program)
        if started is None:
            self._loop.call_soon(self._ended, guest, f"guests of kind {kind!r} are not known here")
            return
        self._guests[guest] = started
        started.heard = lambda message: self._spoke(guest, message)
        started.gone = lambda why: self._forget(guest, why)
        started.start()

    def tell(self, guest: int, message: bytes) -> None:
        """Give a guest a message, a JSON array; one that has ended gets none."""
        told = self._guests.get(guest)
        if told is not None:
            told.tell(message)

    def place(self, guest: int, path: str, hash_: bytes) -> None:
        """Put a file into the folder of a shared program, before what it is told next."""
        placed = self._guests.get(guest)
        if isinstance(placed, SharedProgram):
            placed.place(path, hash_)

    def stop(self, guest: int) -> None:
        """End a guest; nothing is heard of it any more."""
        stopped = self._guests.pop(guest, None)
        if stopped is not None:
            stopped.stop()
            self._stopped = [each for each in (*self._stopped, stopped) if not each.is_gone]

    def close(self) -> None:
        """End all of them, and wait until they are gone."""
        for guest in list(self._guests):
            self.stop(guest)
        for stopped in self._stopped:
            stopped.wait()
        self._stopped = []

    def process_id(self, guest: int) -> int | None:
        """Of a guest that runs, for whoever measures it."""
        found = self._guests.get(guest)
        return None if found is None else found.process_id

    def _made(self, kind: str, program: bytes) -> Guest | None:
        if kind == "tcl":
            return AgentServer(self._loop, self._wrapper)
        if kind in SHARED and self._place is not None:
            return SharedProgram(self._loop, self._place, kind, program)
        return None

    def _forget(self, guest: int, why: str) -> None:
        if self._guests.pop(guest, None) is not None:
            self._ended(guest, why)
