"""Pages and dialogs: widths, focus, lobby, invite, settings, first run, what is remembered."""

from __future__ import annotations

import gc
import json
from dataclasses import dataclass, field, replace
from weakref import ref

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.core.ids import SiteId
from app.node.api import (
    AdmitSite,
    AskAnswered,
    AskedToJoin,
    ChatRowsChanged,
    DeleteChat,
    DenySite,
    DispatcherMoved,
    Done,
    InviteShown,
    MakeInvite,
    PeopleChanged,
    ReadAsking,
    ReadInvites,
    ReadStick,
    RevokeInvite,
    SayChat,
    SessionClosed,
    SessionReady,
    SetProfile,
    TroubleSeen,
)
from app.ui import app
from app.ui.actions import make_action
from app.ui.app import Windows, make_board
from app.ui.board.canvas import Canvas
from app.ui.bridge import NodeBridge
from app.ui.controls import Choice, Switch
from app.ui.fonts import MONO, Role, Typeface
from app.ui.memory import FILE, Kept, Memory, Spot
from app.ui.models.lobby import Asked, KeptSession, LobbyModel, NearSession
from app.ui.moments import day_name, day_of, time_of_day
from app.ui.panes.chat_list import ChatList
from app.ui.panes.people import PeopleList
from app.ui.panes.toast import Toast
from app.ui.stick.panel import StickPanel
from app.ui.strings import Lobby
from app.ui.theme import TEXT_PERCENT_MAX, Density, Look, Looks, Wishes, theme_of
from app.ui.tokens import Scheme
from app.ui.windows.first_run import FirstRunWindow
from app.ui.windows.invite import InviteDialog
from app.ui.windows.lobby import LobbyPage
from app.ui.windows.main import MainWindow
from app.ui.windows.session import NOTE_EVERY_MICROS, Parts, SessionPage, Surroundings
from app.ui.windows.settings import SettingsDialog
from tests.ui.stick.figures import typical
from tests.ui.worlds import SELF, SITES, WALL_MS, FakeNode, Hands, line, people

THEME = theme_of(Scheme.LIGHT)
OWN_WINDOW = pytest.mark.qt_log_ignore("This plugin does not support")
SIX = ("garbage", "during", "stair", "agree", "emulate", "carbon")
READY = SessionReady(SITES[SELF], "Bram de Wit", b"s", "Ferry timetable", "talkstick:link", ())


@dataclass
class FakeHouse:
    """Notes what the window wants; `link` leads to the session that is open."""

    link: str = ""
    wishes: list[tuple[str, ...]] = field(default_factory=list)
    looks: list[bool] = field(default_factory=list)

    def is_open(self, link):
        return link == self.link

    def __getattr__(self, name):
        if name == "look_around":
            return lambda *, on: self.looks.append(on)
        return lambda *given, **named: self.wishes.append((name, *given, *named.values()))


@dataclass
class World:
    window: MainWindow
    bridge: NodeBridge
    node: FakeNode
    house: FakeHouse
    memory: Memory
    hands: Hands
    lobby: LobbyModel


@pytest.fixture
def world(qtbot, tmp_path):
    hands, bridge, lobby, house = Hands(), NodeBridge(), LobbyModel(), FakeHouse()
    memory = Memory(tmp_path)
    memory.change(name="Bram de Wit", colour="fern")
    node = FakeNode(rows=(line(1, 0, "Hello"),))
    node.on_bridge(bridge)
    looks = Looks(Wishes(look=Look.LIGHT))
    parts = Parts(board=lambda _looks, _bridge: QFrame())
    around = Surroundings(bridge, looks, memory, hands.clock(), parts)
    window = MainWindow(house, lobby, around)
    qtbot.addWidget(window)
    window.resize(1_440, 900)
    window.show()
    return World(window, bridge, node, house, memory, hands, lobby)


@pytest.fixture
def page(world, qtbot):
    world.bridge.on_event(READY)
    world.bridge.on_event(PeopleChanged(people()))
    shown = world.window.page
    assert shown is not None
    qtbot.waitUntil(lambda: shown.chat.rowCount() == 1)
    return shown


@pytest.fixture
def stick(world, qtbot):
    """A page whose window has a stick panel."""
    world.node.values[ReadStick] = typical()
    parts = Parts(board=lambda _looks, _bridge: QFrame(), stick=StickPanel)
    world.window._around = replace(world.window._around, parts=parts)
    world.bridge.on_event(READY)
    world.bridge.on_event(PeopleChanged(people()))
    yield world.window.page
    world.bridge.on_event(SessionClosed(left=False))


def pressed(widget, name):
    """Press the button of this accessible name."""
    (button,) = [b for b in widget.findChildren(QPushButton) if b.accessibleName() == name]
    button.click()


def panel_of(page):
    return page.stick.panel


# --- the main window ------------------------------------------------------------------------------


def test_a_ready_session_is_shown_and_a_closed_one_leads_to_the_lobby(world, page):
    assert page.isVisible()
    assert world.window.windowTitle() == "Ferry timetable – Talkstick"
    assert world.memory.kept.open
    world.bridge.on_event(SessionClosed(left=False))
    assert world.window.lobby.isVisible()
    assert not world.memory.kept.open


def test_nothing_of_a_closed_session_is_kept(world, qtbot):
    world.node.values[ReadStick] = typical()
    parts = Parts(board=make_board, stick=StickPanel)
    world.window._around = replace(world.window._around, parts=parts)
    world.bridge.on_event(READY)
    world.bridge.on_event(PeopleChanged(people()))
    qtbot.waitUntil(lambda: world.window.page.chat.rowCount() == 1)
    kinds = {PeopleList, ChatList, Canvas, SessionPage}
    kept = [ref(each) for each in world.window.page.findChildren(QWidget) if type(each) in kinds]
    kept.append(ref(world.window.page))
    assert len(kept) == len(kinds)
    world.bridge.on_event(SessionClosed(left=False))

    def is_gone():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return not any(each() for each in kept)

    qtbot.waitUntil(is_gone)


