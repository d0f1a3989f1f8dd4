"""The window for ears and keys: names of all that can be pressed, and a way of keys to every pane."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)

from app.ui.actions import ACTIONS, accessible_name
from app.ui.panes.roving import Roving
from app.ui.tokens import Scheme
from app.ui.windows.session import SessionPage
from tests.shots import scenes
from tests.shots.scenes import Dress
from tests.ui.stick.world import World

WIDE, NARROW = (1_440, 900), (800, 600)
WINDOWS = ("session", "narrow", "asking", "lobby", "near", "first run", "invite", "keys", "stick")


@pytest.fixture(autouse=True)
def undressed(qapp):
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


def session(folder: Path, size: tuple[int, int] = WIDE) -> SessionPage:
    return scenes.session_page(scenes.session_scenes()["usual"], Dress(), folder, size)


def _made(name: str, folder: Path) -> QWidget:
    match name.split():
        case ["settings", place]:
            return scenes.settings(Dress(), int(place))
        case ["stick"]:
            return World(Dress().looks()).panel
        case ["narrow"]:
            return session(folder, NARROW)
        case ["asking"]:
            return scenes.asking_page(Dress(), folder, WIDE)
        case ["lobby"]:
            return scenes.lobby_page(full=True, dress=Dress(), size=WIDE)
        case ["near"]:
            return scenes.near_page("asked", Dress(), WIDE)
        case ["first", "run"]:
            return scenes.first_run(Dress())
        case ["invite"]:
            return scenes.invite(Dress())
        case ["keys"]:
            return scenes.keys(Dress())
        case _:
            return session(folder)


@pytest.fixture
def made(qtbot, tmp_path):
    """Makes a window by its name."""

    def make(name: str) -> Any:
        window = _made(name, tmp_path)
        qtbot.addWidget(window)
        return window

    return make


TAKES_FOCUS = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView, QComboBox)


def inside_of_qt(widget: QWidget) -> bool:
    """Parts that Qt builds into its own widgets; they speak for themselves."""
    around = widget.parentWidget()
    return (
        widget.objectName().startswith(("qt_", "Scroll"))
        or isinstance(around, (QLineEdit, QAbstractItemView))
        or (around is not None and isinstance(around.parentWidget(), QComboBox))
    )


@pytest.mark.parametrize("name", [*WINDOWS, *(f"settings {place}" for place in range(4))])
def test_everything_that_takes_the_focus_has_a_name(made, name):
    nameless = []
    window = made(name)
    for each in window.findChildren(QWidget):
        takes = isinstance(each, TAKES_FOCUS)
        reader = QAccessible.queryAccessibleInterface(each)
        if takes and not inside_of_qt(each) and not reader.text(QAccessible.Text.Name).strip():
            nameless.append((type(each).__name__, type(each.parent()).__name__, each.toolTip()))
    assert not nameless, nameless


def test_a_button_of_an_action_says_its_key(made):
    """Pen, P."""
    keys = {row.text(): accessible_name(row) for row in ACTIONS.values() if row.keys}
    page = made("session")
    said = {each.accessibleName() for each in page.findChildren(QToolButton)}
    wrong = [name for text, name in keys.items() if text in said and name not in said]
    assert wrong == []
    assert {"Pen, P", "Stick panel, Ctrl+Shift+S", "Undo, Ctrl+Z", "Menu, F10"} <= said


def test_icons_alone_have_a_tip(made):
    bare = [
        each.accessibleName()
        for each in made("session").findChildren(QToolButton)
        if not each.text() and not each.toolTip() and not inside_of_qt(each)
    ]
    assert bare == []


# --- F6, Alt+1 to 4 -------------------------------------------------------------------------------


def where(page: Any) -> str:
    """The pane that holds the focus."""
    focus = page.window().focusWidget()
    panes = {
        "top": page._top,
        "asking": page._people_pane.asking,
        "people": page._people_pane.list,
        "tools": page.board.toolbar,
        "outline": page.board.outline,
        "board": page.board,
        "find": page.chat_pane.find_bar,
        "rows": page.chat_pane.list,
        "composer": page.chat_pane.composer,
        "chat": page.chat_pane,
        "status": page._foot,
    }
    return next(
        (name for name, pane in panes.items() if pane is focus or pane.isAncestorOf(focus)), ""
    )


def tour(page: SessionPage, keys: str) -> list[str]:
    found = []
    for _ in range(20):
        QTest.keySequence(page, QKeySequence(keys))
        found.append(where(page))
        if found[-1] == "composer":
            return found
    return found


def test_f6_goes_through_all_panes_in_order_of_reading_and_shift_f6_back(made):
    page = made("session")
    page.activateWindow()
    assert where(page) == "composer"
    assert tour(page, "F6") == ["top", "people", "board", "tools", "rows", "composer"]
    assert tour(page, "Shift+F6") == ["rows", "tools", "board", "people", "top", "composer"]


def test_what_opens_is_on_the_way(made):
    page = made("asking")
    page.activateWindow()
    page.board.actions_by_name["outline"].trigger()
    page.chat_pane.enter()
    assert tour(page, "F6") == [
        "top", "asking", "people", "board", "tools", "outline", "rows", "composer"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "pane"),
    [("Alt+1", "people"), ("Alt+2", "board"), ("Alt+3", "composer"), ("Ctrl+M", "composer")],
)
def test_a_pane_has_a_key_of_its_own(made, keys, pane):
    page = made("session")
    page.activateWindow()
    page._top.enter()
    QTest.keySequence(page, QKeySequence(keys))
    assert where(page) == pane


def test_arrows_move_in_the_list_of_people_and_tab_leaves_it(made):
    page = made("session")
    page.activateWindow()
    QTest.keySequence(page, QKeySequence("Alt+1"))
    people = page._people_pane.list
    QTest.keyClick(people, Qt.Key.Key_Down)
    assert people.currentIndex().row() == 1
    QTest.keyClick(people, Qt.Key.Key_Tab)
    assert where(page) != "people"


def test_the_board_keeps_tab_and_only_f6_leaves_it(made):
    page = made("session")
    page.activateWindow()
    QTest.keySequence(page, QKeySequence("Alt+2"))
    for which in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape):
        QTest.keyClick(page.board.canvas, which)
        assert where(page) == "board"
    QTest.keySequence(page, QKeySequence("F6"))
    assert where(page) == "tools"


def test_arrows_go_from_tool_to_tool_and_tab_leaves_them(made):
    page = made("session")
    page.activateWindow()
    page.board.toolbar.enter()
    seen = []
    for _ in range(3):
        seen.append(page.window().focusWidget().accessibleName())
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Right)
    assert seen == ["Select, V", "Pan, H", "Pen, P"]
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Home)
    assert page.window().focusWidget().accessibleName() == "Select, V"
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
    assert not page.board.toolbar.isAncestorOf(page.window().focusWidget())


def test_a_bar_is_one_stop_and_remembers_its_button(qtbot):
    bar = QWidget()
    qtbot.addWidget(bar)
    buttons = [QToolButton(bar) for _ in range(3)]
    for place, each in enumerate(buttons):
        each.setGeometry(40 * place, 0, 30, 30)
    roving = Roving(bar)
    bar.show()
    bar.activateWindow()

    def stops() -> list[int]:
        tab = Qt.FocusPolicy.TabFocus
        return [at for at, each in enumerate(buttons) if each.focusPolicy() & tab]

    assert stops() == [0]
    roving.enter()
    QTest.keyClick(buttons[0], Qt.Key.Key_Right)
    assert stops() == [1]
    buttons[1].setEnabled(False)
    assert stops() == [0]
    buttons[0].hide()
    assert stops() == [2]
    late = QToolButton(bar)
    late.setGeometry(-40, 0, 30, 30)
    late.show()
    buttons.append(late)
    roving.enter()
    QTest.keyClick(buttons[2], Qt.Key.Key_Right)
    assert bar.focusWidget() is late


def test_tab_follows_reading_and_no_pane_keeps_it_but_the_board(made):
    page = made("session")
    page.activateWindow()
    page._top.enter()
    seen = [where(page)]
    for _ in range(30):
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        seen.append(where(page))
        if page.window().focusWidget() is page.board.canvas:
            page.board.toolbar.enter()
            seen.append("tools")
    order = [pane for at, pane in enumerate(seen) if at == 0 or pane != seen[at - 1]]
    assert order[:9] == [
        "top", "people", "board", "tools", "board", "chat", "rows", "composer", "top"
    ]  # fmt: skip


def test_the_outline_is_not_opened_below_the_chat(made):
    page = made("narrow")
    page.activateWindow()
    page.toggle_chat()
    assert page.chat_pane.isVisible()
    page.board.actions_by_name["outline"].trigger()
    assert where(page) == "outline"
    assert not page.chat_pane.isVisible()


@pytest.mark.parametrize("opened", ["find", "outline"])
def test_text_of_twice_the_size_is_whole_at_1440_by_900(qtbot, tmp_path, opened):
    dress = Dress(Scheme.LIGHT, 200)
    page: Any = scenes.session_page(scenes.session_scenes()["usual"], dress, tmp_path, WIDE)
    qtbot.addWidget(page)
    if opened == "find":
        page._find()
        page.chat_pane.finding.look_for("boat")
    else:
        page.board.actions_by_name["outline"].trigger()
    scenes.at_rest(page)
    assert (page.width(), page.height()) == WIDE
    shown = page.chat_pane.find_bar if opened == "find" else page.board.outline
    assert shown.isVisible()
    cut = [
        each.text() or each.accessibleName()
        for each in shown.findChildren(QWidget)
        if isinstance(each, (QLabel, QAbstractButton, QLineEdit))
        and each.isVisible()
        and (
            not shown.rect().contains(each.geometry().translated(_corner(each, shown)))
            or (isinstance(each, QLabel) and each.height() < each.heightForWidth(each.width()))
        )
    ]
    assert cut == []


def _corner(widget: QWidget, owner: QWidget) -> QPoint:
    """From the widget's own parent to the owner."""
    return widget.mapTo(owner, QPoint()) - widget.pos()


