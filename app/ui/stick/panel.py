"""The stick panel: a window of its own, or docked below the session. The room's only door.

Puts head, overview, log and streams together and decides when anybody looks: only then is the site asked for
figures, and only then is anything drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.ui.actions import make_action
from app.ui.bridge import NodeBridge
from app.ui.models.console import ConsoleModel
from app.ui.models.lab import LabModel
from app.ui.models.status import SessionStatus
from app.ui.moments import Clock
from app.ui.panes.status_bar import StatusBar
from app.ui.panes.toast import Toast
from app.ui.panes.told import show_told
from app.ui.panes.where import ask_where
from app.ui.stick.arrange import Card
from app.ui.stick.export import csv_text
from app.ui.stick.feed import StickFeed
from app.ui.stick.head import StickHead
from app.ui.stick.lab import LabPage
from app.ui.stick.log_feed import LogFeed
from app.ui.stick.log_model import LogModel
from app.ui.stick.model import StickModel
from app.ui.stick.overview import LogCard, Overview
from app.ui.stick.part import Part
from app.ui.stick.streams.page import StreamsPage
from app.ui.strings import StickPanel as Text
from app.ui.style_sheet import set_kind
from app.ui.theme import Looks, Theme

SIZE = (1_440, 870)
SMALLEST = (720, 420)
_OVERVIEW, _LOG, _STREAMS, _LAB = 0, 1, 2, 3


class StickPanel(QFrame):
    """`dock` carries whether it is wanted below the session."""

    dock = Signal(bool)

    def __init__(
        self,
        looks: Looks,
        bridge: NodeBridge,
        status: SessionStatus,
        clock: Clock,
        console: ConsoleModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        theme = looks.theme
        self._looks, self._status = looks, status
        self._docked = False
        self._top: QWidget | None = None
        set_kind(self, "chrome")
        self.model = StickModel(clock, self)
        self.model.set_people(status.people)
        self._rows = LogModel(self.model, self)
        self._feed = StickFeed(bridge, self.model, self)
        self._log_feed = LogFeed(bridge, status, self._rows, self)
        self.model.changed.connect(self._tell_log)
        self.head = StickHead(self.model, bridge, theme, self)
        parts = (self.model, self._rows, self._log_feed, status, theme)
        self.overview = Overview(*parts, self)
        self._log_page = QFrame(self)
        set_kind(self._log_page, "chrome")
        self.log = LogCard(*parts, self._log_page)
        self._log_column = QVBoxLayout(self._log_page)
        self._log_column.addWidget(self.log)
        self.streams = StreamsPage(self.model, bridge, status, console, theme, self)
        self._pages = QStackedWidget(self)
        for page in (self.overview, self._log_page, self.streams):
            self._pages.addWidget(page)
        self.lab: LabPage | None = None
        self._foot = StatusBar(status, theme, self)
        self._toast = Toast(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._pages, 1)
        column.addWidget(self._foot)
        self._wire(theme)
        self.resize(theme.px(SIZE[0]), theme.px(SIZE[1]))
        self.set_docked(docked=False)

    def _wire(self, theme: Theme) -> None:
        head = self.head
        head.tab.connect(self.show_tab)
        head.tables.connect(lambda on: self.overview.show_tables(on=on))
        head.dock.connect(self.dock)
        head.close_wanted.connect(self.hide)
        head.said.connect(self._toast.say)
        self.streams.said.connect(self._toast.say)
        head.save_figures.connect(self._ask_figures)
        head.save_picture.connect(self._ask_picture)
        self._foot.panel.connect(self.show_part)
        self._foot.set_opens()
        self._looks.changed.connect(self.set_theme)
        self._status.changed.connect(self._retitle)
        self._own_actions = [
            self._action("stick-panel", theme, self.hide),
            self._action("stick-why", theme, lambda: self.show_part(Part.WHY)),
            self._action("pane-next", theme, lambda: self._step(1)),
            self._action("pane-previous", theme, lambda: self._step(-1)),
        ]
        self._action("stick-tables", theme, self._toggle_tables)
        self._measure(theme)
        self._retitle()

    def offer_lab(self, model: LabModel) -> None:
        """There is a network lab, too."""
        self.lab = LabPage(model, self._status, self._looks.theme, self)
        self.lab.said.connect(self._toast.say)
        self._pages.addWidget(self.lab)
        self.head.offer_lab()

    def _toggle_tables(self) -> None:
        if self._pages.currentIndex() == _OVERVIEW:
            self.head.tables_button.toggle()

    def _action(self, name: str, theme: Theme, then: Callable[[], None]) -> QAction:
        action = make_action(name, theme, self)
        action.triggered.connect(lambda _checked=False: then())
        return action

    # --- where it stands --------------------------------------------------------------------------

    def set_docked(self, *, docked: bool) -> None:
        """Below the session it has no bar of its own, and the session's keys."""
        self._docked = docked
        self.head.set_docked(docked=docked)
        self.overview.set_docked(docked=docked)
        self.streams.set_docked(docked=docked)
        self._foot.setVisible(not docked)
        for action in self._own_actions:
            action.setEnabled(not docked)
        px = self._looks.theme.px
        if docked:
            self.setMinimumSize(0, 0)
        else:
            self.setMinimumSize(px(SMALLEST[0]), px(SMALLEST[1]))

    def show_tab(self, place: int) -> None:
        """Overview, log, streams and agents, or the network lab."""
        self.head.show_tab(place)
        self._pages.setCurrentIndex(place)
        self._look()

    def show_part(self, part: Part) -> None:
        """Bring a part into sight and give it the focus."""
        if part is Part.LAB:
            if self.lab is not None:
                self.show_tab(_LAB)
                self.lab.enter()
            return
        card = {
            Part.MAP: Card.MAP,
            Part.WHY: Card.WHY,
            Part.WAITING: Card.PLOT,
            Part.LOG: Card.LOG,
        }[part]
        if part is Part.LOG and not self.overview.has(Card.LOG):
            self.show_tab(_LOG)
            self.log.enter()
            return
        self.show_tab(_OVERVIEW)
        self.overview.enter(card)

    def enter(self) -> None:
        """The focus comes in by a key."""
        place = self._pages.currentIndex()
        if place == _STREAMS:
            self.streams.enter()
        elif place == _LOG:
            self.log.enter()
        elif place == _LAB and self.lab is not None:
            self.lab.enter()
        else:
            self.show_part(Part.MAP)

    def _step(self, by: int) -> None:
        """F6 goes round the cards."""
        if self._pages.currentIndex() == _STREAMS:
            self.streams.step(by)
            return
        if self._pages.currentIndex() == _LAB and self.lab is not None:
            self.lab.step(by)
            return
        shown = [card for card in Card if self.overview.has(card) and card is not Card.TALK]
        focus = self.focusWidget()
        at = next(
            (
                place
                for place, card in enumerate(shown)
                if focus is not None and self.overview.cards[card].isAncestorOf(focus)
            ),
            -1 if by > 0 else 0,
        )
        self.show_tab(_OVERVIEW)
        self.overview.enter(shown[(at + by) % len(shown)])

    def end(self) -> None:
        """The session is over."""
        self._feed.end()
        self._log_feed.end()
        self.streams.end()
        self._looks.changed.disconnect(self.set_theme)

    # --- looks ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.head.set_theme(theme)
        self.overview.set_theme(theme)
        self.log.set_theme(theme)
        self.streams.set_theme(theme)
        if self.lab is not None:
            self.lab.set_theme(theme)
        self._foot.set_theme(theme)
        self._measure(theme)

    def _measure(self, theme: Theme) -> None:
        margin = theme.px(12)
        self._log_column.setContentsMargins(margin, margin, margin, margin)

    def _retitle(self) -> None:
        self.setWindowTitle(Text.WINDOW_TITLE(session=self._status.title))

    def _tell_log(self) -> None:
        panel = self.model.panel
        if panel is not None and self.isVisible():
            self._rows.set_disks(panel.disks)

    # --- who looks --------------------------------------------------------------------------------

    def _look(self) -> None:
        """Ask and draw only while somebody can see it."""
        seen = self.isVisible() and not self.window().isMinimized()
        self._feed.set_on(on=seen)
        self._log_feed.set_on(seen)
        self.streams.feed.set_on(on=seen and self._pages.currentIndex() == _STREAMS)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody looks."""
        super().showEvent(event)
        top = self.window()
        if top is not self._top:
            if self._top is not None:
                self._top.removeEventFilter(self)
            self._top = top
            top.installEventFilter(self)
        if not self._docked and self.focusWidget() is None:
            # Nothing wears the ring before somebody uses the keys.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody does."""
        super().hideEvent(event)
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A window that is made small is not looked at."""
        if event.type() == QEvent.Type.WindowStateChange and watched is self._top:
            self._look()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc puts it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The toast stays in the middle."""
        super().resizeEvent(event)
        self._toast.place()

    # --- saving -----------------------------------------------------------------------------------

    def _ask_figures(self) -> None:
        self._ask(Text.EXPORT_CSV(), Text.EXPORT_CSV_FORM(), "csv", self.save_figures)

    def _ask_picture(self) -> None:
        self._ask(Text.EXPORT_PNG(), Text.EXPORT_PNG_FORM(), "png", self.save_picture)

    def _ask(self, title: str, form: str, suffix: str, then: Callable[[str], None]) -> None:
        ask_where(self, title, [form], f"{Text.EXPORT_NAME()}.{suffix}", then)

    def save_figures(self, name: str) -> None:
        """Write the figures and say how it went; a failure is not missed."""
        try:
            Path(name).write_text(csv_text(self.model), encoding="utf-8", newline="")
        except OSError:
            self._tell_saved(name, written=False)
        else:
            self._tell_saved(name, written=True)

    def save_picture(self, name: str) -> None:
        """Write what the overview shows and say how it went; a failure is not missed."""
        self._tell_saved(name, written=self.overview.picture().save(name, "PNG"))

    def _tell_saved(self, name: str, *, written: bool) -> None:
        file = Path(name).name
        if written:
            self._toast.say(Text.EXPORT_DONE(name=file))
        else:
            failed = Text.EXPORT_FAILED(name=file)
            show_told(self, self._looks.theme, Text.EXPORT_NOT(), [failed])
