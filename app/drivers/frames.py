"""Frames over the app's end of a guest's socket: 4 bytes of length, big-endian, then the body.

Never looks into a body. All bytes are suspect: a length that nobody may send ends the line. Used on
the thread of its event loop only; callbacks may call back.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

from app.core import limits

_LENGTH = struct.Struct(">I")
_READ_BYTES = 65_536


class Frames:
    """One connection; `gone` is called once, when it ends by itself.

    Args:
        loop: the running loop.
        sock: connected; closed by `close`.
        took: gets the body of each frame.
        gone: gets the reason, empty if the guest just hung up.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        took: Callable[[bytes], None],
        gone: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._sock = sock
        self._took = took
        self._gone = gone
        self._inbound = bytearray()
        self._unsent = bytearray()
        self._is_writing = False
        self._is_paused = False
        self.is_open = True
        self.last_heard = loop.time()
        sock.setblocking(False)
        loop.add_reader(sock.fileno(), self._read)

    @property
    def unsent(self) -> int:
        """Bytes that the guest has not taken."""
        return len(self._unsent)

    def send(self, body: bytes) -> None:
        """Send as far as the guest takes it, the rest when it does."""
        self._unsent += _LENGTH.pack(len(body)) + body
        self._write()

    def pause(self) -> None:
        """Take no frame for now: the guest waits at its end."""
        if self.is_open and not self._is_paused:
            self._is_paused = True
            self._loop.remove_reader(self._sock.fileno())

    def resume(self) -> None:
        """Go on, with what came before first."""
        if self.is_open and self._is_paused:
            self._is_paused = False
            self._loop.add_reader(self._sock.fileno(), self._read)
            self._split()

    def end(self, why: str) -> None:
        """Hang up, and say so."""
        if self.is_open:
            self.close()
            self._gone(why)

    def close(self) -> None:
        """Hang up; nothing is called any more."""
        if not self.is_open:
            return
        self.pause()
        self.is_open = False
        if self._is_writing:
            self._loop.remove_writer(self._sock.fileno())
        self._sock.close()

    def _write(self) -> None:
        if not self.is_open:
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
            self.end("")
            return
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._sock.fileno())

    def _read(self) -> None:
        try:
            data = self._sock.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.end("")
            return
        self.last_heard = self._loop.time()
        self._inbound += data
        self._split()

    def _split(self) -> None:
        while self.is_open and not self._is_paused and (body := self._next_body()) is not None:
            self._took(body)

    def _next_body(self) -> bytes | None:
        """The next whole body, or None; a length that nobody may send hangs up."""
        if len(self._inbound) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._inbound)
        if length > limits.GUEST_MESSAGE_BYTES_MAX:
            self.end("it sent a message that is too long")
            return None
        end = _LENGTH.size + length
        if len(self._inbound) < end:
            return None
        body = bytes(self._inbound[_LENGTH.size : end])
        del self._inbound[:end]
        return body
