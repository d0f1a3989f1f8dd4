"""Whole sites play a scene, and what is counted is what people waited."""

from __future__ import annotations

import pytest

from app.bench.pairs import run_cell
from app.bench.played import play
from app.bench.scene import Saying, Scene, equal_ways, paper_chat
from app.core.rng import Rng

ONE_WAY_MS = 50.0


@pytest.mark.slow
def test_who_is_at_the_home_waits_for_nobody_and_the_others_a_round_trip():
    played = play(paper_chat(ONE_WAY_MS, 10.0, 10.0, Rng("test")), "fixed", 1)
    assert played.talker_ms < 1
    assert 2 * ONE_WAY_MS < played.lurker_ms < 4 * ONE_WAY_MS
    assert (played.moves, played.lost) == (0, 0)
    assert played.cost_ms > played.lurker_ms / 5 / 2


@pytest.mark.slow
def test_the_dispatcher_follows_the_talker_and_the_move_has_its_price():
    sayings = tuple([Saying(100.0 * number, 1, talks=True) for number in range(80)])
    scene = Scene(3, equal_ways(3, ONE_WAY_MS, 0.0), sayings)
    fixed, paper = (play(scene, policy, 1) for policy in ("fixed", "paper:20"))
    assert fixed.talker_ms > 2 * ONE_WAY_MS
    assert paper.moves == 1
    assert paper.talker_ms < fixed.talker_ms / 2
    assert (fixed.lost, paper.lost) == (0, 0)


@pytest.mark.slow
def test_a_stroke_is_said_with_pen_down_and_pen_up():
    sayings = (
        Saying(0.0, 0, talks=True, words="begin"),
        Saying(500.0, 0, talks=True),
        Saying(1_000.0, 0, talks=True, words="end"),
    )
    played = play(Scene(2, equal_ways(2, 1.0, 0.0), sayings), "fixed", 1)
    assert (played.entries, played.lost) == (3, 0)


@pytest.mark.slow
@pytest.mark.parametrize("every", [1, 40])
def test_two_streams_that_move_lose_double_and_reorder_nothing(every):
    cell = run_cell(every, 0.2, 80, 1)
    assert (cell.lost, cell.doubled, cell.reordered) == (0, 0, 0)
    assert cell.sender_moves == 79 // every
    assert cell.receiver_moves > 0
    assert cell.mean_ms > 0


@pytest.mark.slow
def test_moving_for_each_message_costs_a_few_round_trips_and_no_heartbeat():
    assert run_cell(1, 0.0, 60, 1).mean_ms < 20
