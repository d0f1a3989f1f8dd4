"""Whole sites on fixed seeds: every promise holds; with a rule left out, one is seen to break."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from app.core.errors import Bug, LocalError
from app.dispatcher import rules
from app.dispatcher.records import SaveField
from app.sim.__main__ import find, main
from app.sim.plan import Plan, override
from app.sim.plants import PLANTS, Found, Plant, find_plant, planted
from app.sim.run import plan_of, run
from app.sim.shrink import overrides, shrink
from app.sim.site import Aim, Point
from app.sim.whole import MODEL

GREEN = (2, 3, 5, 10, 13)
"""10 runs with real cryptography."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", GREEN)
def test_every_promise_holds(seed):
    outcome = run(seed, plan_of(seed), MODEL)
    assert (outcome.checker, outcome.text) == ("", "")
    assert outcome.counts["entries"] > 0


SINKING = (
    "streams=3", "stream_moves=30", "stream_crashes=8", "appends=60", "agents=12", "controllers=3",
    "endings=2", "shares=0",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2002, 2003, 2005])
def test_every_promise_holds_where_sites_fail_at_the_steps_of_a_streams_move(seed):
    outcome = run(seed, plan_of(seed, SINKING), MODEL)
    assert (outcome.checker, outcome.text) == ("", "")
    assert outcome.counts["boots"] > outcome.plan.sites


def test_a_crash_is_aimed_at_a_name_or_at_all_that_begin_so():
    record = SaveField("stream:at:box", b"")
    assert Aim("stream:at:", Point.BEFORE_COMMIT).hits([record])
    assert Aim("stream:at:box", Point.BEFORE_COMMIT).hits([record])
    assert not Aim("stream:at", Point.BEFORE_COMMIT).hits([record])
    assert not Aim("stream:out:", Point.BEFORE_COMMIT).hits([record])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name, plant in PLANTS.items() if plant.found is Found.RUNS]
)
def test_a_rule_left_out_is_found(name):
    found = find(PLANTS[name])
    assert found is not None
    assert found.failed


def test_a_planted_rule_is_put_back():
    rule = rules.order_verdict
    with planted(PLANTS["no_order_check"]):
        assert rules.order_verdict is not rule
    assert rules.order_verdict is rule


def test_a_plant_whose_rule_is_gone_is_an_error():
    with pytest.raises(Bug, match="is gone"), planted(Plant("x", "no_such_rule", max, ())):
        pass


def test_an_unknown_plant_names_the_known_ones():
    with pytest.raises(LocalError, match="half_settles"):
        find_plant("nothing")


# --- plans ----------------------------------------------------------------------------------------


def test_a_seed_always_draws_the_same_plan():
    assert plan_of(7) == plan_of(7)
    assert len({plan_of(seed).describe() for seed in range(50)}) > 40


def test_an_override_replaces_one_field():
    assert override(Plan(), ["loss=0.25", "sites=6", "policy=fixed"]) == dataclasses.replace(
        Plan(), loss=0.25, sites=6, policy="fixed"
    )


@pytest.mark.parametrize("wrong", ["loss", "nothing=1", "sites=many"])
def test_a_wrong_override_says_so(wrong):
    with pytest.raises(LocalError, match=wrong.partition("=")[0]):
        override(Plan(), [wrong])


def test_one_seed_in_ten_uses_real_cryptography():
    assert [seed for seed in range(1, 31) if not plan_of(seed).null_crypto] == [10, 20, 30]


def test_shrinking_leaves_out_what_does_not_matter():
    plant = PLANTS["half_settles"]
    drawn = plan_of(1, plant.profile)
    with planted(plant):
        first = run(1, drawn, MODEL)
        small = shrink(first, lambda plan: run(1, plan, MODEL))
    assert small.checker == first.checker == "settling"
    assert small.steps <= first.steps
    assert override(drawn, overrides(drawn, small.plan)) == small.plan


# --- the command ----------------------------------------------------------------------------------


def test_one_seed_prints_its_story(capsys):
    assert main(["--seed", "3", "--plan-override", "safety_ms=500", "--lines", "3"]) == 0
    out = capsys.readouterr().out
    assert "plan sites=" in out
    assert "every promise held" in out


def test_a_batch_counts_its_runs(capsys):
    shorter = ["--plan-override", "safety_ms=300", "--plan-override", "sites=2"]
    assert main(["--seeds", "2", *shorter]) == 0
    assert "2 runs, 0 failed" in capsys.readouterr().out


def test_a_failing_batch_prints_the_command_that_shows_it_again(capsys):
    with planted(PLANTS["half_settles"]):
        assert main(["--seeds", "1", "--plan-override", "sites=2"]) == 1
    out = capsys.readouterr().out
    assert "FAILED settling" in out
    assert "python -m app.sim --seed 1 --plan-override sites=2" in out


def test_a_plant_is_found_by_name(capsys):
    assert main(["--plant", "half_settles"]) == 0
    assert "found half_settles with seed" in capsys.readouterr().out


@pytest.mark.slow
def test_wrong_use_says_what_is_possible():
    done = subprocess.run(
        [sys.executable, "-m", "app.sim", "--seed", "1", "--trace", "all"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "life,disk" in done.stderr
