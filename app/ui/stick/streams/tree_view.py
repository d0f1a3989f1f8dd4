"""The tree of streams and agents: painted cells, and streams that can be dragged away by the mouse.

A drag is mouse handling, no loop of Qt's own: the page is told where the pointer is and says what a
drop there means.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.node.api import AgentRow, StreamRow
from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import kept
from app.ui.paint.stick import draw_stick_sign
from app.ui.stick.heads import Heads
from app.ui.stick.model import StickModel
from app.ui.stick.streams.cell import LEFT, RIGHT, draw_words, ground_of
from app.ui.stick.streams.model import AGENT, COLUMNS, COUNTS, STREAM, Column, StreamsModel
from app.ui.stick.streams.words import DISPATCHER
from app.ui.strings import Streams as Text
from app.ui.theme import Measure, Theme

Index = QModelIndex | QPersistentModelIndex

_WIDTHS = {
    Column.HOME: 112,
    Column.WAITING: 76,
    Column.UNSENT: 62,
    Column.EPOCH: 58,
}
_NAME_SHARE, _NAME_LEAST, _NAME_MOST = 0.27, 150, 320
_NARROW, _NARROWER = 700, 460
"""Under these widths columns that matter less go."""
_GONE = {_NARROW: (Column.UNSENT, Column.EPOCH), _NARROWER: (Column.HOME,)}
_INDENT, _SIGN = 20, 16


class StreamsDelegate(QStyledItemDelegate):
    """Paints one cell; the view has painted what is left of it."""

    def __init__(self, people: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._people = people

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows are equally high."""
        theme = self.theme
        height = max(theme.measure(Measure.TARGET_MIN), theme.line(Role.BODY) + theme.px(8))
        return QSize(20, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The cell's ground, then what it shows."""
        stream = cast("StreamRow | None", index.data(STREAM))
        agent = cast("AgentRow | None", index.data(AGENT))
        if stream is None:
            return
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        with kept(painter):
            ground = ground_of(self.theme, state)
            if ground is not None:
                painter.fillRect(rect, ground)
            inner = rect.adjusted(self.theme.px(4), 0, -self.theme.px(6), 0)
            column, text = COLUMNS[index.column()], str(index.data() or "")
            if agent is None:
                self._stream_cell(painter, inner, stream, column, text)
            else:
                self._agent_cell(painter, inner, agent, column, text)

    def _stream_cell(
        self, painter: QPainter, rect: QRectF, stream: StreamRow, column: Column, text: str
    ) -> None:
        tokens = self.theme.tokens
        if column is Column.NAME:
            self._name(painter, rect, stream)
        elif column is Column.HOME:
            self._home(painter, rect, stream)
        elif column is Column.WHAT:
            draw_words(painter, rect, text, (self.theme.font(Role.SMALL), tokens.text))
        else:
            waits = column is Column.WAITING and stream.waiting
            colour = tokens.text if waits else tokens.text_soft
            align = RIGHT if column in COUNTS else LEFT
            draw_words(painter, rect, text, (self.theme.font(Role.NUMBER), colour), align)

    def _agent_cell(
        self, painter: QPainter, rect: QRectF, agent: AgentRow, column: Column, text: str
    ) -> None:
        tokens, px = self.theme.tokens, self.theme.px
        if column is Column.WHAT and agent.failed:
            side = px(14)
            ratio = painter.device().devicePixelRatioF()
            sign = pixmap("bad", side, tokens.danger, ratio)
            painter.drawPixmap(round(rect.left()), round(rect.center().y() - side / 2), sign)
            rect = rect.adjusted(side + px(6), 0, 0, 0)
            draw_words(painter, rect, text, (self.theme.font(Role.SMALL), tokens.danger))
        else:
            draw_words(painter, rect, text, (self.theme.font(Role.SMALL), tokens.text_soft))

    def _name(self, painter: QPainter, rect: QRectF, stream: StreamRow) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        side = px(_SIGN)
        box = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
        if stream.stream == DISPATCHER:
            draw_stick_sign(painter, box, tokens)
        else:
            ratio = painter.device().devicePixelRatioF()
            sign = pixmap("stream", side, tokens.text_soft, ratio)
            painter.drawPixmap(round(box.left()), round(box.top()), sign)
        words = rect.adjusted(side + px(8), 0, 0, 0)
        font = self.theme.font(Role.BODY, Weight.MEDIUM)
        draw_words(painter, words, stream.stream, (font, tokens.text))

    def _home(self, painter: QPainter, rect: QRectF, stream: StreamRow) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        face = self._people.face(stream.home)
        side = px(14)
        box = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
        mark = Mark(face.initials, face.colour, reachable=face.present)
        draw_mark(painter, box, mark, tokens)
        words = rect.adjusted(side + px(7), 0, 0, 0)
        draw_words(painter, words, face.first, (self.theme.font(Role.SMALL), tokens.text))


class StreamsView(QTreeView):
    """`dragged` and `dropped` carry a stream and a place of the screen; `wanted` one for a menu.

    `drag_over` when nothing is on the pointer any more.
    """

    dragged = Signal(str, QPoint)
    dropped = Signal(str, QPoint)
    drag_over = Signal()
    wanted = Signal(QPoint)

    def __init__(
        self, model: StreamsModel, people: StickModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pressed: tuple[str, QPoint] | None = None
        self._drags = False
        self._delegate = StreamsDelegate(people, theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._want_menu)
        self.setAccessibleName(Text.LIST_SPOKEN())
        head = self._heads = Heads(theme, self, 4)
        self.setHeader(head)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(COLUMNS.index(Column.WHAT), QHeaderView.ResizeMode.Stretch)
        model.rowsInserted.connect(self._unfold)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._delegate.theme = theme
        self._heads.set_theme(theme)
        self.setIndentation(theme.px(_INDENT))
        self._fit()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    @property
    def chosen(self) -> tuple[StreamRow | None, AgentRow | None]:
        """The row that is chosen: a stream, or an agent with its stream."""
        index = self.currentIndex()
        return index.data(STREAM), index.data(AGENT)

    def choose(self, stream: str) -> None:
        """Choose a stream."""
        model = cast("StreamsModel", self.model())
        index = model.index_of(stream)
        if index.isValid():
            self.setCurrentIndex(index)

    # --- drawing ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Columns need room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px = self._theme.px
        gone = [
            column for width, each in _GONE.items() if self.width() < px(width) for column in each
        ]
        for column, width in _WIDTHS.items():
            place = COLUMNS.index(column)
            self.setColumnWidth(place, px(width))
            self.setColumnHidden(place, column in gone)
        name = min(max(round(self.width() * _NAME_SHARE), px(_NAME_LEAST)), px(_NAME_MOST))
        self.setColumnWidth(COLUMNS.index(Column.NAME), name)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        """The cells; a ring round the row that the keys are about."""
        super().drawRow(painter, options, index)
        current = self.currentIndex()
        if self.hasFocus() and current.sibling(current.row(), 0) == index.sibling(index.row(), 0):
            with kept(painter):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._theme.tokens.focus), 2))
                painter.drawRoundedRect(QRectF(options.rect).adjusted(1, 1, -1, -1), 5, 5)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:  # noqa: N802 - Qt's name
        """A chevron before a stream with agents."""
        state = QStyle.StateFlag.State_None
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        ground = ground_of(self._theme, state)
        if ground is not None:
            painter.fillRect(rect, ground)
        if index.parent().isValid() or not self.model().hasChildren(index):
            return
        side = self._theme.px(14)
        ratio = painter.device().devicePixelRatioF()
        name = "chevron" if self.isExpanded(index) else "right"
        sign = pixmap(name, side, self._theme.tokens.text_soft, ratio)
        left = rect.center().x() - side // 2
        painter.drawPixmap(left, rect.center().y() - side // 2 + 1, sign)

    def _unfold(self, parent: QModelIndex, first: int, last: int) -> None:
        """What is new shows its agents."""
        if parent.isValid():
            self.expand(parent)
            return
        for row in range(first, last + 1):
            self.expand(self.model().index(row, 0))

    # --- mouse and keys ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose; a stream may be dragged from here."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        row, agent = index.data(STREAM), index.data(AGENT)
        if event.button() == Qt.MouseButton.LeftButton and row is not None and agent is None:
            self._pressed = (row.stream, event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag what was pressed."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        stream, start = self._pressed
        here = event.globalPosition().toPoint()
        if (here - start).manhattanLength() >= QApplication.startDragDistance():
            self._drags = True
        if self._drags:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(stream, here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drop it where it is."""
        pressed, drags = self._pressed, self._drags
        self._let_go()
        if pressed is not None and drags:
            self.dropped.emit(pressed[0], event.globalPosition().toPoint())
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc lets go of what is dragged; Enter opens the row's menu."""
        if event.key() == Qt.Key.Key_Escape and self._drags:
            self._let_go()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._want_menu(self.visualRect(self.currentIndex()).bottomLeft())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing stays on the pointer."""
        super().focusOutEvent(event)
        self._let_go()

    def _let_go(self) -> None:
        drags, self._drags, self._pressed = self._drags, False, None
        if drags:
            self.viewport().unsetCursor()
            self.drag_over.emit()

    def _want_menu(self, at: QPoint) -> None:
        if self.currentIndex().isValid():
            self.wanted.emit(self.viewport().mapToGlobal(at))
