"""The guest's end of the socket pair: JSON arrays, counted in credit, from several threads.

Each message is preceded by its length as 4 bytes, big-endian. Either side may have 256 messages
under way that the other has not taken; `["credit", n]` gives n back. `["alive"]` and credit itself
cost nothing. Whoever sends without credit waits: a script that floods its site slows down itself.
It never looks at what a message means.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from typing import Any

Message = list[Any]

FRAME_BYTES_MAX = 65_536
CREDIT_MESSAGES = 256
CREDIT_BATCH = 64

_LENGTH = struct.Struct(">I")


def encode(message: Message) -> bytes:
    """JSON without blanks, ASCII only: a script's text can't make it invalid."""
    return json.dumps(message, separators=(",", ":")).encode("ascii")


class Closed(Exception):
    """The app has gone, or what it sent is no frame."""


class Wire:
    """Messages over one stream socket; `send` and `taken` may be called by any thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._writing = threading.Lock()
        self._has_credit = threading.Semaphore(CREDIT_MESSAGES)
        self._counting = threading.Lock()
        self._taken = 0

    def send(self, message: Message) -> None:
        """Send, as soon as there is credit.

        Raises:
            Closed: nobody reads any more.
            ValueError: it doesn't fit a frame.
        """
        frame = encode(message)
        if len(frame) > FRAME_BYTES_MAX:
            raise ValueError(len(frame))
        self._has_credit.acquire()
        self._write(frame)

    def send_free(self, message: Message) -> None:
        """Send what costs no credit; raises `Closed`."""
        self._write(encode(message))

    def receive(self) -> Message:
        """The next message that isn't credit; for one thread only. Raises `Closed`."""
        while True:
            (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
            if length > FRAME_BYTES_MAX:
                raise Closed
            try:
                message = json.loads(self._read(length))
            except ValueError as error:
                raise Closed from error
            if not isinstance(message, list) or not message:
                raise Closed
            if message[0] != "credit":
                return message
            self._has_credit.release(message[1])

    def taken(self) -> None:
        """A received message was dealt with: its credit goes back, with others in one message."""
        with self._counting:
            self._taken += 1
            if self._taken < CREDIT_BATCH:
                return
            self._taken = 0
        self.send_free(["credit", CREDIT_BATCH])

    def _write(self, frame: bytes) -> None:
        try:
            with self._writing:
                self._sock.sendall(_LENGTH.pack(len(frame)) + frame)
        except OSError as error:
            raise Closed from error

    def _read(self, count: int) -> bytes:
        pieces = bytearray()
        while len(pieces) < count:
            try:
                piece = self._sock.recv(count - len(pieces))
            except OSError as error:
                raise Closed from error
            if not piece:
                raise Closed
            pieces += piece
        return bytes(pieces)
