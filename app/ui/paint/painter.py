"""What every drawing helper needs: a painter given back as it came, and a crisp pen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen


@contextmanager
def kept(painter: QPainter) -> Iterator[QPainter]:
    """The painter with smooth edges; its state comes back at the end."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.restore()


def round_pen(colour: str | QColor, width: float) -> QPen:
    """A pen with round ends and joins."""
    return QPen(
        QColor(colour),
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def dashed_pen(colour: str | QColor, width: float, *, dash: float, gap: float) -> QPen:
    """A pen with flat dashes; lengths in pixels."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([dash / width, gap / width])
    return pen
