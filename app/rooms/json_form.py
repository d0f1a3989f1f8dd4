"""Bodies as JSON objects for command line, logs and scripts (FORMATS.md, sections 1 and 2).

Ids are text, hashes and keys hex, board lengths px. What can't be read as its kind (a later
version's, or nonsense) is shown as `{"raw": hex}` and can be given back the same way.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

from app.core import limits
from app.core.codec import Plain
from app.core.errors import LocalError, RemoteError
from app.rooms.board.json_form import op_from_json, op_to_json, require_unicode
from app.rooms.board.ops import NUMBER_MAX, Drawing, decode_drawing
from app.rooms.bodies import CODECS, MAIN_BOARD
from app.tkshare.model.bodies import OFFER_CODEC, decode_clock, decode_input
from app.tkshare.model.statements import WORDS, decode_state

Json = Any

SHARE_KINDS = ("share.offer", "share.input", "share.clock", "share.state")
"""Shown in words; given as `{"raw": hex}`, since only sites write them."""


# --- to JSON --------------------------------------------------------------------------------------


def body_to_json(kind: str, body: bytes) -> dict[str, Json]:
    """The body with the names of its fields; never raises on what a peer wrote."""
    try:
        if kind == "board":
            return _drawing_to_json(decode_drawing(body))
        if kind in SHARE_KINDS:
            return _share_to_json(kind, body)
        if kind in CODECS:
            return _fields(CODECS[kind].decode(body, limits.ENTRY_BODY_BYTES_MAX))
    except RemoteError:
        pass
    return {"raw": body.hex()}


def _drawing_to_json(drawing: Drawing) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "board": drawing.board,
        "ops": [op_to_json(op) for op in drawing.ops],
        "undoes": drawing.undoes,
    }
    if drawing.incarnation is not None:
        shown["incarnation"] = drawing.incarnation
    return shown


def _share_to_json(kind: str, body: bytes) -> dict[str, Json]:
    """Events stand as guests are told them."""
    if kind == "share.input":
        given = decode_input(body)
        events = [_to_json(event.told()) for event in given.events]
        return {
            "share": given.share,
            "seen": given.seen,
            "t0_ms": given.t0_ms,
            "events": events,
        }
    if kind == "share.clock":
        clock = decode_clock(body)
        return {"share": clock.share, "due": _to_json(clock.due)}
    if kind == "share.state":
        state = decode_state(body)
        if state.said is None:
            return {"raw": body.hex()}
        return {"share": state.share, "what": WORDS[type(state.said)], **_fields(state.said)}
    return _fields(OFFER_CODEC.decode(body, limits.ENTRY_BODY_BYTES_MAX))


def _fields(value: Any) -> dict[str, Json]:
    return {field.name: _to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _to_json(value: Any) -> Json:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (tuple, list)):
        return [_to_json(each) for each in value]
    if dataclasses.is_dataclass(value):
        return [_to_json(getattr(value, field.name)) for field in dataclasses.fields(value)]
    return value


# --- from JSON ------------------------------------------------------------------------------------


def body_from_json(kind: str, given: Json) -> bytes:
    """The body of an object with the names of its fields; `{"raw": hex}` passes for any kind.

    Raises:
        LocalError: what is wrong, with the name of the field.
    """
    if not isinstance(given, dict):
        message = "a body is an object with the names of its fields"
        raise LocalError(message)
    if set(given) == {"raw"}:
        return _bytes("raw", given["raw"])
    if kind == "board":
        return _drawing_from_json(given)
    if kind not in CODECS:
        message = f"unknown kind '{kind}': give its body as {{\"raw\": hex}}"
        raise LocalError(message)
    codec = CODECS[kind]
    hints = typing.get_type_hints(codec.kind)
    plain: list[Plain] = []
    for field in dataclasses.fields(codec.kind):
        if field.name in given:
            plain.append(_from_json(field.name, hints[field.name], given[field.name]))
        elif field.default is dataclasses.MISSING:
            message = f"{field.name}: missing"
            raise LocalError(message)
        else:
            plain.append(_plain(field.default))
    _refuse_unknown(given, tuple(field.name for field in dataclasses.fields(codec.kind)))
    try:
        return codec.encode(codec.from_plain(plain))
    except RemoteError as error:
        raise LocalError(str(error)) from None


def _plain(value: Any) -> Plain:
    return list(value) if isinstance(value, tuple) else value


def _refuse_unknown(given: dict[str, Json], names: tuple[str, ...]) -> None:
    for name in given:
        if name not in names:
            message = f"unknown field '{name}'"
            raise LocalError(message)


def _bytes(name: str, value: Json) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        message = f"{name}: hex expected"
        raise LocalError(message) from None


def _from_json(name: str, hint: Any, value: Json) -> Plain:
    """Only bytes look different in JSON; the codec checks the rest."""
    require_unicode(name, value)
    if isinstance(hint, typing.NewType):
        return _from_json(name, hint.__supertype__, value)
    if hint is bytes:
        return _bytes(name, value)
    args = typing.get_args(hint)
    if isinstance(hint, types.UnionType):
        return None if value is None else _from_json(name, args[0], value)
    if not isinstance(value, list):
        return value
    if typing.get_origin(hint) is tuple and len(args) == 2 and args[1] is Ellipsis:
        return [_from_json(name, args[0], each) for each in value]
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        inner = typing.get_type_hints(hint)
        args = tuple(inner[field.name] for field in dataclasses.fields(hint))
    if len(args) != len(value):
        message = f"{name}: a list of {len(args)} expected"
        raise LocalError(message)
    return [_from_json(name, each, item) for each, item in zip(args, value, strict=True)]


def _drawing_from_json(given: dict[str, Json]) -> bytes:
    _refuse_unknown(given, ("board", "ops", "undoes", "incarnation"))
    ops = given.get("ops", [])
    if not isinstance(ops, list):
        message = "ops: a list of operations expected"
        raise LocalError(message)
    board = given.get("board", MAIN_BOARD)
    if not isinstance(board, str):
        message = "board: text expected"
        raise LocalError(message)
    require_unicode("board", board)
    undoes, incarnation = (_count(name, given.get(name)) for name in ("undoes", "incarnation"))
    body = Drawing(board, tuple(op_from_json(op) for op in ops), undoes, incarnation).encode()
    try:
        decode_drawing(body)
    except RemoteError as error:
        raise LocalError(str(error)) from None
    return body


def _count(name: str, value: Json) -> int | None:
    if value is None or (type(value) is int and 1 <= value <= NUMBER_MAX):
        return value
    message = f"{name}: a positive number or null expected"
    raise LocalError(message)
