"""What an entry costs, and which sites are full or poor."""

from __future__ import annotations

import math

import pytest

from app.dispatcher.placement import Link, Measures, best_home, compute_costs
from tests.unit.dispatcher.placement_cases import SITES, Session, equal, every, one_way, with_loss

THREE, FOUR = SITES[:3], SITES[:4]


def test_own_entries_cost_the_delivery_only_and_others_both_ways() -> None:
    table = compute_costs(THREE, equal(), rate=0).table
    for member in range(3):
        for site in range(3):
            assert table[member][site] == (25 if member == site else 102.5)


def test_jitter_and_retries_after_losses_are_part_of_the_delay() -> None:
    table = compute_costs(THREE, equal(jitter_ms=3, loss=0.05), rate=0).table
    assert table[1][1] == pytest.approx(30.447, abs=0.001)
    assert table[1][0] == pytest.approx(121.566, abs=0.001)


def test_costs_of_four_unequal_sites() -> None:
    delays = [[0, 20, 60, 90], [20, 0, 50, 80], [60, 50, 0, 40], [90, 80, 40, 0]]
    table = compute_costs(FOUR, one_way(delays), rate=0).table
    assert table[0] == pytest.approx((28.333, 66.667, 120, 170), abs=0.001)
    assert table[3] == pytest.approx((163.333, 146.667, 93.333, 35), abs=0.001)


def test_a_small_uplink_makes_copies_wait() -> None:
    costs = compute_costs(THREE, equal(uplinks={1: 20}), rate=4)
    assert costs.table[1][1] == pytest.approx(66.667, abs=0.001)
    assert costs.table[0][1] == pytest.approx(165)
    # Own wait of 0 at 1 is there and back, and the wait in the uplink.
    assert costs.own[0][1] - 100 == pytest.approx(83.333, abs=0.001)
    assert list(costs.load) == [0, 0.4, 0]
    assert costs.full == (False, False, False)


def test_a_full_uplink_makes_the_site_unfit() -> None:
    costs = compute_costs(THREE, equal(uplinks={1: 20}), rate=8.5)
    assert costs.load[1] == pytest.approx(0.85)
    assert costs.full == (False, True, False)
    assert costs.table[1][1] == pytest.approx(5191.667, abs=0.001)


def test_a_talker_whose_uplink_is_full_does_not_get_it() -> None:
    session = Session(equal(uplinks={1: 20}), rate=8.5)
    answers = session.reasons(every(1, 100, end=30_000))
    assert {reason.name for reason in answers} == {"BELOW_PRICE"}


def test_a_learned_limit_counts_like_a_published_one() -> None:
    busy = compute_costs(THREE, equal(), rate=8.5, learned={SITES[0]: 17})
    assert busy.full == (True, False, False)
    quiet = compute_costs(THREE, equal(), rate=6, learned={SITES[0]: 17})
    assert quiet.full == (False, False, False)
    assert quiet.table[0][0] == pytest.approx(125)
    assert quiet.table[1][0] == pytest.approx(252.5)


def test_the_smaller_of_published_and_learned_counts() -> None:
    published = equal(uplinks={0: 30, 1: 10})
    costs = compute_costs(THREE, published, rate=3, learned={SITES[0]: 15, SITES[1]: 60})
    assert costs.load == pytest.approx((0.4, 0.6, 0))


@pytest.mark.parametrize(
    ("losses", "poor"),
    [
        ({(1, 0): 0.2, (1, 2): 0.2, (1, 3): 0.2}, {1}),
        (
            {(1, 0): 0.14, (1, 2): 0.14, (1, 3): 0.14, (0, 2): 0.05, (0, 3): 0.05, (2, 3): 0.05},
            set(),
        ),
        ({(1, 2): 0.5}, set()),
        ({(1, 0): 0.2, (1, 2): 0.2, (1, 3): 0.2, (2, 0): 0.2, (2, 3): 0.2}, set()),
    ],
    ids=["bad to all", "below three medians", "one bad pair", "half of the sites"],
)
def test_poor_is_who_loses_to_most_of_its_peers(
    losses: dict[tuple[int, int], float], poor: set[int]
) -> None:
    costs = compute_costs(FOUR, with_loss(equal(4), losses), rate=0)
    assert {site for site in range(4) if costs.poor[site]} == poor


