"""A toast over the work: what you just did, for six seconds; one at a time, never for errors."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.ui.fonts import Role, Weight
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

SHOWN_MS = 6_000
HEIGHT = 44


class Toast(QFrame):
    """Floats above the lower edge of its parent."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._theme = theme
        set_kind(self, "toast")
        self._text = QLabel(self)
        theme.dress(self._text, Role.BUTTON)
        self._text.setFont(theme.font(Role.BODY, Weight.MEDIUM))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        row.addWidget(self._text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def say(self, text: str) -> None:
        """Show it; another one is replaced."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)

    def place(self) -> None:
        """Where it belongs after a change of size."""
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.adjustSize()
        self.move(
            (self._over.width() - self.width()) // 2,
            self._over.height() - self.height() - self._theme.px(120),
        )

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """It stays while somebody reads."""
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Then it goes."""
        super().leaveEvent(event)
        self._timer.start(1_500)
