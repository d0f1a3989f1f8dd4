"""The one main window: the lobby, or the open session; menu, title, geometry, the way out.

What stands around it (the node, the disk, the network) is the `House`: it opens and closes
sessions; here only pages change.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QStackedWidget

from app.node.api import SessionClosed, SessionReady
from app.ui.actions import dress_actions, make_action
from app.ui.models.lab import LabHouse
from app.ui.models.lobby import LobbyModel
from app.ui.panes.banner import HEIGHT_LOW
from app.ui.share.programs import Programs
from app.ui.strings import Common, Lobby, Menu, Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme
from app.ui.windows.keys import KeySheet
from app.ui.windows.lobby import LobbyPage
from app.ui.windows.places import place_of, put_at
from app.ui.windows.question import ask_first
from app.ui.windows.session import SessionPage, Surroundings
from app.ui.windows.settings import SettingsDialog

SMALLEST = (760, 520)
FIRST_SIZE = (1_280, 820)


class House(Programs, LabHouse, Protocol):
    """What the program does for its window. Each call returns at once; news come as events."""

    def create(self, title: str) -> None:
        """Found a session and open it."""

    def join(self, link: str) -> None:
        """Join by a link; the session that is open is closed first."""

    def is_open(self, link: str) -> bool:
        """Whether a link leads to the session that is open."""

    def open_kept(self, key: str) -> None:
        """Go on with a session of this disk."""

    def try_alone(self) -> None:
        """The demo session, with this window in it."""

    def close_session(self) -> None:
        """Close the open session; it stays on this computer."""

    def leave_session(self) -> None:
        """Leave the open session for good."""

    def look_around(self, *, on: bool) -> None:
        """Fill the lobby's list of sessions nearby, or stop that."""

    def ask_near(self, key: str) -> None:
        """Ask a session nearby to be let in; the session that is open is closed first."""

    def cancel_ask(self) -> None:
        """Take the wish to join back."""

    def probe(self, address: str) -> None:
        """Look for a session at an address that was typed."""

    def set_visible(self, *, visible: bool) -> None:
        """Whether people nearby see the session and can ask to join."""

    def forget(self, key: str) -> None:
        """Delete a session from this disk."""

    def quit(self) -> None:
        """Close in order and end the program."""