def test_closing_the_window_asks_the_house_and_remembers_where_it_was(world, page):
    world.window.close()
    assert world.house.wishes == [("quit",)]
    assert world.memory.kept.geometry
    assert world.window.isVisible()
    world.bridge.on_event(SessionClosed(left=False))
    assert world.memory.kept.open
    world.window.close()
    assert not world.window.isVisible()


@pytest.mark.parametrize(("last", "there"), [(80, 48), (400, 30)])
def test_a_session_opens_where_the_person_was(world, qtbot, tmp_path, last, there):
    world.node.rows = tuple([line(number, 0, f"Line {number}") for number in range(1, last + 1)])
    parts = Parts(board=make_board)
    world.window._around = replace(world.window._around, parts=parts)
    world.bridge.on_event(READY)
    page = world.window.page
    rows = page.chat_pane.list
    qtbot.waitUntil(lambda: rows.verticalScrollBar().maximum() > 0)
    page.board.canvas.camera.zoom_at(QPointF(40, 50), 1.19)
    page.board.canvas.camera.pan(333, -77)
    page.chat_pane._go_back_to(there)
    qtbot.waitUntil(lambda: page.chat_pane.line_in_sight() == there)
    was = page.board.spot()
    world.bridge.on_event(SessionClosed(left=False))
    world.memory.kept = Memory(tmp_path).kept
    world.bridge.on_event(READY)
    again = world.window.page
    qtbot.waitUntil(lambda: again.chat_pane.line_in_sight() == there)
    assert again.board.spot() == pytest.approx(was, abs=1.5)
    again.chat_pane._to_newest()
    qtbot.waitUntil(again.chat_pane.list.is_at_end)
    again.keep_place()
    assert world.memory.kept.spots[0].line == 0
    world.bridge.on_event(replace(READY, session=b"another"))
    assert world.window.page.board.spot() == pytest.approx((0, 0, 1), abs=1.5)


def test_a_place_that_is_none_makes_the_file_count_as_none(tmp_path):
    memory = Memory(tmp_path)
    memory.keep_spot(Spot("ab", 1.0, 2.0, 1.5, 7))
    assert Memory(tmp_path).kept.spot("ab") == Spot("ab", 1.0, 2.0, 1.5, 7)
    for number in range(20):
        memory.keep_spot(Spot(str(number), 0.0, 0.0, 1.0, 0))
    assert [each.session for each in Memory(tmp_path).kept.spots] == [
        str(number) for number in range(19, 11, -1)
    ]
    memory.keep_spot(Spot("ab", float("nan"), 0.0, 1.0, 0))
    assert Memory(tmp_path).kept == Kept()


def test_the_title_counts_lines_while_another_window_is_in_front_and_not_after(world, page, qtbot):
    other = QFrame()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not world.window.isActiveWindow())
    new = tuple([line(number, 0, "new") for number in range(2, 202)])
    world.bridge.on_event(ChatRowsChanged(new))
    assert world.window.windowTitle().startswith("(200)")
    world.window.activateWindow()
    qtbot.waitUntil(lambda: world.window.windowTitle() == "Ferry timetable – Talkstick")


def test_the_title_counts_lines_that_came_behind_the_lobby_until_the_way_back(world, page, qtbot):
    world.window.activateWindow()
    qtbot.waitUntil(world.window.isActiveWindow)
    world.window.show_lobby()
    world.bridge.on_event(ChatRowsChanged((line(2, 0, "new"),)))
    world.window._back()
    qtbot.waitUntil(lambda: world.window.windowTitle() == "Ferry timetable – Talkstick")


def test_once_the_disk_works_again_draft_place_and_tool_are_as_they_were(world, page, qtbot):
    world.node.rows = tuple([line(number, 0, f"Line {number}") for number in range(1, 51)])
    world.bridge.on_event(ChatRowsChanged(world.node.rows[1:]))
    rows = page.chat_pane.list
    qtbot.waitUntil(lambda: rows.verticalScrollBar().maximum() > 0)
    rows.show_row(20)
    page.chat_pane.composer.reply_to(line(3, 0).id, "Reply")
    page.chat_pane.composer.field.setPlainText("BBBB")
    world.bridge.on_event(TroubleSeen("disk", "The disk is full."))
    assert texts(page).count("Not saved: the disk does not work") == 1
    world.node.rows += (line(51, 2, "came meanwhile"),)
    world.bridge.on_event(TroubleSeen("disk-works", "The disk works again."))
    world.bridge.on_event(READY)
    world.bridge.on_event(PeopleChanged(people()))
    assert world.window.page is page
    assert page.chat_pane.composer.text() == "BBBB"
    qtbot.waitUntil(lambda: page.chat.rowCount() == 51)
    middle = page.chat.index(20)
    assert rows.viewport().rect().contains(rows.visualRect(middle).center())
    qtbot.keyClick(page.chat_pane.composer.field, Qt.Key.Key_Return)
    assert world.node.of(SayChat)[-1].reply_to == line(3, 0).id


def test_another_session_gets_a_page_of_its_own(world, page):
    world.bridge.on_event(replace(READY, session=b"another"))
    assert world.window.page is not page


def test_a_refused_thing_says_nothing_of_the_disk(world, page):
    world.bridge.on_event(TroubleSeen("refused", "not added: too many"))
    assert "Saved on this computer" in texts(page)


