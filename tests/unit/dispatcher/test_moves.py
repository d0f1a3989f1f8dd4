"""Ordering at home and moving the token (O2, O3, T1 to T5), wishes and permits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.core import limits
from app.core.codec import encode
from app.core.ids import site_of
from app.dispatcher.desk import MoveAsked, TokenMoved, WishRefused
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import (
    Chunk,
    Collect,
    Elsewhere,
    Fetch,
    HandOver,
    Ordered,
    Permit,
    Refusal,
    Submit,
    Wish,
)
from app.dispatcher.moves import Token
from app.dispatcher.placement import Measures, Placement, PolicyName
from app.dispatcher.signing import hand_over_bytes, permit_bytes
from tests.unit.dispatcher.orders import SESSION, A, B, C, D, World, entries_of, seal, sign_as


def permit(world, target, k=1, view=None, leader=A):
    view = view or world.view.id
    return Permit(view, k, target, seal(leader, permit_bytes(SESSION, view, k, target)), b"")


def released(world, target=B):
    """A released the token to `target`; the hand-over is held back."""
    world["A"].take(A, permit(world, target))
    (wire,) = world.drop(HandOver)
    world.drop()
    return wire.frame


def signed_again(frame, **changes):
    frame = replace(frame, **changes)
    return replace(frame, signature=sign_as(A)(hand_over_bytes(SESSION, frame)))


# --- ordering at home -----------------------------------------------------------------------------


def test_o2_who_does_not_hold_the_token_says_where_it_is():
    world = World("ABC")
    world["B"].desk.note_home(0, A)
    world["B"].take(C, Submit(world.view.id, ()))
    assert [wire.frame for wire in world.pick(Elsewhere)] == [Elsewhere(world.view.id, 0, A)]


def test_o3_who_submits_does_not_matter_but_it_has_to_be_a_member():
    world = World("ABC")
    world["B"].disk.reset_queue(entries_of(D, 1))
    world["B"].order.proposer.again()
    world["B"].turn()
    (wire,) = world.drop(Submit)
    world["A"].take(D, wire.frame)
    assert world["A"].log == []
    world["A"].take(C, wire.frame)
    assert world["A"].log == ["d1"]


def test_p3_a_fenced_holder_orders_for_its_own_people_only():
    world = World("ABC")
    world["B"].say()
    world["A"].disk.promise(Ballot(1, A))
    world.flow()
    assert world["A"].log == []
    world["A"].say()
    assert world["A"].log == ["a1"]
    assert world["B"].queue == ["b1"]


def test_too_much_unsettled_takes_no_more_submissions(monkeypatch):
    monkeypatch.setattr(limits, "UNSETTLED_ENTRIES_MAX", 2)
    world = World("ABC")
    for _ in range(4):
        world["B"].say()
    world.deliver(Submit)
    assert world["A"].log == ["b1", "b2"]
    assert world["B"].queue == ["b1", "b2", "b3", "b4"]


def test_what_a_turn_ordered_in_the_view_before_is_not_announced_in_the_next():
    world = World("ABC")
    world["B"].say()
    (wire,) = world.drop(Submit)
    order = world["A"].order
    order.receive(B, wire.frame, world.now)
    order.learn(D, world.successor("ABC", "C"), world.now)
    world["A"].turn()
    assert not world.pick(Ordered)
    assert world["A"].queue == ["b1"]


# --- T1, T2 ---------------------------------------------------------------------------------------


def test_t2_a_release_is_on_disk_with_what_is_to_be_repeated():
    world = World("AB")
    world["A"].say()
    released(world)
    assert world["A"].order.moves.state is Token.RELEASED
    world["A"].start()
    assert (world["A"].disk.hold, world["A"].disk.kmax) == (None, 1)
    world.passes(1)
    assert [wire.to for wire in world.pick(HandOver)] == [B]


def test_t2_what_people_said_before_goes_before_the_hand_over():
    world = World("AB")
    order = world["A"].order
    world["B"].say()
    (wire,) = world.drop(Submit)
    order.receive(B, wire.frame, world.now)
    order.receive(A, permit(world, B), world.now)
    world["A"].turn()
    assert [type(wire.frame) for wire in world.wires] == [Ordered, HandOver]


@pytest.mark.parametrize(
    "wrong", ["k", "view", "target", "itself", "fenced", "signature", "signer"]
)
def test_t1_t2_a_permit_that_is_none_releases_nothing(wrong):
    world = World("ABC")
    frame = {
        "k": permit(world, B, k=2),
        "view": permit(world, B, view=world.successor("AB", "A").view.id),
        "target": permit(world, D),
        "itself": permit(world, A),
        "fenced": permit(world, B),
        "signature": replace(permit(world, B), signature=bytes(64)),
        "signer": permit(world, B, leader=C),
    }[wrong]
    if wrong == "fenced":
        world["A"].disk.promise(Ballot(1, A))
    world["A"].take(A, frame)
    assert world["A"].holds
    assert not world.pick(HandOver)


def test_t2_the_hand_over_is_repeated_until_another_site_shows_the_move():
    world = World("AB")
    frame = released(world)
    world.passes(limits.TOKEN_REPEAT_MICROS)
    assert len(world.drop(HandOver)) == 1
    world["B"].take(A, frame)
    world.drop()
    world.beat("B")
    assert world["A"].order.moves.state is Token.AWAY
    world.passes(10 * limits.TOKEN_REPEAT_MICROS)
    assert not world.pick(HandOver)


def test_t2_the_hand_over_is_void_when_the_view_is_over():
    world = World("ABC")
    frame = released(world)
    for name in "ABC":
        world[name].learn(world.successor("ABC", "C"))
    world["B"].take(A, frame)
    world.passes(limits.TOKEN_REPEAT_MICROS)
    assert not world["B"].holds
    assert not world.pick(HandOver)


def test_t4_the_source_never_takes_back_also_after_a_crash():
    world = World("AB")
    released(world)
    for _ in range(3):
        world["A"].start()
        world.passes(limits.TOKEN_REPEAT_MICROS)
        assert not world["A"].holds


# --- T3 -------------------------------------------------------------------------------------------


def test_t3_the_target_takes_token_log_and_accounts_and_orders_its_queue():
    world = World("AB")
    world["A"].say(2)
    world.drop()
    world["B"].say()
    world.drop()
    world["B"].take(A, released(world))
    assert world["B"].log == ["a1", "a2", "b1"]
    assert str(world["B"].order.epoch) == "2.1"
    world["B"].start()
    assert (world["B"].disk.hold, world["B"].disk.kmax) == (1, 1)


def test_t3_the_log_that_does_not_fit_the_frame_is_fetched_first():
    world = World("AB")
    world["A"].say(30, bytes(5_000))
    world.drop()
    world["B"].take(A, released(world))
    assert not world["B"].holds
    world.flow()
    assert world["B"].holds
    assert world["B"].disk.log.length == 30


@pytest.mark.parametrize(
    "wrong", ["target", "k", "view", "signature", "sender", "fenced", "moving"]
)
def test_t3_a_hand_over_that_is_none_is_not_taken(wrong):
    world = World("ABC")
    frame = released(world)
    taker = "C" if wrong == "target" else "B"
    changes: dict[str, Any] = {
        "k": {"k": 0},
        "view": {"view": world.successor("AB", "A").view.id},
        "signature": {},
    }
    if wrong in changes:
        frame = signed_again(frame, **changes[wrong])
    if wrong == "signature":
        frame = replace(frame, briefcase=encode(["", 0, b"x"]))
    if wrong == "fenced":
        world["B"].take(A, Collect(2, Ballot(1, A)))
    if wrong == "moving":
        base = (1, bytes(32))
        world["B"].learn(world.successor("ABC", "C", base=base))
        assert world["B"].disk.following_number
    world[taker].take(C if wrong == "sender" else A, frame)
    assert not world[taker].holds


def test_t3_an_unreadable_briefcase_is_refused_before_anything_is_taken():
    world = World("AB")
    frame = signed_again(released(world), briefcase=encode([1, 2]))
    world["B"].take(A, frame)
    assert world.refused == 1
    assert world["B"].disk.hold is None
    assert world["B"].order.moves.pending is None


def test_t3_unreadable_accounts_begin_empty_and_the_token_moves():
    world = World("AB")
    frame = signed_again(released(world), briefcase=encode(["COMMAND", 0, b"nonsense"]))
    world["B"].take(A, frame)
    assert world["B"].holds
    assert world["B"].order.advice.placement is not None


def test_t3_a_kept_hand_over_is_dropped_when_the_view_is_over():
    world = World("AB")
    world["A"].say(30, bytes(5_000))
    world.drop()
    world["B"].take(A, released(world))
    world.deliver(Fetch)
    (chunk,) = world.drop(Chunk)
    world["B"].learn(world.successor("AB", "A", base=(0, SESSION)))
    world["B"].take(A, chunk.frame)
    world.flow()
    assert not world["B"].holds


# --- wishes and permits ---------------------------------------------------------------------------


def wish(world, target, *, asker="B", person=True, token=7):
    frame = Wish(world.view.id, target, by_person=person, token=token)
    world["A"].take(world[asker].key, frame)
    return [wire.frame.reason for wire in world.drop(Refusal)]


def test_t1_a_persons_wish_moves_the_token_and_all_are_told_why():
    world = World("ABC")
    world.round(1)
    world["B"].order.wish(C, 7, world.now)
    world["B"].turn()
    world.flow()
    world.round(1)
    assert world["C"].holds
    for name in "ABC":
        (moved,) = [out for out in world[name].out if isinstance(out, TokenMoved)]
        assert (moved.source, moved.target, moved.k, moved.reason) == (
            A,
            C,
            1,
            f"COMMAND {site_of(B)}",
        )


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("home", "there already"),
        ("stranger", "not a member"),
        ("silent", "unreachable"),
        ("leaving", "leaving"),
        ("fixed", "fixed"),
        ("on its way", "on its way"),
        ("promised", "somebody else"),
        ("view", "members are changing"),
    ],
)
def test_t1_a_wish_is_refused_in_words(case, words):
    world = World("ABC", first="B" if case == "promised" else "A")
    if case != "silent":
        world.round(1)
    if case == "leaving":
        world["C"].order.leave()
        world.beat("C", to="A")
    elif case == "fixed":
        world["A"].order.set_policy("fixed")
    elif case == "on its way":
        released(world)
    elif case == "promised":
        assert wish(world, A) == []
    elif case == "view":
        world["A"].learn(world.successor("ABC", "A"))
        world.drop()
    target = {"home": A, "stranger": D}.get(case, C)
    (reason,) = wish(world, target)
    assert words in reason


def test_a_refused_person_is_told_and_placement_is_not_shown():
    world = World("ABC")
    world["B"].take(A, Refusal(7, "no"))
    world["B"].take(A, Refusal(0, "no"))
    world["B"].take(C, Refusal(8, "not by the leader"))
    assert [out for out in world["B"].out if isinstance(out, WishRefused)] == [WishRefused(7, "no")]


def test_where_others_have_a_say_they_are_asked_before_a_permit():
    world = World("ABC", first="B")
    world.round(1)
    site = world["A"]
    site.order.vets = True
    site.order.wish(C, 3, world.now)
    site.turn()
    (asked,) = [out for out in site.out if isinstance(out, MoveAsked)]
    assert (asked.sender, asked.wish.target) == (A, C)
    site.order.vetted(asked.sender, asked.wish, "not there", world.now)
    site.turn()
    assert WishRefused(3, "not there") in site.out
    assert not world.pick(Permit)
    site.order.vetted(asked.sender, asked.wish, "", world.now)
    site.turn()
    assert [wire.frame.target for wire in world.pick(Permit)] == [C]


def test_placements_own_wish_tells_where_it_would_have_gone():
    world = World("ABC", first="B")
    world["B"].order.leave()
    world.beat("A", to="B")
    world["B"].order.tick(world.now)
    target = world["B"].order.advice.wished
    assert target is not None
    world["B"].take(A, Refusal(0, "no"))
    refused = [out for out in world["B"].out if isinstance(out, WishRefused)]
    assert refused == [WishRefused(0, "no", target)]


def test_a_wish_without_an_answer_counts_as_refused_after_a_while():
    world = World("ABC", first="B")
    advice = world["B"].order.advice
    world["B"].order.leave()
    world.beat("A", to="B")
    world["B"].order.tick(world.now)
    world["B"].turn()
    assert [wire.frame.token for wire in world.drop(Wish)] == [0]
    assert advice._wished_at is not None
    world.passes(limits.PERMIT_PATIENCE_MICROS)
    assert advice._wished_at is None
    world.beat("A", to="B")
    world.passes(limits.PERMIT_REPEAT_MICROS)
    assert world.pick(Wish), "it asks again"


def test_s4_a_leaving_home_that_is_refused_does_not_ask_with_every_turn():
    world = World("ABC", first="B")
    world["B"].order.leave()
    for _ in range(10):
        world.beat("A", to="B")
        world["B"].order.tick(world.now)
        world["B"].turn()
        world["B"].take(A, Refusal(0, "no"))
    assert len(world.pick(Wish)) == 1


def test_s4_a_leaver_without_the_token_waits_for_no_turn_of_its_own():
    world = World("ABC", first="B")
    order = world["B"].order
    order.leave()
    order.disk.set_token(None, 0)
    world["B"].turn()
    order.tick(world.now)
    assert order.advice.placement is not None
    assert order.advice.deadline() is None


# --- placement at the home ------------------------------------------------------------------------


def at_home(world, name) -> Placement:
    placement: Placement | None = world[name].order.advice.placement
    assert placement is not None
    return placement


def test_a_new_home_has_measures_and_policy_at_once():
    world = World("AB")
    measures = Measures()
    world["B"].order.set_measures(measures)
    world["B"].order.set_policy("manual")
    world["B"].take(A, released(world))
    placement = at_home(world, "B")
    assert placement.ledger.measures is measures
    assert placement.policy.name is PolicyName.MANUAL


def test_the_same_home_keeps_its_accounts_in_the_next_view():
    world = World("ABC")
    before = at_home(world, "A")
    world["A"].learn(world.successor("AB", "A"))
    assert world["A"].order.advice.placement is before
    assert len(before.ledger.members) == 2


def test_a_home_after_a_lost_one_begins_empty_and_stays_a_while():
    world = World("ABC")
    world.now = type(world.now)(5_000_000)
    world["B"].learn(world.successor("BC", "B", voters="BC"))
    placement = at_home(world, "B")
    assert placement.adaptive.last == world.now


def test_who_is_not_the_home_any_more_forgets_its_accounts():
    world = World("ABC")
    world["A"].learn(world.successor("ABC", "B"))
    assert world["A"].order.advice.placement is None


def test_the_age_of_what_waits_is_told_to_placement():
    world = World("AB")
    world["A"].order.set_backlog(70_000)
    assert at_home(world, "A").ledger.backlog_micros == 70_000
