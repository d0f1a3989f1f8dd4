"""The log as a table: painted cells, and pages that come when an end of the rows is reached."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.meter import draw_disks
from app.ui.paint.painter import kept
from app.ui.stick.heads import Heads
from app.ui.stick.log_model import COLUMNS, ROW, Column, LogModel, LogRow, State
from app.ui.stick.model import StickModel
from app.ui.strings import StickPanel as Text
from app.ui.theme import Measure, Theme

Index = QModelIndex | QPersistentModelIndex

_WIDTHS = {
    Column.NUMBER: 84,
    Column.EPOCH: 58,
    Column.AUTHOR: 112,
    Column.STATE: 92,
    Column.DISKS: 96,
    Column.CHAIN: 94,
}
_NARROW = 560
"""Under this width the last columns go."""
_DISKS_MAX = 7
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SIGNS = {State.WAITING: "clock", State.SETTLED: "tick"}


class LogDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, people: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._people = people

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows are equally high."""
        return QSize(20, row_height(self.theme))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The cell's ground, then what it shows."""
        row = cast("LogRow | None", index.data(ROW))
        if row is None:
            return
        tokens, px = self.theme.tokens, self.theme.px
        rect = QRectF(option.rect)
        with kept(painter):
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, QColor(tokens.selected))
            inner = rect.adjusted(px(8), 0, -px(6), 0)
            self._cell(painter, inner, row, COLUMNS[index.column()])

    def _cell(self, painter: QPainter, rect: QRectF, row: LogRow, column: Column) -> None:
        tokens = self.theme.tokens
        waits = row.state is State.WAITING
        match column:
            case Column.NUMBER:
                self._number(painter, rect, row.number_text(), tokens.text)
            case Column.EPOCH:
                self._number(painter, rect, row.epoch, tokens.text_soft)
            case Column.AUTHOR:
                self._author(painter, rect, row)
            case Column.WHAT:
                self._words(painter, rect, row.what, tokens.text_hint if waits else tokens.text)
            case Column.STATE:
                self._state(painter, rect, row)
            case Column.DISKS:
                self._disks(painter, rect, row)
            case Column.CHAIN:
                self._number(painter, rect, row.chain, tokens.text_hint, _RIGHT)

    def _number(
        self, painter: QPainter, rect: QRectF, words: str, colour: str, align: int = _LEFT
    ) -> None:
        painter.setFont(self.theme.font(Role.NUMBER))
        painter.setPen(QColor(colour))
        painter.drawText(rect, align, words)

    def _words(self, painter: QPainter, rect: QRectF, words: str, colour: str) -> None:
        font = self.theme.font(Role.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT, shown)

    def _author(self, painter: QPainter, rect: QRectF, row: LogRow) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        face = self._people.face(row.site)
        side = px(14)
        box = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
        mark = Mark(face.initials, face.colour, reachable=face.present)
        draw_mark(painter, box, mark, tokens)
        self._words(painter, rect.adjusted(side + px(7), 0, 0, 0), face.first, tokens.text)

    def _state(self, painter: QPainter, rect: QRectF, row: LogRow) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        ordered = row.state is State.ORDERED
        colour = tokens.text if ordered else tokens.text_soft
        side = px(13)
        middle = rect.center().y()
        if ordered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.text))
            dot = px(5)
            left = rect.left() + (side - dot) / 2
            painter.drawEllipse(QRectF(left, middle - dot / 2, dot, dot))
        else:
            ratio = painter.device().devicePixelRatioF()
            sign = pixmap(_SIGNS[row.state], side, colour, ratio)
            painter.drawPixmap(round(rect.left()), round(middle - side / 2), sign)
        self._words(painter, rect.adjusted(side + px(5), 0, 0, 0), row.state_text(), colour)

    def _disks(self, painter: QPainter, rect: QRectF, row: LogRow) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        if row.members > _DISKS_MAX:
            self._number(painter, rect, f"{row.disks}/{row.members}", tokens.text_soft)
            return
        side = px(8)
        where = QRectF(rect.left(), rect.center().y() - side / 2, rect.width(), side)
        draw_disks(painter, where, row.disks, row.members, tokens)


def row_height(theme: Theme) -> int:
    """Of the log and of tables."""
    return max(theme.measure(Measure.TABLE_ROW), theme.line(Role.SMALL) + theme.px(6))


class LogView(QTableView):
    """`at_old_end`, `at_new_end`: more rows are wanted there."""

    at_old_end = Signal()
    at_new_end = Signal()

    def __init__(
        self, model: LogModel, people: StickModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._delegate = LogDelegate(people, theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(Text.LOG_SPOKEN())
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self._heads = Heads(theme, self, 8)
        self.setHorizontalHeader(head)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(COLUMNS.index(Column.WHAT), QHeaderView.ResizeMode.Stretch)
        model.rowsInserted.connect(self._keep_place)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._delegate.theme = theme
        self._heads.set_theme(theme)
        self.verticalHeader().setMinimumSectionSize(10)
        self.verticalHeader().setDefaultSectionSize(row_height(theme))
        self._fit()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The last columns need room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px = self._theme.px
        narrow = self.width() < px(_NARROW)
        for column, width in _WIDTHS.items():
            place = COLUMNS.index(column)
            self.setColumnWidth(place, px(width))
            self.setColumnHidden(place, narrow and column in {Column.DISKS, Column.CHAIN})

    def _keep_place(self, _parent: QModelIndex, first: int, last: int) -> None:
        """What one reads stays where it is when newer rows come above it."""
        bar = self.verticalScrollBar()
        if bar.value() > 0 and first <= self.rowAt(0):
            bar.setValue(bar.value() + (last - first + 1) * row_height(self._theme))

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        near = 4 * row_height(self._theme)
        if value <= near:
            self.at_new_end.emit()
        if bar.maximum() - value <= near:
            self.at_old_end.emit()
