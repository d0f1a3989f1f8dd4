"""Cards of those who ask to join: who, the six words, let in or refuse. They never pop up.

They stand on top of the people. Where the people are a rail, a button with the count opens them
beside it. A card that just came, or moved up because another went, takes no click: nobody may be let
in because a button slid under the pointer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.ids import SiteId
from app.core.instant import MILLI, Micros
from app.node.api import AskedToJoin
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.moments import Clock
from app.ui.panes.marks import Marks
from app.ui.panes.parts import words
from app.ui.panes.six_words import SixWords
from app.ui.strings import Nearby
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

GUARD_MICROS = 400 * MILLI
"""Longer than a hand needs to stop a click that was meant for what stood there before."""


class AskingCards(QFrame):
    """One card for each; `admitted` and `refused` carry the site, `counted` how many wait.

    `left`: `Esc` was pressed; `done`: the card that had the focus is gone.
    """

    admitted = Signal(str)
    refused = Signal(str)
    counted = Signal(int)
    left = Signal()
    done = Signal()

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._cards: dict[SiteId, _Card] = {}
        inner = QFrame()
        self._column = QVBoxLayout(inner)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        # What scrolls is no stop on the way of Tab: it would show no ring.
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # What is behind shows through, round corners too.
        for each in (inner, self._scroll.viewport()):
            each.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._space()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._space()
        for site, card in self._cards.items():
            self._put(site, self._make(card.asker, card.moved_at))

    def add(self, asker: AskedToJoin) -> None:
        """Somebody asks, or asks with other words."""
        before = self._cards.get(asker.site)
        if before is None or before.asker != asker:
            self._put(asker.site, self._make(asker, self._clock.now()))
            self.counted.emit(len(self._cards))

    def set_all(self, askers: Iterable[AskedToJoin]) -> None:
        """Exactly these ask."""
        here = {asker.site: asker for asker in askers}
        for site in [each for each in self._cards if each not in here]:
            self.drop(site)
        for asker in here.values():
            self.add(asker)

    def drop(self, site: SiteId) -> None:
        """Nobody has to answer any more."""
        card = self._cards.get(site)
        if card is None:
            return
        focus = self.window().focusWidget()
        held = focus is not None and card.isAncestorOf(focus)
        sites = list(self._cards)
        for below in sites[sites.index(site) + 1 :]:
            self._cards[below].moved_at = self._clock.now()
        del self._cards[site]
        _throw_away(card)
        self.counted.emit(len(self._cards))
        if held:
            self.done.emit()

    def count(self) -> int:
        """How many wait."""
        return len(self._cards)

    def fit(self, width: int, room: int) -> None:
        """As high as the cards need at this width, but no higher than `room`: then they scroll."""
        if self._cards:
            self.setFixedHeight(min(self._column.totalHeightForWidth(width), room))

    def enter(self) -> None:
        """Take the focus, if there is anything to answer."""
        for card in self._cards.values():
            card.let_in.setFocus(Qt.FocusReason.PopupFocusReason)
            return

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """`Esc` leaves them unanswered."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _space(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(10), px(10), px(10), px(8))
        self._column.setSpacing(px(8))

    def _put(self, site: SiteId, card: _Card) -> None:
        """In the place of the one that was there, or below all."""
        before = self._cards.get(site)
        if before is None:
            self._column.addWidget(card)
        else:
            self._column.replaceWidget(before, card)
            _throw_away(before)
        # A layout counts what is shown only, and would show it later.
        card.show()
        self._cards[site] = card

    def _make(self, asker: AskedToJoin, moved_at: Micros) -> _Card:
        card = _Card(self._theme, asker, moved_at)
        card.let_in.clicked.connect(lambda _on=False: self._answer(card, self.admitted.emit))
        card.refuse.clicked.connect(lambda _on=False: self._answer(card, self.refused.emit))
        return card

    def _answer(self, card: _Card, tell: Callable[[str], None]) -> None:
        if self._clock.now() - card.moved_at >= GUARD_MICROS:
            tell(card.asker.site)


class _Card(QFrame):
    """One who asks; `moved_at` is when it came to its place."""

    def __init__(self, theme: Theme, asker: AskedToJoin, moved_at: Micros) -> None:
        super().__init__()
        self.asker = asker
        self.moved_at = moved_at
        px = theme.px
        set_kind(self, "card")
        self.setAccessibleName(Nearby.CARD(name=asker.name))
        column = QVBoxLayout(self)
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
        self.let_in = make_button(theme, Nearby.LET_IN(), "primary")
        self.refuse = make_button(theme, Nearby.REFUSE())
        for button in (self.let_in, self.refuse):
            button.setAccessibleDescription(Nearby.CARD(name=asker.name))
        buttons.addWidget(self.let_in, 1)
        buttons.addWidget(self.refuse)
        column.addLayout(buttons)


def _throw_away(card: QWidget) -> None:
    card.setParent(None)
    card.deleteLater()
