"""Working on without a quorum, and coming together again (D1 to D6)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from app.core import limits
from app.core.ids import site_bytes, site_of
from app.core.instant import SECOND
from app.dispatcher.branches import (
    TRANSITIONS,
    Answered,
    BaseHere,
    Dropped,
    Start,
    State,
)
from app.dispatcher.desk import Installed, TakenBack
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import Branch, Collect, Gather, Gathered, Ordered, Promise
from tests.unit.dispatcher.orders import A, B, C, World, key_of

HAPPENINGS = (Start(), Answered(), BaseHere(), Dropped())


def reach(state: State):
    """B of {A, B, C, D} gathers D, which has a longer log; A and C are gone."""
    world = World("ABCD")
    world.round(2)
    world.part("BD", "A", "C")
    world["A"].say(2)
    world.part("AD", "BC")
    world.deliver(Ordered, to="D")
    world.drop()
    world.part("BD", "A", "C")
    world.beat("D", to="B")
    world["B"].order.catchup.stop()
    world.drop()
    branches = world["B"].order.branches
    if state is not State.IDLE:
        world.now = type(world.now)(world.now + 3 * SECOND)
        world.beat("D", to="B")
        world.drop()
        branches._step(Start(), world.now)
        world["B"].turn()
    if state is State.FETCHING:
        world.deliver(Gather)
        world.deliver(Gathered)
    return world, branches


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached(state):
    _, branches = reach(state)
    assert branches.state == state


@pytest.mark.parametrize(("state", "happening"), list(itertools.product(State, HAPPENINGS)))
def test_every_pair_does_what_the_table_says_or_nothing(state, happening):
    world, branches = reach(state)
    if (state, type(happening)) not in TRANSITIONS:
        branches._step(happening, world.now)
        assert branches.state == state
        return
    expected, action = TRANSITIONS[(state, type(happening))]
    if isinstance(happening, BaseHere):
        # The base is what makes this happening true.
        world.flow()
        assert world["B"].disk.branch is not None
        assert branches.state is expected
        return
    if action == "choose":
        # Only its own answer is in: the base is here, and the branch is made at once.
        branches._step(happening, world.now)
        assert branches.state is State.IDLE
        assert branches.entered is not None
        return
    branches._step(happening, world.now)
    assert branches.state == expected


def apart(*groups, names="ABC", first="A", rounds=16):
    world = World(names, first)
    world.round(2)
    world.part(*groups)
    world.round(rounds)
    return world


def together(world, rounds=24):
    world.part()
    for _ in range(rounds):
        world.admit()
        world.round()


def test_who_is_cut_off_works_on_in_a_branch_where_nothing_settles():
    world = apart("AB", "C")
    site = world["C"]
    site.say(2)
    assert site.log == ["c1", "c2"]
    assert str(site.disk.cur).startswith("2-1@")
    world.round(4)
    assert site.disk.settled == 0


def test_two_that_are_cut_off_share_a_branch_of_the_one_that_stands_highest():
    world = apart("ABC", "DE", names="ABCDE")
    world["E"].say()
    world.round(2)
    assert world["D"].disk.cur == world["E"].disk.cur
    assert world["D"].log == world["E"].log == ["e1"]
    assert sum(world[name].holds for name in "DE") == 1


def test_a_holder_without_a_quorum_goes_on_where_it_is():
    world = apart("A", "BC")
    world["A"].say()
    assert world["A"].disk.branch is None
    assert world["A"].log == ["a1"]


def test_d1_a_fenced_holder_makes_a_branch_to_go_on():
    world = World("ABC")
    world.round(2)
    world["A"].take(B, Collect(2, Ballot(1, B)))
    world["B"].say()
    world.part("A", "B", "C")
    world.round(16)
    assert world["A"].disk.branch is not None


def test_once_together_there_is_one_log_with_every_line_once():
    world = apart("AB", "C")
    for name in "ABC":
        world[name].say(2)
    world.round(3)
    together(world)
    logs = [world[name].log for name in "ABC"]
    assert logs[0] == logs[1] == logs[2]
    assert sorted(logs[0]) == ["a1", "a2", "b1", "b2", "c1", "c2"]
    for name in "ABC":
        assert world[name].queue == []
        assert world[name].disk.branch is None
        assert world[name].disk.settled == 6


def test_d6_branches_that_see_each_other_make_a_wider_one():
    world = apart("A", "B", "CD", "E", names="ABCDE")
    for name in "BCE":
        world[name].say()
    world.part("A", "B", "CDE")
    world.round(20)
    assert len({world[name].disk.cur for name in "CDE"}) == 1
    assert sorted(world["E"].log) == sorted(world["C"].log) == ["c1", "e1"]
    assert all(world[name].queue == [] for name in "CDE")


def test_d5_nobody_goes_back_to_a_view_it_left():
    world = apart("AB", "C")
    site = world["C"]
    seen = [site.disk.cur]
    together(world)
    seen += [output.view.id for output in site.out if isinstance(output, Installed)]
    assert seen[1:] == sorted(seen[1:])
    assert not site.disk.cur.branch


def test_d3_the_primary_log_stays_as_it_is_beside_the_branch():
    world = World("ABC")
    world.round(2)
    world["A"].say()
    world.flow()
    world.round(2)
    world.part("A", "BC")
    world["A"].say()
    world.part("A", "B", "C")
    world.round(16)
    site = world["C"]
    site.say(3)
    assert site.disk.plog.length == site.disk.firm == 1
    assert site.log == ["a1", "c1", "c2", "c3"]
    assert site.disk.queue.last_of((C, 1)) is None


def test_p2_a_vote_from_a_branch_reports_the_primary_log():
    world = apart("AB", "C")
    world["C"].say(3)
    world.drop()
    world["C"].take(A, Collect(2, Ballot(9, A)))
    (wire,) = world.pick(Promise)
    assert wire.frame.length == 0
    world["C"].say()
    assert len(world["C"].log) == 4, "the fence does not stop a branch"


def test_d2_a_branch_survives_a_restart():
    world = apart("AB", "C")
    world["C"].say(2)
    before = (world["C"].log, world["C"].disk.cur, world["C"].disk.hold)
    world["C"].start()
    assert (world["C"].log, world["C"].disk.cur, world["C"].disk.hold) == before
    world["C"].say()
    assert world["C"].log == ["c1", "c2", "c1'"]
    together(world)
    assert sorted(world["A"].log) == ["c1", "c1'", "c2"]


def test_d2_the_base_is_the_longest_log_on_the_best_root():
    world, _ = reach(State.FETCHING)
    world.flow()
    assert world["B"].disk.branch.base_index == 2
    assert world["B"].log == world["D"].log == ["a1", "a2"]


def branch_of(world, maker="B", names="BC", **changes):
    view = world.view
    members = tuple([member for member in view.members if member.key in map(key_of, names)])
    made = replace(
        view,
        branch=1,
        leader=site_bytes(site_of(key_of(maker))),
        members=members,
        first=key_of(maker),
    )
    return Branch(replace(made, **changes))


def test_d3_a_branch_below_the_own_best_root_is_ignored():
    world = World("ABC")
    world["A"].say()
    world.flow()
    world["C"].take(B, branch_of(world))
    assert world["C"].disk.branch is None
    assert world["C"].log == ["a1"]


def test_d3_a_branch_is_joined_and_what_it_lacks_goes_to_the_queue():
    world = World("ABC")
    world["C"].say()
    world["C"].take(B, branch_of(world))
    assert world["C"].disk.cur == branch_of(world).view.id
    assert world["C"].queue == ["c1"]
    assert not any(isinstance(output, TakenBack) for output in world["C"].out)


@pytest.mark.parametrize(
    "changes",
    [
        {"leader": site_bytes(site_of(C))},
        {"first": C},
        {"session": bytes(32)},
        {"branch": 0},
        {"root_index": 5},
        {"members": ()},
    ],
    ids=str,
)
def test_d3_a_branch_that_is_not_its_makers_is_refused(changes):
    world = World("ABC")
    frame = branch_of(world)
    world["C"].order.learn(C, world.successor("ABC", "A"), world.now)
    refused = world.refused
    if "members" in changes:
        changes = {"members": frame.view.members[:1]}
    world["C"].take(B, Branch(replace(frame.view, **changes)))
    assert world.refused == refused + 1
    assert world["C"].disk.branch is None


def test_d2_a_branch_is_told_again_until_it_is_shown():
    world = World("BCD", first="B")
    world.round(2)
    world.part("CD", "B")
    for _ in range(20):
        world.round()
        world.drop(Branch)
        if world["C"].disk.branch is not None:
            break
    assert world["C"].disk.branch is None or world["D"].disk.branch is None
    world.passes(limits.BRANCH_REPEAT_MICROS)
    world.round(12)
    assert world["C"].disk.cur == world["D"].disk.cur