# --- back to where one was ------------------------------------------------------------------------


def test_the_outline_gives_the_focus_back_to_the_board(made):
    page = made("session")
    page.activateWindow()
    QTest.keySequence(page, QKeySequence("Alt+2"))
    QTest.keySequence(page.board.canvas, QKeySequence("Ctrl+Shift+O"))
    assert where(page) == "outline"
    QTest.keyClick(page.board.outline.tree, Qt.Key.Key_Escape)
    assert where(page) == "board"


def test_finding_gives_the_focus_back_to_where_it_was(made):
    page = made("session")
    page.activateWindow()
    QTest.keySequence(page, QKeySequence("Alt+2"))
    QTest.keySequence(page, QKeySequence("Ctrl+F"))
    assert where(page) == "find"
    QTest.keyClick(page.chat_pane.find_bar.field, Qt.Key.Key_Escape)
    assert where(page) == "board"


@pytest.mark.qt_log_ignore("grabbing the keyboard", "raise")
def test_emoji_give_the_focus_back_to_the_row(made, qtbot):
    page = made("session")
    page.activateWindow()
    rows = page.chat_pane.list
    rows.setFocus()
    rows.setCurrentIndex(page.chat.index(1))
    QTest.keyClick(rows, Qt.Key.Key_Plus)
    picker = next(
        each for each in page.findChildren(QWidget) if type(each).__name__ == "EmojiPicker"
    )
    QTest.keyClick(picker, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: where(page) == "rows")


def test_a_chat_that_is_put_away_leaves_the_focus_on_the_board(made):
    page = made("session")
    page.activateWindow()
    assert where(page) == "composer"
    page.toggle_chat()
    assert where(page) == "board"


def test_who_was_answered_leaves_the_focus_where_one_writes(made):
    page = made("asking")
    page.activateWindow()
    page._people_pane.asking.enter()
    assert where(page) == "asking"
    for site in list(page._people_pane.asking._cards):
        page._people_pane.asking.drop(site)
    assert where(page) == "composer"