def test_a_leaving_site_is_unfit() -> None:
    stays = compute_costs(THREE, equal(), rate=0)
    goes = compute_costs(THREE, equal(), rate=0, leaving=(SITES[2],))
    for member in range(3):
        assert goes.table[member][2] == stays.table[member][2] + 5000
        assert goes.table[member][:2] == stays.table[member][:2]


def test_a_pair_measured_from_one_end_counts_for_both() -> None:
    links = {(SITES[0], SITES[1]): Link(40), (SITES[0], SITES[2]): Link(60)}
    costs = compute_costs(THREE, Measures(links), rate=0)
    assert costs.own[1][0] == 40
    assert costs.own[2][0] == 60


def test_an_unknown_pair_takes_the_mean_of_the_known_rows() -> None:
    links = {(SITES[0], SITES[1]): Link(40), (SITES[0], SITES[2]): Link(60)}
    # 1 to 2: what others measured to 2 (60); back: what others measured to 1 (40).
    assert compute_costs(THREE, Measures(links), rate=0).own[1][2] == 50


def test_where_nothing_is_known_a_round_trip_is_a_second() -> None:
    assert compute_costs(THREE, Measures(), rate=0).own[0][1] == 1000


def test_alone_nothing_costs_anything() -> None:
    costs = compute_costs(SITES[:1], Measures(), rate=100)
    assert costs.table == ((0.0,),)
    assert costs.poor == (False,)


@pytest.mark.parametrize("value", [-5.0, 0.0, 1.0, 1e12])
def test_costs_stay_finite_whatever_is_published(value: float) -> None:
    links = {(i, j): Link(value, value, value) for i in THREE for j in THREE if i != j}
    costs = compute_costs(THREE, Measures(links, {SITES[1]: value}), rate=1e6)
    assert all(math.isfinite(cell) and cell >= 0 for row in costs.table for cell in row)


def test_without_a_home_the_least_cost_of_the_present_talk_wins() -> None:
    delays = [[0, 20, 60, 90], [20, 0, 50, 80], [60, 50, 0, 40], [90, 80, 40, 0]]
    costs = compute_costs(FOUR, one_way(delays), rate=0)
    assert best_home(FOUR, {SITES[0]: 10.0, SITES[3]: 1.0}, costs) == SITES[0]
    assert best_home(FOUR, {SITES[0]: 1.0, SITES[3]: 10.0}, costs) == SITES[3]
    assert best_home(FOUR, {SITES[0]: 10.0}, costs, excluding=(SITES[0],)) == SITES[1]


def test_without_talk_all_members_weigh_alike() -> None:
    delays = [[0, 20, 60, 90], [20, 0, 50, 80], [60, 50, 0, 40], [90, 80, 40, 0]]
    costs = compute_costs(FOUR, one_way(delays), rate=0)
    sums = [sum(costs.table[m][s] for m in range(4)) for s in range(4)]
    assert best_home(FOUR, {}, costs) == FOUR[sums.index(min(sums))]
    assert best_home(THREE, {}, compute_costs(THREE, equal(), rate=0)) == SITES[0]


def test_the_choice_avoids_poor_and_full_sites_while_there_are_others() -> None:
    bad = {(1, 0): 0.2, (1, 2): 0.2, (1, 3): 0.2}
    costs = compute_costs(FOUR, with_loss(equal(4), bad), rate=0)
    talk = {SITES[1]: 10.0}
    assert best_home(FOUR, talk, costs, excluding=(SITES[0],)) == SITES[2]
    assert best_home(FOUR, talk, costs, excluding=(SITES[0], SITES[2], SITES[3])) == SITES[1]
    narrow = compute_costs(FOUR, with_loss(equal(4, uplinks={2: 5}), bad), rate=5)
    assert best_home(FOUR, talk, narrow, excluding=(SITES[0], SITES[3])) == SITES[1]
    assert best_home(FOUR, talk, costs, excluding=FOUR) is None
