"""One agent in a guest: from the wish for its source to its end, as a table.

Whatever it is told waits until it is made. Never talks to the guest; `guests` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.errors import Bug


class State(Enum):
    """What the guest has of the agent."""

    AWAITED = 0
    """Its source is not here yet."""
    MAKING = 1
    """Its body runs, which registers its handlers."""
    READY = 2
    """It waits for events."""
    RUNNING = 3
    """A handler runs, or waits for an answer."""
    BROKEN = 4
    """Its body failed, or its source never came: it runs no more."""


@dataclass(frozen=True, slots=True)
class SourceCame:
    """Its source is here, and the guest is told to make it."""


@dataclass(frozen=True, slots=True)
class Made:
    """Its body is done; it has these handlers."""

    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmade:
    """Its body failed, or can't be had."""


@dataclass(frozen=True, slots=True)
class RunBegun:
    """A handler is to run."""


@dataclass(frozen=True, slots=True)
class RunDone:
    """A handler is done, well or not; it has these handlers now."""

    events: tuple[str, ...]


Input = SourceCame | Made | Unmade | RunBegun | RunDone

TRANSITIONS: dict[tuple[State, type[Input]], tuple[State, str]] = {
    (State.AWAITED, SourceCame): (State.MAKING, "wait"),
    (State.AWAITED, Unmade): (State.BROKEN, "wait"),
    (State.MAKING, Made): (State.READY, "take_events"),
    (State.MAKING, Unmade): (State.BROKEN, "wait"),
    (State.READY, RunBegun): (State.RUNNING, "wait"),
    (State.RUNNING, RunDone): (State.READY, "take_events"),
}


class Interpreter:
    """One agent in a guest; `run` is the run that waits for it, `ref` its name there."""

    def __init__(self, stream: str, agent: int, ref: int) -> None:
        self.stream = stream
        self.agent = agent
        self.ref = ref
        self.run = 0
        self.state = State.AWAITED
        self.events: tuple[str, ...] = ()

    def handle(self, given: Input) -> None:
        """Take one step.

        Raises:
            Bug: the table has no such step.
        """
        row = TRANSITIONS.get((self.state, type(given)))
        if row is None:
            message = f"an agent that is {self.state.name} can't take {type(given).__name__}"
            raise Bug(message)
        self.state, action = row
        getattr(self, f"_{action}")(given)

    def _wait(self, _given: Input) -> None:
        """Nothing to keep."""

    def _take_events(self, given: Made | RunDone) -> None:
        self.events = given.events
