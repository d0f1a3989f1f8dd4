"""Frames become pieces that fit a packet, and pieces become frames again, one class at a time.

The frames of a class, each behind its length, form one sequence of bytes; a piece is the next part
of it, so small frames share a piece and large ones span many. A piece is cut once and keeps its
number and bytes however often it is sent. A length is stored less one in 16 bits, so *every*
sequence of bytes is a valid sequence of frames and nothing can turn out wrong after a piece was
accepted. Must never know of packets, time or loss.
"""

from __future__ import annotations

from collections import deque
from struct import Struct

from app.core import limits
from app.core.errors import Bug
from app.mstreams.packets import PIECE_HEADER_BYTES, Piece

_LENGTH = Struct(">H")
SLIVER_BYTES = 128
"""A rest of a packet too small to start a piece in that would not empty the queue."""


class Outbox:
    """Frames of one class on their way out, kept until their pieces are acknowledged."""

    def __init__(self, priority: int, bytes_max: int, pieces_max: int) -> None:
        self.queued_bytes = 0
        self._priority = priority
        self._bytes_max = bytes_max
        self._pieces_max = pieces_max
        self._uncut: deque[bytes] = deque()
        self._start = 0
        self._uncut_bytes = 0
        self._next = 0
        self._oldest = 0
        self._unacknowledged: dict[int, bytes] = {}
        self._lost: dict[int, None] = {}

    def put(self, frame: bytes) -> bool:
        """Queue a frame of 1 to `FRAME_BYTES_MAX` bytes; False, and nothing kept, if full."""
        size = len(frame)
        if not 1 <= size <= limits.FRAME_BYTES_MAX:
            raise Bug(f"frame of {size} bytes")
        size += _LENGTH.size
        if self.queued_bytes + size > self._bytes_max:
            return False
        self._uncut.append(_LENGTH.pack(len(frame) - 1) + frame)
        self._uncut_bytes += size
        self.queued_bytes += size
        return True

    @property
    def ready(self) -> bool:
        """Whether `take` has a piece, given room."""
        return bool(self._lost) or (
            self._uncut_bytes > 0 and self._next - self._oldest < self._pieces_max
        )

    def take(self, room: int) -> Piece | None:
        """The next piece whose block fits in `room` bytes: a lost one again, else a new one."""
        room -= PIECE_HEADER_BYTES
        for number in self._lost:
            data = self._unacknowledged[number]
            if len(data) > room:
                return None
            del self._lost[number]
            return self._priority, number, data
        if not self._uncut_bytes or self._next - self._oldest >= self._pieces_max:
            return None
        if room < min(SLIVER_BYTES, self._uncut_bytes):
            return None
        data = self._cut(room)
        number = self._next
        self._next += 1
        self._unacknowledged[number] = data
        return self._priority, number, data

    def _cut(self, room: int) -> bytes:
        """The next bytes of the sequence, at most `room`."""
        size = min(room, self._uncut_bytes)
        self._uncut_bytes -= size
        parts: list[bytes] = []
        while size:
            head = self._uncut[0]
            end = self._start + size
            if end < len(head):
                parts.append(head[self._start : end])
                self._start = end
                break
            parts.append(head[self._start :])
            size = end - len(head)
            self._start = 0
            self._uncut.popleft()
        return b"".join(parts)

    def waits_for(self, number: int) -> bool:
        """Whether that piece is not acknowledged yet."""
        return number in self._unacknowledged

    def acknowledge(self, number: int) -> None:
        """The peer has this piece; being told twice is fine."""
        data = self._unacknowledged.pop(number, None)
        if data is None:
            return
        self.queued_bytes -= len(data)
        self._lost.pop(number, None)
        while self._oldest < self._next and self._oldest not in self._unacknowledged:
            self._oldest += 1

    def lose(self, number: int) -> None:
        """A packet with this piece was lost: send it again, unless the peer has it by now."""
        if number in self._unacknowledged:
            self._lost[number] = None


class Inbox:
    """Pieces of one class on their way in: held until those before them came, then frames."""

    def __init__(self, pieces_max: int) -> None:
        self._pieces_max = pieces_max
        self._expected = 0
        self._held: dict[int, bytes] = {}
        self._parts: list[bytes] = []
        self._parts_bytes = 0
        self._wanted_bytes = _LENGTH.size

    def expects(self, number: int) -> bool:
        """Whether an honest sender may have sent this piece by now: it never runs further ahead."""
        return number < self._expected + self._pieces_max

    def put(self, number: int, data: bytes) -> list[bytes]:
        """Take an expected piece; frames that are complete now, in the order they were sent."""
        if number != self._expected:
            if number > self._expected:
                self._held[number] = data
            return []
        self._append(data)
        self._expected += 1
        while self._held and (held := self._held.pop(self._expected, None)) is not None:
            self._append(held)
            self._expected += 1
        return self._frames()

    def _append(self, data: bytes) -> None:
        self._parts.append(data)
        self._parts_bytes += len(data)

    def _frames(self) -> list[bytes]:
        """Cut complete frames off; joins only when one is complete, so each byte moves twice."""
        frames: list[bytes] = []
        if self._parts_bytes < self._wanted_bytes:
            return frames
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        size = len(data)
        start = 0
        wanted = _LENGTH.size
        while start + _LENGTH.size <= size:
            body = start + _LENGTH.size
            end = body + _LENGTH.unpack_from(data, start)[0] + 1
            if end > size:
                wanted = end - start
                break
            frames.append(data[body:end])
            start = end
        self._parts = [data[start:]] if start < size else []
        self._parts_bytes = size - start
        self._wanted_bytes = wanted
        return frames
