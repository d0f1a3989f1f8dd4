"""The panel beside a shared program: floor, copies, actions, and where files go; it scrolls."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.node.api import ShareShown
from app.ui.fonts import Role
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.parts import hairline, words
from app.ui.share.actions import ActionsBox
from app.ui.share.copies import CopiesBox
from app.ui.share.floor import FloorBox
from app.ui.share.model import ShareModel
from app.ui.share.parts import Sign
from app.ui.share.wishes import Make, Wish
from app.ui.strings import Actions, Share
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

WIDTH, WIDTH_WIDE = 288, 320


class SidePanel(QFrame):
    """`closed`: put away, by its button or Esc, where it lies over the program's tab."""

    closed = Signal()

    def __init__(
        self,
        model: ShareModel,
        theme: Theme,
        ask: Callable[[Make], None],
        wished: Callable[[Wish], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share: ShareShown | None = None
        self._docked = True
        self.floor = FloorBox(model, theme, ask, wished)
        self.copies = CopiesBox(model, theme, wished)
        self.done = ActionsBox(model, theme)
        self._close = icon_button(
            theme, "close", Share.CLOSE_SIDE(), self, size=28, then=self.closed.emit
        )
        inner = QFrame()
        set_kind(inner, "pane")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.floor, hairline(), self.copies, hairline()):
            column.addWidget(part)
        column.addWidget(self.done, 1)
        column.addWidget(hairline())
        column.addLayout(self._files_note(theme))
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self._outer = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._head.addStretch(1)
        self._head.addWidget(self._close)
        self._outer.addLayout(self._head)
        self._outer.addWidget(self._scroll, 1)
        self._outer.setSpacing(0)
        self.dock(docked=True)

    def _files_note(self, theme: Theme) -> QHBoxLayout:
        px = theme.px
        row = QHBoxLayout()
        row.setContentsMargins(px(16), px(10), px(16), px(14))
        row.setSpacing(px(10))
        self._sign = Sign(16)
        signs = QVBoxLayout()
        signs.addWidget(self._sign)
        signs.addStretch(1)
        row.addLayout(signs)
        row.addWidget(words(theme, Actions.FILES_NOTE(), Role.SMALL, "soft", wrap=True), 1)
        return row

    def dock(self, *, docked: bool) -> None:
        """Beside the program's tab, or over it with a frame and a button to close it."""
        self._docked = docked
        set_kind(self, "docked" if docked else "bar")
        self._close.setVisible(not docked)
        px = self._theme.px
        side = 0 if docked else px(4)
        self._outer.setContentsMargins(1, side, 1, side)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        dress_icons(self, theme)
        if self._share is not None:
            self.show_share(self._share)

    def show_share(self, share: ShareShown) -> None:
        """Follow the share."""
        self._share = share
        theme = self._theme
        self._sign.show_icon(theme, "folder", theme.tokens.text_soft)
        for part in (self.floor, self.copies, self.done):
            part.show_share(theme, share)

    def enter(self) -> None:
        """Take the focus."""
        self.floor.policy.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc closes it where it lies over something."""
        if event.key() == Qt.Key.Key_Escape and not self._docked:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Times count again."""
        super().showEvent(event)
        if self._share is not None:
            self.show_share(self._share)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self.floor.hide_times()
