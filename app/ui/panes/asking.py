"""Cards of those who ask to join: who, the six words, let in or refuse. They never pop up.

They stand on top of the people. Where the people are a rail, a button with the count opens them
beside it.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.node.api import AskedToJoin
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.panes.marks import Marks
from app.ui.panes.parts import words
from app.ui.panes.six_words import SixWords
from app.ui.strings import Nearby
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme


class AskingCards(QFrame):
    """One card for each; `admitted` and `refused` carry the site, `counted` how many wait."""

    admitted = Signal(str)
    refused = Signal(str)
    counted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._askers: dict[str, AskedToJoin] = {}
        self._column = QVBoxLayout(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._make()

    def add(self, asker: AskedToJoin) -> None:
        """Somebody asks."""
        self._askers[asker.site] = asker
        self._make()

    def drop(self, site: str) -> None:
        """Nobody has to answer any more."""
        if self._askers.pop(site, None) is not None:
            self._make()

    def count(self) -> int:
        """How many wait."""
        return len(self._askers)

    def enter(self) -> None:
        """Take the focus, if there is anything to answer."""
        self.focusNextChild()

    def _make(self) -> None:
        px = self._theme.px
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._column.setContentsMargins(px(10), px(10), px(10), px(4))
        self._column.setSpacing(px(8))
        for asker in self._askers.values():
            self._column.addWidget(self._card(asker))
        self.counted.emit(len(self._askers))

    def _card(self, asker: AskedToJoin) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame = QFrame()
        set_kind(frame, "card")
        frame.setAccessibleName(Nearby.CARD(name=asker.name))
        column = QVBoxLayout(frame)
        column.setContentsMargins(px(12), px(10), px(12), px(12))
        column.setSpacing(px(8))
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(Marks(theme, ((asker.name, asker.colour),), 28))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(words(theme, asker.name, Role.BODY_STRONG, wrap=True))
        text.addWidget(words(theme, Nearby.SAW_IT(), Role.SMALL, "soft"))
        head.addLayout(text, 1)
        column.addLayout(head)
        column.addWidget(SixWords(theme, asker.words, columns=2))
        note = Nearby.CARD_COMPARE(name=asker.name)
        column.addWidget(words(theme, note, Role.SMALL, "soft", wrap=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        let_in = make_button(theme, Nearby.LET_IN(), "primary")
        let_in.clicked.connect(lambda _checked=False: self.admitted.emit(asker.site))
        refuse = make_button(theme, Nearby.REFUSE())
        refuse.clicked.connect(lambda _checked=False: self.refused.emit(asker.site))
        buttons.addWidget(let_in, 1)
        buttons.addWidget(refuse)
        column.addLayout(buttons)
        return frame
