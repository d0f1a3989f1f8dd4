"""Agents: code at a stream, run by events. The interface, and the registry of builtin ones.

A handler gets a `Context` that only records: what it wants done happens after all handlers of the
event returned, and not at all if it raised. Only the briefcase moves with a stream; other
attributes of an agent stay with the site, and are gone after a restart. Handlers never do I/O and
never call one another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import Bug
from app.core.ids import Key
from app.mstreams.effects import (
    Answered,
    AppendTo,
    CallTo,
    CreateOne,
    Deny,
    DestroyOne,
    Effect,
    Exit,
    Inject,
    MoveTo,
    OpenOne,
    RegisterOne,
    Say,
    SetTimer,
    UnregisterOne,
)
from app.mstreams.epochs import StreamEpoch
from app.mstreams.events import HANDLERS, Happening, Message


@dataclass(frozen=True, slots=True)
class Scene:
    """What is the same for all handlers of an event: where and who."""

    stream: str
    here: Key
    location: int
    epoch: StreamEpoch
    happening: Happening
    locations: tuple[tuple[str, int], ...] = ()
    sites: tuple[int, ...] = ()
    time_ms: int = 0


class Context:
    """What a handler sees of the world, and the record of what it wants.

    `briefcase` is the agent's own: assign to replace it. Locations are small integers, the
    founder's 1: `location` is this site's, `sites` are all members', `locations` those of this
    stream, of what it has open and of who sent the message.
    """

    def __init__(self, scene: Scene, agent: int, argv: str, briefcase: bytes) -> None:
        self.stream = scene.stream
        self.here = scene.here
        self.location = scene.location
        self.locations = dict(scene.locations)
        self.sites = scene.sites
        self.epoch = scene.epoch
        self.agent = agent
        self.argv = argv
        self.text = scene.happening.text
        self.asker = scene.happening.asker
        self.time_ms = scene.time_ms
        self.briefcase = briefcase
        self.effects: list[Effect] = []

    def append(self, stream: str, payload: bytes) -> None:
        """Append to a stream, this one included."""
        self.effects.append(AppendTo(stream, payload))

    def call(self, stream: str, payload: bytes, call: int) -> None:
        """Append and have the answer given to `on_reply` with the number `call`."""
        self.effects.append(CallTo(stream, payload, call))

    def answer(self, payload: bytes) -> None:
        """Answer the call that this message is."""
        self.effects.append(Answered(payload))

    def move(self, location: int, stream: str = "") -> None:
        """Wish that a stream, this one if none is named, moves to the site at `location`."""
        self.effects.append(MoveTo(stream or self.stream, location))

    def open(self, stream: str) -> None:
        """Open a stream; a refusal is told as this agent's last error."""
        self.effects.append(OpenOne(stream))

    def create(self, stream: str) -> None:
        """Make a stream, at home here."""
        self.effects.append(CreateOne(stream))

    def destroy(self, stream: str = "") -> None:
        """End a stream, this one if none is named."""
        self.effects.append(DestroyOne(stream or self.stream))

    def register(self, stream: str, kind: str, code: str = "", argv: str = "") -> None:
        """Attach an agent to a stream; `kind` as in `RegisterAgent`."""
        self.effects.append(RegisterOne(stream, kind, code, argv))

    def unregister(self, stream: str, agent: int) -> None:
        """Kill an agent."""
        self.effects.append(UnregisterOne(stream, agent))

    def set_timer(self, name: str, ms: int) -> None:
        """Have `on_timer` called in `ms`; the same name again replaces it, 0 takes it back."""
        self.effects.append(SetTimer(name, ms))

    def say(self, text: str) -> None:
        """A line for this site's console."""
        self.effects.append(Say(text))

    def exit(self) -> None:
        """Kill this agent."""
        self.effects.append(Exit())

    def deny(self, reason: str) -> None:
        """As a controller: don't let it happen; other handlers of this event do not run."""
        self.effects.append(Deny(reason))

    def inject(self, code: str) -> None:
        """As a site's controller: source that runs first in every agent that begins here."""
        self.effects.append(Inject(code))


class Agent:
    """Base of builtin agents: override the handlers you want, at most one per event."""

    def on_attached(self, context: Context) -> None:
        """The agent begins at this site: its first visit, or a restart."""

    def on_append(self, context: Context, message: Message) -> None:
        """A message is delivered; it counts as consumed when every agent's handler returned."""

    def on_departure(self, context: Context) -> None:
        """The stream is about to leave: the last moment to fill the briefcase."""

    def on_arrival(self, context: Context) -> None:
        """The stream has become home here, whichever way. In a site's controller: may it come?"""

    def on_relocation(self, context: Context) -> None:
        """The stream has moved here."""

    def on_open(self, context: Context) -> None:
        """`context.asker` opens `context.text`."""

    def on_agent(self, context: Context) -> None:
        """An agent was registered, `context.text` is its number; for controllers: the stream's name."""

    def on_site_joined(self, context: Context) -> None:
        """The site at location `context.text` is a member now.

        The session's controller is asked before: may `context.asker` (a site id) become one?
        """

    def on_site_left(self, context: Context) -> None:
        """The site at location `context.text` is none any more."""

    def on_failure(self, context: Context) -> None:
        """The stream is here because its home failed; `context.text` is that home's location."""

    def on_timer(self, context: Context) -> None:
        """The timer `context.text` is due."""

    def on_closing(self, context: Context) -> None:
        """The agent is killed; only what it appends still happens."""

    def on_reply(self, context: Context, call: int, ok: bool, payload: bytes) -> None:
        """The answer to the call with this number, or why there is none."""

    def on_create(self, context: Context) -> None:
        """Session's controller: `context.asker` makes the stream `context.text`."""

    def on_destroy(self, context: Context) -> None:
        """Session's or stream's controller: `context.asker` ends the stream `context.text`."""

    def on_move(self, context: Context) -> None:
        """Session's controller: `context.asker` moves the stream `context.text`."""

    def on_unregister(self, context: Context) -> None:
        """Session's controller: `context.asker` kills an agent of the stream `context.text`."""

    def on_shell(self, context: Context) -> None:
        """Site's controller: the shell `context.asker` connects."""

    def on_shell_left(self, context: Context) -> None:
        """Site's controller: the shell `context.asker` is gone."""


def events_of(agent: Agent) -> tuple[str, ...]:
    """Events for which a builtin agent has a handler of its own."""
    return tuple(
        [
            event
            for event, method in HANDLERS.items()
            if getattr(type(agent), method) is not getattr(Agent, method)
        ]
    )


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

    def known(self, kind: str, version: int) -> bool:
        """Whether this version of the app has it."""
        return (kind, version) in self._classes


BUILTINS = Builtins()
