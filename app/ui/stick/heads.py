"""Heads of tables in the size of captions: a style sheet would draw them as large as the rows."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from app.ui.fonts import Role, Weight
from app.ui.theme import Theme


class Heads(QHeaderView):
    """Level; nothing can be dragged or sorted. `inset`: how far in words begin, pixels at 100 %."""

    def __init__(self, theme: Theme, parent: QWidget, inset: int) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._inset = inset
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.setFixedHeight(theme.line(Role.CAPTION) + theme.px(10))
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803 - Qt's names
        """The words of one column over the line."""
        tokens, px = self._theme.tokens, self._theme.px
        painter.save()
        painter.setPen(tokens.line)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(tokens.text_soft)
        painter.setFont(self._theme.font(Role.CAPTION, Weight.MEDIUM))
        model = self.model()
        words = model.headerData(logicalIndex, self.orientation(), int(Qt.ItemDataRole.DisplayRole))
        align = model.headerData(
            logicalIndex, self.orientation(), int(Qt.ItemDataRole.TextAlignmentRole)
        )
        inner = rect.adjusted(px(self._inset), 0, -px(6), 0)
        painter.drawText(inner, int(align), str(words or ""))
        painter.restore()
