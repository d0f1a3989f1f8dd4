"""Frames to pieces and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import Bug
from app.mstreams.fragments import Inbox, Outbox
from app.mstreams.packets import PIECE_HEADER_BYTES

FRAMES = st.lists(st.binary(min_size=1, max_size=700), min_size=1, max_size=30)


def drain(outbox, room=400):
    pieces = []
    while (piece := outbox.take(room)) is not None:
        assert len(piece[2]) + PIECE_HEADER_BYTES <= room
        pieces.append(piece[1:])
    return pieces


@given(FRAMES, st.randoms(use_true_random=False), st.integers(140, 900))
def test_frames_come_out_in_order_whatever_the_order_of_pieces(frames, random, room):
    outbox, inbox = Outbox(0, 1 << 20, 10_000), Inbox(10_000)
    for frame in frames:
        assert outbox.put(frame)
    pieces = drain(outbox, room)
    random.shuffle(pieces)
    got = []
    for number, data in pieces + pieces:
        got += inbox.put(number, data)
    assert got == frames


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=30))
def test_every_sequence_of_bytes_is_frames_of_allowed_size(pieces):
    inbox = Inbox(64)
    for number, data in enumerate(pieces):
        for frame in inbox.put(number, data):
            assert 1 <= len(frame) <= limits.FRAME_BYTES_MAX


def test_small_frames_share_a_piece():
    outbox = Outbox(0, 1 << 20, 64)
    for _ in range(5):
        outbox.put(bytes(70))
    assert [len(data) for _, data in drain(outbox)] == [5 * 72]


def test_a_piece_is_full_before_the_next_begins():
    outbox = Outbox(0, 1 << 20, 64)
    outbox.put(bytes(1_000))
    assert [len(data) for _, data in drain(outbox)] == [389, 389, 224]


def test_no_sliver_starts_a_piece_but_a_rest_may():
    outbox = Outbox(0, 1 << 20, 64)
    outbox.put(bytes(500))
    assert outbox.take(60) is None
    assert outbox.take(500) is not None
    assert outbox.take(60) is not None
    assert outbox.take(60) is None


def test_a_full_queue_refuses_and_keeps_nothing():
    outbox = Outbox(0, 1_000, 64)
    assert outbox.put(bytes(900))
    assert not outbox.put(bytes(100))
    assert outbox.queued_bytes == 902
    assert outbox.put(bytes(96))


def test_bytes_stay_counted_until_acknowledged():
    outbox = Outbox(0, 1_000, 64)
    outbox.put(bytes(900))
    pieces = drain(outbox)
    assert outbox.queued_bytes == 902
    for number, _ in pieces * 2:
        outbox.acknowledge(number)
    assert outbox.queued_bytes == 0


@pytest.mark.parametrize("size", [0, limits.FRAME_BYTES_MAX + 1])
def test_a_frame_of_impossible_size_is_our_bug(size):
    with pytest.raises(Bug):
        Outbox(0, 1 << 20, 64).put(bytes(size))


def test_the_sender_stops_where_the_receiver_would_refuse():
    outbox, inbox = Outbox(0, 1 << 20, 4), Inbox(4)
    outbox.put(bytes(60_000))
    pieces = drain(outbox)
    assert [number for number, _ in pieces] == [0, 1, 2, 3]
    assert inbox.expects(3)
    assert not inbox.expects(4)
    outbox.acknowledge(2)
    assert not outbox.ready
    outbox.acknowledge(0)
    assert [number for number, _ in drain(outbox)] == [4]


def test_a_lost_piece_goes_again_before_new_ones_with_the_same_bytes():
    outbox = Outbox(0, 1 << 20, 64)
    outbox.put(bytes(range(250)) * 8)
    first, second = outbox.take(400), outbox.take(400)
    outbox.lose(1)
    outbox.lose(0)
    outbox.lose(0)
    assert [outbox.take(400), outbox.take(400)] == [second, first]
    third = outbox.take(400)
    assert third is not None
    assert third[1] == 2


def test_a_lost_piece_that_arrived_after_all_does_not_go_again():
    outbox = Outbox(0, 1 << 20, 64)
    outbox.put(bytes(100))
    drain(outbox)
    outbox.lose(0)
    outbox.acknowledge(0)
    outbox.lose(0)
    assert not outbox.ready
    assert outbox.take(400) is None


def test_pieces_that_come_again_leave_nothing_behind():
    outbox, inbox = Outbox(0, 1 << 20, 64), Inbox(64)
    outbox.put(bytes(1_000))
    pieces = drain(outbox)
    for number, data in [*reversed(pieces), *pieces]:
        inbox.put(number, data)
    assert inbox._held == {}


def test_a_frame_is_out_with_its_last_byte():
    outbox, inbox = Outbox(0, 1 << 20, 64), Inbox(64)
    outbox.put(bytes(1_000))
    *early, last = drain(outbox)
    for number, data in early:
        assert inbox.put(number, data) == []
    assert inbox.put(*last) == [bytes(1_000)]
