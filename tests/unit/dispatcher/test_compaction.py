"""Snapshots of the own log: frozen, packed, vouched for, written; and taken by who is behind."""

from __future__ import annotations

import itertools

import pytest

from app.core import limits
from app.dispatcher.compaction import (
    TRANSITIONS,
    Freeze,
    Packed,
    ProvenNow,
    SettledThere,
    State,
    Undone,
    Written,
)
from app.dispatcher.desk import Replaced, TakenBack
from app.dispatcher.messages import (
    Fetch,
    Ordered,
    SnapshotOffered,
    SnapshotPiece,
    SnapshotWanted,
    Submit,
)
from tests.unit.dispatcher.orders import World

HAPPENINGS = (Freeze(), Undone(), SettledThere(), Packed(), ProvenNow(), Written())


def items(count=3):
    return iter([("x", str(number), bytes(50)) for number in range(count)])


def work(site, *states):
    """Let time pass until its compaction is in one of these states, or at rest."""
    world, compaction = site.world, site.order.compaction
    for _ in range(500):
        if compaction.state in states or compaction.deadline() is None:
            return
        world.passes(limits.SNAPSHOT_WRITE_MICROS)
        world.drop()


def settled(names="ABC", count=6):
    """All have `count` entries of A, settled."""
    world = World(names)
    world["A"].say(count)
    world.flow()
    world.round(2)
    return world


def reach(state):
    world = settled()
    site = world["A"]
    if state is State.RESTING:
        return world, site
    if state is State.FROZEN:
        site.desk.disk.settled = 4
        site.order.compaction.freeze(6, items())
        return world, site
    site.order.compaction.freeze(6, items(200))
    work(site, State.PACKING)
    if state is State.WRITING:
        work(site)
        world["B"].order.compaction.freeze(6, items(200))
        work(world["B"])
        world.beat("B", to="A")
    return world, site


def compacted(*names, world):
    """These sites make the same snapshot at 4, and come to compact by it."""
    for name in names:
        world[name].order.compaction.freeze(4, items())
        work(world[name])
    for one, other in itertools.permutations(names, 2):
        world.beat(one, to=other)
    world.drop()
    for name in names:
        work(world[name])


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached(state):
    _, site = reach(state)
    assert site.order.compaction.state is state


@pytest.mark.parametrize(("state", "happening"), list(itertools.product(State, HAPPENINGS)))
def test_what_is_not_in_the_table_does_nothing(state, happening):
    _, site = reach(state)
    compaction = site.order.compaction
    if (state, type(happening)) not in TRANSITIONS:
        assert compaction._step(happening) is False
        assert compaction.state is state


def test_a_quorum_that_vouches_lets_everybody_compact():
    world = settled()
    compacted("A", "B", world=world)
    for name in "AB":
        assert world[name].disk.plog.begins == world[name].disk.dropped == 4
        assert world[name].disk.plog.length == 6
    assert world["C"].disk.plog.begins == 0


def test_one_alone_compacts_nothing():
    world = settled()
    compacted("A", world=world)
    assert world["A"].disk.plog.begins == 0


def test_vouches_for_something_else_do_not_count():
    world = settled()
    world["B"].order.compaction.freeze(4, items(7))
    work(world["B"])
    compacted("A", world=world)
    world.beat("B")
    assert world["A"].disk.plog.begins == world["B"].disk.plog.begins == 0


def test_what_is_taken_back_makes_no_snapshot():
    world, site = reach(State.FROZEN)
    site.order.compaction.taken_back(5)
    assert site.order.compaction.state is State.RESTING
    work(site)
    assert site.order.compaction.made is None
    del world


def test_a_copy_that_waits_is_used_though_an_older_one_is_proven_meanwhile():
    world = settled()
    site = world["A"]
    for each in "AB":
        world[each].order.compaction.freeze(2, items())
        work(world[each])
    site.order.compaction.freeze(4, items())
    world.beat("B", to="A")
    assert site.order.compaction.state is State.WRITING
    work(site)
    assert site.disk.plog.begins == 2
    assert site.order.compaction.made is not None
    assert site.order.compaction.made.manifest.index == 4


def test_a_repeated_submission_of_what_is_compacted_is_a_repeat():
    world = World()
    world["B"].say(3)
    repeated = world.pick(Submit, to="A")
    world.flow()
    world.round(2)
    compacted("A", "B", world=world)
    assert world["A"].disk.plog.begins == 0
    for name in "AB":
        world[name].order.compaction.freeze(3, items(5))
        work(world[name])
    world.beat("A")
    world.beat("B")
    work(world["A"])
    assert world["A"].disk.plog.begins == 3
    for wire in repeated:
        world["A"].take(wire.sender, wire.frame)
    assert world["A"].disk.log.length == 3


def test_a_restart_begins_at_the_snapshot_with_its_numbers():
    world = settled()
    compacted("A", "B", world=world)
    before = dict(world["A"].disk.log.numbers)
    world["A"].start()
    disk = world["A"].disk
    assert (disk.plog.begins, disk.plog.length, disk.settled) == (4, 6, 6)
    assert disk.log.numbers == before
    assert disk.image is not None
    assert [item[1] for item in disk.image.items] == ["0", "1", "2"]


def behind():
    """D has nothing; A and B, who were restarted, have compacted up to 4."""
    world = World("ABCD")
    world["A"].say(6)
    world.drop(Ordered, to="D")
    world.flow()
    for name in "ABC":
        for other in "ABC":
            if name != other:
                world.beat(name, to=other)
    world.flow()
    compacted("A", "B", "C", world=world)
    for name in "ABC":
        world[name].start()
    return world, world["D"]


def test_who_is_behind_the_compaction_point_takes_a_snapshot_and_the_tail():
    world, site = behind()
    world.beat("A", to="D")
    world.deliver(Fetch)
    assert world.pick(SnapshotOffered, to="D")
    world.flow()
    assert (site.disk.plog.begins, site.disk.plog.length, site.disk.settled) == (4, 6, 4)
    assert sum(isinstance(output, Replaced) for output in site.out) == 1
    assert not any(isinstance(output, TakenBack) for output in site.out)


def test_pieces_come_from_another_member_if_the_first_one_is_gone():
    world, site = behind()
    world.beat("A", to="D")
    world.deliver(Fetch)
    world.deliver(SnapshotOffered)
    world.drop(SnapshotWanted, to="A")
    world.beat("B", to="D")
    world.passes(limits.FETCH_REPEAT_MICROS)
    assert [wire.to for wire in world.pick(SnapshotWanted)] == [world["B"].key]
    world.flow()
    assert site.disk.plog.length == 6


def test_a_piece_that_is_another_one_is_refused():
    world, site = behind()
    world.beat("A", to="D")
    world.deliver(Fetch)
    world.deliver(SnapshotOffered)
    (wanted,) = world.drop(SnapshotWanted)
    site.take(
        world["A"].key, SnapshotPiece(wanted.frame.index, wanted.frame.hash, 0, b"nothing like it")
    )
    assert world.refused == 1
    assert site.disk.plog.length == 0


def test_what_waits_at_who_takes_a_snapshot_stays_in_its_queue():
    world, site = behind()
    site.say()
    world.drop()
    world.beat("A", to="D")
    world.flow()
    world.round(2)
    assert site.queue == []
    assert site.disk.log.length == 7


def test_pieces_that_were_not_finished_are_forgotten_at_the_start():
    world = settled()
    world["A"].disk.write_piece(2, 0, b"half")
    world["A"].turn()
    world["A"].start()
    world["A"].turn()
    assert not [name for name in world["A"].storage.fields if name.startswith("snap.")]
