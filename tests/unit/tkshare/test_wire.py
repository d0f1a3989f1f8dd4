"""The line between guest and app: frames, credit, heartbeat, and what ends it."""

from __future__ import annotations

import json
import socket
import struct

import pytest

from app.tkshare.guest.wire import CREDIT, FRAME_BYTES_MAX, UNSENT_BYTES_MAX, GoneError, Wire


def framed(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


class AppEnd:
    """The app's end of the line, byte by byte."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.socket.settimeout(5)

    def say(self, *frame: object) -> None:
        self.socket.sendall(framed(json.dumps(frame).encode()))

    def hear(self) -> list[object]:
        (length,) = struct.unpack(">I", self.exactly(4))
        frame: list[object] = json.loads(self.exactly(length))
        return frame

    def exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += self.socket.recv(count - len(data))
        return data


def fill(wire: Wire) -> None:
    for _ in range(100):
        wire.send("log", "x" * 60_000)


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield Wire(here), AppEnd(there)


def test_frames_go_both_ways_in_order(ends):
    wire, app = ends
    wire.send("hello", "tk", {"tk": "8.6.13"})
    app.say("go", 7, 1000)
    app.say("stop")
    assert app.hear() == ["hello", "tk", {"tk": "8.6.13"}]
    assert wire.receive() == [["go", 7, 1000], ["stop"]]


def test_a_frame_in_pieces_is_a_frame_when_it_is_whole(ends):
    wire, app = ends
    whole = framed(b'["mark",5,9]')
    app.socket.sendall(whole[:3])
    assert wire.receive() == []
    app.socket.sendall(whole[3:9])
    assert wire.receive() == []
    app.socket.sendall(whole[9:])
    assert wire.receive() == [["mark", 5, 9]]


def test_a_heartbeat_is_answered_when_it_is_read(ends):
    wire, app = ends
    app.say("alive")
    assert wire.receive() == []
    assert app.hear() == ["alive"]


def test_credit_comes_back(ends):
    wire, app = ends
    wire.credit = 0
    app.say("credit", 3)
    app.say("credit", -5)
    assert wire.receive() == []
    assert wire.credit == 3
    assert Wire(app.socket).credit == CREDIT


def test_the_first_frame_is_waited_for_and_the_rest_is_kept(ends):
    wire, app = ends
    app.say("start", {})
    app.say("raise")
    assert wire.first() == ["start", {}]
    assert wire.receive() in ([], [["raise"]])


def test_what_the_socket_does_not_take_waits_and_is_not_lost(ends):
    wire, app = ends
    text = "x" * 30_000
    count = UNSENT_BYTES_MAX // 40_000
    for _ in range(count):
        wire.send("log", text)
    assert wire.unsent
    for _ in range(count):
        assert app.hear() == ["log", text]
        wire.flush()
    assert not wire.unsent


def test_an_app_that_never_reads_is_gone(ends):
    wire, _ = ends
    with pytest.raises(GoneError):
        fill(wire)


def test_a_frame_that_is_too_large_is_said_and_not_sent(ends):
    wire, app = ends
    wire.send("digest", "x" * FRAME_BYTES_MAX)
    assert app.hear()[0] == "log"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"[1]", b"[" * 60_000, b"\xff", b'{"a":1}', b"null"]
)
def test_what_is_no_frame_ends_the_guest(ends, body):
    wire, app = ends
    app.socket.sendall(framed(body))
    with pytest.raises(GoneError):
        wire.receive()


def test_a_length_beyond_the_bound_ends_the_guest_at_once(ends):
    wire, app = ends
    app.socket.sendall(struct.pack(">I", FRAME_BYTES_MAX + 1))
    with pytest.raises(GoneError):
        wire.receive()


def test_an_app_that_closes_ends_the_guest(ends):
    wire, app = ends
    app.socket.close()
    with pytest.raises(GoneError):
        wire.receive()
