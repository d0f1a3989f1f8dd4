"""Excalidraw's files as our operations.

Takes scenes (`"type": "excalidraw"`) and libraries (`"excalidrawlib"`, both versions; their items
are laid out side by side, each as a group). What our objects have no field for is dropped:
roughness, fill patterns, rounding, bindings of arrows. Source of the format: the files themselves
and docs.excalidraw.com, "JSON schema".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, Final

from app.core import limits
from app.core.errors import LocalError

Json = Any

TYPES: Final = {
    "rectangle": "rectangle",
    "ellipse": "ellipse",
    "diamond": "diamond",
    "line": "line",
    "arrow": "arrow",
    "text": "text",
    "freedraw": "stroke",
    "draw": "stroke",
    "frame": "frame",
    "magicframe": "frame",
    "embeddable": "embed",
    "iframe": "embed",
}
"""Other types (images: their bytes are in the file and not on our board) are left out."""

_FONTS: Final = {2: "sans", 3: "mono", 6: "sans", 8: "mono"}
_HEADS: Final = {
    "arrow": "arrow",
    "bar": "bar",
    "dot": "dot",
    "circle": "dot",
    "circle_outline": "dot",
    "triangle": "triangle",
    "triangle_outline": "triangle",
    "diamond": "diamond",
    "diamond_outline": "diamond",
}
_NAMED: Final = {
    "black": "000000",
    "white": "FFFFFF",
    "red": "FF0000",
    "green": "008000",
    "blue": "0000FF",
    "yellow": "FFFF00",
    "orange": "FFA500",
    "gray": "808080",
    "grey": "808080",
}
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_GAP_PX: Final = 40
_ROW_PX: Final = 2_000


def is_excalidraw(given: Json) -> bool:
    """Whether a file's JSON is a scene or a library."""
    return isinstance(given, dict) and given.get("type") in ("excalidraw", "excalidrawlib")


