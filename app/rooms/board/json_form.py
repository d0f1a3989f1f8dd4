"""Operations and objects as JSON: px with fractions, colours and ids as text (FORMATS.md 3).

In an operation the fields of an object stand beside `op` and `ids`; when reading, they may also
stand in an object `fields`. A label in the place of an id is passed to `resolve`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from app.core import limits
from app.core.codec import Plain
from app.core.errors import LocalError, RemoteError
from app.rooms.board.model import (
    FIELDS,
    LENGTHS,
    NUMBERS,
    UNITS_PER_PX,
    Shape,
    unpack_points,
)
from app.rooms.board.ops import Add, Begin, Delete, End, Fields, Move, Op, Set, op_from_plain

Json = Any
Resolve = Callable[[str], str]

_PX_MAX: Final = limits.BOARD_COORDINATE_MAX / UNITS_PER_PX
_KEYS: Final = {
    "set": ("ids",),
    "move": ("ids", "dx", "dy"),
    "delete": ("ids",),
    "begin": ("tool", "ink", "width", "x", "y"),
    "end": ("id", "points"),
}
"""What stands in an operation besides fields of the object."""
_DEFAULTS: Final = {"tool": "pen", "ink": "ink:ink", "width": 2}


# --- to JSON --------------------------------------------------------------------------------------


def px(units: int) -> int | float:
    """1/8 px as px: whole where it is whole."""
    return units / UNITS_PER_PX if units % UNITS_PER_PX else units // UNITS_PER_PX


def _points(packed: bytes) -> Json:
    return [[px(x), px(y)] for x, y in unpack_points(packed)]


def _value(name: str, value: Any) -> Json:
    if name in LENGTHS:
        return px(value)
    if name == "points":
        return _points(value)
    if isinstance(value, bytes):
        return value.hex()
    return list(value) if isinstance(value, tuple) else value


def _fields(fields: Fields) -> dict[str, Json]:
    return {name: _value(name, value) for name, value in fields}


def shape_to_json(shape: Shape) -> dict[str, Json]:
    """The type, and every field that differs from what an `add` without it would give."""
    plain = Shape(shape.type, heads=("", "arrow") if shape.type == "arrow" else ("", ""))
    changed = [(name, getattr(shape, name)) for name in FIELDS if name != "type"]
    return {
        "type": shape.type,
        **_fields(tuple(each for each in changed if each[1] != getattr(plain, each[0]))),
    }


def op_to_json(op: Op) -> dict[str, Json]:
    """An operation as an object."""
    match op:
        case Add():
            return {"op": "add", **_fields(op.fields)}
        case Set():
            return {"op": "set", "ids": list(op.ids), **_fields(op.fields)}
        case Move():
            return {"op": "move", "ids": list(op.ids), "dx": px(op.dx), "dy": px(op.dy)}
        case Delete():
            return {"op": "delete", "ids": list(op.ids)}
        case Begin():
            place = {"x": px(op.x), "y": px(op.y)}
            return {"op": "begin", "tool": op.tool, "ink": op.ink, "width": px(op.width), **place}
        case End():
            return {"op": "end", "id": op.id, "points": _points(op.points)}


# --- from JSON ------------------------------------------------------------------------------------


def _number(name: str, value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        message = f"{name}: a number expected"
        raise LocalError(message)
    if not math.isfinite(value) or abs(value) > _PX_MAX:
        message = f"{name}: a number within ±{_PX_MAX:.0f} expected"
        raise LocalError(message)
    return value


def units(name: str, value: Json) -> int:
    """Px of field `name` as 1/8 px, rounded.

    Raises:
        LocalError: not a finite number within the board.
    """
    return round(_number(name, value) * UNITS_PER_PX)


def require_unicode(name: str, value: Json) -> None:
    """JSON can spell halves of characters, which are no text.

    Raises:
        LocalError: the text of field `name` holds one.
    """
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            message = f"{name}: text expected, not half a character"
            raise LocalError(message) from None


def _points_from(value: Json) -> Plain:
    if not isinstance(value, list):
        message = "points: a list of pairs expected"
        raise LocalError(message)
    pairs = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            message = "points: pairs [x, y] expected"
            raise LocalError(message)
        pairs.append([units("points", pair[0]), units("points", pair[1])])
    return pairs


def _value_from(name: str, value: Json, resolve: Resolve) -> Plain:
    require_unicode(name, value)
    if name in LENGTHS or name in ("dx", "dy"):
        return units(name, value)
    if name == "angle":
        return round(_number(name, value))
    if name == "points":
        return _points_from(value)
    if name in ("stroke", "fill", "ink") and isinstance(value, str):
        return value.removeprefix("#")
    if name in ("frame", "id") and isinstance(value, str) and value:
        return resolve(value)
    if name == "ids" and isinstance(value, list):
        return [resolve(each) if isinstance(each, str) else each for each in value]
    if name == "blob" and isinstance(value, str):
        try:
            return bytes.fromhex(value)
        except ValueError:
            message = "blob: a hash in hex expected"
            raise LocalError(message) from None
    return value


def _fields_from(given: dict[str, Json], resolve: Resolve) -> Plain:
    nested = given.pop("fields", {})
    if not isinstance(nested, dict):
        message = "fields: an object expected"
        raise LocalError(message)
    pairs = []
    for name, value in {**given, **nested}.items():
        if name not in NUMBERS:
            message = f"unknown field '{name}'"
            raise LocalError(message)
        pairs.append([NUMBERS[name], _value_from(name, value, resolve)])
    return sorted(pairs, key=lambda pair: pair[0])


def _same(text: str) -> str:
    return text


def op_from_json(given: Json, resolve: Resolve = _same) -> Op:
    """An operation from an object; an `id` of `add` and `begin` is a label for the caller.

    Raises:
        LocalError: what is wrong, with the name of the field.
    """
    if not isinstance(given, dict):
        message = "an operation is an object with 'op'"
        raise LocalError(message)
    left = dict(given)
    name = left.pop("op", None)
    if name != "add" and name not in _KEYS:
        message = f"op: add, {', '.join(_KEYS)} expected"
        raise LocalError(message)
    if name in ("add", "begin"):
        left.pop("id", None)
    plain: list[Plain] = [name]
    for key in _KEYS.get(name, ()):
        value = left.pop(key, _DEFAULTS.get(key))
        if value is None:
            message = f"{key}: missing"
            raise LocalError(message)
        plain.append(_value_from(key, value, resolve))
    if name in ("add", "set"):
        plain.append(_fields_from(left, resolve))
    elif left:
        message = f"unknown field '{next(iter(left))}'"
        raise LocalError(message)
    try:
        return op_from_plain(plain)
    except RemoteError as error:
        raise LocalError(str(error)) from None
