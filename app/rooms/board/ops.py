"""Operations of a `board` entry: what they look like on the wire, and that they are well-formed.

An operation is an array that begins with its name. Fields of an object travel as [number, value]
pairs, so that only what is written costs bytes; numbers of a later version are skipped. Nothing
here knows a board's state: what an operation does to it is `reducer.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.core import limits
from app.core.codec import Plain, decode, encode
from app.core.errors import RemoteError
from app.rooms.board.model import (
    FIELDS,
    NUMBERS,
    READERS,
    read_colour,
    read_coordinate,
    read_points,
    unpack_points,
)
from app.rooms.bodies import board_id, is_object_id
from app.rooms.entry import Newer

Fields = tuple[tuple[str, Any], ...]
"""(name, value as in `Shape`), in the order of the wire, each name once."""

TOOL_TYPES: Final = {
    "pen": "stroke",
    "marker": "stroke",
    "stroke": "stroke",
    "line": "line",
    "arrow": "arrow",
}
"""What a tool draws."""

NUMBER_MAX: Final = 2**53


@dataclass(frozen=True, slots=True)
class Add:
    """A new object; its id is `<entry id>.<place of this operation>`."""

    fields: Fields


@dataclass(frozen=True, slots=True)
class Set:
    """Writes these fields."""

    ids: tuple[str, ...]
    fields: Fields


@dataclass(frozen=True, slots=True)
class Move:
    """Adds to x and y, in 1/8 px."""

    ids: tuple[str, ...]
    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Delete:
    """Gone; undo brings it back."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begin:
    """Pen-down; the stroke's id is made like that of `Add`."""

    tool: str
    ink: str
    width: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class End:
    """Pen-up, with all points (packed), by the one who began."""

    id: str
    points: bytes


Op = Add | Set | Move | Delete | Begin | End


@dataclass(frozen=True, slots=True)
class Drawing:
    """The body of `board`: operations, all or none; or the number of an own entry to take back.

    With `undoes` there are no operations: every site knows what that entry did and puts back what
    nobody has written since. A redo is the same with the number of the undoing entry. `incarnation`
    is that of the entry taken back; None, and not on the wire, means the author's present one.
    """

    board: str
    ops: tuple[Op, ...]
    undoes: int | None = None
    incarnation: int | None = None

    def encode(self) -> bytes:
        """The body."""
        plain = [self.board, [op_to_plain(op) for op in self.ops], self.undoes]
        return encode(plain if self.incarnation is None else [*plain, self.incarnation])


def decode_drawing(body: bytes) -> Drawing:
    """Read a body.

    Raises:
        Newer: it has an operation of a later version.
        RemoteError: it is malformed.
    """
    plain = decode(body, limits.ENTRY_BODY_BYTES_MAX)
    if type(plain) is not list or len(plain) < 2:
        message = "a drawing is an array of board, operations and undoes"
        raise RemoteError(message)
    board, ops, undoes, incarnation = [*plain, None, None][:4]
    if type(board) is not str:
        message = "board: text expected"
        raise RemoteError(message)
    for name, value in (("undoes", undoes), ("incarnation", incarnation)):
        if value is not None and (type(value) is not int or not 1 <= value <= NUMBER_MAX):
            message = f"{name}: a positive number or none expected"
            raise RemoteError(message)
    low, high = (1, limits.BOARD_OPS_MAX) if undoes is None else (0, 0)
    if type(ops) is not list or not low <= len(ops) <= high:
        message = f"ops: {low} to {high} operations expected"
        raise RemoteError(message)
    return Drawing(board_id(board), tuple([op_from_plain(op) for op in ops]), undoes, incarnation)


# --- to the wire ----------------------------------------------------------------------------------


def _fields_to_plain(fields: Fields) -> Plain:
    return [
        [NUMBERS[name], unpack_points(value) if name == "points" else value]
        for name, value in fields
    ]


