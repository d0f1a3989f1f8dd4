"""Sessions near by in the lobby, and the cards of those who ask."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.ids import SiteId
from app.node.api import AskedToJoin
from app.ui.models.lobby import Asked, LobbyModel, NearSession
from app.ui.panes.asking import AskingCards
from app.ui.strings import Nearby
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from app.ui.windows.near import NearList

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
    near = NearList(model, THEME, typing=False, typed="")
    qtbot.addWidget(near)
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
    near.field.edit.setText("192.168.1.20")
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


def cards(qtbot, *names: str) -> AskingCards:
    made = AskingCards(THEME)
    qtbot.addWidget(made)
    for name in names:
        made.add(AskedToJoin(SiteId(f"site-{name}"), name, "fern", SIX))
    return made


def test_a_card_shows_who_and_the_words_and_carries_the_answer(qtbot):
    made = cards(qtbot, "Luis")
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
    made = cards(qtbot, "Luis", "Mei")
    made.drop("site-Luis")
    assert made.count() == 1
    assert "Luis" not in texts(made)
