"""Finding words in the chat: through all of the history, from place to place, and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.node.api import (
    ChatFound,
    ChatRowsChanged,
    Denied,
    Done,
    FindChat,
    ReadChat,
    SendHint,
)
from app.ui.models.chat import FIRST_ROWS, PAGE_ROWS, ChatModel
from app.ui.models.finding import FOUND_MAX, Finding
from app.ui.models.people import PeopleModel
from app.ui.panes.chat import ChatPane
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from tests.ui.worlds import FakeNode, Hands, line, people

THEME = theme_of(Scheme.LIGHT)
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Site(FakeNode):
    """A node that looks at so many lines for one answer."""

    part = 1_000

    def answer(self, command):
        if not isinstance(command, FindChat):
            return super().answer(command)
        last = len(self.rows) if command.below_index is None else command.below_index - 1
        first = max(1, last - self.part + 1)
        part = [
            (row.index or 0, row.text) for row in self.rows if first <= (row.index or 0) <= last
        ]
        found = [index for index, text in reversed(part) if command.text.casefold() in text]
        below = first if first > 1 else None
        return Done(command.token, ChatFound(tuple(found), len(part), below))


def site_with(count: int, ramps: tuple[int, ...]) -> Site:
    """Lines 1 to `count`, of which some speak of a ramp."""
    return Site(
        rows=tuple(
            [
                line(n, n % 3, f"the ramp {n}" if n in ramps else f"line {n}")
                for n in range(1, count + 1)
            ]
        )
    )


@pytest.fixture
def node():
    return site_with(40, (3, 20, 38))


@pytest.fixture
def pane(qtbot, node):
    return shown(qtbot, node)


def shown(qtbot, node: Site) -> ChatPane:
    clock = Hands().clock()
    who = PeopleModel(clock)
    who.set_people(people())
    made = ChatPane(ChatModel(clock), who, node, THEME, clock)
    made.resize(348, 600)
    qtbot.addWidget(made)
    made.show()
    made.begin()
    return made


def look_for(pane: ChatPane, text: str) -> None:
    pane.open_find()
    pane.find_bar.field.setText(text)
    QTest.keyClick(pane.find_bar.field, Qt.Key.Key_Return)


def found(pane: ChatPane) -> list[int]:
    """Indices of the rows that are painted as found."""
    items = [pane._model.item(place) for place in range(pane._model.rowCount())]
    return [item.row.index or 0 for item in items if item.found and item.row is not None]


def in_sight(pane: ChatPane, index: int) -> bool:
    place = pane._model.set_found(index)
    rect = pane.list.visualRect(pane._model.index(place))
    return place >= 0 and pane.list.viewport().rect().contains(rect)


def test_the_newest_place_is_shown_first_and_enter_goes_to_older_ones(pane, qtbot):
    look_for(pane, "Ramp")
    assert found(pane) == [38]
    assert pane.find_bar._count.text() == "1 of 3"
    for index in (20, 3, 38):
        QTest.keyClick(pane.find_bar.field, Qt.Key.Key_Return)
        assert found(pane) == [index]
        qtbot.waitUntil(lambda index=index: in_sight(pane, index))
    QTest.keyClick(pane.find_bar.field, Qt.Key.Key_Return, SHIFT)
    assert found(pane) == [3]


def test_buttons_and_arrows_do_the_same(pane):
    look_for(pane, "ramp")
    pane.find_bar.older.click()
    assert found(pane) == [20]
    pane.find_bar.newer.click()
    assert found(pane) == [38]
    QTest.keyClick(pane.find_bar.field, Qt.Key.Key_Up)
    assert found(pane) == [20]
    QTest.keyClick(pane.find_bar.field, Qt.Key.Key_Down)
    assert found(pane) == [38]


def test_it_looks_by_itself_after_a_pause(pane, node, qtbot):
    pane.open_find()
    QTest.keyClicks(pane.find_bar.field, "ramp")
    assert node.of(FindChat) == []
    qtbot.waitUntil(lambda: found(pane) == [38])
    assert [command.text for command in node.of(FindChat)] == ["ramp"]


def test_nothing_says_so_and_in_how_many_lines(pane):
    look_for(pane, "boat")
    assert pane.find_bar._nothing.text() == "Nothing with “boat” in 40 lines."
    assert pane.find_bar._nothing.isVisible()
    assert not pane.find_bar.older.isEnabled()


def test_esc_ends_it_and_nothing_is_marked(pane):
    look_for(pane, "ramp")
    QTest.keyClick(pane.find_bar.field, Qt.Key.Key_Escape)
    assert not pane.find_bar.isVisible()
    assert found(pane) == []


def test_all_of_the_history_is_searched_part_by_part(qtbot):
    node = site_with(4_212, (7, 2_500))
    pane = shown(qtbot, node)
    look_for(pane, "ramp")
    assert pane.finding.indices == [2_500, 7]
    assert [command.below_index for command in node.of(FindChat)] == [None, 3213, 2213, 1213, 213]
    look_for(pane, "boat")
    assert pane.find_bar._nothing.text() == "Nothing with “boat” in 4,212 lines."


def test_a_line_of_long_ago_is_shown_with_those_round_it(qtbot):
    pane = shown(qtbot, site_with(4_212, (1_000,)))
    look_for(pane, "ramp")
    assert found(pane) == [1_000]
    assert pane._model.detached
    assert pane._model.rowCount() <= PAGE_ROWS
    assert (pane._model.first_index() or 0) < 1_000 < pane._model.last_index()
    qtbot.waitUntil(lambda: in_sight(pane, 1_000))


def test_from_long_ago_there_is_a_way_back_to_the_newest(qtbot):
    pane = shown(qtbot, site_with(4_212, (1_000,)))
    look_for(pane, "ramp")
    assert pane._pill.isVisible()
    assert pane._pill.text() == "Back to the newest lines"
    pane._pill.click()
    assert not pane._model.detached
    assert pane._model.last_index() == 4_212
    assert pane._model.rowCount() == FIRST_ROWS
    assert found(pane) == []


def test_what_is_said_meanwhile_is_counted_and_not_put_among_old_lines(qtbot):
    node = site_with(4_212, (1_000,))
    pane = shown(qtbot, node)
    look_for(pane, "ramp")
    before = pane._model.rowCount()
    hints = len(node.of(SendHint))
    new = line(4_213, 2, "new")
    node.rows += (new,)
    pane.on_event(ChatRowsChanged((new,)))
    assert pane._model.rowCount() == before
    assert pane._pill.text() == "1 new"
    assert len(node.of(SendHint)) == hints, "nobody has seen it"
    pane._pill.click()
    assert pane._model.last_index() == 4_213


def test_older_lines_can_be_paged_in_before_those_of_long_ago(qtbot):
    node = site_with(4_212, (1_000,))
    pane = shown(qtbot, node)
    look_for(pane, "ramp")
    first = pane._model.first_index() or 0
    pane._page()
    assert pane._model.first_index() == first - PAGE_ROWS
    assert node.of(ReadChat)[-1].before_index == first


def test_who_writes_is_back_at_the_newest_lines(qtbot):
    pane = shown(qtbot, site_with(4_212, (1_000,)))
    look_for(pane, "ramp")
    pane.composer.field.setPlainText("Hello")
    QTest.keyClick(pane.composer.field, Qt.Key.Key_Return)
    assert not pane._model.detached


# --- the search itself ----------------------------------------------------------------------------


class Held:
    """Keeps what is asked, to answer it later."""

    def __init__(self):
        self.asked = []

    def ask(self, make, then):
        self.asked.append((make(len(self.asked)), then))

    def answer(self, at: int, indices, lines=10, below=None):
        command, then = self.asked[at]
        then(Done(command.token, ChatFound(tuple(indices), lines, below)))


def test_answers_to_other_words_are_dropped(qapp):
    held = Held()
    finding = Finding(held.ask)
    finding.look_for("ramp")
    finding.look_for("boat")
    held.answer(0, (5,))
    assert finding.indices == []
    held.answer(1, (7,))
    assert finding.indices == [7]


def test_a_running_search_says_how_far_it_is(qapp):
    held = Held()
    finding = Finding(held.ask)
    finding.look_for("ramp")
    held.answer(0, (), 2_000, 2_213)
    assert finding.said() == "Looking, 2,000 lines so far"
    held.answer(1, (4, 2), 2_000, 213)
    assert finding.said() == "1 of 2 or more"
    held.answer(2, (), 212)
    assert finding.said() == "1 of 2"


def test_a_search_that_was_ended_asks_no_more(qapp):
    held = Held()
    finding = Finding(held.ask)
    finding.look_for("ramp")
    finding.look_for("")
    held.answer(0, (), 2_000, 213)
    assert len(held.asked) == 1
    assert finding.said() == ""


def test_places_are_bounded(qapp):
    held = Held()
    finding = Finding(held.ask)
    finding.look_for("e")
    held.answer(0, range(5_000, 5_000 - FOUND_MAX - 9, -1), 2_000, 3_000)
    assert len(finding.indices) == FOUND_MAX
    assert len(held.asked) == 1
    assert finding.said() == "1 of 1,000 or more"


def test_a_site_that_can_not_search_ends_it(qapp):
    held = Held()
    finding = Finding(held.ask)
    finding.look_for("ramp")
    command, then = held.asked[0]
    then(Denied(command.token, "too many searches are under way"))
    assert not finding.running
