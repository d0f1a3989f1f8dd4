"""The network lab: wishes for members, the warning, and the power cut that asks once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from app.ui.models.lab import DELAYS_MS, LOSSES, LabModel, Worse
from app.ui.models.status import SessionStatus
from app.ui.panes.status_bar import StatusBar
from app.ui.stick.lab import LabPage
from app.ui.stick.part import Part
from app.ui.theme import Looks, Theme, Wishes
from app.ui.tokens import Scheme, tokens_of
from tests.ui.houses import FakeLab
from tests.ui.stick.world import World
from tests.ui.worlds import SELF, SITES, Hands, people, person

ADA, BRAM, CHIDI, DILARA, EMI = SITES


@pytest.fixture
def house():
    return FakeLab()


@pytest.fixture
def model(qapp, house):
    made = LabModel(house)
    made.set_people(people())
    return made


@pytest.fixture
def page(qtbot, model):
    status = SessionStatus(Hands().clock())
    status.set_people(people())
    made = LabPage(model, status, Theme(tokens_of(Scheme.LIGHT)))
    made.stop._status = status
    qtbot.addWidget(made)
    made.resize(1_000, 600)
    made.show()
    return made


def test_it_is_off_until_somebody_wishes_something(model, house):
    assert not model.is_on
    assert model.sentence() == ""
    assert house.rules == []


def test_each_member_has_rules_of_its_own(model, house):
    model.change((ADA,), delay_ms=250)
    model.change((ADA, EMI), loss=0.05)
    model.change((CHIDI,), cut=True)
    assert dict(house.rules[-1]) == {
        ADA: Worse(250, 0.05),
        EMI: Worse(0, 0.05),
        CHIDI: Worse(cut=True),
    }
    assert model.sentence() == "Network lab: cut from Chidi Okafor"
    model.end()
    assert house.rules[-1] == ()
    assert model.sentence() == ""


def test_a_wish_taken_back_is_no_rule_and_this_computer_has_none(model, house):
    model.change((ADA,), delay_ms=50)
    model.change((ADA,), delay_ms=0)
    assert house.rules[-1] == ()
    assert BRAM not in {row.person.site for row in model.rows()}
    model.change((BRAM,), cut=True)
    assert not model.is_on


def test_who_left_has_no_rule_any_more(model, house):
    model.change((ADA, CHIDI), cut=True)
    model.set_people((person(SELF), person(2), person(0, state="left")))
    assert dict(house.rules[-1]) == {CHIDI: Worse(cut=True)}
    assert model.sentence() == "Network lab: cut from everybody"


def test_the_controls_do_what_they_say(page, house):
    everybody, ada = page.ways._rows[:2]
    ada.delay.activated.emit(DELAYS_MS.index(100))
    assert dict(house.rules[-1]) == {ADA: Worse(100)}
    assert everybody.delay.currentIndex() == -1
    everybody.loss.activated.emit(LOSSES.index(0.1))
    assert len(house.rules[-1]) == 4
    everybody.cut.click()
    assert all(rule.cut for _site, rule in house.rules[-1])
    page.ways._end.click()
    assert house.rules[-1] == ()
    assert [row.delay.currentIndex() for row in page.ways._rows] == [0] * 5


def test_the_status_bar_warns_while_it_is_on_and_leads_there(qtbot, model):
    status = SessionStatus(Hands().clock())
    status.set_people(people())
    bar = StatusBar(status, Theme(tokens_of(Scheme.LIGHT)))
    qtbot.addWidget(bar)
    bar.resize(1_200, 26)
    bar.set_opens()
    bar.show()
    assert not bar._lab.isVisible()
    model.change((ADA,), delay_ms=20)
    status.set_lab(model.sentence())
    assert bar._lab.isVisible()
    with qtbot.waitSignal(bar.panel) as told:
        bar._lab.asked.emit()
    assert told.args == [Part.LAB]


def answer(page, button):
    (dialog,) = page.findChildren(QDialog)
    box = dialog.findChild(QDialogButtonBox)
    next(each for each in box.buttons() if box.buttonRole(each) is button).click()


def hold(page, place):
    page.stop._status.set_people(people(holder=place))


def test_who_holds_elsewhere_cannot_be_stopped_from_here(page, house):
    hold(page, 0)
    assert not page.stop._button.isEnabled()
    assert "Ada Moreira has the stick" in page.stop._text.text()
    hold(page, None)
    assert not page.stop._button.isEnabled()
    assert house.killed == []


def test_the_own_program_is_stopped_after_one_question(page, house):
    hold(page, SELF)
    page.stop._button.click()
    assert house.killed == []
    answer(page, QDialogButtonBox.ButtonRole.RejectRole)
    assert house.killed == []


def test_yes_stops_whoever_was_asked_about_and_nobody_else(page, house, qtbot):
    house.own = (ADA, CHIDI)
    hold(page, 0)
    page.stop._button.click()
    hold(page, 2)
    with qtbot.waitSignal(page.said):
        answer(page, QDialogButtonBox.ButtonRole.AcceptRole)
    assert house.killed == []


def test_a_person_that_this_computer_plays_is_stopped(page, house, qtbot):
    house.own = (ADA,)
    hold(page, 0)
    page.stop._button.click()
    with qtbot.waitSignal(page.said):
        answer(page, QDialogButtonBox.ButtonRole.AcceptRole)
    assert house.killed == [ADA]


def test_without_a_house_there_is_no_tab(qtbot, qapp):
    world = World(Looks(Wishes()))
    qtbot.addWidget(world.panel)
    world.panel.show()
    assert not world.panel.head._tabs.button(3).isVisible()
    world.panel.show_part(Part.LAB)
    world.panel.offer_lab(LabModel(FakeLab()))
    assert world.panel.head._tabs.button(3).isVisible()
    world.panel.show_part(Part.LAB)
    assert world.panel._pages.currentWidget() is world.panel.lab
    world.panel.end()
