"""Agent servers: what runs agents, behind one interface, and the builtin one.

A builtin agent's handler runs within the call; one in a guest runs on for some turns, and its
outcome comes later. Never applies an effect; that is for `handling`, after all handlers of an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.mstreams.activity import Outcome
from app.mstreams.agent import Agent, Builtins, Context, Scene, events_of
from app.mstreams.events import APPEND, ATTACHED, CLOSING, HANDLERS, REPLY
from app.mstreams.frames import AgentState

GUEST_KIND = "tcl"
"""The kind of agents whose source travels."""


@dataclass(frozen=True, slots=True)
class Run:
    """One handler to run: its number, the agent as it is, and what happens where.

    `again`: it is the body of an agent that has begun at this site before; nothing comes of it.
    """

    number: int
    agent: AgentState
    scene: Scene
    again: bool = False


class Server(Protocol):
    """Runs agents of some kinds at this site; they are named by (stream, number)."""

    def made(self, stream: str, agent: int) -> bool:
        """Whether the agent has begun here."""

    def events(self, stream: str, agent: int) -> tuple[str, ...]:
        """Events for which it has a handler; none before it has begun."""

    def numbers(self, stream: str) -> list[int]:
        """Agents of a stream that have begun here, or are about to."""

    def start(self, run: Run) -> Outcome | None:
        """Run a handler; `attached` makes the agent first. None: the outcome comes later."""

    def end(self, scene: Scene, agent: AgentState) -> Outcome | None:
        """The agent is killed: run its last handler, if it has begun here, and forget it."""

    def drop(self, stream: str) -> None:
        """Forget a stream's agents without another word: they begin anew should they come back."""


class BuiltinServer:
    """Python classes shipped with the app."""

    def __init__(self, builtins: Builtins) -> None:
        self._builtins = builtins
        self._agents: dict[tuple[str, int], Agent] = {}

    def made(self, stream: str, agent: int) -> bool:
        """See `Server`."""
        return (stream, agent) in self._agents

    def events(self, stream: str, agent: int) -> tuple[str, ...]:
        """See `Server`."""
        made = self._agents.get((stream, agent))
        return () if made is None else events_of(made)

    def numbers(self, stream: str) -> list[int]:
        """See `Server`."""
        return [number for name, number in self._agents if name == stream]

    def start(self, run: Run) -> Outcome | None:
        """See `Server`."""
        definition = run.agent.definition
        key = (run.scene.stream, definition.number)
        agent = self._agents.get(key)
        if agent is None:
            # A kind that this version does not know handles nothing and just passes on.
            agent = self._builtins.make(definition.kind, definition.version) or Agent()
            self._agents[key] = agent
        return self._run(agent, run.scene, run.agent)

    def end(self, scene: Scene, agent: AgentState) -> Outcome | None:
        """See `Server`."""
        made = self._agents.pop((scene.stream, agent.number), None)
        if made is None or scene.happening.event != CLOSING:
            return None
        return self._run(made, scene, agent)

    def drop(self, stream: str) -> None:
        """See `Server`."""
        for key in [key for key in self._agents if key[0] == stream]:
            del self._agents[key]

    def _run(self, agent: Agent, scene: Scene, state: AgentState) -> Outcome:
        context = Context(scene, state.number, state.definition.argv, state.briefcase)
        happening = scene.happening
        try:
            if happening.event == APPEND:
                assert happening.message is not None
                agent.on_append(context, happening.message)
            elif happening.event == REPLY:
                agent.on_reply(context, int(happening.text), happening.ok, happening.payload)
            else:
                getattr(agent, HANDLERS[happening.event])(context)
        except Exception as error:  # noqa: BLE001 - an agent may fail in any way; its stream lives on
            why = f"{type(error).__name__}: {error} ({HANDLERS[happening.event]})"
            return Outcome(state.number, state.briefcase, error=why)
        events = events_of(agent) if happening.event == ATTACHED else None
        return Outcome(state.number, context.briefcase, tuple(context.effects), "", events)
