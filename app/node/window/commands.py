"""What a window's commands come to: entries of the rooms, pages, figures.

A table, one line for each command; what may be kept is the rooms' to say. Nothing here waits:
commands that depend on others are answered by the session later.
"""

from __future__ import annotations

from app.core.errors import LocalError
from app.core.ids import Key, site_of
from app.core.instant import Micros
from app.node.api import (
    DeleteChat,
    Done,
    EditBoard,
    EditChat,
    FindChat,
    InviteShown,
    PinDispatcher,
    ReactChat,
    ReadChat,
    ReadInvites,
    ReadStick,
    ReadWays,
    RedoBoard,
    RevokeInvite,
    SayChat,
    SetProfile,
    UndoBoard,
    WaysShown,
)
from app.node.api.board import BoardCommand
from app.node.api.chat import ChatCommand
from app.node.api.people import PeopleCommand
from app.node.api.stick import StickCommand
from app.node.session import Session
from app.rooms.bodies import (
    CODECS,
    Chat,
    ChatDelete,
    ChatEdit,
    ChatReact,
    Pin,
    Profile,
    Revoke,
    checked,
)

WindowCommand = ChatCommand | BoardCommand | PeopleCommand | StickCommand


def obey(session: Session, command: WindowCommand, now: Micros) -> None:
    """Carry out a command, or begin to; its answer stands among the session's events.

    Raises:
        LocalError: it can't be done; the text says why.
        RemoteError: a field is out of bounds; the text names it.
    """
    match command:
        case SayChat(token, text, reply_to, wall_ms):
            answered = None if reply_to is None else str(reply_to)
            _issue(session, token, "chat", Chat(text, answered), wall_ms, now)
        case EditChat(token, of, text):
            _issue(session, token, "chat.edit", ChatEdit(str(of), text), 0, now)
        case DeleteChat(token, of):
            _issue(session, token, "chat.delete", ChatDelete(str(of)), 0, now)
        case ReactChat(token, of, emoji, on):
            _issue(session, token, "chat.react", ChatReact(str(of), emoji, on), 0, now)
        case ReadChat(token, before_index, count):
            session.reading.read_chat(token, before_index, count)
        case FindChat(token, text, below_index):
            session.reading.find_chat(token, text, below_index)
        case EditBoard(token, board, ops):
            drawing = session.window_here().boards.drawing(board, ops)
            _keep(session, token, "board", drawing, 0, now)
        case UndoBoard(token) | RedoBoard(token):
            redo = isinstance(command, RedoBoard)
            drawing = session.window_here().boards.taking_back(redo=redo)
            _keep(session, token, "board", drawing, 0, now)
        case ReadStick(token):
            session.events.append(Done(token, session.window_here().panel(session.order, now)))
        case _:
            _govern(session, command, now)


def _govern(
    session: Session, command: PeopleCommand | PinDispatcher | ReadWays, now: Micros
) -> None:
    match command:
        case SetProfile(token, name, colour):
            _issue(session, token, "profile", Profile(name, colour), 0, now)
        case ReadWays(token):
            session.events.append(Done(token, ways(session)))
        case ReadInvites(token):
            session.events.append(Done(token, invites(session)))
        case RevokeInvite(token, id_hex):
            body = CODECS["control.revoke"].encode(Revoke(_known_invite(session, id_hex)))
            session.asking.issue_control("control.revoke", body, token, None, now)
        case PinDispatcher(token, target):
            if target is not None and not _is_member(session, session.key_of(target)):
                message = f"{target} is not a member"
                raise LocalError(message)
            body = CODECS["control.pin"].encode(Pin(target))
            session.asking.issue_control("control.pin", body, token, None, now)


def ways(session: Session) -> tuple[WaysShown, ...]:
    """Where the members are reached; those who are apart just now are among them."""
    wiring = session.wiring
    keys = dict.fromkeys([*session.desk.others(), *session.desk.voters(), *session.heartbeats.away])
    shown: list[WaysShown] = []
    for key in keys:
        channel = wiring.channels.table.channel(key)
        first = [channel.address] if channel is not None else []
        addresses = dict.fromkeys([*first, *wiring.book.addresses(key)])
        shown.append(WaysShown(site_of(key), tuple(addresses)))
    return tuple(shown)


def _issue(
    session: Session, token: int, kind: str, body: object, wall_ms: int, now: Micros
) -> None:
    """Check a body's fields and issue it."""
    _keep(session, token, kind, checked(kind, body), wall_ms, now)


def _keep(session: Session, token: int, kind: str, body: bytes, wall_ms: int, now: Micros) -> None:
    (entry_id,) = session.issue(((kind, body),), wall_ms or session.here.wall_ms(now))
    session.events.append(Done(token, entry_id))


def _is_member(session: Session, key: Key | None) -> bool:
    view = session.disk.present
    return key is not None and view is not None and view.has(key)


def _known_invite(session: Session, id_hex: str) -> bytes:
    rooms = session.meaning.rooms
    for invite_id, _ in rooms.control.invites() if rooms is not None else ():
        if invite_id.hex() == id_hex:
            return invite_id
    message = "there is no such invite"
    raise LocalError(message)


def invites(session: Session) -> tuple[InviteShown, ...]:
    """All invites of the log; one that was taken back has no link any more."""
    rooms = session.meaning.rooms
    addresses = session.whereabouts.for_invite()
    return tuple(
        [
            InviteShown(
                id_hex=invite_id.hex(),
                link="" if state.revoked else session.people.link(invite_id, addresses),
                end_ms=state.end,
                uses=state.uses,
                used=len(state.came),
                role=state.role,
                revoked=state.revoked,
                maker=site_of(state.maker),
            )
            for invite_id, state in (rooms.control.invites() if rooms is not None else ())
        ]
    )
