"""Storing what the holder ordered (O4), and what is settled (O6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import Collect, Fetch, Ordered
from tests.unit.dispatcher.orders import A, B, C, D, World


def ordered(world, count=1):
    """Frames to B with `count` entries that A ordered one by one."""
    for _ in range(count):
        world["A"].say()
    frames = [wire.frame for wire in world.pick(Ordered, to="B")]
    world.drop()
    return frames


def test_o4_what_continues_the_log_is_stored_and_leaves_the_queue():
    world = World("ABC")
    world["B"].say()
    world.flow()
    assert world["B"].log == ["b1"]
    assert world["B"].queue == []


def test_o4_a_repeat_changes_nothing():
    world = World("ABC")
    (frame,) = ordered(world)
    world["B"].take(A, frame)
    world["B"].take(A, frame)
    assert world["B"].log == ["a1"]


def test_o4_a_gap_is_fetched():
    world = World("ABC")
    _, second = ordered(world, 2)
    world["B"].take(A, second)
    assert world["B"].log == []
    assert [(wire.to, wire.frame.upto) for wire in world.pick(Fetch)] == [(A, 2)]
    world.flow()
    assert world["B"].log == ["a1", "a2"]


def test_o4_a_frame_that_begins_earlier_adds_what_is_new():
    world = World("ABC")
    first, second = ordered(world, 2)
    both = replace(
        second,
        first=1,
        chain_before=first.chain_before,
        stamps=first.stamps + second.stamps,
        runs=first.runs + second.runs,
    )
    world["B"].take(A, first)
    world["B"].take(A, both)
    assert world["B"].log == ["a1", "a2"]


@pytest.mark.parametrize("wrong", ["view", "chain_before", "stranger"])
def test_o4_anything_else_is_ignored(wrong):
    world = World("ABC")
    (frame,) = ordered(world)
    if wrong == "view":
        frame = replace(frame, view=world.successor("ABC", "A").view.id)
    elif wrong == "chain_before":
        frame = replace(frame, chain_before=bytes(32))
    world["B"].take(D if wrong == "stranger" else A, frame)
    assert world["B"].log == []


@pytest.mark.parametrize("wrong", ["signature", "stamps", "k", "sender"])
def test_h1_the_holder_signs_where_the_log_ends(wrong):
    world = World("ABC")
    (frame,) = ordered(world)
    changes = {"signature": bytes(64), "stamps": (99,), "k": 5}
    if wrong in changes:
        frame = replace(frame, **{wrong: changes[wrong]})
    world["B"].take(C if wrong == "sender" else A, frame)
    assert world["B"].log == []
    assert world.refused == 1


def test_p3_behind_the_fence_nothing_is_stored():
    world = World("ABC")
    (frame,) = ordered(world)
    world["B"].take(A, Collect(world.view.number, Ballot(1, A)))
    world.drop()
    world["B"].take(A, frame)
    assert world["B"].log == []
    assert not world.pick(Fetch)


def test_o4_a_higher_move_is_learned_from_what_it_ordered():
    world = World("ABC", first="B")
    world.beat("B", to="A")
    world.beat("C", to="A")
    world["A"].order.wish(C, 1, world.now)
    world["A"].turn()
    world.flow()
    world["C"].say()
    world.deliver(Ordered, to="A")
    assert world["A"].disk.kmax == 1
    assert world["A"].desk.home == (1, C)


def test_o6_a_majority_settles_and_who_is_told_settles_too():
    world = World("ABC")
    world["A"].say()
    world.deliver(Ordered, to="B")
    assert world["A"].disk.settled == 0
    world.beat("B")
    assert world["A"].disk.settled == 1
    world.beat("A")
    assert world["B"].disk.settled == 1
    assert world["C"].disk.settled == 0, "C has not stored it"


def test_o6_a_mark_counts_only_as_far_as_the_own_log_goes_and_never_falls():
    world = World("ABC")
    world["A"].say(2)
    world.deliver(Ordered, to="B")
    world["B"].order.replica.told(world.view.id, 9)
    assert world["B"].disk.settled == 2
    world["B"].order.replica.told(world.view.id, 1)
    assert world["B"].disk.settled == 2


def test_o6_in_a_view_of_two_both_disks_are_needed():
    world = World("AB")
    world["A"].say()
    assert world["A"].disk.settled == 0
    world.flow()
    world.beat("B")
    assert world["A"].disk.settled == 1


def test_o6_what_a_fenced_holder_orders_does_not_count_as_its_own():
    world = World("ABC")
    world["A"].disk.promise(Ballot(1, B))
    world["A"].say()
    world.deliver(Ordered, to="B")
    world.beat("B")
    assert world["A"].log == world["B"].log == ["a1"]
    assert world["A"].disk.settled == 0, "firm at B alone"
