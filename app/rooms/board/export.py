"""A board as lines that `draw` reads back.

Lines stand in painting order, each an `add` with its old id as a label; drawn on an empty board
they give equal objects in the same order. Strokes whose pen is still down are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.rooms.board.json_form import shape_to_json
from app.rooms.board.model import BoardObject


def board_to_json(objects: Iterable[BoardObject]) -> list[dict[str, Any]]:
    """JSON-ready objects, one a line; `objects` lowest first. Frames that are gone are left off."""
    shown = [each for each in objects if not each.open]
    known = {each.id: True for each in shown}
    lines = []
    for each in shown:
        line = {"op": "add", "id": each.id, **shape_to_json(each.shape)}
        if line.get("frame") not in known:
            line.pop("frame", None)
        lines.append(line)
    return lines