def operations(given: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """One `add` for each element that lives, in the file's painting order.

    Raises:
        LocalError: the file is not what its type says.
    """
    if given["type"] == "excalidraw":
        elements = _elements(given.get("elements"), "elements")
        labels = {_text(element, "id"): True for element in elements}
        for element in elements:
            yield _add(element, (0.0, 0.0), "", labels)
        return
    items = given.get("libraryItems", given.get("library"))
    if not isinstance(items, list):
        message = "libraryItems: a list expected"
        raise LocalError(message)
    pen_x = pen_y = row_height = 0.0
    for number, item in enumerate(items, 1):
        whole = item.get("elements") if isinstance(item, dict) else item
        elements = _elements(whole, f"item {number}")
        if not elements:
            continue
        left, top, right, bottom = _bounds(elements)
        if pen_x > 0 and pen_x + right - left > _ROW_PX:
            pen_x, pen_y, row_height = 0.0, pen_y + row_height + _GAP_PX, 0.0
        for element in elements:
            yield _add(element, (pen_x - left, pen_y - top), f"item {number}", {})
        pen_x += right - left + _GAP_PX
        row_height = max(row_height, bottom - top)


def _elements(given: Json, where: str) -> list[dict[str, Json]]:
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        message = f"{where}: a list of elements expected"
        raise LocalError(message)
    return [each for each in given if not each.get("isDeleted") and _text(each, "type") in TYPES]


def _text(element: dict[str, Json], name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""


def _number(element: dict[str, Json], name: str, default: float = 0.0) -> float:
    value = element.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        message = f"{_who(element)}: {name}: a number expected"
        raise LocalError(message)
    return value


def _who(element: dict[str, Json]) -> str:
    return f"element {element.get('id', '?')}"


def _points(element: dict[str, Json]) -> list[list[float]]:
    """Pairs; thinned out evenly where there are too many, the last one always kept."""
    points = element.get("points") or []
    if not isinstance(points, list):
        message = f"{_who(element)}: points: a list expected"
        raise LocalError(message)
    step = -(-len(points) // (limits.BOARD_POINTS_MAX - 1)) or 1
    kept = points[::step] + (points[-1:] if (len(points) - 1) % step else [])
    pairs = []
    for point in kept:
        if not isinstance(point, list) or len(point) < 2:
            message = f"{_who(element)}: points: pairs expected"
            raise LocalError(message)
        pair = {"id": element.get("id"), "x": point[0], "y": point[1]}
        pairs.append([_number(pair, "x"), _number(pair, "y")])
    return pairs


def _bounds(elements: list[dict[str, Json]]) -> tuple[float, float, float, float]:
    xs: list[float] = []
    ys: list[float] = []
    for element in elements:
        x, y = _number(element, "x"), _number(element, "y")
        corners = _points(element) or [
            [0.0, 0.0],
            [_number(element, "width"), _number(element, "height")],
        ]
        xs.extend(x + pair[0] for pair in corners)
        ys.extend(y + pair[1] for pair in corners)
    return min(xs), min(ys), max(xs), max(ys)


def _colour(value: Json, opacity: float) -> str:
    """RRGGBB[AA], or empty for none; what can't be read becomes the ink."""
    if not isinstance(value, str) or value in ("", "transparent", "none"):
        return ""
    found = _HEX.fullmatch(value)
    code = found[1] if found else _NAMED.get(value.lower(), "")
    if not code:
        return "ink:ink"
    if len(code) == 3:
        code = "".join(digit * 2 for digit in code)
    alpha = int(code[6:] or "ff", 16) * min(max(opacity, 0.0), 100.0) / 100
    return (code[:6] + (f"{round(alpha):02x}" if alpha < 255 else "")).upper()


def _add(
    element: dict[str, Json], offset: tuple[float, float], group: str, labels: dict[str, bool]
) -> dict[str, Json]:
    kind = TYPES[element["type"]]
    opacity = _number(element, "opacity", 100)
    groups = element.get("groupIds")
    outermost = str(groups[-1]) if isinstance(groups, list) and groups else ""
    made: dict[str, Json] = {
        "op": "add",
        "type": kind,
        "x": _number(element, "x") + offset[0],
        "y": _number(element, "y") + offset[1],
        "w": _number(element, "width"),
        "h": _number(element, "height"),
        "angle": round(math.degrees(_number(element, "angle")) * 100),
        "stroke": _colour(element.get("strokeColor", "#1e1e1e"), opacity),
        "fill": _colour(element.get("backgroundColor"), opacity),
        "width": _number(element, "strokeWidth", 2),
        "dash": _word(element.get("strokeStyle"), ("solid", "dashed", "dotted")),
        "group": (group or outermost)[: limits.NAME_CHARACTERS_MAX],
        "locked": element.get("locked") is True,
        "link": _text(element, "link")[: limits.LINK_CHARACTERS_MAX],
    }
    own, frame = _text(element, "id"), _text(element, "frameId")
    if own and own in labels:
        made["id"] = own
    if frame and frame in labels:
        made["frame"] = frame
    if kind in ("stroke", "line", "arrow"):
        made["points"] = _points(element)
    if kind in ("line", "arrow"):
        ends = ("startArrowhead", "endArrowhead")
        made["heads"] = [_HEADS.get(_text(element, end), "") for end in ends]
    if kind == "text":
        made["text"] = _text(element, "text")[: limits.TEXT_CHARACTERS_MAX]
        made["font"] = _FONTS.get(int(_number(element, "fontFamily", 1)), "hand")
        made["size"] = _number(element, "fontSize", 20)
        made["align"] = _word(element.get("textAlign"), ("left", "center", "right"))
    if kind == "frame":
        made["name"] = _text(element, "name")[: limits.TITLE_CHARACTERS_MAX]
    return made


def _word(value: Json, words: tuple[str, ...]) -> str:
    return value if value in words else words[0]
