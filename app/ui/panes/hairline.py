"""One cosmetic line along an edge: what parts the bars from the panes."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.tokens import Tokens


def draw_hairline(painter: QPainter, rect: QRect, tokens: Tokens, *, below: bool) -> None:
    """A line at the lower or the upper edge of `rect`."""
    y = rect.bottom() if below else rect.top()
    painter.setPen(QPen(QColor(tokens.line), 0))
    painter.drawLine(rect.left(), y, rect.right(), y)
