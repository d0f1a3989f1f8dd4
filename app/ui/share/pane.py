"""The tab of one shared program: head, well, situation, side panel. It owns widgets and no state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.instant import MILLI
from app.node.api import Answered, Denied
from app.ui.bridge import Answer
from app.ui.share.card import SituationCard
from app.ui.share.head import ShareHead
from app.ui.share.model import REFUSED_MICROS, ShareModel
from app.ui.share.side import WIDTH, WIDTH_WIDE, SidePanel
from app.ui.share.situation import situation
from app.ui.share.well import Well
from app.ui.share.wishes import Make, Wish, command_of
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

DOCKED_FROM = 780
WIDE_FROM = 1_500
_CARD_ALONE = 560
_ANY_WIDTH = 16_777_215
"""Qt's own for no bound."""

Ask = Callable[[Callable[[int], Answered], Callable[[Answer], None] | None], None]
Stop = tuple[QWidget, Callable[[], object]]


class SharePane(QFrame):
    """`wish` carries what needs a question or another part of the window: a `Wish`.

    Args:
        share: the share's id; the model knows it.
        model: what is known of all shares.
        ask: submits a command that is made of a number; the second gets its one answer.
        theme: how it looks.
    """

    wish = Signal(object)

    def __init__(
        self, share: str, model: ShareModel, ask: Ask, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.share_id = share
        self._model = model
        self._submit = ask
        self._theme = theme
        self._side_wanted = False
        set_kind(self, "ground")
        self.head = ShareHead(model, theme, self.wished, self)
        self.well = Well(theme, self)
        self.card = SituationCard(theme, self.wished, self)
        self.side = SidePanel(model, theme, self._ask, self.wished, self)
        self._left = QVBoxLayout()
        self._left.addStretch(0)
        self._left.addWidget(self.well, 1)
        self._left.addWidget(self.card)
        self._left.addStretch(0)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._body.addLayout(self._left, 1)
        self._body.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(self._body, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REFUSED_MICROS // MILLI + 100)
        self._later.timeout.connect(self.refresh)
        self.head.side.connect(self._toggle_side)
        self.side.closed.connect(self._close_side)
        self.card.wishes.emptied.connect(self.head.enter)
        self.well.chosen.connect(lambda: self.wished(Wish.FRONT))
        model.changed.connect(self._on_changed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        px = theme.px
        self._left.setContentsMargins(px(16), px(16), px(16), px(16))
        self._left.setSpacing(px(12))
        self.head.set_theme(theme)
        self.side.set_theme(theme)
        self.refresh()
        self._arrange()

    def refresh(self) -> None:
        """Follow the model."""
        share = self._model.share(self.share_id)
        if share is None:
            return
        self.head.show_share(share)
        running = share.copy == "current" and share.phase != "ended"
        windows = self._model.windows(self.share_id)
        self.well.show_windows(self._theme, share.title, windows, is_running=running)
        self._place_card(running=running)
        self.card.show_situation(self._theme, situation(self._model, share))
        self.side.show_share(share)
        if self._model.refused(self.share_id) and not self._later.isActive():
            self._later.start()

    def _place_card(self, *, running: bool) -> None:
        """Below the windows, or in the middle where there are none."""
        self.well.setVisible(running)
        for place in (0, self._left.count() - 1):
            self._left.setStretch(place, 0 if running else 1)
        self.card.setMaximumWidth(_ANY_WIDTH if running else self._theme.px(_CARD_ALONE))

    def _on_changed(self, share: str) -> None:
        if share == self.share_id:
            self.refresh()

    # --- what people do ---------------------------------------------------------------------------

    def wished(self, wish: Wish) -> None:
        """A button, a key or a row of the menu."""
        make = command_of(wish, self.share_id) if wish is not Wish.END else None
        if make is None:
            self.wish.emit(wish)
        else:
            self._ask(make)

    def _ask(self, make: Make) -> None:
        self._submit(make, self._answered)

    def _answered(self, answer: Answer) -> None:
        if isinstance(answer, Denied):
            self._model.refuse(self.share_id, answer.why)

    # --- focus and room ---------------------------------------------------------------------------

    def enter(self) -> None:
        """Take the focus: what can be done first."""
        first = next(iter(self.card.wishes.buttons.values()), None)
        if first is not None and first.isVisibleTo(self):
            first.setFocus()
        else:
            self.head.enter()

    def stops(self) -> list[Stop]:
        """Panes that F6 goes to."""
        found: list[Stop] = [(self, self.enter)]
        if not self.side.isHidden():
            found.append((self.side, self.side.enter))
        return found

    @property
    def bars(self) -> tuple[QWidget, ...]:
        """Its parts in order of reading."""
        return (self.head, self.well, self.card, self.side)

    @property
    def is_docked(self) -> bool:
        """Whether there is room for the panel beside the well."""
        return self.width() >= self._theme.px(DOCKED_FROM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The panel stands beside the well, or lies over it when asked for."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px, docked, side = self._theme.px, self.is_docked, self.side
        width = px(WIDTH_WIDE if self.width() >= px(WIDE_FROM) else WIDTH)
        side.dock(docked=docked)
        side.setFixedWidth(width)
        self.head.arrange(docked=docked)
        if docked:
            if self._body.indexOf(side) < 0:
                self._body.addWidget(side)
            side.show()
            return
        self._body.removeWidget(side)
        side.setVisible(self._side_wanted)
        top = self.head.height() + px(8)
        side.setGeometry(self.width() - width - px(8), top, width, self.height() - top - px(8))
        side.raise_()

    def _toggle_side(self) -> None:
        self._side_wanted = not self._side_wanted
        self._arrange()
        if self._side_wanted:
            self.side.enter()

    def _close_side(self) -> None:
        self._side_wanted = False
        self._arrange()
        self.head.side_button.setFocus()
