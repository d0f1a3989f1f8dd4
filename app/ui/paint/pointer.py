"""Pointers of other people: an arrow in their colour with their name on it.

A filled arrow acts, an outlined one only points. The label turns to the other side rather than
leave the view.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath

from app.ui.fonts import Role, Weight
from app.ui.paint.painter import kept, round_pen
from app.ui.swatches import PersonColour
from app.ui.theme import Theme

ARROW_PIXELS = 14
_LABEL_OFFSET = 10
_LABEL_PADDING = 6


@lru_cache(maxsize=8)
def arrow(size: int) -> QPainterPath:
    """The arrow with its tip at 0, 0. Shared."""
    path = QPainterPath()
    path.moveTo(0, 0)
    for x, y in ((1.0, 0.40), (0.56, 0.56), (0.40, 1.0)):
        path.lineTo(x * size, y * size)
    path.closeSubpath()
    return path


def label_rect(tip: QPointF, name: str, theme: Theme, view: QRectF) -> QRectF:
    """Where the label of a pointer lies: right below the tip, or turned to stay inside `view`."""
    font = theme.font(Role.SMALL, Weight.SEMIBOLD)
    width = QFontMetricsF(font).horizontalAdvance(name) + 2 * theme.px(_LABEL_PADDING)
    height = theme.line(Role.SMALL) + theme.px(2)
    off = theme.px(_LABEL_OFFSET)
    rect = QRectF(tip.x() + off, tip.y() + off, width, height)
    if rect.right() > view.right():
        rect.moveRight(tip.x() - off)
    if rect.bottom() > view.bottom():
        rect.moveBottom(tip.y() - off)
    return rect


def draw_pointer(  # noqa: PLR0913 - a pointer has that many sides
    painter: QPainter,
    tip: QPointF,
    name: str,
    colour: PersonColour,
    theme: Theme,
    view: QRectF,
    *,
    filled: bool = True,
) -> None:
    """Draw a pointer whose tip is at `tip`; `view` is what the label has to stay inside."""
    tokens = theme.tokens
    own = colour.on(tokens)
    with kept(painter):
        painter.translate(tip)
        painter.setPen(round_pen(own if not filled else tokens.surface, 1.25))
        painter.setBrush(QColor(own) if filled else QColor(tokens.surface))
        painter.drawPath(arrow(theme.px(ARROW_PIXELS)))
    rect = label_rect(tip, name, theme, view)
    with kept(painter):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(own))
        painter.drawRoundedRect(rect, theme.px(4), theme.px(4))
        painter.setFont(theme.font(Role.SMALL, Weight.SEMIBOLD))
        painter.setPen(QColor(tokens.on_mark))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), name)