def test_who_asked_an_earlier_machine_has_no_card_any_more(world, page, qtbot):
    world.bridge.on_event(asker())
    world.node.values[ReadAsking] = ()
    world.bridge.on_event(READY)
    qtbot.waitUntil(lambda: cards_of(page).count() == 0)


def test_a_line_is_taken_back_after_a_question_that_quotes_it(world, page, qtbot):
    own = line(2, SELF, "**Never** mind")
    page.chat_pane.take_back_wanted.emit(own)
    (dialog,) = page.findChildren(QDialog)
    assert any("“Never mind”" in text for text in texts(dialog))
    assert world.node.of(DeleteChat) == []
    (yes,) = [each for each in dialog.findChildren(QPushButton) if each.text() == "Take back"]
    yes.click()
    assert [command.of for command in world.node.of(DeleteChat)] == [own.id]


@OWN_WINDOW
def test_the_menu_stops_copies_only_where_there_is_one(world, page, monkeypatch):
    make_action("share-stop", THEME, page)

    def offers():
        world.window.open_menu()
        *_, menu = world.window.findChildren(QMenu)
        menu.close()
        return page.findChild(QAction, "share-stop") in menu.actions()

    assert not offers()
    monkeypatch.setattr(page.shares, "running", lambda: ("poll",))
    assert offers()


def test_a_link_from_outside_is_joined(world):
    world.window.show_join("talkstick:abc")
    assert world.house.wishes == [("join", "talkstick:abc")]


def test_a_link_to_the_session_that_is_open_shows_it_and_opens_nothing(world, page):
    world.house.link = "talkstick:this"
    world.window.show_lobby()
    world.window.show_join("talkstick:this")
    assert world.window._pages.currentWidget() is page
    world.window.show_lobby()
    world.window.lobby._join_field.edit.setText("talkstick:this")
    world.window.lobby._join()
    assert world.window._pages.currentWidget() is page
    assert world.house.wishes == []
    assert world.window.lobby._join_field.text() == ""


def test_the_open_session_in_the_list_is_shown_and_not_opened_anew(world, page):
    world.window.show_lobby()
    world.window.lobby.open_kept.emit(READY.session.hex())
    assert world.window._pages.currentWidget() is page
    assert world.house.wishes == []
    world.window.lobby.open_kept.emit("ab")
    assert world.house.wishes == [("open_kept", "ab")]


def test_a_link_that_led_into_a_session_is_not_offered_again(world):
    world.window.show_join("talkstick:abc")
    assert world.window.lobby._join_field.text() == "talkstick:abc"
    world.bridge.on_event(READY)
    world.window.show_lobby()
    assert world.window.lobby._join_field.text() == ""


def test_the_lobby_says_one_thing_about_links_at_a_time(world, qtbot):
    lobby, wrong = world.window.lobby, Lobby.INVITE_WRONG()

    def said():
        return [each.text() for each in lobby.findChildren(QLabel) if each.isVisible()].count(wrong)

    world.house.wishes.clear()
    lobby._join_field.edit.setText("talkstick:garbage")
    lobby._join()
    world.lobby.say(trouble=wrong)
    assert said() == 1
    lobby._join_field.edit.setText("https://example.org/x")
    lobby._join()
    assert said() == 1
    lobby._join_field.edit.setText("talkstick:garbage")
    lobby._join()
    assert said() == 0


def test_the_lobby_shows_a_way_back_to_the_open_session(world, page, qtbot):
    qtbot.keySequence(world.window, "Ctrl+N")
    assert world.window.lobby.isVisible()
    (back,) = [b for b in world.window.lobby.findChildren(QPushButton) if b.text() == "Go back"]
    back.click()
    assert page.isVisible()


def test_the_network_is_looked_at_while_the_lobby_is_in_sight(world, page):
    assert world.house.looks == [True, False]
    world.window.show_lobby()
    assert world.house.looks[-1]
    world.window._back()
    assert not world.house.looks[-1]


def test_wishes_at_sessions_nearby_reach_the_house(world, qtbot):
    lobby = world.lobby
    lobby.set_near((NearSession("n", "Class 7b", (), 2, "Mei", member=False),))
    pressed(world.window, "Ask to join: Class 7b")
    lobby.set_asked(Asked("n", "Mei", SIX))
    pressed(world.window, "Cancel: Class 7b")
    lobby.set_near((NearSession("m", "Class 7b", (), 2, "Mei", member=True),))
    pressed(world.window, "Join: Class 7b")
    world.window.lobby.probe.emit("10.0.0.1:1")
    assert world.house.wishes == [
        ("ask_near", "n"),
        ("cancel_ask",),
        ("open_kept", "m"),
        ("probe", "10.0.0.1:1"),
    ]


def test_the_lobby_keeps_what_is_typed_when_it_is_shown_once_more(world):
    field = world.window.lobby._start_field.edit
    field.setText("Quay works")
    world.window.show_lobby()
    assert world.window.lobby._start_field.edit.text() == "Quay works"
    world.lobby.set_near(())
    world.window.lobby._near._open_missing()
    world.window.lobby._near.field.edit.setText("10.0.0.1")
    world.window.lobby.set_theme(theme_of(Scheme.DARK))
    assert world.window.lobby._near.typing
    assert world.window.lobby._near.field.edit.text() == "10.0.0.1"


def test_who_is_visible_nearby_is_chosen_in_the_settings(world, qtbot):
    world.window.open_settings()
    (dialog,) = world.window.findChildren(SettingsDialog)
    (switch,) = [
        each
        for each in dialog.findChildren(Switch)
        if each.accessibleName() == "Visible to people near you"
    ]
    assert switch.isChecked()
    switch.click()
    assert world.house.wishes == [("set_visible", False)]
    assert not world.memory.kept.visible
    dialog.close()


