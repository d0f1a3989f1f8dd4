"""The floor's part of the side panel: who may act, who waits, the rule, and what one can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.node.api import ShareShown
from app.ui import figures
from app.ui.controls import Choice, make_button
from app.ui.fonts import Role
from app.ui.panes.marks import Marks
from app.ui.panes.parts import words
from app.ui.share.model import ShareModel
from app.ui.share.parts import PersonLine, Rows, Sign, TintedCard, WishRow, clear, section
from app.ui.share.situation import FloorShown, floor_shown
from app.ui.share.wishes import Make, Wish, give_to, set_policy
from app.ui.strings import Floor
from app.ui.swatches import person_colour
from app.ui.theme import Theme
from app.ui.wording import figure

_TICK_MS = 1_000
_MARK = 32


class FloorBox(QWidget):
    """`ask` submits a command that is made of a number."""

    def __init__(
        self,
        model: ShareModel,
        theme: Theme,
        ask: Callable[[Make], None],
        wished: Callable[[Wish], None],
    ) -> None:
        super().__init__()
        self._model = model
        self._theme = theme
        self._ask = ask
        self._share: ShareShown | None = None
        self._drawn: tuple[object, ...] = ()
        frame, self._column, head = section(theme, Floor.TITLE())
        self.policy = Choice(theme, Floor.POLICY(), self)
        for key, text in Floor.POLICIES.items():
            self.policy.addItem(text(), key)
        self.policy.activated.connect(self._choose)
        head.addWidget(self.policy)
        self._card = TintedCard(theme)
        self._card_row = QHBoxLayout(self._card)
        self._mark = QHBoxLayout()
        self.title = words(theme, "", Role.BODY_STRONG, wrap=True)
        self.note = words(theme, "", Role.SMALL, "soft", wrap=True)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self.title)
        said.addWidget(self.note)
        self._card_row.addLayout(self._mark)
        self._card_row.addLayout(said, 1)
        self._column.addWidget(self._card)
        self._waiting = words(theme, Floor.WAITING(), Role.SMALL, "soft")
        self._column.addWidget(self._waiting)
        self.rows = Rows()
        self._column.addWidget(self.rows)
        self.wishes = WishRow(wished, primary=False)
        self._column.addWidget(self.wishes)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._refresh)

    def show_share(self, theme: Theme, share: ShareShown) -> None:
        """Follow the share."""
        px = theme.px
        self._theme, self._share = theme, share
        self.policy.set_theme(theme)
        self._column.setContentsMargins(px(16), px(12), px(16), px(14))
        self._column.setSpacing(px(8))
        self._card_row.setContentsMargins(px(12), px(10), px(12), px(10))
        self._card_row.setSpacing(px(10))
        self._refresh()
        counts = share.holder is not None or bool(share.queue)
        if counts and not self._timer.isActive():
            self._timer.start()
        elif not counts:
            self._timer.stop()

    def hide_times(self) -> None:
        """Nobody looks: nothing counts."""
        self._timer.stop()

    def _refresh(self) -> None:
        share, theme = self._share, self._theme
        if share is None:
            return
        at = self.policy.findData(share.floor)
        if at != self.policy.currentIndex():
            self.policy.setCurrentIndex(at)
        self.policy.setEnabled(share.phase != "ended")
        said = floor_shown(self._model, share)
        self.title.setText(said.title)
        self.note.setText(said.note)
        self.note.setVisible(bool(said.note))
        self._card.setAccessibleName(f"{said.title} {said.note}".strip())
        self._show_holder(share)
        self.wishes.show_wishes(theme, said.wishes)
        self._waiting.setVisible(bool(share.queue))
        seconds = tuple(self._model.asked_seconds(share.id, site) for site in share.queue)
        key = (theme, share.queue, seconds, said.may_give, self._model.own)
        self.rows.show_rows(key, lambda: self._made(share, said))

    def _show_holder(self, share: ShareShown) -> None:
        """The card on the ground of the holder's colour, with their mark."""
        theme, tokens, model = self._theme, self._theme.tokens, self._model
        holder = share.holder
        colour = "" if holder is None else model.colour(holder)
        drawn = (theme, holder, colour, share.floor)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        clear(self._mark)
        if holder is None or share.floor == "free":
            sign = Sign()
            sign.show_icon(theme, "people" if share.floor == "free" else "floor", tokens.text_soft)
            self._mark.addWidget(sign)
            self._card.paint_as(theme, tokens.surface, tokens.line)
            return
        self._mark.addWidget(Marks(theme, ((model.name(holder), colour),), _MARK))
        ground = person_colour(colour).tint(tokens)
        self._card.paint_as(theme, ground, tokens.line)

    def _made(self, share: ShareShown, said: FloorShown) -> Iterable[QWidget]:
        model, theme = self._model, self._theme
        for place, site in enumerate(share.queue):
            button = None
            name = model.name(site)
            if said.may_give and site != model.own:
                button = make_button(theme, Floor.GIVE(), "small")
                button.setAccessibleName(Floor.GIVE_TO(name=name))
                button.clicked.connect(
                    lambda _checked=False, site=site: self._ask(give_to(share.id, site))
                )
            time = figures.duration(model.asked_seconds(share.id, site))
            behind = Floor.ROW_ASKED(time=time) if place else Floor.ROW_NEXT()
            person = (name, model.colour(site), model.name_or_you(site))
            number = figure(place + 1)
            yield PersonLine(theme, person, behind, number=number, button=button)

    def _choose(self, place: int) -> None:
        share = self._share
        if share is None:
            return
        policy = str(self.policy.itemData(place))
        if policy != share.floor:
            self._ask(set_policy(share.id, policy))
        # Until the order says so, the rule is what it was.
        self.policy.setCurrentIndex(self.policy.findData(share.floor))
