"""Pieces of plots: a line through measured values, its legend, an axis.

Values come as they were measured; a gap in them is a gap in the line, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.ui.fonts import Role, Weight
from app.ui.paint.painter import kept, round_pen
from app.ui.theme import Theme

LINE_PIXELS = 1.5
BOLD_PIXELS = 2.5


def nice_maximum(value: float) -> float:
    """The smallest of 1, 2, 4, 5, 8 times a power of ten that is not under `value`; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(factor * power for factor in (1, 2, 4, 5, 8, 10) if factor * power >= value)


def draw_sparkline(
    painter: QPainter,
    rect: QRectF,
    values: Sequence[float | None],
    maximum: float,
    colour: str,
    *,
    bold: bool = False,
) -> None:
    """A line from left to right; 0 at the bottom, `maximum` at the top; None leaves a gap."""
    path = QPainterPath()
    drawing = False
    step = rect.width() / max(len(values) - 1, 1)
    for index, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        share = min(max(value / maximum, 0.0), 1.0)
        point = QPointF(rect.left() + index * step, rect.bottom() - share * rect.height())
        if drawing:
            path.lineTo(point)
        else:
            path.moveTo(point)
        drawing = True
    with kept(painter):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(round_pen(colour, BOLD_PIXELS if bold else LINE_PIXELS))
        painter.drawPath(path)


def draw_scale(
    painter: QPainter, rect: QRectF, maximum: float, theme: Theme, *, steps: int = 4
) -> None:
    """Hairlines across `rect` with their values to its left."""
    with kept(painter):
        painter.setFont(theme.font(Role.CAPTION))
        for index in range(steps + 1):
            y = round(rect.bottom() - rect.height() * index / steps) + 0.5
            hairline = QPen(QColor(theme.tokens.line), 0)
            painter.setPen(hairline)
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            painter.setPen(QColor(theme.tokens.text_hint))
            height = theme.line(Role.CAPTION)
            where = QRectF(rect.left() - 48, y - height / 2, 40, height)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, int(align), f"{maximum * index / steps:g}")


def draw_legend(
    painter: QPainter, at: QPointF, text: str, colour: str, theme: Theme, *, bold: bool = False
) -> None:
    """The name at the end of a line, in the colour of the line; `at` is the middle of its left."""
    height = theme.line(Role.CAPTION)
    with kept(painter):
        weight = Weight.BOLD if bold else Weight.MEDIUM
        painter.setFont(theme.font(Role.CAPTION, weight))
        painter.setPen(QColor(colour))
        where = QRectF(at.x(), at.y() - height / 2, 400, height)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(where, int(align), text)
