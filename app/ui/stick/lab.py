"""The tab *Network lab*: what this computer's own network does to the others, and a power cut.

For seeing what happens when a link is slow, loses or is cut, and when the computer that has the stick
stops. It only shows and wishes; the program around the window carries it out, and only here.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.ids import SiteId
from app.node.api import PersonShown
from app.ui import figures
from app.ui.controls import Choice, Switch, make_button
from app.ui.fonts import Role, Weight
from app.ui.models.lab import DELAYS_MS, LOSSES, NOTHING, LabModel, Worse
from app.ui.models.status import SessionStatus
from app.ui.panes.marks import Marks
from app.ui.panes.parts import Line, hairline, words
from app.ui.stick.cards import StickCard
from app.ui.strings import Lab, People
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme
from app.ui.windows.question import ask_first

_GAP = 12
_STACKED_UNDER = 900
_MARK = 26
_COLUMNS = 6
_WIDEST = (880, 620)
"""Wider than this a row is hard to follow."""


class LabPage(QScrollArea):
    """`said` carries what was just done, for a toast."""

    said = Signal(str)

    def __init__(
        self, model: LabModel, status: SessionStatus, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._page = QFrame()
        set_kind(self._page, "chrome")
        self.ways = WaysCard(model, theme, self._page)
        self.stop = StopCard(model, status, theme, self._page)
        self.stop.said.connect(self.said)
        self._column = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._page)
        self._column.addWidget(self.ways, 3, Qt.AlignmentFlag.AlignTop)
        self._column.addWidget(self.stop, 2, Qt.AlignmentFlag.AlignTop)
        self._column.addStretch(0)
        self.setWidget(self._page)
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.ways.set_theme(theme)
        self.stop.set_theme(theme)
        self._arrange()

    def enter(self) -> None:
        """The focus comes in by a key."""
        self.ways.enter()

    def step(self, _by: int) -> None:
        """F6 goes from one card to the other."""
        focus = self.window().focusWidget()
        if focus is not None and self.ways.isAncestorOf(focus):
            self.stop.enter()
        else:
            self.ways.enter()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Side by side where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px = self._theme.px
        gap = px(_GAP)
        self._column.setContentsMargins(gap, gap, gap, gap)
        self._column.setSpacing(gap)
        stacked = self.viewport().width() < px(_STACKED_UNDER)
        way = QBoxLayout.Direction
        self._column.setDirection(way.TopToBottom if stacked else way.LeftToRight)
        self._column.setStretch(0, 0 if stacked else 3)
        self._column.setStretch(1, 0 if stacked else 2)
        top = Qt.AlignmentFlag(0) if stacked else Qt.AlignmentFlag.AlignTop
        for card, widest in zip((self.ways, self.stop), _WIDEST, strict=True):
            self._column.setAlignment(card, top)
            card.setMaximumWidth(px(widest))
        self._column.setStretch(2, 1)


class WaysCard(StickCard):
    """Delay, loss and cut for each member, and for everybody at once."""

    def __init__(self, model: LabModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Lab.WAYS(), parent)
        self._model = model
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self._rows: list[_WayRow] = []
        self.note.setText(Lab.WAYS_NOTE())
        self._end = make_button(theme, Lab.END(), "", self)
        self._end.clicked.connect(lambda _checked=False: model.end())
        self.beside(self._end)
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        self._foot = words(theme, Lab.NOTE(), Role.SMALL, "hint", wrap=True)
        view = QWidget(self)
        self._column = QVBoxLayout(view)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._body)
        self._column.addWidget(self._foot)
        self.fill(view)
        model.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        super().set_theme(theme)
        self._theme = theme
        self._shown = ()
        self.refresh()

    def enter(self) -> None:
        """The focus goes to the first control."""
        if self._rows:
            self._rows[0].delay.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Rows are made anew only where people are others."""
        rows = self._model.rows()
        shown = tuple([(row.person.site, row.person.name, row.person.colour) for row in rows])
        if shown != self._shown or not self._grid.count():
            self._shown = shown
            self._fill([row.person for row in rows])
        for way in self._rows:
            way.show_rule([self._model.rule(site) for site in way.sites])
        for way, row in zip(self._rows[1:] if len(rows) > 1 else self._rows, rows, strict=True):
            way.show_state(row.person)
        self._end.setEnabled(self._model.is_on)

    def _fill(self, people: list[PersonShown]) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = []
        theme, px = self._theme, self._theme.px
        self._grid.setContentsMargins(0, px(4), 0, px(8))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnStretch(1, 1)
        if not people:
            empty = words(theme, Lab.EMPTY(), Role.BODY, "hint", wrap=True)
            self._grid.addWidget(empty, 0, 0, 1, _COLUMNS)
            return
        for column, text in ((2, Lab.STATE()), (3, Lab.DELAY()), (4, Lab.LOSS()), (5, Lab.CUT())):
            head = words(theme, text, Role.CAPTION, "soft")
            head.setFont(theme.font(Role.CAPTION, Weight.MEDIUM))
            self._grid.addWidget(head, 0, column)
        at = 1
        if len(people) > 1:
            sites = tuple([each.site for each in people])
            self._add(_WayRow(self._model, theme, Lab.EVERYBODY(), sites), None, at)
            self._grid.addWidget(hairline(self._body), at + 1, 0, 1, _COLUMNS)
            at += 2
        for person in people:
            self._add(_WayRow(self._model, theme, person.name, (person.site,)), person, at)
            at += 1

    def _add(self, row: _WayRow, person: PersonShown | None, at: int) -> None:
        if person is not None:
            mark = Marks(self._theme, ((person.name, person.colour),), _MARK)
            self._grid.addWidget(mark, at, 0)
        self._grid.addWidget(row.name, at, 1)
        for column, widget in ((2, row.state), (3, row.delay), (4, row.loss), (5, row.cut)):
            self._grid.addWidget(widget, at, column)
        self._rows.append(row)


