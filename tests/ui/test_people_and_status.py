"""Who is here, what they do, how far the order is, and what the bars say of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.core.ids import EntryId, SiteId
from app.node.api import (
    DispatcherMoved,
    EntriesSettled,
    EntryPending,
    HintHeard,
    SessionReady,
    StrokePoints,
    TroubleSeen,
    TypingNow,
)
from app.ui.models.chat_words import shown_name, spoken
from app.ui.models.people import WORN_MAX, Doing, PeopleModel
from app.ui.models.status import Gravity, SessionStatus
from app.ui.models.stick_words import move_sentence
from tests.ui.worlds import SELF, SITES, Hands, line, people, person


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def model(qapp, hands):
    return PeopleModel(hands.clock())


@pytest.fixture
def status(qapp, hands):
    made = SessionStatus(hands.clock())
    made.begin(SessionReady(SITES[SELF], "Bram", b"s", "Ferry timetable", "talkstick:x", ()))
    return made


def said(site, kind="chat"):
    """A line of somebody, ordered."""
    entry = SimpleNamespace(kind=kind, id=EntryId(site, 1, 1))
    return SimpleNamespace(placed=SimpleNamespace(entry=entry))


def test_the_model_is_a_model(model, qtmodeltester):
    model.set_people(people())
    qtmodeltester.check(model)


def test_who_left_is_gone_and_who_is_out_of_reach_keeps_the_place(model):
    model.set_people((person(0), person(1), person(2, state="left")))
    assert [row.person.site for row in model.rows()] == [SITES[0], SITES[1]]
    model.set_people((person(0, state="unreachable"), person(1)))
    assert [row.doing for row in model.rows()] == [Doing.UNREACHABLE, Doing.HERE]


def test_who_sent_a_line_or_a_change_of_one_has_ended_typing(model):
    model.set_people(people())
    for kind in ("chat", "chat.edit"):
        model.heard(HintHeard(SITES[2], TypingNow()))
        assert model.typing() == ("Chidi Okafor",)
        model.ordered((said(SITES[2], kind),))
        assert model.typing() == ()


def test_who_left_before_this_start_has_the_colour_in_what_they_said(model):
    model.set_people((person(2, state="left"), person(1)))
    assert model.colour(SITES[2]) == "cherry"
    assert model.wearing("cherry") is None


def test_who_went_keeps_the_colour_in_what_they_said(model):
    model.set_people((person(0), person(1)))
    model.set_people((person(1),))
    assert (model.person(SITES[0]), model.colour(SITES[0])) == (None, "azure")
    assert model.colour(SITES[3]) is None
    for number in range(WORN_MAX + 5):
        model.set_people((replace(person(1), site=SiteId(f"{number:016}")),))
    assert model.colour(SITES[0]) is None
    assert len(model._worn) == WORN_MAX


def test_typing_fades_by_itself(model, hands):
    model.set_people(people())
    model.heard(HintHeard(SITES[4], TypingNow()))
    model.heard(HintHeard(SITES[SELF], TypingNow()))
    assert model.typing() == ("Emi Sato",)
    hands.wait(5)
    model.refresh()
    assert model.typing() == ()


def test_typing_ends_with_the_line(model):
    model.set_people(people())
    model.heard(HintHeard(SITES[4], TypingNow()))
    model.ordered((said(SITES[3]),))
    assert model.typing() == ("Emi Sato",)
    model.ordered((said(SITES[4]),))
    assert model.typing() == ()


def test_a_row_says_how_long_somebody_is_out_of_reach(model, hands):
    model.set_people(people(gone=(2,)))
    hands.wait(72)
    model.refresh()
    assert model.rows()[2].time_text() == "1 min 12 s"
    assert model.rows()[0].time_text() == "64 ms"
    assert model.rows()[SELF].time_text() == "here"


def test_a_row_is_one_sentence_for_a_screen_reader(model):
    model.set_people(people(holder=0))
    model.heard(HintHeard(SITES[0], StrokePoints("o1", 0, ((0.0, 0.0),))))
    spoken = [row.spoken() for row in model.rows()]
    assert spoken[0] == "Ada Moreira, has the stick, drawing, 64 milliseconds"
    assert spoken[SELF] == "Bram de Wit, you"
    model.set_people(people(holder=0, gone=(2,)))
    assert model.rows()[2].spoken() == "Chidi Okafor, not reachable for 0 s"


def test_nothing_is_told_when_nothing_changed(model, qtbot):
    model.set_people(people())
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_people(people())


def test_together_and_apart_are_counted_in_computers(status):
    status.set_people(people())
    assert status.together_text() == "Together, 5 of 5 computers"
    status.set_people(people(gone=(2, 4)))
    assert status.together_text() == "Apart, 3 of 5 computers"
    status.set_people((person(SELF, holds=True),))
    assert status.together_text() == "Only this computer so far"


@pytest.mark.parametrize(
    ("holder", "gone", "gravity"),
    [
        (0, (2, 4), Gravity.THEY_APART),
        (0, (0,), Gravity.HOLDER_GONE),
        (None, (0,), Gravity.HOLDER_GONE),
        (SELF, (0, 2, 3, 4), Gravity.APART),
    ],
)
def test_the_banner_says_which_kind_of_apart_it_is(status, holder, gone, gravity):
    status.set_people(people(holder=holder, gone=gone))
    notice = status.notice()
    assert notice is not None
    assert notice.gravity is gravity
    status.set_people(people())
    assert status.notice() is None


def test_half_of_the_people_settle_things_if_the_most_senior_is_among_them(status):
    pair = (person(0, holds=True), person(SELF))
    status.set_people((pair[0], replace(pair[1], state="unreachable", is_self=False)))
    assert status.can_settle
    status.set_people((replace(pair[0], state="unreachable"), pair[1]))
    assert not status.can_settle


def test_the_pill_names_the_holder_and_knows_apart(status):
    status.set_people(people(holder=0))
    assert status.stick_text() == "Ada Moreira has the stick"
    status.set_people(people(holder=SELF))
    assert status.stick_text() == "You have the stick"
    status.set_people(people(holder=SELF, gone=(0, 2, 3, 4)))
    assert status.stick_text() == "You have the stick on this side"
    status.set_people(people(holder=0, gone=(0,)))
    assert status.stick_text().startswith("Nobody has the stick")


def test_trouble_with_the_disk_is_told_until_it_works(status):
    status.trouble(TroubleSeen("disk", "The disk is full."))
    notice = status.notice()
    assert notice is not None
    assert notice.text == "The disk is full."
    assert "by itself" in notice.note
    assert not status.saves
    status.trouble(TroubleSeen("disk-works", "It works."))
    assert status.notice() is None


def test_what_was_not_measured_is_not_said(status, hands):
    assert status.own_wait_text() == ""
    status.pending(EntryPending(EntryId(SITES[SELF], 1, 1), "chat"))
    assert status.own_wait_text() == ""


def test_settled_follows_the_order(status, qtbot):
    with qtbot.waitSignal(status.changed):
        status.order_changed(EntriesSettled(10_479))
    assert status.settled == 10_479


NAMES = {SITES[0]: "Ada", SITES[1]: "Bram", SITES[2]: "Chidi"}


@pytest.mark.parametrize(
    ("reason", "gain", "to_self", "said"),
    [
        ("REGRET", 41.0, False, "The stick went to Ada, who talks most: saves 41 ms"),
        ("REGRET", 2.0, False, "The stick went to Ada, who talks most"),
        ("REGRET", 41.0, True, "You have the stick: your lines are ordered at once"),
        ("HOME_LEAVING", 0.0, False, "Bram left: the stick went to Ada"),
        ("HOME_FULL", 0.0, False, "The line of Bram is full: the stick went to Ada"),
        ("COMMAND", 0.0, False, "The stick went to Ada, by hand"),
        ("something newer", 0.0, False, "Bram could not be reached: the stick went to Ada"),
    ],
)
def test_a_move_is_one_sentence(reason, gain, to_self, said):
    event = DispatcherMoved(SITES[1], SITES[0], "1.2", reason, gain)
    own = SITES[0] if to_self else SITES[2]
    assert move_sentence(event, NAMES.__getitem__, own) == said


@pytest.mark.parametrize(
    ("reason", "before", "now"),
    [
        (
            "HOME_GONE",
            "You could not be reached: the stick went to Ada",
            "Bram could not be reached: you have the stick",
        ),
        (
            "HOME_FULL",
            "Your line is full: the stick went to Ada",
            "The line of Bram is full: you have the stick",
        ),
        ("HOME_LEAVING", "You leave: the stick went to Ada", "Bram left: you have the stick"),
        (
            "COMMAND",
            "The stick went to Ada, by hand",
            "You have the stick: your lines are ordered at once",
        ),
    ],
)
def test_nobody_is_told_of_themselves_by_name(reason, before, now):
    event = DispatcherMoved(SITES[1], SITES[0], "1.2", reason, 0.0)
    assert move_sentence(event, NAMES.__getitem__, SITES[1]) == before
    assert move_sentence(event, NAMES.__getitem__, SITES[0]) == now


@pytest.mark.parametrize(
    ("by", "own", "said"),
    [
        (2, 1, "Chidi moved the stick to Ada"),
        (2, 2, "You moved the stick to Ada"),
        (0, 2, "Ada took the stick"),
        (2, 0, "You have the stick: your lines are ordered at once"),
    ],
)
def test_who_moves_the_stick_by_hand_is_named(by, own, said):
    event = DispatcherMoved(SITES[1], SITES[0], "1.2", "COMMAND", 0.0, SITES[by])
    assert move_sentence(event, NAMES.__getitem__, SITES[own]) == said


def test_who_has_no_name_yet_is_somebody_new_and_never_a_key(model, status, hands):
    newcomer = replace(person(2), name=SITES[2])
    model.set_people((person(0), newcomer))
    status.set_people((person(0), newcomer))
    assert model.person(SITES[2]).name == "Somebody new"
    assert status.people[1].name == "Somebody new"
    unnamed = line(1, 2, "Hello", name=SITES[2])
    assert shown_name(unnamed) == "Somebody new"
    assert spoken(unnamed, 0).startswith("Somebody new, ")
    told: list[str] = []
    status.moved.connect(told.append)
    status.stick_moved(DispatcherMoved(SITES[4], SITES[2], "1.2", "COMMAND", 0.0))
    assert told == ["The stick went to Somebody new, by hand"]
    model.set_people(people())
    assert model.person(SITES[2]).name == "Chidi Okafor"
