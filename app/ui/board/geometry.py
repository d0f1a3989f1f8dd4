"""Where an object lies and what its outline is, in px of the board. No painter and no colour.

An object is described in a *frame*: a rectangle before turning. It turns about the frame's middle.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath, QTransform

from app.node.api import BoardObjectShown
from app.ui.board.lettering import SHAPE_PADDING, lettering

POINT_TYPES = ("stroke", "line", "arrow")
CLOSED_TYPES = ("rectangle", "ellipse", "diamond", "note", "frame", "image", "embed")
CORNER_RADIUS = 10.0
HEAD_PX = 7.0
"""Half the breadth of an arrow head, besides what its width adds."""

FLATTENED_SCALE = 8.0
"""Curves become straight pieces as fine as the largest zoom shows."""

Pairs = Sequence[tuple[float, float]]


def points_of(shown: BoardObjectShown) -> Pairs:
    """The points of a stroke, line or arrow, relative to its x, y; a line needs none."""
    if shown.points:
        return shown.points
    return ((0.0, 0.0),) if shown.type == "stroke" else ((0.0, 0.0), (shown.w, shown.h))


def frame_of(shown: BoardObjectShown) -> QRectF:
    """The object's rectangle on the board, before turning."""
    if shown.type in POINT_TYPES:
        pairs = points_of(shown)
        xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
        left, top = min(xs), min(ys)
        return QRectF(shown.x + left, shown.y + top, max(xs) - left, max(ys) - top)
    if shown.type == "text":
        size = text_size(shown)
        return QRectF(shown.x, shown.y, shown.w or size.width(), size.height())
    return QRectF(shown.x, shown.y, shown.w, shown.h).normalized()


def text_size(shown: BoardObjectShown) -> QSizeF:
    """How large a text object is when it is laid out."""
    return lettering(shown.text, shown.size, shown.w, shown.align).size


def turned(shown: BoardObjectShown) -> QTransform:
    """From the object's frame to the board."""
    transform = QTransform()
    if shown.angle:
        middle = frame_of(shown).center()
        transform.translate(middle.x(), middle.y())
        transform.rotate(shown.angle)
        transform.translate(-middle.x(), -middle.y())
    return transform


def bounds_of(shown: BoardObjectShown) -> QRectF:
    """The upright rectangle on the board that holds the turned object, without its line's width."""
    frame = frame_of(shown)
    return turned(shown).mapRect(frame) if shown.angle else frame


def bounds_of_all(objects: Iterable[BoardObjectShown]) -> QRectF:
    """One rectangle round them all; empty for none."""
    left = top = math.inf
    right = bottom = -math.inf
    for shown in objects:
        each = bounds_of(shown)
        left, top = min(left, each.left()), min(top, each.top())
        right, bottom = max(right, each.right()), max(bottom, each.bottom())
    return QRectF(left, top, right - left, bottom - top) if left <= right else QRectF()


def united(rects: Iterable[QRectF]) -> QRectF:
    """One rectangle round them all, thin ones too; empty for none."""
    each = list(rects)
    if not each:
        return QRectF()
    left, top = min(rect.left() for rect in each), min(rect.top() for rect in each)
    right, bottom = max(rect.right() for rect in each), max(rect.bottom() for rect in each)
    return QRectF(left, top, right - left, bottom - top)


# --- outlines -------------------------------------------------------------------------------------


def smooth_path(pairs: Pairs, at: QPointF) -> QPainterPath:
    """A stroke: through the middles between its points, which round its corners; `at` is added."""
    dx, dy = at.x(), at.y()
    path = QPainterPath(QPointF(pairs[0][0] + dx, pairs[0][1] + dy))
    if len(pairs) == 1:
        path.lineTo(pairs[0][0] + dx + 0.01, pairs[0][1] + dy)
        return path
    for (x, y), (next_x, next_y) in itertools.pairwise(pairs[1:]):
        path.quadTo(x + dx, y + dy, (x + next_x) / 2 + dx, (y + next_y) / 2 + dy)
    path.lineTo(pairs[-1][0] + dx, pairs[-1][1] + dy)
    return path


