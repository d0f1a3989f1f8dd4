"""The app's end of an agent server's line: credit and heartbeat; never what a message is for.

A frame is a JSON array. Each side may have 256 messages under way that the other has not taken
(`["credit", n]` gives n back); `["alive"]` comes each second and costs nothing. All bytes are
suspect: a guest that breaks a rule is hung up on. Used on the thread of its event loop only;
callbacks may call back.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from app.core import limits
from app.drivers.frames import Frames

Frame = tuple[list[Any], bytes]
"""A message as a list, and as the bytes it came in."""


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
        self._heard = heard
        self._frames = Frames(loop, sock, self._take, gone)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._credit = limits.GUEST_CREDIT_MESSAGES
        self._ungranted = 0

    @property
    def last_heard(self) -> float:
        """When bytes came, on the loop's clock."""
        return self._frames.last_heard

    @last_heard.setter
    def last_heard(self, at: float) -> None:
        self._frames.last_heard = at

    def tell(self, message: bytes) -> None:
        """Send, when there is credit; what the guest doesn't take for too long ends it."""
        if not self._frames.is_open:
            return
        self._waiting.append(message)
        self._waiting_bytes += len(message)
        if self._waiting_bytes > limits.GUEST_WAITING_BYTES_MAX:
            self._frames.end("it does not take what it is told")
            return
        self._send_waiting()

    def close(self) -> None:
        """Hang up; nothing is called any more."""
        self._frames.close()

    def _send_waiting(self) -> None:
        while self._waiting and self._credit:
            message = self._waiting.popleft()
            self._waiting_bytes -= len(message)
            self._credit -= 1
            self._frames.send(message)

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
                self._frames.end("it sent something that is no message")

    def _hear(self, frame: Frame) -> None:
        self._ungranted += 1
        if self._ungranted > limits.GUEST_CREDIT_MESSAGES:
            self._frames.end("it sent more than it may")
            return
        self._heard(frame)
        if self._ungranted >= limits.GUEST_CREDIT_BATCH:
            message = json.dumps(["credit", self._ungranted]).encode("ascii")
            self._ungranted = 0
            self._frames.send(message)
