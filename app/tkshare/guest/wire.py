"""Frames between a guest and the app, over the socket that the guest inherited.

A frame is a 4-byte big-endian length and a JSON array in UTF-8, at most 64 KiB. Reading never
blocks but where it is asked to; writing waits for the app, as a guest without an app has nothing to
do. What is not a frame ends the connection: there is no way to find the next one.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

FRAME_BYTES_MAX = 64 * 1024
READ_BYTES = 1 << 18
_HEAD = struct.Struct(">I")

Frame = list[Any]


class GoneError(Exception):
    """The app closed the socket, or said what is no frame."""


class Wire:
    """One end of the connection."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._buffer = b""

    @property
    def descriptor(self) -> int:
        """To wait on."""
        return self._end.fileno()

    def send(self, frame: Frame) -> None:
        """Send a frame; one that is too long is not sent at all.

        Raises:
            GoneError: nobody is there.
        """
        body = json.dumps(frame, ensure_ascii=True, separators=(",", ":")).encode()
        if len(body) > FRAME_BYTES_MAX:
            return
        self._end.setblocking(True)
        try:
            self._end.sendall(_HEAD.pack(len(body)) + body)
        except OSError as error:
            raise GoneError from error

    def frames(self) -> list[Frame]:
        """All whole frames that are here, without waiting.

        Raises:
            GoneError: the app is gone, and everything it said has been returned.
        """
        frames = self._whole()
        if frames:
            return frames
        self._end.setblocking(False)
        try:
            data = self._end.recv(READ_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise GoneError from error
        if not data:
            raise GoneError
        self._buffer += data
        return self._whole()

    def next_frame(self) -> Frame:
        """Wait for one frame; others stay for `frames`.

        Raises:
            GoneError: the app is gone.
        """
        self._end.setblocking(True)
        while True:
            frames = self._whole(1)
            if frames:
                return frames[0]
            data = self._end.recv(READ_BYTES)
            if not data:
                raise GoneError
            self._buffer += data

    def _whole(self, most: int = 1 << 30) -> list[Frame]:
        frames: list[Frame] = []
        start = 0
        while len(self._buffer) >= start + _HEAD.size and len(frames) < most:
            (length,) = _HEAD.unpack_from(self._buffer, start)
            if length > FRAME_BYTES_MAX:
                raise GoneError
            end = start + _HEAD.size + length
            if len(self._buffer) < end:
                break
            try:
                frame = json.loads(self._buffer[start + _HEAD.size : end])
            except ValueError as error:
                raise GoneError from error
            if not isinstance(frame, list) or not frame or not isinstance(frame[0], str):
                raise GoneError
            frames.append(frame)
            start = end
        self._buffer = self._buffer[start:]
        return frames
