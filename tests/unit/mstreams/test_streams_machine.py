"""Streams under loss, duplicates, disorder, crashes and moves at any moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.core.ids import Key
from app.core.instant import MILLI, Micros
from app.core.rng import Rng
from app.mstreams import rules
from tests.unit.mstreams.world import Crash, World

CRASHES = st.sampled_from([Crash.NEVER] * 8 + [Crash.BEFORE_COMMIT, Crash.BEFORE_SEND])
SITES = st.integers(0, 3)
BAG = st.integers(0, 2**16)


class StreamsMachine(RuleBasedStateMachine):
    @initialize(sites=st.integers(3, 4))
    def begin(self, sites: int) -> None:
        self.world = World(sites, ("s", "t"))
        for key in self.world.members:
            self.world.apply_one(key)
            self.world.apply_one(key)
        self.said = 0

    def key(self, site: int):
        return self.world.members[site % len(self.world.members)]

    @rule(site=SITES, name=st.sampled_from("st"), crash=CRASHES)
    def say(self, site, name, crash):
        self.said += 1
        self.world.append(self.key(site), name, b"%d" % self.said, crash)

    @rule(site=SITES, goal=SITES, name=st.sampled_from("st"), crash=CRASHES)
    def move(self, site, goal, name, crash):
        self.world.move(self.key(site), name, self.key(goal), crash)

    @precondition(lambda self: self.world.bag)
    @rule(index=BAG, keep=st.booleans(), crash=CRASHES)
    def deliver(self, index, keep, crash):
        self.world.deliver(index % len(self.world.bag), keep=keep, crash=crash)

    @precondition(lambda self: self.world.bag)
    @rule(crash=CRASHES)
    def deliver_all(self, crash):
        for _ in range(len(self.world.bag)):
            self.world.deliver(0, keep=False, crash=crash)
            crash = Crash.NEVER

    @precondition(lambda self: self.world.bag)
    @rule(index=BAG)
    def lose(self, index):
        self.world.bag.pop(index % len(self.world.bag))

    @rule(site=SITES, other=SITES)
    def beat(self, site, other):
        self.world.beat(self.key(site), self.key(other))

    @rule(site=SITES, crash=CRASHES)
    def apply(self, site, crash):
        self.world.apply_one(self.key(site), crash)

    @rule(site=SITES, crash=CRASHES, pause=st.integers(0, 2_000))
    def tick(self, site, crash, pause):
        self.world.now = Micros(self.world.now + pause * MILLI)
        self.world.tick(self.key(site), crash)

    @rule(site=SITES)
    def restart(self, site):
        self.world.stop(self.key(site))
        self.world.start(self.key(site))

    def teardown(self):
        if hasattr(self, "world"):
            self.world.heal()
            self.world.check_end()


TestStreamsMachine = StreamsMachine.TestCase
TestStreamsMachine.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def storm(seed: int, steps: int = 150) -> None:
    """One random run: traffic, moves and faults, then healing."""
    rng = Rng(f"storm {seed}")
    world = World(3 + rng.below(2), ("s", "t"))
    faults = rng.choice([0.0, 0.03, 0.1])
    loss = rng.choice([0.0, 0.1, 0.3])
    repeats = rng.choice([0.0, 0.2, 0.5])
    for key in world.members:
        world.apply_one(key)
        world.apply_one(key)

    def crash() -> Crash:
        kinds = [Crash.BEFORE_COMMIT, Crash.BEFORE_SEND]
        return rng.choice(kinds) if rng.chance(faults) else Crash.NEVER

    acts: list[Callable[[Key, Key, str, bytes], object]] = [
        *[lambda key, _other, name, text: world.append(key, name, text, crash())] * 3,
        lambda key, other, name, _text: world.move(key, name, other, crash()),
        lambda key, other, _name, _text: world.beat(key, other),
        lambda key, _other, _name, _text: world.apply_one(key, crash()),
        lambda key, _other, _name, _text: world.tick(key, crash()),
        lambda key, _other, _name, _text: world.stop_if(key, rng.chance(faults * 3)),
        lambda key, _other, _name, _text: world.start_if_stopped(key),
    ]
    for step in range(steps):
        key, other = rng.choice(world.members), rng.choice(world.members)
        world.now = Micros(world.now + rng.below(400) * MILLI)
        rng.choice(acts)(key, other, rng.choice(["s", "s", "t"]), b"%d" % step)
        for _ in range(2):
            if world.bag:
                index = rng.below(len(world.bag))
                if rng.chance(loss):
                    world.bag.pop(index)
                else:
                    world.deliver(index, keep=rng.chance(repeats), crash=crash())
    world.heal()
    world.check_end()


@pytest.mark.parametrize("seed", range(40))
def test_a_storm_of_moves_and_faults_ends_well(seed):
    storm(seed)


PLANTS = {
    "next_in_flow": lambda received, number: number > received,
    "already_consumed": lambda _received, _number: False,
    "finished_incarnation": lambda _counted, _incarnation: False,
    "forgets": lambda consumed, number: number <= consumed + 1,
    "creates_home": lambda _known, epoch: epoch.k == 0,
    "release_is_committed": lambda: False,
    "take_hand_over": lambda _known, registered, offered, names_us: (
        names_us and offered.view == registered.view
    ),
    "hand_over_is_over": lambda _released, _seen, _by_target: True,
}


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_bug_is_found(name, monkeypatch):
    assert hasattr(rules, name), "a plant replaces a rule that exists"
    monkeypatch.setattr(rules, name, PLANTS[name])
    for seed in range(1_000):
        try:
            storm(seed)
        except Exception:  # noqa: BLE001 - whatever way it shows
            return
    pytest.fail(f"{name} was not found")
