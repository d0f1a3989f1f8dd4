"""The invite: a link to copy, how long and how often it lets in, and all links to take back."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.node.api import Answered, Denied, Done, InviteShown, MakeInvite, ReadInvites, RevokeInvite
from app.ui.bridge import Answer
from app.ui.controls import Choice, make_button
from app.ui.fonts import Role
from app.ui.moments import Clock, day_name, day_of, time_of_day
from app.ui.panes.chat import Ask
from app.ui.panes.parts import hairline, lead_icon, words
from app.ui.strings import Common, Invite
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

_HOUR_MS = 3_600_000
_ENDS = (
    (Invite.END_NEVER, 0),
    (Invite.END_HOUR, _HOUR_MS),
    (Invite.END_DAY, 24 * _HOUR_MS),
    (Invite.END_WEEK, 7 * 24 * _HOUR_MS),
)
_USES = ((Invite.USES_ANY, 0), (Invite.USES_ONE, 1))


class InviteDialog(QDialog):
    """`copied` after the link went to the clipboard."""

    copied = Signal()

    def __init__(
        self,
        title: str,
        link: str,
        ask: Ask,
        theme: Theme,
        clock: Clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._submit = ask
        self._theme = theme
        self._clock = clock
        self._links: dict[tuple[int, int], str] = {(0, 0): link}
        self._invites: tuple[InviteShown, ...] = ()
        px = theme.px
        self.setWindowTitle(Invite.TITLE(session=title))
        self.setMinimumWidth(px(520))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(10))
        column.addWidget(words(theme, Invite.TITLE(session=title), Role.TITLE, wrap=True))
        column.addWidget(words(theme, Invite.NOTE(), Role.BODY, "soft", wrap=True))
        column.addSpacing(px(6))
        column.addLayout(self._choices())
        column.addLayout(self._link_row())
        self._nearby = words(theme, "", Role.SMALL, "soft", wrap=True)
        self._nearby.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._nearby.hide()
        column.addWidget(self._nearby)
        self._news = words(theme, "", Role.SMALL, "danger", wrap=True)
        self._news.hide()
        column.addWidget(self._news)
        column.addSpacing(px(8))
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        column.addStretch(1)
        self._show_link()
        self._read()
        self._copy.setFocus()

    def link(self) -> str:
        """The link that is shown."""
        return self._field.text()

    def say_address(self, address: str) -> None:
        """Where people of this network find the session; empty if they are not to."""
        self._nearby.setText(Invite.ADDRESS(address=address))
        self._nearby.setVisible(bool(address))

    # --- making -----------------------------------------------------------------------------------

    def _choices(self) -> QHBoxLayout:
        theme, px = self._theme, self._theme.px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._end = Choice(theme, Invite.END())
        self._end.addItems([text() for text, _span in _ENDS])
        self._uses = Choice(theme, Invite.USES())
        self._uses.addItems([text() for text, _count in _USES])
        for label, choice in ((Invite.END(), self._end), (Invite.USES(), self._uses)):
            row.addWidget(words(theme, label, Role.BODY, "soft"))
            row.addWidget(choice)
            row.addSpacing(px(8))
            choice.currentIndexChanged.connect(lambda _at: self._show_link())
        row.addStretch(1)
        return row

    def _link_row(self) -> QHBoxLayout:
        theme, px = self._theme, self._theme.px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._field = QLineEdit()
        self._field.setReadOnly(True)
        self._field.setAccessibleName(Invite.LINK())
        theme.dress(self._field, Role.NUMBER)
        row.addWidget(self._field, 1)
        self._copy = make_button(theme, Invite.COPY_LINK(), "primary")
        lead_icon(self._copy, "copy", theme, theme.tokens.on_ink)
        self._copy.setDefault(True)
        self._copy.clicked.connect(lambda _checked=False: self._pressed())
        row.addWidget(self._copy)
        return row

    def _ask(self, make: Callable[[int], Answered], then: Callable[[Answer], None]) -> None:
        """Ask the site; an answer that comes when the dialog is gone tells nobody."""

        def tell(answer: Answer) -> None:
            if shiboken6.isValid(self):
                then(answer)

        self._submit(make, tell)

    # --- the link ---------------------------------------------------------------------------------

    def _wish(self) -> tuple[int, int]:
        return self._end.currentIndex(), _USES[self._uses.currentIndex()][1]

    def _show_link(self) -> None:
        """The link of these choices, or the offer to make one."""
        link = self._links.get(self._wish(), "")
        self._field.setText(link)
        self._field.setCursorPosition(0)
        self._copy.setText(Invite.COPY_LINK() if link else Invite.MAKE())

    def _pressed(self) -> None:
        if self._field.text():
            QGuiApplication.clipboard().setText(self._field.text())
            self._copy.setText(Common.COPIED())
            self.copied.emit()
            return
        wish, now = self._wish(), self._clock.wall_ms()
        span = _ENDS[wish[0]][1]
        end_ms = now + span if span else 0
        self._ask(
            lambda token: MakeInvite(token, end_ms, wish[1], "editor", now),
            lambda answer: self._made(wish, answer),
        )

    def _made(self, wish: tuple[int, int], answer: Answer) -> None:
        if isinstance(answer, Denied):
            self._complain(answer.why)
            return
        self._links[wish] = str(answer.value)
        if self._wish() == wish:
            self._show_link()
        self._read()

    # --- all links --------------------------------------------------------------------------------

    def _read(self) -> None:
        self._ask(ReadInvites, self._show_all)

    def _show_all(self, answer: Answer) -> None:
        if not isinstance(answer, Done) or not isinstance(answer.value, tuple):
            return
        now = self._clock.wall_ms()
        self._invites = tuple(
            [
                each
                for each in answer.value
                if isinstance(each, InviteShown)
                and not each.revoked
                and (not each.end_ms or each.end_ms > now)
            ]
        )
        good = {each.link for each in self._invites}
        self._links = {wish: link for wish, link in self._links.items() if link in good}
        # The same invite may have another text now: it names those who can be called today.
        lasting = [each.link for each in self._invites if not each.end_ms and not each.uses]
        if lasting:
            self._links.setdefault((0, 0), lasting[0])
        if self._field.text() not in good:
            self._show_link()
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for invite in self._invites:
            self._list.addWidget(hairline())
            self._list.addWidget(self._row(invite))
        self.adjustSize()

    def _row(self, invite: InviteShown) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, px(6), 0, px(6))
        text = self._said(invite)
        row.addWidget(words(theme, text), 1)
        button = make_button(theme, Invite.TAKE_BACK(), "quiet")
        set_kind(button, "danger")
        button.setAccessibleName(Common.WITH_KEY(name=Invite.TAKE_BACK(), key=text))
        button.clicked.connect(lambda _checked=False: self._take_back(invite))
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        return frame

    def _said(self, invite: InviteShown) -> str:
        used, uses = invite.used, invite.uses
        until = self._until(invite.end_ms)
        if not uses:
            return Invite.ROW_ANY(until=until)
        return Invite.ROW_COUNTED(until=until, used=used, uses=uses)

    def _until(self, end_ms: int) -> str:
        day, today = day_of(end_ms), day_of(self._clock.wall_ms())
        if not end_ms:
            return Invite.UNTIL_NEVER()
        if day == today:
            return Invite.UNTIL_TODAY(time=time_of_day(end_ms))
        return Invite.UNTIL_DAY(time=time_of_day(end_ms), day=day_name(day, today))

    def _take_back(self, invite: InviteShown) -> None:
        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                self._complain(answer.why)
            else:
                self._links = {
                    wish: link for wish, link in self._links.items() if link != invite.link
                }
                self._show_link()
                self._read()

        self._ask(lambda token: RevokeInvite(token, invite.id_hex), then)

    def _complain(self, why: str) -> None:
        self._news.setText(Invite.REFUSED(reason=why))
        self._news.show()
