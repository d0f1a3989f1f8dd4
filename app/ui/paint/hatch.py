"""Hatching: lines of 2 px every 6 px at 45 degrees, the shape that goes with *apart* and *costs*.

Own lines, because Qt's brush patterns don't follow the scale of the display.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.ui.paint.painter import kept

LINE_PIXELS = 2.0
STEP_PIXELS = 6.0


def draw_hatch(painter: QPainter, area: QRectF | QPainterPath, colour: str) -> None:
    """Hatch a rectangle or a path."""
    path = QPainterPath()
    if isinstance(area, QRectF):
        path.addRect(area)
    else:
        path = area
    box = path.boundingRect()
    # Measured across the lines, one step is longer along the edge.
    step = STEP_PIXELS * 2**0.5
    count = int((box.width() + box.height()) / step) + 1
    lines = [
        QLineF(box.left() + at, box.top(), box.left() + at - box.height(), box.bottom())
        for at in (index * step for index in range(count + 1))
    ]
    with kept(painter):
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(QColor(colour), LINE_PIXELS))
        painter.drawLines(lines)


def draw_hatched_bar(painter: QPainter, rect: QRectF, radius: float, colour: str) -> None:
    """A bar that costs something: outlined and hatched."""
    path = QPainterPath()
    path.addRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius)
    draw_hatch(painter, path, colour)
    with kept(painter):
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