class _WayRow(QObject):
    """The controls of one member, or of everybody."""

    def __init__(self, model: LabModel, theme: Theme, name: str, sites: tuple[SiteId, ...]) -> None:
        super().__init__(model)
        self.sites = sites
        self.name = Line(theme, name, Role.BODY)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.state = words(theme, "", Role.SMALL, "soft")
        self.delay = _choice(theme, Lab.DELAY_OF(name=name), [_delay_text(ms) for ms in DELAYS_MS])
        self.loss = _choice(theme, Lab.LOSS_OF(name=name), [_loss_text(one) for one in LOSSES])
        self.cut = Switch(theme, Lab.CUT_OF(name=name))
        self.delay.activated.connect(
            lambda place: model.change(sites, delay_ms=_at(DELAYS_MS, place))
        )
        self.loss.activated.connect(lambda place: model.change(sites, loss=_at(LOSSES, place)))
        self.cut.clicked.connect(lambda on: model.change(sites, cut=on))
        self.cut.destroyed.connect(self.deleteLater)

    def show_rule(self, rules: list[Worse]) -> None:
        """What is in force; of several that differ none is shown as chosen."""
        _choose(self.delay, DELAYS_MS, [rule.delay_ms for rule in rules])
        _choose(self.loss, LOSSES, [rule.loss for rule in rules])
        self.cut.setChecked(all(rule.cut for rule in rules))
        worse = len(rules) == 1 and rules[0] != NOTHING
        set_kind(self.name, "warn" if worse else "")

    def show_state(self, person: PersonShown) -> None:
        """How the way is now, as measured."""
        present = person.state == "present"
        known = figures.milliseconds(person.rtt_ms) if present else People.NOT_REACHABLE()
        self.state.setText(known)
        set_kind(self.state, "soft" if present else "apart")


def _choice(theme: Theme, name: str, texts: list[str]) -> Choice:
    made = Choice(theme, name)
    theme.dress(made, Role.SMALL)
    made.addItems(texts)
    made.setPlaceholderText(Lab.MIXED())
    return made


def _choose(choice: Choice, values: tuple[float, ...], wanted: list[float]) -> None:
    if choice.view().isVisible():
        return
    alike = len(set(wanted)) == 1 and wanted[0] in values
    choice.setCurrentIndex(values.index(wanted[0]) if alike else -1)


def _at(values: tuple[float, ...], place: int) -> float:
    return float(values[place])


def _delay_text(milliseconds: float) -> str:
    return figures.milliseconds(milliseconds) if milliseconds else Lab.NO_DELAY()


def _loss_text(share: float) -> str:
    return figures.percent(share) if share else Lab.NO_DELAY()


class StopCard(StickCard):
    """The power cut: ends the program that has the stick, if that is one of this computer's."""

    said = Signal(str)

    def __init__(
        self, model: LabModel, status: SessionStatus, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(theme, Lab.STICK(), parent)
        self._model, self._status = model, status
        self._theme = theme
        self.note.setText(Lab.STICK_NOTE())
        self._text = words(theme, "", Role.BODY, "soft", wrap=True)
        self._button = make_button(theme, Lab.KILL(), "danger", self)
        self._button.clicked.connect(lambda _checked=False: self.ask())
        view = QWidget(self)
        self._column = QVBoxLayout(view)
        self._column.setContentsMargins(0, theme.px(4), 0, 0)
        self._column.addWidget(self._text)
        row = QHBoxLayout()
        row.addWidget(self._button)
        row.addStretch(1)
        self._column.addLayout(row)
        self.fill(view)
        status.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        super().set_theme(theme)
        self._theme = theme

    def enter(self) -> None:
        """The focus goes to the button, where it can be pressed."""
        self._button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Who has the stick, and whether that program can be ended from here."""
        holder = self._status.holder
        if holder is None or not (holder.is_self or holder.state == "present"):
            text, can = Lab.HOLDS_NOBODY(), False
        elif holder.is_self:
            text, can = Lab.HOLDS_YOU(), True
        elif self._model.house.can_kill(holder.site):
            text, can = Lab.HOLDS_HERE(name=holder.name), True
        else:
            text, can = Lab.HOLDS_ELSEWHERE(name=holder.name), False
        self._text.setText(text)
        self._button.setEnabled(can)
        self._button.setToolTip("" if can else text)

    def ask(self) -> None:
        """Nothing brings that program's window back: ask once."""
        holder = self._status.holder
        if holder is None:
            return
        text = Lab.ASK_YOU() if holder.is_self else Lab.ASK_THEM(name=holder.name)
        ask_first(
            self,
            self._theme,
            Lab.ASK_TITLE(),
            text,
            Lab.ASK_YES(),
            lambda: self._stop(holder),
        )

    def _stop(self, holder: PersonShown) -> None:
        """Whoever was asked about is stopped; has somebody else the stick by now, nobody is."""
        now = self._status.holder
        if now is None or now.site != holder.site:
            self.said.emit(Lab.WENT_ON(name=holder.name))
            return
        self._model.house.kill(holder.site)
        self.said.emit(Lab.STOPPED(name=holder.name))
