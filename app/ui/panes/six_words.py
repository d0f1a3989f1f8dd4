"""The six words of a handshake, as two people compare them: each in its own well."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from app.ui.fonts import Role
from app.ui.panes.parts import words
from app.ui.theme import Theme


class SixWords(QWidget):
    """In rows of `columns`; a screen reader says them as one sentence."""

    def __init__(self, theme: Theme, six: tuple[str, ...], columns: int = 6) -> None:
        super().__init__()
        self.setAccessibleName(" ".join(six))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(4))
        for place, word in enumerate(six):
            grid.addWidget(words(theme, word, Role.CODE, "code"), place // columns, place % columns)
        grid.setColumnStretch(columns, 1)
