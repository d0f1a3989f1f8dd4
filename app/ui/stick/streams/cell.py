"""What the cells of the tab's lists share: the ground they lie on, and words that give way."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle

from app.ui.theme import Theme

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def ground_of(theme: Theme, state: QStyle.StateFlag) -> QColor | None:
    """What a chosen row, or the one under the pointer, lies on; None: on nothing of its own."""
    if state & QStyle.StateFlag.State_Selected:
        return QColor(theme.tokens.selected)
    if state & QStyle.StateFlag.State_MouseOver:
        return QColor(theme.tokens.hover)
    return None


def draw_words(
    painter: QPainter, rect: QRectF, words: str, look: tuple[QFont, str], align: int = LEFT
) -> None:
    """One line in a font and a colour; what has no room ends with an ellipsis."""
    font, colour = look
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, align, shown)
