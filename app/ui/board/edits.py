"""What can be done with chosen objects, as operations: copy, group, order, lock, style, delete.

Pure functions from objects to operations; who does them is `desk`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPointF

from app.core import limits
from app.core.errors import LocalError
from app.core.fractional import MIDDLE_KEY, key_between
from app.core.ids import SiteId
from app.node.api import AddOp, BoardObjectShown, BoardOp, DeleteOp, MoveOp, SetOp
from app.ui.board.echo import blank
from app.ui.board.geometry import bounds_of_all
from app.ui.strings import Board

MIME = "application/x-talkstick-board+json"
PASTE_OFFSET_PX = 20.0
_COPIED = (
    "x", "y", "w", "h", "angle", "points", "text", "size", "align", "stroke", "fill", "width",
    "dash", "heads", "group",
)  # fmt: skip
_ENTRY_BYTES = limits.ENTRY_BODY_BYTES_MAX * 3 // 4
_ID_BYTES, _POINT_BYTES = 40, 11
"""Of an object's id, and of a point at the edge of the board."""
_PASTED_BYTES_MAX = 4 * 1_024 * 1_024
"""A clipboard that we read: some 10,000 strokes."""


def in_order(objects: Iterable[BoardObjectShown]) -> list[BoardObjectShown]:
    """Lowest first."""
    return sorted(objects, key=lambda shown: shown.order)


def top_key(objects: Iterable[BoardObjectShown]) -> str:
    """The z that a new object needs to lie above all: ties go by the order of the log."""
    return max((shown.z for shown in objects), default=MIDDLE_KEY)


def chunks(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Ids as many as one operation takes."""
    for start in range(0, len(ids), limits.BOARD_IDS_MAX):
        yield tuple(ids[start : start + limits.BOARD_IDS_MAX])


def delete_ops(ids: Sequence[str]) -> list[BoardOp]:
    """Take them away."""
    return [DeleteOp(each) for each in chunks(ids)]


def move_ops(ids: Sequence[str], dx: float, dy: float) -> list[BoardOp]:
    """Move them."""
    return [MoveOp(each, dx, dy) for each in chunks(ids)] if dx or dy else []


def field_ops(ids: Sequence[str], **values: object) -> list[BoardOp]:
    """Write these fields of all of them."""
    return [SetOp(each, tuple(values.items())) for each in chunks(ids)]


def in_entries(ops: Iterable[BoardOp]) -> Iterator[tuple[BoardOp, ...]]:
    """Operations in as few entries as they fit."""
    entry: list[BoardOp] = []
    size = 0
    for op in ops:
        added = _size_of(op)
        if entry and (size + added > _ENTRY_BYTES or len(entry) >= limits.BOARD_OPS_MAX):
            yield tuple(entry)
            entry, size = [], 0
        entry.append(op)
        size += added
    if entry:
        yield tuple(entry)


def _size_of(op: BoardOp) -> int:
    """Bytes on the wire, rather too many than too few."""
    size = 32 + _ID_BYTES * len(getattr(op, "ids", ()))
    for _, value in getattr(op, "fields", ()):
        size += 12 + (_POINT_BYTES * len(value) if isinstance(value, tuple) else 0)
        size += len(value.encode()) if isinstance(value, str) else 0
    return size + _POINT_BYTES * len(getattr(op, "points", ()))


# --- order ----------------------------------------------------------------------------------------


def front_ops(
    chosen: Sequence[BoardObjectShown], objects: Iterable[BoardObjectShown]
) -> list[BoardOp]:
    """Above everything, in their own order."""
    names = {shown.id for shown in chosen}
    others = [shown.z for shown in objects if shown.id not in names]
    return _keyed(in_order(chosen), max(others, default=""), "")


def back_ops(
    chosen: Sequence[BoardObjectShown], objects: Iterable[BoardObjectShown]
) -> list[BoardOp]:
    """Below everything, in their own order."""
    names = {shown.id for shown in chosen}
    others = [shown.z for shown in objects if shown.id not in names]
    return _keyed(in_order(chosen), "", min(others, default=""))


def _keyed(chosen: Sequence[BoardObjectShown], low: str, high: str) -> list[BoardOp]:
    """One key will do: ties keep the order they have, if they had one key before."""
    if not chosen:
        return []
    if len({shown.z for shown in chosen}) == 1:
        return field_ops([shown.id for shown in chosen], z=key_between(low, high))
    ops: list[BoardOp] = []
    for shown in chosen if not high else reversed(chosen):
        made = key_between(low, high)
        low, high = (made, high) if not high else (low, made)
        ops.append(SetOp((shown.id,), (("z", made),)))
    return ops


# --- copies ---------------------------------------------------------------------------------------


def copied_fields(shown: BoardObjectShown) -> dict[str, Any]:
    """What a copy has of an object."""
    return {name: getattr(shown, name) for name in _COPIED}


def copy_ops(
    objects: Iterable[BoardObjectShown], dx: float, dy: float, group_prefix: str
) -> list[BoardOp]:
    """Add copies, so far beside, in groups of their own."""
    ops: list[BoardOp] = []
    for shown in in_order(objects):
        fields = copied_fields(shown)
        fields["x"] += dx
        fields["y"] += dy
        if shown.group:
            fields["group"] = _group_name(group_prefix, shown.group)
        ops.append(AddOp(shown.type, tuple(fields.items())))
    return ops


def _group_name(prefix: str, group: str) -> str:
    return f"{prefix}/{group}"[: limits.NAME_CHARACTERS_MAX]


def to_clipboard(objects: Iterable[BoardObjectShown]) -> bytes:
    """Objects for the clipboard."""
    lines = [{"type": shown.type, **copied_fields(shown)} for shown in in_order(objects)]
    return json.dumps(lines).encode()


def from_clipboard(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """(type, fields) of objects from the clipboard, which anybody may have filled.

    LocalError: it is not what `to_clipboard` writes.
    """
    try:
        if len(data) > _PASTED_BYTES_MAX:
            raise ValueError
        return [_pasted(line) for line in json.loads(data)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise LocalError(Board.CLIPBOARD_FOREIGN()) from None


def paste_ops(
    pasted: Sequence[tuple[str, dict[str, Any]]], middle: QPointF, group_prefix: str
) -> list[BoardOp]:
    """Add what came from the clipboard with its middle here."""
    author = SiteId("")
    objects = [
        replace(blank("", author, kind, place), **fields)
        for place, (kind, fields) in enumerate(pasted)
    ]
    way = middle - bounds_of_all(objects).center()
    return copy_ops(objects, way.x(), way.y(), group_prefix)


def _pasted(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    fields = {name: line[name] for name in _COPIED}
    for name in ("x", "y", "w", "h", "angle", "size", "width"):
        fields[name] = float(fields[name])
    fields["points"] = tuple([(float(x), float(y)) for x, y in fields["points"]])
    first, last = fields["heads"]
    fields["heads"] = (str(first), str(last))
    for name in ("text", "align", "stroke", "fill", "dash", "group"):
        fields[name] = str(fields[name])
    return str(line["type"]), fields
