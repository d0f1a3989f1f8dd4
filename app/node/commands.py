"""What people's commands come to inside a session.

A table, one line for each command; each hands over to the part of the session that knows how. The
answer stands among the session's events, now or once others have done their share. What a window
wants beyond that is told in window/commands.py. Never decides what may be kept: the rooms do.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import Bug, LocalError
from app.core.instant import Micros
from app.dispatcher.placement import parse_policy
from app.node import shells
from app.node.api import (
    AdmitSite,
    Answered,
    AnswerFile,
    AskFloor,
    AskToJoin,
    CancelAsk,
    CloseSession,
    ConnectShell,
    CreateSession,
    Denied,
    DenySite,
    Done,
    Draw,
    EndShare,
    GiveFloor,
    Issue,
    JoinSession,
    JoinShare,
    LeaveSession,
    LeaveShell,
    MakeInvite,
    MoveDispatcher,
    OfferShare,
    RaiseShare,
    ReadAsking,
    ReadBoard,
    ReadLog,
    ReadObjects,
    ReadShares,
    ReadStatus,
    ReadStreams,
    RegisterAgent,
    RestartShare,
    ResumeSession,
    SetAdmitting,
    SetFloor,
    SetPolicy,
    SetVisible,
    StopShare,
    StreamAppend,
    StreamCall,
    StreamCreate,
    StreamDestroy,
    StreamLocate,
    StreamMove,
    StreamOpen,
    UnregisterAgent,
)
from app.node.asking import HIGHER_ROLE
from app.node.session import Session
from app.node.shares import commands as share_commands
from app.node.status import status_of
from app.node.window import commands as window_commands
from app.node.window.drawing import shown
from app.rooms.board.drawfile import parse_draw_file
from app.rooms.board.export import board_to_json
from app.rooms.board.model import BoardObject
from app.rooms.bodies import Invite, Policy, checked
from app.rooms.control import RANKS

INVITE_ID_BYTES = 16


def obey(session: Session, command: Answered, now: Micros) -> None:  # noqa: C901, PLR0912 - a table
    """Carry out a command, or begin to; its answer stands among the session's events.

    Raises:
        LocalError: it can't be done; the text says why.
        RemoteError: a field is out of bounds; the text names it.
    """
    match command:
        case Issue(token, entries, wall_ms):
            session.events.append(Done(token, session.issue(entries, wall_ms)))
        case MoveDispatcher(token, target):
            key = session.key_of(target)
            if key is None:
                message = f"{target} is not a member"
                raise LocalError(message)
            session.wish(key, token, now)
        case SetPolicy(token, policy):
            body = checked("control.policy", Policy(str(parse_policy(policy))))
            session.asking.issue_control("control.policy", body, token, None, now)
        case MakeInvite():
            _invite(session, command, now)
        case LeaveSession(token):
            session.ending.leave(token, now)
        case CloseSession(token):
            session.ending.close(token, now)
        case ReadLog(token, first, count, skip):
            count = min(count, limits.LOG_PAGE_ENTRIES_MAX)
            session.reading.read(max(1, first), count, token, skip=skip)
        case ReadStatus(token):
            session.events.append(Done(token, status_of(session)))
        case ReadBoard(token, board):
            session.events.append(Done(token, board_to_json(_objects(session, board))))
        case ReadObjects(token, board):
            objects = tuple([shown(each, pending=False) for each in _objects(session, board)])
            session.events.append(Done(token, objects))
        case Draw():
            _draw(session, command)
        case (
            CreateSession()
            | JoinSession()
            | ResumeSession()
            | AskToJoin()
            | CancelAsk()
            | SetVisible()
            | SetAdmitting()
        ):
            message = f"{type(command).__name__} does not belong here"
            raise Bug(message)
        case AdmitSite() | DenySite():
            session.asked.answer(command, now)
        case ReadAsking(token):
            session.events.append(Done(token, session.asked.shown()))
        case (
            ConnectShell()
            | LeaveShell()
            | StreamCreate()
            | StreamOpen()
            | StreamAppend()
            | StreamCall()
            | StreamMove()
            | StreamDestroy()
            | StreamLocate()
            | RegisterAgent()
            | UnregisterAgent()
            | ReadStreams()
        ):
            shells.obey(session, command, now)
        case (
            OfferShare()
            | JoinShare()
            | StopShare()
            | RestartShare()
            | EndShare()
            | AskFloor()
            | GiveFloor()
            | SetFloor()
            | AnswerFile()
            | RaiseShare()
            | ReadShares()
        ):
            share_commands.obey(session, command, now)
        case _:
            window_commands.obey(session, command, now)


def _invite(session: Session, command: MakeInvite, now: Micros) -> None:
    invite_id = session.here.entropy(INVITE_ID_BYTES)
    if command.end_ms and command.end_ms <= session.here.wall_ms(now):
        message = "an invite ends in the future, or never (0)"
        raise LocalError(message)
    link = session.people.new_link(
        invite_id,
        session.own,
        command.end_ms,
        command.uses,
        command.role,
        session.whereabouts.for_invite(),
    )
    invite = Invite(invite_id, command.end_ms, command.uses, command.role)
    body = checked("control.invite", invite)
    rooms = session.meaning.rooms
    if rooms is not None and RANKS[command.role] > rooms.control.rank(session.own):
        raise LocalError(HIGHER_ROLE)
    session.asking.issue_control("control.invite", body, command.token, link, now)


def _objects(session: Session, board: str) -> list[BoardObject]:
    rooms = session.meaning.rooms
    found = rooms.board.find(board) if rooms is not None else None
    if rooms is None or found is None:
        message = f"there is no board '{board}'"
        raise LocalError(message)
    return list(rooms.board.objects(found))


def _draw(session: Session, command: Draw) -> None:
    rooms = session.meaning.rooms
    board = rooms.board.find(command.board) if rooms is not None else None
    if board is None:
        message = f"there is no board '{command.board}'"
        raise LocalError(message)
    try:
        bodies = parse_draw_file(command.text, board, session.order.proposer.next_id)
    except LocalError as error:
        why = f"{error}; nothing was drawn"
        session.events.append(Denied(command.token, why, usage=True))
        return
    entries = tuple([("board", body) for body in bodies])
    session.events.append(Done(command.token, session.issue(entries, command.wall_ms)))
