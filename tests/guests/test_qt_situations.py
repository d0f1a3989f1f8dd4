"""Situations of a Qt program, by real keys and mouse: the doer's copy, another copy that is late,
and the program alone must look the same afterwards."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.guests import qt_stage
from tests.guests.qt_stage import Alone, Copy, Order, Screens

pytestmark = [
    pytest.mark.display,
    pytest.mark.long,
    pytest.mark.skipif(bool(qt_stage.missing()), reason=f"not installed: {qt_stage.missing()}"),
]

PROGRAM = qt_stage.PROGRAMS / "every_widget.py"
JITTER = 0.06


class Player:
    """One who acts in a program; `ask` looks into it, `settle` waits until nothing moves."""

    def __init__(self, program: Any, ask: Callable[[str], Any], settle: Callable[[], None]) -> None:
        self.hand = program.hand
        self.ask = ask
        self.settle = settle

    def place(self, where: str) -> Any:
        self.settle()
        return self.ask(where)

    def click(self, where: str, button: int = 1, times: int = 1) -> None:
        self.hand.click(self.place(where), button, times)
        self.settle()

    def drag(self, *where: str) -> None:
        places = [self.place(each) for each in where]
        self.hand.drag(places)
        self.settle()

    def type(self, text: str) -> None:
        self.hand.type(text)
        self.settle()

    def keys(self, *chords: str) -> None:
        for chord in chords:
            self.hand.key(chord)
            self.settle()

    def wheel(self, where: str, down: bool = True, times: int = 1) -> None:
        self.hand.click(self.place(where), 5 if down else 4, times)
        self.settle()

    def page(self, place: int) -> None:
        self.click(f"tab('#tabs', {place})")

    def logged(self) -> list[str]:
        return str(self.ask("find('#log').toPlainText()")).splitlines()


# --- situations: what is done, and what must be true in the program afterwards --------------------

Situation = Callable[[Player], None]
SITUATIONS: dict[str, tuple[Situation, str]] = {}


def situation(check: str) -> Callable[[Situation], Situation]:
    """`check`: an expression that is true in every copy after it."""

    def keep(function: Situation) -> Situation:
        SITUATIONS[function.__name__] = function, check
        return function

    return keep


def last(line: str) -> str:
    return f"find('#log').toPlainText().splitlines()[-1] == {line!r}"


@situation("find('#line').text() == 'Hello World'")
def typing(p: Player) -> None:
    p.page(0)
    p.click("at('#line')")
    p.type("Hello World")


@situation("find('#line').text() == 'Hello'")
def selection_by_keys(p: Player) -> None:
    p.page(0)
    p.click("at('#line')")
    p.keys("Home", *["Right"] * 5, "Shift_L+End", "Delete")


@situation("find('#text').textCursor().selectedText() != ''")
def double_and_triple_click_in_text(p: Player) -> None:
    p.page(0)
    p.click("at('#text', x=60, y=12)", times=2)
    p.click("at('#text', x=60, y=40)", times=3)


@situation("find('#text').textCursor().hasSelection()")
def dragging_over_text(p: Player) -> None:
    p.page(0)
    p.drag("at('#text', x=10, y=12)", "at('#text', x=90, y=30)")


@situation(last("new"))
def menu_by_click(p: Player) -> None:
    p.page(0)
    p.click("menu('File')")
    p.click("menu('New')")


@situation(last("gamma"))
def menu_in_a_menu(p: Player) -> None:
    p.page(0)
    p.click("menu('File')")
    p.click("menu('More')")
    p.click("menu('Deep')")
    p.click("menu('Gamma')")


@situation(last("alpha"))
def menu_by_keys(p: Player) -> None:
    p.page(0)
    p.keys("Alt_L+f", "m", "a")


@situation(last("new"))
def menu_by_arrows(p: Player) -> None:
    p.page(0)
    p.keys("Alt_L+f", "Down", "Up", "Return")


@situation("find('Main').menuBar().activeAction() is None")
def menu_opened_and_left(p: Player) -> None:
    p.page(0)
    p.click("menu('File')")
    p.hand.move(*p.place("menu('Edit')"))
    p.settle()
    p.keys("Escape", "Escape")


@situation(last("new"))
def shortcut(p: Player) -> None:
    p.page(0)
    p.keys("Control_L+n")


@situation(last("wrap False"))
def shortcut_of_a_switch(p: Player) -> None:
    p.page(0)
    p.keys("F7")


@situation(last("beta"))
def shortcut_of_two_keys(p: Player) -> None:
    p.page(0)
    p.keys("Control_L+k", "Control_L+b")


@situation(last("dialog 1 abc one"))
def dialog_ended_by_return(p: Player) -> None:
    p.page(0)
    p.keys("Control_L+d")
    p.type("abc")
    p.keys("Return")


@situation(last("dialog 0 q one"))
def dialog_in_a_dialog(p: Player) -> None:
    p.page(0)
    p.keys("Control_L+d")
    p.type("q")
    p.click("at('#more')")
    p.click("at('QPushButton:Yes')")
    p.keys("Escape")


@situation(last("dialog 1  two"))
def combo_in_a_dialog(p: Player) -> None:
    p.page(0)
    p.keys("Control_L+d")
    p.click("at('#choice')")
    p.keys("Down", "Return")  # Return in the list presses the dialog's button as well


@situation(last("message True"))
def message_box(p: Player) -> None:
    p.page(0)
    p.click("menu('Ask')")
    p.click("menu('Message')")
    p.click("at('QPushButton:Yes')")


@situation(last("input Ada True"))
def input_dialog(p: Player) -> None:
    p.page(0)
    p.click("menu('Ask')")
    p.click("menu('Input')")
    p.type("Ada")
    p.keys("Return")


@situation(last("color #ff0000"))
def color_dialog(p: Player) -> None:
    p.page(0)
    p.click("menu('Ask')")
    p.click("menu('Color')")
    p.click("at('QPushButton:OK')")


@situation("find('#table').item(0, 0).text() == '0'")
def table_sorted_by_its_header(p: Player) -> None:
    p.page(2)
    p.click("section('#table', 0)")


@situation("find('#table').item(2, 1).text() == '77'")
def cell_edited_after_a_double_click(p: Player) -> None:
    p.page(2)
    p.click("item('#table', 2, 1)", times=2)
    p.type("77")
    p.keys("Return")


@situation("find('#table').columnWidth(0) > 100")
def column_made_wider(p: Player) -> None:
    p.page(2)
    x, y = p.place("section('#table', 0, True)")
    p.hand.drag([(x, y), (x + 40, y)])
    p.settle()


@situation("len(find('#table').selectedIndexes()) == 4")
def cells_selected_by_dragging(p: Player) -> None:
    p.page(2)
    p.drag("item('#table', 0, 0)", "item('#table', 1, 1)")


@situation("find('#across').sizes()[0] != 0")
def splitter(p: Player) -> None:
    p.page(2)
    x, y = p.place("handle('#across')")
    p.hand.drag([(x, y), (x + 30, y)])
    p.settle()


@situation("find('#tree').isExpanded(find('#tree').model().index(1, 0))")
def tree_opened(p: Player) -> None:
    p.page(2)
    p.click("branch('#tree', 1)")


@situation("find('#tree').topLevelItem(3).text(0) == 'new'")
def tree_item_edited(p: Player) -> None:
    p.page(2)
    p.click("item('#tree', 3)")
    p.keys("F2")
    p.type("new")
    p.keys("Return")


@situation("find('#tree').currentItem().text(0) == 'branch 4'")
def tree_searched_by_keys(p: Player) -> None:
    p.page(2)
    p.click("item('#tree', 0)")
    p.keys("Down")
    p.keys("End")


@situation("find('#check').isChecked() and find('#two').isChecked()")
def check_and_radio(p: Player) -> None:
    p.page(1)
    p.click("at('#check', x=8)")
    p.click("at('#two', x=8)")


@situation("find('#slider').value() > 0")
def slider(p: Player) -> None:
    p.page(1)
    p.click("at('#slider')")
    p.keys("Right", "Right")


@situation("find('#spin').value() == 42")
def spin_box(p: Player) -> None:
    p.page(1)
    p.click("at('#spin', x=20)", times=2)
    p.type("42")
    p.keys("Return")


@situation("find('#combo').currentIndex() == 3")
def combo_by_mouse(p: Player) -> None:
    p.page(1)
    p.click("at('#combo')")
    p.click("item('QComboBoxListView', 3)")


@situation("find('#combo').currentIndex() == 5")
def combo_by_wheel(p: Player) -> None:
    p.page(1)
    p.wheel("at('#combo')", times=2)


@situation("find('#combo').currentIndex() == 7")
def combo_by_keys(p: Player) -> None:
    p.page(1)
    p.click("at('#combo')")
    p.keys("Down", "Down", "Return")


@situation(last("right"))
def tool_button_menu(p: Player) -> None:
    p.page(1)
    p.click("at('#tool')")
    p.click("menu('Right')")


@situation("find('#date').date().day() == 16")
def date_from_its_calendar(p: Player) -> None:
    p.page(1)
    p.click("at('#date', x=find('#date').width() - 8)")
    p.keys("Right", "Return")


@situation("not find('#never').isDown()")
def disabled_button(p: Player) -> None:
    p.page(1)
    p.click("at('#never')")


@situation("find('#right').count() == 6 and find('#left').count() == 4")
def dragged_from_list_to_list(p: Player) -> None:
    p.page(3)
    p.drag("item('#left', 1)", "item('#right', 3)", "item('#right', 2)")


@situation("find('#left').count() == 4")
def drag_given_up_by_escape(p: Player) -> None:
    p.page(3)
    places = [p.place(each) for each in ("item('#left', 0)", "item('#right', 2)")]
    p.hand.drag(places, hold=True)
    p.settle()
    p.hand.key("Escape")
    p.settle()
    p.hand.button(1, down=False)
    p.settle()


@situation("'double' in find('#log').toPlainText()")
def drawing(p: Player) -> None:
    p.page(4)
    p.drag("at('#canvas', x=10, y=10)", "at('#canvas', x=50, y=30)")
    p.click("at('#canvas', x=20, y=20)", times=2)
    p.wheel("at('#canvas', x=20, y=20)")


@situation(last("context Keep it"))
def context_menu_by_mouse(p: Player) -> None:
    p.page(4)
    p.click("at('#menus')", button=3)
    p.click("menu('Keep it')")


@situation(last("context Cut it"))
def context_menu_by_key(p: Player) -> None:
    p.page(4)
    p.click("at('#menus')")
    p.keys("Menu", "Down", "Return")


@situation("find('#word').text() == 'apricot'")
def completer(p: Player) -> None:
    p.page(0)
    p.click("at('#word')")
    p.type("ap")
    p.keys("Down", "Down", "Return")


@situation("find('#text').verticalScrollBar().value() > 0")
def scrolled_by_wheel(p: Player) -> None:
    p.page(0)
    p.wheel("at('#text')", times=3)


@situation("find('#word').hasFocus()")
def tab_order(p: Player) -> None:
    p.page(0)
    p.click("at('#line')")
    p.keys("Tab")


@situation(last("stays"))
def closing_taken_back(p: Player) -> None:
    p.page(0)
    p.click("at('#line')")
    p.type("x")
    p.keys("Control_L+q")
    p.click("at('QPushButton:Cancel')")


@situation("find('#combo').currentIndex() > 0")
def combo_by_pressing_dragging_releasing(p: Player) -> None:
    p.page(1)
    p.hand.move(*p.place("at('#combo')"))
    p.hand.button(1, down=True)
    p.settle()
    place = p.place("item('QComboBoxListView', 2)")
    p.hand.move(place[0] - 4, place[1])
    p.hand.move(*place)
    p.settle()
    p.hand.button(1, down=False)
    p.settle()


@situation("find('#left').count() == 4 and find('#left').item(0).text() != 'left 0'")
def reordered_in_a_list(p: Player) -> None:
    p.page(3)
    p.drag("item('#left', 0)", "item('#left', 3)", "item('#left', 2)")


@situation("find('#text').verticalScrollBar().value() > 0")
def scrolled_by_its_bar(p: Player) -> None:
    p.page(0)
    p.click(
        "at(find('#text').verticalScrollBar(), y=find('#text').verticalScrollBar().height() - 24)"
    )


@situation(
    "find('#text').toPlainText().count('quick') == 12 and find('#text').toPlainText() != "
    "'The quick brown fox\\njumps over the lazy dog\\n' * 12"
)
def text_dragged(p: Player) -> None:
    p.page(0)
    p.click("at('#text', x=60, y=40)", times=2)
    p.click("at('#line')")  # else the next press may be a third click
    where = ("at('#text', x=60, y=40)", "at('#text', x=20, y=60)", "at('#text', x=20, y=80)")
    places = [p.place(each) for each in where]
    p.hand.drag(places, hold=True)
    p.settle()
    p.hand.move(places[-1][0] + 1, places[-1][1])
    p.settle()
    p.hand.button(1, down=False)
    p.settle()


@situation("find('#line').text() != ''")
def pasted_by_the_middle_button(p: Player) -> None:
    p.page(0)
    p.click("at('#text', x=60, y=40)", times=2)
    p.click("at('#line')", button=2)


@situation("find('Main').menuBar().activeAction() is None")
def slid_along_the_menu_bar(p: Player) -> None:
    p.page(0)
    p.hand.drag([p.place("menu('File')"), p.place("menu('Edit')")], hold=True)
    p.settle()
    p.hand.button(1, down=False)
    p.settle()
    p.keys("Escape", "Escape")


# --- the stage ------------------------------------------------------------------------------------


class Trio:
    """The program alone, the doer's copy, and another one."""

    def __init__(self, screens: Screens, folder: Path, door: str) -> None:
        chosen = {"TALKSTICK_QT_DOOR": door}
        self.alone = Alone(screens, 0, folder / "alone", [sys.executable, PROGRAM])
        self.copies = [
            Copy(screens, place, folder / f"copy{place}", [str(PROGRAM)], environment=chosen)
            for place in (1, 2)
        ]
        self.order = Order(self.copies, JITTER)
        self.order.go()
        self.alone.settle()
        self.players = [
            Player(self.alone, self.alone.ask, self.alone.settle),
            Player(
                self.copies[0],
                functools.partial(self.order.ask, self.copies[0]),
                self.order.settle,
            ),
        ]

    def close(self) -> None:
        for each in (self.alone, *self.copies):
            each.close()


