"""The console: lines that wrap, the newest at the bottom, and the field where commands are typed."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import cast

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.models.console import LINE, ConsoleLine, ConsoleModel, Kind
from app.ui.moments import time_of_day
from app.ui.paint.painter import kept
from app.ui.stick.streams.cell import draw_words
from app.ui.strings import Streams as Text
from app.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_TIME, _GAP = 46, 8
_STREAM, _STREAM_NARROW, _NARROW = 96, 60, 480
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(
    Qt.TextFlag.TextWrapAnywhere
)
_SIGNS = {Kind.TYPED: "right", Kind.REFUSED: "bad"}
_ALL_LINES_MAX = 10_000
LINES_MAX = 5
"""Lines of the field before it scrolls."""
HISTORY_MAX = 100


@lru_cache(maxsize=2_048)
def _height(text: str, width: int, font: str) -> int:
    """Pixels of a text that is wrapped at a width; fonts are known by their key."""
    made = QFont()
    made.fromString(font)
    box = QRect(0, 0, max(width, 40), _ALL_LINES_MAX)
    return QFontMetrics(made).boundingRect(box, _WRAP, text or " ").height()


class ConsoleDelegate(QStyledItemDelegate):
    """Paints one line: time, who, text."""

    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self.theme = theme
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """As high as its text."""
        line = cast("ConsoleLine | None", index.data(LINE))
        width = self._view.viewport().width()
        if line is None:
            return QSize(width, 1)
        px = self.theme.px
        room = width - self._left() - px(_GAP)
        font = self.theme.font(Role.NUMBER)
        high = _height(line.text, room, font.toString())
        return QSize(width, max(high, self.theme.line(Role.NUMBER)) + px(2))

    def _left(self) -> int:
        px = self.theme.px
        return px(4) + px(_TIME) + self._stream() + px(_GAP)

    def _stream(self) -> int:
        """Room for the name of a stream."""
        px = self.theme.px
        narrow = self._view.viewport().width() < px(_NARROW)
        return px(_STREAM_NARROW if narrow else _STREAM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The line; what was typed and refused has a sign."""
        line = cast("ConsoleLine | None", index.data(LINE))
        if line is None:
            return
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        colour = {
            Kind.SAID: tokens.text,
            Kind.TYPED: tokens.text,
            Kind.ANSWERED: tokens.text_soft,
            Kind.REFUSED: tokens.danger,
        }[line.kind]
        with kept(painter):
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, QColor(tokens.selected))
            painter.setFont(theme.font(Role.NUMBER))
            high = theme.line(Role.NUMBER)
            where = QRectF(rect.left() + px(4), rect.top(), px(_TIME), high)
            painter.setPen(QColor(tokens.text_hint))
            painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), time_of_day(line.wall_ms))
            where = QRectF(where.right(), rect.top(), self._stream(), high)
            self._draw_who(painter, where, line, colour)
            painter.setFont(theme.font(Role.NUMBER))
            painter.setPen(QColor(colour))
            words = QRectF(rect.left() + self._left(), rect.top(), 0, rect.height())
            words.setRight(rect.right() - px(_GAP))
            painter.drawText(words, _WRAP, line.text)

    def _draw_who(self, painter: QPainter, rect: QRectF, line: ConsoleLine, colour: str) -> None:
        sign = _SIGNS.get(line.kind)
        if sign is not None:
            side = self.theme.px(13)
            ratio = painter.device().devicePixelRatioF()
            drawn = pixmap(sign, side, colour, ratio)
            left = rect.right() - side
            painter.drawPixmap(round(left), round(rect.center().y() - side / 2), drawn)
            return
        look = (self.theme.font(Role.SMALL), self.theme.tokens.text_soft)
        draw_words(painter, rect, line.stream, look)


class ConsoleView(QListView):
    """Follows the newest line unless somebody reads further up."""

    def __init__(self, model: ConsoleModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._follows = True
        self._width = 0
        self._delegate = ConsoleDelegate(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(Text.CONSOLE_SPOKEN())
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(lambda _low, _high: self._go_on())
        # Qt lays out after the news: the end is where it is only then.
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(0)
        self._late.timeout.connect(self._go_on)
        model.rowsInserted.connect(lambda *_rows: self._late.start())

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._delegate.theme = theme
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lines wrap elsewhere."""
        super().resizeEvent(event)
        if self.viewport().width() != self._width:
            self._width = self.viewport().width()
            self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy takes the chosen lines."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """The chosen lines, one below the other."""
        rows = sorted([index.row() for index in self.selectionModel().selectedIndexes()])
        model = cast("ConsoleModel", self.model())
        QGuiApplication.clipboard().setText("\n".join([model.line(row).text for row in rows]))

    def _scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - 4

    def _go_on(self) -> None:
        if self._follows:
            self.scrollToBottom()


class CommandField(QPlainTextEdit):
    """Where a command is typed. `entered` carries it; who hears it says `done`, or `more`."""

    entered = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._history: deque[str] = deque(maxlen=HISTORY_MAX)
        self._back = 0
        self.setAccessibleName(Text.COMMAND())
        self.setPlaceholderText(Text.COMMAND_HINT())
        self.setToolTip(Text.COMMAND_TIP())
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._fit)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        theme.dress(self, Role.NUMBER)
        self._fit()

    def done(self) -> None:
        """What was entered runs: keep it, and begin anew."""
        text = self.toPlainText().strip()
        if text and (not self._history or self._history[-1] != text):
            self._history.append(text)
        self._back = 0
        self.clear()

    def more(self) -> None:
        """More lines belong to it."""
        self.insertPlainText("\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter runs; Up and Down go through what was run before."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        block, key = self.textCursor().blockNumber(), event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not shift:
            self.entered.emit(self.toPlainText())
        elif key == Qt.Key.Key_Up and block == 0 and self._back < len(self._history):
            self._recall(self._back + 1)
        elif key == Qt.Key.Key_Down and block == self.blockCount() - 1 and self._back:
            self._recall(self._back - 1)
        else:
            super().keyPressEvent(event)

    def _recall(self, back: int) -> None:
        self._back = back
        self.setPlainText(self._history[-back] if back else "")
        self.moveCursor(QTextCursor.MoveOperation.End)

    def _fit(self) -> None:
        """As high as its lines, up to a bound."""
        lines = min(max(self.blockCount(), 1), LINES_MAX)
        height = lines * QFontMetrics(self.font()).lineSpacing() + 2 * self._theme.px(8)
        self.setFixedHeight(height)
