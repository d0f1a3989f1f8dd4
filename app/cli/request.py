"""One request of a command to the site, until its last answer is given; and what the desk is given.

Every answer carries the request's number; the last one has `done` or `error`. It knows no command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.cli.outcome import Exit
from app.core.errors import KnownError, LocalError
from app.core.instant import MILLI, Micros
from app.node.api import Command
from app.tkshare.model.bodies import Offer

Message = dict[str, Any]


class Connection(Protocol):
    """Where answers go."""

    def reply(self, message: Message) -> None:
        """Send one."""


class Timer(Protocol):
    """Something to happen later."""

    def cancel(self) -> None:
        """It shall not."""


@dataclass(frozen=True, slots=True)
class ProgramWanted:
    """A program that somebody wants to share: a path or a module's name, seen from `folder`."""

    program: str
    folder: str
    arguments: tuple[str, ...]
    python: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Its files are kept here: the offer, and the list of files."""

    offer: Offer
    listing: bytes


Gather = Callable[[ProgramWanted, Callable[[Gathered | LocalError | KnownError], None]], None]
"""Makes an offer of a program; the answer comes later."""


@dataclass(frozen=True, slots=True)
class World:
    """What the desk is given: a way to the machine, and time."""

    submit: Callable[[Command], None]
    now: Callable[[], Micros]
    wall_ms: Callable[[], int]
    call_later: Callable[[float, Callable[[], None]], Timer]
    gather: Gather
    come_to_front: Callable[[str], None] | None = None
    """Shows the window, and joins by a link if one is given; None without a window."""


class Request:
    """One request, until its last answer is given."""

    def __init__(self, world: World, connection: Connection, message: Message) -> None:
        self._world = world
        self._connection = connection
        number = message.get("request")
        self._number = number if isinstance(number, int) else None
        self.message = message
        self.taken = world.now()
        self.is_open = True
        self._timer: Timer | None = None

    def reply(self, message: Message) -> None:
        """An answer that is not the last."""
        if self.is_open:
            self._connection.reply({"request": self._number, **message})

    def finish(self, message: Message | None = None) -> None:
        """The last answer."""
        self.reply({**(message or {}), "done": True})
        self._end()

    def fail(self, why: str, code: int = Exit.REFUSED) -> None:
        """The last answer: it was not done."""
        self.reply({"error": why, "exit": int(code)})
        self._end()

    def limit(self, seconds: float, late: Callable[[], None]) -> None:
        """Call `late` unless the request has ended by then."""

        def ring() -> None:
            if self.is_open:
                late()

        self._timer = self._world.call_later(seconds, ring)

    def ms(self) -> float:
        """Milliseconds since the site took the request."""
        return round((self._world.now() - self.taken) / MILLI, 3)

    def _end(self) -> None:
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