class Trios:
    """One for each door, made again after a failure: the next situation needs a sane one."""

    def __init__(self, screens: Screens, folder: Path) -> None:
        self._screens = screens
        self._folder = folder
        self._trios: dict[str, Trio] = {}
        self._count = 0

    def get(self, door: str) -> Trio:
        if door not in self._trios:
            self.drop()
            self._count += 1
            self._trios[door] = Trio(self._screens, self._folder / f"{door}{self._count}", door)
        return self._trios[door]

    def drop(self) -> None:
        for trio in self._trios.values():
            trio.close()
        self._trios.clear()


@pytest.fixture(scope="module")
def trios(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qt")
    screens = Screens()
    trios = Trios(screens, folder)
    yield trios
    trios.drop()
    screens.close()


# The copies stay equal, but the selected text is not moved in them.
NOT_MOVED = pytest.mark.xfail(strict=True, reason="selected text is not dragged in a copy yet")
# What the second door can't do, as it says itself in its refusals.
NOT_BY_FILTER = {"shortcut_of_two_keys", "combo_in_a_dialog"}


@pytest.mark.parametrize("door", ["tap", "filter"])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=NOT_MOVED) if name == "text_dragged" else name
        for name in SITUATIONS
    ],
)
def test_doer_other_and_alone_look_the_same(trios, door, name):
    if door == "filter" and name in NOT_BY_FILTER:
        pytest.skip("refused on this door: see its own test")
    do, check = SITUATIONS[name]
    trio = trios.get(door)
    try:
        states = []
        for player in trio.players:
            do(player)
        states = [trio.alone.state()]
        states += [trio.order.ask(copy, "state()") for copy in trio.copies]
        held = [trio.alone.ask(check)] + [trio.order.ask(copy, check) for copy in trio.copies]
        assert held == [True, True, True], check
        assert states[1] == states[2], "the copies differ"
        assert states[0] == states[1], "the program alone looks different"
        assert len(set(trio.order.digest())) == 1
        assert trio.copies[0].skipped == trio.copies[1].skipped
    except BaseException:
        trios.drop()
        raise