class MainWindow(QMainWindow):
    """Shows the lobby until a session is ready."""

    def __init__(self, house: House, lobby: LobbyModel, around: Surroundings) -> None:
        super().__init__()
        self._house = house
        self._around = around
        self._bridge, self._looks, self._memory = around.bridge, around.looks, around.memory
        self._kept = lobby
        self._unread = 0
        self._ending = False
        self.page: SessionPage | None = None
        theme = around.looks.theme
        self._pages = QStackedWidget(self)
        self.setCentralWidget(self._pages)
        self.lobby = LobbyPage(lobby, theme, around.clock, self)
        self._pages.addWidget(self.lobby)
        self._veil = QLabel(Session.LEAVING(), self)
        self._veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_kind(self._veil, "veil")
        self._veil.hide()
        self.setMinimumSize(*SMALLEST)
        self._make_actions(theme)
        self._wire()
        self._restore()
        self.show_lobby()

    # --- pages ------------------------------------------------------------------------------------

    def _wire(self) -> None:
        house, lobby = self._house, self.lobby
        self._bridge.ready.connect(self._on_ready)
        self._bridge.closed.connect(self._on_closed)
        self._looks.changed.connect(lobby.set_theme)
        self._looks.changed.connect(self._dress_actions)
        lobby.start.connect(house.create)
        lobby.join.connect(self._join)
        lobby.open_kept.connect(self._open_kept)
        lobby.try_alone.connect(house.try_alone)
        lobby.forget.connect(self._ask_forget)
        lobby.back.connect(self._back)
        lobby.ask_near.connect(house.ask_near)
        lobby.cancel_ask.connect(house.cancel_ask)
        lobby.probe.connect(house.probe)
        lobby.settings.connect(self.open_settings)
        lobby.keys.connect(self.open_keys)
        lobby.set_person(self._memory.kept.name, self._memory.kept.colour)

    def _on_ready(self, ready: SessionReady) -> None:
        if self.page is not None and self.page.session == ready.session:
            # The disk works again: what is in the page, such as a draft, stays.
            self.page.renew(ready)
            return
        self._drop_page()
        self.page = SessionPage(ready, self._around, self)
        self.page.menu.connect(self.open_menu)
        self.page.unread.connect(self._set_unread)
        self._pages.addWidget(self.page)
        self._pages.setCurrentWidget(self.page)
        self.lobby.forget_typed()
        self._house.look_around(on=False)
        self._memory.change(open=True)
        self._retitle()
        self.page.chat_pane.enter()

    def _on_closed(self, _event: SessionClosed) -> None:
        self._drop_page()
        if not self._ending:
            self._memory.change(open=False)
            self.show_lobby()

    def _drop_page(self) -> None:
        if self.page is not None:
            self.page.close_session()
            self._pages.removeWidget(self.page)
            self.page.deleteLater()
            self.page = None
            self._unread = 0

    def show_lobby(self) -> None:
        """The lobby, with a way back to the session that is open behind."""
        self.lobby.set_behind(self.page.status.title if self.page is not None else "")
        self._pages.setCurrentWidget(self.lobby)
        self._house.look_around(on=True)
        self._retitle()

    def _back(self) -> None:
        if self.page is not None:
            self._house.look_around(on=False)
            self._pages.setCurrentWidget(self.page)
            self.page.chat_pane.enter()
            self._retitle()

    def show_join(self, link: str = "") -> None:
        """The lobby with the field for a link; a link from outside is joined at once."""
        if link and self._join(link):
            return
        self.show_lobby()
        self.lobby.offer_link(link)
        self.lobby.enter(join=True)

    def _open_kept(self, key: str) -> None:
        if self.page is not None and self.page.session.hex() == key:
            self._back()
        else:
            self._house.open_kept(key)

    def _join(self, link: str) -> bool:
        """Join by a link; True if it leads to the session that is open: that is shown again."""
        if self.page is not None and self._house.is_open(link):
            self.lobby.forget_typed()
            self._back()
            return True
        self._house.join(link)
        return False

    def _show_new(self) -> None:
        self.show_lobby()
        self.lobby.enter()

    def come_to_front(self) -> None:
        """Somebody started the program again."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    # --- title ------------------------------------------------------------------------------------

    def _set_unread(self, count: int) -> None:
        if count != self._unread:
            self._unread = count
            self._retitle()

    def _retitle(self) -> None:
        page = self.page
        if page is None or self._pages.currentWidget() is not page:
            self.setWindowTitle(Common.NAME())
        elif self._unread:
            self.setWindowTitle(
                Common.WINDOW_TITLE_UNREAD(session=page.status.title, count=self._unread)
            )
        else:
            self.setWindowTitle(Common.WINDOW_TITLE(session=page.status.title))

    # --- actions and menu -------------------------------------------------------------------------

    def _make_actions(self, theme: Theme) -> None:
        self._actions: dict[str, QAction] = {}
        for name, then in (
            ("session-new", self._show_new),
            ("session-join", self.show_join),
            ("settings", self.open_settings),
            ("keys", self.open_keys),
            ("menu", self.open_menu),
            ("full-screen", self._full_screen),
            ("quit", self.close),
        ):
            action = make_action(name, theme, self)
            action.triggered.connect(lambda _checked=False, do=then: do())
            self._actions[name] = action
        # Also with the stick panel in front, which is a window of its own.
        self._actions["quit"].setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)

    def _dress_actions(self, theme: Theme) -> None:
        dress_actions(self, theme)

    def open_menu(self) -> None:
        """The whole menu, below its button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = self.page
        for name in ("session-new", "session-join"):
            menu.addAction(self._actions[name])
        if page is not None:
            menu.addSeparator()
            for name in ("invite", "chat-toggle", "stick-panel", "share-program", "share-stop"):
                if name == "share-stop" and not page.shares.running():
                    continue
                action = page.findChild(QAction, name)
                if action is not None:
                    menu.addAction(action)
            page.mark_shown()
        menu.addSeparator()
        for name in ("settings", "keys", "full-screen"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        if page is not None:
            menu.addAction(Menu.CLOSE_SESSION()).triggered.connect(self._house.close_session)
            menu.addAction(Menu.LEAVE()).triggered.connect(self._ask_leave)
        menu.addAction(self._actions["quit"])
        corner = QPoint(self._looks.theme.px(12), self._looks.theme.px(44))
        menu.popup(self.mapToGlobal(corner))

    def _full_screen(self) -> None:
        # What it was before, such as maximized, it is again afterwards.
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def open_keys(self) -> None:
        """The sheet of keys."""
        sheet = KeySheet(self._looks.theme, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def open_settings(self) -> None:
        """Settings; everything is in force at once."""
        dialog = SettingsDialog(self._memory.kept, self._looks.theme, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.person.connect(self._set_person)
        dialog.wishes.connect(self._set_wishes)
        self._looks.changed.connect(dialog.set_theme)
        dialog.stick_in_chat.connect(lambda on: self._memory.change(stick_in_chat=on))
        dialog.visible.connect(self._set_visible)
        dialog.silent.connect(self._set_silent)
        dialog.open()

    def _set_silent(self, silent: object) -> None:
        self._memory.change(silent=silent)
        if self.page is not None:
            self.page.set_silent(self._memory.kept.silent)

    def _set_visible(self, on: bool) -> None:
        self._memory.change(visible=on)
        self._house.set_visible(visible=on)

    def _set_person(self, name: str, colour: str) -> None:
        self._memory.change(name=name, colour=colour)
        self.lobby.set_person(name, colour)
        if self.page is not None:
            self.page.set_profile(name, colour)

    def _set_wishes(self, wishes: object) -> None:
        self._memory.change(wishes=wishes)
        self._looks.choose(self._memory.kept.wishes)

    def _ask_leave(self) -> None:
        if self.page is None:
            return
        ask_first(
            self,
            self._looks.theme,
            Menu.LEAVE(),
            Menu.LEAVE_TEXT(session=self.page.status.title),
            Menu.LEAVE_YES(),
            self._house.leave_session,
        )

    def _ask_forget(self, key: str) -> None:
        title = next((each.title for each in self._kept.kept if each.key == key), "")
        ask_first(
            self,
            self._looks.theme,
            Lobby.FORGET_TITLE(),
            Lobby.FORGET_TEXT(session=title),
            Lobby.FORGET_YES(),
            lambda: self._house.forget(key),
        )

    # --- beginning and end ------------------------------------------------------------------------

    def _restore(self) -> None:
        px = self._looks.theme.px
        room = self.screen().availableSize()
        self.resize(QSize(px(FIRST_SIZE[0]), px(FIRST_SIZE[1])).boundedTo(room))
        if self._memory.kept.geometry:
            put_at(self, self._memory.kept.geometry)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing the window leaves in order; that is shown, and takes two seconds at most."""
        self._memory.change(geometry=place_of(self))
        if self._ending:
            event.accept()
            return
        if self.page is not None:
            self.page.keep_place()
        self._ending = True
        event.ignore()
        height = self._looks.theme.px(HEIGHT_LOW)
        self._veil.setGeometry(0, self.height() - height, self.width(), height)
        self._veil.show()
        self._veil.raise_()
        self._house.quit()
