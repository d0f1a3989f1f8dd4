"""The tab of streams and agents: who looks, moving by mouse, keys and menus, ending, the console."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QMenu

from app.node.api import (
    ConnectShell,
    Console,
    DispatcherMoved,
    LeaveShell,
    ReadStreams,
    StreamAppend,
    StreamDestroy,
    StreamMove,
    StreamOpen,
    UnregisterAgent,
)
from app.ui.models.console import Kind
from app.ui.stick.streams import page as page_module
from app.ui.stick.streams.arrange import Part, arrange, arrange_docked
from app.ui.stick.streams.shell import WAITING_MAX
from app.ui.stick.streams.sites_model import SITE
from app.ui.theme import Look, Looks, Wishes
from tests.ui.stick.figures import ADA, BRAM
from tests.ui.stick.streams import CHIDI, SAID, alone, usual
from tests.ui.stick.world import World
from tests.ui.worlds import people

STREAMS = 2
MENU = pytest.mark.qt_log_ignore("This plugin does not support")
CALM = Wishes(look=Look.LIGHT, less_movement=True)


@pytest.fixture
def world(qtbot):
    made = World(Looks(CALM), streams=usual(), present=people(gone=(3,)))
    qtbot.addWidget(made.panel)
    yield made
    made.panel.end()


def settle():
    for _turn in range(20):
        QCoreApplication.processEvents()


@pytest.fixture
def page(world, qtbot):
    world.panel.resize(1_440, 870)
    world.panel.show_tab(STREAMS)
    world.panel.show()
    qtbot.waitUntil(lambda: bool(world.panel.streams.model.rows))
    settle()
    return world.panel.streams


def middle(view, index):
    return view.visualRect(index).center()


def open_menu(page):
    return next(menu for menu in page.findChildren(QMenu) if menu.isVisible())


def texts(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def trigger(menu, text):
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()
    settle()


# --- who looks ------------------------------------------------------------------------------------


def test_streams_are_asked_for_only_while_their_tab_is_seen(world, page):
    timer = page.feed._poll._timer
    assert timer.isActive()
    assert timer.interval() >= 1_000
    world.panel.show_tab(0)
    assert not timer.isActive()
    world.panel.show_tab(STREAMS)
    assert timer.isActive()
    world.panel.hide()
    assert not timer.isActive()


def test_a_slow_site_is_asked_once(world, page):
    world.answer = lambda command: None
    before = len(world.of(ReadStreams))
    for _turn in range(5):
        page.feed._poll._timer.timeout.emit()
    assert len(world.of(ReadStreams)) == before + 1


def test_news_of_the_stick_are_asked_for_soon(world, page, qtbot):
    before = len(world.of(ReadStreams))
    world.bridge.on_event(DispatcherMoved(BRAM, ADA, "7.3", "REGRET", 41.0))
    qtbot.waitUntil(lambda: len(world.of(ReadStreams)) > before)


def test_the_console_hears_while_nobody_looks(world):
    for event in SAID:
        world.bridge.on_event(event)
    assert world.panel.streams.console.view.model().rowCount() == len(SAID)


# --- choosing -------------------------------------------------------------------------------------


def test_nothing_chosen_nothing_can_be_done_and_the_buttons_say_why(page):
    for button in (page.list.move_button, page.list.end_button):
        assert not button.isEnabled()
        assert button.toolTip() == "Choose a stream first"


def test_a_chosen_stream_is_told_about_and_can_be_moved(page):
    page.list.view.choose("chat")
    assert page.list._told.text().startswith("chat is at Ada Moreira, location 1")
    assert page.list.move_button.isEnabled()
    assert page.list.end_button.text() == "Destroy"
    assert page.list.move_button.toolTip().endswith(", M")


def test_the_dispatcher_moves_but_never_ends(page):
    page.list.view.choose("dispatcher")
    assert page.list.move_button.isEnabled()
    assert not page.list.end_button.isEnabled()
    assert "lasts as long as the session" in page.list.end_button.toolTip()


def test_an_agent_shows_its_whole_error_and_can_be_removed(page):
    votes = page.model.index_of("votes")
    page.list.view.setCurrentIndex(page.model.index(1, 0, votes))
    assert "What went wrong last: can't read" in page.list._told.text()
    assert page.list.end_button.text() == "Remove"
    assert not page.list.move_button.isEnabled()
    assert "choose the stream" in page.list.move_button.toolTip()


def test_with_the_dispatcher_alone_the_way_to_a_stream_is_told(world, page, qtbot):
    world.streams = alone()
    page.feed._poll._timer.timeout.emit()
    qtbot.waitUntil(lambda: len(page.model.rows) == 1)
    assert "stream_create hello" in page.list._told.text()


# --- moving by the mouse --------------------------------------------------------------------------


def drag(page, stream, to, *, drop=True):
    tree, sites = page.list.view, page.sites.view
    start = middle(tree, page.model.index_of(stream))
    target = (
        to
        if isinstance(to, QPoint)
        else sites.viewport().mapToGlobal(middle(sites, sites.model().index(to, 0)))
    )
    QTest.mousePress(tree.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for part in (0.2, 1.0):
        there = tree.viewport().mapFromGlobal(target)
        QTest.mouseMove(tree.viewport(), start + (there - start) * part)
        settle()
    if drop:
        there = tree.viewport().mapFromGlobal(target)
        QTest.mouseRelease(tree.viewport(), Qt.MouseButton.LeftButton, pos=there)
        settle()


def test_a_stream_is_dragged_to_a_computer(world, page):
    drag(page, "chat", 2)
    assert [(move.stream, move.location) for move in world.of(StreamMove)] == [("chat", 3)]
    assert world.of(StreamMove)[0].shell == ""


def test_the_dispatcher_is_dragged_like_any_other(world, page):
    drag(page, "dispatcher", 1)
    assert [(move.stream, move.location) for move in world.of(StreamMove)] == [("dispatcher", 2)]


def test_on_the_way_the_pointer_and_the_computers_say_where_it_goes(page):
    drag(page, "chat", 2, drop=False)
    assert page._chip.isVisible()
    assert page._chip.text() == "chat to Chidi"
    assert page.sites.view._delegate.over == CHIDI
    assert len(page.sites.view._delegate.open) == 3  # not its home, not whom nobody reaches


def test_dropped_elsewhere_or_at_home_nothing_happens(world, page):
    drag(page, "chat", page.list.view.mapToGlobal(QPoint(80, 200)))
    drag(page, "chat", 0)
    drag(page, "chat", 3)
    assert world.of(StreamMove) == []
    assert not page._chip.isVisible()
    assert page.sites.view._delegate.open == ()


def test_escape_lets_go_and_keeps_the_panel(world, page):
    drag(page, "chat", 2, drop=False)
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_Escape)
    assert not page._chip.isVisible()
    assert world.panel.isVisible()
    QTest.mouseRelease(page.list.view.viewport(), Qt.MouseButton.LeftButton)
    assert world.of(StreamMove) == []


def test_a_click_is_no_drag(world, page):
    tree = page.list.view
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=middle(tree, page.model.index_of("chat"))
    )
    assert tree.chosen[0].stream == "chat"
    assert not page._chip.isVisible()


# --- moving by keys and menus ---------------------------------------------------------------------


@MENU
def test_m_opens_the_computers_and_one_takes_the_stream(world, page, qtbot):
    page.list.view.choose("chat")
    page.list.view.setFocus()
    with qtbot.waitActive(world.panel):
        world.panel.activateWindow()
    QTest.keyClick(page.list.view, Qt.Key.Key_M)
    menu = open_menu(page)
    assert texts(menu) == [
        "Ada Moreira, is there now",
        "Bram de Wit, this computer, location 2",
        "Chidi Okafor, location 3",
        "Dilara Kaya, not reachable",
        "Emi Sato, location 5",
    ]
    assert [action.isEnabled() for action in menu.actions() if not action.isSeparator()] == [
        False,
        True,
        True,
        False,
        True,
    ]
    trigger(menu, "Emi Sato, location 5")
    assert [move.location for move in world.of(StreamMove)] == [5]


@MENU
def test_enter_opens_all_that_can_be_done(page):
    page.list.view.choose("chat")
    QTest.keyClick(page.list.view, Qt.Key.Key_Return)
    menu = open_menu(page)
    assert texts(menu)[-1] == "Destroy"
    menu.close()
    settle()
    page.list.view.choose("dispatcher")
    QTest.keyClick(page.list.view, Qt.Key.Key_Return)
    assert "Destroy" not in texts(open_menu(page))


def test_enter_on_a_computer_takes_the_chosen_stream_there(world, page):
    page.list.view.choose("chat")
    sites = page.sites.view
    sites.setCurrentIndex(sites.model().index(2, 0))
    QTest.keyClick(sites, Qt.Key.Key_Return)
    assert [move.location for move in world.of(StreamMove)] == [3]
    assert page.sites.note.text() == "Enter moves the stream here"


def test_enter_on_a_computer_without_a_stream_does_nothing(world, page):
    sites = page.sites.view
    sites.setCurrentIndex(sites.model().index(2, 0))
    QTest.keyClick(sites, Qt.Key.Key_Return)
    assert world.of(StreamMove) == []


def test_a_move_is_shown_on_its_way_and_then_said(world, page, qtbot):
    said: list[str] = []
    page.said.connect(said.append)
    page.deeds.move("chat", page.sites.view.model().index(2, 0).data(SITE))
    assert page.model.bound_for("chat") == "Chidi"
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["chat is at Chidi Okafor"]
    assert page.model.bound_for("chat") == ""


def test_a_refused_move_says_its_reason_until_something_else_is_done(
    world, page, qtbot, monkeypatch
):
    spoken = []
    monkeypatch.setattr(
        page_module, "speak", lambda _by, text, urgent=False: spoken.append((text, urgent))
    )
    world.refuses = "3 people still type"
    page.list.view.choose("chat")
    page.deeds.move("chat", page.sites.view.model().index(2, 0).data(SITE))
    qtbot.waitUntil(page.list._refusal.isVisible)
    sentence = "chat did not move to Chidi Okafor: 3 people still type. It is where it was."
    assert page.list._refusal.text() == sentence
    assert spoken == [(sentence, True)]
    page.list.view.choose("votes")
    assert not page.list._refusal.isVisible()


# --- ending ---------------------------------------------------------------------------------------


def question(page):
    return next(each for each in page.findChildren(QDialog) if each.isVisible())


def answer(dialog, role):
    box = dialog.findChild(QDialogButtonBox)
    next(button for button in box.buttons() if box.buttonRole(button) == role).click()
    settle()


def test_destroying_is_asked_once_and_says_what_goes(world, page):
    page.list.view.choose("chat")
    page.list.end_button.click()
    dialog = question(page)
    assert dialog.windowTitle() == "Destroy chat?"
    assert any(
        "with 2 agents and 3 messages that wait" in label.text()
        for label in dialog.findChildren(QLabel)
    )
    answer(dialog, QDialogButtonBox.ButtonRole.RejectRole)
    assert world.of(StreamDestroy) == []
    page.list.end_button.click()
    answer(question(page), QDialogButtonBox.ButtonRole.AcceptRole)
    assert [each.stream for each in world.of(StreamDestroy)] == ["chat"]


def test_delete_asks_to_remove_an_agent(world, page, qtbot):
    votes = page.model.index_of("votes")
    page.list.view.setCurrentIndex(page.model.index(1, 0, votes))
    page.list.view.setFocus()
    with qtbot.waitActive(world.panel):
        world.panel.activateWindow()
    QTest.keyClick(page.list.view, Qt.Key.Key_Delete)
    answer(question(page), QDialogButtonBox.ButtonRole.AcceptRole)
    assert [(each.stream, each.agent) for each in world.of(UnregisterAgent)] == [("votes", 2)]


def test_a_stream_without_messages_is_asked_about_without_them(page):
    page.list.view.choose("votes")
    page.list.end_button.click()
    said = " ".join([label.text() for label in question(page).findChildren(QLabel)])
    assert "with 2 agents. Chat" in said


def test_nothing_asks_to_end_the_dispatcher(world, page):
    page.list.view.choose("dispatcher")
    page._ask_end()
    page.list.view.setCurrentIndex(page.model.index(0, 0, page.model.index_of("dispatcher")))
    page._ask_end()
    assert not [each for each in page.findChildren(QDialog) if each.isVisible()]


def test_what_could_not_be_ended_goes_on_and_says_why(world, page, qtbot):
    world.refuses = "your role does not allow this"
    page.deeds.destroy("chat")
    qtbot.waitUntil(page.list._refusal.isVisible)
    assert page.list._refusal.text() == (
        "chat was not destroyed: your role does not allow this. It goes on."
    )


# --- the console and commands ---------------------------------------------------------------------


def enter(page, text):
    page.console.field.setPlainText(text)
    page.console.field.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(page.console.field, Qt.Key.Key_Return)
    settle()


def lines(world):
    return [
        (world.console.line(row).kind, world.console.line(row).text)
        for row in range(world.console.rowCount())
    ]


def test_the_first_command_brings_a_shell_and_its_answer_is_shown(world, page):
    world.values[StreamAppend] = 7
    enter(page, "stream_append chat {hello there}")
    assert len(world.of(ConnectShell)) == 1
    command = world.of(StreamAppend)[0]
    assert (command.shell, command.stream, command.payload) == ("shell1@2", "chat", b"hello there")
    assert lines(world) == [
        (Kind.TYPED, "stream_append chat {hello there}"),
        (Kind.ANSWERED, "7"),
    ]
    assert page.console.field.toPlainText() == ""
    enter(page, "stream_open chat")
    assert len(world.of(ConnectShell)) == 1
    assert lines(world)[-1] == (Kind.ANSWERED, "done")


def test_answers_in_bytes_are_shown_as_text(world, page):
    world.values[StreamOpen] = "grüße".encode()
    enter(page, "stream_open chat")
    assert lines(world)[-1] == (Kind.ANSWERED, "grüße")


def test_looking_alone_brings_no_shell(world, page):
    enter(page, "help")
    enter(page, "# a remark")
    assert world.of(ConnectShell) == []
    assert any("register_agent" in text for _kind, text in lines(world))


def test_a_refused_command_says_its_reason(world, page):
    enter(page, "stream_open chat")
    world.refuses = "the stream's controller lets nobody in"
    enter(page, "stream_open chat")
    assert lines(world)[-1] == (Kind.REFUSED, "the stream's controller lets nobody in")


def test_a_site_that_lets_no_shell_in_says_so_and_may_be_asked_again(world, page):
    world.refuses = "no shells today"
    enter(page, "stream_open chat")
    assert lines(world)[-1] == (Kind.REFUSED, "This computer lets no shell in: no shells today")
    assert world.of(StreamOpen) == []
    world.refuses = ""
    enter(page, "stream_open chat")
    assert len(world.of(StreamOpen)) == 1


def test_what_is_written_wrong_is_refused_here(world, page):
    enter(page, "stream_move chat Ada")
    assert lines(world)[-1][0] is Kind.REFUSED
    assert world.of(ConnectShell) == []


def test_what_is_open_goes_on_in_the_next_line(world, page):
    enter(page, "register_agent chat {} {")
    assert page.console.field.toPlainText() == "register_agent chat {} {\n"
    assert lines(world) == []
    before = page.console.field.height()
    page.console.field.insertPlainText("\n\n")
    assert page.console.field.height() > before


def test_shift_and_enter_begins_a_line(world, page):
    page.console.field.setPlainText("stream_open chat")
    QTest.keyClick(page.console.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert world.of(StreamOpen) == []


def test_up_and_down_go_through_what_was_run(world, page):
    enter(page, "stream_open chat")
    enter(page, "stream_open votes")
    field = page.console.field
    seen = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(field, key)
        seen.append(field.toPlainText())
    assert seen == [
        "stream_open votes",
        "stream_open chat",
        "stream_open chat",
        "stream_open votes",
        "",
    ]


def test_commands_wait_for_each_other_and_not_too_many(world, page):
    usual_answer = world.answer
    world.answer = lambda command: None
    for _turn in range(WAITING_MAX + 2):
        page.shell.run("stream_open chat")
    assert len(world.of(ConnectShell)) == 1
    assert lines(world)[-1] == (
        Kind.REFUSED,
        "Too many commands wait for an answer: wait for them first",
    )
    world.answer = usual_answer
    world.bridge.on_event(usual_answer(world.of(ConnectShell)[0]))
    settle()
    assert len(world.of(StreamOpen)) == WAITING_MAX + 1


def test_answers_stand_below_their_commands(world, page):
    page.shell.run("stream_open chat")
    page.shell.run("stream_move chat Ada")
    page.shell.run("stream_open votes")
    settle()
    assert [kind for kind, _text in lines(world)] == [
        Kind.TYPED,
        Kind.ANSWERED,
        Kind.TYPED,
        Kind.REFUSED,
        Kind.TYPED,
        Kind.ANSWERED,
    ]


def test_the_shell_leaves_with_the_session(world, page):
    enter(page, "stream_open chat")
    page.shell.end()
    assert [each.shell for each in world.of(LeaveShell)] == ["shell1@2"]


def test_the_console_follows_unless_one_reads_further_up(world, page):
    def say(count):
        for number in range(count):
            world.console.hear(Console(BRAM, "chat", f"line {number}"))
        settle()

    say(100)
    bar = page.console.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(0)
    say(5)
    assert bar.value() == 0


def test_chosen_lines_can_be_copied(world, page, qapp):
    for event in SAID:
        world.console.hear(event)
    settle()
    page.console.view.selectAll()
    page.console.view.copy()
    assert qapp.clipboard().text().splitlines()[1] == "Chidi: Yes, at four."


def test_the_console_can_be_wiped(world, page):
    world.console.hear(SAID[0])
    assert not page.console._empty.isVisible()
    page.console._clear.click()
    assert world.console.rowCount() == 0
    assert page.console._empty.isVisible()


# --- keys from pane to pane -----------------------------------------------------------------------


def test_f6_goes_round_the_cards(world, page, qtbot):
    with qtbot.waitActive(world.panel):
        world.panel.activateWindow()
    seen = []
    page.enter()
    for _turn in range(4):
        focus = world.panel.focusWidget()
        seen.append(next(part for part in Part if page.cards[part].isAncestorOf(focus)))
        QTest.keyClick(focus, Qt.Key.Key_F6)
    assert seen == [Part.LIST, Part.SITES, Part.CONSOLE, Part.LIST]


def test_the_keys_come_to_a_row(world, page):
    page.enter()
    assert page.list.view.chosen[0].stream == "dispatcher"


# --- room -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("how", [arrange, arrange_docked])
@pytest.mark.parametrize("size", [(720, 420), (1_024, 260), (1_440, 340), (2_560, 1_400)])
def test_no_card_lies_over_another_or_out_of_the_window(how, size, scale):
    laid = how(*size, scale)
    boxes = list(laid.boxes.values())
    assert all(box.x >= 0 and box.x + box.width <= size[0] for box in boxes)
    assert all(box.y + box.height <= laid.height for box in boxes)
    assert all(box.width >= 150 * scale and box.height >= 60 for box in boxes)
    for one, two in pairwise(boxes):
        beside = one.x + one.width < two.x or one.y + one.height < two.y
        assert beside or two.y + two.height < one.y or two.x + two.width < one.x


def test_another_theme_reaches_every_card(world, page):
    world.looks.choose(Wishes(look=Look.DARK, text_percent=150, less_movement=True))
    settle()
    assert page.list.view._delegate.theme is world.looks.theme
    assert page.sites.view._delegate.theme is world.looks.theme
    assert page.console.view._delegate.theme is world.looks.theme
