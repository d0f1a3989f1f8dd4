"""Streams in a session: between the middleware below and the log that says where they live.

A stream's home and its agents stand in the log (`control.stream`, `control.agent`); the leader
enters what changes. This room only carries: entries to the streams, their wishes for entries back,
frames both ways, answers to commands. Never decides anything but who may ask: roles do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from app.core.ids import Key, SiteId, site_of
from app.core.instant import MILLI, Micros
from app.dispatcher.epochs import Epoch
from app.dispatcher.views import View
from app.mstreams.basic import KINDS
from app.mstreams.directory import Roster
from app.mstreams.frames import StreamFrame
from app.mstreams.records import (
    AgentWanted,
    Consumed,
    ControlWanted,
    GuestTold,
    GuestUnwanted,
    GuestWanted,
    Line,
    LineWanted,
    MoveVetted,
    SaveStream,
    Shown,
    Told,
    Transmit,
)
from app.mstreams.reports import View as StreamView
from app.mstreams.streams import Streams
from app.node.api import Console, Denied, Done, Event, MessageConsumed
from app.node.api.streams import AgentRow, StreamRow, StreamState
from app.node.contract import GuestOutput, StartGuest, StopGuest, TellGuest
from app.rooms.bodies import CODECS, Chat, StreamAgent
from app.rooms.bodies import Stream as StreamBody
from app.rooms.control import DESTROYED, ControlRoom
from app.rooms.events import AgentsChanged, StreamChanged
from app.rooms.rooms import LINE

AGENT_KIND = "control.agent"


@dataclass(slots=True)
class Wanted:
    """What a turn's stream work leads to."""

    frames: list[tuple[Key, StreamFrame]] = field(default_factory=list)
    fields: list[tuple[str, bytes | None]] = field(default_factory=list)
    entries: list[tuple[str, bytes]] = field(default_factory=list)
    guests: list[GuestOutput] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    vetted: list[tuple[int, str]] = field(default_factory=list)


class Mailboxes:
    """The streams of one site in one session."""

    kinds = KINDS
    """Kinds of builtin agents that come with the app; naming them here makes them known."""

    def __init__(self, own: Key, incarnation: int, fields: dict[str, bytes]) -> None:
        self._own = site_of(own)
        self._began = False
        self.streams = Streams(own, incarnation, fields)

    def installed(self, view: View) -> None:
        """A view begins, also at start."""
        locations = {member.key: member.location for member in view.members}
        self.streams.view_installed(view.keys, view.session_leader, view.number, locations)

    def read(
        self,
        control: ControlRoom,
        changes: list[StreamChanged | AgentsChanged],
        key_of: Callable[[SiteId], Key | None],
        now: Micros,
    ) -> None:
        """What the log says about streams: all of it at the start, then what has changed.

        Old entries are not read again: what they made and ended is over.
        """
        if not self._began:
            self._began = True
            self.streams.began(control.streams_floor)
            for name, state in control.streams():
                self._homed(name, key_of(state.home), state.epoch, now)
            for name in control.staffed():
                self._staffed(control, name, now)
            return
        for change in changes:
            if isinstance(change, AgentsChanged):
                self._staffed(control, change.stream, now)
            elif change.what == DESTROYED:
                self.streams.ended(change.stream, now)
            else:
                self._homed(change.stream, key_of(change.home), change.epoch, now)

    def _homed(self, name: str, home: Key | None, epoch: Epoch, now: Micros) -> None:
        if home is not None and not epoch.branch:
            self.streams.homed(name, home, (epoch.number, epoch.k), now)

    def _staffed(self, control: ControlRoom, name: str, now: Micros) -> None:
        state = control.agents(name)
        roster = Roster(state.agents, state.changes, state.last, state.briefcase, state.count)
        self.streams.staffed(name, roster, now)

    def drain(self) -> Wanted:
        """Everything that came of the streams since the last call."""
        wanted = Wanted()
        for output in self.streams.drain():
            match output:
                case Transmit(site, frame):
                    wanted.frames.append((site, frame))
                case SaveStream(name, value):
                    wanted.fields.append((name, value))
                case _:
                    self._shown(output, wanted)
        return wanted

    def _shown(self, output: Shown, wanted: Wanted) -> None:  # noqa: C901 - a table
        match output:
            case ControlWanted(kind, stream, home, (view, k), what):
                body = StreamBody(stream, site_of(home), Epoch(view, 0, b"", k), what)
                wanted.entries.append((kind, CODECS[kind].encode(body)))
            case AgentWanted(stream, agent, what, briefcase, count):
                change = StreamAgent(stream, agent, what, briefcase, count)
                wanted.entries.append((AGENT_KIND, CODECS[AGENT_KIND].encode(change)))
            case Told(token, ok, value):
                done = Done(token, value) if ok else Denied(token, str(value))
                wanted.events.append(done)
            case MoveVetted(number, reason):
                wanted.vetted.append((number, reason))
            case Line(stream, text):
                wanted.events.append(Console(self._own, stream, text))
            case LineWanted(text):
                wanted.entries.append((LINE, CODECS[LINE].encode(Chat(text))))
            case GuestWanted(guest, kind):
                wanted.guests.append(StartGuest(guest, kind))
            case GuestTold(guest, message):
                wanted.guests.append(TellGuest(guest, message))
            case GuestUnwanted(guest):
                wanted.guests.append(StopGuest(guest))
            case Consumed(stream, sender, source, incarnation, number, payload):
                site = site_of(sender)
                wanted.events.append(
                    MessageConsumed(stream, site, source, incarnation, number, payload)
                )
            case _:
                assert_never(output)

    def rows(self, locations: dict[Key, int], now: Micros) -> tuple[StreamRow, ...]:
        """All streams as a panel shows them, but for the dispatcher."""
        return tuple([_row(view, locations, now) for view in self.streams.views(now)])


def _row(view: StreamView, locations: dict[Key, int], now: Micros) -> StreamRow:
    report, reported_ms = view.report, None
    if view.reported_at is not None:
        reported_ms = (now - view.reported_at) // MILLI
    state: StreamState = "elsewhere"
    if view.moving:
        state = "moving"
    elif view.here:
        state = "running" if report is not None and report.running else "home"
    known = {agent.number: agent for agent in (report.agents if report is not None else ())}
    agents: list[AgentRow] = []
    for agent in view.agents:
        told = known.get(agent.number)
        kind = agent.kind if agent.code else f"{agent.kind}@{agent.version}"
        agents.append(
            AgentRow(
                agent.number,
                kind,
                agent.controls,
                () if told is None else told.events,
                told is not None and told.failed,
                "" if told is None else told.error,
            )
        )
    return StreamRow(
        view.stream,
        site_of(view.home),
        locations.get(view.home, 0),
        str(Epoch(view.epoch[0], 0, b"", view.epoch[1])),
        state,
        0 if report is None else report.waiting,
        0 if report is None else report.unsent,
        tuple(agents),
        reported_ms,
    )
