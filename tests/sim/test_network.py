"""The network in memory: each fault does what its name says, and nothing does more."""

from __future__ import annotations

import dataclasses

import pytest

from app.core import limits
from app.core.instant import MILLI, SECOND, Micros
from app.core.rng import Rng
from app.sim.network import Network, address_of
from app.sim.plan import Plan

QUIET = Plan(sites=3, delay_ms=10, jitter_ms=0)


class Wire:
    """A network whose deliveries are only written down."""

    def __init__(self, **faults: object) -> None:
        self.delivered: list[tuple[int, int, int, bytes]] = []
        plan = dataclasses.replace(QUIET, **faults)  # type: ignore[arg-type]
        self.network = Network(plan, Rng("test"), self._post)

    def _post(self, at, packet):
        self.delivered.append((at, packet.source, packet.target, packet.data))

    def send(self, count, at=0, source=0, target=1):
        for number in range(count):
            data = b"packet %06d" % number
            self.network.send(Micros(at), source, address_of(target), data)
        return [data for _, _, _, data in self.delivered]


def test_a_quiet_network_delivers_everything_once_and_in_order():
    wire = Wire()
    data = wire.send(50)
    assert data == sorted(data)
    assert len(data) == 50
    assert len({at for at, _, _, _ in wire.delivered}) == 1


def test_an_unknown_address_is_a_hole():
    wire = Wire()
    wire.network.send(Micros(0), 0, ("192.0.2.1", 7000), b"x")
    assert wire.delivered == []


@pytest.mark.parametrize("fault", ["loss", "burst_share"])
def test_loss_loses_some(fault):
    wire = Wire(**{fault: 0.4})
    for at in range(0, 20 * SECOND, 20 * MILLI):
        wire.send(1, at)
    assert 100 < len(wire.delivered) < 950


def test_duplicates_are_the_same_packet():
    data = Wire(duplicate=0.5).send(100)
    assert 120 < len(data) < 180
    assert len(set(data)) == 100


def test_old_packets_are_played_again():
    data = Wire(replay=0.5).send(100)
    assert len(data) > 120
    assert len(set(data)) == 100


def test_reordering_delays_some():
    wire = Wire(reorder=0.3)
    wire.send(100)
    assert 10 < len({at for at, _, _, _ in wire.delivered}) < 60


def test_a_flip_changes_one_bit():
    data = Wire(flip=1.0).send(1)[0]
    sent = b"packet 000000"
    assert len(data) == len(sent)
    different = int.from_bytes(data, "big") ^ int.from_bytes(sent, "big")
    assert different.bit_count() == 1


def test_truncation_loses_the_end():
    data = Wire(truncate=1.0).send(1)[0]
    assert len(data) < 13
    assert b"packet 000000".startswith(data)


def test_a_cut_works_in_one_direction_and_ends():
    wire = Wire()
    wire.network.cut(0, 1, Micros(100))
    wire.send(1, at=50)
    wire.send(1, at=50, source=1, target=0)
    wire.send(1, at=100)
    assert [(source, target) for _, source, target, _ in wire.delivered] == [(1, 0), (0, 1)]


def test_a_partition_cuts_both_ways_between_the_groups_only():
    wire = Wire()
    wire.network.partition([0], Micros(100))
    for source, target in ((0, 1), (1, 0), (2, 0), (1, 2), (2, 1)):
        wire.send(1, source=source, target=target)
    assert [(source, target) for _, source, target, _ in wire.delivered] == [(1, 2), (2, 1)]


def test_a_flapping_path_works_every_second_period():
    wire = Wire()
    wire.network.flap(0, 1, 10, Micros(1_000))
    for at in (5, 15, 25, 35, 1_015):
        wire.send(1, at=at)
    assert [at for at, _, _, _ in wire.delivered] == [
        at + wire.delivered[0][0] - 5 for at in (5, 25, 1_015)
    ]


def test_what_is_under_way_is_bounded():
    wire = Wire()
    wire.send(limits.SIM_FLIGHT_PACKETS_MAX + 5)
    assert len(wire.delivered) == limits.SIM_FLIGHT_PACKETS_MAX
    wire.network.arrived()
    wire.send(1)
    assert len(wire.delivered) == limits.SIM_FLIGHT_PACKETS_MAX + 1


def test_a_healed_network_is_a_quiet_one():
    wire = Wire(loss=1.0)
    wire.network.cut(0, 1, Micros(10 * SECOND))
    wire.network.heal()
    assert len(wire.send(10)) == 10


def test_a_way_of_its_own_has_its_own_delay_and_loss_in_one_direction_only():
    wire = Wire()
    wire.network.lay((0, 1), 70 * MILLI, 0.0, 0.0)
    wire.network.lay((1, 0), 5 * MILLI, 0.5, 0.0)
    wire.send(1)
    assert [at for at, *_ in wire.delivered] == [70 * MILLI]
    wire.send(100, source=1, target=0)
    assert 30 < len(wire.delivered) - 1 < 70


def test_a_slow_uplink_lets_packets_out_one_by_one_and_loses_what_waits_too_long():
    wire = Wire()
    wire.network.throttle(0, 100)
    wire.network.lay((0, 1), 0, 0.0, 0.0)
    wire.send(3)
    assert [at for at, *_ in wire.delivered] == [10 * MILLI, 20 * MILLI, 30 * MILLI]
    wire.send(1_000)
    assert max(at for at, *_ in wire.delivered) <= limits.SIM_UPLINK_QUEUE_MICROS + 10 * MILLI
    assert wire.network.counters["full"] > 700
