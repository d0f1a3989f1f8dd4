"""One timer outside, many inside.

A machine names its timers in an enum, each with its reason; the earliest of them is the machine's
`deadline()`. A timer that is due fires once and is cleared. Never reads a clock.
"""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from app.core.instant import Micros

K = TypeVar("K", bound=Enum)


class TimerTable(Generic[K]):
    """Deadlines by name."""

    def __init__(self) -> None:
        self._at: dict[K, Micros] = {}

    def arm(self, key: K, at: Micros) -> None:
        """Set or replace a timer."""
        self._at[key] = at

    def arm_if_idle(self, key: K, at: Micros) -> None:
        """Set a timer unless it runs already."""
        self._at.setdefault(key, at)

    def clear(self, key: K) -> None:
        """Forget a timer; not running is fine."""
        self._at.pop(key, None)

    def running(self, key: K) -> bool:
        """Whether the timer is set."""
        return key in self._at

    def deadline(self) -> Micros | None:
        """The earliest timer's instant."""
        return min(self._at.values(), default=None)

    def due(self, now: Micros) -> list[K]:
        """Timers that are due, earliest first (ties in the order they were set); clears them."""
        keys = sorted((key for key, at in self._at.items() if at <= now), key=self._at.__getitem__)
        for key in keys:
            del self._at[key]
        return keys
