"""Messages of a guest read, and messages to it written: JSON arrays in UTF-8.

A guest runs foreign source, so what it says is checked like a peer's frame. Texts of messages are
UTF-8; what is not is shown with replacement characters.
"""

from __future__ import annotations

import json
from typing import Any

from app.core import limits
from app.core.errors import RemoteError
from app.mstreams.effects import (
    Answered,
    AppendTo,
    Deny,
    DestroyOne,
    Effect,
    Exit,
    Inject,
    MoveTo,
    RegisterOne,
    SetTimer,
    UnregisterOne,
)
from app.mstreams.events import HANDLERS
from app.mstreams.servers import GUEST_KIND


def write(parts: list[Any]) -> bytes | None:
    """A message to a guest, None if it is too long."""
    data = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return data if len(data) <= limits.GUEST_MESSAGE_BYTES_MAX else None


def read(data: bytes) -> tuple[str, list[Any]]:
    """(what, rest) of a message of a guest. Raises `RemoteError`."""
    if len(data) > limits.GUEST_MESSAGE_BYTES_MAX:
        message = "a guest's message is too long"
        raise RemoteError(message)
    try:
        parts = json.loads(data)
    except (ValueError, RecursionError) as error:
        message = f"a guest's message is not JSON: {error}"
        raise RemoteError(message) from None
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        message = "a guest's message is an array that begins with a word"
        raise RemoteError(message)
    return parts[0], parts[1:]


def fields(rest: list[Any], *kinds: type) -> list[Any]:
    """The first fields of a message, each of its kind. Raises `RemoteError`."""
    if len(rest) < len(kinds) or not all(
        type(value) is kind for value, kind in zip(rest, kinds, strict=False)
    ):
        names = ", ".join([kind.__name__ for kind in kinds])
        message = f"a guest's message needs {names}"
        raise RemoteError(message)
    return rest


def events_in(value: list[Any]) -> tuple[str, ...]:
    """Events that an agent has handlers for; those not known here have none."""
    return tuple([event for event in HANDLERS if event in value])


def briefcase_in(value: dict[str, Any]) -> bytes:
    """A briefcase as it travels. Raises `RemoteError`."""
    if not all(isinstance(text, str) for text in value.values()):
        message = "a briefcase holds texts"
        raise RemoteError(message)
    if not value:
        return b""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(
        "utf-8", "replace"
    )


def briefcase_out(value: bytes) -> dict[str, str]:
    """A briefcase for a guest; one that is none is empty."""
    try:
        plain = json.loads(value) if value else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(plain, dict):
        return {}
    return {name: text for name, text in plain.items() if isinstance(text, str)}


def effects_in(own: str, value: list[Any]) -> tuple[Effect, ...]:
    """The recorded effects of a handler of the stream `own`. Raises `RemoteError`."""
    if len(value) > limits.EFFECTS_MAX:
        message = f"more than {limits.EFFECTS_MAX} effects of one handler"
        raise RemoteError(message)
    return tuple([_effect(own, item) for item in value])


def _effect(own: str, item: Any) -> Effect:  # noqa: C901, PLR0912 - a table
    if not isinstance(item, list) or not item:
        message = "an effect is an array that begins with a word"
        raise RemoteError(message)
    match item:
        case ["append", str(stream), str(text)]:
            return AppendTo(stream, text.encode("utf-8", "replace"))
        case ["move", str(stream), int(location)]:
            return MoveTo(stream, location)
        case ["relocate", int(location)]:
            return MoveTo(own, location)
        case ["destroy", str(stream)]:
            return DestroyOne(stream)
        case ["register", str(stream), str(argv), str(code)]:
            return RegisterOne(stream, GUEST_KIND, code, argv)
        case ["unregister", str(stream), int(agent)]:
            return UnregisterOne(stream, agent)
        case ["timer", str(name), int(ms)]:
            return SetTimer(name, ms)
        case ["exit"]:
            return Exit()
        case ["answer", str(text)]:
            return Answered(text.encode("utf-8", "replace"))
        case ["deny", str(reason)]:
            return Deny(reason)
        case ["inject", str(code)]:
            return Inject(code)
        case _:
            message = f"no such effect: {item[0]!r}"
            raise RemoteError(message)
