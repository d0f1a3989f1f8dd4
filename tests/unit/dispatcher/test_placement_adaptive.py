"""When the adaptive policy moves the dispatcher, entry by entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.instant import MILLI, SECOND
from app.dispatcher.placement import DEFAULT, Costs, Kind, Reason, Stroke, Tuning
from app.dispatcher.placement.adaptive import Adaptive, Situation
from tests.unit.dispatcher.placement_cases import (
    SITES,
    Session,
    dialogue,
    equal,
    every,
    merged,
    micros,
    with_loss,
)

BAD_ONE = {(1, 0): 0.2, (1, 2): 0.2, (1, 3): 0.2}


def test_a_lone_talker_gets_it_at_the_eighth_entry() -> None:
    session = Session(equal())
    reasons = session.reasons(every(1, 100, end=700))
    assert session.regret == [0, 470.75, 0]
    assert {reason.name for reason in reasons} == {"BELOW_PRICE"}
    decision = session.placement.on_ordered(micros(700), SITES[1])
    assert decision.kind is Kind.MOVE
    assert decision.target == SITES[1]
    assert decision.reason is Reason.REGRET
    assert decision.regret == 538
    assert decision.price == 500
    assert decision.gain_ms == pytest.approx(77.5)
    assert decision.wait_ms == 100
    assert decision.runner_up == SITES[2]


@pytest.mark.parametrize(("delay", "entries"), [(0.3, 37), (10, 21), (50, 8), (100, 5), (150, 3)])
def test_the_farther_the_talker_the_sooner_it_moves(delay: float, entries: int) -> None:
    session = Session(equal(rtt_ms=2 * delay))
    moved = session.until_move(every(1, 100, end=10_000))
    assert moved is not None
    assert moved[1:] == (1, entries)


def test_without_the_tail_a_local_network_is_hardly_worth_a_move() -> None:
    session = Session(equal(rtt_ms=0.6), tuning=replace(DEFAULT, tail_ms=0.0))
    moved = session.until_move(every(1, 100, end=200_000))
    assert moved is not None
    assert moved[:2] == (155_000, 1)


def test_a_flood_counts_once_a_slot() -> None:
    session = Session(equal())
    reasons = session.reasons(every(1, 20, end=361))
    assert len(reasons) == 19
    assert [reason is not Reason.SAME_SLOT for reason in reasons].count(True) == 8
    assert session.home == 1
    raw = Session(equal(), tuning=replace(DEFAULT, slot_micros=1))
    assert raw.until_move(every(1, 20, end=1_000)) == (140, 1, 8)


def test_equals_who_interleave_do_not_pull_it_away() -> None:
    session = Session(equal())
    for at, author, stroke in merged(every(1, 100), every(0, 100, start=50), end=20_000):
        assert session.entry(at, author, stroke).kind is Kind.STAY
        if author == 0:
            assert session.regret == [0, 0, 0]


def test_a_talker_with_two_lurkers_gets_it() -> None:
    session = Session(equal())
    talk = merged(every(1, 100), every(0, 400, start=30), every(2, 400, start=230), end=5_000)
    moved = session.until_move(talk)
    assert moved is not None
    assert moved[:2] == (1_100, 1)


@pytest.mark.parametrize(
    ("more", "profit", "moved_at", "heat"),
    [(0, 0.0, 1_700, 1.0), (19, 1472.5, 3_400, 1.0), (20, 1550.0, 3_500, 0.0)],
)
def test_a_move_that_did_not_pay_raises_the_price(
    more: int, profit: float, moved_at: float, heat: float
) -> None:
    session = Session(equal())
    session.run(every(1, 100, end=701))
    assert session.home == 1
    session.run(every(1, 100, start=800, end=800 + 100 * more))
    assert session.placement.adaptive.profit == profit
    start = 800 + 100 * more
    reasons = session.reasons(every(2, 100, start=start, end=moved_at))
    if more == 0:
        # Eight entries are enough at 1,500; the stay of a second lasts until 1,700.
        assert reasons[-2:] == [Reason.DWELL, Reason.DWELL]
    assert session.home == 1
    session.entry(moved_at, 2)
    assert session.home == 2
    judgement = session.judgements[-1]
    assert judgement is not None
    assert judgement.heat == pytest.approx(heat)
    assert judgement.paid is (heat == 0)
    assert session.placement.adaptive.heat(session.now(moved_at)) == pytest.approx(heat)


def test_a_poor_talker_does_not_get_it_but_a_poor_home_lets_go() -> None:
    measures = with_loss(equal(4), BAD_ONE)
    session = Session(measures, members=4)
    reasons = session.reasons(every(1, 100, end=30_000))
    assert reasons[-1] is Reason.TARGET_POOR
    assert session.regret[1] == pytest.approx(30_862.5)
    away = Session(measures, members=4, home=1)
    moved = away.until_move(every(2, 100, end=10_000))
    assert moved is not None
    assert moved[:2] == (300, 2)


def test_a_poor_home_may_give_it_to_a_poor_site() -> None:
    losses = {(site, other): 0.2 for site in (1, 2) for other in range(6) if site != other}
    session = Session(with_loss(equal(6), losses), members=6, home=1)
    moved = session.until_move(every(2, 100, end=10_000))
    assert moved is not None
    assert moved[1] == 2


@pytest.mark.parametrize("author", [0, 1])
def test_a_full_home_lets_go_whatever_the_brakes_say(author: int) -> None:
    session = Session(equal(uplinks={0: 20}), rate=8.5, tokens=0, last=0)
    decision = session.entry(10, author)
    assert decision.kind is Kind.MOVE
    assert decision.target == SITES[1]
    assert decision.reason is Reason.HOME_FULL


def test_an_uplink_is_learned_by_running_into_it_and_forgotten_after_ten_minutes() -> None:
    session = Session(equal(), rate=8.5)
    session.placement.backlog(150 * MILLI)
    session.entry(0, 0)
    assert not session.placement.ledger.learned
    session.placement.backlog(151 * MILLI)
    session.entry(100, 0)
    limit, seen = session.placement.ledger.learned[SITES[0]]
    assert seen == micros(100)
    assert limit == pytest.approx(2 * session.placement.ledger.rate.at(micros(100)))
    session.placement.backlog(0)
    session.run(every(0, 2_500, start=10_000, end=599_000))
    assert SITES[0] in session.placement.ledger.learned
    session.run(every(0, 2_500, start=600_200, end=604_000))
    assert not session.placement.ledger.learned


def test_a_learned_limit_sends_the_dispatcher_away() -> None:
    session = Session(equal(), rate=9)
    session.placement.backlog(200 * MILLI)
    moved = session.until_move(merged(every(0, 100), end=3_000))
    assert moved is not None
    assert moved[1] == 1
    # What home 0 learned has travelled with the briefcase.
    assert list(session.placement.ledger.learned) == [SITES[0]]


def _flat(row: tuple[float, ...]) -> Costs:
    size = len(row)
    return Costs(
        table=(row,) * size,
        own=(row,) * size,
        load=(0.0,) * size,
        full=(False,) * size,
        loss=(0.0,) * size,
        poor=(False,) * size,
    )


def test_less_than_the_slack_never_moves_it_and_a_little_more_does() -> None:
    adaptive = Adaptive(3, micros(0), DEFAULT)

    def entry(slot: int, costs: Costs) -> bool:
        now = micros(100 * slot)
        assert adaptive.count(now, 2, 0, costs)
        return adaptive.decide(now, Situation(0, costs, (), {})).moves

    assert not any(entry(slot, _flat((100, 92, 150))) for slot in range(1_000))
    answers = [entry(slot, _flat((100, 85, 150))) for slot in range(1_000, 1_100)]
    assert answers.index(True) == 99


def test_a_quick_dialogue_does_not_make_it_oscillate() -> None:
    moves = Session(equal(rtt_ms=200)).run(dialogue(300_000))
    assert len(moves) == 9
    minutes = [sum(at // 60_000 == minute for at, _ in moves) for minute in range(5)]
    assert minutes == [6, 0, 1, 1, 1]


def test_without_rising_prices_the_dialogue_would() -> None:
    session = Session(equal(rtt_ms=200), tuning=replace(DEFAULT, rise=1.0))
    # One more falls into the rest of the last turn.
    assert sum(at < 300_000 for at, _ in session.run(dialogue(300_000))) == 63


def test_courtesy_to_a_stroke_lasts_three_seconds() -> None:
    session = Session(equal())
    assert session.entry(0, 2, Stroke.BEGIN).kind is Kind.STAY
    reasons = session.reasons(every(1, 100, start=50, end=3_050))
    assert reasons.index(Reason.STROKE) == 7
    assert set(reasons[:7]) == {Reason.BELOW_PRICE}
    assert set(reasons[7:]) == {Reason.STROKE}
    assert session.entry(3_050, 1).kind is Kind.MOVE
    assert session.home == 1


def test_a_stroke_is_as_old_as_its_first_entry() -> None:
    session = Session(equal())
    session.entry(0, 2, Stroke.BEGIN)
    session.run(every(1, 100, start=50, end=2_950))
    session.entry(2_900, 2, Stroke.WITHIN)
    session.entry(2_901, 2, Stroke.BEGIN)
    assert session.entry(3_050, 1).kind is Kind.MOVE


def test_a_full_home_does_not_wait_for_a_stroke() -> None:
    session = Session(equal(uplinks={0: 20}), rate=8.5)
    decision = session.entry(0, 2, Stroke.BEGIN)
    assert (decision.kind, decision.target) == (Kind.MOVE, SITES[2])
    crowded = Session(equal(uplinks={0: 20}), rate=8.5)
    crowded.placement.moving(under_way=True)
    crowded.entry(0, 2, Stroke.BEGIN)
    crowded.placement.moving(under_way=False)
    crowded.placement.leaving((SITES[2],))
    decision = crowded.entry(50, 1)
    assert (decision.kind, decision.target) == (Kind.MOVE, SITES[1])


def test_all_accounts_are_empty_after_an_arrival() -> None:
    session = Session(equal())
    session.run(every(1, 100, end=500))
    session.placement.arrived(micros(500), SITES[2])
    assert session.regret == [0, 0, 0]


def test_who_draws_may_have_it_in_the_middle_of_the_stroke() -> None:
    session = Session(equal())
    session.entry(0, 1, Stroke.BEGIN)
    drawing = ((at, author, Stroke.WITHIN) for at, author, _ in every(1, 100, start=100))
    moved = session.until_move(drawing)
    assert moved is not None
    assert moved[:2] == (700, 1)


def test_the_end_of_a_stroke_decides_though_it_is_not_counted() -> None:
    session = Session(equal())
    session.entry(0, 0, Stroke.BEGIN)
    reasons = session.reasons(every(1, 100, start=100, end=1_001))
    assert session.regret[1] == 672.5
    assert session.entry(1_110, 0, Stroke.WITHIN).reason is Reason.STROKE
    assert session.regret[1] == 592.5
    assert reasons[-1] is Reason.STROKE
    decision = session.placement.on_ordered(micros(1_120), SITES[0], Stroke.END)
    assert session.regret[1] == 592.5
    assert (decision.kind, decision.target) == (Kind.MOVE, SITES[1])


def _in_turn(session: Session, moves: int) -> list[float]:
    """1 and 2 in turn, each every 100 ms from 100 after the last move, until a move."""
    instants: list[float] = []
    start = 100.0
    for turn in range(moves):
        moved = session.until_move(every(1 + turn % 2, 100, start=start, end=start + 60_000))
        assert moved is not None
        instants.append(moved[0])
        start = moved[0] + 100
    return instants


def test_each_move_in_vain_doubles_the_next_price() -> None:
    expected = [800, 1_800, 3_300, 6_200, 11_700, 21_200, 35_700]
    assert _in_turn(Session(equal()), 7) == expected


def test_without_rising_prices_the_tokens_bound_the_moves() -> None:
    session = Session(equal(), tuning=replace(DEFAULT, rise=1.0))
    expected = [800, 1_800, 2_800, 3_800, 5_800, 10_800, 15_800]
    assert _in_turn(session, 7) == expected


def test_no_tokens_is_a_reason_to_stay() -> None:
    session = Session(equal(), tuning=replace(DEFAULT, rise=1.0), tokens=0)
    reasons = session.reasons(every(1, 100, end=5_000))
    assert set(reasons) == {Reason.NO_TOKENS}
    assert session.entry(5_000, 1).kind is Kind.MOVE


@pytest.mark.parametrize(("heat", "entries"), [(0, 8), (1, 15), (2, 30), (3, 56), (6, 265)])
def test_heat_is_the_number_of_entries_that_it_takes(heat: float, entries: int) -> None:
    session = Session(equal())
    session.placement.adaptive.set_heat(micros(0), heat)
    moved = session.until_move(every(1, 100, end=100_000))
    assert moved is not None
    assert moved[2] == entries


def test_heat_has_a_ceiling() -> None:
    session = Session(equal(), tuning=Tuning(heat_half_micros=10**9 * SECOND))
    _in_turn(session, 1)
    for at in range(10):
        session.placement.arrived(session.now(1_000 + at), SITES[0])
    assert session.placement.adaptive.heat(session.now(1_010)) == pytest.approx(6)


def test_a_leaving_talker_does_not_get_it() -> None:
    session = Session(equal())
    session.placement.leaving((SITES[1],))
    assert session.until_move(every(1, 100, end=30_000)) is None


def test_who_begins_to_leave_with_regret_enough_is_refused() -> None:
    session = Session(equal())
    session.entry(0, 2, Stroke.BEGIN)
    session.run(every(1, 100, start=50, end=1_000))
    session.placement.leaving((SITES[1],))
    session.placement.adaptive.regret[1] = 6_000
    assert session.entry(1_050, 1).reason is Reason.TARGET_LEAVING


def test_who_becomes_full_with_regret_enough_is_refused() -> None:
    session = Session(equal(uplinks={1: 20}), rate=8.5)
    session.entry(0, 2)
    session.placement.adaptive.regret[1] = 6_000
    assert session.entry(50, 1).reason is Reason.TARGET_FULL


def test_a_leaving_home_lets_go_at_the_next_entry() -> None:
    session = Session(equal(), tokens=0, last=0)
    session.placement.leaving((SITES[0],))
    decision = session.entry(10, 1)
    assert decision.kind is Kind.MOVE
    assert decision.target == SITES[1]
    assert decision.reason is Reason.HOME_LEAVING
