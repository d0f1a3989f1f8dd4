"""How what a person does becomes `input` frames."""

from __future__ import annotations

import socket

import pytest

from app.tkshare.guest.outbox import EVENTS_MAX, FRAME_MS, HELD_MAX, Outbox
from app.tkshare.guest.wire import CREDIT, Wire

KEY = ["key", "."]


def move(x: int, window: str = ".", state: int = 0) -> list[object]:
    return ["move", window, x, 0, state, None]


class Said(Wire):
    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.frames: list[list[object]] = []

    def send(self, *frame: object) -> None:
        self.frames.append(list(frame))


@pytest.fixture
def wire():
    here, there = socket.socketpair()
    with here, there:
        yield Said(here)


def test_the_first_event_after_a_pause_goes_at_once(wire):
    Outbox(wire).put(KEY, 500)
    assert wire.frames == [["input", 0, 500, [[*KEY, 0]]]]


def test_what_follows_within_the_frame_goes_together(wire):
    box = Outbox(wire)
    for at_ms in (500, 505, 509):
        box.put(KEY, at_ms)
    assert box.waiting
    box.send(500 + FRAME_MS)
    assert wire.frames[1:] == [["input", 0, 505, [[*KEY, 0], [*KEY, 4]]]]


def test_of_motion_only_the_newest_counts(wire):
    box = Outbox(wire)
    box.put(KEY, 500)
    for x in range(5):
        box.put(move(x), 501 + x)
    box.send(520)
    assert wire.frames[1:] == [["input", 0, 505, [[*move(4), 0]]]]


@pytest.mark.parametrize("between", [KEY, move(9, ".b"), move(9, ".", 256)])
def test_motion_is_not_joined_across_anything_else(wire, between):
    box = Outbox(wire)
    box.put(KEY, 500)
    for event in (move(1), between, move(2)):
        box.put(event, 501)
    box.send(520)
    assert [event[:-1] for event in wire.frames[1][3]] == [move(1), between, move(2)]


def test_an_applied_entry_closes_a_batch(wire):
    box = Outbox(wire)
    box.put(KEY, 500)
    box.put(KEY, 501)
    box.seen = 9
    box.put(KEY, 502)
    box.send(520)
    assert [(frame[1], len(frame[3])) for frame in wire.frames] == [(0, 1), (0, 1), (9, 1)]


def test_without_credit_events_wait_and_beyond_the_bound_they_are_dropped(wire):
    box = Outbox(wire)
    for at_ms in range(CREDIT + HELD_MAX + 5):
        box.put(KEY, at_ms * FRAME_MS)
    assert sum(len(frame[3]) for frame in wire.frames) == CREDIT
    assert box.dropped == 5
    wire.credit = EVENTS_MAX + 1
    wire.frames.clear()
    box.send(10**6)
    assert sum(len(frame[3]) for frame in wire.frames) == EVENTS_MAX + 1
