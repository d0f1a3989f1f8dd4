"""The world: one clock for all, crashes where they are aimed, the same run for the same seed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from app.core.codec import encode
from app.core.errors import KnownError
from app.core.ids import Key, SiteId, site_of
from app.core.instant import MILLI, Micros, after
from app.dispatcher.records import SaveField
from app.node import api
from app.node import contract as c
from app.sim.network import address_of
from app.sim.plan import Plan, override
from app.sim.run import plan_of, run
from app.sim.site import Aim, Boot, Clock, Model, Point, State
from app.sim.violation import Violation
from app.sim.whole import MODEL
from app.sim.world import World

TICK_MICROS = 10 * MILLI


class Metronome:
    """A machine that counts its ticks on disk and tells its neighbour."""

    def __init__(self, boot: Boot) -> None:
        self.address = boot.address
        self.started = boot.now
        self.next = boot.now
        self.count = int(boot.saved.fields.get("count", b"0"))
        self.turns: list[tuple[Micros, list[c.Input]]] = []
        self.inputs: list[c.Input] = []

    def handle(self, given: c.Input, now: Micros) -> list[c.Output]:
        del now
        self.inputs.append(given)
        return []

    def finish(self, now: Micros) -> list[c.Output]:
        self.turns.append((now, self.inputs))
        self.inputs = []
        if now < self.next:
            return []
        self.next = after(now, TICK_MICROS)
        self.count += 1
        other = address_of(1 if self.address == address_of(0) else 0)
        return [
            c.SendDatagram(other, b"%d" % self.count),
            c.Persist(SaveField("count", b"%d" % self.count)),
            c.Persist(SaveField("session", encode(1))),
        ]

    def deadline(self) -> Micros | None:
        return self.next


def nobody(fields: dict[str, bytes]) -> SiteId | None:
    del fields
    return site_of(Key(bytes(32)))


def a_world(plan: Plan, build: Callable[[Boot], Metronome] = Metronome) -> World:
    world = World(1, plan, Model(build, nobody))
    for site in world.sites:
        site.joined = True
        world.start(site)
    return world


def go(world: World, micros: int) -> None:
    until = world.now + micros
    over: list[bool] = []
    world.later(micros, "stop", lambda: over.append(True))
    while not over:
        world.step()
    assert world.now == until


def machine_of(world: World, site: int = 0) -> Metronome:
    machine = world.sites[site].machine
    assert isinstance(machine, Metronome)
    return machine


QUIET = Plan(sites=2, delay_ms=1, jitter_ms=0)


def test_timers_fire_when_they_are_due():
    world = a_world(QUIET)
    go(world, 100 * MILLI)
    assert world.sites[0].disk.fields["count"] == b"10"


def test_a_fast_clock_ticks_more_often():
    world = a_world(QUIET)
    for ppm, site in ((500_000, world.sites[0]), (-500_000, world.sites[1])):
        site.clock = Clock(0, ppm)
        machine_of(world, site.index).next = Micros(0)
    go(world, 1_000 * MILLI)
    counts = [int(site.disk.fields["count"]) for site in world.sites]
    assert counts[0] == pytest.approx(150, abs=2)
    assert counts[1] == pytest.approx(50, abs=2)


@pytest.mark.parametrize("ppm", [-20_000, 0, 3, 20_000])
def test_a_clock_read_at_its_own_deadline_shows_it(ppm):
    clock = Clock(12_345, ppm)
    for local in range(20_000, 20_400, 7):
        world = clock.world(local)
        assert clock.local(world) >= local > clock.local(world - 1)


@pytest.mark.parametrize(
    ("point", "kept", "sent"),
    [
        (Point.BEFORE_COMMIT, None, 0),
        (Point.AFTER_COMMIT, b"1", 0),
        (Point.AFTER_FIRST_SEND, b"1", 1),
    ],
)
def test_a_crash_strikes_where_it_is_aimed(point, kept, sent):
    world = a_world(Plan(sites=2, delay_ms=1, jitter_ms=0, down_ms=10_000))
    world.sites[0].aim = Aim("count", point)
    world.sites[1].state = State.LEFT
    go(world, 1 * MILLI)
    assert world.sites[0].state is State.DOWN
    assert world.sites[0].disk.fields.get("count") == kept
    assert world.network.counters["sent"] == sent


def test_a_restarted_site_goes_on_from_its_disk():
    world = a_world(QUIET)
    go(world, 55 * MILLI)
    world.crash(world.sites[0], 20 * MILLI)
    go(world, 15 * MILLI)
    assert world.sites[0].state is State.DOWN
    go(world, 100 * MILLI)
    assert world.sites[0].boots == 2
    assert int(world.sites[0].disk.fields["count"]) == 6 + 10


def test_a_sleeping_site_finds_its_packets_and_is_told_that_it_slept():
    world = a_world(QUIET)
    go(world, 5 * MILLI)
    world.pause(world.sites[0], 95 * MILLI)
    turns = len(machine_of(world).turns)
    go(world, 90 * MILLI)
    assert len(machine_of(world).turns) == turns
    go(world, 6 * MILLI)
    _, inputs = machine_of(world).turns[turns]
    assert isinstance(inputs[0], c.Woke)
    assert inputs[0].gap_micros == 95 * MILLI
    assert len([given for given in inputs if isinstance(given, c.DatagramReceived)]) == 9


def test_a_full_disk_throws_the_machine_away():
    world = a_world(QUIET)
    go(world, 5 * MILLI)
    world.sites[0].disk.full = True
    with pytest.raises(KnownError):
        world.sites[0].disk.commit([SaveField("x", b"")])
    go(world, 10 * MILLI)
    assert world.sites[0].machine is None
    assert world.sites[0].disk.fields["count"] == b"1"


class Answering(Metronome):
    """Answers a token that nobody gave it."""

    def finish(self, now: Micros) -> list[c.Output]:
        return [*super().finish(now), c.Emit(api.Done(99))]


def test_an_answer_to_nothing_is_noticed():
    world = a_world(QUIET, Answering)
    with pytest.raises(Violation, match="answers"):
        go(world, 1 * MILLI)


# --- determinism ----------------------------------------------------------------------------------

SEED = 8


def test_the_same_seed_gives_the_same_run():
    plan = override(plan_of(SEED), ["safety_ms=3000"])
    assert run(SEED, plan, MODEL).digest == run(SEED, plan, MODEL).digest


@pytest.mark.slow
def test_a_run_does_not_depend_on_how_strings_hash():
    digests = {_digest_under(str(hash_seed)) for hash_seed in (0, 1, 2)}
    assert len(digests) == 1


def _digest_under(hash_seed: str) -> str:
    code = (
        "from app.sim.run import plan_of, run; from app.sim.whole import MODEL; "
        f"print(run({SEED}, plan_of({SEED}), MODEL).digest)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_other_seeds_give_other_runs():
    short = ["safety_ms=1000", "sites=2"]
    runs = [run(seed, plan_of(seed, short), MODEL).digest for seed in (1, 2)]
    assert runs[0] != runs[1]
