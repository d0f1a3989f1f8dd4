"""The three cards of the tab: streams with what is known of the chosen one, computers, console.

They show and pass on; what is to happen is the page's matter.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.actions import ACTIONS, tip_of
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.models.console import ConsoleModel
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.parts import hairline, lead_icon, words
from app.ui.stick.cards import StickCard
from app.ui.stick.model import StickModel
from app.ui.stick.streams.console_view import CommandField, ConsoleView
from app.ui.stick.streams.model import StreamsModel
from app.ui.stick.streams.sites_model import SitesModel
from app.ui.stick.streams.sites_view import SitesView
from app.ui.stick.streams.tree_view import StreamsView
from app.ui.stick.streams.words import DISPATCHER, agent_told, stream_told
from app.ui.strings import Streams as Text
from app.ui.theme import Theme

_TOLD_FROM = 250
"""A card that is lower than this has no room for sentences about the chosen row."""


class StreamsCard(StickCard):
    """`chosen` when another row is; `move_wanted`, `end_wanted` when their buttons are pressed."""

    chosen = Signal()
    move_wanted = Signal()
    end_wanted = Signal()

    def __init__(
        self, model: StreamsModel, people: StickModel, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(theme, Text.TAB(), parent)
        self._model, self._people, self._theme = model, people, theme
        self.view = StreamsView(model, people, theme, self)
        self.move_button = make_button(theme, Text.MOVE(), "small", self)
        self.move_button.clicked.connect(lambda _checked=False: self.move_wanted.emit())
        self.end_button = make_button(theme, Text.DESTROY(), "small", self)
        self.end_button.clicked.connect(lambda _checked=False: self.end_wanted.emit())
        self.beside(self.move_button, self.end_button)
        self._told = words(theme, "", Role.SMALL, "soft", wrap=True)
        self._refusal = words(theme, "", Role.SMALL, "danger", wrap=True)
        self._refusal.hide()
        both = QWidget(self)
        self._column = QVBoxLayout(both)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.view, 1)
        self._line = hairline(both)
        for part in (self._line, self._told, self._refusal):
            self._column.addWidget(part)
        self.fill(both)
        both.setFocusProxy(self.view)
        self.view.selectionModel().currentChanged.connect(self._choose)
        model.dataChanged.connect(lambda *_range: self.refresh())
        model.rowsInserted.connect(lambda *_range: self.refresh())
        model.rowsRemoved.connect(lambda *_range: self.refresh())
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The tree and the signs of the buttons, too."""
        super().set_theme(theme)
        self._theme = theme
        self.view.set_theme(theme)
        self._column.setSpacing(theme.px(6))
        self.refresh()

    def say_refused(self, why: str) -> None:
        """What did not happen and why; nothing once it is old."""
        self._refusal.setText(why)
        self._refusal.setVisible(bool(why))

    def fit(self) -> None:
        """Sentences need room."""
        roomy = self.height() >= self._theme.px(_TOLD_FROM)
        self._line.setVisible(roomy)
        self._told.setVisible(roomy)

    def refresh(self) -> None:
        """Say what is chosen, and what can be done with it."""
        rows = self._model.rows
        agents = sum(len(row.agents) for row in rows)
        note = Text.NOTE(streams=Text.STREAMS(len(rows)), agents=Text.AGENTS(agents))
        self.note.setText(note if rows else "")
        self.note.setToolTip(Text.HELP())
        stream, agent = self.view.chosen
        if stream is None:
            alone = [row.stream for row in rows] == [DISPATCHER]
            empty = Text.ONLY_STICK() if alone else Text.TOLD_NOTHING()
            self._told.setText(empty if rows else Text.LIST_EMPTY())
        elif agent is None:
            home = self._people.face(stream.home).name
            self._told.setText(stream_told(stream, home, self._model.bound_for(stream.stream)))
        else:
            self._told.setText(agent_told(stream, agent))
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        stream, agent = self.view.chosen
        tokens = self._theme.tokens
        why_not_move = why_not_end = ""
        if stream is None:
            why_not_move = why_not_end = Text.WHY_CHOOSE()
        elif agent is not None:
            why_not_move = Text.WHY_AGENT_STAYS()
        if stream is not None and stream.stream == DISPATCHER:
            why_not_end = Text.WHY_STICK_LASTS()
        self.end_button.setText(Text.DESTROY() if agent is None else Text.REMOVE())
        for button, icon, action, why in (
            (self.move_button, "move-to", "stream-move", why_not_move),
            (self.end_button, "trash", "stream-destroy", why_not_end),
        ):
            button.setEnabled(not why)
            button.setToolTip(why or tip_of(ACTIONS[action]))
            lead_icon(button, icon, self._theme, tokens.text_soft)

    def _choose(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.say_refused("")
        self.refresh()
        self.chosen.emit()


class SitesCard(StickCard):
    """The computers."""

    def __init__(self, model: SitesModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.SITES(), parent)
        self._model = model
        self.view = SitesView(model, theme, self)
        self.fill(self.view)
        self.refresh(chosen=False)

    def set_theme(self, theme: Theme) -> None:
        """The list, too."""
        super().set_theme(theme)
        self.view.set_theme(theme)

    def refresh(self, *, chosen: bool) -> None:
        """Say what a row is good for, with a stream chosen or none."""
        text = Text.SITES_NOTE_CHOSEN() if chosen else Text.SITES_NOTE()
        self.note.setText(text)
        self.note.setToolTip(text)


class ConsoleCard(StickCard):
    """What agents say, and the field for commands."""

    def __init__(self, model: ConsoleModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, Text.CONSOLE(), parent)
        self._model = model
        self.note.setText(Text.CONSOLE_NOTE())
        self.view = ConsoleView(model, theme, self)
        self.field = CommandField(theme, self)
        self._empty = words(theme, Text.CONSOLE_EMPTY(), Role.SMALL, "hint", wrap=True)
        self._clear = icon_button(
            theme, "close", Text.CONSOLE_CLEAR(), self, size=28, then=self._wipe
        )
        self.beside(self._clear)
        self._send = icon_button(theme, "send", Text.COMMAND_SEND(), self, then=self._enter)
        both = QWidget(self)
        self._column = QVBoxLayout(both)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._empty)
        self._column.addWidget(self.view, 1)
        self._row = QHBoxLayout()
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self._send)
        self._column.addLayout(self._row)
        self.fill(both)
        both.setFocusProxy(self.field)
        model.rowsInserted.connect(lambda *_range: self._refresh())
        model.modelReset.connect(self._refresh)
        self.set_theme(theme)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """List and field, too."""
        super().set_theme(theme)
        self.view.set_theme(theme)
        self.field.set_theme(theme)
        dress_icons(self, theme)
        self._column.setSpacing(theme.px(6))
        self._row.setSpacing(theme.px(6))

    def _wipe(self) -> None:
        self._model.clear()
        self.field.setFocus()

    def _enter(self) -> None:
        self.field.entered.emit(self.field.toPlainText())
        self.field.setFocus()

    def _refresh(self) -> None:
        empty = not self._model.rowCount()
        self._empty.setVisible(empty)
        self._clear.setVisible(not empty)
