"""The outline of the board: a drawer with a tree of everything on it, for ears and keys.

It is the board's twin: what others add appears in it, what is chosen in one is chosen in the other.
Read anew at most four times a second, and only while it is seen: a board may hold ten thousand
things.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.core.ids import SiteId
from app.ui.board.model import BoardModel
from app.ui.board.outline_rows import Row, rows_of
from app.ui.board.selection import Selection
from app.ui.fonts import Role
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.parts import words
from app.ui.strings import Outline
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

WIDTH_PX = 280
_EVERY_MS = 250
Index = QModelIndex | QPersistentModelIndex


class OutlineModel(QAbstractItemModel):
    """Rows in two levels: things and groups, and the things of a group."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def show(self, rows: tuple[Row, ...]) -> bool:
        """Other rows; False if they are the same."""
        if rows == self._rows:
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def row_at(self, index: Index) -> Row | None:
        """The row of an index."""
        if not index.isValid():
            return None
        inside = index.internalId()
        if inside == 0:
            return self._rows[index.row()]
        return self._rows[inside - 1].parts[index.row()]

    def find(self, object_id: str) -> QModelIndex:
        """The index of a thing; the whole group's if only that is listed."""
        for place, row in enumerate(self._rows):
            for part_place, part in enumerate(row.parts):
                if object_id in part.ids:
                    return self.createIndex(part_place, 0, place + 1)
            if object_id in row.ids:
                return self.createIndex(place, 0, 0)
        return QModelIndex()

    # --- Qt ---------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a row; a thing of a group remembers its group's place and 1."""
        if column or row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        return self.createIndex(row, 0, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        """The group of a thing."""
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name
        """Number of things, or of a group's."""
        if not parent.isValid():
            return len(self._rows)
        return len(self._rows[parent.row()].parts) if parent.internalId() == 0 else 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name
        """One."""
        return 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Text, and the sentence for screen readers and tips."""
        row = self.row_at(index)
        if row is None:
            return None
        if role == int(Qt.ItemDataRole.DisplayRole):
            return row.text
        if role in (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole)):
            return row.spoken
        return None


class OutlineDrawer(QFrame):
    """`closed` by its button or Esc; `went_to` when somebody goes to a thing by Enter."""

    closed = Signal()
    went_to = Signal()

    def __init__(
        self, model: BoardModel, selection: Selection, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._board = model
        self._selection = selection
        self._following = False
        set_kind(self, "bar")
        self.rows = OutlineModel(self)
        self.tree = QTreeView(self)
        self.tree.setModel(self.rows)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(Outline.LIST())
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        set_kind(self.tree, "outline")
        self._title = words(theme, Outline.TITLE(), Role.BODY_STRONG)
        self._count = words(theme, "", Role.BODY, "soft")
        self._empty = QLabel(Outline.EMPTY(), self)
        set_kind(self._empty, "hint")
        theme.dress(self._empty, Role.BODY)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(14), theme.px(8), theme.px(8), theme.px(4))
        head.setSpacing(theme.px(8))
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(
            icon_button(theme, "close", Outline.CLOSE(), self, size=28, then=self.close_it)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, theme.px(8))
        column.setSpacing(0)
        column.addLayout(head)
        self._empty.setContentsMargins(theme.px(14), theme.px(4), theme.px(14), theme.px(4))
        column.addWidget(self._empty)
        column.addWidget(self.tree, 1)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_EVERY_MS)
        self._again.timeout.connect(self.read)
        model.objects_changed.connect(self._board_changed)
        model.people_changed.connect(self._board_changed)
        selection.changed.connect(self._follow_board)
        self.tree.selectionModel().selectionChanged.connect(self._follow_tree)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for label, role in ((self._title, Role.BODY_STRONG), (self._count, Role.BODY)):
            theme.dress(label, role)
        theme.dress(self._empty, Role.BODY)
        self.tree.setFont(theme.font(Role.BODY))
        self.tree.setIndentation(theme.px(14))
        dress_icons(self, theme)

    def enter(self) -> None:
        """Take the focus, at what is chosen or at the first thing."""
        if not self.tree.currentIndex().isValid() and self.rows.rowCount():
            self.tree.setCurrentIndex(self.rows.index(0, 0))
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_it(self) -> None:
        """Away, and back to the board."""
        self.hide()
        self.closed.emit()

    # --- reading ----------------------------------------------------------------------------------

    def read(self) -> None:
        """List what is there now."""
        current = self.rows.row_at(self.tree.currentIndex())
        rows = rows_of(self._board.objects.values(), self._name_of)
        self._count.setText(Outline.COUNT(sum(len(row.ids) for row in rows)))
        self._empty.setVisible(not rows)
        self.tree.setVisible(bool(rows))
        self._following = True
        if self.rows.show(rows) and current is not None and current.ids:
            at = self.rows.find(current.ids[0])
            if at.isValid():
                self.tree.selectionModel().setCurrentIndex(
                    at, QItemSelectionModel.SelectionFlag.NoUpdate
                )
        self._following = False
        self._follow_board()

    def _name_of(self, site: SiteId) -> str:
        person = self._board.people.get(site)
        return person.name if person is not None else ""

    def _board_changed(self) -> None:
        if self.isVisible() and not self._again.isActive():
            self._again.start()

    # --- choosing ---------------------------------------------------------------------------------

    def _follow_board(self) -> None:
        """What is chosen on the board is chosen here."""
        if self._following or not self.isVisible():
            return
        self._following = True
        chosen = QItemSelection()
        for object_id in self._selection.ids:
            at = self.rows.find(object_id)
            chosen.select(at, at)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.tree.selectionModel().select(chosen, flags)
        self._following = False

    def _follow_tree(self) -> None:
        """And the other way round."""
        if self._following:
            return
        rows = [self.rows.row_at(at) for at in self.tree.selectionModel().selectedIndexes()]
        self._following = True
        self._selection.choose([each for row in rows if row is not None for each in row.ids])
        self._following = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes to the thing, Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.went_to.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile."""
        super().showEvent(event)
        self.read()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self._again.stop()
