"""The centre of a session: the board and a tab for each shared program, and what goes on around them.

The one place where dialogs of shares are opened and answers lead on. Panes get the model and `ask`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import shiboken6
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.node.api import (
    ConsentShown,
    Denied,
    Done,
    EndShare,
    JoinShare,
    OfferShare,
    ReadShares,
    ShareShown,
    StopShare,
)
from app.ui.actions import ACTIONS, make_action
from app.ui.bridge import Answer, NodeBridge
from app.ui.memory import Memory
from app.ui.share.choosing import FileChooser
from app.ui.share.consent import ConsentDialog
from app.ui.share.model import ShareModel
from app.ui.share.offering import OfferingDialog
from app.ui.share.pane import SharePane
from app.ui.share.pointers import Pointers
from app.ui.share.programs import Gathered, Programs, ProgramWish, listed, remembered
from app.ui.share.strip import TabStrip
from app.ui.share.wishes import Wish
from app.ui.strings import Floor, Share, ShareNews
from app.ui.style_sheet import set_kind
from app.ui.theme import Looks, Theme
from app.ui.windows.question import ask_first

Stop = tuple[QWidget, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Around:
    """What the centre is given."""

    bridge: NodeBridge
    looks: Looks
    memory: Memory
    programs: Programs


class Centre(QFrame):
    """`said` carries what somebody just did, for a toast; `turned` says that another tab is shown."""

    said = Signal(str)
    turned = Signal()

    def __init__(
        self, board: QWidget, model: ShareModel, around: Around, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._board = board
        self._model = model
        self._around = around
        self._theme = around.looks.theme
        self._ask = around.bridge.ask
        self._panes: dict[str, SharePane] = {}
        self._away: dict[str, bool] = {}
        self._offered_here: dict[str, ProgramWish] = {}
        self._dialog: OfferingDialog | None = None
        self._emergency: QAction | None = None
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._application = application
        set_kind(self, "pane")
        self.strip = TabStrip(self._theme, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(board)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self._stack, 1)
        self.pointers = Pointers(model, self._theme, self)
        self.chooser = FileChooser(self, model, around.programs, self._ask, self._come)
        self.strip.chosen.connect(self._show)
        self.strip.add.connect(self._open_add)
        model.came.connect(self._came)
        model.changed.connect(self._changed)
        model.gone.connect(self._gone)
        model.back.connect(self._come_back)
        around.bridge.share.connect(model.take)
        around.bridge.people.connect(model.take)
        around.looks.changed.connect(self.set_theme)

    def begin(self) -> None:
        """Ask what is shared already."""
        self._ask(ReadShares, self._learn)

    def end(self) -> None:
        """The session is over: what floats goes."""
        self._around.looks.changed.disconnect(self.set_theme)
        if self._emergency is not None:
            self._application.focusWindowChanged.disconnect(self._follow_focus)
        self.pointers.end()
        self.chooser.end()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.strip.set_theme(theme)
        self.pointers.set_theme(theme)
        for pane in self._panes.values():
            pane.set_theme(theme)

    # --- keys -------------------------------------------------------------------------------------

    def make_actions(self, owner: QWidget) -> None:
        """The actions of the table, working within `owner`; what stops copies, everywhere."""
        for name, then in (
            ("tab-next", lambda: self.strip.step(1)),
            ("tab-previous", lambda: self.strip.step(-1)),
            ("share-program", self.open_offering),
            ("share-floor", self.give_on),
            ("share-stop", self.stop_all),
        ):
            action = make_action(name, self._theme, owner)
            action.triggered.connect(lambda _checked=False, do=then: do())
            if name == "share-stop":
                action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
                self._emergency = action
        self._application.focusWindowChanged.connect(self._follow_focus)

    def _follow_focus(self) -> None:
        """A dialog in front shuts out all keys but its own: the emergency is one of its own."""
        window, action = QApplication.activeWindow(), self._emergency
        if window is not None and action is not None and action not in window.actions():
            window.addAction(action)

    def stop_all(self) -> None:
        """All copies here end; this computer is its person's again."""
        running = self._model.running()
        for share in running:
            self._ask(partial(StopShare, share=share), None)
        if running:
            self.said.emit(ShareNews.STOPPED_ALL(len(running)))

    def give_on(self) -> None:
        """Give the floor on, in the program that is shown, or wherever one has it."""
        shown = [self.strip.current, *self._model.ids()]
        for share in shown:
            found = self._model.share(share)
            if found is not None and found.holder is not None and found.holder == self._model.own:
                self._panes[share].wished(Wish.GIVE_ON)
                self.said.emit(Floor.GAVE())
                return

    # --- tabs -------------------------------------------------------------------------------------

    @property
    def shown(self) -> QWidget:
        """The board, or the pane of a share."""
        return self._stack.currentWidget() or self._board

    def pane(self, share: str) -> SharePane | None:
        """The pane of a share."""
        return self._panes.get(share)

    def _learn(self, answer: Answer) -> None:
        if isinstance(answer, Done) and isinstance(answer.value, tuple) and shiboken6.isValid(self):
            shares = [each for each in answer.value if isinstance(each, ShareShown)]
            self._model.learn(tuple(shares))

    def _came(self, share: str) -> None:
        pane = SharePane(share, self._model, self._ask, self._theme, self)
        pane.wish.connect(lambda wish: self._wish(share, wish))
        self._panes[share] = pane
        self._stack.addWidget(pane)
        self._put(share)

    def _put(self, share: str) -> None:
        shown = self._model.share(share)
        if shown is None:
            return
        self.strip.put(share, shown.title)
        if shown.owner != self._model.own and shown.copy == "none":
            self.strip.mark(share, self._model.colour(shown.owner))

    def _changed(self, share: str) -> None:
        if share in self._panes and share not in self._away:
            shown = self._model.share(share)
            if shown is not None:
                self.strip.put(share, shown.title)
                if shown.differs is not None or shown.copy == "failed":
                    self.strip.mark(share, self._model.colour(shown.owner))

    def _gone(self, share: str) -> None:
        self._away.pop(share, None)
        self.strip.take_away(share)
        pane = self._panes.pop(share, None)
        if pane is not None:
            self._stack.removeWidget(pane)
            pane.deleteLater()

    def _show(self, share: str) -> None:
        focus = self.window().focusWidget()
        within = focus is not None and self._stack.isAncestorOf(focus)
        self._stack.setCurrentWidget(self._panes.get(share, self._board))
        if within:
            self.enter()
        self.turned.emit()

    def _put_away(self, share: str) -> None:
        self._away[share] = True
        self.strip.take_away(share)

    def _bring_back(self, share: str) -> None:
        self._away.pop(share, None)
        self._put(share)
        self.strip.choose(share)
        self.enter()

    def _open_add(self, corner: QPoint) -> None:
        """Straight to the dialog, unless something was put away."""
        away = [share for share in self._away if self._model.share(share) is not None]
        if not away:
            self.open_offering()
            return
        menu = QMenu(self)
        row = ACTIONS["share-program"]
        menu.addAction(row.text()).triggered.connect(lambda _checked=False: self.open_offering())
        menu.addSeparator()
        for share in away:
            action = menu.addAction(self._model.title(share).replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, share=share: self._bring_back(share))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(corner)

    # --- wishes that lead on ----------------------------------------------------------------------

    def _wish(self, share: str, wish: Wish) -> None:
        match wish:
            case Wish.START:
                self._start(share)
            case Wish.WATCH | Wish.PUT_AWAY:
                self._put_away(share)
            case Wish.END:
                program = self._model.title(share)
                text = Share.END_TEXT(program=program)
                ask_first(
                    self, self._theme, Share.END(), text, Share.END(), lambda: self._end(share)
                )
            case Wish.AFRESH:
                self._afresh(share)
            case _:
                return

    def _end(self, share: str) -> None:
        self._ask(lambda token: EndShare(token, share), self._refused(share))

    def _refused(self, share: str) -> Callable[[Answer], None]:
        """An answer of which only a no is said."""

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                self._model.refuse(share, answer.why)

        return then

    def _start(self, share: str) -> None:
        """One's own program starts at once; somebody else's after a yes to what is shown."""
        shown = self._model.share(share)
        if shown is not None and shown.owner == self._model.own:
            self._join(share)
            return

        def then(answer: Answer) -> None:
            if not shiboken6.isValid(self):
                return
            if isinstance(answer, Denied):
                self._model.refuse(share, answer.why)
            elif isinstance(answer.value, ConsentShown):
                self._ask_consent(answer.value)

        self._ask(lambda token: JoinShare(token, share, consent=False), then)

    def _ask_consent(self, asked: ConsentShown) -> None:
        dialog = ConsentDialog(asked, self._model.colour(asked.sender), self._theme, self)
        dialog.accepted.connect(lambda: self._join(asked.id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _join(self, share: str) -> None:
        self._ask(lambda token: JoinShare(token, share, consent=True), self._refused(share))

    # --- sharing ----------------------------------------------------------------------------------

    def open_offering(self, wish: ProgramWish | None = None) -> None:
        """The dialog *Share a program*."""
        recent = self._around.memory.kept.programs
        self._dialog = OfferingDialog(listed(recent), self._theme, self)
        if wish is not None:
            self._dialog.offer(wish)
        dialog = self._dialog
        dialog.wished.connect(lambda wish: self._gather(wish, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _gather(self, wish: ProgramWish, dialog: OfferingDialog | None) -> None:
        def then(found: Gathered | str) -> None:
            if not shiboken6.isValid(self):
                return
            if isinstance(found, str):
                self._not_shared(dialog, found)
            else:
                self._offer(wish, found, dialog)

        self._around.programs.gather_program(wish, then)

    def _offer(self, wish: ProgramWish, found: Gathered, dialog: OfferingDialog | None) -> None:
        def then(answer: Answer) -> None:
            if not shiboken6.isValid(self):
                return
            if isinstance(answer, Denied):
                self._not_shared(dialog, answer.why)
                return
            share = str(answer.value)
            self._offered_here[share] = wish
            memory = self._around.memory
            memory.change(programs=remembered(memory.kept.programs, wish.program))
            if dialog is not None and shiboken6.isValid(dialog):
                dialog.accept()
            if self._model.share(share) is not None:
                self.strip.choose(share)

        self._ask(lambda token: OfferShare(token, found.offer, found.listing, wish.python), then)

    def _not_shared(self, dialog: OfferingDialog | None, why: str) -> None:
        if dialog is not None and shiboken6.isValid(dialog):
            dialog.refused(why)
        else:
            self.said.emit(why)

    def _afresh(self, share: str) -> None:
        """The same program anew; without knowing where it lies, the dialog asks."""
        wish = self._offered_here.get(share)
        self._end(share)
        if wish is None:
            self.open_offering()
        else:
            self._gather(wish, None)

    # --- focus ------------------------------------------------------------------------------------

    def _come(self) -> None:
        """This window in front: the person is asked something here."""
        window = self.window()
        window.raise_()
        window.activateWindow()

    def _come_back(self) -> None:
        """From the program's windows back to Talkstick."""
        self._come()
        self.enter()

    def enter(self) -> None:
        """The focus to what is shown."""
        shown = self.shown
        enter = getattr(shown, "enter", shown.setFocus)
        enter()

    def stops(self) -> list[Stop]:
        """Panes that F6 goes to, the tabs first."""
        shown = self.shown
        stops = getattr(shown, "stops", None)
        inner: list[Stop] = stops() if stops is not None else [(shown, self.enter)]
        return [(self.strip, self.strip.enter), *inner]

    @property
    def bars(self) -> tuple[QWidget, ...]:
        """The parts in order of reading."""
        shown = self.shown
        return (self.strip, *getattr(shown, "bars", (shown,)))
