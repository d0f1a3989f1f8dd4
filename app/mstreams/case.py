"""One request before the leader, from its source to the verdict, as a table.

Session, site and stream are asked in this order; any may deny. Never asks anybody; `deciding` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.errors import Bug
from app.core.ids import Key
from app.core.instant import Micros
from app.mstreams.frames import StreamRequest, StreamWish


class State(Enum):
    """Whose word is awaited."""

    SOURCE = 0
    """The agent's source has to come first."""
    SESSION = 1
    """The session's controller."""
    SITE = 2
    """The controller of the site that it concerns."""
    STREAM = 3
    """The stream's own controller."""
    GRANTED = 4
    """Nobody objects: it is carried out."""
    REFUSED = 5
    """Somebody objects, or can't be asked."""


@dataclass(frozen=True, slots=True)
class Passed:
    """No objection."""


@dataclass(frozen=True, slots=True)
class Denied:
    """An objection, or a failure on the way."""

    reason: str


Input = Passed | Denied

TRANSITIONS: dict[tuple[State, type[Input]], tuple[State, str]] = {
    (State.SOURCE, Passed): (State.SESSION, "go_on"),
    (State.SESSION, Passed): (State.SITE, "go_on"),
    (State.SITE, Passed): (State.STREAM, "go_on"),
    (State.STREAM, Passed): (State.GRANTED, "go_on"),
    (State.SOURCE, Denied): (State.REFUSED, "keep_reason"),
    (State.SESSION, Denied): (State.REFUSED, "keep_reason"),
    (State.SITE, Denied): (State.REFUSED, "keep_reason"),
    (State.STREAM, Denied): (State.REFUSED, "keep_reason"),
}


class Case:
    """A request under way: who asks (`sender`), for what, until when."""

    def __init__(
        self, sender: Key, asked: StreamRequest | StreamWish, verb: str, ends: Micros
    ) -> None:
        self.sender = sender
        self.asked = asked
        self.verb = verb
        self.ends = ends
        self.state = State.SOURCE
        self.reason = ""
        self.vet = 0
        self.vetted_by: Key | None = None

    def handle(self, given: Input) -> None:
        """Take one step.

        Raises:
            Bug: the table has no such step.
        """
        row = TRANSITIONS.get((self.state, type(given)))
        if row is None:
            message = f"a case that is {self.state.name} can't take {type(given).__name__}"
            raise Bug(message)
        self.state, action = row
        getattr(self, f"_{action}")(given)

    def _go_on(self, _given: Passed) -> None:
        self.vet, self.vetted_by = 0, None

    def _keep_reason(self, given: Denied) -> None:
        self.vet, self.vetted_by = 0, None
        self.reason = given.reason
