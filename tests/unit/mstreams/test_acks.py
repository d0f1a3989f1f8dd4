"""Received numbers: ranges, floor, and when an acknowledgement leaves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.instant import Micros
from app.mstreams import packets
from app.mstreams.acks import Received

NOW = Micros(1_000)
LATER = Micros(1_000 + limits.ACK_DELAY_MICROS_MAX)


def reported(received):
    ack = packets.unpack(packets.pack(0, 0, [received.block(NOW)])).ack
    assert ack is not None
    return ack.ranges


@given(st.lists(st.integers(0, 40), unique=True, min_size=1))
def test_ranges_cover_exactly_what_came(numbers):
    received = Received()
    for number in numbers:
        assert not received.seen(number)
        received.note(number, 0, True, NOW)
        assert received.seen(number)
    covered = [n for low, high in reported(received) for n in range(low, high + 1)]
    assert sorted(covered) == sorted(numbers)
    assert [n for n in range(50) if received.seen(n)] == sorted(numbers)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1))
def test_a_number_once_seen_stays_seen_and_ranges_stay_few(pairs):
    received, taken = Received(), []
    for number, back in pairs:
        if received.seen(number):
            continue
        received.note(number, max(number - back, 0), True, NOW)
        taken.append(number)
        assert len(reported(received)) <= limits.ACK_RANGES_MAX
        assert all(received.seen(n) for n in taken)


def test_with_too_many_gaps_the_oldest_are_given_up():
    received = Received()
    for number in range(0, 4 * limits.ACK_RANGES_MAX, 2):
        received.note(number, 0, True, NOW)
    ranges = reported(received)
    assert len(ranges) == limits.ACK_RANGES_MAX
    assert ranges[0] == (4 * limits.ACK_RANGES_MAX - 2,) * 2
    assert received.seen(1)


def test_what_the_sender_no_longer_waits_for_is_forgotten():
    received = Received()
    for number in (0, 1, 4, 5, 6, 9):
        received.note(number, 0, True, NOW)
    received.note(10, 5, True, NOW)
    assert reported(received) == ((9, 10), (5, 6))
    assert received.seen(3)
    assert not received.seen(7)


def test_a_lone_packet_may_wait_and_two_may_not():
    received = Received()
    received.note(0, 0, True, NOW)
    assert received.owed is True
    assert not received.due(NOW)
    assert received.deadline() == LATER
    assert received.due(LATER)
    received.note(1, 0, True, NOW)
    assert received.due(NOW)
    received.settle()
    assert not received.due(LATER)
    assert received.deadline() is None


def test_a_gap_or_a_late_packet_is_told_at_once():
    for second in (3, 1):
        received = Received()
        received.note(2 if second == 1 else 1, 0, True, NOW)
        received.settle()
        received.note(second, 0, True, NOW)
        assert received.due(NOW)


def test_packets_that_want_no_answer_get_none():
    received = Received()
    received.note(0, 0, False, NOW)
    received.note(5, 0, False, NOW)
    assert not received.owed
    assert received.deadline() is None
