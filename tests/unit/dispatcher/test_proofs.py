"""Two orders of one signer, two votes under one ballot: found, passed on, left out (H1, H2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.dispatcher.desk import Convicted
from app.dispatcher.epochs import Ballot, ViewId
from app.dispatcher.messages import Accepted, Head, Ordered, TwoOrders, TwoVotes, Vote
from app.dispatcher.proofs import Proofs
from app.dispatcher.signing import head_bytes
from app.dispatcher.views import vote_bytes
from tests.unit.dispatcher.orders import SESSION, A, B, C, World, sign_as

ONE, OTHER = b"1" * 32, b"2" * 32


def head(view=2, index=1, chain=ONE, k=0, signer=A):
    signature = sign_as(signer)(head_bytes(SESSION, ViewId(view), k, index, chain))
    return Head(signer, ViewId(view), k, index, chain, signature)


def vote(digest=ONE, n=1, number=2, signer=A):
    ballot = Ballot(n, B)
    signature = sign_as(signer)(vote_bytes(SESSION, number, ballot, digest))
    return Vote(number, ballot, digest, signature)


def test_h1_a_holder_that_tells_two_orders_is_found_out_and_left_out():
    world = World("ABC")
    world.round(2)
    twin = World("ABC")
    world["A"].say()
    world.drop(Ordered, to="C")
    world.flow()
    twin["A"].say(body=b"another")
    (wire,) = twin.pick(Ordered, to="C")
    world["C"].take(A, wire.frame)
    world["A"].order.beat()
    assert world["B"].log == world["C"].log == ["a1"]
    world.beat("B", to="C")
    assert list(world["C"].desk.convicted) == [A]
    world.flow()
    assert list(world["B"].desk.convicted) == [A]
    world.round(12)
    assert world["B"].disk.views[-1].keys == (B, C)


@pytest.mark.parametrize(
    "other",
    [head(view=3, chain=OTHER), head(index=2, chain=OTHER), head(k=1), head(chain=OTHER, signer=B)],
    ids=["another view", "another index", "the same chain", "another signer"],
)
def test_h1_what_an_honest_site_may_sign_convicts_nobody(other):
    world = World("ABC")
    proofs = world["C"].order.proofs
    proofs.see_head(head(), world.now)
    proofs.see_head(other, world.now)
    assert not world["C"].desk.convicted


def test_h1_a_head_that_nobody_signed_convicts_nobody():
    world = World("ABC")
    proofs = world["C"].order.proofs
    proofs.see_head(head(), world.now)
    proofs.see_head(replace(head(chain=OTHER), signature=bytes(64)), world.now)
    assert not world["C"].desk.convicted


def test_h2_two_votes_under_one_ballot_are_a_proof():
    world = World("ABC")
    for digest in (ONE, OTHER):
        item = vote(digest)
        world["B"].take(A, Accepted(item.number, item.ballot, item.hash, item.signature))
    assert list(world["B"].desk.convicted) == [A]
    assert [wire.frame.signer for wire in world.pick(TwoVotes)] == [A]
    assert any(isinstance(output, Convicted) for output in world["B"].out)


def test_h2_votes_under_two_ballots_are_none():
    world = World("ABC")
    for item in (vote(ONE), vote(OTHER, n=2)):
        world["B"].take(A, Accepted(item.number, item.ballot, item.hash, item.signature))
    assert not world["B"].desk.convicted


def test_h2_a_proof_is_kept_over_a_restart():
    world = World("ABC")
    world["C"].take(B, TwoOrders(head(), head(chain=OTHER)))
    raw = world["C"].storage.fields["proofs"]
    world["C"].desk.convicted.clear()
    Proofs(world["C"].desk, raw)
    assert list(world["C"].desk.convicted) == [A]


@pytest.mark.parametrize(
    "frame",
    [
        TwoOrders(head(), head(view=3, chain=OTHER)),
        TwoOrders(head(), head(chain=OTHER, signer=B)),
        TwoOrders(head(), replace(head(chain=OTHER), signature=bytes(64))),
        TwoVotes(A, vote(), vote()),
        TwoVotes(A, vote(), vote(OTHER, n=2)),
        TwoVotes(A, vote(), vote(OTHER, signer=B)),
    ],
    ids=["views", "signers", "unsigned", "same vote", "ballots", "not its votes"],
)
def test_a_proof_that_proves_nothing_is_refused(frame):
    world = World("ABC")
    world["C"].take(B, frame)
    assert world.refused == 1
    assert not world["C"].desk.convicted


def test_a_convicted_site_gets_no_permit():
    world = World("ABC")
    world.round(2)
    world["A"].desk.convicted[C] = None
    world["B"].order.wish(C, 1, world.now)
    world["B"].turn()
    world.flow()
    assert not world["C"].holds
