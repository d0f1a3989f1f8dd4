"""What a path does to packets, on a clock of the test's own: exact where it can be."""

from __future__ import annotations

import itertools
import statistics

import pytest

from tests.netlab.conditions import Conditions, parse_conditions
from tests.netlab.pipe import Pipe

MS = 1_000


def fates(conditions: Conditions, count: int, every: int = 1 * MS, size: int = 1_000):
    pipe = Pipe(conditions, "seed")
    return pipe, [pipe.offer(number * every, size) for number in range(count)]


def dues(conditions: Conditions, count: int, every: int = 1 * MS) -> list[tuple[int, ...]]:
    return [fate.due for fate in fates(conditions, count, every)[1]]


def test_a_perfect_path_passes_everything_at_once():
    assert dues(Conditions(), 100) == [(number * MS,) for number in range(100)]


def test_a_delay_is_kept_to_the_microsecond():
    assert dues(Conditions(delay_ms=50), 100) == [((number + 50) * MS,) for number in range(100)]


def test_jitter_spreads_evenly_around_the_delay():
    # Far enough apart that order is kept by itself.
    found = dues(Conditions(delay_ms=50, jitter_ms=10), 2_000, every=100 * MS)
    delays = [due - number * 100 * MS for number, (due,) in enumerate(found)]
    assert min(delays) >= 40 * MS
    assert max(delays) <= 60 * MS
    assert statistics.mean(delays) == pytest.approx(50 * MS, abs=0.5 * MS)
    assert statistics.pstdev(delays) == pytest.approx(20 * MS / 12**0.5, rel=0.05)


def test_jitter_keeps_the_order():
    found = [due for (due,) in dues(Conditions(delay_ms=50, jitter_ms=50), 1_000)]
    assert found == sorted(found)


def test_independent_loss_is_what_was_asked_and_comes_alone():
    pipe, found = fates(Conditions(loss=0.05), 20_000)
    lost = [number for number, fate in enumerate(found) if not fate.due]
    # Three standard deviations of a binomial distribution.
    assert len(lost) == pytest.approx(1_000, abs=3 * (20_000 * 0.05 * 0.95) ** 0.5)
    assert pipe.counts.lost == len(lost)
    assert {found[number].why for number in lost} == {"loss"}
    assert statistics.mean(runs(lost)) == pytest.approx(1 / 0.95, rel=0.05)


def test_bursts_have_their_share_and_their_length():
    pipe, found = fates(Conditions(burst_share=0.1, burst_length=8), 50_000)
    lost = [number for number, fate in enumerate(found) if not fate.due]
    assert pipe.counts.burst == len(lost) == pytest.approx(5_000, rel=0.1)
    assert statistics.mean(runs(lost)) == pytest.approx(8, rel=0.1)


def runs(numbers: list[int]) -> list[int]:
    """How many follow each other without a gap, each time."""
    grouped = itertools.groupby(enumerate(numbers), key=lambda each: each[1] - each[0])
    return [len(list(group)) for _, group in grouped]


def test_everything_is_lost_where_that_is_wished():
    assert not any(dues(Conditions(loss=1.0), 100))


def test_a_duplicate_comes_at_the_same_moment():
    pipe, found = fates(Conditions(delay_ms=5, duplicate=0.1), 10_000)
    twice = [fate.due for fate in found if len(fate.due) == 2]
    assert len(twice) == pipe.counts.duplicated == pytest.approx(1_000, abs=90)
    assert all(first == second for first, second in twice)


def test_a_packet_that_is_held_back_is_passed_by_those_behind_it_only():
    pipe, found = fates(Conditions(delay_ms=20, reorder=0.02, reorder_ms=5), 5_000)
    late = [due - number * MS - 20 * MS for number, fate in enumerate(found) for due in fate.due]
    assert set(late) == {0, 5 * MS}
    assert late.count(5 * MS) == pipe.counts.held_back == pytest.approx(100, abs=30)


def test_a_rate_spaces_packets_out():
    # 1,000 bytes at 1,000 kbit/s take 8 ms.
    found = dues(Conditions(rate_kbit=1_000, queue_bytes=1 << 20, delay_ms=10), 50, every=0)
    assert found == [((10 + 8 * number) * MS,) for number in range(1, 51)]


def test_a_queue_takes_what_it_has_room_for_and_drops_the_rest():
    pipe, found = fates(Conditions(rate_kbit=1_000, queue_bytes=20_000), 100, every=0)
    assert [bool(fate.due) for fate in found] == [True] * 20 + [False] * 80
    assert pipe.counts.overflowed == 80
    assert pipe.offer(8 * MS, 1_000).due == (21 * 8 * MS,)


def test_an_idle_path_saves_nothing_up():
    pipe = Pipe(Conditions(rate_kbit=1_000), "seed")
    assert pipe.offer(0, 1_000).due == (8 * MS,)
    assert pipe.offer(100 * MS, 1_000).due == (108 * MS,)


def test_a_seed_repeats_and_another_does_not():
    conditions = Conditions(delay_ms=50, jitter_ms=20, loss=0.1, duplicate=0.1, reorder=0.1)
    pipes = [Pipe(conditions, seed) for seed in ("a", "a", "b")]
    first, again, other = ([pipe.offer(0, 100) for _ in range(100)] for pipe in pipes)
    assert first == again
    assert first != other


def test_a_change_of_one_condition_leaves_the_pattern_of_the_others():
    _, plain = fates(Conditions(loss=0.1), 1_000)
    _, delayed = fates(Conditions(loss=0.1, delay_ms=20, jitter_ms=5, duplicate=0.5), 1_000)
    assert [bool(fate.due) for fate in plain] == [bool(fate.due) for fate in delayed]


def test_no_packet_comes_out_before_it_came_in():
    worst = Conditions(delay_ms=5, jitter_ms=5, duplicate=0.2, reorder=0.2, rate_kbit=900)
    _, found = fates(worst, 2_000)
    assert all(due >= number * MS for number, fate in enumerate(found) for due in fate.due)


@pytest.mark.parametrize(
    "wrong",
    [
        {"loss": 1.5},
        {"delay_ms": -1},
        {"delay_ms": 5, "jitter_ms": 6},
        {"burst_length": 0.5},
        {"burst_share": 0.9, "burst_length": 2},
    ],
)
def test_what_no_path_can_do_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Conditions(**wrong)


def test_conditions_can_be_written_in_one_line():
    assert parse_conditions("delay_ms=50, loss=0.1 queue_bytes=9000") == Conditions(
        delay_ms=50, loss=0.1, queue_bytes=9_000
    )
    with pytest.raises(ValueError, match="'weather' is none of delay_ms"):
        parse_conditions("weather=bad")
