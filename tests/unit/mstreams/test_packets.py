"""Packets: the layout goes there and back, and nothing else is let in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import RemoteError
from app.mstreams import packets
from app.mstreams.packets import Ack, Packet

PIECES = st.tuples(st.integers(0, 2), st.integers(0, 2**64 - 1), st.binary(min_size=1, max_size=60))


@st.composite
def acks(draw):
    high = draw(st.integers(2**40, 2**64 - 1))
    ranges = []
    for _ in range(draw(st.integers(1, limits.ACK_RANGES_MAX))):
        low = high - draw(st.integers(0, 1_000))
        ranges.append((low, high))
        high = low - 1 - draw(st.integers(1, 1_000))
    return Ack(tuple(ranges), draw(st.integers(0, packets.U32_MAX)))


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, packets.U32_MAX),
    st.none() | acks(),
    st.lists(st.binary(min_size=1, max_size=60), max_size=3),
    st.lists(PIECES, min_size=1, max_size=5),
)
def test_a_packet_comes_back_as_it_was(number, back, ack, hints, pieces):
    floor = max(number - back, 0)
    blocks = [] if ack is None else [packets.ack_block(ack.ranges, ack.delay_micros)]
    blocks += [packets.hint_block(hint) for hint in hints]
    blocks += [packets.piece_block(*piece) for piece in pieces]
    data = packets.pack(number, floor, blocks)
    assert packets.unpack(data) == Packet(number, floor, ack, hints, pieces)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_random_bytes_are_a_packet_or_a_remote_error(random, tail):
    for data in (random, packets.pack(5, 3, [random]), packets.pack(5, 3, [b"\4" + tail])):
        try:
            packets.unpack(data)
        except RemoteError:
            continue


BROKEN = {
    "nothing": b"",
    "a header alone": packets.pack(5, 3, []),
    "longer than a packet": packets.pack(5, 3, [bytes(limits.PACKET_BYTES_MAX)]),
    "floor below zero": packets.pack(5, -1, [packets.hint_block(b"x")]),
    "unknown block": packets.pack(5, 3, [b"\5"]),
    "empty piece": packets.pack(5, 3, [packets.piece_block(0, 0, b"")]),
    "empty hint": packets.pack(5, 3, [packets.hint_block(b"")]),
    "cut off piece": packets.pack(5, 3, [packets.piece_block(0, 0, b"abc")])[:-1],
    "cut off piece header": packets.pack(5, 3, [packets.piece_block(0, 0, b"abc")[:7]]),
    "cut off ack": packets.pack(5, 3, [packets.ack_block([(2, 3)], 0)])[:-1],
    "two acks": packets.pack(5, 3, [packets.ack_block([(2, 3)], 0)] * 2),
    "ack of no range": packets.pack(5, 3, [packets._ACK.pack(packets.ACK, 9, 0, 0)]),
    "ack of too many ranges": packets.pack(
        5, 3, [packets._ACK.pack(packets.ACK, 9, 0, limits.ACK_RANGES_MAX + 1), bytes(400)]
    ),
    "touching ranges": packets.pack(5, 3, [packets.ack_block([(5, 6), (3, 4)], 0)]),
    "ack below zero": packets.pack(5, 3, [packets.ack_block([(5, 6), (-1, 2)], 0)]),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_broken_packets_are_remote_errors(data):
    with pytest.raises(RemoteError):
        packets.unpack(data)
