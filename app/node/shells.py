"""What shells and panels ask of streams, carried out or begun.

A table, one line for each command; the answer stands among the session's events, now or once others
have done their share. Never decides what may be done: the controllers do.
"""

from __future__ import annotations

from app.core.errors import LocalError
from app.core.instant import Micros
from app.node.api import Done, StreamAppend, StreamCreate, StreamMove
from app.node.api.streams import StreamCommand
from app.node.session import Session


def obey(session: Session, command: StreamCommand, now: Micros) -> None:
    """Carry out a command, or begin to. Raises `LocalError`."""
    match command:
        case StreamCreate(token, _shell, stream):
            session.asking.create_stream(stream, token, now)
        case StreamAppend(token, _shell, stream, payload):
            session.events.append(Done(token, session.mailboxes.append(stream, payload, now)))
        case StreamMove(token, _shell, stream, location):
            session.mailboxes.move(stream, session.key_at(location), now)
            session.events.append(Done(token))
        case _:
            message = f"{type(command).__name__} is not possible yet"
            raise LocalError(message)
