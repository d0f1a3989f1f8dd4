"""The published policy, exactly."""

from __future__ import annotations

import pytest

from app.core.errors import LocalError
from app.core.limits import PAPER_COUNT_MAX
from app.dispatcher.placement import (
    ADAPTIVE,
    FIXED,
    MANUAL,
    Kind,
    Policy,
    PolicyName,
    Reason,
    parse_policy,
)
from tests.unit.dispatcher.placement_cases import (
    SITES,
    Entry,
    Session,
    dialogue,
    equal,
    every,
    micros,
)


@pytest.mark.parametrize(
    ("authors", "home", "target"),
    [
        ([1, 1, 2, 0], 0, 1),
        ([1, 1, 2, 2], 0, 1),
        ([1, 1, 0, 0], 0, None),
        ([1, 2, 2, 1], 2, None),
        ([0, 1, 2, 2], 0, 2),
    ],
)
def test_every_kth_entry_goes_to_the_highest_counter(
    authors: list[int], home: int, target: int | None
) -> None:
    session = Session(equal(), policy=Policy(PolicyName.PAPER, 4), home=home)
    placement = session.placement
    decisions = [placement.on_ordered(micros(at), SITES[a]) for at, a in enumerate(authors)]
    assert all(decision.kind is Kind.STAY for decision in decisions[:3])
    last = decisions[3]
    if target is None:
        assert last.kind is Kind.STAY
    else:
        assert (last.kind, last.target, last.reason) == (Kind.MOVE, SITES[target], Reason.COUNT)
        assert (last.regret, last.price) == (2, 4)
    # The counters are zero again, also after a stay: three more entries decide nothing.
    later = [placement.on_ordered(micros(10 + at), SITES[2]) for at in range(3)]
    assert all(decision.kind is Kind.STAY for decision in later)


@pytest.mark.parametrize(("count", "moves"), [(10, 137), (50, 27)])
def test_a_quick_dialogue_makes_it_oscillate(count: int, moves: int) -> None:
    session = Session(equal(rtt_ms=200), policy=Policy(PolicyName.PAPER, count))
    assert len(session.run(dialogue(300_000))) == moves


def test_it_counts_raw_entries() -> None:
    session = Session(equal(), policy=Policy(PolicyName.PAPER))
    assert session.until_move(every(1, 1, end=1_000)) == (49, 1, 50)


def test_while_a_move_is_under_way_it_stays() -> None:
    session = Session(equal(), policy=Policy(PolicyName.PAPER, 2))
    session.placement.moving(under_way=True)
    talk: list[Entry] = list(every(1, 100, end=150))
    assert session.reasons(talk)[-1] is Reason.MOVING


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("adaptive", ADAPTIVE),
        ("fixed", FIXED),
        ("manual", MANUAL),
        ("paper", Policy(PolicyName.PAPER, 50)),
        ("paper:10", Policy(PolicyName.PAPER, 10)),
    ],
)
def test_policies_have_a_text_form(text: str, policy: Policy) -> None:
    assert parse_policy(text) == policy
    assert parse_policy(str(policy)) == policy


@pytest.mark.parametrize(
    "text", ["", "Paper", "paper:", "paper:0", "paper:-1", f"paper:{PAPER_COUNT_MAX + 1}", "score"]
)
def test_other_texts_are_refused_with_what_is_possible(text: str) -> None:
    with pytest.raises(LocalError, match="adaptive, paper, paper:K"):
        parse_policy(text)
