"""The page of an open session: which pane stands where at which width, and the way of the focus.

Three widths: people as a rail under 1180, the chat as a drawer under 860, counted at 100 % text.
Panes don't know each other; what goes from one to another goes through here or a view-model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.node import api
from app.node.api import (
    Answered,
    CameTogether,
    Done,
    ReadAsking,
    ReadStatus,
    SessionReady,
    SetProfile,
    Status,
    WorkedApart,
)
from app.ui.actions import make_action
from app.ui.bridge import Answer, NodeBridge
from app.ui.delegates.chat_markdown import plain_line
from app.ui.memory import Memory, Spot
from app.ui.models.chat import ChatModel
from app.ui.models.console import ConsoleModel
from app.ui.models.lab import LabHouse, LabModel
from app.ui.models.parting_words import awaited_sentences, meeting_text, meeting_title
from app.ui.models.partings import Meeting
from app.ui.models.people import PeopleModel
from app.ui.models.status import SessionStatus
from app.ui.moments import Clock, time_of_day
from app.ui.panes.announcements import Announcements
from app.ui.panes.banner import Banner
from app.ui.panes.chat import WIDTH as CHAT_WIDTH
from app.ui.panes.chat import WIDTH_MAX as CHAT_WIDTH_MAX
from app.ui.panes.chat import WIDTH_MIN as CHAT_WIDTH_MIN
from app.ui.panes.chat import ChatPane
from app.ui.panes.people import RAIL_WIDTH, PeoplePane
from app.ui.panes.people import WIDTH as PEOPLE_WIDTH
from app.ui.panes.roving import read_in_order
from app.ui.panes.status_bar import StatusBar
from app.ui.panes.toast import Toast
from app.ui.panes.told import show_told
from app.ui.panes.top_bar import TopBar
from app.ui.share.centre import Around, Centre
from app.ui.share.model import ShareModel, Told
from app.ui.share.programs import Programs
from app.ui.stick.panel import StickPanel
from app.ui.stick.part import Part
from app.ui.strings import Apart, Chat, Invite, PersonColours
from app.ui.style_sheet import set_kind
from app.ui.theme import Looks, Theme
from app.ui.windows.invite import InviteDialog
from app.ui.windows.question import ask_first
from app.ui.windows.stick_place import StickPlace
from app.ui.windows.tried import tried_sentences

RAIL_UNDER = 1_180
DRAWER_UNDER = 860
WIDE_FROM = 2_000
PEOPLE_WIDE, CHAT_WIDE = 280, 420
DRAWER_WIDTH = 320
SAID_MAX = 160
"""Letters of a line that a question quotes."""
CHAT_NARROW = 300
CENTRE_MIN = 360
NOTE_EVERY_MICROS = 600 * SECOND
"""The chat says moves of the stick at most once in ten minutes."""
_MINUTE_MS = 15_000
_ONLY_HERE = ("127.", "[::1]")
"""Addresses that nobody else can call."""


Stop = tuple[QWidget, Callable[[], object]]
"""A pane that F6 goes to, and how it takes the focus."""


MakePanel = Callable[[Looks, NodeBridge, SessionStatus, Clock, ConsoleModel], StickPanel]


@dataclass(frozen=True, slots=True)
class Parts:
    """What other rooms of the window build: the board, and the stick panel where there is one.

    With `programs` there are tabs: the board's, and one for each shared program.

    A board may have `said` (a text for a toast), `needs_room` (it opened something at its right
    edge), `enter` (take the focus), `stops` (panes of its own that F6 goes to), `bars` (its parts in
    order of reading), and both `spot` and `begin_at` (where the person is on it, and was).
    """

    board: Callable[[Looks, NodeBridge], QWidget]
    stick: MakePanel | None = None
    programs: Programs | None = None
    lab: LabHouse | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every page of the window is given."""

    bridge: NodeBridge
    looks: Looks
    memory: Memory
    clock: Clock
    parts: Parts