# --- who asks to join -----------------------------------------------------------------------------


def asker(name: str = "Luis") -> AskedToJoin:
    return AskedToJoin(SiteId(name * 4), name, "fern", SIX)


def cards_of(page):
    return page._people_pane.asking


def test_keys_come_to_a_card_first_and_then_to_the_people(world, page, qtbot):
    world.window.activateWindow()
    world.bridge.on_event(asker())
    people = page._people_pane
    (let_in,) = [b for b in page.findChildren(QPushButton) if b.text() == "Let in as editor"]
    qtbot.waitUntil(world.window.isActiveWindow)
    qtbot.keySequence(world.window, "Alt+1")
    assert world.window.focusWidget() is let_in
    qtbot.keySequence(world.window, "Alt+1")
    assert world.window.focusWidget() is people.list
    ways = []
    page._top.enter()
    for _ in range(3):
        qtbot.keyClick(world.window.focusWidget(), Qt.Key.Key_Tab)
        ways.append(world.window.focusWidget())
    assert ways[0] is let_in
    assert ways[2] is people.list


def test_tab_into_the_people_stands_on_a_row_that_is_marked_and_stays_there(world, page, qtbot):
    world.window.activateWindow()
    qtbot.waitUntil(world.window.isActiveWindow)
    rows = page._people_pane.list
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    assert [each.row() for each in rows.selectedIndexes()] == [0]
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    world.bridge.on_event(PeopleChanged(people()[1:]))
    assert [each.row() for each in rows.selectedIndexes()] == [0]
    world.bridge.on_event(PeopleChanged(people()[:1] + people()[2:]))
    assert rows.currentIndex().row() == 0


def test_in_a_narrow_window_keys_open_the_cards(world, page, qtbot):
    world.window.activateWindow()
    world.window.resize(1_000, 700)
    world.bridge.on_event(asker())
    qtbot.waitUntil(world.window.isActiveWindow)
    assert not cards_of(page).isVisible()
    qtbot.keySequence(world.window, "Alt+1")
    assert cards_of(page).isAncestorOf(world.window.focusWidget())


def test_a_card_comes_and_goes_with_what_the_session_tells(world, page):
    world.bridge.on_event(asker())
    assert cards_of(page).isVisible()
    world.bridge.on_event(AskAnswered(asker().site, let_in=True, by="Ada Moreira"))
    assert not cards_of(page).isVisible()


@pytest.mark.parametrize(
    ("text", "command"), [("Let in as editor", AdmitSite), ("Refuse", DenySite)]
)
def test_an_answer_is_one_command(world, page, qtbot, text, command):
    world.bridge.on_event(asker())
    world.hands.wait(1)
    (button,) = [each for each in page.findChildren(QPushButton) if each.text() == text]
    button.click()
    assert [each.site for each in world.node.of(command)] == [asker().site]


@pytest.mark.parametrize("text", ["Let in as editor", "Refuse"])
def test_after_an_answer_one_goes_on_writing(world, page, qtbot, text):
    world.window.activateWindow()
    world.bridge.on_event(asker())
    world.hands.wait(1)
    (button,) = [each for each in page.findChildren(QPushButton) if each.text() == text]
    button.setFocus()
    button.click()
    world.bridge.on_event(AskAnswered(asker().site, let_in=True, by="Bram de Wit"))
    field = page.chat_pane.composer.field
    qtbot.waitUntil(lambda: world.window.focusWidget() is field)


def test_who_writes_while_somebody_else_answers_is_left_alone(world, page, qtbot):
    world.window.activateWindow()
    world.bridge.on_event(asker())
    page._people_pane.list.setFocus()
    world.bridge.on_event(AskAnswered(asker().site, let_in=True, by="Ada Moreira"))
    assert cards_of(page).count() == 0
    assert world.window.focusWidget() is page._people_pane.list


def test_who_asked_before_the_page_stood_has_a_card_too(world, qtbot):
    world.node.values[ReadAsking] = (asker(),)
    world.bridge.on_event(READY)
    qtbot.waitUntil(lambda: cards_of(world.window.page).count() == 1)


def test_an_answer_that_is_not_allowed_says_why(world, page, qtbot):
    world.bridge.on_event(asker())
    world.hands.wait(1)
    world.node.refuses = "Only editors let people in."
    (button,) = [
        each for each in page.findChildren(QPushButton) if each.text() == "Let in as editor"
    ]
    button.click()
    qtbot.waitUntil(lambda: "Only editors let people in." in texts(page))


def test_cards_beside_the_rail_do_not_stand_over_the_lobby(world, page, qtbot):
    world.window.resize(1_000, 700)
    qtbot.waitUntil(lambda: page.width() == 1_000)
    world.bridge.on_event(asker())
    page._people_pane._knock.click()
    assert cards_of(page).isVisible()
    world.window.show_lobby()
    assert not cards_of(page).isVisible()


@OWN_WINDOW
def test_the_program_ends_from_the_stick_panel_too(world, stick, qtbot):
    stick.stick.show()
    panel = panel_of(stick)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.keySequence(panel, "Ctrl+Q")
    assert world.house.wishes == [("quit",)]


@OWN_WINDOW
def test_a_new_stick_panel_is_no_larger_than_the_screen(stick):
    stick.stick.show()
    room = panel_of(stick).screen().availableSize()
    assert panel_of(stick).size().boundedTo(room) == panel_of(stick).size()


