"""The app's end of a shared program's line: heartbeat, credit for events, and a pace.

A guest is somebody else's program. What it says faster than any person makes it say waits in its
socket, so that it can't take the site's time; one that goes on like that is hung up on. Events of
its person come within credit (`app.tkshare.guest.wire`); what it is told has its own, which the
machine keeps. Never knows what a frame means, but for how many events it carries.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

from app.core import limits
from app.drivers.frames import Frames

ALIVE = b'["alive"]'


class ShareLine:
    """One connection; `gone` is called once, when it ends by itself.

    Args:
        loop: the running loop.
        sock: connected; closed by `close`.
        heard: gets each frame, as a list and as the bytes it came in.
        gone: gets the reason, empty if the guest just hung up.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        heard: Callable[[list[Any], bytes], None],
        gone: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._heard = heard
        self._frames = Frames(loop, sock, self._take, gone)
        self._tokens = float(limits.SHARE_FRAMES_BURST)
        self._counted = loop.time()
        self._floods_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def tell(self, message: bytes) -> None:
        """Send; what the guest doesn't take for too long ends it."""
        if not self._frames.is_open:
            return
        self._frames.send(message)
        if self._frames.unsent > limits.GUEST_WAITING_BYTES_MAX:
            self._frames.end("it does not take what it is told")

    def beat(self) -> None:
        """Ask whether the program's loop turns; one that doesn't is asked no second time."""
        if self._frames.is_open and self._frames.unsent == 0:
            self._frames.send(ALIVE)

    def close(self) -> None:
        """Hang up; nothing is called any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._frames.close()

    def _take(self, body: bytes) -> None:
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, list) or not message or not isinstance(message[0], str):
            self._frames.end("it sent something that is no message")
            return
        events = _events_of(message)
        if events > limits.SHARE_CREDIT_EVENTS:
            self._frames.end("it sent more events than it may")
            return
        self._pace()
        self._heard(message, body)
        if events and self._frames.is_open:
            self._frames.send(json.dumps(["credit", events]).encode("ascii"))

    def _pace(self) -> None:
        """Count a frame; when there are too many, the next ones wait."""
        now = self._loop.time()
        refilled = self._tokens + (now - self._counted) * limits.SHARE_FRAMES_PER_SECOND
        self._tokens = min(float(limits.SHARE_FRAMES_BURST), refilled) - 1
        self._counted = now
        if self._tokens > limits.SHARE_FRAMES_BURST / 2:
            self._floods_since = None
        if self._tokens >= 1:
            return
        if self._floods_since is None:
            self._floods_since = now
        if now - self._floods_since > limits.SHARE_FLOOD_SECONDS:
            self._frames.end("it says more than any person makes it say")
            return
        self._frames.pause()
        self._timer = self._loop.call_later(limits.SHARE_PAUSE_SECONDS, self._frames.resume)


def _events_of(message: list[Any]) -> int:
    is_input = message[0] == "input" and len(message) > 3 and isinstance(message[3], list)
    return len(message[3]) if is_input else 0
