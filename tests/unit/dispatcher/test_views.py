"""Views, quorums and certificates (ORDER.md 1, P7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.errors import RemoteError
from app.dispatcher.certificates import check_first, check_next
from app.dispatcher.epochs import Ballot
from app.dispatcher.views import (
    CERTIFICATE_CODEC,
    Member,
    accepted_bytes,
    founding,
    is_quorum,
    view_hash,
    well_formed,
)
from tests.unit.dispatcher.orders import (
    FOUNDING,
    GENESIS,
    NONCE,
    SESSION,
    A,
    B,
    C,
    D,
    certify,
    next_view,
    sign_as,
    verify,
)

TWO = next_view(GENESIS, [A, B], A)
THREE = next_view(GENESIS, [A, B, C], A)
FOUR = next_view(GENESIS, [A, B, C, D], A)


@pytest.mark.parametrize(
    ("view", "present", "answer"),
    [
        (GENESIS, [A], True),
        (TWO, [A], True),
        (TWO, [B], False),
        (THREE, [A, B], True),
        (THREE, [B, C], True),
        (THREE, [A], False),
        (FOUR, [A, C], True),
        (FOUR, [B, D], False),
        (FOUR, [B, C, D], True),
        (TWO, [B, C, D], False),
        (TWO, [B, B], False),
        (TWO, [], False),
    ],
)
def test_a_quorum_is_more_than_half_or_half_with_the_first(view, present, answer):
    assert is_quorum(view, present) is answer
    assert is_quorum(view, iter(present)) is answer


def test_p7_two_quorums_of_a_view_always_meet():
    keys = FOUR.keys
    sets = [[k for place, k in enumerate(keys) if bits >> place & 1] for bits in range(16)]
    quorums = [chosen for chosen in sets if is_quorum(FOUR, chosen)]
    assert all(set(one) & set(other) for one in quorums for other in quorums)


def test_the_session_is_named_by_its_founding():
    check_first(FOUNDING, SESSION, verify)
    assert FOUNDING.view.id.number == 1
    assert FOUNDING.view.members == (Member(A, 1),)


@pytest.mark.parametrize(
    "forged",
    [
        founding(A, NONCE, bytes(64)),
        founding(B, NONCE, sign_as(B)(b"")),
        replace(FOUNDING, nonce=bytes(15)),
        replace(FOUNDING, view=replace(GENESIS, next_location=9)),
        replace(FOUNDING, votes=((B, FOUNDING.votes[0][1]),)),
    ],
)
def test_another_founding_is_refused(forged):
    with pytest.raises(RemoteError):
        check_first(forged, SESSION, verify)


def test_p7_a_quorum_of_the_view_before_decides():
    decided = certify(next_view(THREE, [A, B, C, D], B), [A, B])
    check_next(THREE, decided, verify)


def forgeries():
    view = next_view(THREE, [A, B, C, D], B)
    good = certify(view, [A, B])
    votes = good.votes
    return {
        "one of three": certify(view, [A]),
        "new members": certify(next_view(TWO, [B, C, D], C), [B, C, D]),
        "one vote twice": replace(good, votes=(votes[0], votes[0])),
        "another ballot": replace(good, ballot=Ballot(2, A)),
        "another view": replace(good, view=next_view(THREE, [A, B], B)),
        "a vote of nobody": replace(good, votes=(votes[0], (B, bytes(64)))),
        "a view left out": certify(replace(view, number=4), [A, B, C]),
        "another session": certify(replace(view, session=bytes(32)), [A, B, C]),
        "a branch": certify(replace(view, branch=1), [A, B, C]),
        "first is no member": certify(replace(next_view(THREE, [A, B], B), first=D), [A, B, C]),
        "a location twice": certify(replace(view, members=(Member(A, 1), Member(B, 1))), [A, B, C]),
        "a member twice": certify(replace(view, members=(Member(A, 1), Member(A, 2))), [A, B, C]),
        "a location to come": certify(replace(view, next_location=2), [A, B, C]),
    }


@pytest.mark.parametrize("name", forgeries())
def test_p7_nothing_else_decides(name):
    before = TWO if name == "new members" else THREE
    with pytest.raises(RemoteError):
        check_next(before, forgeries()[name], verify)


def test_either_half_cannot_decide():
    check_next(FOUR, certify(next_view(FOUR, [A, C], A), [A, C]), verify)
    with pytest.raises(RemoteError):
        check_next(FOUR, certify(next_view(FOUR, [B, D], B), [B, D]), verify)


def test_a_vote_covers_ballot_and_view():
    assert accepted_bytes(TWO, Ballot(1, A)) != accepted_bytes(TWO, Ballot(2, A))
    assert accepted_bytes(TWO, Ballot(1, A)) != accepted_bytes(THREE, Ballot(1, A))
    assert view_hash(TWO) != view_hash(replace(TWO, base_chain=bytes(32)))


def test_certificates_travel():
    assert CERTIFICATE_CODEC.decode(CERTIFICATE_CODEC.encode(FOUNDING)) == FOUNDING


def test_members_keep_their_locations_and_strangers_have_none():
    view = next_view(THREE, [C, A, D], A)
    assert [view.location(key) for key in (C, A, D, B)] == [3, 1, 4, 0]
    assert view.session_leader == C
    assert well_formed(view)
