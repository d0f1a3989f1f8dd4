"""What a handler wants done, as values. They happen after the handler, all of an agent's or none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppendTo:
    """Append a message to a stream."""

    stream: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class CallTo:
    """Append, and give the answer to this agent as its call `call`."""

    stream: str
    payload: bytes
    call: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to the call that the handler got."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Wish that a stream moves to the site at a location."""

    stream: str
    location: int


@dataclass(frozen=True, slots=True)
class OpenOne:
    """Open a stream."""

    stream: str


@dataclass(frozen=True, slots=True)
class CreateOne:
    """Make a stream, at home here."""

    stream: str


@dataclass(frozen=True, slots=True)
class DestroyOne:
    """End a stream."""

    stream: str


@dataclass(frozen=True, slots=True)
class RegisterOne:
    """Attach an agent to a stream."""

    stream: str
    kind: str
    code: str
    argv: str


@dataclass(frozen=True, slots=True)
class UnregisterOne:
    """Kill an agent of a stream."""

    stream: str
    agent: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Call this agent in so many ms; 0 takes it back."""

    name: str
    ms: int


@dataclass(frozen=True, slots=True)
class Say:
    """A line for the console of the site."""

    text: str


@dataclass(frozen=True, slots=True)
class Exit:
    """Kill this agent."""


@dataclass(frozen=True, slots=True)
class Deny:
    """A controller says no."""

    reason: str


@dataclass(frozen=True, slots=True)
class Inject:
    """A site's controller gives source that runs first in every new agent here."""

    code: str


Effect = (
    AppendTo
    | CallTo
    | Answered
    | MoveTo
    | OpenOne
    | CreateOne
    | DestroyOne
    | RegisterOne
    | UnregisterOne
    | SetTimer
    | Say
    | Exit
    | Deny
    | Inject
)
