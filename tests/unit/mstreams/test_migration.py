"""Every (state, input) pair of a stream's migration at one site, and what each rule says."""

from __future__ import annotations

from typing import get_args

import pytest

from app.core.errors import Bug
from app.mstreams import rules
from app.mstreams.epochs import StreamEpoch, primary_epoch
from app.mstreams.frames import StreamHandOver
from app.mstreams.migration import (
    TRANSITIONS,
    Created,
    HandlersDone,
    HandOverArrived,
    Input,
    Migration,
    PermitArrived,
    PermitRefused,
    State,
    SuccessorSeen,
    Superseded,
    ViewChanged,
)
from tests.unit.mstreams.world import key_of

A, B, C = key_of(0), key_of(1), key_of(2)


def epoch(view: int, k: int) -> StreamEpoch:
    return primary_epoch((view, k))


HAND_OVER = StreamHandOver("s", epoch(1, 3), B, (), (), ())
INPUTS: list[Input] = [
    Created(epoch(2, 0)),
    HandOverArrived(HAND_OVER),
    PermitArrived(B),
    HandlersDone(HAND_OVER),
    SuccessorSeen(),
    Superseded(epoch(2, 0)),
    PermitRefused(),
    ViewChanged(),
]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("given", INPUTS, ids=lambda given: type(given).__name__)
def test_every_pair_steps_as_the_table_says_or_is_a_bug(state, given):
    migration = Migration(state, epoch(1, 2), HAND_OVER if state is State.RELEASED else None)
    row = TRANSITIONS.get((state, type(given)))
    if row is None:
        with pytest.raises(Bug):
            migration.handle(given)
        assert migration.state is state
        return
    migration.handle(given)
    assert migration.state is row[0]
    assert (migration.hand_over is not None) == (migration.state is State.RELEASED)
    assert (migration.target is not None) == (
        migration.state is State.PERMITTED and state is State.HOME
    )


def test_all_inputs_are_in_the_walk():
    assert {type(given) for given in INPUTS} == set(get_args(Input))


def test_every_action_of_the_table_exists():
    for _, action in TRANSITIONS.values():
        assert callable(getattr(Migration(), f"_{action}"))


def test_a_release_is_never_taken_back_within_its_view():
    ways_home = [
        given
        for (state, given), (to, _) in TRANSITIONS.items()
        if state is State.RELEASED and to is not State.GONE
    ]
    assert set(ways_home) == {HandOverArrived, Created}


def test_the_first_of_two_permits_stands():
    migration = Migration(State.HOME, epoch(1, 0))
    migration.handle(PermitArrived(B))
    migration.handle(PermitArrived(C))
    assert migration.target == B


@pytest.mark.parametrize(
    ("known", "offered", "names_us", "taken"),
    [
        (None, epoch(1, 1), True, True),
        (None, epoch(1, 1), False, False),
        (epoch(1, 1), epoch(1, 1), True, False),
        (epoch(1, 2), epoch(1, 1), True, False),
        (epoch(1, 2), epoch(1, 3), True, True),
        (None, epoch(2, 1), True, False),
        (None, epoch(0, 9), True, False),
    ],
)
def test_t3_takes_what_names_us_in_the_registered_view_and_goes_further(
    known, offered, names_us, taken
):
    assert rules.take_hand_over(known, epoch(1, 0), offered, names_us) is taken


@pytest.mark.parametrize(
    ("seen", "by_target", "over"),
    [
        (epoch(1, 2), True, False),
        (epoch(1, 3), True, True),
        (epoch(1, 3), False, False),
        (epoch(1, 4), False, True),
        (epoch(2, 9), True, False),
    ],
)
def test_t4_a_hand_over_is_over_only_when_the_target_took_it(seen, by_target, over):
    assert rules.hand_over_is_over(epoch(1, 3), seen, by_target) is over


@pytest.mark.parametrize(
    ("known", "named", "made"),
    [
        (None, epoch(1, 0), True),
        (None, epoch(1, 1), False),
        (epoch(1, 0), epoch(1, 0), False),
        (epoch(1, 4), epoch(1, 0), False),
        (epoch(1, 4), epoch(2, 0), True),
    ],
)
def test_t5_an_entry_makes_a_home_once(known, named, made):
    assert rules.creates_home(known, named) is made


@pytest.mark.parametrize(
    ("permitted", "by_leader", "good"),
    [
        (epoch(1, 3), True, True),
        (epoch(1, 3), False, False),
        (epoch(1, 2), True, False),
        (epoch(1, 4), True, False),
        (epoch(2, 3), True, False),
    ],
)
def test_t1_a_permit_is_void_for_any_other_view_or_move(permitted, by_leader, good):
    assert rules.permits(epoch(1, 2), permitted, A if by_leader else B, A) is good


def test_t6_epochs_compare_view_first():
    assert epoch(2, 0) > epoch(1, 9)
    assert StreamEpoch(1, 1, b"x" * 10, 0) > epoch(1, 9)
