"""The list of the chat's rows, hanging from its end, with the browser and the bar over one row.

The browser makes the text under the pointer or the focus selectable; there is only one, because a
widget for each row would cost more than all the painting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QTextBrowser,
    QToolTip,
    QWidget,
)

from app.core.ids import SiteId
from app.node.api import ChatRow
from app.ui import figures
from app.ui.delegates.chat_row import ChatDelegate, Layout, Look, colours_of
from app.ui.delegates.chat_text import RowDocument, draw_behind
from app.ui.later import later
from app.ui.models.chat import ChatItem, ChatModel, item_of
from app.ui.models.chat_words import helps, joined_text, state_text
from app.ui.panes.buttons import action_button, dress_icons
from app.ui.strings import Chat, Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_BATCH = 64
_FEW_ROWS = 60
"""More rows fill any window; they are laid out in batches, so their height is not known at once."""
_ENTER = frozenset({int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)})
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_NEAR_PIXELS = 24
"""This near to the end counts as at the end."""


class RowBrowser(QTextBrowser):
    """Shows the document of one row, so that it can be selected; scrolls nothing, loads nothing.

    `pressed`: before the press does anything.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._behind: Callable[[QPainter], None] | None = None
        set_kind(self, "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.hide()

    def show_document(self, document: RowDocument, theme: Theme) -> None:
        """Show a copy of a laid-out document; its margins are those of the outermost frame."""
        behind = document.behind
        self._behind = lambda painter: draw_behind(painter, behind, theme)
        self.setDocument(document.clone(self))

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Nothing is fetched."""
        return None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Grounds and bars, and the text over them."""
        if self._behind is not None:
            painter = QPainter(self.viewport())
            self._behind(painter)
            painter.end()
        super().paintEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever presses means this row from now on."""
        self.pressed.emit()
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """The list scrolls."""
        event.ignore()


class RowBar(QFrame):
    """React, reply; edit and take back for own lines."""

    def __init__(self, owner: ChatList, theme: Theme) -> None:
        super().__init__(owner.viewport())
        set_kind(self, "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self.react = action_button(theme, "chat-react", owner.react_to_row, self, size=28)
        self.reply = action_button(theme, "chat-reply", owner.reply_to_row, self, size=28)
        self.edit = action_button(theme, "chat-edit", owner.edit_row, self, size=28)
        self.take_back = action_button(theme, "chat-take-back", owner.take_row_back, self, size=28)
        for button in (self.react, self.reply, self.edit, self.take_back):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        self.hide()


class ChatList(QListView):
    """What is wanted carries its row; a wish to react also the place on the screen."""

    reply_wanted = Signal(object)
    edit_wanted = Signal(object)
    take_back_wanted = Signal(object)
    react_wanted = Signal(object, QPoint)
    reaction_clicked = Signal(object, str)
    help_wanted = Signal(object, object)
    joined_wanted = Signal(int)
    link_clicked = Signal(QUrl)
    at_top = Signal()
    at_end_changed = Signal(bool)

    def __init__(
        self,
        model: ChatModel,
        colour_name: Callable[[SiteId], str | None],
        own: Callable[[], SiteId | None],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = model
        self._theme = theme
        self.name_of: Callable[[SiteId], str] = str
        """Names of those whose marks stand under a line."""
        self._over = QPersistentModelIndex()
        self._over_text = ""
        self._was_at_end = True
        self._gap = 0
        self._stay = True
        self._wanted = QPersistentModelIndex()
        look = Look(colours_of(colour_name), own, model.wall_ms)
        self.delegate = ChatDelegate(theme, look, self)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(theme.px(20))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(Session.CHAT())
        self._browser = RowBrowser(self.viewport())
        self._browser.anchorClicked.connect(self.link_clicked)
        self._browser.pressed.connect(self._press_over)
        self._bar = RowBar(self, theme)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._range_changed)
        bar.sliderPressed.connect(self._look_elsewhere)
        model.dataChanged.connect(self._row_changed)
        model.rowsAboutToBeRemoved.connect(self._drop)
        model.modelAboutToBeReset.connect(self._drop)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._drop()
        self.delegate.set_theme(theme)
        dress_icons(self._bar, theme)
        self._bar.adjustSize()
        self._relayout()

    # --- the end ----------------------------------------------------------------------------------

    def is_at_end(self) -> bool:
        """Whether the newest line is in sight."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _NEAR_PIXELS

    def to_end(self) -> None:
        """Show the newest line, also when its layout is not made yet."""
        self._wanted = QPersistentModelIndex()
        self._stay = True
        self.scrollToBottom()
        later(self, 0, self.scrollToBottom)

    def show_row(self, place: int) -> None:
        """Bring a row to the middle, and keep it there until the list is laid out or moved."""
        self._stay = False
        self._wanted = QPersistentModelIndex(self._rows.index(place))
        self.executeDelayedItemsLayout()
        self._show_wanted()
        later(self, 0, self._show_wanted)

    def _show_wanted(self) -> None:
        if self._wanted.isValid():
            self.scrollTo(self._wanted, self.ScrollHint.PositionAtCenter)

    @contextmanager
    def staying(self) -> Iterator[None]:
        """What happens inside leaves the row under the eye where it is."""
        self._look_elsewhere()
        top = QPersistentModelIndex(self.indexAt(QPoint(4, 4)))
        before = self.visualRect(self._rows.index(top.row())).top() if top.isValid() else 0
        yield
        if top.isValid():
            self.executeDelayedItemsLayout()
            now = self.visualRect(self._rows.index(top.row())).top()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + now - before)

    def middle_row(self) -> ChatRow | None:
        """The row in the middle of what is in sight."""
        middle = self.indexAt(self.viewport().rect().center())
        return item_of(middle).row if middle.isValid() else None

    @contextmanager
    def keeping_place(self) -> Iterator[None]:
        """All rows come anew inside; the one in the middle is there again, or the end."""
        row = None if self.is_at_end() else self.middle_row()
        yield
        place = -1 if row is None else self._rows.place_of(row.id)
        if place >= 0:
            self.show_row(place)
        else:
            self.to_end()

    def _scrolled(self, value: int) -> None:
        at_end = self.is_at_end()
        self._stay = at_end
        if value <= _NEAR_PIXELS and self._rows.rowCount():
            self.at_top.emit()
        if at_end != self._was_at_end:
            self._was_at_end = at_end
            self.at_end_changed.emit(at_end)
        self._place_over()

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's name
        """The chat hangs from its end: few rows leave their room free above, not below."""
        super().updateGeometries()
        count = self._rows.rowCount()
        gap = 0
        if 0 < count <= _FEW_ROWS:
            first = self.visualRect(self._rows.index(0))
            last = self.visualRect(self._rows.index(count - 1))
            # Measured on the whole list: the free room must not depend on itself.
            gap = max(self.height() - (last.bottom() - first.top() + 1), 0)
        if gap != self._gap:
            self._gap = gap
            self.setViewportMargins(0, gap, 0, 0)

    def _look_elsewhere(self) -> None:
        self._wanted = QPersistentModelIndex()

    def _range_changed(self) -> None:
        """What was looked for, or was at the end, stays there."""
        if self._wanted.isValid():
            self._show_wanted()
        elif self._stay:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Rows wrap anew."""
        stay = self._stay
        super().resizeEvent(event)
        self._drop()
        if event.size().width() != event.oldSize().width():
            # A list that flows downwards does not lay out anew by itself when it gets narrower.
            self.scheduleDelayedItemsLayout()
        self._stay = stay
        if stay:
            later(self, 0, self.scrollToBottom)

    def _relayout(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _row_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        """A row may be higher now, or bear another state."""
        self._relayout()
        if not self._over.isValid() or not first.row() <= self._over.row() <= last.row():
            return
        row = self._over_row()
        if self._is_choosing() and row is not None and row.text == self._over_text:
            # Another state alone takes the text away from nobody who chooses some of it.
            self.executeDelayedItemsLayout()
            self._place_over()
        else:
            self._drop()

    # --- the row under pointer or focus -----------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """The person looks elsewhere; another row is under the pointer now."""
        self._look_elsewhere()
        super().wheelEvent(event)
        self._put_over(self.indexAt(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The row that is pressed is in sight: nothing scrolls under the pointer."""
        with self._holding_still():
            super().mousePressEvent(event)

    def scrollTo(  # noqa: N802 - Qt's name
        self, index: Index, hint: QListView.ScrollHint = QListView.ScrollHint.EnsureVisible
    ) -> None:
        """A row that fills all that is in sight is seen: it does not jump to its beginning."""
        rect, seen = self.visualRect(self._rows.index(index.row())), self.viewport().rect()
        filled = rect.top() <= seen.top() and rect.bottom() >= seen.bottom()
        if hint is not QListView.ScrollHint.EnsureVisible or not filled:
            super().scrollTo(index, hint)

    @contextmanager
    def _holding_still(self) -> Iterator[None]:
        self.setAutoScroll(False)
        yield
        self.setAutoScroll(True)

    def _press_over(self) -> None:
        with self._holding_still():
            self.setCurrentIndex(self._over_index())

    def _is_choosing(self) -> bool:
        """Whether somebody is choosing text, or begins to."""
        pressed = QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton
        begins = bool(pressed) and self._browser.underMouse()
        return self._browser.hasFocus() and (self._browser.textCursor().hasSelection() or begins)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The row under the pointer gets browser and bar."""
        super().mouseMoveEvent(event)
        self._put_over(self.indexAt(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tips say the state of a row; leaving the list takes browser and bar away."""
        if event.type() == QEvent.Type.Leave and not self._browser.textCursor().hasSelection():
            inside = (
                self.viewport().rect().contains(self.viewport().mapFromGlobal(self.cursor().pos()))
            )
            if not inside:
                self._drop()
        if event.type() == QEvent.Type.ToolTip:
            self._tip(event.pos(), event.globalPos())  # type: ignore[attr-defined]
            return True
        return super().viewportEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a reaction adds or takes off the own one."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        rect = self.visualRect(index)
        item = item_of(index)
        at = event.position().toPoint() - rect.topLeft()
        if item.row is None:
            self._click_note(at, index, item)
            return
        for chip in self.delegate.layout_of(item, rect.width()).chips:
            if chip.rect.contains(at):
                self.reaction_clicked.emit(item.row, chip.emoji)
        for button in self.delegate.layout_of(item, rect.width()).helps:
            if button.rect.contains(at):
                self.help_wanted.emit(item.row, button.help)

    def _click_note(self, at: QPoint, index: Index, item: ChatItem) -> None:
        """A card may lead to the lines that it is about."""
        for button in self.delegate.layout_of(item, self.visualRect(index).width()).helps:
            if button.rect.contains(at):
                self.joined_wanted.emit(index.row())

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """The focused row gets browser and bar, too."""
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._put_over(self._rows.index(current.row()))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Who comes by keys sees the row that keys act on: the last one at first."""
        by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not by_mouse and not self.currentIndex().isValid() and self._rows.rowCount():
            # Qt would begin at the oldest.
            with self._holding_still():
                self.setCurrentIndex(self._rows.index(self._rows.rowCount() - 1))
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS and self.currentIndex().isValid():
            self._look_elsewhere()
            self.scrollTo(self.currentIndex())
            self._put_over(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """R reply, E edit, + react, Del take back, Enter what helps, on the focused row."""
        self._look_elsewhere()
        row = self._current_row()
        here = self.currentIndex()
        if event.key() in _ENTER and here.isValid() and item_of(here).leads:
            self.joined_wanted.emit(here.row())
            return
        if row is not None and event.key() in _ENTER:
            offered = helps(row, self._rows.wall_ms())
            if offered:
                self.help_wanted.emit(row, offered[0])
                return
        commands = {
            Qt.Key.Key_R: self.reply_to_row,
            Qt.Key.Key_E: self.edit_row,
            Qt.Key.Key_Plus: self.react_to_row,
            Qt.Key.Key_Delete: self.take_row_back,
        }
        command = commands.get(Qt.Key(event.key()))
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if row is not None and command is not None and plain:
            # Whoever acts on a row sees it.
            self.scrollTo(self.currentIndex())
            self._put_over(self.currentIndex())
            if self._over_row() == row:
                command()
            return
        super().keyPressEvent(event)

    def reply_to_row(self) -> None:
        """Answer the row."""
        row = self._over_row()
        if row is not None and not row.deleted:
            self.reply_wanted.emit(row)

    def edit_row(self) -> None:
        """Change the row, if it is an own one."""
        row = self._over_row()
        if row is not None and row.own and not row.deleted and row.state != "refused":
            self.edit_wanted.emit(row)

    def take_row_back(self) -> None:
        """Take the row back, if it is an own one."""
        row = self._over_row()
        if row is not None and row.own and not row.deleted:
            self.take_back_wanted.emit(row)

    def react_to_row(self) -> None:
        """Choose a reaction."""
        row = self._over_row()
        if row is not None and not row.deleted:
            place = self._bar.mapToGlobal(QPoint(self._bar.width(), 0))
            self.react_wanted.emit(row, place)

    # --- inside -----------------------------------------------------------------------------------

    def _current_row(self) -> ChatRow | None:
        index = self.currentIndex()
        return item_of(index).row if index.isValid() else None

    def _over_index(self) -> QModelIndex:
        return self._rows.index(self._over.row()) if self._over.isValid() else QModelIndex()

    def _over_row(self) -> ChatRow | None:
        return item_of(self._over).row if self._over.isValid() else None

    def _put_over(self, index: QModelIndex) -> None:
        if index == self._over_index():
            return
        if self._is_choosing():
            # The browser stays until they are done.
            return
        self._drop()
        if not index.isValid():
            return
        item = item_of(index)
        row = item.row
        if row is None or row.deleted:
            return
        self._over = QPersistentModelIndex(index)
        at = self._layout_over(item)
        if at is None:
            return
        self._over_text = row.text
        self._browser.show_document(self.delegate.document(row, at.body.width()), self._theme)
        self.delegate.hidden_body = row.id
        self._bar.edit.setVisible(row.own and row.state != "refused")
        self._bar.take_back.setVisible(row.own)
        self._bar.adjustSize()
        self._browser.show()
        self._bar.show()
        self._bar.raise_()
        self._place_over()
        self.viewport().update(self.visualRect(index))

    def _drop(self) -> None:
        """Nothing is over any row."""
        if self.delegate.hidden_body is None:
            return
        self.delegate.hidden_body = None
        if self._over.isValid():
            self.viewport().update(self.visualRect(self._over_index()))
        self._over = QPersistentModelIndex()
        if self._browser.hasFocus():
            # Else Qt gives it to whatever comes next.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._browser.hide()
        self._browser.clear()
        self._bar.hide()

    def _layout_over(self, item: ChatItem) -> Layout | None:
        rect = self.visualRect(self._over_index())
        return self.delegate.layout_of(item, rect.width()) if rect.isValid() else None

    def _place_over(self) -> None:
        if not self._over.isValid() or self.delegate.hidden_body is None:
            return
        index = self._over_index()
        rect = self.visualRect(index)
        at = self.delegate.layout_of(item_of(index), rect.width())
        body = QRect(at.body)
        body.translate(rect.topLeft())
        self._browser.setGeometry(body)
        top = rect.top() + max(at.day.bottom(), at.unread.bottom(), 0)
        px = self._theme.px
        self._bar.move(
            rect.right() - self._bar.width() - px(8),
            max(top - self._bar.height() + px(10), 2),
        )

    def _tip(self, at: QPoint, where: QPoint) -> None:
        index = self.indexAt(at)
        item = item_of(index) if index.isValid() else None
        if item is None or item.row is None:
            QToolTip.hideText()
        elif item.joined and at.x() < self._theme.px(12):
            QToolTip.showText(where, joined_text(item.row), self)
        elif self._marks_under(at, index, item):
            names = figures.names([self.name_of(site) for site in item.seen])
            QToolTip.showText(where, Chat.SEEN_BY(names=names), self)
        elif at.x() > self.viewport().width() - self._theme.px(44):
            QToolTip.showText(where, state_text(item.row, apart=item.apart), self)
        else:
            QToolTip.hideText()

    def _marks_under(self, at: QPoint, index: QModelIndex, item: ChatItem) -> bool:
        rect = self.visualRect(index)
        seen = self.delegate.layout_of(item, rect.width()).seen
        return bool(item.seen) and seen.translated(rect.topLeft()).contains(at)
