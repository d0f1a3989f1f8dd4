"""The tab *Streams and agents*: what runs where, moving it, ending it, its console. The only door.

Puts models, cards and deeds together; decides what a drop, a key or a menu means.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QScrollArea, QWidget

from app.core.ids import SiteId
from app.node.api import StreamRow
from app.ui.actions import make_action
from app.ui.bridge import NodeBridge
from app.ui.fonts import Role
from app.ui.models.console import ConsoleModel
from app.ui.models.status import SessionStatus
from app.ui.panes.parts import words
from app.ui.speech import speak
from app.ui.stick.cards import StickCard
from app.ui.stick.model import StickModel
from app.ui.stick.streams.arrange import Part, arrange, arrange_docked
from app.ui.stick.streams.cards import ConsoleCard, SitesCard, StreamsCard
from app.ui.stick.streams.command import Unfinished
from app.ui.stick.streams.deeds import Deeds
from app.ui.stick.streams.feed import StreamsFeed
from app.ui.stick.streams.model import StreamsModel
from app.ui.stick.streams.shell import PanelShell
from app.ui.stick.streams.sites_model import SiteRow, SitesModel
from app.ui.stick.streams.words import DISPATCHER
from app.ui.strings import Streams as Text
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme
from app.ui.windows.question import ask_first

_BESIDE_POINTER = QPoint(14, 10)


class StreamsPage(QScrollArea):
    """`said` carries what was just done, for a toast."""

    said = Signal(str)

    def __init__(
        self,
        people: StickModel,
        bridge: NodeBridge,
        status: SessionStatus,
        console: ConsoleModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._status = theme, status
        self._docked = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QFrame()
        set_kind(self._page, "chrome")
        self.model = StreamsModel(people, self)
        self._sites_model = SitesModel(people, self)
        self.feed = StreamsFeed(bridge, self.model, self)
        self.shell = PanelShell(bridge, console, self)
        self.deeds = Deeds(bridge, self.model, self)
        self.list = StreamsCard(self.model, people, theme, self._page)
        self.sites = SitesCard(self._sites_model, theme, self._page)
        self.console = ConsoleCard(console, theme, self._page)
        self.cards: dict[Part, StickCard] = {
            Part.LIST: self.list,
            Part.SITES: self.sites,
            Part.CONSOLE: self.console,
        }
        self._chip = self._made_chip(theme)
        self.setWidget(self._page)
        self._wire()

    def _made_chip(self, theme: Theme) -> QLabel:
        """What hangs on the pointer while a stream is dragged."""
        chip = words(theme, "", Role.BUTTON, "veil")
        chip.setParent(self._page)
        chip.setMargin(theme.px(6))
        chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        chip.hide()
        return chip

    def _wire(self) -> None:
        view = self.list.view
        view.dragged.connect(self._drag)
        view.dropped.connect(self._drop)
        view.drag_over.connect(self._let_go)
        view.wanted.connect(self._open_menu)
        self.list.chosen.connect(self._chosen)
        self.list.move_wanted.connect(lambda: self._open_moves(self.list.move_button))
        self.list.end_wanted.connect(self._ask_end)
        for name, then in (("stream-move", self._move_by_key), ("stream-destroy", self._ask_end)):
            action = make_action(name, self._theme, view)
            action.triggered.connect(lambda _checked=False, do=then: do())
        self.sites.view.taken.connect(self._take)
        self.console.field.entered.connect(self._run)
        self.shell.acted.connect(self.feed.ask_soon)
        self.deeds.begun.connect(lambda _text: self.list.say_refused(""))
        self.deeds.done.connect(self._done)
        self.deeds.refused.connect(self._refused)
        self._status.changed.connect(self._people_changed)
        for signal in (
            self.model.rowsInserted,
            self.model.rowsRemoved,
            self.model.dataChanged,
        ):
            signal.connect(lambda *_range: self._learn_sites())
        self._learn_sites()

    # --- where it stands --------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        for card in self.cards.values():
            card.set_theme(theme)
        self._lay_out()

    def set_docked(self, *, docked: bool) -> None:
        """Below the session there is one row only."""
        self._docked = docked
        self._lay_out()

    def enter(self) -> None:
        """The focus comes in by a key."""
        self._enter(Part.LIST)

    def step(self, by: int) -> None:
        """F6 goes round the cards."""
        shown = [part for part in Part if not self.cards[part].isHidden()]
        focus = self.window().focusWidget()
        at = next(
            (
                place
                for place, part in enumerate(shown)
                if focus is not None and self.cards[part].isAncestorOf(focus)
            ),
            -1 if by > 0 else 0,
        )
        self._enter(shown[(at + by) % len(shown)])

    def end(self) -> None:
        """The session is over."""
        self.feed.end()
        self.shell.end()
        self._status.changed.disconnect(self._people_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another size, another arrangement."""
        super().resizeEvent(event)
        self._lay_out()

    def _enter(self, part: Part) -> None:
        card = self.cards[part]
        self.ensureWidgetVisible(card, 0, 0)
        card.enter()
        view = self.list.view if part is Part.LIST else self.sites.view
        if part is not Part.CONSOLE and not view.currentIndex().isValid():
            view.setCurrentIndex(view.model().index(0, 0))

    def _lay_out(self) -> None:
        room = self.viewport().size()
        how = arrange_docked if self._docked else arrange
        laid = how(room.width(), room.height(), self._theme.text_percent / 100)
        for part, card in self.cards.items():
            box = laid.boxes.get(part)
            card.setVisible(box is not None)
            if box is not None:
                card.setGeometry(box.x, box.y, box.width, box.height)
        self.list.fit()
        self._page.resize(room.width(), max(laid.height, room.height()))

    # --- what is told -----------------------------------------------------------------------------

    def _people_changed(self) -> None:
        self._learn_sites()
        self.list.view.viewport().update()

    def _learn_sites(self) -> None:
        self._sites_model.learn(self._status.people, self.model.rows)

    def _chosen(self) -> None:
        stream, agent = self.list.view.chosen
        self.sites.refresh(chosen=stream is not None and agent is None)

    def _done(self, text: str) -> None:
        self.said.emit(text)
        speak(self, text)
        self.feed.ask_soon()

    def _refused(self, text: str) -> None:
        self.list.say_refused(text)
        speak(self, text, urgent=True)
        self.feed.ask_soon()

    def _run(self, text: str) -> None:
        try:
            self.shell.run(text)
        except Unfinished:
            self.console.field.more()
        else:
            self.console.field.done()

    # --- moving -----------------------------------------------------------------------------------

    def _targets(self, row: StreamRow) -> tuple[SiteRow, ...]:
        """Who could take a stream: whoever can be reached and has it not."""
        return tuple(
            [
                each
                for each in self._sites_model.rows
                if each.face.present and each.face.site != row.home
            ]
        )

    def _move(self, row: StreamRow, site: SiteId) -> None:
        target = next((each for each in self._targets(row) if each.face.site == site), None)
        if target is not None:
            self.deeds.move(row.stream, target)

    def _take(self, to: SiteRow) -> None:
        """Enter on a computer: the chosen stream goes there."""
        stream, agent = self.list.view.chosen
        if stream is not None and agent is None:
            self._move(stream, to.face.site)

    def _drag(self, stream: str, place: QPoint) -> None:
        row = self.model.find(stream)
        if row is None:
            self._let_go()
            return
        targets = tuple([each.face.site for each in self._targets(row)])
        over = self.sites.view.row_at(place)
        taken = over if over is not None and over.face.site in targets else None
        self.sites.view.show_targets(targets, None if taken is None else taken.face.site)
        if taken is not None:
            self._chip.setText(Text.DRAG_TO(stream=stream, name=taken.face.first))
        elif self.sites.isHidden():
            self._chip.setText(Text.DRAG_NOWHERE(stream=stream))
        else:
            self._chip.setText(Text.DRAG_HINT(stream=stream))
        self._chip.adjustSize()
        self._chip.move(self._page.mapFromGlobal(place) + _BESIDE_POINTER)
        self._chip.show()
        self._chip.raise_()

    def _drop(self, stream: str, place: QPoint) -> None:
        row, over = self.model.find(stream), self.sites.view.row_at(place)
        if row is not None and over is not None:
            self._move(row, over.face.site)

    def _let_go(self) -> None:
        self._chip.hide()
        self.sites.view.show_targets(())

    # --- menus and questions ----------------------------------------------------------------------

    def _move_by_key(self) -> None:
        index = self.list.view.currentIndex()
        stream, agent = self.list.view.chosen
        if stream is not None and agent is None:
            corner = self.list.view.visualRect(index).bottomLeft()
            self._pop_up(self._menu_of_moves(stream), self.list.view.viewport().mapToGlobal(corner))

    def _open_moves(self, below: QPushButton) -> None:
        stream, agent = self.list.view.chosen
        if stream is not None and agent is None:
            corner = below.mapToGlobal(QPoint(0, below.height()))
            self._pop_up(self._menu_of_moves(stream), corner)

    def _open_menu(self, place: QPoint) -> None:
        """What can be done with the chosen row."""
        stream, agent = self.list.view.chosen
        if stream is None:
            return
        menu = self._menu_of_moves(stream) if agent is None else QMenu(self)
        if agent is not None or stream.stream != DISPATCHER:
            menu.addSeparator()
            action = menu.addAction(Text.DESTROY() if agent is None else Text.REMOVE())
            action.triggered.connect(lambda _checked=False: self._ask_end())
        if menu.isEmpty():
            menu.deleteLater()
        else:
            self._pop_up(menu, place)

    def _menu_of_moves(self, row: StreamRow) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("stream-moves")
        for each in self._sites_model.rows:
            here = each.face.site == row.home
            name = each.name_text()
            if here:
                text = Text.MOVE_HERE(name=name)
            elif each.face.present:
                text = Text.MOVE_TO(name=name, location=each.location)
            else:
                text = Text.MOVE_GONE(name=name)
            action = menu.addAction(text)
            action.setEnabled(each.face.present and not here)
            action.triggered.connect(self._mover(row, each.face.site))
        return menu

    def _mover(self, row: StreamRow, site: SiteId) -> object:
        return lambda _checked=False: self._move(row, site)

    def _pop_up(self, menu: QMenu, place: QPoint) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _ask_end(self) -> None:
        """Nobody can take it back, so it is asked once."""
        row, agent = self.list.view.chosen
        if row is None:
            return
        stream = row.stream
        if agent is not None:
            number = agent.agent
            if stream != DISPATCHER:
                ask_first(
                    self,
                    self._theme,
                    Text.ASK_REMOVE(number=number, stream=stream),
                    Text.ASK_REMOVE_TEXT(),
                    Text.ASK_REMOVE_YES(),
                    lambda: self.deeds.remove(stream, number),
                )
        elif stream != DISPATCHER:
            agents = Text.AGENTS(len(row.agents))
            text = (
                Text.ASK_DESTROY_WAITING(row.waiting, agents=agents)
                if row.waiting
                else Text.ASK_DESTROY_TEXT(agents=agents)
            )
            ask_first(
                self,
                self._theme,
                Text.ASK_DESTROY(stream=stream),
                text,
                Text.ASK_DESTROY_YES(),
                lambda: self.deeds.destroy(stream),
            )
