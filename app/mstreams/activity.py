"""One event at one stream, from its first handler to its last: atomic handler execution as a table.

At most one event is under way at a stream; its controller's handler runs first and may deny, then
all other handlers run, concurrently where they run in guests. What they want is kept here and
happens together when the last one is done. Never runs a handler and never applies an effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.errors import Bug
from app.mstreams.effects import Deny, Effect
from app.mstreams.events import Happening


class State(Enum):
    """Who runs."""

    IDLE = 0
    """Nobody: the stream may change, move or end."""
    CONTROLLED = 1
    """The controller's handler; the others wait for it."""
    RUNNING = 2
    """All other handlers."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An event begins that concerns no controller."""

    happening: Happening


@dataclass(frozen=True, slots=True)
class BegunControlled:
    """An event begins with its controller."""

    happening: Happening


@dataclass(frozen=True, slots=True)
class Allowed:
    """The controller's handler is done and lets the others run."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The last handler is done, or the controller denied."""


Input = Begun | BegunControlled | Allowed | Ended

TRANSITIONS: dict[tuple[State, type[Input]], tuple[State, str]] = {
    (State.IDLE, Begun): (State.RUNNING, "begin"),
    (State.IDLE, BegunControlled): (State.CONTROLLED, "begin"),
    (State.CONTROLLED, Allowed): (State.RUNNING, "go_on"),
    (State.CONTROLLED, Ended): (State.IDLE, "end"),
    (State.RUNNING, Ended): (State.IDLE, "end"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one handler came to; with an `error` it has no effects. `events`: handlers it has now."""

    agent: int
    briefcase: bytes
    effects: tuple[Effect, ...] = ()
    error: str = ""
    events: tuple[str, ...] | None = None

    @property
    def denial(self) -> str | None:
        """Why it denies, None if it does not."""
        return next((effect.reason for effect in self.effects if isinstance(effect, Deny)), None)


class Activity:
    """The event under way at one stream."""

    def __init__(self) -> None:
        self.state = State.IDLE
        self.happening: Happening | None = None
        self.waiting: dict[int, int] = {}
        """run -> agent, of handlers that are not done."""
        self.outcomes: list[Outcome] = []

    @property
    def idle(self) -> bool:
        """Whether no handler runs."""
        return self.state is State.IDLE

    def handle(self, given: Input) -> None:
        """Take one step.

        Raises:
            Bug: the table has no such step.
        """
        row = TRANSITIONS.get((self.state, type(given)))
        if row is None:
            message = f"handlers that are {self.state.name} can't take {type(given).__name__}"
            raise Bug(message)
        self.state, action = row
        getattr(self, f"_{action}")(given)

    def _begin(self, given: Begun | BegunControlled) -> None:
        self.happening = given.happening
        self.outcomes = []
        self.waiting = {}

    def _go_on(self, given: Allowed) -> None:
        """The outcome of the controller stays with the others'."""

    def _end(self, given: Ended) -> None:
        self.happening = None
        self.outcomes = []
        self.waiting = {}