# --- the session's page ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "rail", "chat"), [(1_440, False, True), (1_100, True, True), (800, True, False)]
)
def test_panes_change_their_form_with_the_width(world, page, width, rail, chat, qtbot):
    world.window.resize(width, 700)
    qtbot.waitUntil(lambda: page.width() == width)
    assert (page._people_pane.width() == 68) is rail
    assert page.chat_pane.isVisible() is chat


def test_a_narrow_window_shows_the_chat_as_a_drawer(world, page, qtbot):
    world.window.resize(800, 700)
    qtbot.waitUntil(lambda: page.width() == 800)
    board = page.board.width()
    page.toggle_chat()
    assert page.chat_pane.isVisible()
    assert page.board.width() == board
    page.toggle_chat()
    assert not page.chat_pane.isVisible()


def test_a_chat_out_of_sight_has_a_button_that_tells_of_new_lines(world, page, qtbot):
    button = page._top.chat_button
    assert button.isHidden()
    page.toggle_chat()
    assert not button.isHidden()
    page.chat_pane.unread.emit(4)
    assert button.accessibleName() == "Chat, Ctrl+Shift+C, 4 new"
    assert not page._top._new.isHidden()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.chat_pane.isVisible()
    assert button.isHidden()
    world.window.resize(760, 520)
    qtbot.waitUntil(lambda: page.width() == 760)
    assert not button.isHidden()
    assert not button.isChecked()


def test_a_chat_that_was_opened_to_write_is_open_at_the_next_start(world, page, qtbot):
    page.toggle_chat()
    assert world.memory.kept.chat_hidden
    qtbot.keySequence(world.window, "Ctrl+M")
    assert page.chat_pane.isVisible()
    assert not world.memory.kept.chat_hidden


def test_full_screen_ends_in_what_was_before(world, qtbot):
    window = world.window
    window.showMaximized()
    qtbot.keySequence(window, "F11")
    assert window.isFullScreen()
    qtbot.keySequence(window, "F11")
    assert (window.isFullScreen(), window.isMaximized()) == (False, True)


def test_f6_goes_round_the_panes(world, page, qtbot):
    page.board.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    world.window.activateWindow()
    seen = []
    page.chat_pane.enter()
    for _step in range(5):
        page._step(1)
        focus = world.window.focusWidget()
        seen.append(
            next(
                at
                for at, (pane, _e) in enumerate(page._panes())
                if pane is focus or pane.isAncestorOf(focus)
            )
        )
    assert seen == [0, 1, 2, 3, 4]


def test_the_colour_of_this_computer_is_asked_for_once(world, page, qtbot):
    asked = world.node.of(SetProfile)
    assert asked == []
    world.memory.change(colour="violet")
    world.bridge.on_event(SessionClosed(left=False))
    world.bridge.on_event(READY)
    for _each in range(2):
        world.bridge.on_event(PeopleChanged(people()))
    qtbot.waitUntil(lambda: bool(world.node.of(SetProfile)))
    world.bridge.on_event(PeopleChanged(people()))
    assert [command.colour for command in world.node.of(SetProfile)] == ["violet"]


def test_somebody_whose_colour_is_taken_is_told_once(world, page):
    ada, bram, *others = people()

    def wants(colour: str) -> None:
        world.bridge.on_event(PeopleChanged((ada, replace(bram, wanted=colour), *others)))

    toast = page.findChild(Toast)
    wants("fern")
    assert toast.isHidden()
    wants("azure")
    assert toast.accessibleName() == "Ada Moreira wears Azure here. In this session you are Fern."
    toast.hide()
    wants("azure")
    assert toast.isHidden()


def test_a_colour_that_was_taken_before_is_not_told_again(world, qtbot):
    ada, bram, *others = people()
    world.memory.change(colour="azure")
    world.bridge.on_event(READY)
    world.bridge.on_event(PeopleChanged((ada, replace(bram, wanted="azure"), *others)))
    assert world.node.of(SetProfile) == []
    assert world.window.page.findChild(Toast).isHidden()


def test_the_chat_says_moves_at_most_once_in_ten_minutes(world, page):
    def moves() -> int:
        return sum(page.chat.item(at).row is None for at in range(page.chat.rowCount()))

    move = DispatcherMoved(SITES[0], SITES[2], "1.2", "REGRET", 40.0)
    for _each in range(3):
        world.bridge.on_event(move)
    assert moves() == 1
    world.hands.wait(NOTE_EVERY_MICROS / 1_000_000 + 1)
    world.bridge.on_event(move)
    assert moves() == 2
    world.memory.change(stick_in_chat=False)
    world.hands.wait(NOTE_EVERY_MICROS / 1_000_000 + 1)
    world.bridge.on_event(move)
    assert moves() == 2


def test_the_pill_says_a_move_and_then_who_has_the_stick(world, page, qtbot):
    pill = page._top.pill
    assert pill.text_shown() == "Ada Moreira has the stick"
    world.bridge.on_event(DispatcherMoved(SITES[0], SITES[2], "1.2", "REGRET", 40.0))
    assert pill.text_shown() == "The stick went to Chidi Okafor, who talks most: saves 40 ms"
    world.bridge.on_event(PeopleChanged(people(holder=2)))
    pill._timer.timeout.emit()
    assert pill.text_shown() == "Chidi Okafor has the stick"


def test_the_pill_never_covers_its_neighbours(world, page, qtbot):
    world.bridge.on_event(DispatcherMoved(SITES[0], SITES[2], "1.2", "HOME_FULL", 40.0))
    for width in (1_440, 1_024, 760):
        world.window.resize(width, 600)
        qtbot.waitUntil(lambda width=width: page.width() == width)
        pill, invite = page._top.pill.geometry(), page._top.invite_button.geometry()
        assert pill.right() < invite.left()


