"""Which row of the chat keys act on: the one that was pressed or come to, and never one out of sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QTextDocument, QWheelEvent

from app.node.api import ChatRowsChanged
from app.ui.models.chat import ChatModel, item_of
from app.ui.models.people import PeopleModel
from app.ui.panes.chat import ChatPane
from app.ui.panes.chat_list import RowBrowser
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from tests.ui.worlds import FakeNode, Hands, line, people

THEME = theme_of(Scheme.LIGHT)
OLD, LAST = 3, 39


@pytest.fixture
def pane(qtbot):
    """Forty lines, all of them one's own."""
    clock = Hands().clock()
    who = PeopleModel(clock)
    who.set_people(people())
    rows = tuple([line(number, 1, f"Line {number}") for number in range(1, 41)])
    made = ChatPane(ChatModel(clock), who, FakeNode(rows=rows), THEME, clock)
    qtbot.addWidget(made)
    made.resize(380, 500)
    made.show()
    made.activateWindow()
    made.begin()
    made.list.executeDelayedItemsLayout()
    qtbot.waitUntil(lambda: made.list.verticalScrollBar().maximum() > 0)
    return made


@pytest.fixture
def taken_back(pane):
    """The lines that somebody wants to take back."""
    texts: list[str] = []
    pane.take_back_wanted.connect(lambda row: texts.append(row.text))
    return texts


def make_current(pane: ChatPane, place: int) -> None:
    pane.list.setFocus()
    pane.list.setCurrentIndex(pane._model.index(place))


def scroll_to_end(pane: ChatPane) -> None:
    bar = pane.list.verticalScrollBar()
    bar.setValue(bar.maximum())


def in_sight(pane: ChatPane, place: int) -> bool:
    rect = pane.list.visualRect(pane._model.index(place))
    return pane.list.viewport().rect().contains(rect.center())


