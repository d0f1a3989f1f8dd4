"""The chat as people use it: writing, editing, replying, reactions, reading back, new lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtWidgets import QDialog, QLabel, QTextBrowser, QToolButton

from app.core import limits
from app.node.api import (
    ChatRow,
    ChatRowsChanged,
    DeleteChat,
    EditChat,
    HintHeard,
    HistoryCame,
    ReactChat,
    ReadChat,
    SayChat,
    SendHint,
    TypingNow,
)
from app.ui.delegates.chat_text import DOCUMENTS_MAX, make_document
from app.ui.models.chat import FIRST_ROWS, PAGE_ROWS, ChatModel, item_of
from app.ui.models.people import PeopleModel
from app.ui.panes.chat import ChatPane
from app.ui.strings import Chat
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from tests.ui.worlds import SITES, FakeNode, Hands, line, people

THEME = theme_of(Scheme.LIGHT)


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def node():
    return FakeNode(
        rows=tuple([line(number, number % 3, f"Line {number}") for number in range(1, 6)])
    )


@pytest.fixture
def pane(qtbot, node, hands):
    clock = hands.clock()
    who = PeopleModel(clock)
    who.set_people(people())
    made = ChatPane(ChatModel(clock), who, node, THEME, clock)
    made.resize(348, 600)
    qtbot.addWidget(made)
    made.show()
    made.begin()
    return made


class Painted(QObject):
    """Counts how often a widget is painted from now on."""

    def __init__(self, widget):
        super().__init__(widget)
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        self.times += event.type() == QEvent.Type.Paint
        return False


def write(qtbot, pane: ChatPane, text: str) -> None:
    pane.composer.field.setPlainText(text)
    qtbot.keyClick(pane.composer.field, Qt.Key.Key_Return)


def test_enter_says_the_line_and_empties_the_field(qtbot, pane, node):
    write(qtbot, pane, "Hello\n")
    assert [command.text for command in node.of(SayChat)] == ["Hello"]
    assert pane.composer.text() == ""


def test_nothing_is_not_said(qtbot, pane, node):
    write(qtbot, pane, "  \n ")
    assert node.of(SayChat) == []


def test_many_pasted_lines_are_one_message(qtbot, pane, node):
    data = QMimeData()
    data.setText("one\r\ntwo\r\n\r\nthree\r\n")
    pane.composer.field.insertFromMimeData(data)
    qtbot.keyClick(pane.composer.field, Qt.Key.Key_Return)
    assert [command.text for command in node.of(SayChat)] == ["one\ntwo\n\nthree"]


def test_shift_enter_begins_a_new_line(qtbot, pane, node):
    field = pane.composer.field
    qtbot.keyClicks(field, "a")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "b")
    assert pane.composer.text() == "a\nb"
    assert node.of(SayChat) == []


def test_up_in_an_empty_field_edits_the_own_last_line(qtbot, pane, node):
    qtbot.keyClick(pane.composer.field, Qt.Key.Key_Up)
    assert pane.composer.text() == "Line 4"
    write(qtbot, pane, "Line four")
    assert [(command.of.number, command.text) for command in node.of(EditChat)] == [
        (4, "Line four")
    ]
    assert node.of(SayChat) == []


def test_escape_lets_go_of_an_edit(qtbot, pane, node):
    qtbot.keyClick(pane.composer.field, Qt.Key.Key_Up)
    qtbot.keyClick(pane.composer.field, Qt.Key.Key_Escape)
    assert pane.composer.text() == ""
    write(qtbot, pane, "new")
    assert len(node.of(SayChat)) == 1


def test_what_is_too_long_is_not_sent_and_says_so(qtbot, pane, node):
    write(qtbot, pane, "x" * (limits.TEXT_CHARACTERS_MAX + 1))
    assert node.of(SayChat) == []
    assert pane.composer._note.isVisible()


def test_what_was_refused_stands_in_the_field_again(qtbot, pane, node):
    node.refuses = "you can look here"
    write(qtbot, pane, "Hello")
    assert pane.composer.text() == "Hello"
    assert "you can look here" in pane.composer._note.text()


def test_the_others_hear_of_typing_every_two_seconds(qtbot, pane, node, hands):
    field = pane.composer.field
    qtbot.keyClicks(field, "abc")
    assert node.of(SendHint) == [SendHint(TypingNow())]
    hands.wait(2.5)
    qtbot.keyClicks(field, "d")
    assert len(node.of(SendHint)) == 2


def focus_row(pane: ChatPane, place: int) -> None:
    pane.list.setFocus()
    pane.list.setCurrentIndex(pane.list.model().index(place, 0))


def test_keys_on_a_row_reply_edit_and_take_back(qtbot, pane, node):
    wanted: list[ChatRow] = []
    pane.take_back_wanted.connect(wanted.append)
    focus_row(pane, 3)
    qtbot.keyClick(pane.list, Qt.Key.Key_R)
    assert pane.composer._label.text() == "Reply to Bram de Wit: Line 4"
    write(qtbot, pane, "Yes")
    assert node.of(SayChat)[0].reply_to == line(4, 1).id
    focus_row(pane, 3)
    qtbot.keyClick(pane.list, Qt.Key.Key_E)
    assert pane.composer.text() == "Line 4"
    pane.composer.let_go()
    focus_row(pane, 3)
    qtbot.keyClick(pane.list, Qt.Key.Key_Delete)
    assert [row.id for row in wanted] == [line(4, 1).id]
    assert node.of(DeleteChat) == []
    pane.take_back(wanted[0])
    assert [command.of for command in node.of(DeleteChat)] == [line(4, 1).id]


def test_lines_of_others_can_be_neither_edited_nor_taken_back(qtbot, pane, node):
    wanted: list[ChatRow] = []
    pane.take_back_wanted.connect(wanted.append)
    focus_row(pane, 2)
    qtbot.keyClick(pane.list, Qt.Key.Key_E)
    qtbot.keyClick(pane.list, Qt.Key.Key_Delete)
    assert pane.composer.text() == ""
    assert wanted == []


def test_a_click_on_a_reaction_adds_the_own_one_or_takes_it_off(qtbot, pane, node):
    row = line(5, 2, "Line 5", reactions=(("👍", (line(1, 0).site,)),))
    pane.on_event(ChatRowsChanged((row,)))
    pane.list.executeDelayedItemsLayout()
    index = pane.list.model().index(4, 0)
    rect = pane.list.visualRect(index)
    chip = pane.list.delegate.layout_of(item_of(index), rect.width()).chips[0]
    where = rect.topLeft() + chip.rect.center()
    qtbot.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [(command.emoji, command.on) for command in node.of(ReactChat)] == [("👍", True)]
    own = replace(row, reactions=(("👍", (line(1, 1).site,)),))
    pane.on_event(ChatRowsChanged((own,)))
    qtbot.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert node.of(ReactChat)[-1].on is False


def test_one_browser_stands_over_the_row_under_the_pointer(qtbot, pane):
    pane.list.executeDelayedItemsLayout()
    for place in (1, 2):
        rect = pane.list.visualRect(pane.list.model().index(place, 0))
        qtbot.mouseMove(pane.list.viewport(), rect.center())
        pane.list._put_over(pane.list.model().index(place, 0))
    shown = [each for each in pane.list.findChildren(QTextBrowser) if each.isVisible()]
    assert [each.toPlainText() for each in shown] == ["Line 3"]


def test_new_lines_while_reading_far_up_make_a_pill_and_never_a_jump(qtbot, pane, node):
    pane.on_event(
        ChatRowsChanged(tuple([line(number, 0, f"Line {number}") for number in range(6, 80)]))
    )
    qtbot.waitUntil(lambda: pane.list.verticalScrollBar().maximum() > 0)
    bar = pane.list.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    pane.on_event(ChatRowsChanged(tuple([line(number, 2, "new") for number in range(80, 84)])))
    assert pane._pill.isVisible()
    assert pane._pill.text().startswith("4")
    assert bar.value() == before


def test_the_first_line_in_sight_fetches_older_ones(qtbot, hands):
    node = FakeNode(rows=tuple([line(number, 0, f"Line {number}") for number in range(1, 401)]))
    clock = hands.clock()
    pane = ChatPane(ChatModel(clock), PeopleModel(clock), node, THEME, clock)
    pane.resize(348, 500)
    qtbot.addWidget(pane)
    pane.show()
    pane.begin()
    qtbot.waitUntil(lambda: pane.list.verticalScrollBar().maximum() > 0)
    assert pane._model.first_index() == 401 - FIRST_ROWS
    pane.list.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: pane._model.first_index() == 401 - FIRST_ROWS - PAGE_ROWS)
    assert node.of(ReadChat)[-1].before_index == 401 - FIRST_ROWS


def test_on_a_very_high_screen_older_lines_come_without_scrolling(qtbot, hands):
    node = FakeNode(rows=tuple([line(number, 0, "A line") for number in range(1, 201)]))
    clock = hands.clock()
    pane = ChatPane(ChatModel(clock), PeopleModel(clock), node, THEME, clock)
    pane.resize(348, 4_000)
    qtbot.addWidget(pane)
    pane.show()
    pane.begin()
    qtbot.waitUntil(lambda: pane._model.first_index() == 1)


def test_older_lines_that_come_to_a_newcomer_are_shown(qtbot, hands):
    lines = tuple([line(number, 0, "A line") for number in range(1, 60)])
    node = FakeNode(rows=lines[-3:])
    clock = hands.clock()
    pane = ChatPane(ChatModel(clock), PeopleModel(clock), node, THEME, clock)
    pane.resize(348, 500)
    qtbot.addWidget(pane)
    pane.show()
    pane.begin()
    qtbot.waitUntil(lambda: pane._model.first_index() == 57)
    node.rows = lines
    pane.on_event(HistoryCame(1, more=False))
    qtbot.waitUntil(lambda: pane._model.first_index() == 1)


def test_every_button_has_a_name(pane):
    unnamed = [
        each
        for each in pane.findChildren(QToolButton)
        if not each.accessibleName()
        and not each.text()
        and each.objectName() not in {"ScrollLeftButton", "ScrollRightButton"}
    ]
    assert unnamed == []


def test_a_text_loads_nothing_and_shows_html_as_it_was_typed(qapp):
    text = "![x](https://example.org/a.png) <b>bold</b> <img src='file:///etc/passwd'>"
    document = make_document(text, 300, THEME.tokens.text, THEME)
    assert document.loadResource(2, "https://example.org/a.png") is None
    assert "<b>bold</b>" in document.toPlainText()


def test_single_line_breaks_stay(qapp):
    document = make_document("one\ntwo\n\nthree", 300, THEME.tokens.text, THEME)
    assert document.toPlainText().replace("\u2028", "\n") == "one\ntwo\nthree"


def test_documents_are_kept_for_a_while_only(pane):
    documents = pane.list.delegate.documents
    for number in range(DOCUMENTS_MAX + 50):
        pane.list.delegate.document(line(number + 1, 0, str(number)), 200)
    assert len(documents._kept) == DOCUMENTS_MAX


def test_a_link_leads_nowhere_without_a_question(qtbot, pane, monkeypatch):
    opened: list[object] = []
    monkeypatch.setattr("app.ui.panes.chat.QDesktopServices.openUrl", opened.append)
    pane._confirm_link(QUrl("file:///etc/passwd"))
    assert pane.findChildren(QDialog) == []
    pane._confirm_link(QUrl("https://example.org/fares"))
    (dialog,) = pane.findChildren(QDialog)
    assert any("example.org" in label.text() for label in dialog.findChildren(QLabel))
    assert opened == []
    dialog.accept()
    assert opened == [QUrl("https://example.org/fares")]


def test_an_empty_chat_says_what_it_is_for(qtbot, hands):
    clock = hands.clock()
    pane = ChatPane(ChatModel(clock), PeopleModel(clock), FakeNode(), THEME, clock)
    qtbot.addWidget(pane)
    pane.resize(348, 600)
    pane.show()
    (empty,) = [each for each in pane.findChildren(QLabel) if each.text() == Chat.EMPTY()]
    assert empty.isVisible()
    assert pane.childAt(empty.geometry().center()) is empty


def test_old_lines_wear_a_new_colour_at_once(pane):
    def happen():
        for _turn in range(20):
            QCoreApplication.processEvents()

    pane._people.set_people(people(holder=1))
    happen()
    before = pane.grab().toImage()
    happen()
    painted = Painted(pane.list.viewport())
    pane._people.set_people(people(holder=2))
    happen()
    assert painted.times == 0
    pane._people.set_people(
        [replace(each, colour="olive") if each.site == SITES[0] else each for each in people()]
    )
    happen()
    assert painted.times > 0
    assert pane.grab().toImage() != before


def test_an_edited_line_without_a_head_says_so(pane):
    pane.on_event(
        ChatRowsChanged((line(6, 0), line(7, 0, "Changed", edited=True), line(8, 0, edited=True)))
    )
    delegate = pane.list.itemDelegate()
    model = pane._model
    items = [item_of(model.index(place)) for place in range(model.rowCount())][-3:]
    assert [item.head for item in items] == [True, False, False]
    assert [delegate._caption(item) for item in items] == ["", "edited", "edited"]


def test_many_who_type_are_counted(pane):
    for place in (0, 2, 3, 4):
        pane._people.heard(HintHeard(SITES[place], TypingNow()))
    assert pane._typing.text() == "4 people are typing"


def test_code_that_is_too_wide_goes_on_below(qapp):
    def lines(text):
        document = make_document(text, 200, THEME.tokens.text, THEME)
        return document.size().height(), document.idealWidth()

    high, wide = lines("```\n" + "word " * 60 + "\n```")
    assert wide <= 200
    assert high > 3 * lines("```\nword\n```")[0]


def test_typing_of_others_is_told_in_one_line(pane, qtbot):
    pane._people.heard(HintHeard(people()[4].site, TypingNow()))
    assert pane._typing.text() == "Emi Sato is typing"


def test_a_huge_paste_has_no_bar_below_it(pane, qtbot):
    data = QMimeData()
    data.setText("\n".join(["a line that is wider than the field, by far, and then some"] * 400))
    pane.composer.field.insertFromMimeData(data)
    qtbot.waitUntil(lambda: pane.composer.field.verticalScrollBar().isVisible())
    assert not pane.composer.field.horizontalScrollBar().isVisible()
    policy = pane.composer.field.horizontalScrollBarPolicy()
    assert policy == Qt.ScrollBarPolicy.ScrollBarAlwaysOff


@pytest.mark.parametrize("told", [QEvent.Type.WindowActivate, QEvent.Type.Show])
def test_lines_that_came_while_nobody_looked_are_read_on_return(qtbot, pane, monkeypatch, told):
    counts: list[int] = []
    pane.unread.connect(counts.append)
    looked = [False]
    monkeypatch.setattr(pane, "_is_looked_at", lambda: looked[0])
    pane.on_event(ChatRowsChanged(tuple([line(at, 2, "new") for at in range(6, 40)])))
    assert counts[-1] == 34
    looked[0] = True
    QCoreApplication.sendEvent(pane, QEvent(told))
    qtbot.waitUntil(lambda: counts[-1] == 0)
