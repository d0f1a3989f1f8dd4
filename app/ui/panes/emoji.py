"""A palette of emoji: type to find one by name, arrows move, click or Enter chooses, Esc closes it."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.emoji_names import Named, all_emoji, find_emoji
from app.ui.fonts import Role
from app.ui.paint.painter import kept
from app.ui.strings import Emoji
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

COLUMNS, ROWS = 8, 6
_CELL = 36
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_SIDEWAYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
Index = QModelIndex | QPersistentModelIndex


class EmojiModel(QAbstractListModel):
    """What was found, the best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[Named, ...] = all_emoji()

    def find(self, text: str) -> None:
        """Show those that have all these words in their names."""
        self.beginResetModel()
        self._found = find_emoji(text)
        self.endResetModel()

    def at(self, place: int) -> Named | None:
        """One emoji, None where there is none."""
        return self._found[place] if 0 <= place < len(self._found) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, default
        """Number of emoji."""
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The emoji; its name for tips and screen readers."""
        named = self.at(index.row()) if index.isValid() else None
        if named is None:
            return None
        if role == int(Qt.ItemDataRole.DisplayRole):
            return named.emoji
        if role in (int(Qt.ItemDataRole.ToolTipRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return named.name
        return None


class _Cell(QStyledItemDelegate):
    """An emoji in the middle of its cell; the current one on a ground."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """All alike."""
        return QSize(self._theme.px(_CELL), self._theme.px(_CELL))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one."""
        theme, rect, state = self._theme, option.rect, option.state
        with kept(painter):
            if state & QStyle.StateFlag.State_Selected:
                painter.setPen(QPen(QColor(theme.tokens.focus), 1.5))
                painter.setBrush(QColor(theme.tokens.selected))
                painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -2), 6, 6)
            painter.setPen(QColor(theme.tokens.text))
            painter.setFont(theme.font(Role.TITLE))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(index.data()))


class EmojiPicker(QFrame):
    """`chosen` carries the emoji."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_kind(self, "bar")
        self.setAccessibleName(Emoji.TITLE())
        self.field = QLineEdit(self)
        theme.dress(self.field, Role.BODY)
        self.field.setPlaceholderText(Emoji.FIND())
        self.field.setAccessibleName(Emoji.FIND())
        self.model = EmojiModel(self)
        self.list = QListView(self)
        set_kind(self.list, "plain")
        self._make_list(theme)
        self._name = QLabel(self)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        theme.dress(self._name, Role.SMALL)
        set_kind(self._name, "soft")
        self._name.setFixedHeight(theme.line(Role.SMALL) + theme.px(4))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(8)] * 4)
        column.setSpacing(theme.px(6))
        for part in (self.field, self.list, self._name):
            column.addWidget(part)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.selectionModel().currentChanged.connect(self._say_name)
        self._find("")

    def _make_list(self, theme: Theme) -> None:
        view, cell = self.list, theme.px(_CELL)
        view.setItemDelegate(_Cell(theme, view))
        view.setModel(self.model)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Fixed)
        view.setUniformItemSizes(True)
        view.setGridSize(QSize(cell, cell))
        view.setMouseTracking(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(Emoji.TITLE())
        bar = view.verticalScrollBar().sizeHint().width()
        view.setFixedSize(cell * COLUMNS + bar + theme.px(4), cell * ROWS)

    def open_at(self, where: QPoint) -> None:
        """Show it with its lower right corner at a place of the screen, or below if that is off."""
        self.adjustSize()
        corner = where - QPoint(self.width(), self.height())
        screen = self.screen().availableGeometry()
        corner.setX(min(max(corner.x(), screen.left()), screen.right() - self.width()))
        if corner.y() < screen.top():
            corner.setY(where.y())
        self.move(corner)
        self.show()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The field keeps the focus; keys that mean nothing in it move in the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose(self.list.currentIndex())
                return True
            if key in _MOVES or (key in _SIDEWAYS and not self.field.text()):
                self._step(key)
                return True
        return super().eventFilter(watched, event)

    def _step(self, key: Qt.Key) -> None:
        by = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -COLUMNS,
            Qt.Key.Key_Down: COLUMNS,
            Qt.Key.Key_PageUp: -COLUMNS * ROWS,
            Qt.Key.Key_PageDown: COLUMNS * ROWS,
        }[key]
        last = self.model.rowCount() - 1
        place = min(max(self.list.currentIndex().row() + by, 0), last)
        self.list.setCurrentIndex(self.model.index(place))

    def _find(self, text: str) -> None:
        self.model.find(text)
        self.list.setCurrentIndex(self.model.index(0))
        if not self.model.rowCount():
            self._name.setText(Emoji.NOTHING())

    def _say_name(self, current: QModelIndex) -> None:
        named = self.model.at(current.row())
        if named is not None:
            self._name.setText(named.name)

    def _choose(self, index: QModelIndex) -> None:
        named = self.model.at(index.row())
        if named is not None:
            self.close()
            self.chosen.emit(named.emoji)
