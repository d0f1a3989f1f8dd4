"""The outline of the board: a drawer with a tree of everything on it, for ears and keys.

It is the board's twin: what others add appears in it, what is chosen in one is chosen in the other.
It follows at most four times a second, and only while it is seen: a board may hold ten thousand
things.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QItemSelectionModel, Qt, QTimer, Signal
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

from app.ui.board.model import BoardModel
from app.ui.board.others import colour_of, name_of
from app.ui.board.outline_model import ONE_BY_ONE_MAX, OutlineModel
from app.ui.board.selection import Selection
from app.ui.delegates.outline_row import OutlineDelegate
from app.ui.fonts import Role
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.parts import words
from app.ui.strings import Outline
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

WIDTH_PX = 280
DOCKED_WIDTH_PX = 300
_EVERY_MS = 250
_SHARE = 10
"""Following takes at most this part of the time, however much is on the board."""
_UPDATE = QItemSelectionModel.SelectionFlag


class OutlineDrawer(QFrame):
    """`closed` by its button or Esc; `chose` things; `went_to` when somebody goes there by Enter."""

    closed = Signal()
    chose = Signal()
    went_to = Signal()

    def __init__(
        self, model: BoardModel, selection: Selection, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._board = model
        self._selection = selection
        self._following = False
        self._waiting: dict[str, None] = {}
        set_kind(self, "bar")
        self.rows = OutlineModel(lambda site: name_of(model, site), self)
        self.tree = QTreeView(self)
        self.tree.setModel(self.rows)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(Outline.LIST())
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self._delegate = OutlineDelegate(theme, lambda site: colour_of(model, site), self)
        self.tree.setItemDelegate(self._delegate)
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
        self._again.timeout.connect(self._follow)
        model.objects_changed.connect(self._board_changed)
        model.people_changed.connect(self.tree.viewport().update)
        selection.changed.connect(self._follow_board)
        self.tree.selectionModel().selectionChanged.connect(self._follow_tree)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for label, role in ((self._title, Role.BODY_STRONG), (self._count, Role.BODY)):
            theme.dress(label, role)
        theme.dress(self._empty, Role.BODY)
        self._delegate.theme = theme
        self.tree.doItemsLayout()
        self.tree.setIndentation(theme.px(14))
        dress_icons(self, theme)

    def enter(self) -> None:
        """Take the focus, at what is chosen or at the first thing."""
        if not self.tree.currentIndex().isValid() and self.rows.rowCount():
            self.tree.setCurrentIndex(self.rows.index(0, 0))
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dock(self, *, docked: bool) -> None:
        """Beside the board with a line between them, or over it with a frame."""
        set_kind(self, "docked" if docked else "bar")

    def close_it(self) -> None:
        """Away, and back to the board."""
        self.hide()
        self.closed.emit()

    # --- reading ----------------------------------------------------------------------------------

    def read(self) -> None:
        """List what is there now."""
        self._show(whole=True)

    def _follow(self) -> None:
        self._show(whole=len(self._waiting) > ONE_BY_ONE_MAX)

    def _show(self, *, whole: bool) -> None:
        """Take in what changed; place and choice stay, and tell the board nothing."""
        taken = QElapsedTimer()
        taken.start()
        current = self.rows.ids_at(self.tree.currentIndex())
        self._following = True
        objects = self._board.objects
        if whole:
            self.rows.show_all(objects.values())
        else:
            self.rows.show_changed(objects, self._waiting)
        self._waiting = {}
        at = self.rows.find(current[0]) if current else self.tree.currentIndex()
        if at.isValid() and at != self.tree.currentIndex():
            self.tree.selectionModel().setCurrentIndex(at, _UPDATE.NoUpdate)
        count = len(self.rows)
        self._count.setText(Outline.COUNT(count))
        self._empty.setVisible(not count)
        self.tree.setVisible(bool(count))
        self._following = False
        self._follow_board()
        # Names of shapes may come from other rows.
        self.tree.viewport().update()
        self._again.setInterval(max(_EVERY_MS, _SHARE * taken.elapsed()))

    def _board_changed(self, changed: tuple[str, ...], gone: tuple[str, ...]) -> None:
        if not self.isVisible():
            return
        if len(self._waiting) <= ONE_BY_ONE_MAX:
            self._waiting.update(dict.fromkeys((*changed, *gone)))
        if not self._again.isActive():
            self._again.start()

    # --- choosing ---------------------------------------------------------------------------------

    def _follow_board(self) -> None:
        """What is chosen on the board is chosen here."""
        if self._following or not self.isVisible():
            return
        self._following = True
        chosen, ids = self.rows.selection_of(self._selection.ids), self._selection.ids
        self.tree.selectionModel().select(chosen, _UPDATE.ClearAndSelect)
        if not self.tree.hasFocus() and len(ids) == 1:
            at = self.rows.find(ids[0])
            self.tree.selectionModel().setCurrentIndex(at, _UPDATE.NoUpdate)
            self.tree.scrollTo(at)
        self._following = False

    def _follow_tree(self) -> None:
        """And the other way round."""
        if self._following:
            return
        chosen = self.tree.selectionModel().selectedIndexes()
        self._following = True
        self._selection.choose([each for at in chosen for each in self.rows.ids_at(at)])
        self._following = False
        self.chose.emit()

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
        self._waiting = {}
