"""All cards of the panel in one place that scrolls where there is too little room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.controls import Switch
from app.ui.fonts import Role
from app.ui.models.status import SessionStatus
from app.ui.moments import time_of_day
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.parts import hairline, words
from app.ui.stick.arrange import Card, arrange, arrange_docked
from app.ui.stick.cards import Note, Segments, StickCard
from app.ui.stick.log_feed import LogFeed
from app.ui.stick.log_model import LogModel
from app.ui.stick.log_view import LogView
from app.ui.stick.map import MapView
from app.ui.stick.model import StickModel
from app.ui.stick.plot import PlotView
from app.ui.stick.tables import (
    MAP_HEADS,
    MOVES_HEADS,
    WAITS_HEADS,
    FactsTable,
    map_rows,
    moves_rows,
    waits_rows,
)
from app.ui.stick.talk import BrakesView, TalkView
from app.ui.stick.timeline import SPANS_MS, TimelineView
from app.ui.stick.why import WhyView
from app.ui.strings import StickPanel as Text
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

_TALK_ALONE_UNDER = 330
"""A card of talk that is lower than this leaves the brakes out."""
_NOTE_MS = 1_000


class MapCard(StickCard):
    """The map, and what is on its way."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.MAP(), parent)
        self._model = model
        self._chip = words(theme, "", Role.SMALL, "stick-chip")
        self._chip.hide()
        self.beside(self._chip)
        self.view = MapView(model, theme, self)
        self.view.replayed.connect(self._say)
        table = FactsTable(model, MAP_HEADS, map_rows, Text.MAP(), theme, self)
        self.fill(self.view, table)
        model.changed.connect(self._refresh)

    def _say(self, text: str) -> None:
        self._chip.setText(text)
        self._chip.setVisible(bool(text))

    def _refresh(self) -> None:
        panel = self._model.panel
        self.note.setText(Text.MAP_NOTE(len(panel.rows)) if panel is not None else "")


class TalkCard(StickCard):
    """Who talks; below, the brakes."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.TALK(), parent)
        self._model = model
        self.note.setText(Text.TALK_NOTE())
        both = QWidget(self)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        self.talk = TalkView(model, theme, both)
        self._brakes = QWidget(both)
        below = QVBoxLayout(self._brakes)
        below.setContentsMargins(0, theme.px(4), 0, 0)
        below.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(words(theme, Text.BRAKES(), Role.BODY_STRONG))
        self._where = Note(theme, self._brakes)
        head.addWidget(self._where, 1)
        self.brakes = BrakesView(model, theme, self._brakes)
        below.addWidget(hairline(self._brakes))
        below.addLayout(head)
        below.addWidget(self.brakes, 1)
        column.addWidget(self.talk, 5)
        column.addWidget(self._brakes, 5)
        self.fill(both)
        self.also(self.talk)
        self.also(self.brakes)
        model.changed.connect(self._refresh)

    def set_brakes(self, *, shown: bool) -> None:
        """With too little room talk stands alone."""
        self._brakes.setVisible(shown)

    def _refresh(self) -> None:
        panel, holder = self._model.panel, self._model.holder
        if panel is None or holder is None:
            return
        here = panel.price > 0
        name = self._model.face(holder).first
        self._where.setText(Text.BRAKES_NOTE(name=name) if here else Text.BRAKES_ELSEWHERE())


class WhyCard(StickCard):
    """Why it moved, with a way to older moves."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.WHY(), parent)
        self._model = model
        self.view = WhyView(model, theme, self)
        self._older = icon_button(
            theme, "left", Text.WHY_OLDER(), self, size=28, then=lambda: self._go(-1)
        )
        self._newer = icon_button(
            theme, "right", Text.WHY_NEWER(), self, size=28, then=lambda: self._go(1)
        )
        self.beside(self._older, self._newer)
        self.fill(self.view)
        model.changed.connect(self._refresh)
        self._refresh()

    def _go(self, by: int) -> None:
        self._model.choose(self._model.chosen + by)

    def _refresh(self) -> None:
        moves, chosen = self._model.moves, self._model.chosen
        self._older.setEnabled(chosen > 0)
        self._newer.setEnabled(0 <= chosen < len(moves) - 1)
        for button in (self._older, self._newer):
            button.setVisible(bool(moves))
        if moves:
            at = moves[chosen].at_ms
            self.note.setText(f"{time_of_day(at)}:{at // 1_000 % 60:02d}")
        else:
            self.note.setText("")


