"""Event lines of a site on stdout, without ever holding up the site.

A pipe that nobody reads blocks who writes to it, so a thread of its own writes. What waits is
bounded: beyond it lines are left out, and a `trouble` line says how many. A closed pipe ends the
output, not the site. Lines that come before the first one that is due are held until it is there.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from app.core import limits


class Output:
    """Lines to a file descriptor, in order."""

    def __init__(self, write: Callable[[bytes], object] | None = None) -> None:
        self._write = write or _to_stdout
        self._waiting: deque[bytes] = deque()
        self._held: deque[bytes] | None = deque()
        self._bytes = 0
        self._left_out = 0
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self._thread.start()

    def line(self, value: dict[str, Any]) -> None:
        """Print an object, soon; or hold it until `begin`."""
        self._add(_bytes(value), self._waiting if self._held is None else self._held)

    def at_once(self, value: dict[str, Any]) -> None:
        """Print an object, also before `begin`."""
        self._add(_bytes(value), self._waiting)

    def begin(self, value: dict[str, Any]) -> None:
        """Print the object that comes first, then what was held, and hold nothing any more."""
        with self._changed:
            held, self._held = self._held, None
        self.line(value)
        with self._changed:
            self._waiting.extend(held or ())
            self._changed.notify()

    def close(self, seconds: float = 2.0) -> None:
        """Print what waits, if somebody reads it in time."""
        with self._changed:
            self._admit_loss()
            self._closing = True
            self._changed.notify()
        self._thread.join(seconds)

    def _add(self, data: bytes, lines: deque[bytes]) -> None:
        with self._changed:
            if self._bytes + len(data) > limits.OUTPUT_BYTES_MAX:
                self._left_out += 1
                return
            self._admit_loss()
            lines.append(data)
            self._bytes += len(data)
            self._changed.notify()

    def _admit_loss(self) -> None:
        """Say how many lines were left out since."""
        if self._left_out:
            text = (
                f"{self._left_out} lines were left out here, because nobody read them;"
                " 'talkstick log' has all entries"
            )
            data = _bytes({"event": "trouble", "code": "slow-reader", "text": text})
            self._waiting.append(data)
            self._bytes += len(data)
            self._left_out = 0

    def _run(self) -> None:
        is_open = True
        while True:
            with self._changed:
                while not self._waiting and not self._closing:
                    self._changed.wait()
                if not self._waiting:
                    return
                data = b"".join(self._waiting)
                self._waiting.clear()
            if is_open:
                try:
                    self._write(data)
                except OSError:
                    # Whoever read us is gone; there is nobody to tell.
                    is_open = False
            with self._changed:
                self._bytes -= len(data)


def _bytes(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def _to_stdout(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
