"""What an object on a board is: FORMATS.md section 3.

Every object has every common field from the first day, whether this version draws it or not; a
field's place in `Shape` is its number on the wire and never changes. Lengths are whole numbers of
1/8 px, so that every computer computes the same. An object remembers for each field which entry
wrote it last: undo puts nothing back over another's work.
"""

from __future__ import annotations

import dataclasses
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from app.core import limits
from app.core.codec import Plain
from app.core.errors import RemoteError
from app.core.fractional import MIDDLE_KEY
from app.core.ids import HASH_BYTES, Key
from app.rooms.bodies import is_object_id

TYPES: Final = (
    "stroke",
    "line",
    "arrow",
    "rectangle",
    "ellipse",
    "diamond",
    "text",
    "note",
    "frame",
    "image",
    "embed",
)
"""What this version knows; another one's types are kept."""

HEADS: Final = ("", "arrow", "triangle", "bar", "dot", "diamond")
ALIGNS: Final = ("left", "center", "right")
DASHES: Final = ("solid", "dashed", "dotted")

UNITS_PER_PX: Final = 8

_COLOUR = re.compile(r"ink:[a-z]{1,16}|[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_KEY = re.compile(r"[0-9A-Za-z]{0,63}[1-9A-Za-z]")
_POINT = struct.Struct("<ii")


@dataclass(frozen=True, slots=True)
class Shape:
    """The common fields; (x, y, w, h, size, width) in 1/8 px, angle in 1/100 degree.

    `points` are pairs relative to (x, y), packed by `pack_points`; `fill` is empty for none; `z` is
    a fractional key (`core.fractional`); `frame` is the id of a frame object, or empty.
    """

    type: str
    x: int = 0
    y: int = 0
    w: int = 0
    h: int = 0
    angle: int = 0
    points: bytes = b""
    text: str = ""
    font: str = "hand"
    size: int = 20 * UNITS_PER_PX
    align: str = "left"
    stroke: str = "ink:ink"
    fill: str = ""
    width: int = 2 * UNITS_PER_PX
    dash: str = "solid"
    heads: tuple[str, str] = ("", "")
    z: str = MIDDLE_KEY
    group: str = ""
    locked: bool = False
    link: str = ""
    blob: bytes | None = None
    frame: str = ""
    name: str = ""


FIELDS: Final = tuple(field.name for field in dataclasses.fields(Shape))
"""Names by number."""
NUMBERS: Final = {name: number for number, name in enumerate(FIELDS)}
LENGTHS: Final = ("x", "y", "w", "h", "size", "width")
"""Fields that are in px with fractions in JSON."""

Writers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BoardObject:
    """An object as it stands; `writers` names, by field, who wrote after its creation.

    `index` and `place` order objects with equal z; `open`: a stroke whose pen is still down.
    """

    id: str
    board: str
    author: Key
    index: int
    place: int
    shape: Shape
    writers: Writers = ()
    open: bool = False

    @property
    def creator(self) -> str:
        """The id of the entry that made it."""
        return self.id.rpartition(".")[0]

    def writer(self, name: str) -> str:
        """The id of the entry that wrote this field last."""
        return next((entry for field, entry in self.writers if field == name), self.creator)

    def written(self, values: dict[str, tuple[Any, str]]) -> BoardObject:
        """A copy with fields from `values`: name -> (value, id of the writing entry)."""
        shape = replace(self.shape, **{name: value for name, (value, _) in values.items()})
        writers = {name: entry for name, entry in self.writers if name not in values}
        for name, (_, entry) in values.items():
            if entry != self.creator:
                writers[name] = entry
        return replace(self, shape=shape, writers=tuple(sorted(writers.items())))

    def plain(self) -> Plain:
        """What the state hash covers."""
        shape = [getattr(self.shape, name) for name in FIELDS]
        head = [self.id, self.board, self.author, self.index, self.place]
        return [*head, shape, self.writers, self.open]


def paint_order(objects: Iterable[BoardObject]) -> list[BoardObject]:
    """Lowest first: by z, ties in the order of the log."""
    return sorted(objects, key=lambda each: (each.shape.z, each.index, each.place))


# --- points ---------------------------------------------------------------------------------------


def pack_points(pairs: Iterable[tuple[int, int]]) -> bytes:
    """8 bytes a point: a stroke of 1,000 costs 8 KB instead of 120."""
    return b"".join(_POINT.pack(x, y) for x, y in pairs)


def unpack_points(packed: bytes) -> list[list[int]]:
    """Pairs in 1/8 px relative to the object's (x, y)."""
    return [list(pair) for pair in _POINT.iter_unpack(packed)]


# --- what a peer may write ------------------------------------------------------------------------


def _wrong(expected: str) -> RemoteError:
    return RemoteError(f"{expected} expected")


def _number(bound: int) -> Callable[[Plain], int]:
    def read(value: Plain) -> int:
        if type(value) is not int or not -bound <= value <= bound:
            raise _wrong(f"a whole number within ±{bound}")
        return value

    return read


read_coordinate = _number(limits.BOARD_COORDINATE_MAX)


def _text(characters_max: int) -> Callable[[Plain], str]:
    def read(value: Plain) -> str:
        if type(value) is not str or len(value) > characters_max:
            raise _wrong(f"text of at most {characters_max} characters")
        return value

    return read


def _pattern(pattern: re.Pattern[str], expected: str, *, empty: bool) -> Callable[[Plain], str]:
    def read(value: Plain) -> str:
        if type(value) is not str or not (pattern.fullmatch(value) or (empty and not value)):
            raise _wrong(expected)
        return value

    return read


read_colour = _pattern(_COLOUR, "a colour (ink:NAME or RRGGBB[AA])", empty=False)


def read_points(value: Plain) -> bytes:
    """Pairs of a peer, packed; raises `RemoteError`."""
    if type(value) is not list or len(value) > limits.BOARD_POINTS_MAX:
        raise _wrong(f"at most {limits.BOARD_POINTS_MAX} points")
    for pair in value:
        if type(pair) is not list or len(pair) != 2:
            raise _wrong("pairs of numbers")
        read_coordinate(pair[0])
        read_coordinate(pair[1])
    return pack_points(value)


def _read_bool(value: Plain) -> bool:
    if type(value) is not bool:
        raise _wrong("true or false")
    return value


def _read_heads(value: Plain) -> tuple[str, str]:
    if type(value) is not list or len(value) != 2:
        raise _wrong("two arrow heads, of the start and of the end")
    for head in value:
        if head != "" and not (type(head) is str and _WORD.fullmatch(head)):
            raise _wrong("the name of an arrow head, or an empty text")
    return (value[0], value[1])


def _read_blob(value: Plain) -> bytes | None:
    if value is not None and (type(value) is not bytes or len(value) != HASH_BYTES):
        raise _wrong("a hash of 32 bytes, or none")
    return value


def _read_frame(value: Plain) -> str:
    if type(value) is not str or (value and not is_object_id(value)):
        raise _wrong("the id of a frame, or an empty text")
    return value


_read_word = _pattern(_WORD, "a word in lower case", empty=False)

READERS: Final[dict[str, Callable[[Plain], Any]]] = {
    "type": _read_word,
    "x": read_coordinate,
    "y": read_coordinate,
    "w": read_coordinate,
    "h": read_coordinate,
    "angle": _number(limits.BOARD_ANGLE_MAX),
    "points": read_points,
    "text": _text(limits.TEXT_CHARACTERS_MAX),
    "font": _read_word,
    "size": read_coordinate,
    "align": _read_word,
    "stroke": _pattern(_COLOUR, "a colour (ink:NAME or RRGGBB[AA]), or empty for none", empty=True),
    "fill": _pattern(_COLOUR, "a colour (ink:NAME or RRGGBB[AA]), or empty for none", empty=True),
    "width": read_coordinate,
    "dash": _read_word,
    "heads": _read_heads,
    "z": _pattern(_KEY, "a key of digits and letters that does not end in 0", empty=False),
    "group": _text(limits.NAME_CHARACTERS_MAX),
    "locked": _read_bool,
    "link": _text(limits.LINK_CHARACTERS_MAX),
    "blob": _read_blob,
    "frame": _read_frame,
    "name": _text(limits.TITLE_CHARACTERS_MAX),
}
"""Field -> from a decoded value to the stored one; each raises `RemoteError`."""