class MovesCard(StickCard):
    """The timeline, and how far back it looks."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.MOVES(), parent)
        self._model = model
        self.view = TimelineView(model, theme, self)
        texts = (Text.SPAN_SHORT(), Text.SPAN_LONG(), Text.SPAN_ALL())
        self._segments = Segments(theme, Text.SPAN(), texts, self)
        self._segments.choose(1)
        self._segments.chosen.connect(lambda place: self.view.set_span(SPANS_MS[place]))
        self._looked = words(theme, Text.LOOK_SIGN(), Role.SMALL, "soft")
        self.beside(self._looked, self._segments)
        table = FactsTable(model, MOVES_HEADS, moves_rows, Text.MOVES(), theme, self)
        self.fill(self.view, table)
        model.changed.connect(self._refresh)
        self._refresh()

    def measure(self, theme: Theme) -> None:
        """A timeline is low: it needs its margins less."""
        super().measure(theme)
        px = theme.px
        self.column.setContentsMargins(px(14), px(4), px(14), px(6))
        self.column.setSpacing(0)

    def _refresh(self) -> None:
        moves, panel = self._model.moves, self._model.panel
        self._looked.setVisible(panel is not None and bool(panel.looks))
        since = time_of_day(moves[0].at_ms) if moves else ""
        self.note.setText(Text.MOVES_SINCE(count=len(moves), time=since) if moves else "")


class PlotCard(StickCard):
    """How long lines wait."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.WAITING(), parent)
        self.note.setText(Text.WAITING_NOTE())
        self.view = PlotView(model, theme, self)
        table = FactsTable(model, WAITS_HEADS, waits_rows, Text.WAITING(), theme, self)
        self.fill(self.view, table)


class LogCard(StickCard):
    """The log, and whether it follows."""

    def __init__(
        self,
        model: StickModel,
        rows: LogModel,
        feed: LogFeed,
        status: SessionStatus,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(theme, Text.LOG(), parent)
        self._status = status
        self.view = LogView(rows, model, theme, self)
        self.view.at_old_end.connect(feed.older)
        self.view.at_new_end.connect(feed.newer)
        label = words(theme, Text.FOLLOW(), Role.SMALL)
        self._follow = Switch(theme, Text.FOLLOW(), self)
        self._follow.setChecked(feed.follows)
        self._follow.toggled.connect(feed.set_follows)
        feed.follows_changed.connect(self._follow.setChecked)
        feed.follows_changed.connect(self._to_newest)
        self.beside(label, self._follow)
        self.fill(self.view)
        # A status that changes with every line is read once a second.
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_NOTE_MS)
        self._late.timeout.connect(self._refresh)
        status.changed.connect(self._soon)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The switch and the table, too."""
        super().set_theme(theme)
        self._follow.set_theme(theme)
        self.view.set_theme(theme)

    def _to_newest(self, follows: bool) -> None:
        if follows:
            self.view.verticalScrollBar().setValue(0)

    def _soon(self) -> None:
        if not self._late.isActive():
            self._late.start()

    def _refresh(self) -> None:
        status = self._status
        self.note.setText(Text.LOG_NOTE(ordered=status.ordered, settled=status.settled))


class Overview(QScrollArea):
    """The cards, laid out for the room there is."""

    def __init__(
        self,
        model: StickModel,
        rows: LogModel,
        feed: LogFeed,
        status: SessionStatus,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._docked = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QFrame()
        set_kind(self._page, "chrome")
        self.map = MapCard(model, theme, self._page)
        self.talk = TalkCard(model, theme, self._page)
        self.why = WhyCard(model, theme, self._page)
        self.moves = MovesCard(model, theme, self._page)
        self.plot = PlotCard(model, theme, self._page)
        self.log = LogCard(model, rows, feed, status, theme, self._page)
        self.cards: dict[Card, StickCard] = {
            Card.MAP: self.map,
            Card.TALK: self.talk,
            Card.WHY: self.why,
            Card.MOVES: self.moves,
            Card.PLOT: self.plot,
            Card.LOG: self.log,
        }
        self.setWidget(self._page)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        for card in self.cards.values():
            card.set_theme(theme)
        dress_icons(self._page, theme)
        self._lay_out()

    def set_docked(self, *, docked: bool) -> None:
        """Below the session there is one row only."""
        self._docked = docked
        self._lay_out()

    def show_tables(self, *, on: bool) -> None:
        """Tables instead of pictures, or pictures again."""
        for card in self.cards.values():
            card.show_table(on=on)

    def has(self, card: Card) -> bool:
        """Whether there is room for a card in this arrangement."""
        return not self.cards[card].isHidden()

    def enter(self, card: Card) -> None:
        """Bring a card into sight and give it the focus."""
        shown = self.cards[card]
        self.ensureWidgetVisible(shown, 0, 0)
        shown.enter()

    def picture(self) -> QPixmap:
        """All of it, also what is scrolled out of sight."""
        return self._page.grab()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another size, another arrangement."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        scale = self._theme.text_percent / 100
        room = self.viewport().size()
        how = arrange_docked if self._docked else arrange
        laid = how(room.width(), room.height(), scale)
        for card, widget in self.cards.items():
            box = laid.boxes.get(card)
            widget.setVisible(box is not None)
            if box is not None:
                widget.setGeometry(QRect(QPoint(box.x, box.y), QPoint(box.x, box.y)))
                widget.resize(box.width, box.height)
        talk = laid.boxes.get(Card.TALK)
        if talk is not None:
            self.talk.set_brakes(shown=talk.height >= self._theme.px(_TALK_ALONE_UNDER))
        self._page.resize(room.width(), max(laid.height, room.height()))
