"""The poor network that one can ask for."""

from __future__ import annotations

from typing import Any

import pytest

from app.core import limits
from app.core.errors import LocalError
from app.core.rng import Rng
from app.drivers.simnet import SimulatedNetwork, SimulatedWire, parse_simulated

PEER = ("127.0.0.1", 9)


class Later:
    """A loop that notes what is to happen when."""

    def __init__(self):
        self.calls = []

    def call_later(self, delay, call, *args):
        self.calls.append((delay, call, args))

    def run(self):
        for _, call, args in self.calls:
            call(*args)
        self.calls.clear()


def wire(network, seed="1"):
    later: Any = Later()
    sent: list[Any] = []
    return (
        SimulatedWire(network, lambda *packet: sent.append(packet), Rng(seed), later),
        later,
        sent,
    )


def test_a_packet_arrives_after_its_delay():
    network, later, sent = wire(SimulatedNetwork(delay=50))
    network.send(PEER, b"x")
    assert [delay for delay, _, _ in later.calls] == [0.05]
    assert sent == []
    later.run()
    assert sent == [(PEER, b"x")]


def test_jitter_is_around_the_delay_and_never_before_now():
    network, later, _ = wire(SimulatedNetwork(delay=5, jitter=10))
    for _ in range(500):
        network.send(PEER, b"x")
    delays = [delay for delay, _, _ in later.calls]
    assert min(delays) == 0.0
    assert 0.014 < max(delays) <= 0.015


def test_packets_are_lost_about_as_often_as_asked():
    network, later, _ = wire(SimulatedNetwork(loss=0.25))
    for _ in range(4_000):
        network.send(PEER, b"x")
    assert 2_850 < len(later.calls) < 3_150


def test_all_or_nothing_can_be_asked_for():
    network, later, _ = wire(SimulatedNetwork(loss=1.0))
    network.send(PEER, b"x")
    assert later.calls == []


def test_packets_under_way_are_bounded():
    network, later, sent = wire(SimulatedNetwork(delay=1))
    for _ in range(limits.SIMULATED_PACKETS_MAX + 3):
        network.send(PEER, b"x")
    later.run()
    assert len(sent) == limits.SIMULATED_PACKETS_MAX
    network.send(PEER, b"y")
    assert len(later.calls) == 1


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("delay=50,jitter=5,loss=0.05", SimulatedNetwork(50, 5, 0.05)),
        ("loss=0.3", SimulatedNetwork(loss=0.3)),
        (" jitter=1.5 , delay=2", SimulatedNetwork(delay=2, jitter=1.5)),
    ],
)
def test_the_option_is_read(text, network):
    assert parse_simulated(text) == network


@pytest.mark.parametrize(
    "text",
    [
        "",
        "delay",
        "delay=",
        "delay=fast",
        "delay=-1",
        "loss=5",
        "loss=nan",
        "lag=5",
        "delay=1,delay=2",
        "delay=1;loss=0",
    ],
)
def test_a_wrong_option_is_explained_in_one_line(text):
    with pytest.raises(LocalError) as caught:
        parse_simulated(text)
    assert "\n" not in str(caught.value)
    assert "example" in str(caught.value)
