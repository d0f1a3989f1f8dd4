"""Each state of a line: what it looks like, its sign, what it says, and what helps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.core.ids import EntryId
from app.node.api import ChatRow, ChatRowsChanged
from app.ui.models.chat import ChatModel, item_of
from app.ui.models.chat_words import Help, helps, spoken, state_text
from app.ui.models.people import PeopleModel
from app.ui.models.status import SessionStatus
from app.ui.panes.chat import ChatPane
from app.ui.panes.told import show_told
from app.ui.strings import Chat
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from app.ui.windows.tried import tried_sentences
from tests.ui.worlds import SELF, SITES, WALL_MS, FakeNode, Hands, line, people

THEME = theme_of(Scheme.LIGHT)
REFUSED = line(9, SELF, "@everyone", state="refused", why="only moderators can notify all")
WAITING = line(8, SELF, "Hello", state="waiting", wall_ms=WALL_MS)


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def pane(qtbot, hands):
    clock = hands.clock()
    who = PeopleModel(clock)
    who.set_people(people())
    node = FakeNode(rows=tuple([line(number, number % 3) for number in range(1, 6)]))
    made = ChatPane(ChatModel(clock), who, node, THEME, clock)
    made.resize(348, 600)
    qtbot.addWidget(made)
    made.show()
    made.begin()
    return made


def layout(pane: ChatPane, place: int):
    index = pane.list.model().index(place, 0)
    rect = pane.list.visualRect(index)
    return pane.list.delegate.layout_of(item_of(index), rect.width()), rect


def put(pane: ChatPane, *rows: ChatRow) -> int:
    """Show rows; the place of the last."""
    pane.on_event(ChatRowsChanged(rows))
    pane.list.executeDelayedItemsLayout()
    return pane.list.model().rowCount() - 1


def caption(pane: ChatPane, place: int) -> str:
    return pane.list.delegate._caption(pane._model.item(place))


def signs(pane: ChatPane, place: int, monkeypatch) -> list[str]:
    """The icons that painting a row asks for."""
    drawn: list[str] = []
    module = "app.ui.delegates.chat_row.pixmap"
    original = __import__("app.ui.icons", fromlist=["pixmap"]).pixmap

    def noted(name, *more):
        drawn.append(name)
        return original(name, *more)

    monkeypatch.setattr(module, noted)
    index = pane.list.model().index(place, 0)
    pane.list.scrollTo(index)
    pane.list.viewport().grab(pane.list.visualRect(index))
    return drawn


def test_waiting_says_so_after_two_seconds_and_offers_to_tell_after_ten(pane, hands):
    place = put(pane, WAITING)
    assert caption(pane, place) == ""
    hands.wait(3)
    assert caption(pane, place) == "waiting for the stick, 3 s"
    assert layout(pane, place)[0].helps == []
    hands.wait(8)
    assert caption(pane, place) == "still trying, kept here"
    assert [each.text for each in layout(pane, place)[0].helps] == ["What was tried"]


def test_waiting_has_a_clock_and_what_is_ordered_has_nothing(pane, monkeypatch):
    assert "clock" in signs(pane, put(pane, WAITING), monkeypatch)
    assert signs(pane, 0, monkeypatch) == []


def test_settled_has_a_tick(pane, monkeypatch):
    place = put(pane, line(5, 2, state="settled"))
    assert signs(pane, place, monkeypatch) == ["tick"]


def test_kept_apart_has_its_sign_and_says_so_until_both_meet(pane, monkeypatch):
    place = put(pane, line(5, 2))
    pane._model.set_apart(apart=True)
    assert "apart" in signs(pane, place, monkeypatch)
    row = pane._model.item(place).row
    assert state_text(row, apart=True) == "Kept here, joins theirs later"
    said = pane._model.index(place).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert said.endswith("Kept here, joins theirs later")
    pane._model.set_apart(apart=False)
    assert signs(pane, place, monkeypatch) == []


def test_what_had_settled_before_both_parted_stays_settled(pane, monkeypatch):
    place = put(pane, line(5, 2, state="settled"))
    pane._model.set_apart(apart=True)
    assert signs(pane, place, monkeypatch) == ["tick"]


def test_refused_says_why_below_and_offers_to_write_it_again(pane, monkeypatch):
    place = put(pane, REFUSED)
    assert caption(pane, place) == "Not sent: only moderators can notify all"
    assert "stop" in signs(pane, place, monkeypatch)
    assert [each.text for each in layout(pane, place)[0].helps] == ["Write it again"]


def test_nothing_helps_where_nothing_is_wrong():
    late = WALL_MS + 60_000
    assert helps(line(1, SELF), late) == ()
    assert helps(line(1, SELF, state="settled"), late) == ()
    assert helps(replace(REFUSED, own=False), late) == ()
    assert helps(replace(WAITING, deleted=True), late) == ()


def test_writing_it_again_puts_it_below_the_draft(pane):
    pane.composer.field.setPlainText("A draft")
    place = put(pane, REFUSED)
    at, rect = layout(pane, place)
    where = at.helps[0].rect.center() + rect.topLeft()
    QTest.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where))
    assert pane.composer.text() == "A draft\n@everyone"


def test_enter_on_a_row_does_what_helps(pane, qtbot, hands):
    place = put(pane, WAITING)
    hands.wait(11)
    pane.list.setFocus()
    pane.list.setCurrentIndex(pane.list.model().index(place, 0))
    with qtbot.waitSignal(pane.tried_wanted) as told:
        QTest.keyClick(pane.list, Qt.Key.Key_Return)
    assert told.args[0].id == WAITING.id


def test_while_it_is_changed_the_body_stays_and_the_caption_says_so(pane):
    pane._edit_last()
    place = pane._model.place_of(EntryId(SITES[SELF], 1, 4))
    assert caption(pane, place) == "changing"
    assert not layout(pane, place)[0].body.isEmpty()
    QTest.keyClick(pane.composer.field, Qt.Key.Key_Escape)
    assert caption(pane, place) == ""


def test_edited_says_so(pane):
    place = put(pane, line(5, 2, edited=True))
    assert "edited" in spoken(pane._model.item(place).row, WALL_MS)


def test_taken_back_is_one_row_of_32_pixels(pane):
    place = put(pane, line(5, 2, "", deleted=True))
    item = replace(pane._model.item(place), day="", unread=False)
    assert pane.list.delegate.layout_of(item, 348).height == 32
    assert spoken(item.row, WALL_MS) == "Chidi Okafor took back a line"


def test_marks_of_who_has_seen_it_are_16_pixels_under_the_line(pane):
    place = put(pane, line(5, 2))
    pane._model.see(SITES[3], 5)
    at, _rect = layout(pane, place)
    assert at.seen.height() == 16
    assert at.seen.top() > at.body.bottom()


def test_a_tip_on_the_marks_says_whose_they_are(pane, monkeypatch):
    said: list[str] = []
    tips = "app.ui.panes.chat_list.QToolTip.showText"
    monkeypatch.setattr(tips, lambda _where, text, _owner: said.append(text))
    place = put(pane, line(5, 2))
    pane._model.see(SITES[3], 5)
    pane._model.see(SITES[4], 5)
    at, rect = layout(pane, place)
    pane.list._tip(at.seen.center() + rect.topLeft(), QPoint())
    assert said == ["Seen by Dilara Kaya and Emi Sato"]


# --- what was tried -------------------------------------------------------------------------------


def status(hands, **more) -> SessionStatus:
    made = SessionStatus(hands.clock())
    made.own = SITES[SELF]
    made.set_people(people(**more))
    return made


def test_what_was_tried_names_the_stick_who_is_there_and_what_is_safe(hands):
    said = tried_sentences(WAITING, status(hands, holder=0), WALL_MS + 12_000)
    assert said[:3] == [
        "This line has waited for 12 s.",
        "Ada Moreira has the stick and answers in 64 ms.",
        "5 of 5 computers can be reached.",
    ]
    assert "kept on this computer" in said[3]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"holder": 0, "gone": (0,)}, "Ada Moreira has the stick and does not answer."),
        ({"holder": None}, "Nobody has the stick just now."),
        ({"holder": SELF}, "The stick is at this computer, which waits for the others."),
    ],
)
def test_what_was_tried_follows_where_the_stick_is(hands, more, sentence):
    assert tried_sentences(WAITING, status(hands, **more), WALL_MS)[1] == sentence


def test_it_is_shown_in_a_window_that_esc_closes(qtbot, hands, pane):
    dialog = show_told(pane, THEME, Chat.TRIED(), tried_sentences(WAITING, status(hands), WALL_MS))
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_help_is_said_in_words():
    assert [each.value() for each in Help] == ["What was tried", "Write it again", "Show them"]
