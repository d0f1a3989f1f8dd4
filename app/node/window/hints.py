"""Live hints on the wire: each kind's array, in 1/8 px, small enough for one packet.

What a person's window gives is cut to what a hint can hold (the newest points, the beginning of a
text); what a peer sends is checked like any bytes from outside.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Annotated, Any, Final

from app.core import limits
from app.core.errors import RemoteError
from app.core.schema import Codec, Size
from app.node.api import (
    Hint,
    LaserAt,
    Looking,
    PointerAt,
    SeenUpTo,
    Selected,
    StrokePoints,
    TextSoFar,
    TypingNow,
)
from app.node.api.hints import Points
from app.rooms.board.json_form import require_unicode, units
from app.rooms.board.model import UNITS_PER_PX, pack_points
from app.rooms.bodies import BoardText, IdText

_POINT: Final = struct.Struct("<ii")
_BOUND: Final = limits.BOARD_COORDINATE_MAX

Coordinate = Annotated[int, Size(-_BOUND, _BOUND)]
Packed = Annotated[bytes, Size(0, _POINT.size * limits.HINT_POINTS_MAX)]


@dataclass(frozen=True, slots=True)
class Pointer:
    """Kind 1: board, place."""

    board: BoardText
    x: Coordinate
    y: Coordinate


@dataclass(frozen=True, slots=True)
class Stroke:
    """Kind 2: object, number of the first point, points."""

    object: IdText
    first: int
    points: Packed


@dataclass(frozen=True, slots=True)
class Text:
    """Kind 3: object, text so far."""

    object: IdText
    text: Annotated[str, Size(0, limits.HINT_TEXT_BYTES_MAX)]


@dataclass(frozen=True, slots=True)
class Typing:
    """Kind 4."""


@dataclass(frozen=True, slots=True)
class Laser:
    """Kind 5: board, points."""

    board: BoardText
    points: Packed


@dataclass(frozen=True, slots=True)
class Select:
    """Kind 6: ids."""

    ids: Annotated[tuple[IdText, ...], Size(0, limits.HINT_IDS_MAX)]


@dataclass(frozen=True, slots=True)
class View:
    """Kind 7: board, rectangle."""

    board: BoardText
    x: Coordinate
    y: Coordinate
    w: Coordinate
    h: Coordinate


@dataclass(frozen=True, slots=True)
class Seen:
    """Kind 8: index."""

    index: int


CODECS: Final[dict[int, Codec[Any]]] = {
    1: Codec(Pointer),
    2: Codec(Stroke),
    3: Codec(Text),
    4: Codec(Typing),
    5: Codec(Laser),
    6: Codec(Select),
    7: Codec(View),
    8: Codec(Seen),
}
STROKE_KIND: Final = 2

_KINDS: Final[dict[type, int]] = {
    PointerAt: 1,
    StrokePoints: STROKE_KIND,
    TextSoFar: 3,
    TypingNow: 4,
    LaserAt: 5,
    Selected: 6,
    Looking: 7,
    SeenUpTo: 8,
}


def encode_hint(hint: Hint) -> tuple[int, bytes]:
    """(kind, payload).

    Raises:
        LocalError: a coordinate is no number within the board.
        RemoteError: an id or a text is none.
    """
    wire = _to_wire(hint)
    number = kind_of(hint)
    codec = CODECS[number]
    codec.from_plain(codec.to_plain(wire))
    return number, codec.encode(wire)


def decode_hint(kind: int, payload: bytes) -> Hint | None:
    """A hint; None for a kind of a later version.

    Raises:
        RemoteError: it is malformed.
    """
    codec = CODECS.get(kind)
    return None if codec is None else _from_wire(codec.decode(payload))


def kind_of(hint: Hint) -> int:
    """The number of a hint's kind."""
    return _KINDS[type(hint)]


def _to_wire(hint: Hint) -> object:
    match hint:
        case PointerAt():
            return Pointer(hint.board, units("x", hint.x), units("y", hint.y))
        case StrokePoints():
            skipped = max(0, len(hint.points) - limits.HINT_POINTS_MAX)
            return Stroke(hint.object_id, hint.first + skipped, _pack(hint.points))
        case TextSoFar():
            return Text(hint.object_id, _cut(hint.text))
        case TypingNow():
            return Typing()
        case LaserAt():
            return Laser(hint.board, _pack(hint.points))
        case Selected():
            return Select(hint.ids[: limits.HINT_IDS_MAX])
        case Looking():
            x, y, w, h = [units("view", value) for value in (hint.x, hint.y, hint.w, hint.h)]
            return View(hint.board, x, y, w, h)
        case SeenUpTo():
            return Seen(hint.index)


def _from_wire(wire: object) -> Hint:
    match wire:
        case Pointer():
            return PointerAt(wire.board, _px(wire.x), _px(wire.y))
        case Stroke():
            return StrokePoints(wire.object, wire.first, _unpack(wire.points))
        case Text():
            return TextSoFar(wire.object, wire.text)
        case Laser():
            return LaserAt(wire.board, _unpack(wire.points))
        case Select():
            return Selected(wire.ids)
        case View():
            return Looking(wire.board, _px(wire.x), _px(wire.y), _px(wire.w), _px(wire.h))
        case Seen():
            return SeenUpTo(wire.index)
        case _:
            return TypingNow()


def _px(value: int) -> float:
    return value / UNITS_PER_PX


def _pack(points: Points) -> bytes:
    newest = points[-limits.HINT_POINTS_MAX :]
    return pack_points([(units("points", x), units("points", y)) for x, y in newest])


def _unpack(packed: bytes) -> Points:
    if len(packed) % _POINT.size:
        message = "points: pairs expected"
        raise RemoteError(message)
    pairs = list(_POINT.iter_unpack(packed))
    if any(max(abs(x), abs(y)) > _BOUND for x, y in pairs):
        message = "points: out of the board"
        raise RemoteError(message)
    return tuple([(_px(x), _px(y)) for x, y in pairs])


def _cut(text: str) -> str:
    require_unicode("text", text)
    return text.encode()[: limits.HINT_TEXT_BYTES_MAX].decode(errors="ignore")
