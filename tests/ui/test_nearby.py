"""Sessions near by in the lobby, and the cards of those who ask."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.ids import SiteId
from app.node.api import AskedToJoin
from app.ui.models.lobby import Asked, LobbyModel, NearSession
from app.ui.models.people import PeopleModel
from app.ui.panes.asking import AskingCards
from app.ui.panes.people import PeoplePane
from app.ui.strings import Nearby
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from app.ui.windows.near import NearList
from tests.ui.worlds import Hands, people

THEME = theme_of(Scheme.LIGHT)
SIX = ("garbage", "during", "stair", "agree", "emulate", "carbon")
PEOPLE = (("Mei Tan", "indigo"), ("Tom Ba", "olive"), ("Lu Po", "walnut"))


def session(**changes) -> NearSession:
    fields = {"key": "k", "title": "Class 7b", "people": PEOPLE, "count": 18, "holder": "Mei"}
    return NearSession(**{**fields, "member": False, **changes})


def shown(qtbot, *sessions: NearSession, asked: Asked | None = None, trouble="") -> NearList:
    model = LobbyModel()
    model.set_near(sessions)
    model.set_asked(asked)
    model.set_near_trouble(trouble)
    return listed(qtbot, model)


def listed(qtbot, model: LobbyModel) -> NearList:
    near = NearList(model, THEME)
    model.changed.connect(near.refresh)
    qtbot.addWidget(near)
    near.show()
    return near


def texts(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def button(widget: QWidget, text: str) -> QPushButton:
    (found,) = [each for each in widget.findChildren(QPushButton) if each.text() == text]
    return found


def buttons(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QPushButton)][1:]


def test_a_stranger_can_ask(qtbot):
    near = shown(qtbot, session())
    assert "Mei has the stick · 18 people" in texts(near)
    assert "+15" in texts(near)
    with qtbot.waitSignal(near.ask) as asked:
        button(near, "Ask to join").click()
    assert asked.args == ["k"]


def test_a_member_joins(qtbot):
    near = shown(qtbot, session(member=True))
    assert "you are a member" in texts(near)
    with qtbot.waitSignal(near.join) as joined:
        button(near, "Join").click()
    assert joined.args == ["k"]


def test_who_asked_sees_the_words_and_can_cancel(qtbot):
    near = shown(qtbot, session(), asked=Asked("k", "Mei", SIX))
    for word in SIX:
        assert word in texts(near)
    assert "Waiting for Mei" in texts(near)
    with qtbot.waitSignal(near.cancel):
        button(near, "Cancel").click()


def test_a_refusal_names_who_and_asking_again_waits(qtbot):
    near = shown(qtbot, session(), asked=Asked("k", answer="Mei did not let you in."))
    assert "Mei did not let you in." in texts(near)
    assert not button(near, "Ask again").isEnabled()


def test_after_a_minute_it_does_not_whatever_else_changed(qtbot):
    refused = Asked("k", "Mei", answer="Mei did not let you in.", again=True)
    near = shown(qtbot, session(), asked=refused)
    with qtbot.waitSignal(near.ask) as asked:
        button(near, "Ask again").click()
    assert asked.args == ["k"]


def test_the_focus_stays_with_the_session_whatever_its_button_becomes(qtbot):
    model = LobbyModel()
    model.set_near((session(key="a"), session(key="k")))
    near = listed(qtbot, model)
    near._buttons["k"].setFocus()
    model.set_near((session(key="k", count=19), session(key="z")))
    assert near.window().focusWidget() is near._buttons["k"]
    model.set_asked(Asked("k", "Mei", SIX))
    focus = near.window().focusWidget()
    assert isinstance(focus, QPushButton)
    assert focus.text() == "Cancel"


def test_what_is_typed_stays_while_rows_come_and_go(qtbot):
    model = LobbyModel()
    model.set_near(())
    near = listed(qtbot, model)
    button(near, "Someone missing?").click()
    near.field.edit.setText("192.168")
    model.set_near((session(),))
    assert near.typing
    assert near.field.edit.text() == "192.168"
    assert near.window().focusWidget() is near.field.edit


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (session(needs="2"), "Made with Talkstick 2, update to join"),
        (session(admits=False), "Ask for an invite"),
    ],
)
def test_what_can_not_be_joined_has_no_button(qtbot, row, words):
    near = shown(qtbot, row)
    assert words in texts(near)
    assert buttons(near) == ["Look there"]


def test_nobody_near_and_trouble_are_said(qtbot):
    near = shown(qtbot, trouble="This network does not pass on multicast.")
    assert Nearby.EMPTY() in texts(near)
    assert "multicast" in texts(near)


def test_an_address_can_be_typed(qtbot):
    near = shown(qtbot)
    assert near.typing is False
    button(near, "Someone missing?").click()
    assert near.typing
    for wrong in ("192.168.1.20", "192.168.1.20:", ":47011", "192.168.1.20:0", "1.2.3.4:65536"):
        near.field.complain("")
        near.field.edit.setText(wrong)
        button(near, "Look there").click()
        assert Nearby.ADDRESS_WRONG() in texts(near)
    near.field.edit.setText(" 192.168.1.20:4711 ")
    with qtbot.waitSignal(near.probe) as probed:
        button(near, "Look there").click()
    assert probed.args == ["192.168.1.20:4711"]


def test_each_button_says_whose_it_is(qtbot):
    near = shown(qtbot, session())
    assert button(near, "Ask to join").accessibleName() == "Ask to join: Class 7b"


# --- cards ----------------------------------------------------------------------------------------


def asks(name: str, six: tuple[str, ...] = SIX) -> AskedToJoin:
    return AskedToJoin(SiteId(f"site-{name}"), name, "fern", six)


def cards(qtbot, *names: str) -> tuple[AskingCards, Hands]:
    hands = Hands()
    made = AskingCards(THEME, hands.clock())
    qtbot.addWidget(made)
    for name in names:
        made.add(asks(name))
    made.show()
    return made, hands


def test_a_card_shows_who_and_the_words_and_carries_the_answer(qtbot):
    made, hands = cards(qtbot, "Luis")
    hands.wait(1)
    assert "Luis" in texts(made)
    assert "saw it nearby" in texts(made)
    for word in SIX:
        assert word in texts(made)
    with qtbot.waitSignal(made.admitted) as admitted:
        button(made, "Let in as editor").click()
    assert admitted.args == ["site-Luis"]
    with qtbot.waitSignal(made.refused) as refused:
        button(made, "Refuse").click()
    assert refused.args == ["site-Luis"]


def test_a_card_goes_when_somebody_answered(qtbot):
    made, _hands = cards(qtbot, "Luis", "Mei")
    made.drop(SiteId("site-Luis"))
    assert made.count() == 1
    assert "Luis" not in texts(made)
    made.drop(SiteId("site-nobody"))
    assert made.count() == 1


def test_a_click_meant_for_something_else_lets_nobody_in(qtbot):
    made, hands = cards(qtbot, "Luis")
    admitted: list[str] = []
    made.admitted.connect(admitted.append)
    button(made, "Let in as editor").click()
    hands.wait(1)
    made.add(asks("Mei"))
    button_of = {card.asker.name: card.let_in for card in made._cards.values()}
    button_of["Luis"].click()
    assert admitted == ["site-Luis"]
    hands.wait(1)
    made.drop(SiteId("site-Luis"))
    button_of["Mei"].click()
    assert admitted == ["site-Luis"]
    hands.wait(1)
    button_of["Mei"].click()
    assert admitted == ["site-Luis", "site-Mei"]


def test_another_handshake_has_other_words_and_one_card(qtbot):
    made, _hands = cards(qtbot, "Luis")
    other = ("one", "two", "three", "four", "five", "six")
    made.add(asks("Luis", other))
    assert made.count() == 1
    assert "garbage" not in texts(made)
    assert "three" in texts(made)


def pane(qtbot, width: int = 400) -> tuple[PeoplePane, QWidget, Hands]:
    page, hands = QWidget(), Hands()
    qtbot.addWidget(page)
    model = PeopleModel(hands.clock(), page)
    model.set_people(people())
    made = PeoplePane(model, THEME, hands.clock(), page)
    page.resize(width, 600)
    made.resize(244, 600)
    page.show()
    return made, page, hands


def test_the_card_stands_on_top_of_the_people_and_never_takes_the_focus(qtbot):
    made, page, _hands = pane(qtbot)
    made.enter()
    before = page.window().focusWidget()
    made.asking.add(asks("Luis"))
    assert made.asking.isVisible()
    assert made.asking.parent() is made
    assert made.asking.geometry().bottom() < made.list.geometry().top()
    assert page.window().focusWidget() is before
    made.asking.drop(SiteId("site-Luis"))
    assert not made.asking.isVisible()


def test_on_a_rail_a_button_says_how_many_and_shows_them_beside(qtbot):
    made, page, _hands = pane(qtbot)
    made.set_rail(rail=True)
    assert not made._knock.isVisible()
    made.asking.add(asks("Luis"))
    made.asking.add(asks("Mei"))
    assert made._knock.isVisible()
    assert made._knock.toolTip() == "2 people ask to join"
    assert not made.asking.isVisible()
    made._knock.click()
    assert made.asking.isVisible()
    assert made.asking.isAncestorOf(page.window().focusWidget())
    assert made.asking.x() >= made.width()
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Escape)
    assert not made.asking.isVisible()
    assert page.window().focusWidget() is made._knock


def test_the_last_answer_on_a_rail_leaves_nothing_behind(qtbot):
    made, page, _hands = pane(qtbot)
    made.set_rail(rail=True)
    made.asking.add(asks("Luis"))
    made._knock.click()
    made.asking.drop(SiteId("site-Luis"))
    assert not made.asking.isVisible()
    assert not made._knock.isVisible()
    assert page.window().focusWidget() is made.list


def test_cards_beside_a_rail_are_part_of_the_page_and_go_with_it(qtbot):
    made, page, _hands = pane(qtbot)
    made.set_rail(rail=True)
    made.asking.add(asks("Luis"))
    made._knock.click()
    assert made.asking.parent() is page
    made.set_rail(rail=False)
    assert made.asking.parent() is made
    assert made.asking.isVisible()


def test_many_cards_scroll_and_leave_room_for_the_people(qtbot):
    made, page, _hands = pane(qtbot)
    for number in range(8):
        made.asking.add(asks(f"Luis {number}"))
    assert made.minimumSizeHint().height() < 600
    assert made.asking.height() == 400
    made.set_rail(rail=True)
    made._knock.click()
    assert made.asking.geometry().bottom() < page.height()


def test_cards_wear_another_theme(qtbot):
    made, _page, _hands = pane(qtbot)
    made.asking.add(asks("Luis"))
    made.set_theme(theme_of(Scheme.DARK))
    assert "Luis" in texts(made.asking)
    assert made.asking.count() == 1