# --- the stick panel ------------------------------------------------------------------------------


def test_without_a_stick_panel_nothing_offers_it(page):
    assert page.stick is None
    assert not page._top.panel_button.isVisible()
    assert page._foot._ordered.focusPolicy() is Qt.FocusPolicy.NoFocus


@OWN_WINDOW
def test_the_button_and_its_key_show_and_hide_the_stick_panel(world, stick, qtbot):
    assert panel_of(stick) is None
    stick._top.panel_button.click()
    assert panel_of(stick).isVisible()
    assert panel_of(stick).isWindow()
    stick._top.panel_button.click()
    assert not panel_of(stick).isVisible()
    qtbot.keySequence(world.window, "Ctrl+Shift+S")
    assert panel_of(stick).isVisible()


@OWN_WINDOW
def test_the_pill_shows_it_and_why_leads_to_why_it_moved(world, stick, qtbot):
    stick._top.pill.click()
    stick._top.pill.click()
    panel = panel_of(stick)
    assert panel.isVisible()
    world.bridge.on_event(DispatcherMoved(SITES[0], SITES[2], "1.2", "REGRET", 40.0))
    qtbot.waitUntil(lambda: stick._top.pill.says_a_move)
    stick._top.pill.click()
    assert panel.overview.why.isAncestorOf(panel.focusWidget())
    panel.hide()
    with qtbot.waitActive(world.window):
        world.window.activateWindow()
    qtbot.keySequence(world.window, "Ctrl+Shift+W")
    assert panel.isVisible()


@OWN_WINDOW
def test_each_part_of_the_status_bar_opens_its_part(stick, qtbot):
    stick.stick.show()
    panel_of(stick).resize(1_440, 870)
    foot = stick._foot
    foot._own.setText("Your lines")
    for shown, card in (
        (foot._together, "map"),
        (foot._ordered, "log"),
        (foot._own, "plot"),
        (foot._saved, "log"),
    ):
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
        panel = panel_of(stick)
        assert getattr(panel.overview, card).isAncestorOf(panel.focusWidget())
    foot._together.setFocus()
    qtbot.keyClick(foot._together, Qt.Key.Key_Return)
    assert panel.overview.map.isAncestorOf(panel.focusWidget())


@OWN_WINDOW
@pytest.mark.parametrize("seen", [True, False])
def test_a_docked_panel_is_there_again_if_it_was_when_the_session_was_closed(
    world, stick, seen, qtbot
):
    stick.stick.show()
    panel_of(stick).head._dock.click()
    if not seen:
        stick.stick.toggle()
    world.bridge.on_event(SessionClosed(left=False))
    world.bridge.on_event(READY)
    qtbot.waitUntil(lambda: world.window.page not in {None, stick})
    again = world.window.page
    assert (again.stick.docked_panel is not None) is seen


@OWN_WINDOW
def test_it_is_docked_below_the_session_and_remembers_that(world, stick, qtbot):
    stick.stick.show()
    panel = panel_of(stick)
    panel.head._dock.click()
    assert stick.isAncestorOf(panel)
    assert panel.isVisible()
    assert stick.board.height() > panel.height() > 180
    assert world.memory.kept.stick_docked
    assert not panel._foot.isVisible()
    qtbot.keySequence(world.window, "Alt+4")
    assert panel.overview.map.isAncestorOf(world.window.focusWidget())
    panel.head._close.click()
    assert not panel.isVisible()
    qtbot.keySequence(world.window, "Ctrl+Shift+S")
    assert panel.isVisible()
    panel.head._dock.click()
    assert panel.isWindow()
    assert panel.isVisible()
    assert not world.memory.kept.stick_docked


@OWN_WINDOW
def test_the_stick_panel_goes_with_its_session(world, stick, qtbot):
    stick.stick.show()
    panel = panel_of(stick)
    gone = []
    panel.destroyed.connect(lambda: gone.append(True))
    world.bridge.on_event(SessionClosed(left=False))
    qtbot.waitUntil(lambda: bool(gone))
    asked = len(world.node.of(ReadStick))
    world.bridge.on_event(PeopleChanged(people()))
    assert len(world.node.of(ReadStick)) == asked


def test_every_icon_button_has_a_name(world, page):
    nameless = [
        each
        for each in world.window.findChildren(QToolButton)
        if not each.accessibleName()
        and not each.text()
        and each.objectName() not in {"ScrollLeftButton", "ScrollRightButton"}
        and not isinstance(each.parent(), QLineEdit)  # the sign in a field is no button
    ]
    assert nameless == []


def test_another_text_size_builds_the_settings_anew_and_on_the_screen(qtbot):
    wishes = Wishes(look=Look.LIGHT)
    looks = Looks(wishes)
    dialog = SettingsDialog(Kept(name="Ada"), looks.theme)
    qtbot.addWidget(dialog)
    looks.changed.connect(dialog.set_theme)
    dialog.wishes.connect(looks.choose)
    dialog.show_page(1)
    dialog.show()
    dialog._name.edit.setText("Ada M")
    dialog._slider.setFocus()
    dialog._slider.setValue(dialog._slider.maximum())
    assert dialog._slider.value() == dialog._slider.maximum()
    assert (dialog._side.currentRow(), dialog._name.text()) == (1, "Ada M")
    room = dialog.screen().availableSize()
    assert dialog.width() < room.width()
    assert dialog.height() < room.height()
    assert looks.theme.text_percent == TEXT_PERCENT_MAX


