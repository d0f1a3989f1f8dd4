"""What is said in each situation of a share, and which buttons there are."""

from __future__ import annotations

from typing import Any

import pytest

from app.node.api import PeopleChanged, ShareRefused, ShareRepaired
from app.ui.share.head import more_wishes
from app.ui.share.model import ShareModel
from app.ui.share.sameness import action_text, badge, proof, state_of, warnings
from app.ui.share.situation import floor_shown, situation
from app.ui.share.wishes import Wish, command_of
from tests.ui.share.stage import ID, RECENT, STATES, share, takes_part
from tests.ui.worlds import SELF, SITES, Hands, people


@pytest.fixture
def model(qapp):
    made = ShareModel(Hands().clock())
    made.take(PeopleChanged(people()))
    return made


def said(model: ShareModel, **more: Any) -> tuple[str, tuple[Wish, ...]]:
    shown = share(**more)
    model.learn((shown,))
    found = situation(model, shown)
    return found.title, found.wishes


@pytest.mark.parametrize(
    ("state", "title", "wishes"),
    [
        ("offered", "Dilara Kaya wants to share Berth planner", (Wish.START, Wish.WATCH)),
        ("fetching", "Fetching the program from Dilara Kaya", (Wish.STOP,)),
        ("starting", "Starting, 1 of 2 are ready", (Wish.STOP,)),
        ("replaying", "Your copy isn't ready", (Wish.STOP,)),
        ("next", "You are next", ()),
        ("yours", "You have the floor", ()),
        ("pointing", "Dilara Kaya is working", ()),
        ("nobody", "Nobody has the floor", ()),
        ("free", "Everybody may act", ()),
        ("dragging", "Ada Moreira is dragging", ()),
        ("differs here", "Your copy differs since #1,187", (Wish.REPAIR,)),
        ("hung", "Berth planner doesn't answer here", (Wish.AGAIN,)),
        ("failed", "Berth planner ended here", (Wish.AGAIN,)),
        ("closed", "Your copy is closed", (Wish.START, Wish.PUT_AWAY)),
        ("over", "Berth planner is over", (Wish.PUT_AWAY,)),
    ],
)
def test_each_state_has_its_words_and_buttons(model, state, title, wishes):
    assert said(model, **STATES[state]) == (title, wishes)


def test_apart_nothing_counts(model):
    model.set_apart(apart=True)
    assert said(model)[0] == "Apart: nothing you do here counts"


def test_what_did_not_count_is_said_before_the_floor(model):
    model.learn((share(),))
    model.take(ShareRefused(ID, "Ada is dragging"))
    assert said(model)[0] == "That did not count: Ada is dragging"


def test_a_repair_says_why_the_copy_starts_again(model):
    model.learn((share(),))
    model.take(ShareRepaired(ID))
    shown = share(copy="replaying", told=10, steps=90)
    model.learn((shown,))
    found = situation(model, shown)
    assert "starts again: 10 of 90 steps" in found.note
    assert found.progress == (10, 90)


def test_who_is_further_back_in_line_knows_the_place(model):
    assert said(model, queue=(SITES[4], SITES[1]))[0] == "You are number 2 in line"


@pytest.mark.parametrize(
    ("more", "wishes", "may_give"),
    [
        ({"queue": ()}, (Wish.ASK,), False),
        ({}, (Wish.WITHDRAW,), False),
        ({"holder": SITES[SELF]}, (Wish.GIVE_ON,), True),
        ({"floor": "free", "holder": None}, (), False),
        ({"floor": "moderator", "queue": (SITES[4],)}, (Wish.ASK,), True),
        ({"copy": "replaying"}, (), False),
        ({"holder": SITES[SELF], "copy": "ended"}, (), False),
    ],
)
def test_the_floor_has_the_buttons_that_do_something(model, more, wishes, may_give):
    shown = share(**more)
    model.learn((shown,))
    found = floor_shown(model, shown)
    assert (found.wishes, found.may_give) == (wishes, may_give)


@pytest.mark.parametrize(
    ("more", "text", "tone"),
    [
        ({}, "5 identical", "ok"),
        (STATES["differs"], "Emi Sato differs", "warn"),
        (STATES["differs here"], "Yours differs", "warn"),
        (STATES["warned"], "4 identical, 1 catching up", ""),
        (STATES["offered"], "One copy", ""),
        ({"identical": None}, "5 copies", ""),
    ],
)
def test_the_badge(model, more, text, tone):
    found = badge(model, share(**more))
    assert (found.text, found.tone) == (text, tone)


def test_the_proof_names_the_index_and_where_copies_differ(model):
    same = proof(model, share())
    assert (same.title, same.note) == ("5 copies identical", "proved at #1,204")
    other = proof(model, share(**STATES["differs"]))
    assert other.title == "Emi Sato's copy differs since #1,187"
    assert other.note.startswith("first in MainWindow/bars\n")
    assert other.wishes == ()
    own = proof(model, share(**STATES["differs here"]))
    assert own.wishes == (Wish.REPAIR,)


def test_warnings_name_who_and_what(model):
    found = warnings(model, share(**STATES["warned"]))
    assert found == (
        "Ada Moreira has another version (qt and python): copies may differ.",
        "Chidi Okafor has other fonts or sizes: copies may differ.",
        "Emi Sato's copy takes part by its windows only: some things do nothing.",
        "A new copy needs over a minute to catch up: 204,310 events.",
        "Dilara Kaya, who shares it, can start it afresh.",
    )
    own = warnings(model, share(people=(takes_part(SELF, inexact=("tk",), door="filter"),)))
    assert own[0] == "Your copy has another version (tk): copies may differ."
    assert own[1].startswith("Your copy takes part")


def test_who_is_not_current_catches_up(model):
    assert state_of(share(), takes_part(0)) == "#1,204"
    assert state_of(share(), takes_part(0, current=False)) == "catching up"
    assert state_of(share(**STATES["differs"]), takes_part(4)) == "ready"


def test_actions_read_as_words():
    assert [action_text(each) for each in RECENT] == [
        "press in MainWindow/bars",
        "press in MainWindow/check_clashes",
        "2 keys in MainWindow/berth",
        "press in MainWindow/rows",
        "5 keys in MainWindow/leaves",
        "bring in summer.berths",
        "turn the wheel in MainWindow/bars",
        "paste",
    ]


def test_the_menu_holds_only_what_does_something(model):
    assert more_wishes(model, share()) == (Wish.FRONT, Wish.AGAIN, Wish.CLOSE)
    own = share(owner=SITES[SELF])
    assert more_wishes(model, own) == (Wish.FRONT, Wish.AGAIN, Wish.CLOSE, Wish.END)
    assert more_wishes(model, share(**STATES["over"])) == (Wish.PUT_AWAY,)


def test_wishes_that_ask_first_have_no_command():
    asking = [wish for wish in Wish if command_of(wish, ID) is None]
    assert asking == [Wish.START, Wish.WATCH, Wish.AFRESH, Wish.PUT_AWAY]
