"""Loss detection: by later packets, by time, and what a reordering path teaches."""

from __future__ import annotations

from app.core import limits
from app.core.instant import MILLI, Micros
from app.mstreams.packets import Ack
from app.mstreams.path import Path
from app.mstreams.recovery import Recovery

PIECE = (0, 0, b"x")


def flight(count, every_micros=0):
    recovery = Recovery(Path())
    for number in range(count):
        recovery.sent(100, [PIECE], Micros(number * every_micros))
    return recovery


def ack(*ranges):
    return Ack(ranges, 0)


def numbers(sent):
    return [each.number for each in sent]


def test_a_packet_is_lost_when_one_three_later_arrived():
    recovery = flight(5)
    outcome = recovery.acknowledged(ack((1, 2)), Micros(50 * MILLI))
    assert numbers(outcome.arrived) == [1, 2]
    assert outcome.lost == []
    outcome = recovery.acknowledged(ack((1, 3)), Micros(50 * MILLI))
    assert numbers(outcome.arrived) == [3]
    assert numbers(outcome.lost) == [0]
    assert recovery.in_flight == 1


def test_a_packet_is_lost_an_eighth_past_a_round_trip_once_a_later_one_arrived():
    recovery = flight(2)
    assert recovery.acknowledged(ack((1, 1)), Micros(80 * MILLI)).lost == []
    assert recovery.deadline() == 90 * MILLI
    assert recovery.overdue(Micros(90 * MILLI - 1)).lost == []
    assert numbers(recovery.overdue(Micros(90 * MILLI)).lost) == [0]
    assert recovery.deadline() is None


def test_without_a_later_arrival_time_alone_loses_nothing():
    recovery = flight(3)
    recovery.acknowledged(ack((0, 0)), Micros(10 * MILLI))
    assert recovery.overdue(Micros(10**9)).lost == []
    assert recovery.in_flight == 2
    assert recovery.probe_at() is not None


def test_an_acknowledgement_told_twice_counts_once():
    recovery = flight(6)
    recovery.acknowledged(ack((4, 5), (1, 2)), Micros(50 * MILLI))
    again = recovery.acknowledged(ack((4, 5), (1, 2)), Micros(60 * MILLI))
    assert again.arrived == []
    assert recovery._path.latest_rtt_micros == 50 * MILLI


def test_an_older_acknowledgement_that_comes_late_still_counts():
    recovery = flight(8)
    recovery.acknowledged(ack((7, 7), (2, 4)), Micros(50 * MILLI))
    assert recovery.in_flight == 2
    recovery = flight(8)
    recovery.acknowledged(ack((2, 7)), Micros(50 * MILLI))
    outcome = recovery.acknowledged(ack((3, 4), (0, 1)), Micros(51 * MILLI))
    assert outcome.found == [0, 1]


def test_a_packet_that_was_only_late_teaches_patience():
    recovery = flight(20)
    recovery.acknowledged(ack((1, 3)), Micros(50 * MILLI))
    assert recovery._lost_lately == {0: None}
    loss = recovery._path.loss
    outcome = recovery.acknowledged(ack((0, 3)), Micros(51 * MILLI))
    assert outcome.found == [0]
    assert outcome.arrived == []
    assert recovery._path.loss < loss
    assert recovery.acknowledged(ack((5, 8), (0, 3)), Micros(51 * MILLI)).lost == []
    assert numbers(recovery.acknowledged(ack((5, 10), (0, 3)), Micros(51 * MILLI)).lost) == [4]


def test_packets_without_pieces_are_not_waited_for():
    recovery = Recovery(Path())
    recovery.sent(40, [], Micros(0))
    assert recovery.in_flight == 0
    assert recovery.deadline() is None
    assert recovery.acknowledged(ack((0, 0)), Micros(MILLI)).arrived == []


def test_the_floor_follows_the_oldest_packet_under_way():
    recovery = flight(200)
    assert recovery.floor == 0
    recovery.acknowledged(ack((0, 99)), Micros(50 * MILLI))
    assert recovery.floor == 100
    recovery.acknowledged(ack((0, 199)), Micros(50 * MILLI))
    assert recovery.floor == 200 - limits.ACK_REACH_PACKETS


def test_delivery_is_measured_over_the_round_trip():
    recovery = flight(10)
    recovery.acknowledged(ack((0, 9)), Micros(100 * MILLI))
    assert recovery._path.delivered_bytes_per_second == 10_000


def test_an_answer_ends_the_back_off():
    recovery = flight(2)
    recovery.unanswered = 2
    recovery.acknowledged(ack((0, 0)), Micros(100 * MILLI))
    assert recovery.probe_at() == recovery._path.probe_micros(0)


def test_a_flight_given_up_teaches_nothing_about_reordering():
    recovery = flight(3)
    assert numbers(recovery.give_up()) == [0, 1, 2]
    assert (recovery.in_flight, recovery.flight_bytes) == (0, 0)
    assert recovery.deadline() is None
    assert recovery.acknowledged(ack((0, 2)), Micros(50 * MILLI)).found == []
