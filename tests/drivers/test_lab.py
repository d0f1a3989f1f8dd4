"""The poor network that a person puts at the door of the own site."""

from __future__ import annotations

from typing import Any

from app.core import limits
from app.core.rng import Rng
from app.drivers.lab import Lab, Worse

ADA, BEN = ("127.0.0.1", 9), ("127.0.0.1", 10)


class Later:
    """A loop that notes what is to happen when."""

    def __init__(self):
        self.calls = []

    def call_later(self, delay, call, *args):
        self.calls.append((delay, call, args))

    def run(self):
        calls, self.calls = self.calls, []
        for _, call, args in calls:
            call(*args)


class World:
    """A lab, what it sent and what it let in."""

    def __init__(self, **rules: Worse):
        later: Any = Later()
        self.later = later
        self.sent: list[Any] = []
        self.batches: list[Any] = []
        self.lab = Lab(
            lambda *packet: self.sent.append(packet), self.batches.append, Rng("1"), later
        )
        self.lab.set_rules({{"ada": ADA, "ben": BEN}[name]: rule for name, rule in rules.items()})


def test_without_rules_everything_passes_as_it_comes():
    world = World()
    world.lab.send(ADA, b"x")
    world.lab.receive([(ADA, b"1"), (BEN, b"2")])
    assert world.sent == [(ADA, b"x")]
    assert world.batches == [[(ADA, b"1"), (BEN, b"2")]]
    assert world.later.calls == []


def test_a_cut_stops_both_ways_to_the_chosen_ones_only():
    world = World(ada=Worse(cut=True))
    world.lab.send(ADA, b"x")
    world.lab.send(BEN, b"y")
    world.lab.receive([(ADA, b"1"), (BEN, b"2")])
    assert world.sent == [(BEN, b"y")]
    assert world.batches == [[(BEN, b"2")]]
    assert world.lab.dropped == 2


def test_a_delay_is_each_way():
    world = World(ada=Worse(delay_ms=250))
    world.lab.send(ADA, b"x")
    world.lab.receive([(ADA, b"1")])
    assert [delay for delay, _, _ in world.later.calls] == [0.25, 0.25]
    assert (world.sent, world.batches) == ([], [])
    world.later.run()
    assert (world.sent, world.batches) == ([(ADA, b"x")], [[(ADA, b"1")]])


def test_about_as_many_are_lost_as_asked_for_each_way():
    world = World(ada=Worse(loss=0.25))
    for _ in range(2_000):
        world.lab.send(ADA, b"x")
        world.lab.receive([(ADA, b"1")])
    assert 1_400 < len(world.sent) < 1_600
    assert 1_400 < len(world.batches) < 1_600


def test_put_back_it_is_as_before_and_what_is_under_way_arrives():
    world = World(ada=Worse(delay_ms=50))
    world.lab.send(ADA, b"late")
    world.lab.set_rules({})
    world.lab.send(ADA, b"now")
    world.later.run()
    assert world.sent == [(ADA, b"now"), (ADA, b"late")]


def test_what_is_under_way_is_bounded():
    world = World(ada=Worse(delay_ms=50))
    for _ in range(limits.SIMULATED_PACKETS_MAX + 7):
        world.lab.send(ADA, b"x")
    assert world.lab.dropped == 7
