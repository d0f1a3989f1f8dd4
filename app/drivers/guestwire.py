"""The app's end of a guest's socket: frames, credit, heartbeat; never what a message is for.

A frame is a JSON array behind 4 bytes of length, big-endian. Each side may have 256 messages under
way that the other has not taken (`["credit", n]` gives n back); `["alive"]` comes each second and
costs nothing. All bytes are suspect: a guest that breaks a rule is hung up on. Used on the thread
of its event loop only; callbacks may call back.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Any

from app.core import limits

Frame = tuple[list[Any], bytes]
"""A message as a list, and as the bytes it came in."""

_LENGTH = struct.Struct(">I")
_READ_BYTES = 65_536


class GuestWire:
    """One connection; `gone` is called once, when it ends by itself.

    Args:
        loop: the running loop.
        sock: connected; closed by `close`.
        heard: gets each message but credit and heartbeats.
        gone: gets the reason, empty if the guest just hung up.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        heard: Callable[[Frame], None],
        gone: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._sock = sock
        self._heard = heard
        self._gone = gone
        self._inbound = bytearray()
        self._unsent = bytearray()
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._credit = limits.GUEST_CREDIT_MESSAGES
        self._ungranted = 0
        self._is_open = True
        self._is_writing = False
        self.last_heard = loop.time()
        sock.setblocking(False)
        loop.add_reader(sock.fileno(), self._read)

    def tell(self, message: bytes) -> None:
        """Send, when there is credit; what the guest doesn't take for too long ends it."""
        if not self._is_open:
            return
        self._waiting.append(message)
        self._waiting_bytes += len(message)
        if self._waiting_bytes > limits.GUEST_WAITING_BYTES_MAX:
            self._end("it does not take what it is told")
            return
        self._send_waiting()

    def close(self) -> None:
        """Hang up; nothing is called any more."""
        if not self._is_open:
            return
        self._is_open = False
        self._loop.remove_reader(self._sock.fileno())
        if self._is_writing:
            self._loop.remove_writer(self._sock.fileno())
        self._sock.close()

    # --- out --------------------------------------------------------------------------------------

    def _send_waiting(self) -> None:
        while self._waiting and self._credit:
            message = self._waiting.popleft()
            self._waiting_bytes -= len(message)
            self._credit -= 1
            self._unsent += _LENGTH.pack(len(message)) + message
        self._write()

    def _write(self) -> None:
        if not self._is_open:
            return
        try:
            while self._unsent:
                del self._unsent[: self._sock.send(self._unsent)]
        except BlockingIOError:
            if not self._is_writing:
                self._is_writing = True
                self._loop.add_writer(self._sock.fileno(), self._write)
            return
        except OSError:
            self._end("")
            return
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._sock.fileno())

    # --- in ---------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            data = self._sock.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end("")
            return
        self.last_heard = self._loop.time()
        self._inbound += data
        while self._is_open and (frame := self._next_frame()) is not None:
            self._take(frame)

    def _next_frame(self) -> bytes | None:
        """The next whole frame, or None; a length that nobody may send hangs up."""
        if len(self._inbound) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._inbound)
        if length > limits.GUEST_MESSAGE_BYTES_MAX:
            self._end("it sent a message that is too long")
            return None
        end = _LENGTH.size + length
        if len(self._inbound) < end:
            return None
        frame = bytes(self._inbound[_LENGTH.size : end])
        del self._inbound[:end]
        return frame

    def _take(self, frame: bytes) -> None:
        try:
            message = json.loads(frame)
        except (ValueError, RecursionError):
            message = None
        match message:
            case ["alive"]:
                pass
            case ["credit", int(count)] if 0 < count <= limits.GUEST_CREDIT_MESSAGES:
                self._credit = min(self._credit + count, limits.GUEST_CREDIT_MESSAGES)
                self._send_waiting()
            case [str(kind), *_] if kind != "credit":
                self._hear((message, frame))
            case _:
                self._end("it sent something that is no message")

    def _hear(self, frame: Frame) -> None:
        self._ungranted += 1
        if self._ungranted > limits.GUEST_CREDIT_MESSAGES:
            self._end("it sent more than it may")
            return
        self._heard(frame)
        if self._ungranted >= limits.GUEST_CREDIT_BATCH:
            message = json.dumps(["credit", self._ungranted]).encode("ascii")
            self._ungranted = 0
            self._unsent += _LENGTH.pack(len(message)) + message
            self._write()

    def _end(self, why: str) -> None:
        if self._is_open:
            self.close()
            self._gone(why)
