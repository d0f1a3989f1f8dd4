"""A small palette of reactions: arrow keys, click or Enter choose one, Esc closes it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QWidget

from app.ui.fonts import Role
from app.ui.strings import Emoji
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

COLUMNS = 6


class EmojiPicker(QFrame):
    """`chosen` carries the emoji."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_kind(self, "bar")
        self.setAccessibleName(Emoji.TITLE())
        grid = QGridLayout(self)
        grid.setContentsMargins(*[theme.px(6)] * 4)
        grid.setSpacing(theme.px(2))
        font = QFont(theme.font(Role.HEADING))
        self._buttons: list[QToolButton] = []
        for place, (emoji, name) in enumerate(Emoji.ALL.items()):
            button = QToolButton(self)
            button.setText(emoji)
            button.setFont(font)
            button.setFixedSize(theme.px(34), theme.px(32))
            button.setAccessibleName(name())
            button.setToolTip(name())
            button.clicked.connect(lambda _checked=False, shown=emoji: self._choose(shown))
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
            self._buttons.append(button)

    def open_at(self, where: QPoint) -> None:
        """Show it with its lower right corner at a place of the screen, or below if that is off."""
        self.adjustSize()
        corner = where - QPoint(self.width(), self.height())
        screen = self.screen().availableGeometry()
        corner.setX(min(max(corner.x(), screen.left()), screen.right() - self.width()))
        if corner.y() < screen.top():
            corner.setY(where.y())
        self.move(corner)
        self.show()
        self._buttons[0].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move, Enter chooses."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -COLUMNS,
            Qt.Key.Key_Down: COLUMNS,
        }
        step = steps.get(Qt.Key(event.key()))
        focus = next((at for at, each in enumerate(self._buttons) if each.hasFocus()), 0)
        if step is not None:
            self._buttons[(focus + step) % len(self._buttons)].setFocus()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._buttons[focus].click()
        else:
            super().keyPressEvent(event)

    def _choose(self, emoji: str) -> None:
        self.close()
        self.chosen.emit(emoji)
