"""The bar to find words in the chat: a field, how many, next and previous, close."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.core import limits
from app.ui.fonts import Role
from app.ui.models.finding import Finding
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.speech import speak
from app.ui.strings import Chat, Common
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

_PAUSE_MS = 200
"""A pause in typing this long begins the search."""


class FindBar(QFrame):
    """Enter goes to the next place, Shift+Enter back, Esc closes: `closed`."""

    closed = Signal()

    def __init__(self, finding: Finding, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding = finding
        self._theme = theme
        set_kind(self, "pane")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(Chat.FIND())
        self.field.setAccessibleName(Chat.FIND())
        self.field.setMaxLength(limits.CHAT_FIND_CHARACTERS_MAX)
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self._count = QLabel(self)
        self._nothing = QLabel(self)
        self._nothing.setWordWrap(True)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(self._count, "soft")
        set_kind(self._nothing, "soft")
        newer = Common.WITH_KEY(name=Chat.FIND_NEWER(), key="Shift+Enter")
        older = Common.WITH_KEY(name=Chat.FIND_OLDER(), key="Enter")
        shut = Common.WITH_KEY(name=Common.CLOSE(), key="Esc")
        self.older = icon_button(theme, "left", older, self, size=28, then=self._older)
        self.newer = icon_button(theme, "right", newer, self, size=28, then=self._newer)
        self._close = icon_button(theme, "close", shut, self, size=28, then=self.close_it)
        self._row = QHBoxLayout()
        self._row.addWidget(self.field, 1)
        for part in (self._count, self.older, self.newer, self._close):
            self._row.addWidget(part)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self._nothing)
        finding.changed.connect(self._show)
        self.set_theme(theme)
        self._show()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        px = theme.px
        theme.dress(self.field, Role.BODY)
        theme.dress(self._count, Role.SMALL)
        theme.dress(self._nothing, Role.SMALL)
        dress_icons(self, theme)
        self._row.setSpacing(px(2))
        self._column.setSpacing(px(6))
        self._column.setContentsMargins(px(12), px(8), px(8), px(8))

    def enter(self) -> None:
        """Show it, and take the focus."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_it(self) -> None:
        """Away; nothing is looked for any more."""
        self._pause.stop()
        self._finding.look_for("")
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter, Shift+Enter, Up and Down, Esc."""
        key, back = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._newer() if back else self._older()
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._older() if key == Qt.Key.Key_Up else self._newer()
        else:
            super().keyPressEvent(event)

    def _look(self) -> None:
        self._pause.stop()
        if self.field.text().strip() != self._finding.text:
            self._finding.look_for(self.field.text())

    def _older(self) -> None:
        """Words that were just typed are looked for at once."""
        if self._pause.isActive():
            self._look()
        else:
            self._finding.step(1)

    def _newer(self) -> None:
        self._finding.step(-1)

    def _show(self) -> None:
        finding, said = self._finding, self._finding.said()
        nothing = bool(finding.text) and not finding.indices
        before = self._nothing.text()
        self._count.setText("" if nothing else said)
        self._count.setVisible(bool(said) and not nothing)
        self._nothing.setText(said if nothing else "")
        self._nothing.setVisible(bool(said) and nothing)
        for button in (self.older, self.newer):
            button.setEnabled(len(finding.indices) > 1)
        if nothing and not finding.running and said != before:
            speak(self.field, said)
