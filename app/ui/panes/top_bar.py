"""The top bar: menu, name of the session, the stick's pill in the middle, panel, invite."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.ui import figures
from app.ui.actions import ACTIONS, accessible_name
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.models.status import SessionStatus
from app.ui.panes.buttons import action_button, dress_icons
from app.ui.panes.hairline import draw_hairline
from app.ui.panes.parts import Line, lead_icon
from app.ui.panes.pill import StickPill
from app.ui.panes.roving import Roving
from app.ui.strings import Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT = 48
DOT = 8
"""Of new lines in a chat that is shut, in pixels at 100 % text."""
HELD_SAID_FROM_SECONDS = 60


class TopBar(QFrame):
    """`menu`, `chat`, `panel`, `stick`, `why` and `invite` are wishes of the person.

    `chat` and `panel` show or hide, the pill only shows: the whole panel, or why the stick moved.
    The chat has a button only where it stands over the board or is hidden: else it is in sight.
    """

    menu = Signal()
    chat = Signal()
    panel = Signal()
    stick = Signal()
    why = Signal()
    invite = Signal()

    def __init__(self, status: SessionStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        set_kind(self, "chrome")
        self.menu_button = action_button(theme, "menu", self.menu.emit, self)
        self._title = Line(theme, "", Role.HEADING)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chat_button = action_button(theme, "chat-toggle", self.chat.emit, self)
        self._new = NewLines(self.chat_button, theme)
        self.panel_button = action_button(theme, "stick-panel", self.panel.emit, self)
        self.invite_button = make_button(theme, Session.INVITE(), "primary", self)
        self.invite_button.clicked.connect(lambda _checked=False: self.invite.emit())
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.menu_button)
        self._row.addWidget(self._title, 1)
        self._row.addStretch(1)
        self._row.addWidget(self.chat_button)
        self._row.addWidget(self.panel_button)
        self._row.addWidget(self.invite_button)
        self.pill = StickPill(theme, self)
        self.pill.clicked.connect(lambda _checked=False: self._on_pill())
        status.changed.connect(self.refresh)
        status.moved.connect(self.pill.say)
        self._apply()
        self.refresh()
        self._roving = Roving(self)

    def enter(self) -> None:
        """Take the focus."""
        self._roving.enter()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        dress_icons(self, theme)
        self._new.set_theme(theme)
        self.pill.set_theme(theme)
        self._apply()

    def set_chat(self, *, offered: bool, shown: bool) -> None:
        """Whether the chat needs a button, and whether it is open."""
        self.chat_button.setVisible(offered)
        self.chat_button.setChecked(shown)

    def set_new(self, count: int) -> None:
        """So many lines came that nobody looked at."""
        self._new.setVisible(count > 0)
        name = accessible_name(ACTIONS["chat-toggle"])
        self.chat_button.setAccessibleName(
            Session.CHAT_NEW(chat=name, count=count) if count else name
        )

    def refresh(self) -> None:
        """What it says follows the session, and the minutes."""
        status = self._status
        self._title.setText(status.title)
        self._title.setToolTip(status.title)
        seconds = status.held_seconds()
        held = figures.duration(seconds - seconds % 60) if seconds >= HELD_SAID_FROM_SECONDS else ""
        self.pill.set_rest(status.stick_text(), held, apart=not status.can_settle)

    def _on_pill(self) -> None:
        (self.why if self.pill.says_a_move else self.stick).emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The pill stays in the middle."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline below."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=True)
        painter.end()

    def _apply(self) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        self.setFixedHeight(max(px(HEIGHT), self._theme.line(Role.BODY) + px(20)))
        self._row.setContentsMargins(px(12), 0, px(12), 0)
        self._row.setSpacing(px(8))
        lead_icon(self.invite_button, "invite", self._theme, tokens.on_ink)
        self._place()

    def _place(self) -> None:
        px = self._theme.px
        side = max(
            self._title.fontMetrics().horizontalAdvance(self._title.text()) + px(72), px(150)
        )
        side = min(side, self.width() // 3)
        # The pill may grow up to there when it says a sentence.
        self._title.setMaximumWidth(side - self._title.x() - px(8))
        self.pill.place(self.width() // 2, max(self.width() - 2 * side, px(160)))


class NewLines(QWidget):
    """A dot in the corner of the chat's button."""

    def __init__(self, button: QWidget, theme: Theme) -> None:
        super().__init__(button)
        self._button = button
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme: the button has its new size."""
        self._theme = theme
        side = theme.px(DOT) + 2
        self.setGeometry(self._button.width() - side - theme.px(3), theme.px(3), side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """With a rim of the bar's colour, so that it stands off the icon."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.window), 2))
        painter.setBrush(QColor(tokens.focus))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
