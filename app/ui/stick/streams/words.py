"""What the tab says of a stream, an agent, a computer: whole sentences. Knows no Qt."""

from __future__ import annotations

from app.node.api import AgentRow, StreamRow
from app.ui import figures
from app.ui.strings import Streams as Text
from app.ui.wording import figure

DISPATCHER = "dispatcher"
"""The stream that orders: it can move, but not end."""

_FRESH_MS = 2_500
"""A report that is younger than two questions is not worth an age."""


def agent_name(agent: AgentRow) -> str:
    """Agent 2, tcl; the controller says that it is one."""
    sentence = Text.CONTROLLER if agent.controls else Text.AGENT
    return sentence(number=agent.agent, kind=agent.kind)


def agent_text(agent: AgentRow) -> str:
    """Why it failed, or what it has handlers for."""
    if agent.failed:
        return Text.WRONG(why=agent.error) if agent.error else Text.WRONG_UNSAID()
    return ", ".join(agent.events) if agent.events else Text.HANDLERS_NONE()


def state_text(row: StreamRow, bound_for: str = "") -> str:
    """At rest, working, on its way; of a stream elsewhere how old the news are."""
    if bound_for:
        return Text.STATE_TO(name=bound_for)
    match row.state:
        case "home":
            return Text.STATE_HOME()
        case "running":
            return Text.STATE_RUNNING()
        case "moving":
            return Text.STATE_MOVING()
        case "elsewhere":
            return _report_text(row.reported_ms)


def _report_text(reported_ms: int | None) -> str:
    if reported_ms is None:
        return Text.STATE_UNHEARD()
    if reported_ms < _FRESH_MS:
        return Text.STATE_FRESH()
    return Text.STATE_REPORTED(age=figures.duration(reported_ms // 1_000))


def stream_text(row: StreamRow, bound_for: str = "") -> str:
    """How many agents, and its state; news that are fresh go without saying."""
    fresh = row.state == "elsewhere" and row.reported_ms is not None
    if fresh and not bound_for and state_text(row) == Text.STATE_FRESH():
        return Text.AGENTS(len(row.agents))
    return Text.WITH_AGENTS(agents=Text.AGENTS(len(row.agents)), state=state_text(row, bound_for))


def counted(row: StreamRow, count: int) -> str:
    """A figure of a report; a dash before the first."""
    return figure(count) if row.reported_ms is not None else "–"


def stream_spoken(row: StreamRow, home: str, bound_for: str = "") -> str:
    """A stream in one sentence."""
    return Text.SPOKEN(
        stream=row.stream,
        name=home,
        state=state_text(row, bound_for),
        agents=Text.AGENTS(len(row.agents)),
        waiting=counted(row, row.waiting),
        unsent=counted(row, row.unsent),
        epoch=row.epoch,
    )


def agent_spoken(row: StreamRow, agent: AgentRow) -> str:
    """An agent in one sentence."""
    return Text.SPOKEN_AGENT(stream=row.stream, agent=agent_name(agent), what=agent_text(agent))


def stream_told(row: StreamRow, home: str, bound_for: str = "") -> str:
    """All that is known of a stream, in sentences."""
    told = [
        Text.TOLD(
            stream=row.stream,
            name=home,
            location=row.location,
            epoch=row.epoch,
            state=state_text(row, bound_for),
        )
    ]
    if row.stream == DISPATCHER:
        told.append(Text.TOLD_STICK())
    elif row.reported_ms is not None:
        told.append(Text.TOLD_WAITING(row.waiting) if row.waiting else Text.TOLD_IDLE())
        if row.unsent:
            told.append(Text.TOLD_UNSENT(row.unsent))
    return " ".join(told)


def agent_told(row: StreamRow, agent: AgentRow) -> str:
    """All that is known of an agent, in sentences."""
    about = Text.TOLD_AGENT(agent=agent_name(agent), stream=row.stream)
    told = [about[:1].upper() + about[1:]]
    if agent.events:
        told.append(Text.TOLD_HANDLERS(events=figures.names(agent.events)))
    elif not agent.failed:
        told.append(Text.TOLD_FRESH())
    if agent.error:
        told.append(Text.TOLD_WRONG(why=agent.error))
    elif agent.failed:
        told.append(Text.WRONG_UNSAID())
    return " ".join(told)
