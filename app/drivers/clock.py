"""The one place that reads the time, and finds out that the machine slept.

`now()` never goes back and doesn't count sleep; `wall_ms()` is for display only. No other file of
the app asks what time it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from app.core import limits
from app.core.instant import SECOND, Micros

_CLOCK_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", None)


def now() -> Micros:
    """Microseconds on a clock that never goes back; its zero means nothing."""
    return Micros(time.monotonic_ns() // 1_000)


def wall_ms() -> int:
    """Milliseconds since 1970, by this machine's clock."""
    return time.time_ns() // 1_000_000


def through_sleep() -> Micros:
    """Microseconds on a clock that counts sleep: where there is none, the wall clock's."""
    if _CLOCK_BOOTTIME is None:
        return Micros(time.time_ns() // 1_000)
    return Micros(time.clock_gettime_ns(_CLOCK_BOOTTIME) // 1_000)


class SleepWatch:
    """Tells of gaps: `on_gap(gap_micros)` after the machine slept, or the process was stopped."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        on_gap: Callable[[int], None],
        read: Callable[[], Micros] = through_sleep,
    ) -> None:
        self._loop = loop
        self._on_gap = on_gap
        self._read = read
        self._last = read()
        self._timer = self._again()

    def _again(self) -> asyncio.TimerHandle:
        return self._loop.call_later(limits.WAKE_CHECK_MICROS / SECOND, self._check)

    def _check(self) -> None:
        seen = self._read()
        gap = seen - self._last - limits.WAKE_CHECK_MICROS
        self._last = seen
        self._timer = self._again()
        if gap > limits.WAKE_GAP_MICROS:
            self._on_gap(gap)

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.cancel()