def op_to_plain(op: Op) -> list[Plain]:
    """The array of an operation."""
    match op:
        case Add():
            return ["add", _fields_to_plain(op.fields)]
        case Set():
            return ["set", op.ids, _fields_to_plain(op.fields)]
        case Move():
            return ["move", op.ids, op.dx, op.dy]
        case Delete():
            return ["delete", op.ids]
        case Begin():
            return ["begin", op.tool, op.ink, op.width, op.x, op.y]
        case End():
            return ["end", op.id, unpack_points(op.points)]


# --- from the wire --------------------------------------------------------------------------------


def _named(name: str, read: Callable[[Plain], Any], value: Plain) -> Any:
    try:
        return read(value)
    except RemoteError as error:
        message = f"{name}: {error}"
        raise RemoteError(message) from None


def _read_id(value: Plain) -> str:
    if type(value) is not str or not is_object_id(value):
        message = "the id of an object expected"
        raise RemoteError(message)
    return value


def _read_ids(value: Plain) -> tuple[str, ...]:
    if type(value) is not list or not 1 <= len(value) <= limits.BOARD_IDS_MAX:
        message = f"1 to {limits.BOARD_IDS_MAX} ids of objects expected"
        raise RemoteError(message)
    return tuple(dict.fromkeys([_read_id(each) for each in value]))


def _read_tool(value: Plain) -> str:
    if type(value) is not str or value not in TOOL_TYPES:
        message = f"one of {', '.join(TOOL_TYPES)} expected"
        raise RemoteError(message)
    return value


def _read_fields(value: Plain) -> Fields:
    if type(value) is not list:
        message = "pairs of number and value expected"
        raise RemoteError(message)
    fields: dict[str, Any] = {}
    for pair in value:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not int or pair[0] < 0:
            message = "a pair of number and value expected"
            raise RemoteError(message)
        if pair[0] >= len(FIELDS):
            continue
        name = FIELDS[pair[0]]
        if name in fields:
            message = f"{name}: written twice"
            raise RemoteError(message)
        fields[name] = _named(name, READERS[name], pair[1])
    return tuple(fields.items())


def _add(fields: Plain) -> Add:
    made = Add(_read_fields(fields))
    if all(name != "type" for name, _ in made.fields):
        message = "type: missing"
        raise RemoteError(message)
    return made


def _set(ids: Plain, fields: Plain) -> Set:
    made = Set(_named("ids", _read_ids, ids), _read_fields(fields))
    if any(name == "type" for name, _ in made.fields):
        message = "type: an object never changes its type"
        raise RemoteError(message)
    return made


def _move(ids: Plain, dx: Plain, dy: Plain) -> Move:
    return Move(
        _named("ids", _read_ids, ids),
        _named("dx", read_coordinate, dx),
        _named("dy", read_coordinate, dy),
    )


def _delete(ids: Plain) -> Delete:
    return Delete(_named("ids", _read_ids, ids))


def _begin(tool: Plain, ink: Plain, width: Plain, x: Plain, y: Plain) -> Begin:
    return Begin(
        _named("tool", _read_tool, tool),
        _named("ink", read_colour, ink),
        _named("width", read_coordinate, width),
        _named("x", read_coordinate, x),
        _named("y", read_coordinate, y),
    )


def _end(object_id: Plain, points: Plain) -> End:
    return End(_named("id", _read_id, object_id), _named("points", read_points, points))


READ: Final[dict[str, tuple[int, Callable[..., Op]]]] = {
    "add": (1, _add),
    "set": (2, _set),
    "move": (3, _move),
    "delete": (1, _delete),
    "begin": (5, _begin),
    "end": (2, _end),
}
"""Name -> (number of fields, reader of them). Fields added at the end by a later version: dropped."""


def op_from_plain(plain: Plain) -> Op:
    """An operation from its array.

    Raises:
        Newer: a name that this version doesn't know.
        RemoteError: malformed.
    """
    if type(plain) is not list or not plain or type(plain[0]) is not str:
        message = "an operation is an array that begins with its name"
        raise RemoteError(message)
    if plain[0] not in READ:
        raise Newer(plain[0])
    count, read = READ[plain[0]]
    if len(plain) <= count:
        message = f"{plain[0]}: {count} fields expected"
        raise RemoteError(message)
    return read(*plain[1 : count + 1])
