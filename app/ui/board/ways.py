"""Ways from thing to thing for keys: in order of reading, and to the nearest one. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from app.node.api import BoardObjectShown
from app.ui.board.geometry import bounds_of
from app.ui.board.outline_rows import ReadingKey, reading_key

_NO_TARGETS = ("line", "arrow")
"""They connect; nothing is connected to them."""


def stops_in_order(objects: Iterable[BoardObjectShown]) -> list[tuple[str, ...]]:
    """Ids of things in order of reading; a group is one stop, where its first thing stands."""
    stops: dict[str, list[ReadingKey]] = {}
    for shown in objects:
        name = f"group {shown.group}" if shown.group else f"thing {shown.id}"
        stops.setdefault(name, []).append(reading_key(shown, bounds_of(shown)))
    ordered = sorted(sorted(keys) for keys in stops.values())
    return [tuple([key[2] for key in keys]) for keys in ordered]


def nearest(
    shown: BoardObjectShown, way: tuple[float, float], objects: Iterable[BoardObjectShown]
) -> BoardObjectShown | None:
    """The nearest thing that way, less than 45 degrees beside it; not what lies within or around."""
    own = bounds_of(shown)
    start = own.center()
    found, least = None, math.inf
    for other in objects:
        if other.id == shown.id or other.type in _NO_TARGETS:
            continue
        box = bounds_of(other)
        to = box.center() - start
        along = to.x() * way[0] + to.y() * way[1]
        across = abs(to.x() * way[1]) + abs(to.y() * way[0])
        if not along > 0 or across > along or along + across >= least:
            continue
        if own.contains(box) or box.contains(own):
            continue
        found, least = other, along + across
    return found
