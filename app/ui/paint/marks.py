"""The mark of a person: a silhouette in their colour with their initials.

Four silhouettes, so that colour alone never says who. Who can't be reached has no fill and a
dashed outline. A second ring tells two people of one colour apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.ui.fonts import Weight, make_font
from app.ui.paint.painter import dashed_pen, kept, round_pen
from app.ui.swatches import PersonColour, Shape
from app.ui.tokens import Tokens

INITIALS_FROM_PIXELS = 18
"""Smaller marks bear no letters: they have an accessible name and a tip."""
_GRID = 32.0
_DASHED_PIXELS = 1.75


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark shows; `doubled` draws the second ring."""

    initials: str
    colour: PersonColour
    reachable: bool = True
    doubled: bool = False


@lru_cache(maxsize=256)
def silhouette(shape: Shape, side: float) -> QPainterPath:
    """The outline of a mark in a square of that side with its corner at 0, 0. Shared."""
    unit = side / _GRID
    if shape is Shape.CIRCLE:
        path = QPainterPath()
        path.addEllipse(QRectF(0, 0, side, side))
        return path
    if shape is Shape.HEXAGON:
        # Rounding takes a little off each corner, so the corners stand that much outside.
        rounded = 4.8 * unit
        reach = side / 2 + rounded * (1 / math.cos(math.pi / 6) - 1)
        corners = [
            (
                side / 2 + reach * math.sin(turn * math.pi / 3),
                side / 2 - reach * math.cos(turn * math.pi / 3),
            )
            for turn in range(6)
        ]
        return rounded_polygon(corners, [rounded] * 6)
    square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
    radii = [7.5] * 4 if shape is Shape.SQUARE else [3.0, 14.0, 3.0, 14.0]
    return rounded_polygon(square, [radius * unit for radius in radii])


def rounded_polygon(corners: list[tuple[float, float]], radii: list[float]) -> QPainterPath:
    """A closed path through convex corners, each rounded by an arc of its radius."""
    path = QPainterPath()
    points = [QPointF(x, y) for x, y in corners]
    for index, (corner, radius) in enumerate(zip(points, radii, strict=True)):
        before = _unit(points[index - 1] - corner)
        behind = _unit(points[(index + 1) % len(points)] - corner)
        cosine = before.x() * behind.x() + before.y() * behind.y()
        inner = math.acos(max(-1.0, min(1.0, cosine)))
        reach = radius / math.tan(inner / 2)
        handle = reach - 4 / 3 * math.tan((math.pi - inner) / 4) * radius
        start, end = corner + before * reach, corner + behind * reach
        if index:
            path.lineTo(start)
        else:
            path.moveTo(start)
        path.cubicTo(corner + before * handle, corner + behind * handle, end)
    path.closeSubpath()
    return path


def _unit(vector: QPointF) -> QPointF:
    return vector / math.hypot(vector.x(), vector.y())


def draw_mark(painter: QPainter, rect: QRectF, mark: Mark, tokens: Tokens) -> None:
    """Draw a mark in the square `rect`."""
    side = rect.width()
    with kept(painter):
        painter.translate(rect.topLeft())
        if mark.reachable:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mark.colour.on(tokens)))
            painter.drawPath(silhouette(mark.colour.shape, side))
            if mark.doubled:
                _draw_ring(painter, side, mark, tokens)
            letters = tokens.on_mark
        else:
            _draw_dashes(painter, side, mark.colour.shape, tokens)
            letters = tokens.text_soft
        if side >= INITIALS_FROM_PIXELS and mark.initials:
            _draw_initials(painter, side, mark.initials, letters)


def _draw_ring(painter: QPainter, side: float, mark: Mark, tokens: Tokens) -> None:
    inset = side * 0.09
    painter.save()
    painter.translate(inset, inset)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(round_pen(tokens.on_mark, max(side / 24, 1.0)))
    painter.drawPath(silhouette(mark.colour.shape, side - 2 * inset))
    painter.restore()


def _draw_dashes(painter: QPainter, side: float, shape: Shape, tokens: Tokens) -> None:
    half = _DASHED_PIXELS / 2
    painter.save()
    painter.translate(half, half)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(dashed_pen(tokens.edge, _DASHED_PIXELS, dash=3.6, gap=2.4))
    painter.drawPath(silhouette(shape, side - 2 * half))
    painter.restore()


def _draw_initials(painter: QPainter, side: float, letters: str, colour: str) -> None:
    share = 0.41 if len(letters) < 3 else 0.32
    font = make_font(max(round(side * share), 9), Weight.BOLD, mono=False)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRectF(0, 0, side, side), int(Qt.AlignmentFlag.AlignCenter), letters)
