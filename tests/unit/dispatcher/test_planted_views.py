"""ORDER.md 5.9, the rules of views and branches, on whole orders: each seen to matter.

With the rules as they are the promise is kept; with the one rule left out the same scenario breaks
it. What random runs or the search of small worlds find is not repeated here.
"""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.ids import site_bytes, site_of
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import Branch, Collect, Install, Ordered, Promise
from app.sim.plants import PLANTS, Found, planted
from tests.unit.dispatcher import test_planted
from tests.unit.dispatcher.orders import A, B, World, key_of


def left_out_proposes():
    world = World("ABC")
    world["C"].learn(world.successor("AB", "A"))
    world.drop()
    world["C"].order.recovery.propose("a test", world.now)
    world["C"].turn()
    assert not world.pick(Collect), "it has to ask to be taken in, or to go on in a branch"


def promise_before_install():
    world = World("ABC")
    world["A"].say()
    world["C"].learn(world.successor("ABC", "B", base=(1, world["A"].disk.log.chain)))
    world.drop()
    world["C"].take(B, Collect(3, Ballot(1, B)))
    assert not world.pick(Promise), "its log is none of view 3 yet"


def rank_by_epoch_heard():
    world = World("ABC")
    world["A"].say()
    world.deliver(Ordered, to="B")
    world.drop()
    world["C"].disk.raise_kmax(1)
    world["C"].turn()
    world.beat("C", to="B")
    world.drop()
    world["B"].order.recovery.propose("a test", world.now)
    world["B"].turn()
    world.deliver(Collect, to="C")
    world.deliver(Promise)
    world.passes(limits.PROMISE_WAIT_MICROS)
    assert {wire.frame.view.base_index for wire in world.pick(Install)} == {1}


def ballot_again():
    world = World("ABC")
    world["B"].order.recovery.propose("a test", world.now)
    world["B"].turn()
    first = world["B"].disk.promised
    world["B"].start()
    world["B"].order.recovery.propose("a test", world.now)
    world["B"].turn()
    assert world["B"].disk.promised != first


def join_all():
    world = World("AB", strangers="DEF")
    world.round(2)
    for name in "DEF":
        world["A"].order.recovery.candidates[key_of(name)] = None
    world.round(2)
    world["A"].order.recovery.propose("a test", world.now)
    world["A"].turn()
    world.flow()
    assert len(world["A"].disk.certificates[2].view.members) <= 4


def leave_unsettled():
    world = World("ABC")
    world["B"].say()
    world.drop()
    world["B"].order.leave()
    assert not world["B"].order.beat().leaving


def fenced_alone():
    world = World("ABC")
    world.round(2)
    world["A"].take(B, Collect(2, Ballot(1, B)))
    world.part("A", "B", "C")
    world.round(16)
    assert world["A"].disk.branch is not None, "nothing can be stored behind the fence"


def branch_own_base():
    maker, other = sorted("BD", key=lambda name: site_of(key_of(name)))
    world = World("ABCD")
    world.round(2)
    world[maker].take(A, Collect(2, Ballot(1, A)))
    world.drop()
    world["A"].say()
    world.deliver(Ordered, to=other)
    world.part("BD", "A", "C")
    world.drop()
    world.round(16)
    assert world[other].disk.branch is not None
    assert world[other].log == world[maker].log == ["a1"], "a1 may be settled"


def stale_branch():
    world = World("ABC")
    world["A"].say()
    world.flow()
    members = tuple([member for member in world.view.members if member.key != A])
    view = world.view.__class__(
        world.view.session,
        world.view.number,
        1,
        site_bytes(site_of(B)),
        members,
        world.view.next_location,
        B,
        0,
        world.view.session,
        0,
    )
    world["C"].take(B, Branch(view))
    assert world["C"].log == ["a1"], "a1 is settled by A and C"


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        left_out_proposes, promise_before_install, rank_by_epoch_heard, ballot_again, join_all,
        leave_unsettled, fenced_alone, branch_own_base, stale_branch,
    )
}  # fmt: skip


def test_every_plant_that_is_found_on_orders_has_its_scenario():
    here = {name for name, plant in PLANTS.items() if plant.found is Found.ORDERS}
    assert set(SCENARIOS) <= here
    assert here <= {*SCENARIOS, *test_planted.SCENARIOS}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_promise_is_kept(name):
    SCENARIOS[name]()


@pytest.mark.parametrize("name", SCENARIOS)
def test_without_the_rule_it_is_broken(name):
    with planted(PLANTS[name]), pytest.raises(AssertionError):
        SCENARIOS[name]()
