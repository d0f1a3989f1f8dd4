"""A proposer's machine and its reasons (P1, P4, P5, P7; ORDER.md 5.6)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from app.core import limits
from app.core.instant import MILLI, SECOND
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import (
    Accepted,
    Chunk,
    Collect,
    Decide,
    Fetch,
    Install,
    Ordered,
    Probe,
    Probed,
    Promise,
)
from app.dispatcher.recovery import (
    TRANSITIONS,
    BaseHere,
    GaveUp,
    Overtaken,
    Promised,
    Start,
    State,
    Won,
)
from tests.unit.dispatcher.orders import BEAT, A, B, C, D, World

HAPPENINGS = (Start("why"), Promised(), BaseHere(), Won(), GaveUp(), Overtaken())


def reach(state: State):
    """A leader of {A, B, C} with two entries of which B has none, C has both, in this state."""
    world = World("ABC", first="C")
    world["C"].say(2)
    world.deliver(Ordered, to="B")
    world.beat("B", to="A")
    world.beat("C", to="A")
    world["A"].order.catchup.stop()
    world.drop()
    recovery = world["A"].order.recovery
    if state is State.IDLE:
        return world, recovery
    recovery._step(Start("a test"), world.now)
    world["A"].turn()
    if state is State.COLLECTING:
        return world, recovery
    world.deliver(Collect)
    world.deliver(Promise)
    if state is State.FETCHING:
        return world, recovery
    world.deliver(Fetch)
    world.deliver(Chunk)
    return world, recovery


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached(state):
    _, recovery = reach(state)
    assert recovery.state == state


@pytest.mark.parametrize(("state", "happening"), list(itertools.product(State, HAPPENINGS)))
def test_every_pair_does_what_the_table_says_or_nothing(state, happening):
    world, recovery = reach(state)
    if isinstance(happening, Won):
        recovery._votes = {A: bytes(64), B: bytes(64)}
    if (state, type(happening)) not in TRANSITIONS:
        recovery._step(happening, world.now)
        assert recovery.state == state
        assert recovery.decided is None
        return
    expected, action = TRANSITIONS[(state, type(happening))]
    if isinstance(happening, BaseHere):
        # The base is what makes this happening true.
        world.flow()
        assert world["A"].disk.prim_number == 3
        return
    recovery._step(happening, world.now)
    if action == "choose":
        # Here only its own promise is in, so the base is here, too.
        assert recovery._value is not None
        expected = State.INSTALLING
    assert recovery.state == expected
    if action in {"give_up", "drop"}:
        assert recovery._ballot is None
    if action == "give_up":
        assert recovery.deadline() > world.now
    if action == "decide":
        assert recovery.decided.view.number == 3


def test_p1_the_proposer_promises_its_own_ballot_before_it_asks():
    world, recovery = reach(State.COLLECTING)
    assert world["A"].disk.promised == recovery._ballot == Ballot(1, A)
    assert [wire.to for wire in world.pick(Collect)] == [B, C]


def test_a_proposal_goes_through_and_everybody_installs_it():
    world, _ = reach(State.COLLECTING)
    world.flow()
    world.round()
    assert [site.disk.prim_number for site in world.sites.values()] == [3, 3, 3]
    assert [site.log for site in world.sites.values()] == [["c1", "c2"]] * 3
    assert not any(site.disk.fenced for site in world.sites.values())


def test_p4_the_base_is_the_longest_log_among_the_promises():
    world, _ = reach(State.INSTALLING)
    (frame, _) = [wire.frame for wire in world.pick(Install)]
    assert (frame.view.base_index, frame.view.base_chain) == (2, world["C"].disk.log.chain)


def test_p4_an_accepted_view_is_proposed_again_unchanged():
    world, recovery = reach(State.INSTALLING)
    accepted = world.pick(Install, to="B")[0].frame.view
    world.deliver(Install, to="B")
    world.drop()
    recovery._step(GaveUp(), world.now)
    world["A"].order.recovery.candidates[D] = None
    recovery._step(Start("again"), world.now)
    world["A"].turn()
    world.deliver(Collect)
    world.deliver(Promise)
    frames = [wire.frame for wire in world.pick(Install)]
    assert {frame.ballot for frame in frames} == {Ballot(2, A)}
    assert {frame.view for frame in frames} == {accepted}


def test_p4_a_proposer_that_restarted_takes_a_new_ballot():
    world, _ = reach(State.COLLECTING)
    world["A"].start()
    world["A"].order.recovery._step(Start("again"), world.now)
    world["A"].turn()
    assert world["A"].disk.promised == Ballot(2, A)


def test_p5_the_holder_stays_first_dispatcher_if_it_promised():
    world, _ = reach(State.INSTALLING)
    assert world.pick(Install)[0].frame.view.first == C


def test_p5_without_the_holder_the_first_dispatcher_is_one_that_has_the_log():
    world = World("AB", first="B", strangers="D")
    world["A"].order.recovery.candidates[D] = None
    world.now = type(world.now)(SECOND)
    world.beat("D", to="A")
    world.drop()
    recovery = world["A"].order.recovery
    recovery._step(Start("a test"), world.now)
    world.passes(limits.PROMISE_WAIT_MICROS)
    view = world["A"].disk.views[-1]
    assert view.keys == (A, D)
    assert view.first == A


@pytest.mark.parametrize("wrong", ["lower ballot", "number", "sender", "accepted view"])
def test_promises_that_are_none_do_not_count(wrong):
    world, recovery = reach(State.COLLECTING)
    world.deliver(Collect, to="B")
    (wire,) = world.drop(Promise)
    frame = {
        "lower ballot": replace(wire.frame, ballot=Ballot(0, B)),
        "number": replace(wire.frame, number=7),
        "sender": wire.frame,
        "accepted view": replace(
            wire.frame, accepted_ballot=Ballot(1, B), accepted_view=world.view
        ),
    }[wrong]
    world["A"].take(D if wrong == "sender" else B, frame)
    assert list(recovery._promises) == [A]


@pytest.mark.parametrize("wrong", ["ballot", "hash", "signature", "sender"])
def test_p7_votes_that_are_none_do_not_count(wrong):
    world, recovery = reach(State.INSTALLING)
    world.deliver(Install, to="B")
    (wire,) = world.drop(Accepted)
    changes = {"ballot": Ballot(9, A), "hash": bytes(32), "signature": bytes(64)}
    frame = replace(wire.frame, **{wrong: changes[wrong]}) if wrong in changes else wire.frame
    world["A"].take(C if wrong == "sender" else B, frame)
    assert list(recovery._votes) == [A]
    assert not world.pick(Decide)


def test_p7_decide_goes_to_the_members_of_both_views():
    world, _ = reach(State.INSTALLING)
    world.deliver(Install, to="B")
    world.deliver(Accepted)
    assert [wire.to for wire in world.pick(Decide)] == [B, C]


def test_patience_requests_are_repeated_to_whoever_has_not_answered():
    world, _ = reach(State.COLLECTING)
    world.drop(Collect, to="C")
    world.deliver(Collect, to="B")
    world.deliver(Promise)
    world.drop()
    world.passes(limits.BALLOT_REPEAT_MICROS)
    assert [wire.to for wire in world.pick(Collect)] == [C]


def test_patience_gives_up_and_doubles_up_to_a_bound():
    world, recovery = reach(State.COLLECTING)
    waits = []
    for _ in range(6):
        waits.append(recovery._give_up_at - world.now)
        world.now = recovery._give_up_at
        recovery.tick(world.now)
        assert recovery.state is State.IDLE
        recovery._step(Start("again"), world.now)
    assert waits[:4] == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert waits[-1] == limits.BALLOT_PATIENCE_MICROS_MAX


# --- reasons --------------------------------------------------------------------------------------


def settled_world(names="ABC", first="A"):
    """Everybody was heard a moment ago."""
    world = World(names, first)
    world.round(2)
    return world


def reason(world):
    return world["A"].order.recovery.reasons.find(world.now)


def quiet(world, *silent, seconds):
    """Time passes with heartbeats of everybody else."""
    for _ in range(int(seconds * SECOND / BEAT)):
        world.now = type(world.now)(world.now + BEAT)
        for key in world.sites:
            name = key[:1].decode()
            if name != "A" and name not in silent:
                world.beat(name, to="A")
        world["A"].order.suspicion.tick(world.view.keys, world.now)
        world["A"].turn()
        world.drop()


def test_no_reason_while_everybody_is_here():
    world = settled_world()
    quiet(world, seconds=20)
    assert reason(world) is None


def test_p1_a_higher_ballot_ends_a_proposal_and_the_next_try_is_above_it():
    world, recovery = reach(State.COLLECTING)
    world.drop()
    world["B"].take(C, Collect(2, Ballot(7, C)))
    world.drop()
    world["A"].turn()
    recovery._ask(world.now)
    world["A"].turn()
    world.deliver(Collect, to="B")
    world.deliver(Promise)
    assert recovery.state is State.IDLE
    assert recovery.deadline() >= world.now + 0.7 * SECOND, "the other has its time"
    recovery._step(Start("again"), world.now)
    assert world["A"].disk.promised == Ballot(8, A)


def test_p1_who_promises_another_drops_its_own_proposal():
    world, recovery = reach(State.COLLECTING)
    world["A"].take(C, Collect(2, Ballot(7, C)))
    assert recovery.state is State.IDLE
    assert world["A"].disk.promised == Ballot(7, C)


def test_a_member_that_is_silent_for_longer_than_its_rhythm_is_suspected():
    world = settled_world()
    quiet(world, "C", seconds=0.5)
    assert reason(world) is None
    quiet(world, "C", seconds=1.25)
    assert "silent" in reason(world)


def test_a_member_that_another_one_hears_is_not_suspected():
    world = settled_world()
    for _ in range(40):
        world.now = type(world.now)(world.now + BEAT)
        world.beat("C", to="B")
        world.beat("B", to="A")
        world["A"].order.suspicion.tick(world.view.keys, world.now)
        world["A"].turn()
        world.deliver(Probe)
        world.deliver(Probed)
        world.drop()
        assert reason(world) is None


def test_without_a_quorum_there_is_no_reason():
    world = settled_world()
    quiet(world, "B", "C", seconds=20)
    assert reason(world) is None


def test_after_a_sleep_nobody_is_suspected_at_once():
    world = settled_world()
    quiet(world, "C", seconds=20)
    world["A"].order.woke(world.now)
    world.beat("B", to="A")
    assert reason(world) is None


def test_a_lost_token_is_a_reason_after_a_while():
    world = settled_world(first="C")
    world["C"].disk.set_token(None, 0)
    quiet(world, seconds=0.25)
    assert reason(world) is None
    quiet(world, seconds=0.5)
    assert "nobody holds" in reason(world)


def test_a_fence_is_a_reason():
    world = settled_world()
    world["B"].take(A, Collect(2, Ballot(5, A)))
    world.beat("B", to="A")
    assert "fenced" in reason(world)


def test_s4_a_leaver_is_a_reason_once_it_may_say_so():
    world = settled_world()
    world["B"].say()
    world["B"].order.leave()
    world.beat("B", to="A")
    assert reason(world) is None, "its entry is not settled"
    world.flow()
    world.round(2)
    assert world["A"].disk.prim_number == 3
    assert world["A"].disk.views[-1].keys == (A, C)


def test_s4_the_leader_may_leave_itself_out():
    world = settled_world(first="B")
    world["A"].order.leave()
    for _ in range(6):
        world.round()
    assert world["B"].disk.views[-1].keys == (B, C)
    assert world["A"].order.may_stop()


def test_an_admitted_newcomer_is_a_reason():
    world = World("AB", strangers="D")
    world.round(2)
    world.beat("D", to="A")
    assert reason(world) is None, "nobody admitted it"
    world["A"].order.recovery.candidates[D] = None
    assert "join" in reason(world)


def test_a_member_that_nobody_hears_is_suspected_no_later_for_asking_who_does_not_hear_it():
    world = settled_world(first="C")
    start = world.now
    while reason(world) is None:
        world.now = type(world.now)(world.now + 50 * MILLI)
        if (world.now - start) % BEAT == 0:
            world.beat("B", to="A")
        world["A"].order.suspicion.tick(world.view.keys, world.now)
        world["A"].turn()
        world.deliver(Probe)
        world.deliver(Probed)
        world.drop()
    assert world.now - start <= 1_100 * MILLI


def test_a_holder_that_another_one_hears_is_not_missed():
    world = settled_world(first="C")
    start = world.now
    while world.now - start < 6 * SECOND:
        world.now = type(world.now)(world.now + 50 * MILLI)
        if (world.now - start) % BEAT == 0:
            world.beat("C", to="B")
            world.beat("B", to="A")
        world["A"].order.suspicion.tick(world.view.keys, world.now)
        world["A"].turn()
        assert reason(world) is None
        # The answer is on its way for 100 ms.
        if (world.now - start) % (100 * MILLI) == 0:
            world.deliver(Probe)
            world.deliver(Probed)


def gone_at(world, name):
    """How long after A fell silent `name` proposes, seconds; the others are there, and don't."""
    start = world.now
    for _ in range(60):
        world.now = type(world.now)(world.now + 50 * MILLI)
        if (world.now - start) % BEAT == 0:
            for sender in "BC":
                world.beat(sender)
            world.drop()
        site = world[name]
        site.order.tick(world.now)
        site.turn()
        if world.drop(Collect, sender=name):
            return (world.now - start) / SECOND
        world.drop()
    return None


