"""Situations of a Qt Quick program: real input at one copy, and both copies show the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.guests import qt_stage
from tests.guests.qt_stage import PROGRAMS, Copy, Order, Screens

pytestmark = [
    pytest.mark.display,
    pytest.mark.long,
    pytest.mark.skipif(bool(qt_stage.missing()), reason=f"not installed: {qt_stage.missing()}"),
]

QUIET_SECONDS = 1.2
"""Until what moves by itself has come to rest."""
WINDOW = "[[w.x(), w.y()] for w in names.visible()][0]"
SEEN = "[[f for f in line[1]] for line in digests.lines(names.visible()[0])]"

Do = Callable[["Doer"], None]
STEPS: dict[str, tuple[Do, str]] = {}


class Doer:
    """One who acts in the window of a copy, by places in it."""

    def __init__(self, order: Order, copy: Copy) -> None:
        self._order = order
        self._hand = copy.hand
        self._x, self._y = order.ask(copy, WINDOW)

    def click(self, x: int, y: int, times: int = 1, button: int = 1) -> None:
        self._hand.click((self._x + x, self._y + y), button, times)
        self._order.settle()

    def drag(self, *places: tuple[int, int]) -> None:
        self._hand.drag([(self._x + x, self._y + y) for x, y in places])
        self._order.settle()

    def keys(self, *chords: str) -> None:
        for chord in chords:
            self._hand.key(chord)
            self._order.settle()

    def type(self, text: str) -> None:
        self._hand.type(text)
        self._order.settle()


def step(shows: str) -> Callable[[Do], Do]:
    """`shows`: a text that the state of the scene has afterwards."""

    def keep(do: Do) -> Do:
        STEPS[do.__name__] = do, shows
        return do

    return keep


@step("pressed")
def button(d: Doer) -> None:
    d.click(60, 25)


@step("('text', 'Hello')")
def text_field(d: Doer) -> None:
    d.click(220, 25)
    d.type("Hello")


@step("('text', 'Hell')")
def keys_in_it(d: Doer) -> None:
    d.click(220, 25)
    d.type("Hello")
    d.keys("BackSpace")


@step("('checked', True)")
def check_box(d: Doer) -> None:
    d.click(25, 65)


@step("('pressed', False)")
def slider(d: Doer) -> None:
    d.drag((150, 65), (240, 65))


@step("two")
def combo_box(d: Doer) -> None:
    d.click(80, 105)
    d.keys("Down", "Return")


@step("three")
def combo_box_by_mouse(d: Doer) -> None:
    d.click(80, 105)
    d.click(80, 150)


@step("('currentIndex', 2)")
def combo_box_by_wheel(d: Doer) -> None:
    d.click(80, 105, 2, 5)


@step("double")
def double_click(d: Doer) -> None:
    d.click(270, 105, 2)


@step("row3")
def list_click(d: Doer) -> None:
    d.click(60, 140 + 3 * 25 + 12)


@step("yes")
def modal_dialog_by_key(d: Doer) -> None:
    d.keys("Control_L+d", "Tab", "space")


@step("no")
def modal_dialog_left(d: Doer) -> None:
    d.keys("Control_L+d", "Escape")


@step("dropped")
def dragging(d: Doer) -> None:
    d.drag((245, 175), (320, 260))


@pytest.fixture(scope="module")
def screens() -> Iterator[Screens]:
    made = Screens()
    yield made
    made.close()


@pytest.mark.parametrize("door", ["tap", "filter"])
@pytest.mark.parametrize("name", STEPS)
def test_both_copies_show_what_was_done(screens, tmp_path, door, name):
    do, shows = STEPS[name]
    copies = [
        Copy(
            screens, place, tmp_path / f"{place}", [PROGRAMS / "quick.py"],
            environment={"TALKSTICK_QT_DOOR": door},
        )
        for place in range(2)
    ]  # fmt: skip
    try:
        order = Order(copies, 0.06)
        order.go()
        do(Doer(order, copies[0]))
        order.turn(QUIET_SECONDS)
        order.settle()
        seen = [order.ask(copy, f"str({SEEN})") for copy in copies]
        assert shows in seen[0]
        assert seen[0] == seen[1]
        assert len(set(order.digest())) == 1
    finally:
        for copy in copies:
            copy.close()


def test_what_moves_by_itself_is_said(screens, tmp_path):
    copy = Copy(screens, 0, tmp_path / "0", [PROGRAMS / "quick.py"])
    try:
        Order([copy]).go()
        assert any("flicked" in text for text in copy.of("hello")[0][4])
    finally:
        copy.close()


@pytest.mark.parametrize("pinned", [True, False])
def test_controls_have_one_style(screens, tmp_path, pinned):
    other = {} if pinned else {"QT_QUICK_CONTROLS_STYLE": "Basic"}
    copies = [
        Copy(
            screens, place, tmp_path / f"{place}", [PROGRAMS / "quick.py"],
            environment=other if place else {},
        )
        for place in range(2)
    ]  # fmt: skip
    try:
        order = Order(copies)
        order.go()
        assert (len(set(order.digest())) == 1) is pinned
    finally:
        for copy in copies:
            copy.close()
