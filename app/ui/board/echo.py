"""What own operations do to objects, before the node has said so: the picture of the same frame.

A pure function from objects and operations to objects. It decides nothing: what the node says
about an object replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.core.fractional import MIDDLE_KEY
from app.core.ids import SiteId
from app.node.api import (
    AddOp,
    BeginOp,
    BoardObjectShown,
    BoardOp,
    DeleteOp,
    EndOp,
    MoveOp,
    SetOp,
)

ECHO_INDEX = 2**62
"""Place in the order of what has none yet: above everything."""
_SHOWN = frozenset(field.name for field in fields(BoardObjectShown))
_POINT_TOOLS = {"line": "line", "arrow": "arrow"}


def blank(object_id: str, author: SiteId, object_type: str, place: int) -> BoardObjectShown:
    """An object with the values that an `add` without fields gives."""
    heads = ("", "arrow") if object_type == "arrow" else ("", "")
    return BoardObjectShown(
        id=object_id,
        author=author,
        type=object_type,
        x=0.0,
        y=0.0,
        w=0.0,
        h=0.0,
        angle=0.0,
        points=(),
        text="",
        size=20.0,
        align="left",
        stroke="ink:ink",
        fill="",
        width=2.0,
        dash="solid",
        heads=heads,
        z=MIDDLE_KEY,
        group="",
        locked=False,
        open=False,
        order=(MIDDLE_KEY, ECHO_INDEX, place),
        pending=True,
    )


def _made(object_id: str, author: SiteId, op: AddOp | BeginOp, place: int) -> BoardObjectShown:
    if isinstance(op, AddOp):
        return _with_fields(blank(object_id, author, op.type, place), op.fields)
    made = blank(object_id, author, _POINT_TOOLS.get(op.tool, "stroke"), place)
    return replace(made, x=op.x, y=op.y, stroke=op.ink, width=op.width, open=True)


def _changed(shown: BoardObjectShown, op: SetOp | MoveOp | EndOp) -> BoardObjectShown:
    match op:
        case SetOp():
            return _with_fields(shown, op.fields)
        case MoveOp():
            return replace(shown, x=shown.x + op.dx, y=shown.y + op.dy, pending=True)
        case EndOp():
            return replace(shown, points=op.points, open=False, pending=True)


def _with_fields(shown: BoardObjectShown, written: tuple[tuple[str, Any], ...]) -> BoardObjectShown:
    values = {name: value for name, value in written if name in _SHOWN}
    changed = replace(shown, **values, pending=True)
    if "z" in values:
        changed = replace(changed, order=(changed.z, *shown.order[1:]))
    return changed


def echoed(
    ops: tuple[BoardOp, ...], objects: Mapping[str, BoardObjectShown], author: SiteId, prefix: str
) -> dict[str, BoardObjectShown | None]:
    """The objects that these operations change, None for those that go.

    New ones are called `<prefix>.<place of the operation>`, as the node will call them after the
    entry. Operations on objects that are not there do nothing.
    """
    after: dict[str, BoardObjectShown | None] = {}
    for place, op in enumerate(ops):
        match op:
            case AddOp() | BeginOp():
                object_id = f"{prefix}.{place}"
                after[object_id] = _made(object_id, author, op, place)
            case DeleteOp():
                after.update(dict.fromkeys(op.ids))
            case _:
                for object_id in (op.id,) if isinstance(op, EndOp) else op.ids:
                    known = after if object_id in after else objects
                    before = known.get(object_id)
                    if before is not None:
                        after[object_id] = _changed(before, op)
    return after
