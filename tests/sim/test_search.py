"""The search of small worlds: whole or to its limit nothing breaks; a planted bug is found."""

from __future__ import annotations

import pytest

from app.sim.plants import PLANTS, Found, planted
from app.sim.search.__main__ import main
from app.sim.search.explore import explore
from app.sim.search.scenarios import SCENARIOS

STATES = 1_500
FOUND_IN = {
    "accept_below_promise": "ballot2",
    "stale_branch": "branch3",
    "no_order_check": "fifo3",
    "leave_at_once": "leave2",
    "accept_without_log": "ballot3",
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_breaks(name):
    found = explore(SCENARIOS[name], STATES)
    assert found.broken == ""
    assert found.whole or found.states >= STATES


def test_a_small_world_is_searched_whole_and_always_in_the_same_way():
    first, second = (explore(SCENARIOS["move2"], 10_000) for _ in range(2))
    assert first == second
    assert first.whole


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND_IN)
def test_a_rule_left_out_is_found(name):
    with planted(PLANTS[name]):
        found = explore(SCENARIOS[FOUND_IN[name]], 60_000)
    assert found.broken
    assert found.story


def test_every_plant_that_is_found_here_has_its_scenario():
    assert {name for name, plant in PLANTS.items() if plant.found is Found.SEARCH} <= set(FOUND_IN)


def test_the_command_says_how_many_states_it_saw(capsys):
    assert main(["--scenario", "move2"]) == 0
    assert "402 states" in capsys.readouterr().out


@pytest.mark.slow
def test_the_command_tells_the_story_of_a_planted_bug(capsys):
    assert main(["--scenario", "ballot2", "--plant", "accept_below_promise"]) == 0
    assert "two views 2 are decided" in capsys.readouterr().out
