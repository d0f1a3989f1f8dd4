"""What a shared program prints: read as it comes, so that it never waits, and the end of it kept.

A program that prints without pause waits, as it would for a slow terminal, and takes no time of the
site's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import IO

from app.core import limits

_READ_BYTES = 65_536


class ProgramOutput:
    """The last of what comes out of a pipe."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pipe: IO[bytes]) -> None:
        self._loop = loop
        self._pipe = pipe
        self._kept = b""
        self._timer: asyncio.TimerHandle | None = None
        os.set_blocking(pipe.fileno(), False)
        loop.add_reader(pipe.fileno(), self._read)

    def last_words(self) -> str:
        """The last line that says something: of a traceback the error."""
        with contextlib.suppress(BlockingIOError, OSError, ValueError):
            self._keep(os.read(self._pipe.fileno(), _READ_BYTES))
        lines = [line.strip() for line in self._kept.decode("utf-8", "replace").splitlines()]
        last = next((line for line in reversed(lines) if line), "")
        said = "".join(char for char in last if char.isprintable())
        return said[: limits.SHARE_REASON_CHARACTERS_MAX // 2]

    def close(self) -> None:
        """Read no more."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._pipe.closed:
            self._loop.remove_reader(self._pipe.fileno())
            self._pipe.close()

    def _read(self) -> None:
        try:
            data = os.read(self._pipe.fileno(), _READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._loop.remove_reader(self._pipe.fileno())
        if data:
            self._keep(data)
            pause = limits.SHARE_OUTPUT_PAUSE_SECONDS
            self._timer = self._loop.call_later(pause, self._go_on)

    def _go_on(self) -> None:
        if not self._pipe.closed:
            self._loop.add_reader(self._pipe.fileno(), self._read)

    def _keep(self, data: bytes) -> None:
        self._kept = (self._kept + data)[-limits.SHARE_OUTPUT_BYTES :]
