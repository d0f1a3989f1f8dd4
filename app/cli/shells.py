"""Shells at the front desk: one for each control connection that asked for it, gone with it.

A request names a verb; each is one command of `node.api.streams`, issued in the shell's own name.
What a shell started lives on when its connection ends. Decides nothing about streams.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.cli.fields import number_of, text_of
from app.cli.outcome import Exit
from app.cli.request import Message, Request
from app.node.api import (
    Command,
    ConnectShell,
    Denied,
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

Make = Callable[[int], Command]
_NUMBER_MAX = 2**31 - 1


@dataclass(slots=True)
class ShellVisit:
    """The shell of one connection, under its full name once it is there."""

    name: str = ""
    has_asked: bool = False
    is_gone: bool = False


class ShellDesk:
    """Serves the shells of one site.

    Args:
        ask: submits a command, gives its answer to a function.
        simple: answers a request with what its command's `Done` is turned into.
    """

    def __init__(
        self,
        ask: Callable[[Make, Callable[[Done | Denied], None]], None],
        simple: Callable[[Request, Make, Callable[[object], Message]], None],
    ) -> None:
        self._ask = ask
        self._simple = simple

    def serve(self, request: Request, visit: ShellVisit) -> None:
        """Take a request; a field that is missing or wrong raises as in `fields`."""
        verb = text_of(request.message, "verb")
        if verb == "connect":
            self._connect(request, visit)
        elif verb == "list":
            self._simple(request, ReadStreams, _rows)
        elif not visit.name:
            request.fail("there is no shell on this connection; connect first", Exit.USAGE)
        elif verb == "leave":
            self._simple(request, _leaving(visit.name), _value)
            visit.name = ""
        elif verb in _MAKERS:
            make = _MAKERS[verb](request.message, visit.name)
            self._simple(request, make, _data if verb == "call" else _value)
        else:
            request.fail(f"'{verb}' is nothing that this site's shells do; is it older?")

    def closed(self, visit: ShellVisit) -> None:
        """The connection is gone, and its shell with it."""
        visit.is_gone = True
        if visit.name:
            self._leave(visit.name)

    def _connect(self, request: Request, visit: ShellVisit) -> None:
        if visit.has_asked:
            request.fail("this connection has asked for a shell already", Exit.USAGE)
            return
        name = text_of(request.message, "name", "")
        visit.has_asked = True

        def connected(value: object) -> Message:
            visit.name = str(value)
            if visit.is_gone:
                self._leave(visit.name)
            return {"value": visit.name}

        self._simple(request, lambda token: ConnectShell(token, name), connected)

    def _leave(self, name: str) -> None:
        self._ask(_leaving(name), lambda _answer: None)


def _leaving(name: str) -> Make:
    return lambda token: LeaveShell(token, name)


# --- requests -------------------------------------------------------------------------------------


def _create(message: Message, shell: str) -> Make:
    stream = text_of(message, "stream")
    return lambda token: StreamCreate(token, shell, stream)


def _open(message: Message, shell: str) -> Make:
    stream = text_of(message, "stream")
    return lambda token: StreamOpen(token, shell, stream)


def _append(message: Message, shell: str) -> Make:
    stream, payload = text_of(message, "stream"), _payload(message)
    return lambda token: StreamAppend(token, shell, stream, payload)


def _call(message: Message, shell: str) -> Make:
    stream, payload = text_of(message, "stream"), _payload(message)
    return lambda token: StreamCall(token, shell, stream, payload)


def _move(message: Message, shell: str) -> Make:
    stream, location = text_of(message, "stream"), _whole(message, "location")
    return lambda token: StreamMove(token, shell, stream, location)


def _destroy(message: Message, shell: str) -> Make:
    stream = text_of(message, "stream")
    return lambda token: StreamDestroy(token, shell, stream)


def _locate(message: Message, shell: str) -> Make:
    name = text_of(message, "name")
    return lambda token: StreamLocate(token, shell, name)


def _register(message: Message, shell: str) -> Make:
    stream, kind = text_of(message, "stream"), text_of(message, "kind")
    code, argv = text_of(message, "code"), text_of(message, "argv")
    controls = bool(message.get("controls"))
    return lambda token: RegisterAgent(token, shell, stream, kind, code, argv, controls)


def _unregister(message: Message, shell: str) -> Make:
    stream, agent = text_of(message, "stream"), _whole(message, "agent")
    return lambda token: UnregisterAgent(token, shell, stream, agent)


def _whole(message: Message, name: str) -> int:
    return int(number_of(message, name, 0, _NUMBER_MAX))


def _payload(message: Message) -> bytes:
    return base64.b64decode(text_of(message, "data"), validate=True)


_MAKERS: dict[str, Callable[[Message, str], Make]] = {
    "create": _create,
    "open": _open,
    "append": _append,
    "call": _call,
    "move": _move,
    "destroy": _destroy,
    "locate": _locate,
    "register": _register,
    "unregister": _unregister,
}


# --- answers --------------------------------------------------------------------------------------


def _value(value: object) -> Message:
    return {"value": value if isinstance(value, (str, int)) else ""}


def _data(value: object) -> Message:
    payload = value if isinstance(value, bytes) else b""
    return {"data": base64.b64encode(payload).decode("ascii")}


def _rows(value: object) -> Message:
    rows = value if isinstance(value, tuple) else ()
    return {"rows": [asdict(row) for row in rows if isinstance(row, StreamRow)]}