def _straight_path(pairs: Pairs, at: QPointF) -> QPainterPath:
    path = QPainterPath(QPointF(pairs[0][0], pairs[0][1]) + at)
    for x, y in pairs[1:]:
        path.lineTo(QPointF(x, y) + at)
    return path


def _bent_path(pairs: Pairs, at: QPointF) -> QPainterPath:
    """An arrow with bends: a curve through all its points (Catmull-Rom)."""
    points = [QPointF(x, y) + at for x, y in pairs]
    path = QPainterPath(points[0])
    for index in range(len(points) - 1):
        before, start = points[max(index - 1, 0)], points[index]
        end, behind = points[index + 1], points[min(index + 2, len(points) - 1)]
        path.cubicTo(start + (end - before) / 6, end - (behind - start) / 6, end)
    return path


def diamond_path(rect: QRectF) -> QPainterPath:
    """A diamond that touches the middles of the rectangle's sides."""
    middle = rect.center()
    path = QPainterPath(QPointF(middle.x(), rect.top()))
    path.lineTo(rect.right(), middle.y())
    path.lineTo(middle.x(), rect.bottom())
    path.lineTo(rect.left(), middle.y())
    path.closeSubpath()
    return path


def outline_of(shown: BoardObjectShown) -> QPainterPath:
    """The line of an object, relative to the middle of its frame; that of a text is not drawn."""
    frame = frame_of(shown)
    middle = frame.center()
    if shown.type in POINT_TYPES:
        pairs, at = points_of(shown), QPointF(shown.x, shown.y) - middle
        if shown.type == "stroke":
            return smooth_path(pairs, at)
        bent = shown.type == "arrow" and len(pairs) > 2
        return _bent_path(pairs, at) if bent else _straight_path(pairs, at)
    path = QPainterPath()
    rect = frame.translated(-middle)
    if shown.type == "ellipse":
        path.addEllipse(rect)
    elif shown.type == "diamond":
        path = diamond_path(rect)
    elif shown.type == "text":
        path.addRect(rect)
    elif shown.type in CLOSED_TYPES:
        radius = min(CORNER_RADIUS, rect.width() / 4, rect.height() / 4)
        path.addRoundedRect(rect, radius, radius)
    return path


def dashed_path(path: QPainterPath, dash: float, gap: float) -> QPainterPath:
    """The pieces of a path that a line of dashes covers; lengths in px.

    Qt's own dashes begin elsewhere when only a part of the line is painted: they would not meet
    where two squares of the board do.
    """
    made = QPainterPath()
    finer = QTransform.fromScale(FLATTENED_SCALE, FLATTENED_SCALE)
    for polygon in path.toSubpathPolygons(finer):
        left, is_on = dash, True
        corners = [polygon.at(place) / FLATTENED_SCALE for place in range(polygon.size())]
        made.moveTo(corners[0])
        for start, end in itertools.pairwise(corners):
            way, length, done = (
                end - start,
                math.hypot(end.x() - start.x(), end.y() - start.y()),
                0.0,
            )
            while length - done > left:
                done += left
                at = start + way * (done / length)
                if is_on:
                    made.lineTo(at)
                else:
                    made.moveTo(at)
                is_on = not is_on
                left = dash if is_on else gap
            left -= length - done
            if is_on:
                made.lineTo(end)
    return made


def text_width_inside(shown: BoardObjectShown) -> float:
    """How wide the text in a closed shape may be."""
    room = abs(shown.w) - 2 * SHAPE_PADDING
    return max(room * (0.7 if shown.type in ("ellipse", "diamond") else 1), 1.0)


def head_paths(shown: BoardObjectShown, line: QPainterPath) -> list[tuple[QPainterPath, bool]]:
    """The heads of a line, in its coordinates, each with whether it is filled."""
    made = []
    for head, at in zip(shown.heads, (0.0, 1.0), strict=True):
        if head and line.elementCount() > 1:
            tip = line.pointAtPercent(at)
            inside = line.pointAtPercent(abs(at - min(12 / max(line.length(), 12.0), 1.0)))
            angle = math.atan2(tip.y() - inside.y(), tip.x() - inside.x())
            made.append(_head(head, tip, angle, HEAD_PX + 1.5 * shown.width))
    return made