def test_settings_change_the_looks_at_once(world, page):
    world.window._set_wishes(Wishes(look=Look.DARK, text_percent=150))
    assert world.window._looks.theme.text_percent == 150
    assert world.memory.kept.wishes.look is Look.DARK
    assert page._top.pill.height() > 32


# --- lobby ----------------------------------------------------------------------------------------


@pytest.fixture
def lobby(qtbot):
    model = LobbyModel()
    made = LobbyPage(model, THEME, Hands().clock())
    made.resize(1_440, 800)
    qtbot.addWidget(made)
    made.show()
    return made, model


def texts(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]


def test_a_session_needs_a_name(lobby, qtbot):
    page, _model = lobby
    wanted: list[str] = []
    page.start.connect(wanted.append)
    qtbot.keyClick(page._start_field.edit, Qt.Key.Key_Return)
    assert wanted == []
    qtbot.keyClicks(page._start_field.edit, "  Quay   works ")
    qtbot.keyClick(page._start_field.edit, Qt.Key.Key_Return)
    assert wanted == ["Quay works"]


def test_a_link_may_have_been_broken_by_a_mail_program(lobby, qtbot):
    page, _model = lobby
    wanted: list[str] = []
    page.join.connect(wanted.append)
    page._join_field.edit.setText("hello")
    qtbot.keyClick(page._join_field.edit, Qt.Key.Key_Return)
    assert wanted == []
    page._join_field.edit.setText("  talkstick:abc def\tghi ")
    qtbot.keyClick(page._join_field.edit, Qt.Key.Key_Return)
    assert wanted == ["talkstick:abcdefghi"]


def test_kept_sessions_say_when_and_open(lobby, qtbot):
    page, model = lobby
    day = 24 * 3_600_000
    opened: list[str] = []
    page.open_kept.connect(opened.append)
    model.set_kept(
        (
            KeptSession("a", "Harbour crew", WALL_MS - day, (("Jo", "orchid"),)),
            KeptSession("b", "Thesis group", WALL_MS - 30 * day),
            KeptSession("c", "Old", WALL_MS, left=True),
        )
    )
    qtbot.waitUntil(lambda: {"Harbour crew", "Thesis group", "Old"} <= set(texts(page)))
    shown = texts(page)
    assert any(text.startswith("Yesterday, ") for text in shown)
    buttons = [each for each in page.findChildren(QPushButton) if each.text() == "Open"]
    assert len(buttons) == 2
    buttons[0].click()
    assert opened == ["a"]


def test_near_you_is_drawn_only_when_somebody_looks_around(lobby, qtbot):
    page, model = lobby
    assert "Near you" not in texts(page)
    model.set_near(())
    qtbot.waitUntil(lambda: "Near you" in texts(page))


def test_what_went_wrong_stands_where_it_was_tried(lobby):
    page, model = lobby
    model.say(trouble="Nobody answered.")
    assert "Nobody answered." in texts(page)


# --- invite ---------------------------------------------------------------------------------------


def shown_invite(link: str) -> InviteShown:
    return InviteShown("aa", link, 0, 0, 0, "editor", False, SITES[SELF])


@pytest.fixture
def invite(qtbot):
    node = FakeNode(
        values={ReadInvites: (shown_invite("talkstick:first"),), MakeInvite: "talkstick:new"}
    )
    dialog = InviteDialog("Ferry timetable", "talkstick:first", node.ask, THEME, Hands().clock())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog, node


def test_the_link_is_there_at_once_and_is_copied(invite, qtbot):
    dialog, _node = invite
    assert dialog.link() == "talkstick:first"
    with qtbot.waitSignal(dialog.copied):
        dialog._copy.click()
    assert QGuiApplication.clipboard().text() == "talkstick:first"


def test_the_address_for_people_nearby_is_said_only_where_they_may_see_it(world, qtbot):
    addresses = ("127.0.0.1:47011", "192.168.1.20:47011")
    world.bridge.on_event(replace(READY, addresses=addresses))
    page = world.window.page
    for visible in (True, False):
        world.memory.change(visible=visible)
        page.open_invite()
        assert any("192.168.1.20:47011" in text for text in texts(page._dialog)) is visible
        page._dialog.close()


def test_a_session_that_nobody_else_can_reach_has_no_address(world, qtbot):
    world.bridge.on_event(replace(READY, addresses=("127.0.0.1:47011",)))
    world.window.page.open_invite()
    assert not world.window.page._dialog._nearby.isVisible()
    world.window.page._dialog.close()


def test_an_answer_may_come_when_the_dialog_is_gone(qtbot):
    answers = []

    def ask(_make, then):
        answers.append(then)

    dialog = InviteDialog("Ferry", "talkstick:first", ask, THEME, Hands().clock())
    shiboken6.delete(dialog)
    for each in answers:
        each(Done(1, (shown_invite("talkstick:first"),)))
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("hours", "uses", "says"),
    [
        (0, 0, "Never ends, for any number of people"),
        (0, 3, "Never ends, used 1 of 3 times"),
        (1, 0, "Until {time} today, for any number of people"),
        (24, 1, "Until {time} on {day}, used 1 of 1 times"),
    ],
)
def test_a_row_says_until_when_and_how_often(invite, hours, uses, says):
    dialog, node = invite
    end_ms = WALL_MS + hours * 3_600_000 if hours else 0
    each = replace(shown_invite("talkstick:x"), end_ms=end_ms, uses=uses, used=min(uses, 1))
    node.values[ReadInvites] = (each,)
    dialog._read()
    day = day_name(day_of(end_ms), day_of(WALL_MS))
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert says.format(time=time_of_day(end_ms), day=day) in shown


