"""The application: Qt's own object, looks, windows. The one place that knows them all.

It opens no session and touches no node: `House` does, and the program above puts both together.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.board.pane import BoardPane
from app.ui.bridge import NodeBridge
from app.ui.later import later
from app.ui.memory import Memory
from app.ui.models.lobby import LobbyModel
from app.ui.moments import SYSTEM_CLOCK
from app.ui.rubbish import Rubbish
from app.ui.stick.panel import StickPanel
from app.ui.theme import Looks, Theme
from app.ui.windows.first_run import FirstRunWindow
from app.ui.windows.main import House, MainWindow
from app.ui.windows.session import Parts, Surroundings

SWEEP_MS = 500
SPARE_MS = 1_500
"""After the lobby is there: it has been painted, and somebody reads it."""
OPENING_MS = 1_000
"""A session that opens has this long until Python may stop it to search for rubbish."""
_HARMLESS = ("This plugin does not support",)
"""What the offscreen platform says of every window."""


def make_application(report: Callable[[str], None]) -> QApplication:
    """Qt's application. `report` gets what Qt complains about."""
    QGuiApplication.setDesktopFileName("talkstick")
    application = QApplication(["talkstick"])
    application.setApplicationName("talkstick")
    # No display name: Qt would put it behind the titles of dialogs, with a dash of its own.
    # The loop ends when everything is closed in order, not when a window is.
    application.setQuitOnLastWindowClosed(False)

    def heard(kind: QtMsgType, _context: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(each in text for each in _HARMLESS):
            report(text)

    qInstallMessageHandler(heard)
    return application


class Windows:
    """All windows of one run; `bridge` and `lobby` are what the house feeds."""

    def __init__(self, application: QApplication, folder: Path, house: House) -> None:
        self._application = application
        self._house = house
        self.bridge = NodeBridge()
        self.lobby = LobbyModel()
        self.memory = Memory(folder)
        self.looks = Looks(self.memory.kept.wishes)
        self._apply(self.looks.theme)
        self.looks.changed.connect(self._apply)
        self._rubbish = Rubbish()
        self.bridge.closed.connect(self._sweep_later)
        self.main: MainWindow | None = None
        self._spare_board: BoardPane | None = None
        self._first: FirstRunWindow | None = None
        self._late_link = ""

    def begin(self, then: Callable[[], None]) -> None:
        """Ask for a name if there is none, then show the main window and call `then`."""
        if self.memory.kept.name:
            self._show_main(then)
            return
        self._first = FirstRunWindow(self.looks.theme)
        self._first.begun.connect(lambda name, colour: self._named(name, colour, then))
        self._first.given_up.connect(self._house.quit)
        self._first.show()

    def come_to_front(self, link: str) -> None:
        """A second start of the program."""
        if self.main is not None:
            self.main.come_to_front()
            if link:
                self.main.show_join(link)
        elif self._first is not None:
            self._late_link = link or self._late_link
            self._first.raise_()
            self._first.activateWindow()

    def go_to_lobby(self) -> None:
        """What was tried did not work: the lobby says why."""
        if self.main is not None:
            self.main.show_lobby()

    def opening(self) -> None:
        """A session begins to open, and its person waits."""
        self._rubbish.hold()
        later(self._application, OPENING_MS, self._rubbish.go_on)

    def say(self, text: str) -> None:
        """A toast in the open session."""
        if self.main is not None and self.main.page is not None:
            self.main.page.say(text)

    def close(self) -> None:
        """As if the person closed the window."""
        if self.main is not None:
            self.main.close()
        else:
            self._house.quit()

    def hide(self) -> None:
        """The session is closed; what still ends needs no window."""
        if self.main is not None:
            self.main.hide()

    def end(self) -> None:
        """Close every window; before the loop ends, so that nothing is left to Qt's own end."""
        for window in self._application.topLevelWidgets():
            window.close()
        if self.main is not None:
            self.main.deleteLater()
            self.main = None
        self._drop_spare()
        self._rubbish.close()
        qInstallMessageHandler(None)

    def _sweep_later(self, _event: object) -> None:
        """Once the closed session's windows are gone and the next page has been painted."""
        later(self._application, SWEEP_MS, self._rubbish.look_everywhere)
        if self.main is not None:
            later(self.main, SPARE_MS, self._make_spare)

    def _named(self, name: str, colour: str, then: Callable[[], None]) -> None:
        self.memory.change(name=name, colour=colour)
        self._show_main(then)
        if self._late_link and self.main is not None:
            self.main.show_join(self._late_link)

    def _show_main(self, then: Callable[[], None]) -> None:
        around = Surroundings(
            self.bridge,
            self.looks,
            self.memory,
            SYSTEM_CLOCK,
            Parts(board=self._board, stick=StickPanel, programs=self._house, lab=self._house),
        )
        self.main = MainWindow(self._house, self.lobby, around)
        self.main.show()
        later(self.main, SPARE_MS, self._make_spare)
        then()

    def _apply(self, theme: Theme) -> None:
        theme.apply(self._application)

    def _make_spare(self) -> None:
        """The board of the next session, while nobody waits: it is a third of a page's work."""
        main = self.main
        if main is not None and main.page is None and self._spare_board is None:
            self._spare_board = make_board(self.looks, self.bridge)

    def _drop_spare(self) -> None:
        if self._spare_board is not None:
            self._spare_board.deleteLater()
            self._spare_board = None

    def _board(self, looks: Looks, bridge: NodeBridge) -> QWidget:
        pane, self._spare_board = self._spare_board, None
        return make_board(looks, bridge) if pane is None else pane


def make_board(looks: Looks, bridge: NodeBridge) -> BoardPane:
    """A board that shows what the bridge tells of one."""
    pane = BoardPane(looks, bridge.submit, bridge.token)
    bridge.seen.connect(pane.take)
    return pane
