"""Relays that move while their source moves, agents replaced under load, guests, faults at any step."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.core.instant import MILLI, Micros
from app.core.rng import Rng
from app.mstreams import rules
from tests.unit.mstreams.whole import Whole
from tests.unit.mstreams.world import Crash

CRASHES = st.sampled_from([Crash.NEVER] * 8 + [Crash.BEFORE_COMMIT, Crash.BEFORE_SEND])
SITES = st.integers(0, 3)
STREAMS = ("a", "b", "c")


def begin(sites: int, kind: str) -> Whole:
    """Streams a, b, c: what a gets it passes on to b, and b to c; b by another kind of agent."""
    world = Whole(sites)
    for name in STREAMS:
        make(world, name)
    world.settle(1)
    for name, target, how in (("a", "b", kind), ("b", "c", "relay@1")):
        add(world, world.leader, name, how, target)
    world.settle(1)
    return world


def make(world, name):
    world.ask(world.leader, lambda work, token: work.create(token, "", name))


def move(world, key, name, goal, crash=Crash.NEVER):
    world.ask(key, lambda work, token: work.move("", name, goal, token), crash)


def add(world, key, name, kind, target, crash=Crash.NEVER):
    code = "relay" if kind == "tcl" else ""

    def register(work, token):
        work.register(token, "", name, work.define(kind, code, target, controls=False))

    return world.ask(key, register, crash)


def check_end(world: Whole) -> None:
    """Nothing lost, doubled or out of order on the way from a to b and from b to c."""
    world.settle(30)
    assert world.leftovers() == []
    for name in STREAMS:
        assert len(world.where(name)) == 1
    own = [payload for name, payload in world.said if name == "a"]
    assert sorted(world.payloads("a")) == sorted(own)
    assert world.payloads("c") == world.payloads("b")
    assert world.payloads("b") == world.payloads("a")


class Sailing(RuleBasedStateMachine):
    @initialize(sites=st.integers(3, 4), kind=st.sampled_from(["tcl", "relay@1"]))
    def begin(self, sites, kind):
        self.world = begin(sites, kind)
        self.count = 0

    def key(self, site):
        return self.world.members[site % len(self.world.members)]

    @rule(site=SITES, crash=CRASHES)
    def say(self, site, crash):
        self.count += 1
        self.world.append(self.key(site), "a", b"%d" % self.count, crash)

    @rule(site=SITES, goal=st.integers(1, 3), name=st.sampled_from(STREAMS), crash=CRASHES)
    def move(self, site, goal, name, crash):
        self.world.ask(self.key(site), lambda work, token: work.move("", name, goal, token), crash)

    @precondition(lambda self: self.world.bag)
    @rule(index=st.integers(0, 2**16), keep=st.booleans(), crash=CRASHES)
    def deliver(self, index, keep, crash):
        self.world.deliver(index % len(self.world.bag), keep=keep, crash=crash)

    @precondition(lambda self: self.world.bag)
    @rule(crash=CRASHES)
    def deliver_all(self, crash):
        for _ in range(len(self.world.bag)):
            self.world.deliver(0, crash=crash)
            crash = Crash.NEVER

    @precondition(lambda self: self.world.bag)
    @rule(index=st.integers(0, 2**16))
    def lose(self, index):
        self.world.bag.pop(index % len(self.world.bag))

    @rule(site=SITES, crash=CRASHES)
    def apply(self, site, crash):
        self.world.apply_one(self.key(site), crash)

    @rule(site=SITES, crash=CRASHES)
    def guest(self, site, crash):
        self.world.hear_guest(self.key(site), crash)

    @rule(site=SITES, other=SITES)
    def beat(self, site, other):
        self.world.beat(self.key(site), self.key(other))

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
            check_end(self.world)


TestSailing = Sailing.TestCase
TestSailing.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def storm(seed: int, steps: int = 120) -> None:  # noqa: C901, PLR0912 - a table of acts
    """One random run, then healing."""
    rng = Rng(f"whole storm {seed}")
    world = begin(3 + rng.below(2), rng.choice(["tcl", "relay@1"]))
    faults = rng.choice([0.0, 0.03, 0.1])
    loss = rng.choice([0.0, 0.1, 0.3])
    repeats = rng.choice([0.0, 0.2, 0.5])

    def crash() -> Crash:
        kinds = [Crash.BEFORE_COMMIT, Crash.BEFORE_SEND]
        return rng.choice(kinds) if rng.chance(faults) else Crash.NEVER

    for step in range(steps):
        key, other = rng.choice(world.members), rng.choice(world.members)
        name, goal = rng.choice(STREAMS), rng.between(1, len(world.members))
        world.now = Micros(world.now + rng.below(400) * MILLI)
        match rng.below(8):
            case 0 | 1 | 2:
                world.append(key, "a", b"%d" % step, crash())
            case 3:
                move(world, key, name, goal, crash())
            case 4:
                world.beat(key, other)
            case 5:
                world.apply_one(key, crash())
            case 6:
                world.tick(key, crash())
            case _:
                if world.sites[key].streams is None:
                    world.start(key)
                elif rng.chance(faults * 3):
                    world.stop(key)
        for _ in range(3):
            if world.bag:
                index = rng.below(len(world.bag))
                if rng.chance(loss):
                    world.bag.pop(index)
                else:
                    world.deliver(index, keep=rng.chance(repeats), crash=crash())
            world.hear_guest(rng.choice(world.members), crash())
    check_end(world)


@pytest.mark.parametrize("seed", range(25))
def test_a_storm_over_relays_ends_well(seed):
    storm(seed)


PLANTS = {
    "next_in_flow": lambda received, number: number > received,
    "already_consumed": lambda _received, _number: False,
    "forgets": lambda consumed, number: number <= consumed + 1,
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
    for seed in range(200):
        try:
            storm(seed)
        except Exception:  # noqa: BLE001 - whatever way it shows
            return
    pytest.fail(f"{name} was not found")
