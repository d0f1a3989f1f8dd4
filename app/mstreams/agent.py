"""Agents: code at a stream, run by events. The interface, and the registry of builtin ones.

A handler gets a `Context` that only records: what it wants done happens after it returned, and not
at all if it raised. Only the briefcase moves with a stream; other attributes of an agent stay with
the site, and are gone after a restart. Handlers never do I/O and never call one another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import Bug
from app.core.ids import Key
from app.mstreams.epochs import StreamEpoch


@dataclass(frozen=True, slots=True)
class Message:
    """What an append handler gets; `source` is the sending stream, empty for the site itself."""

    sender: Key
    source: str
    incarnation: int
    number: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class AppendTo:
    """Effect: append a message to a stream."""

    stream: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Effect: wish that this stream moves."""

    target: Key


Effect = AppendTo | MoveTo


class Context:
    """What a handler sees of the world, and the record of what it wants.

    Args:
        stream: name of the stream the agent is attached to.
        here: the site at which the handler runs.
        epoch: the stream's present epoch.
        briefcase: the agent's own; assign to replace it.
    """

    def __init__(self, stream: str, here: Key, epoch: StreamEpoch, briefcase: bytes) -> None:
        self.stream = stream
        self.here = here
        self.epoch = epoch
        self.briefcase = briefcase
        self.effects: list[Effect] = []

    def append(self, stream: str, payload: bytes) -> None:
        """Append to a stream, this one included."""
        self.effects.append(AppendTo(stream, payload))

    def move(self, target: Key) -> None:
        """Wish that this stream moves to the site `target`."""
        self.effects.append(MoveTo(target))


class Agent:
    """Base of builtin agents: override the handlers you want."""

    def on_append(self, context: Context, message: Message) -> None:
        """A message is delivered; it counts as consumed when every agent's handler returned."""

    def on_arrival(self, context: Context) -> None:
        """The stream has become home here, by creation or by a move."""

    def on_relocation(self, context: Context) -> None:
        """The stream is about to leave: the last moment to fill the briefcase."""


class Builtins:
    """Agent classes by (kind, version): trusted, shipped with the app, never sent."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, int], type[Agent]] = {}

    def register(self, kind: str, version: int) -> Callable[[type[Agent]], type[Agent]]:
        """Class decorator: this is `kind@version`."""

        def add(agent: type[Agent]) -> type[Agent]:
            if (kind, version) in self._classes:
                message = f"the agent {kind}@{version} is registered twice"
                raise Bug(message)
            self._classes[kind, version] = agent
            return agent

        return add

    def make(self, kind: str, version: int) -> Agent | None:
        """A fresh agent, or None where this version of the app has no such kind."""
        agent = self._classes.get((kind, version))
        return None if agent is None else agent()


BUILTINS = Builtins()
