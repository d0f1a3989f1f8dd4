"""The palette of emoji: some hundreds by name, found by typing, chosen by keys or a click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor

from app.core import limits
from app.ui.emoji_names import all_emoji, find_emoji
from app.ui.panes.composer import Composer
from app.ui.panes.emoji import COLUMNS, EmojiModel, EmojiPicker
from app.ui.strings import Emoji
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from tests.ui.worlds import Hands

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", "raise")


@pytest.fixture
def picker(qtbot):
    made = EmojiPicker(theme_of(Scheme.LIGHT))
    qtbot.addWidget(made)
    made.open_at(QPoint(500, 500))
    return made


def test_the_model_is_a_model(qapp, qtmodeltester):
    qtmodeltester.check(EmojiModel())


def test_there_are_hundreds_each_once_with_a_name_and_short_enough_to_travel():
    found = all_emoji()
    assert len(found) > 800
    assert len({each.emoji for each in found}) == len(found)
    assert all(each.name and len(each.emoji) <= limits.EMOJI_CHARACTERS_MAX for each in found)
    assert [each.emoji for each in found[: len(Emoji.ALL)]] == list(Emoji.ALL)


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("rocket", "🚀"),
        ("Cat Face", "🐱"),
        ("face cat", "🐱"),
        ("idea", "💡"),
        ("bulb", "💡"),
        ("snail", "🐌"),
    ],
)
def test_words_of_the_name_find_it_in_any_order(text, emoji):
    assert emoji in [each.emoji for each in find_emoji(text)]


def test_names_with_a_word_that_begins_so_come_first():
    found = [each.words for each in find_emoji("cat")]
    assert "cat" in found[0].split()
    inside = next(at for at, words in enumerate(found) if " cat" not in f" {words}")
    assert all(" cat" not in f" {words}" for words in found[inside:])


def test_typing_finds_and_enter_chooses(picker, qtbot):
    assert picker.field.hasFocus()
    qtbot.keyClicks(picker.field, "snail")
    with qtbot.waitSignal(picker.chosen) as caught:
        qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert caught.args == ["🐌"]
    assert not picker.isVisible()


def test_arrows_go_from_one_to_the_next_while_the_field_keeps_the_focus(picker, qtbot):
    every = [each.emoji for each in all_emoji()]
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    qtbot.keyClick(picker.field, Qt.Key.Key_Right)
    assert picker.field.hasFocus()
    with qtbot.waitSignal(picker.chosen) as caught:
        qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert caught.args == [every[COLUMNS + 1]]


def test_the_columns_are_as_many_as_the_keys_count(picker):
    row = [picker.list.visualRect(picker.model.index(at)).top() for at in range(COLUMNS + 1)]
    assert len(set(row[:COLUMNS])) == 1
    assert row[COLUMNS] > row[0]


def test_a_click_chooses(picker, qtbot):
    where = picker.list.visualRect(picker.model.index(2)).center()
    with qtbot.waitSignal(picker.chosen) as caught:
        qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert caught.args == [list(Emoji.ALL)[2]]


def test_who_chose_one_for_a_line_goes_on_writing(qtbot):
    made = Composer(theme_of(Scheme.LIGHT), Hands().clock())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.field.setPlainText("a ")
    made.field.moveCursor(QTextCursor.MoveOperation.End)
    made._emoji.setFocus()
    made._pick()
    (shown,) = made.findChildren(EmojiPicker)
    qtbot.keyClicks(shown.field, "snail")
    qtbot.keyClick(shown.field, Qt.Key.Key_Return)
    assert made.text() == "a 🐌"
    assert made.focusWidget() is made.field


def test_where_nothing_is_found_nothing_is_chosen_and_it_says_so(picker, qtbot):
    chosen: list[str] = []
    picker.chosen.connect(chosen.append)
    qtbot.keyClicks(picker.field, "nothing is called so")
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert picker._name.text() == Emoji.NOTHING()
    assert chosen == []
    assert picker.isVisible()
