"""The computers as a list: what a stream is dropped on, or sent to with Enter."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.ids import SiteId
from app.ui.fonts import Role, Weight
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import dashed_pen, kept
from app.ui.paint.stick import draw_rod
from app.ui.stick.streams.cell import draw_words, ground_of
from app.ui.stick.streams.sites_model import SITE, SiteRow, SitesModel
from app.ui.strings import Streams as Text
from app.ui.theme import Measure, Theme

Index = QModelIndex | QPersistentModelIndex
_ROD, _MARK = (8, 28), 28


class SitesDelegate(QStyledItemDelegate):
    """Paints one computer; a dragged stream is over `over`, those in `open` would take it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.over: SiteId | None = None
        self.open: tuple[SiteId, ...] = ()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows are equally high."""
        theme = self.theme
        lines = theme.line(Role.BODY) + theme.line(Role.CAPTION) + theme.px(8)
        return QSize(theme.px(140), max(theme.measure(Measure.SITE_ROW), lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Rod, mark, name, facts."""
        row = cast("SiteRow | None", index.data(SITE))
        if row is None:
            return
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        rect, face = QRectF(option.rect), row.face
        state: QStyle.StateFlag = option.state
        with kept(painter):
            ground = ground_of(theme, state)
            if ground is not None:
                painter.fillRect(rect, ground)
            self._draw_target(painter, rect, face.site)
            middle, left = rect.center().y(), rect.left() + px(8)
            if row.holds_stick:
                wide, high = px(_ROD[0]), px(_ROD[1])
                draw_rod(painter, QRectF(left, middle - high / 2, wide, high), tokens)
            left += px(_ROD[0] + 8)
            side = px(_MARK)
            box = QRectF(left, middle - side / 2, side, side)
            mark = Mark(face.initials, face.colour, reachable=face.present)
            draw_mark(painter, box, mark, tokens)
            left += side + px(10)
            width = rect.right() - left - px(8)
            name, facts = theme.line(Role.BODY), theme.line(Role.CAPTION)
            top = middle - (name + facts) / 2
            colour = tokens.text if face.present else tokens.text_soft
            where = QRectF(left, top, width, name)
            font = theme.font(Role.BODY, Weight.MEDIUM)
            draw_words(painter, where, row.name_text(), (font, colour))
            where = QRectF(left, top + name, width, facts)
            font = theme.font(Role.CAPTION)
            draw_words(painter, where, row.facts_text(), (font, tokens.text_soft))
            if state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)

    def _draw_target(self, painter: QPainter, rect: QRectF, site: SiteId) -> None:
        """Dashes round whoever would take it; filled and solid under the pointer."""
        tokens, px = self.theme.tokens, self.theme.px
        if site not in self.open:
            return
        inner = rect.adjusted(px(2), px(2), -px(2), -px(2))
        if site == self.over:
            painter.setPen(QPen(QColor(tokens.text), 2))
            painter.setBrush(QColor(tokens.selected))
        else:
            painter.setPen(dashed_pen(tokens.edge, 1.5, dash=4, gap=3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner, px(7), px(7))


class SitesView(QListView):
    """`taken` carries the row that Enter or a double click is about."""

    taken = Signal(object)

    def __init__(self, model: SitesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = SitesDelegate(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(Text.SITES_SPOKEN())
        self.doubleClicked.connect(self._take)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._delegate.theme = theme
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def show_targets(self, sites: tuple[SiteId, ...], over: SiteId | None = None) -> None:
        """Who would take what is dragged, and who it is over; nobody when nothing is."""
        self._delegate.open, self._delegate.over = sites, over
        self.viewport().update()

    def row_at(self, place: QPoint) -> SiteRow | None:
        """The computer at a place of the screen."""
        inside = self.viewport().mapFromGlobal(place)
        if not self.isVisible() or not self.viewport().rect().contains(inside):
            return None
        return cast("SiteRow | None", self.indexAt(inside).data(SITE))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter takes."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _take(self, index: QModelIndex) -> None:
        row = index.data(SITE)
        if row is not None:
            self.taken.emit(row)
