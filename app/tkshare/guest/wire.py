"""The one line between a guest and the app: frames of JSON over an inherited socket.

A frame is a length (4 bytes, big endian) and a JSON array that begins with a word. Nothing here
blocks once the program runs: what the socket doesn't take waits in a bounded buffer. The app's
heartbeat is answered when it is read, from the toolkit's own loop: so an answer says that the
program's loop turns, and its absence for 5 s that it hangs. Never interprets what frames mean.
"""

from __future__ import annotations

import json
import socket
import struct
from collections import deque
from typing import Any

Frame = list[Any]

FRAME_BYTES_MAX = 1 << 16
"""JSON of one frame, both ways."""
UNSENT_BYTES_MAX = 1 << 20
"""What waits for the app; an app that leaves more unread is no app any more."""
CREDIT = 256
"""Events that either side may send before it has heard that earlier ones are done."""
READ_BYTES = 1 << 16

_LENGTH = struct.Struct(">I")


class GoneError(Exception):
    """The app has closed its end, or speaks something else: there is nobody to run for."""


class Wire:
    """Frames over a connected stream socket; `credit` is how many events may still be sent."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.setblocking(False)
        self._received = bytearray()
        self._unsent = bytearray()
        self._waiting: deque[Frame] = deque()
        self.credit = CREDIT

    def fileno(self) -> int:
        """For the toolkit's loop."""
        return self._socket.fileno()

    @property
    def unsent(self) -> bool:
        """Whether `flush` has to be called when the socket takes more."""
        return bool(self._unsent)

    def send(self, *frame: Any) -> None:
        """Send one frame as far as the socket takes it, the rest with `flush`.

        Raises:
            GoneError: the app is not there any more.
        """
        body = json.dumps(frame, separators=(",", ":")).encode()
        if len(body) > FRAME_BYTES_MAX:
            body = json.dumps(["log", f"{frame[0]}: {len(body)} bytes are too many"]).encode()
        self._unsent += _LENGTH.pack(len(body)) + body
        if len(self._unsent) > UNSENT_BYTES_MAX:
            message = "the app doesn't read"
            raise GoneError(message)
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it; raises `GoneError`."""
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent)
            except BlockingIOError:
                return
            except OSError as error:
                raise GoneError(str(error)) from None
            del self._unsent[:sent]

    def receive(self) -> list[Frame]:
        """All whole frames that are here; heartbeat and credit are taken care of.

        Raises:
            GoneError: the app closed its end, or sent what is no frame.
        """
        while True:
            try:
                data = self._socket.recv(READ_BYTES)
            except BlockingIOError:
                break
            except OSError as error:
                raise GoneError(str(error)) from None
            if not data:
                if self._waiting:
                    break  # what it said before it went counts
                message = "the app has closed its end"
                raise GoneError(message)
            self._received += data
            self._split()
        frames = list(self._waiting)
        self._waiting.clear()
        return frames

    def first(self) -> Frame:
        """Wait for one frame: the start, before the program and its loop exist."""
        self._socket.setblocking(True)
        try:
            while not self._waiting:
                data = self._socket.recv(READ_BYTES)
                if not data:
                    message = "the app has closed its end"
                    raise GoneError(message)
                self._received += data
                self._split()
        finally:
            self._socket.setblocking(False)
        return self._waiting.popleft()

    def last(self, *frame: Any) -> None:
        """Send a frame as the last thing this process does, and wait until it has left."""
        try:
            self._socket.setblocking(True)
            self._socket.settimeout(1.0)
            self.send(*frame)
            self._socket.shutdown(socket.SHUT_WR)
        except (OSError, GoneError):
            return

    def _split(self) -> None:
        while len(self._received) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._received)
            if length > FRAME_BYTES_MAX:
                message = f"a frame of {length} bytes"
                raise GoneError(message)
            end = _LENGTH.size + length
            if len(self._received) < end:
                return
            body = bytes(self._received[_LENGTH.size : end])
            del self._received[:end]
            self._take(body)

    def _take(self, body: bytes) -> None:
        try:
            frame = json.loads(body)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, list) or not frame or not isinstance(frame[0], str):
            message = "the app sent what is no frame"
            raise GoneError(message)
        if frame[0] == "alive":
            self.send("alive")
        elif frame[0] == "credit" and len(frame) == 2 and type(frame[1]) is int:
            self.credit += max(0, frame[1])
        else:
            self._waiting.append(frame)
