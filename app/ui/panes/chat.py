"""The chat: rows, the one text browser over a row, its bar, new-lines pill, typing, composer.

Owns widgets only; rows are the model's, what is done goes out through `submit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.core import limits
from app.core.ids import EntryId, SiteId
from app.node.api import (
    Answered,
    ChatRow,
    ChatRowsChanged,
    ChatRowsGone,
    Command,
    DeleteChat,
    Denied,
    Done,
    EditChat,
    EntryPending,
    HistoryCame,
    ReactChat,
    ReadChat,
    SayChat,
    SeenUpTo,
    SendHint,
    TypingNow,
)
from app.ui import figures
from app.ui.bridge import Answer
from app.ui.controls import make_button
from app.ui.delegates.chat_markdown import FOLLOWED_SCHEMES, plain_line
from app.ui.fonts import Role
from app.ui.later import later
from app.ui.models.chat import FIRST_ROWS, PAGE_ROWS, ChatModel, reacted
from app.ui.models.chat_words import Help, shown_name
from app.ui.models.finding import Finding
from app.ui.models.people import PeopleModel
from app.ui.moments import Clock
from app.ui.panes.buttons import action_button, dress_icon
from app.ui.panes.chat_list import ChatList
from app.ui.panes.composer import Composer
from app.ui.panes.emoji import EmojiPicker
from app.ui.panes.find_bar import FindBar
from app.ui.speech import speak
from app.ui.strings import Chat, Common, People, Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

Ask = Callable[[Callable[[int], Answered], Callable[[Answer], None] | None], None]


class Node(Protocol):
    """The ways to the node: a bridge, or a fake."""

    def submit(self, command: Command) -> None:
        """Send a command that has its number, or none."""

    def ask(
        self, make: Callable[[int], Answered], then: Callable[[Answer], None] | None = None
    ) -> None:
        """Number a command and send it; `then` gets its answer."""


WIDTH, WIDTH_MIN, WIDTH_MAX = 348, 280, 520
_TICK_MS = 1_000
_JOINED_SEEN_MS = 30_000
"""Lines that joined are marked for so long after somebody looked at them."""


class ChatPane(QFrame):
    """`unread`: how many lines of others nobody has looked at; `tried_wanted`: why a row waits.

    `take_back_wanted`: a row that somebody wants to take back, which nothing brings back.
    """

    unread = Signal(int)
    tried_wanted = Signal(object)
    take_back_wanted = Signal(object)

    def __init__(
        self,
        model: ChatModel,
        people: PeopleModel,
        node: Node,
        theme: Theme,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._people = people
        self._ask = node.ask
        self._submit = node.submit
        self._theme = theme
        self._new = 0
        self._seen = 0
        self._paging = False
        self._colours: tuple[tuple[SiteId, str], ...] = ()
        set_kind(self, "pane")
        self._title = QLabel(Session.CHAT(), self)
        theme.dress(self._title, Role.BODY_STRONG)
        self._empty = QLabel(Chat.EMPTY(), self)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_kind(self._empty, "hint")
        self.list = ChatList(model, self._person_colour, self._own, theme, self)
        self.list.name_of = self._name_of
        self._pill = make_button(theme, "", "pill", self)
        self._pill.hide()
        self._pill.clicked.connect(lambda _checked=False: self._to_newest())
        self._typing = QLabel(self)
        theme.dress(self._typing, Role.SMALL)
        set_kind(self._typing, "soft")
        self.composer = Composer(theme, clock, self)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._line = QFrame(self)
        set_kind(self._line, "line")
        self._line.setFixedHeight(1)
        # Margins of a layout: a label loses its own while it is smaller than they are.
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._find_button = action_button(theme, "find", self.open_find, self, size=28)
        self._head.addWidget(self._find_button)
        self.finding = Finding(self._ask, self)
        self.find_bar = FindBar(self.finding, theme, self)
        self._came_from: QWidget | None = None
        self._column.addLayout(self._head)
        for part in (self._line, self.find_bar, self.list, self._typing):
            self._column.addWidget(part, 1 if part is self.list else 0)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.composer)
        self._column.addLayout(self._foot)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._wire()
        self._apply()
        self._show_state()

    def _wire(self) -> None:
        composer, rows = self.composer, self.list
        composer.said.connect(self._say)
        composer.changed.connect(self._change)
        composer.typing.connect(lambda: self._submit(SendHint(TypingNow())))
        composer.edit_last.connect(self._edit_last)
        rows.reply_wanted.connect(self._reply)
        rows.edit_wanted.connect(self._edit)
        rows.react_wanted.connect(self._pick_reaction)
        rows.reaction_clicked.connect(self._toggle_reaction)
        rows.take_back_wanted.connect(self.take_back_wanted)
        composer.editing.connect(self._model.set_changing)
        rows.help_wanted.connect(self._help)
        rows.joined_wanted.connect(self._show_theirs)
        self.finding.shown.connect(self._show_found)
        self.finding.changed.connect(self._found_changed)
        self.find_bar.closed.connect(self._end_find)
        rows.link_clicked.connect(self._confirm_link)
        rows.at_top.connect(self._page)
        rows.at_end_changed.connect(self._at_end_changed)
        for changed in (self._people.dataChanged, self._people.modelReset):
            changed.connect(self._show_typing)
            changed.connect(self._show_colours)
        for signal in (self._model.rowsInserted, self._model.rowsRemoved, self._model.modelReset):
            signal.connect(self._show_state)

    # --- what the node tells ----------------------------------------------------------------------

    def begin(self, line: int = 0) -> None:
        """A session is open: fetch its newest lines, and show the one that was in sight before."""
        self._new = self._seen = 0
        self._ask(
            lambda token: ReadChat(token, None, FIRST_ROWS),
            lambda answer: self._began(answer, line),
        )

    def line_in_sight(self) -> int:
        """Index of the line in the middle; 0 at the end."""
        row = None if self.list.is_at_end() and not self._model.detached else self.list.middle_row()
        return (row.index if row is not None else None) or 0

    def renew(self) -> None:
        """The session goes on with a new machine: fetch what is shown again, draft and place stay."""
        if not self._model.detached:
            count = max(FIRST_ROWS, min(self._model.rowCount(), limits.CHAT_PAGE_LINES_MAX))
            self._ask(lambda token: ReadChat(token, None, count), self._renewed)

    def end(self) -> None:
        """No session."""
        self._model.reset(())
        self.composer.let_go()

    def on_event(self, event: EntryPending | ChatRowsChanged | ChatRowsGone | HistoryCame) -> None:
        """Rows changed."""
        match event:
            case ChatRowsChanged(rows):
                at_end = self.list.is_at_end() and not self._model.detached
                new = self._model.change(rows)
                self._came(new, at_end=at_end)
            case ChatRowsGone(first):
                self._model.gone(first)
            case HistoryCame():
                self._older_came()
            case _:
                return

    def add_note(self, text: str, sign: str = "") -> None:
        """A quiet line about the stick, or about what an icon says."""
        at_end = self.list.is_at_end()
        self._model.add_note(text, sign)
        if at_end:
            self.list.to_end()

    def part(self, text: str) -> None:
        """From here on this side works apart."""
        at_end = self.list.is_at_end()
        self._model.part(text)
        if at_end:
            self.list.to_end()

    def meet(self, index: int, title: str, text: str, *, leads: bool) -> None:
        """All met again; the same meeting may say more later."""
        at_end = self.list.is_at_end()
        self._model.meet(index, title, text, leads=leads)
        if at_end:
            self.list.to_end()

    def _show_theirs(self, _place: int) -> None:
        place = self._model.place_of_theirs()
        if place >= 0:
            self.list.setCurrentIndex(self._model.index(place))
            self.list.show_row(place)

    # --- the window -------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.list.set_theme(theme)
        self.find_bar.set_theme(theme)
        dress_icon(self._find_button, theme)
        self.composer.set_theme(theme)
        self._apply()

    def enter(self) -> None:
        """Take the focus."""
        self.composer.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take_back(self, row: ChatRow) -> None:
        """Take an own line back."""
        self._ask(lambda token: DeleteChat(token, row.id), None)

    def event(self, event: QEvent) -> bool:
        """The window has the focus again, or the chat is shown again: what is in sight is read.

        A change of the active window is told to the window alone, that it is active to all in it.
        """
        done = super().event(event)
        if event.type() in {QEvent.Type.WindowActivate, QEvent.Type.Show}:
            # Rows that came meanwhile are laid out first.
            later(self, 0, self._look)
        return done

    def _look(self) -> None:
        if self._is_looked_at() and self.list.is_at_end() and not self._model.detached:
            self._read()

    def _is_looked_at(self) -> bool:
        return self.isVisible() and self.window().isActiveWindow()

    # --- finding ----------------------------------------------------------------------------------

    def open_find(self) -> None:
        """Open the bar to find words, or go back to it; the focus returns where it was."""
        if not self.find_bar.isVisible():
            self._came_from = self.window().focusWidget()
        self.find_bar.enter()

    def _show_found(self, index: int) -> None:
        """Go to a line; if it is not here, to the lines round it."""
        if self._model.set_found(index) >= 0:
            self._scroll_to_found(index)
            return
        self._jump(index, self._scroll_to_found)

    def _jump(self, index: int, then: Callable[[int], None]) -> None:
        """Lines of long ago, round the one with this index."""
        around = index + PAGE_ROWS // 4

        def jumped(answer: Answer) -> None:
            if isinstance(answer, Done) and isinstance(answer.value, tuple):
                self._model.jump(answer.value)
                then(index)
                self._show_new()

        self._ask(lambda token: ReadChat(token, around, PAGE_ROWS), jumped)

    def _go_back_to(self, index: int) -> None:
        place = self._model.place_at(index)
        if place >= 0:
            self.list.show_row(place)
        elif not self._model.detached and not self._model.at_start:
            self._jump(index, self._go_back_to)

    def _scroll_to_found(self, index: int) -> None:
        """The list may not have laid out all of it yet: once more when it has."""
        place = self._model.set_found(index)
        if place >= 0:
            self.list.show_row(place)
            if self.find_bar.isVisible():
                item = self._model.index(place)
                speak(self.list, str(item.data(int(Qt.ItemDataRole.AccessibleTextRole))))

    def _found_changed(self) -> None:
        if not self.finding.indices:
            self._model.set_found(None)

    def _end_find(self) -> None:
        """The focus goes back to where it was."""
        back, self._came_from = self._came_from, None
        if back is not None and shiboken6.isValid(back) and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.enter()

    def _to_newest(self) -> None:
        """The end; if lines of long ago are shown, the newest ones again."""
        if not self._model.detached:
            self.list.to_end()
            return
        self._model.set_found(None)
        self._ask(lambda token: ReadChat(token, None, FIRST_ROWS), self._began)

    # --- inside: lines ----------------------------------------------------------------------------

    def _began(self, answer: Answer, line: int = 0) -> None:
        if isinstance(answer, Done) and isinstance(answer.value, tuple):
            self._model.reset(answer.value)
            self._seen = max(self._seen, self._model.last_index())
            self.list.to_end()
            if line:
                self._go_back_to(line)
            if self._new:
                self._read()
            self._fill_later()
        self._show_new()

    def _renewed(self, answer: Answer) -> None:
        if isinstance(answer, Done) and isinstance(answer.value, tuple):
            with self.list.keeping_place():
                new = self._model.renew(answer.value)
            if self._new:
                self._model.mark_unread(self._seen)
            self._came(new, at_end=self.list.is_at_end())

    def _page(self) -> None:
        """Older lines, when somebody scrolls to the first one."""
        first = self._model.first_index()
        if self._paging or self._model.at_start or first is None:
            return
        self._paging = True
        self._ask(lambda token: ReadChat(token, first, PAGE_ROWS), self._paged)

    def _paged(self, answer: Answer) -> None:
        self._paging = False
        if isinstance(answer, Done) and isinstance(answer.value, tuple):
            with self.list.staying():
                self._model.older(answer.value)
            self._fill_later()

    def _older_came(self) -> None:
        """Older lines than those of a newcomer's first look are here now."""
        self._model.at_start = False
        if self._model.first_index() is None:
            self.renew()
        else:
            self._fill_later()

    def _fill_later(self) -> None:
        """On a very high screen a page may leave room for more, and nothing to scroll."""
        later(self, 0, self._fill)

    def _fill(self) -> None:
        if self.isVisible() and self.list.verticalScrollBar().maximum() == 0:
            self._page()

    def _came(self, new: int, *, at_end: bool) -> None:
        looking = self._is_looked_at()
        if at_end:
            self.list.to_end()
            self._model.trim()
        if new and not (at_end and looking):
            if not self._new:
                self._model.mark_unread(self._seen)
            self._new += new
        elif at_end and looking:
            self._read()
        self._show_new()

    def _read(self) -> None:
        """Everything has been seen."""
        last = self._model.last_index()
        if last > self._seen and not self._model.detached:
            self._seen = last
            self._submit(SendHint(SeenUpTo(last)))
        if self._model.has_joined:
            later(self, _JOINED_SEEN_MS, self._model.forget_joined)
        if self._new:
            self._new = 0
            later(self, 3_000, self._unmark)
        self._show_new()

    def _unmark(self) -> None:
        if not self._new:
            self._model.mark_unread(None)

    def _at_end_changed(self, at_end: bool) -> None:
        if at_end and not self._model.detached and self.window().isActiveWindow():
            self._read()
        self._show_new()

    # --- inside: what people do -------------------------------------------------------------------

    def _say(self, text: str, reply: EntryId | None) -> None:
        self._answered(lambda token: SayChat(token, text, reply), text)
        self._to_newest()

    def _change(self, of: EntryId, text: str) -> None:
        self._answered(lambda token: EditChat(token, of, text), text)

    def _answered(self, make: Callable[[int], Answered], text: str) -> None:
        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                self.composer.put_back(text, answer.why)

        self._ask(make, then)

    def _reply(self, row: ChatRow) -> None:
        self.composer.reply_to(
            row.id, Chat.REPLY_TO(name=shown_name(row), text=plain_line(row.text))
        )

    def _edit(self, row: ChatRow) -> None:
        self.composer.edit(row.id, row.text)

    def _help(self, row: ChatRow, wanted: Help) -> None:
        if wanted is Help.TRIED:
            self.tried_wanted.emit(row)
        else:
            self.composer.write_again(row.text)

    def _edit_last(self) -> None:
        row = self._model.last_own()
        if row is not None:
            self._edit(row)

    def _pick_reaction(self, row: ChatRow, where: QPoint) -> None:
        picker = EmojiPicker(self._theme, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.chosen.connect(lambda emoji: self._toggle_reaction(row, emoji))
        picker.open_at(where)

    def _toggle_reaction(self, row: ChatRow, emoji: str) -> None:
        own = self._own()
        on = own is None or not reacted(row, emoji, own)
        self._ask(lambda token: ReactChat(token, row.id, emoji, on), None)

    def _confirm_link(self, url: QUrl) -> None:
        """Say where a link leads before it is followed."""
        if url.scheme() not in FOLLOWED_SCHEMES:
            return
        dialog = QDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(Chat.LINK_TITLE())
        column = QVBoxLayout(dialog)
        host = QLabel(Chat.LINK_PLACE(place=url.host() or url.path()), dialog)
        self._theme.dress(host, Role.HEADING)
        whole = QLabel(url.toString()[:400], dialog)
        whole.setTextFormat(Qt.TextFormat.PlainText)
        whole.setWordWrap(True)
        set_kind(whole, "soft")
        buttons = QDialogButtonBox(dialog)
        follow = make_button(self._theme, Common.OPEN(), "primary")
        buttons.addButton(follow, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = make_button(self._theme, Common.CANCEL(), "quiet")
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        for part in (host, whole, buttons):
            column.addWidget(part)
        buttons.accepted.connect(dialog.accept)
        buttons.rejected.connect(dialog.reject)
        dialog.accepted.connect(lambda: QDesktopServices.openUrl(url))
        dialog.open()

    # --- inside: what is shown --------------------------------------------------------------------

    def _own(self) -> SiteId | None:
        own = self._people.own()
        return own.site if own is not None else None

    def _person_colour(self, site: SiteId) -> str | None:
        return self._people.colour(site)

    def _name_of(self, site: SiteId) -> str:
        person = self._people.person(site)
        return person.name if person is not None else People.NEW()

    def _show_state(self) -> None:
        self._empty.setVisible(self._model.rowCount() == 0)
        if self._model.waits() and not self._tick.isActive():
            self._tick.start()

    def _ticked(self) -> None:
        if self._model.waits():
            self._model.refresh_waiting()
        else:
            self._tick.stop()

    def _show_typing(self) -> None:
        names = self._people.typing()
        text = Chat.TYPING(len(names), names=figures.names(names)) if names else ""
        margins, metrics = self._typing.contentsMargins(), self._typing.fontMetrics()
        room = self._typing.width() - margins.left() - margins.right()
        if len(names) > 1 and metrics.horizontalAdvance(text) > room:
            text = Chat.TYPING_MANY(count=len(names))
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        if self._typing.text() != text:
            self._typing.setText(text)

    def _show_colours(self) -> None:
        """Lines wear the colour that their author has now."""
        colours = tuple([(row.person.site, row.person.colour) for row in self._people.rows()])
        if colours != self._colours:
            self._colours = colours
            self.list.viewport().update()

    def _show_new(self) -> None:
        self.unread.emit(self._new)
        away = self._model.detached
        shown = away or (self._new > 0 and not self.list.is_at_end())
        some = self._new > 0
        self._pill.setText(Chat.NEW_LINES(count=self._new) if some else Chat.TO_NEWEST())
        self._pill.setVisible(shown)
        self._place()

    def _apply(self) -> None:
        px = self._theme.px
        self._head.setContentsMargins(px(16), px(6), px(10), px(6))
        self._typing.setContentsMargins(px(16), px(2), px(14), px(2))
        self._typing.setFixedHeight(self._theme.line(Role.SMALL) + px(6))
        self._foot.setContentsMargins(px(12), 0, px(12), px(12))
        self._place()

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """What floats stays in its place."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._show_typing()
        self._place()

    def _place(self) -> None:
        px, area = self._theme.px, self.list.geometry()
        self._pill.adjustSize()
        self._pill.move(
            area.center().x() - self._pill.width() // 2, area.bottom() - self._pill.height() - px(8)
        )
        width = min(area.width() - px(40), px(260))
        height = self._empty.heightForWidth(width)
        self._empty.setGeometry(
            area.center().x() - width // 2, area.center().y() - height // 2, width, height
        )
        self._empty.raise_()
        self._pill.raise_()
