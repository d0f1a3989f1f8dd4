"""ORDER.md 5.9 on two to five whole orders: each rule's shortest counterexample.

With the rules as they are the promise is kept; with the one rule left out the same scenario breaks
it. So each scenario is known to bite.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core import limits
from app.core.instant import MILLI
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import Collect, HandOver, Ordered, Submit
from app.sim.plants import PLANTS, planted
from tests.unit.dispatcher.orders import A, B, C, World


def no_order_check():
    world = World("AB")
    world["B"].say()
    world["B"].say()
    _, second = world.drop(Submit)
    world["A"].take(B, second.frame)
    assert world["A"].log in ([], ["b1"], ["b1", "b2"])


def dedupe_per_epoch():
    world = World("ABC")
    world["C"].say()
    (submitted,) = world.pick(Submit)
    world.flow()
    hand_over(world, "A", "B")
    world["B"].take(C, submitted.frame)
    assert world["B"].log == ["c1"]


def submit_any_view():
    world = World("ABCDE")
    world["A"].say()
    world.deliver(Ordered, to="B")
    world["B"].say()
    (submitted,) = world.drop(Submit)
    world["C"].learn(world.successor("BCDE", first="C", voters="CDE"))
    world["C"].take(B, submitted.frame)
    assert world["B"].log == ["a1"]
    assert "b1" not in world["C"].log, "B had seen a1 when it said b1"


def reuse_numbers():
    world = World("AB")
    world["B"].say()
    world.deliver(Submit)
    said = [entry.id for entry in world["B"].disk.queue]
    world["B"].start()
    assert world["B"].order.issue("chat", b"another", 0).id not in said


def append_by_index():
    world = World("ABC")
    world["B"].say()
    world.deliver(Submit)
    world.drop()
    decided = world.successor("AB", first="B", voters="AB")
    world["B"].learn(decided)
    (ordered,) = world.drop(Ordered)
    world["C"].take(B, ordered.frame)
    assert world["C"].log == [], "C works in the view before"


def forget_ordered():
    world = World("ABC")
    world["A"].say()
    world.drop()
    world["A"].learn(world.successor("ABC", first="B", voters="BC"))
    assert world["A"].log + world["A"].queue == ["a1"]


def only_own():
    world = World("ABC")
    world["B"].say()
    world.deliver(Submit)
    world.drop()
    world["A"].learn(world.successor("ABC", first="C", voters="BC"))
    assert world["A"].queue == ["b1"]


def queue_first():
    world = World("ABCDE")
    world["A"].say()
    world.deliver(Ordered, to="B")
    world["B"].say()
    world["B"].learn(world.successor("BCDE", first="C", voters="CDE"))
    assert world["B"].queue == ["a1", "b1"]


def untagged_ack():
    world = World("ABC", first="C")
    world["C"].say()
    world.deliver(Ordered, to="B")
    world.drop()
    world["A"].learn(world.successor("ABC", first="A", voters="AC"))
    world["A"].say()
    world.beat("B", to="A")
    assert world["A"].log == ["a1"]
    assert world["A"].disk.settled == 0, "B has c1 at index 1, in the view before"


def half_settles():
    world = World("AB", first="B")
    world["B"].say()
    assert world["B"].disk.settled == 0


def mark_any_view():
    world = World("ABC", first="B")
    world["B"].say()
    world.drop()
    decided = world.successor("ABC", first="A", voters="AC")
    world["A"].learn(decided)
    world["C"].learn(decided)
    world["A"].say()
    world.deliver(Ordered, to="C")
    world.beat("C", to="A")
    assert world["A"].disk.settled == 1
    world.beat("A", to="B")
    assert world["B"].disk.settled == 0, "B has b1 at index 1, unsettled"


def volatile_release():
    world = World("AB")
    hand_over(world, "A", "B")
    world["A"].start()
    assert not (world["A"].holds and world["B"].holds)


def hand_over_twice():
    world = World("AB")
    first = hand_over(world, "A", "B")
    world.beat("B")
    hand_over(world, "B", "A")
    world["B"].take(A, first)
    assert not (world["A"].holds and world["B"].holds)


def take_without_log():
    world = World("AB")
    world["A"].say()
    world.drop()
    world.beat("B")
    world["A"].order.wish(B, 1, world.now)
    world["A"].turn()
    (sent,) = world.drop(HandOver)
    world["B"].take(A, replace(sent.frame, tail=()))
    world["B"].say()
    assert world["B"].log[:1] in ([], ["a1"])


def retake():
    world = World("AB")
    hand_over(world, "A", "B")
    world.passes(limits.TOKEN_REPEAT_MICROS)
    assert not (world["A"].holds and world["B"].holds)


def regrant():
    world = World("ABC")
    hand_over(world, "A", "B")
    for _ in range(5):
        world.beat("C", to="A")
        world.passes(250 * MILLI)
    world.drop()
    assert not (world["A"].holds and world["B"].holds)


def token_again():
    world = World("ABC")
    decided = world.successor("ABC", first="B")
    for site in world.sites.values():
        site.learn(decided)
    hand_over(world, "B", "A")
    world["B"].learn(decided)
    assert not (world["A"].holds and world["B"].holds)


def no_fence():
    world = World("ABC", first="C")
    world["B"].take(A, Collect(world.view.number, Ballot(1, A)))
    world["C"].say()
    world.deliver(Ordered, to="B")
    assert world["B"].log == []


def leave_at_once():
    world = World("AB", first="B")
    world["A"].order.leave()
    world["A"].learn(world.successor("B", first="B", voters="A"))
    assert not world["A"].order.may_stop(), "B alone is no quorum of the view before"


def hand_over(world: World, source: str, target: str) -> HandOver:
    """The token goes from `source` to `target`; nothing but the hand-over arrives."""
    world.drop()
    leader = world["A"]
    for name in {source, target} - {"A"}:
        world.beat(name, to="A")
    leader.order.wish(world[target].key, 1, world.now)
    leader.turn()
    if source != "A":
        world.deliver(to=source)
    (wire,) = world.drop(HandOver)
    world[target].take(wire.sender, wire.frame)
    assert world[target].holds
    world.drop()
    handed: HandOver = wire.frame
    return handed


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        no_order_check, dedupe_per_epoch, submit_any_view, reuse_numbers, append_by_index,
        forget_ordered, only_own, queue_first, untagged_ack, half_settles, mark_any_view,
        volatile_release, hand_over_twice, take_without_log, retake, regrant, token_again,
        no_fence, leave_at_once,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_promise_is_kept(name):
    SCENARIOS[name]()


@pytest.mark.parametrize("name", SCENARIOS)
def test_without_the_rule_it_is_broken(name):
    with planted(PLANTS[name]), pytest.raises(AssertionError):
        SCENARIOS[name]()