class SessionPage(QFrame):
    """One open session. `menu` asks for the menu at the top bar's button."""

    menu = Signal()
    unread = Signal(int)

    def __init__(
        self, ready: SessionReady, around: Surroundings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        bridge, looks = around.bridge, around.looks
        memory, clock, parts = around.memory, around.clock, around.parts
        self._bridge, self._looks, self._memory = bridge, looks, memory
        self._clock, self._parts = clock, parts
        self._noted_at: Micros | None = None
        outward = [each for each in ready.addresses if not each.startswith(_ONLY_HERE)]
        self._address = outward[0] if outward else ""
        self._dialog: InviteDialog | None = None
        self._colour_wanted: str | None = None
        theme = looks.theme
        set_kind(self, "chrome")
        self.status = SessionStatus(clock, self)
        self._console = ConsoleModel(clock, self)
        self.people = PeopleModel(clock, self)
        self.chat = ChatModel(clock, self)
        self.lab: LabModel | None = None
        if parts.lab is not None and parts.stick is not None:
            lab = self.lab = LabModel(parts.lab, self)
            lab.changed.connect(lambda: self.status.set_lab(lab.sentence()))
        self._top = TopBar(self.status, theme, self)
        self._banner = Banner(self.status, theme, self)
        self._people_pane = PeoplePane(self.people, theme, clock, self)
        self.board = parts.board(looks, bridge)
        self.shares = ShareModel(clock, self)
        self.centre: Centre | None = None
        if parts.programs is not None:
            given = Around(bridge, looks, memory, parts.programs)
            self.centre = Centre(self.board, self.shares, given, self)
        self._middle: QWidget = self.centre or self.board
        self.chat_pane = ChatPane(self.chat, self.people, bridge, theme, clock, self)
        self._foot = StatusBar(self.status, theme, self)
        self._toast = Toast(theme, self)
        self._lay_out()
        self._chat_shown = not memory.kept.chat_hidden
        self._drawer = False
        self._sized = False
        self.stick: StickPlace | None = None
        if parts.stick is not None:
            self.stick = StickPlace(
                self._make_stick,
                self._floors,
                memory,
                looks,
            )
        self._make_actions(theme)
        self._wire()
        self._news = Announcements(
            bridge, self.status, self.shares, clock, self, memory.kept.silent
        )
        self._slow = QTimer(self)
        self._slow.setInterval(_MINUTE_MS)
        self._slow.timeout.connect(self._top.refresh)
        self._slow.start()
        self._people_pane.asking.counted.connect(self._read_in_order)
        self.session = ready.session
        self.status.begin(ready)
        self._go_back_where_one_was()
        self._fetch()

    def _make_stick(self) -> StickPanel:
        make = self._parts.stick
        assert make is not None
        panel = make(self._looks, self._bridge, self.status, self._clock, self._console)
        if self.lab is not None:
            panel.offer_lab(self.lab)
        return panel

    def _go_back_where_one_was(self) -> None:
        spot = self._memory.kept.spot(self.session.hex())
        begin_at = getattr(self.board, "begin_at", None)
        if spot is not None and begin_at is not None:
            begin_at(spot.x, spot.y, spot.zoom)
        self.chat_pane.begin(spot.line if spot is not None else 0)

    def _keep_spot(self) -> None:
        spot = getattr(self.board, "spot", None)
        x, y, zoom = spot() if spot is not None else (0.0, 0.0, 1.0)
        line = self.chat_pane.line_in_sight()
        self._memory.keep_spot(Spot(self.session.hex(), x, y, zoom, line))

    def _lay_out(self) -> None:
        """Bars above and below; people, centre and chat side by side, with a floor for the panel."""
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for part in (self._people_pane, self._middle, self.chat_pane):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._middle.setMinimumWidth(CENTRE_MIN)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._top, self._banner):
            column.addWidget(part)
        self._floors = QSplitter(Qt.Orientation.Vertical, self)
        self._floors.setHandleWidth(1)
        self._floors.setChildrenCollapsible(False)
        self._floors.addWidget(self._splitter)
        column.addWidget(self._floors, 1)
        column.addWidget(self._foot)

    # --- events -----------------------------------------------------------------------------------

    def _wire(self) -> None:
        bridge, status, people = self._bridge, self.status, self.people
        bridge.people.connect(self._on_people)
        bridge.hint.connect(people.heard)
        bridge.hint.connect(self._on_hint)
        bridge.door.connect(self._on_door)
        self._people_pane.asking.admitted.connect(self._admit)
        self._people_pane.asking.refused.connect(self._refuse)
        self._people_pane.asking.done.connect(self._go_on_writing)
        bridge.order.connect(self._on_order)
        bridge.stick.connect(status.stick_moved)
        bridge.console.connect(self._console.hear)
        bridge.trouble.connect(status.trouble)
        bridge.apart.connect(self._on_apart)
        status.met.connect(self._on_met)
        status.joined.connect(self.chat.join)
        self._banner.asked.connect(self._show_awaited)
        bridge.chat.connect(self._on_chat)
        status.moved.connect(self._note)
        self._top.menu.connect(self.menu)
        self._top.invite.connect(self.open_invite)
        self._top.panel_button.setVisible(self.stick is not None)
        if self.stick is not None:
            self._top.panel.connect(self.stick.toggle)
            self._top.stick.connect(self.stick.show)
            self._top.why.connect(lambda: self.open_stick(Part.WHY))
            self._foot.panel.connect(self.open_stick)
            self._foot.set_opens()
        self.chat_pane.unread.connect(self.unread)
        self.chat_pane.unread.connect(self._top.set_new)
        self._top.chat.connect(self.toggle_chat)
        self.chat_pane.tried_wanted.connect(self._show_tried)
        self.chat_pane.take_back_wanted.connect(self._ask_take_back)
        status.changed.connect(self._tell_chat_of_apart)
        said = getattr(self.board, "said", None)
        if said is not None:
            said.connect(self.say)
        needs_room = getattr(self.board, "needs_room", None)
        if needs_room is not None:
            needs_room.connect(self._put_drawer_away)
        self._looks.changed.connect(self.set_theme)
        if self.centre is not None:
            self.centre.said.connect(self.say)
            self.centre.turned.connect(self._read_in_order)
            self.shares.told.connect(self._on_share_told)

    def renew(self, ready: SessionReady) -> None:
        """The same session goes on with a new machine: fetch what may have changed meanwhile."""
        self.status.begin(ready)
        self.chat_pane.renew()
        self._fetch()

    def _fetch(self) -> None:
        self._ask(ReadStatus, self._learn)
        self._ask(ReadAsking, self._learn_asking)
        if self.centre is not None:
            self.centre.begin()

    def _learn(self, answer: Answer) -> None:
        if isinstance(answer, Done) and isinstance(answer.value, Status):
            self.status.learn(answer.value)

    # --- those who ask to join --------------------------------------------------------------------

    def _on_door(self, event: object) -> None:
        match event:
            case api.AskedToJoin():
                self._people_pane.asking.add(event)
            case api.AskAnswered(site):
                self._people_pane.asking.drop(site)
            case _:
                return

    def _learn_asking(self, answer: Answer) -> None:
        rows = answer.value if isinstance(answer, Done) else ()
        if isinstance(rows, tuple):
            self._people_pane.asking.set_all(
                [each for each in rows if isinstance(each, api.AskedToJoin)]
            )

    def _admit(self, site: SiteId) -> None:
        self._ask(lambda token: api.AdmitSite(token, site), self._answered)

    def _refuse(self, site: SiteId) -> None:
        self._ask(lambda token: api.DenySite(token, site), self._answered)

    def _go_on_writing(self) -> None:
        """Whoever answered one who asks goes back to what nearly everybody does here."""
        if self.chat_pane.isVisible():
            self.chat_pane.enter()

    def _answered(self, answer: Answer) -> None:
        if isinstance(answer, api.Denied):
            self.say(answer.why)

    def _on_people(self, event: api.PeopleChanged) -> None:
        self.people.set_people(event.people)
        self.status.set_people(event.people)
        if self.lab is not None:
            self.lab.set_people(self.status.people)
        self._wear_own_colour()

    def _wear_own_colour(self) -> None:
        """Once in a session: ask for the colour that was chosen on this computer.

        Does somebody else wear it, the order gives another, and a toast tells that once.
        """
        own, kept = self.people.own(), self._memory.kept
        if own is None or not own.colour:
            return
        before, self._colour_wanted = self._colour_wanted, own.wanted
        if before is None:
            if kept.colour and own.wanted != kept.colour:
                self._ask(lambda token: SetProfile(token, own.name, kept.colour), None)
        elif own.wanted not in ("", before, own.colour):
            wearer = self.people.wearing(own.wanted)
            if wearer is not None:
                colours = PersonColours.COLOUR
                worn, other = colours[own.wanted](), colours[own.colour]()
                self.say(PersonColours.TAKEN(name=wearer.name, colour=worn, other=other))

    def set_silent(self, silent: tuple[str, ...]) -> None:
        """What no screen reader says from now on."""
        self._news.announcer.silent = silent

    def set_profile(self, name: str, colour: str) -> None:
        """The person changed name or colour."""
        self._ask(lambda token: SetProfile(token, name, colour), None)

    def _on_hint(self, event: api.HintHeard) -> None:
        if isinstance(event.hint, api.SeenUpTo):
            self.chat.see(event.site, event.hint.index)

    def _on_order(self, event: object) -> None:
        match event:
            case api.EntriesOrdered(entries):
                self.people.ordered(entries)
                self.status.order_changed(event)
            case api.CatchingUp():
                self.status.fetching(event)
            case api.EntriesSettled() | api.LogReverted() | api.SnapshotTaken():
                self.status.order_changed(event)
            case _:
                return

    def _on_chat(self, event: api.ChatEvent) -> None:
        if isinstance(event, api.EntryPending):
            self.status.pending(event)
        self.chat_pane.on_event(event)

    def _note(self, sentence: str) -> None:
        """A quiet line in the chat, seldom."""
        now = self._clock.now()
        if not self._memory.kept.stick_in_chat:
            return
        if self._noted_at is not None and now - self._noted_at < NOTE_EVERY_MICROS:
            return
        self._noted_at = now
        self.chat_pane.add_note(sentence)

    def _on_apart(self, event: WorkedApart | CameTogether) -> None:
        self.status.apart_changed(event)
        if isinstance(event, WorkedApart) and not event.settles:
            now = time_of_day(self._clock.wall_ms())
            self.chat_pane.part(Apart.RULE(time=now))

    def _on_met(self, meeting: Meeting) -> None:
        """A card in the chat; while what joined comes in, it says how much."""
        title, text = meeting_title(meeting), meeting_text(meeting, self.status.name_of)
        self.chat_pane.meet(meeting.index, title, text, leads=meeting.lines > 0)

    def _show_awaited(self) -> None:
        said = awaited_sentences(self.status)
        show_told(self, self._looks.theme, Apart.WHAT_WAITS(), said)

    def _on_share_told(self, told: Told) -> None:
        """A quiet line of what everybody did; what only concerns this person is no such line."""
        if not told.urgent:
            self.chat_pane.add_note(told.text, "program")

    def _ask(self, make: Callable[[int], Answered], then: Callable[[Answer], None] | None) -> None:
        self._bridge.ask(make, then)

    # --- what people do ---------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """A toast."""
        self._toast.say(text)

    def open_invite(self) -> None:
        """The dialog with the link."""
        self._dialog = InviteDialog(
            self.status.title,
            self.status.invite,
            self._ask,
            self._looks.theme,
            self._clock,
            self,
        )
        self._dialog.say_address(self._address if self._memory.kept.visible else "")
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.copied.connect(lambda: self.say(Invite.LINK_COPIED()))
        self._dialog.open()

    def _put_drawer_away(self) -> None:
        """A chat that lies over the board makes room."""
        if self._drawer and self._chat_shown:
            self._show_chat(shown=False)

    def _show_tried(self, row: api.ChatRow) -> None:
        said = tried_sentences(row, self.status, self._clock.wall_ms())
        show_told(self, self._looks.theme, Chat.TRIED(), said)

    def _ask_take_back(self, row: api.ChatRow) -> None:
        """The order keeps that a line was taken back: there is no way to undo it."""
        said = plain_line(row.text)
        beginning = said if len(said) <= SAID_MAX else f"{said[:SAID_MAX]}…"
        ask_first(
            self,
            self._looks.theme,
            Chat.TAKE_BACK_TITLE(),
            Chat.TAKE_BACK_TEXT(text=beginning),
            Chat.TAKE_BACK_YES(),
            lambda: self.chat_pane.take_back(row),
        )

    def _tell_chat_of_apart(self) -> None:
        apart = bool(self.status.people) and not self.status.can_settle
        self.chat.set_apart(apart=apart)
        self.shares.set_apart(apart=apart)

    def open_stick(self, part: Part) -> None:
        """Show a part of the stick panel."""
        if self.stick is not None:
            self.stick.show(part)

    def toggle_chat(self) -> None:
        """Show or hide the chat."""
        self._show_chat(shown=not self._chat_shown)
        if self._chat_shown:
            self.chat_pane.enter()

    def _show_chat(self, *, shown: bool) -> None:
        """A drawer opens and shuts without being remembered."""
        self._chat_shown = shown
        focus = self.window().focusWidget()
        if not shown and focus is not None and self.chat_pane.isAncestorOf(focus):
            self._enter_board()
        if not self._drawer:
            self._memory.change(chat_hidden=not shown)
        self._arrange()

    def close_session(self) -> None:
        """The session ends: keep sizes and place, close what belongs to it."""
        self.keep_place()
        self._looks.changed.disconnect(self.set_theme)
        if self.stick is not None:
            self.stick.end()
        if self.centre is not None:
            self.centre.end()
        self._slow.stop()

    # --- focus ------------------------------------------------------------------------------------

    def _make_actions(self, theme: Theme) -> None:
        for name, then in (
            ("pane-next", lambda: self._step(1)),
            ("pane-previous", lambda: self._step(-1)),
            ("go-people", self._people_pane.enter_first),
            ("go-board", self._enter_board),
            ("go-chat", self._enter_chat),
            ("write", self._enter_chat),
            ("find", self._find),
            ("invite", self.open_invite),
            ("chat-toggle", self.toggle_chat),
        ):
            make_action(name, theme, self).triggered.connect(lambda _checked=False, do=then: do())
        if self.centre is not None:
            self.centre.make_actions(self)
        stick = self.stick
        if stick is not None:
            for name, then in (
                ("go-stick", stick.enter),
                ("stick-panel", stick.toggle),
                ("stick-why", lambda: self.open_stick(Part.WHY)),
            ):
                action = make_action(name, theme, self)
                action.triggered.connect(lambda _checked=False, do=then: do())

    def mark_shown(self) -> None:
        """Tick the actions of what is in sight: panes are shown and hidden in other ways, too."""
        panel = self.stick.panel if self.stick is not None else None
        for name, pane in (("chat-toggle", self.chat_pane), ("stick-panel", panel)):
            action = self.findChild(QAction, name)
            if isinstance(action, QAction):
                action.setChecked(pane is not None and pane.isVisible())

    def _panes(self) -> list[Stop]:
        """The panes that are shown, in order of reading, and how each is entered."""
        panes: list[Stop] = [(self._top, self._top.enter)]
        asking = self._people_pane.asking
        if asking.isVisible():
            panes.append((asking, asking.enter))
        if self._banner.has_stop:
            panes.insert(1, (self._banner, self._banner.enter))
        panes.append((self._people_pane.list, self._people_pane.enter))
        stops = getattr(self._middle, "stops", None)
        panes += stops() if stops is not None else [(self.board, self._enter_board)]
        if self.chat_pane.isVisible():
            if self.chat_pane.find_bar.isVisible():
                panes.append((self.chat_pane.find_bar, self.chat_pane.open_find))
            panes.append((self.chat_pane.list, self._enter_rows))
            panes.append((self.chat_pane.composer, self.chat_pane.enter))
        if self.stick is not None:
            panes.append((self._foot, self._foot.enter))
            if self.stick.docked_panel is not None:
                panes.append((self.stick.docked_panel, self.stick.enter))
        return panes

    def _read_in_order(self) -> None:
        """Tab goes the way of the eyes, in whatever order the panes were made."""
        chat = self.chat_pane
        read_in_order(
            self._top,
            self._banner,
            self._people_pane,
            self._people_pane.asking,
            self._people_pane.list,
            *getattr(self._middle, "bars", (self.board,)),
            chat,
            chat.find_bar,
            chat.list,
            chat.composer,
            self._foot,
        )

    def _step(self, by: int) -> None:
        panes = self._panes()
        focus = self.window().focusWidget()
        # The last one that holds the focus: tools lie within the board.
        place = next(
            (
                at
                for at, (pane, _enter) in reversed(list(enumerate(panes)))
                if focus is not None and (pane is focus or pane.isAncestorOf(focus))
            ),
            -1 if by > 0 else 0,
        )
        panes[(place + by) % len(panes)][1]()

    def _enter_board(self) -> None:
        enter = getattr(self._middle, "enter", self._middle.setFocus)
        enter()

    def _enter_chat(self) -> None:
        if not self.chat_pane.isVisible():
            self._show_chat(shown=True)
        self.chat_pane.enter()

    def _find(self) -> None:
        if not self.chat_pane.isVisible():
            self._show_chat(shown=True)
        self.chat_pane.open_find()

    def _enter_rows(self) -> None:
        self.chat_pane.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- sizes ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for part in (
            self._top,
            self._banner,
            self._people_pane,
            self.chat_pane,
            self._foot,
        ):
            part.set_theme(theme)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The panes get their widths once the page has its own."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            self._looks.theme.dress_again(self)
            self._set_sizes()
            if self.stick is not None:
                self.stick.come_back()
            self._read_in_order()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Panes change their form with the width."""
        super().resizeEvent(event)
        self._arrange()
        self._toast.place()

    def keep_place(self) -> None:
        """Remember the widths of the panes, and what is in sight of board and chat."""
        self._keep_spot()
        if self._drawer or self._is_rail() or not self.chat_pane.isVisible():
            return
        self._memory.change(sizes=tuple(self._splitter.sizes()))

    def _set_sizes(self) -> None:
        px = self._looks.theme.px
        kept = self._memory.kept.sizes
        wide = self.width() >= px(WIDE_FROM)
        people, chat = (PEOPLE_WIDE, CHAT_WIDE) if wide else (PEOPLE_WIDTH, CHAT_WIDTH)
        people, chat = (kept[0], kept[2]) if len(kept) == 3 else (px(people), px(chat))
        if self._is_rail():
            people, chat = px(RAIL_WIDTH), px(CHAT_NARROW)
        self._splitter.setSizes([people, max(self.width() - people - chat, 1), chat])

    def _is_rail(self) -> bool:
        return self.width() < self._looks.theme.px(RAIL_UNDER)

    def _arrange(self) -> None:
        px = self._looks.theme.px
        if self._people_pane.set_rail(rail=self._is_rail()):
            self._set_sizes()
        self._middle.setMinimumWidth(px(CENTRE_MIN))
        drawer = self.width() < px(DRAWER_UNDER)
        if drawer != self._drawer:
            self._drawer = drawer
            if drawer:
                self._chat_shown = False
                self.chat_pane.setParent(self)
            else:
                self._chat_shown = not self._memory.kept.chat_hidden
                self._splitter.addWidget(self.chat_pane)
                self._set_sizes()
            self._looks.theme.dress_again(self.chat_pane)
            self._read_in_order()
        if drawer:
            area = QRect(self._splitter.mapTo(self, QPoint(0, 0)), self._splitter.size())
            width = max(min(px(DRAWER_WIDTH), area.width() - px(80)), 0)
            self.chat_pane.setMinimumWidth(0)
            self.chat_pane.setMaximumWidth(width)
            self.chat_pane.setGeometry(area.right() - width + 1, area.top(), width, area.height())
            self.chat_pane.raise_()
        else:
            self.chat_pane.setMinimumWidth(px(CHAT_WIDTH_MIN))
            self.chat_pane.setMaximumWidth(px(CHAT_WIDTH_MAX))
        self.chat_pane.setVisible(self._chat_shown)
        self._top.set_chat(offered=drawer or not self._chat_shown, shown=self._chat_shown)
