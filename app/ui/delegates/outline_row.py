"""Paints a row of the outline: a sign for the kind, the words, the mark of its author."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.ids import SiteId
from app.ui.board.outline_model import thing_at
from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import kept
from app.ui.swatches import PersonColour
from app.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

ROW, SIGN, MARK = 30, 16, 14
_ICONS = {"stroke": "pen", "embed": "program"}
"""Kinds whose sign has another name; a group has that of a frame."""
_KNOWN = ("line", "arrow", "rectangle", "ellipse", "diamond", "text", "note", "image", "frame")
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class OutlineDelegate(QStyledItemDelegate):
    """One row of the tree; the tree has painted what is left of it."""

    def __init__(
        self, theme: Theme, colour_of: Callable[[SiteId], PersonColour], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._colour_of = colour_of

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows are equally high."""
        px = self.theme.px
        return QSize(px(120), max(px(ROW), self.theme.line(Role.BODY) + px(8)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        shown = thing_at(index)
        state: QStyle.StateFlag = option.state
        rect = QRectF(option.rect)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        with kept(painter):
            if selected or state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(rect, QColor(tokens.selected if selected else tokens.hover))
            kind = "frame" if shown is None else shown.type
            icon = _ICONS.get(kind, kind if kind in _KNOWN else "board")
            side, middle = px(SIGN), rect.center().y()
            sign = pixmap(icon, side, tokens.text_soft, painter.device().devicePixelRatioF())
            painter.drawPixmap(round(rect.left()) + px(4), round(middle - side / 2), sign)
            words = rect.adjusted(px(4 + SIGN + 8), 0, -px(MARK + 12), 0)
            font = theme.font(Role.BODY)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text))
            text = QFontMetrics(font).elidedText(
                str(index.data()), Qt.TextElideMode.ElideRight, int(words.width())
            )
            painter.drawText(words, _LEFT, text)
            if shown is not None:
                side = px(MARK)
                box = QRectF(rect.right() - side - px(6), middle - side / 2, side, side)
                draw_mark(painter, box, Mark("", self._colour_of(shown.author)), tokens)
            if state & QStyle.StateFlag.State_HasFocus:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)