def press(qtbot, pane: ChatPane, place: int) -> RowBrowser:
    """As a hand does: over the row, and a click on its text."""
    pane.list._put_over(pane._model.index(place))
    (browser,) = pane.list.findChildren(RowBrowser)
    qtbot.mouseClick(browser.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    return browser


def test_a_press_on_the_text_of_a_row_makes_it_the_one_that_keys_act_on(qtbot, pane, taken_back):
    make_current(pane, OLD)
    scroll_to_end(pane)
    browser = press(qtbot, pane, LAST)
    assert pane.list.currentIndex().row() == LAST
    qtbot.keyClick(browser, Qt.Key.Key_Delete)
    assert taken_back == ["Line 40"]
    assert in_sight(pane, LAST)


def test_the_focus_stays_in_the_list_when_the_pointer_goes_to_another_row(qtbot, pane, taken_back):
    browser = press(qtbot, pane, LAST)
    browser.setFocus()
    pane.list._put_over(pane._model.index(LAST - 1))
    assert pane.list.hasFocus()
    qtbot.keyClick(pane.list, Qt.Key.Key_Delete)
    assert taken_back == ["Line 40"]


def test_a_key_brings_its_row_into_sight(qtbot, pane, taken_back):
    make_current(pane, OLD)
    scroll_to_end(pane)
    assert not in_sight(pane, OLD)
    qtbot.keyClick(pane.list, Qt.Key.Key_Delete)
    assert in_sight(pane, OLD)
    assert taken_back == ["Line 4"]


@pytest.mark.parametrize("reason", ["BacktabFocusReason", "TabFocusReason", "ShortcutFocusReason"])
def test_who_comes_by_keys_sees_the_current_row(qtbot, pane, reason):
    make_current(pane, OLD)
    scroll_to_end(pane)
    pane.composer.field.setFocus()
    pane.list.setFocus(Qt.FocusReason[reason])
    assert in_sight(pane, OLD)


def test_who_comes_by_keys_for_the_first_time_is_at_the_newest_line(pane):
    pane.composer.field.setFocus()
    pane.list.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert pane.list.currentIndex().row() == LAST
    assert in_sight(pane, LAST)


@pytest.mark.parametrize(
    "text", ["plain words", "```\ncode\n```", "> quote\n\n| a |\n|---|\n| b |"]
)
def test_the_text_to_choose_from_lies_on_the_painted_one(qtbot, pane, text):
    pane.on_event(ChatRowsChanged((line(40, 1, text),)))
    pane.list.executeDelayedItemsLayout()
    index = pane._model.index(LAST)
    pane.list._put_over(index)
    (browser,) = pane.list.findChildren(RowBrowser)
    item = item_of(index)
    at = pane.list.delegate.layout_of(item, pane.list.visualRect(index).width())
    painted = pane.list.delegate.document(item.row, at.body.width())
    assert tops(browser.document()) == tops(painted)
    assert browser.document().size() == painted.size()
    assert browser.height() == at.body.height()


def tops(document: QTextDocument) -> list[QPointF]:
    layout, found, block = document.documentLayout(), [], document.begin()
    while block.isValid():
        found.append(layout.blockBoundingRect(block).topLeft())
        block = block.next()
    return found


LONG = "\n".join([f"line {number}" for number in range(80)])


@pytest.fixture
def tall(qtbot, pane):
    """A list whose last row is higher than all that is in sight, seen at its end."""
    pane.on_event(ChatRowsChanged((line(41, 0, LONG),)))
    last = pane._model.index(pane._model.rowCount() - 1)
    rows = pane.list
    qtbot.waitUntil(lambda: rows.visualRect(last).height() > 1_200)
    scroll_to_end(pane)
    assert rows.visualRect(last).bottom() < rows.viewport().height()
    return pane


def test_a_press_in_a_row_that_is_higher_than_the_list_moves_nothing(qtbot, tall):
    rows = tall.list
    low = QPoint(120, rows.viewport().height() - 60)
    qtbot.mouseMove(rows.viewport(), low)
    rows._put_over(rows.indexAt(low))
    (browser,) = rows.findChildren(RowBrowser)
    before = rows.verticalScrollBar().value()
    inside = browser.viewport().mapFrom(rows.viewport(), low)
    qtbot.mousePress(browser.viewport(), Qt.MouseButton.LeftButton, pos=inside)
    assert rows.verticalScrollBar().value() == before
    assert browser.cursorForPosition(inside).block().blockNumber() > 60
    assert rows.currentIndex().row() == tall._model.rowCount() - 1
    qtbot.mousePress(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(4, 200))
    assert rows.verticalScrollBar().value() == before


def test_chosen_text_outlives_another_state_of_its_line_but_not_another_text(qtbot, pane):
    browser = press(qtbot, pane, LAST)
    browser.setFocus()
    browser.selectAll()
    row = item_of(pane._model.index(LAST)).row
    assert row is not None
    pane.on_event(ChatRowsChanged((replace(row, state="settled"),)))
    assert browser.isVisible()
    assert browser.textCursor().hasSelection()
    pane.on_event(ChatRowsChanged((replace(row, text="Changed"),)))
    assert not browser.isVisible()


def test_the_bar_follows_a_pointer_that_stands_still_while_the_list_scrolls(qtbot, pane):
    pane.on_event(ChatRowsChanged(tuple([line(at, at % 3, f"Line {at}") for at in range(41, 60)])))
    rows = pane.list
    rows.to_end()
    qtbot.waitUntil(lambda: rows.verticalScrollBar().maximum() > 600)
    middle = rows.viewport().rect().center()
    rows._put_over(rows.indexAt(middle))
    turn = QWheelEvent(
        QPointF(middle),
        QPointF(rows.viewport().mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = rows.indexAt(middle).row()
    QCoreApplication.sendEvent(rows.viewport(), turn)
    assert rows.indexAt(middle).row() != before
    assert rows._over_index() == rows.indexAt(middle)
