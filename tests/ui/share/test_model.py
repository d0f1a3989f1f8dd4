"""What the window knows of shared programs: newest state, times, news, what did not count."""

from __future__ import annotations

import pytest

from app.node.api import (
    PeopleChanged,
    ShareChanged,
    ShareGone,
    ShareKeyPressed,
    ShareRefused,
    ShareRepaired,
    ShareWindows,
)
from app.ui.share.model import ShareModel, Told
from tests.ui.share.stage import ID, WINDOWS, share
from tests.ui.worlds import SELF, SITES, Hands, people


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def model(qapp, hands):
    made = ShareModel(hands.clock())
    made.take(PeopleChanged(people()))
    return made


@pytest.fixture
def told(model):
    heard: list[Told] = []
    model.told.connect(heard.append)
    return heard


def test_a_share_of_somebody_else_is_news_once(model, told):
    model.take(ShareChanged(share()))
    model.take(ShareChanged(share(index=1_205)))
    assert told == [Told("Dilara Kaya shares Berth planner")]


def test_what_was_shared_before_the_session_was_opened_is_no_news(model, told):
    model.learn((share(),))
    assert told == []
    assert model.ids() == (ID,)


def test_the_own_share_is_no_news(model, told):
    model.take(ShareChanged(share(owner=SITES[SELF])))
    assert told == []


def test_the_floor_is_said_at_once_when_it_comes(model, told):
    model.learn((share(),))
    model.take(ShareChanged(share(holder=SITES[SELF], queue=())))
    assert told == [Told("You have the floor in Berth planner", urgent=True)]


def test_a_copy_that_breaks_is_said_at_once_and_the_end_quietly(model, told):
    model.learn((share(),))
    model.take(ShareChanged(share(copy="failed", why="it hung")))
    model.take(ShareChanged(share(copy="failed", why="it hung", phase="ended")))
    assert told == [
        Told("Berth planner ended on your computer: it hung", urgent=True),
        Told("Berth planner is over for everyone"),
    ]


def test_what_did_not_count_is_said_for_a_while(model, told, hands):
    model.learn((share(),))
    model.take(ShareRefused(ID, "the program changed under you"))
    assert model.refused(ID) == "That did not count: the program changed under you"
    assert told[-1].urgent
    hands.wait(7)
    assert model.refused(ID) == ""


def test_a_copy_that_starts_again_says_so_until_it_is_current(model):
    model.learn((share(),))
    model.take(ShareRepaired(ID))
    model.take(ShareChanged(share(copy="replaying")))
    assert model.is_repaired(ID)
    model.take(ShareChanged(share()))
    assert not model.is_repaired(ID)


def test_times_of_the_floor_count_from_what_was_seen(model, hands):
    model.learn((share(),))
    hands.wait(12)
    assert model.held_seconds(ID) == 12
    assert model.asked_seconds(ID, SITES[4]) == 12
    model.take(ShareChanged(share(holder=SITES[4], queue=(SITES[1],))))
    assert model.held_seconds(ID) == 0
    assert model.asked_seconds(ID, SITES[4]) == 0
    assert model.asked_seconds(ID, SITES[1]) == 12


def test_a_share_that_never_was_is_forgotten(model):
    gone: list[str] = []
    model.gone.connect(gone.append)
    model.learn((share(),))
    model.take(ShareWindows(ID, WINDOWS))
    model.take(ShareGone(ID))
    model.take(ShareGone(ID))
    assert gone == [ID]
    assert model.windows(ID) == ()
    assert model.share(ID) is None


def test_what_is_over_gets_no_tab_later_and_what_is_not_listed_goes(model):
    model.learn((share(phase="ended"),))
    assert model.ids() == ()
    model.learn((share(),))
    model.learn((share(phase="ended"),))
    assert model.ids() == (ID,)
    model.learn(())
    assert model.ids() == ()


def test_keys_of_the_guest_reach_the_window(model, told):
    back: list[bool] = []
    model.back.connect(lambda: back.append(True))
    model.learn((share(),))
    model.take(ShareKeyPressed(ID, "back"))
    model.take(ShareKeyPressed(ID, "floor"))
    model.take(ShareKeyPressed(ID, "stop"))
    assert back == [True]
    assert told == [Told("Your copy of Berth planner is closed", urgent=True)]


def test_running_copies_are_those_with_work_under_way(model):
    for state in ("none", "failed", "ended"):
        model.take(ShareChanged(share(copy=state)))
        assert model.running() == ()
    for state in ("fetching", "starting", "replaying", "current"):
        model.take(ShareChanged(share(copy=state)))
        assert model.running() == (ID,)


def test_a_news_of_an_unknown_share_does_nothing(model, told):
    model.take(ShareRefused("nobody.1.1", "why"))
    model.take(ShareRepaired("nobody.1.1"))
    assert told == []
