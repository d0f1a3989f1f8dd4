"""What shells and panels ask of streams, carried out or begun.

A table, one line for each command; the answer stands among the session's events, now or once others
have done their share. `dispatcher` is a stream like others to whoever asks: it is shown among them,
located and moved by the same commands, though its messages go by the order's own rules. Never
decides what may be done: roles and controllers do.
"""

from __future__ import annotations

from typing import assert_never

from app.core.errors import LocalError
from app.core.ids import Key, site_of
from app.core.instant import Micros
from app.mstreams.residence import DISPATCHER
from app.node.api import (
    AgentRow,
    ConnectShell,
    Done,
    LeaveShell,
    ReadStreams,
    RegisterAgent,
    StreamAppend,
    StreamCall,
    StreamCreate,
    StreamDestroy,
    StreamLocate,
    StreamMove,
    StreamOpen,
    StreamRow,
    UnregisterAgent,
)
from app.node.api.streams import StreamCommand
from app.node.hearing import own_agents
from app.node.session import Session
from app.rooms.bodies import CODECS, Chat
from app.rooms.control import EDITOR_RANK, EVERYBODYS_STREAMS, MODERATOR_RANK
from app.rooms.rooms import LINE


def obey(session: Session, command: StreamCommand, now: Micros) -> None:
    """Carry out a command, or begin to. Raises `LocalError`."""
    session.mailboxes.streams.at(now)
    if isinstance(command, (ReadStreams, StreamLocate)):
        _read(session, command, now)
    elif isinstance(command, StreamMove) and command.stream == DISPATCHER:
        _move_dispatcher(session, command, now)
    else:
        if not isinstance(command, LeaveShell):
            _check_role(session, command)
        _begin(session, command, now)
        session.mailboxes.streams.do(now)


def _check_role(session: Session, command: StreamCommand) -> None:
    """Whether this site's person may ask for it; the leader looks once more. Raises `LocalError`."""
    rooms = session.meaning.rooms
    if rooms is None or not session.member:
        message = "this site is not a member of the session yet"
        raise LocalError(message)
    rank = rooms.control.rank(session.own)
    needed = EDITOR_RANK
    if (
        isinstance(command, (RegisterAgent, UnregisterAgent))
        and command.stream in EVERYBODYS_STREAMS
    ):
        needed = MODERATOR_RANK
    if rank < needed:
        message = "your role does not allow this"
        raise LocalError(message)


def _begin(session: Session, command: StreamCommand, now: Micros) -> None:  # noqa: C901, PLR0912 - a table
    work = session.mailboxes.streams.shells
    match command:
        case ConnectShell(token, name):
            work.connect(token, name)
        case LeaveShell(token, shell):
            work.leave(shell)
            session.events.append(Done(token))
        case StreamCreate(token, shell, stream):
            work.create(token, shell, stream)
        case StreamOpen(token, shell, stream):
            work.open(token, shell, stream)
        case StreamAppend(token, shell, stream, payload) if stream == DISPATCHER:
            work.shells.check(shell)
            _say(session, token, payload, now)
        case StreamAppend(token, shell, stream, payload):
            work.append(token, shell, stream, payload)
        case StreamCall(token, shell, stream, payload):
            work.call(token, shell, stream, payload)
        case StreamMove(token, shell, stream, location):
            work.move(shell, stream, location, token)
        case StreamDestroy(token, shell, stream):
            work.destroy(token, shell, stream)
        case RegisterAgent(token, shell, stream, kind, code, argv, controls):
            agent = work.define(kind, code, argv, controls=controls)
            work.register(token, shell, stream, agent)
        case UnregisterAgent(token, shell, stream, agent):
            work.unregister(token, shell, stream, agent)
        case StreamLocate() | ReadStreams():
            _read(session, command, now)
        case _:
            assert_never(command)


def _say(session: Session, token: int, payload: bytes, now: Micros) -> None:
    """A line of this site's person, whose program a shell is. Raises `LocalError`."""
    try:
        line = Chat(payload.decode())
    except UnicodeDecodeError as error:
        raise LocalError("a line is UTF-8 text") from error
    (entry,) = session.issue(((LINE, CODECS[LINE].encode(line)),), session.here.wall_ms(now))
    session.events.append(Done(token, entry.number))


def _read(session: Session, command: ReadStreams | StreamLocate, now: Micros) -> None:
    home = session.desk.home
    view = session.disk.prim
    locations = {} if view is None else {member.key: member.location for member in view.members}
    if isinstance(command, ReadStreams):
        rows = list(session.mailboxes.rows(locations, now))
        attached = [agent for row in rows if row.stream == DISPATCHER for agent in row.agents]
        rows = [row for row in rows if row.stream != DISPATCHER]
        rows += _dispatcher_row(session, locations, attached)
        rows.sort(key=lambda row: row.stream)
        session.events.append(Done(command.token, tuple(rows)))
    elif command.name == DISPATCHER and home is not None:
        session.events.append(Done(command.token, locations.get(home[1], 0)))
    else:
        session.mailboxes.streams.shells.locate(command.token, command.name)


def _dispatcher_row(
    session: Session, locations: dict[Key, int], attached: list[AgentRow]
) -> list[StreamRow]:
    """The dispatcher as one stream among others; agents `attached` to it as they stand here."""
    home = session.desk.home
    if home is None:
        return []
    return [
        StreamRow(
            DISPATCHER,
            site_of(home[1]),
            locations.get(home[1], 0),
            str(session.order.epoch),
            "home" if home[1] == session.own else "elsewhere",
            len(session.disk.queue),
            0,
            (*own_agents(session.meaning.faults), *attached),
            0,
        )
    ]


def _move_dispatcher(session: Session, command: StreamMove, now: Micros) -> None:
    target = session.key_at(command.location)
    if target is None:
        message = f"there is no site at location {command.location}"
        raise LocalError(message)
    session.wish(target, command.token, now)
