"""Hears what measured programs say, with the instant at which it came."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND

WORD_BYTES = 256


class Ear:
    """A socket that programs send datagrams to; `path` is its name.

    Its folder is short-lived and of this user alone: a socket's name has at most 107 bytes.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ts-ear-")
        self.path = str(Path(self._folder.name) / "s")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)

    def next(self, seconds: float) -> tuple[str, str, float] | None:
        """(display, word, instant in seconds) of the next message, or None within that time."""
        self._socket.settimeout(max(seconds, 1e-6))
        try:
            data = self._socket.recv(WORD_BYTES)
        except (TimeoutError, BlockingIOError):
            return None
        display, _, word = data.decode().partition(" ")
        return display, word, time.monotonic()

    def wait_for(self, display: str, word: str) -> float:
        """The instant at which the program there says so; raises `KnownError`."""
        until = time.monotonic() + limits.BENCH_PATIENCE_MICROS / SECOND
        while time.monotonic() < until:
            heard = self.next(until - time.monotonic())
            if heard is not None and heard[:2] == (display, word):
                return heard[2]
        raise KnownError(f"A measured program never said '{word}'.")

    def empty(self) -> None:
        """Forget what was said so far."""
        while self.next(0) is not None:
            pass

    def close(self) -> None:
        """Hear nothing more."""
        self._socket.close()
        if os.path.exists(self._folder.name):  # noqa: PTH110 - a name, not a path of ours
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
