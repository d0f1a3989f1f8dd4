"""The list of the last actions in a share, newest first: a model of rows and what paints one."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.node.api import ActionShown, ShareShown
from app.ui.fonts import Role
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import kept
from app.ui.panes.parts import words
from app.ui.share.model import ShareModel
from app.ui.share.parts import section
from app.ui.share.sameness import action_text
from app.ui.strings import Actions
from app.ui.style_sheet import set_kind
from app.ui.swatches import person_colour
from app.ui.theme import Theme
from app.ui.wording import figure

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT, MARK = 26, 14
_NUMBER_LETTERS = 6
ROW = int(Qt.ItemDataRole.UserRole) + 1
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class ActionsModel(QAbstractListModel):
    """Rows; a row's sentence is its accessible text."""

    def __init__(self, model: ShareModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._rows: tuple[ActionShown, ...] = ()

    def show_actions(self, rows: tuple[ActionShown, ...]) -> None:
        """The newest actions."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, default
        """Number of actions."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Words, the whole row as a sentence, or the action."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == int(Qt.ItemDataRole.DisplayRole):
            return action_text(row)
        if role in (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole)):
            name = self._model.name_or_you(row.site)
            return Actions.ROW(index=row.index, name=name, action=action_text(row))
        return None


class ActionDelegate(QStyledItemDelegate):
    """Number, mark, words."""

    def __init__(self, model: ShareModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows are equally high."""
        px = self.theme.px
        return QSize(px(120), max(px(ROW_HEIGHT), self.theme.line(Role.BODY) + px(6)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW)
        if not isinstance(row, ActionShown):
            return
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        state: QStyle.StateFlag = option.state
        rect = QRectF(option.rect)
        with kept(painter):
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, QColor(tokens.selected))
            font = theme.font(Role.NUMBER)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text_hint))
            wide = QFontMetrics(font).horizontalAdvance("0" * _NUMBER_LETTERS)
            painter.drawText(rect.adjusted(px(16), 0, 0, 0), _LEFT, figure(row.index))
            x = rect.left() + px(16) + wide + px(8)
            side = px(MARK)
            box = QRectF(x, rect.center().y() - side / 2, side, side)
            colour = person_colour(self._model.colour(row.site))
            draw_mark(painter, box, Mark("", colour), tokens)
            area = QRectF(rect)
            area.setLeft(x + side + px(8))
            area.setRight(rect.right() - px(10))
            font = theme.font(Role.BODY)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text))
            text = QFontMetrics(font).elidedText(
                action_text(row), Qt.TextElideMode.ElideMiddle, int(area.width())
            )
            painter.drawText(area, _LEFT, text)
            if state & QStyle.StateFlag.State_HasFocus:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)


class ActionsBox(QWidget):
    """Heading, list, and what it says while there is nothing in it."""

    def __init__(self, model: ShareModel, theme: Theme) -> None:
        super().__init__()
        self._column_of, head_column, _head = section(theme, Actions.TITLE())
        self._head_column = head_column
        self.rows = ActionsModel(model, self)
        self.list = QListView(self)
        self._delegate = ActionDelegate(model, theme, self)
        self.list.setModel(self.rows)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # All rows are in sight here; what scrolls is the panel around it.
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(Actions.LIST())
        self._none = words(theme, Actions.NONE(), Role.BODY, "hint", wrap=True)
        head_column.addWidget(self._none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._column_of)
        column.addWidget(self.list)
        self._spare = QFrame()
        set_kind(self._spare, "pane")
        column.addWidget(self._spare, 1)

    def show_share(self, theme: Theme, share: ShareShown) -> None:
        """Follow the share."""
        px = theme.px
        self._head_column.setContentsMargins(px(16), px(12), px(16), px(6))
        if self._delegate.theme != theme:
            self._delegate.theme = theme
            self.list.doItemsLayout()
        self.rows.show_actions(share.recent)
        some = bool(share.recent)
        self._none.setVisible(not some)
        self.list.setVisible(some)
        height = max(px(ROW_HEIGHT), theme.line(Role.BODY) + px(6))
        self.list.setFixedHeight(self.rows.rowCount() * height)
