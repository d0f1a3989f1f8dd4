"""Between the window's px and degrees and the board's 1/8 px and 1/100 degrees.

Out: any object of a board. In: what a person draws, checked field by field, so that a mistake is
said in words before anything is kept.
"""

from __future__ import annotations

from typing import Any, Final

from app.core.errors import LocalError
from app.core.ids import site_of
from app.node.api import AddOp, BeginOp, BoardObjectShown, BoardOp, DeleteOp, EndOp, MoveOp, SetOp
from app.node.api.board import Fields
from app.rooms.board.json_form import op_from_json
from app.rooms.board.model import UNITS_PER_PX, BoardObject, unpack_points
from app.rooms.board.ops import Op

PER_DEGREE: Final = 100


def shown(each: BoardObject, *, pending: bool) -> BoardObjectShown:
    """An object for the window."""
    shape = each.shape
    return BoardObjectShown(
        id=each.id,
        author=site_of(each.author),
        type=shape.type,
        x=shape.x / UNITS_PER_PX,
        y=shape.y / UNITS_PER_PX,
        w=shape.w / UNITS_PER_PX,
        h=shape.h / UNITS_PER_PX,
        angle=shape.angle / PER_DEGREE,
        points=tuple(
            [(x / UNITS_PER_PX, y / UNITS_PER_PX) for x, y in unpack_points(shape.points)]
        ),
        text=shape.text,
        size=shape.size / UNITS_PER_PX,
        align=shape.align,
        stroke=shape.stroke,
        fill=shape.fill,
        width=shape.width / UNITS_PER_PX,
        dash=shape.dash,
        heads=shape.heads,
        z=shape.z,
        group=shape.group,
        locked=shape.locked,
        open=each.open,
        order=(shape.z, each.index, each.place),
        pending=pending,
    )


def operation(op: BoardOp) -> Op:
    """An operation for the board.

    Raises:
        LocalError: what is wrong, with the name of the field.
    """
    return op_from_json(_plain(op))


def _plain(op: BoardOp) -> dict[str, Any]:
    match op:
        case AddOp():
            return {"op": "add", "type": op.type, "fields": _fields(op.fields)}
        case SetOp():
            return {"op": "set", "ids": list(op.ids), "fields": _fields(op.fields)}
        case MoveOp():
            return {"op": "move", "ids": list(op.ids), "dx": op.dx, "dy": op.dy}
        case DeleteOp():
            return {"op": "delete", "ids": list(op.ids)}
        case BeginOp():
            place = {"x": op.x, "y": op.y}
            return {"op": "begin", "tool": op.tool, "ink": op.ink, "width": op.width, **place}
        case EndOp():
            return {"op": "end", "id": op.id, "points": [list(pair) for pair in op.points]}


def _fields(fields: Fields) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in fields}


def _value(name: str, value: object) -> object:
    if name == "angle":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            message = "angle: a number of degrees expected"
            raise LocalError(message)
        return value * PER_DEGREE
    if name == "points" and isinstance(value, (tuple, list)):
        return [list(pair) if isinstance(pair, tuple) else pair for pair in value]
    return list(value) if isinstance(value, tuple) else value