def test_an_invite_whose_link_names_other_addresses_now_is_offered_with_those(invite):
    dialog, node = invite
    node.values[ReadInvites] = (shown_invite("talkstick:today"),)
    dialog._read()
    assert dialog.link() == "talkstick:today"


def test_another_end_makes_another_link_only_when_asked(invite):
    dialog, node = invite
    dialog._end.setCurrentIndex(2)
    assert dialog.link() == ""
    assert node.of(MakeInvite) == []
    node.values[ReadInvites] = (shown_invite("talkstick:first"), shown_invite("talkstick:new"))
    dialog._copy.click()
    (made,) = node.of(MakeInvite)
    assert made.end_ms == WALL_MS + 24 * 3_600_000
    assert dialog.link() == "talkstick:new"


def test_a_link_that_was_taken_back_is_not_offered_any_more(invite):
    dialog, node = invite
    node.values[ReadInvites] = ()
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text() == "Take back"]
    button.click()
    assert [command.id_hex for command in node.of(RevokeInvite)] == ["aa"]
    assert dialog.link() == ""


# --- first run, settings, memory ------------------------------------------------------------------


@OWN_WINDOW
def test_a_link_that_comes_during_the_first_run_is_joined_after_it(qapp, qtbot, tmp_path):
    house = FakeHouse()
    windows = Windows(qapp, tmp_path, house)
    windows.begin(lambda: None)
    first = windows._first
    assert first is not None
    qtbot.addWidget(first)
    windows.come_to_front("talkstick:first")
    first.begun.emit("Ada", "azure")
    qtbot.addWidget(windows.main)
    assert ("join", "talkstick:first") in house.wishes
    windows._rubbish.close()


@OWN_WINDOW
def test_a_board_is_made_beforehand_while_the_lobby_is_read(qapp, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "SPARE_MS", 0)
    Memory(tmp_path).change(name="Ada", colour="azure")
    windows = Windows(qapp, tmp_path, FakeHouse())
    windows.begin(lambda: None)
    qtbot.addWidget(windows.main)
    qtbot.waitUntil(lambda: windows._spare_board is not None)
    spare = windows._spare_board
    windows.bridge.on_event(READY)
    assert windows.main is not None
    page = windows.main.page
    assert page is not None
    assert page.board is spare
    assert windows._spare_board is None
    windows.bridge.on_event(SessionClosed(left=False))
    qtbot.waitUntil(lambda: windows._spare_board is not None)
    assert windows._spare_board is not spare
    windows._drop_spare()
    windows._rubbish.close()


def test_the_first_run_asks_for_a_name_and_nothing_else(qtbot):
    window = FirstRunWindow(THEME)
    qtbot.addWidget(window)
    window.show()
    begun: list[tuple[str, str]] = []
    window.begun.connect(lambda name, colour: begun.append((name, colour)))
    edit = window._field.edit
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert begun == []
    qtbot.keyClicks(edit, " Bram  de Wit ")
    window._colours.setFocus()
    qtbot.keyClick(window._colours, Qt.Key.Key_Right)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert begun == [("Bram de Wit", "brick")]


def test_a_first_run_that_is_closed_gives_up(qtbot):
    window = FirstRunWindow(THEME)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.given_up):
        window.close()


def test_settings_tell_each_wish_at_once(qtbot):
    dialog = SettingsDialog(Kept(name="Bram", colour="fern"), THEME)
    qtbot.addWidget(dialog)
    told: list[Wishes] = []
    dialog.wishes.connect(told.append)
    dialog._wish(density=Density.COMPACT)
    dialog._wish(text_percent=150)
    assert told[-1] == Wishes(density=Density.COMPACT, text_percent=150)
    with qtbot.waitSignal(dialog.person) as signal:
        qtbot.keyClick(dialog._colours, Qt.Key.Key_Right)
    assert signal.args == ["Bram", "jade"]


def test_the_system_can_choose_the_typeface_and_that_is_kept(world, page, qtbot):
    world.window.open_settings()
    (dialog,) = world.window.findChildren(SettingsDialog)
    inter = page._looks.theme.font(Role.BODY).families()
    (choice,) = [e for e in dialog.findChildren(Choice) if e.accessibleName() == "Typeface"]
    choice.setCurrentIndex(1)
    theme = page._looks.theme
    assert theme.font(Role.BODY).families() != inter
    assert theme.font(Role.CODE).families() == [MONO]
    assert Memory(world.memory._path.parent).kept.wishes.typeface is Typeface.SYSTEM
    dialog.close()


def test_settings_wear_what_is_chosen_in_them(world, qtbot):
    world.window.open_settings()
    (dialog,) = world.window.findChildren(SettingsDialog)
    dialog._wish(look=Look.DARK)
    assert world.window._looks.theme.tokens.scheme is Scheme.DARK
    assert dialog._theme is world.window._looks.theme
    assert all(switch._theme is dialog._theme for switch in dialog.findChildren(Switch))
    dialog.close()


def test_memory_comes_back(tmp_path):
    memory = Memory(tmp_path)
    wishes = Wishes(Look.DARK, 125, Density.COMPACT, less_movement=True)
    memory.change(name="Ada", wishes=wishes, sizes=(244, 800, 348), open=True)
    assert Memory(tmp_path).kept == memory.kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"wishes": {"look": "plaid"}}',
        '{"sizes": ["wide"]}',
        '{"wishes": {"text_percent": "large"}}',
    ],
)
def test_a_damaged_memory_counts_as_none(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert Memory(tmp_path).kept == Kept()


def test_a_text_size_out_of_bounds_is_brought_back(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"wishes": {"text_percent": 9_000}}), encoding="utf-8")
    assert Memory(tmp_path).kept.wishes.text_percent == 200