def _head(name: str, tip: QPointF, angle: float, half: float) -> tuple[QPainterPath, bool]:
    def at(along: float, across: float) -> QPointF:
        cosine, sine = math.cos(angle), math.sin(angle)
        return tip + QPointF(along * cosine - across * sine, along * sine + across * cosine)

    path = QPainterPath()
    if name == "bar":
        path.moveTo(at(0, -half))
        path.lineTo(at(0, half))
    elif name == "dot":
        path.addEllipse(tip, half / 2, half / 2)
    elif name in ("triangle", "diamond"):
        path.moveTo(tip)
        path.lineTo(at(-1.5 * half, -0.75 * half))
        if name == "diamond":
            path.lineTo(at(-3 * half, 0))
        path.lineTo(at(-1.5 * half, 0.75 * half))
        path.closeSubpath()
    else:
        path.moveTo(at(-1.2 * half, -0.8 * half))
        path.lineTo(tip)
        path.lineTo(at(-1.2 * half, 0.8 * half))
    return path, name in ("dot", "triangle", "diamond")


# --- hitting --------------------------------------------------------------------------------------


def _distance(point: QPointF, start: QPointF, end: QPointF) -> float:
    """From a point to a piece of a straight line."""
    dx, dy = end.x() - start.x(), end.y() - start.y()
    length = dx * dx + dy * dy
    share = 0.0
    if length:
        share = ((point.x() - start.x()) * dx + (point.y() - start.y()) * dy) / length
        share = min(max(share, 0.0), 1.0)
    return math.hypot(point.x() - start.x() - share * dx, point.y() - start.y() - share * dy)


def is_hit(shown: BoardObjectShown, point: QPointF, reach: float) -> bool:
    """Whether a point of the board lies on the object, or nearer to its line than `reach` px."""
    frame = frame_of(shown)
    local = turned(shown).inverted()[0].map(point) if shown.angle else point
    reach += shown.width / 2
    if not frame.adjusted(-reach, -reach, reach, reach).contains(local):
        return False
    if shown.type == "text":
        return True
    if shown.type in POINT_TYPES and not (shown.type == "arrow" and len(points_of(shown)) > 2):
        at = QPointF(shown.x, shown.y)
        corners = [QPointF(x, y) + at for x, y in points_of(shown)]
        if len(corners) == 1:
            corners *= 2
        pieces = itertools.pairwise(corners)
        return any(_distance(local, start, end) <= reach for start, end in pieces)
    path, local = outline_of(shown), local - frame.center()
    if shown.type in CLOSED_TYPES and (shown.fill or shown.text) and path.contains(local):
        return True
    near = QRectF(local.x() - reach, local.y() - reach, 2 * reach, 2 * reach)
    return path.intersects(near) and not path.contains(near)


def simplified(pairs: Pairs, tolerance: float) -> list[tuple[float, float]]:
    """The points without those that lie within `tolerance` px of the line of the others.

    Ramer (1972), Douglas and Peucker (1973); with a stack instead of recursion.
    """
    if len(pairs) < 3:
        return list(pairs)
    kept = bytearray(len(pairs))
    kept[0] = kept[-1] = 1
    stack = [(0, len(pairs) - 1)]
    while stack:
        first, last = stack.pop()
        start, end = QPointF(*pairs[first]), QPointF(*pairs[last])
        farthest, place = tolerance, -1
        for index in range(first + 1, last):
            distance = _distance(QPointF(*pairs[index]), start, end)
            if distance > farthest:
                farthest, place = distance, index
        if place >= 0:
            kept[place] = 1
            stack += [(first, place), (place, last)]
    return [pair for pair, keep in zip(pairs, kept, strict=True) if keep]