def test_any_member_proposes_when_the_leader_is_gone_the_most_senior_first():
    first, second = gone_at(settled_world(), "B"), gone_at(settled_world(), "C")
    assert first <= 1.1
    assert first + 0.25 <= second <= first + 0.6


def test_members_wait_for_whoever_proposes_already():
    world = settled_world()
    world["C"].take(B, Collect(2, Ballot(1, B)))
    assert gone_at(world, "C") >= 1.2


def test_without_leader_and_token_the_others_make_a_view_of_their_own():
    world = settled_world(first="A")
    del world.sites[A]
    world["B"].say()
    world.round(10)
    assert [world[name].disk.views[-1].keys for name in "BC"] == [(B, C)] * 2
    assert world["B"].log == world["C"].log == ["b1"]
    assert world["B"].disk.settled == 1


def test_a_member_that_knows_of_a_later_view_proposes_nothing():
    world = settled_world()
    world["A"].learn(world.successor("BC", "B"))
    quiet(world, seconds=15)
    assert reason(world) is None


def test_reasons_are_looked_for_once_in_a_while(monkeypatch):
    world = settled_world()
    looks: list[int] = []
    reasons = world["A"].order.recovery.reasons
    monkeypatch.setattr(reasons, "find", looks.append)
    for _ in range(1_000):
        world.now = type(world.now)(world.now + MILLI)
        world["A"].order.recovery.tick(world.now)
    assert len(looks) == SECOND // limits.REASON_CHECK_MICROS
