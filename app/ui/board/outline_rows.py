"""The board in words, in order of reading: what the outline lists. Pure; knows no widget.

A thing is told by its kind, its text and its author; what lies on a shape names it, and an arrow
tells what it leads from and to. Groups hold their things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from app.core.ids import SiteId
from app.node.api import BoardObjectShown
from app.ui.board.geometry import bounds_of, points_of
from app.ui.board.keyboard import ROW_PX
from app.ui.strings import Outline

_REACH_PX = 12.0
"""An arrow's end this near to a thing leads to it."""
_ARROWS_MAX = 300
"""Of more arrows nobody follows all; the others are told without their ends."""
_TEXT_MAX = 60
_SHAPES = ("rectangle", "ellipse", "diamond")
_LINES = ("arrow", "line")


@dataclass(frozen=True, slots=True)
class Row:
    """A thing, or a group with its things. `ids`: what is chosen with it."""

    ids: tuple[str, ...]
    text: str
    author: str
    parts: tuple[Row, ...] = ()

    @property
    def spoken(self) -> str:
        """The whole row for a screen reader."""
        return Outline.BY(thing=self.text, name=self.author) if self.author else self.text


def rows_of(
    objects: Iterable[BoardObjectShown], name_of: Callable[[SiteId], str]
) -> tuple[Row, ...]:
    """Rows of finished things; a group stands where its first thing does."""
    resting = [(each, bounds_of(each)) for each in objects if not each.open]
    resting.sort(key=lambda pair: (round(pair[1].top() / ROW_PX), pair[1].left(), pair[0].id))
    named = _names(resting)
    arrows = 0
    rows: list[Row] = []
    groups: dict[str, list[Row]] = {}
    places: dict[str, int] = {}
    for each, _box in resting:
        ends = each.type in _LINES and arrows < _ARROWS_MAX
        arrows += ends
        text = _line_text(each, resting, named) if ends else _text(each, named)
        row = Row((each.id,), text, name_of(each.author))
        if not each.group:
            rows.append(row)
            continue
        if each.group not in groups:
            groups[each.group] = []
            places[each.group] = len(rows)
            rows.append(row)
        groups[each.group].append(row)
    for group, parts in groups.items():
        ids = tuple([object_id for part in parts for object_id in part.ids])
        rows[places[group]] = Row(ids, Outline.GROUP(len(parts)), "", tuple(parts))
    return tuple(rows)


def _names(resting: list[tuple[BoardObjectShown, QRectF]]) -> dict[str, str]:
    """Words on shapes: their own, or those of a text that lies inside."""
    texts = [(each, box) for each, box in resting if each.type == "text" and each.text.strip()]
    named: dict[str, str] = {}
    for each, box in resting:
        if each.text.strip():
            named[each.id] = _short(each.text)
        elif each.type in _SHAPES:
            inside = next((text for text, at in texts if box.contains(at.center())), None)
            if inside is not None:
                named[each.id] = _short(inside.text)
    return named


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _TEXT_MAX else f"{words[: _TEXT_MAX - 1]}…"


def _text(each: BoardObjectShown, named: dict[str, str]) -> str:
    kind = Outline.KINDS[each.type]() if each.type in Outline.KINDS else each.type
    text = named.get(each.id, "")
    return Outline.THING(kind=kind, text=text) if text else kind


def _line_text(
    each: BoardObjectShown,
    resting: list[tuple[BoardObjectShown, QRectF]],
    named: dict[str, str],
) -> str:
    points = points_of(each)
    if len(points) < 2:
        return _text(each, named)
    ends = [
        _at(QPointF(each.x + x, each.y + y), each, resting, named)
        for x, y in (points[0], points[-1])
    ]
    kind = Outline.KINDS[each.type]()
    if ends[0] and ends[1]:
        return Outline.FROM_TO(kind=kind, first=ends[0], last=ends[1])
    if ends[1]:
        return Outline.TO(kind=kind, last=ends[1])
    if ends[0]:
        return Outline.FROM(kind=kind, first=ends[0])
    return _text(each, named)


def _at(
    point: QPointF,
    line: BoardObjectShown,
    resting: list[tuple[BoardObjectShown, QRectF]],
    named: dict[str, str],
) -> str:
    """Name of the smallest thing at a point, empty for none."""
    found = [
        (box.width() * box.height(), each)
        for each, box in resting
        if each is not line
        and each.type not in (*_LINES, "stroke")
        and box.adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX).contains(point)
    ]
    if not found:
        return ""
    _size, thing = min(found, key=lambda pair: (pair[0], pair[1].id))
    return named.get(thing.id, "") or _text(thing, named)
