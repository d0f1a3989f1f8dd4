"""How fast somebody talks, without keeping the past: an exponentially decayed counter.

Used for uplinks, for the panel, and for the choice of a home when the present one leaves or died.
The adaptive policy does not decide by rates: they oscillate where people answer each other.
"""

from __future__ import annotations

import math

from app.core.instant import SECOND, Micros


class DecayedRate:
    """Entries per second: `rate <- rate * exp(-elapsed / tau) + 1 / tau` for each entry."""

    __slots__ = ("_at", "_gain", "_tau_micros", "_value")

    def __init__(self, tau_micros: int, now: Micros, value: float = 0.0) -> None:
        self._tau_micros = tau_micros
        self._gain = SECOND / tau_micros
        self._value = value
        self._at = now

    def bump(self, now: Micros) -> None:
        """Count one entry."""
        elapsed = now - self._at
        if elapsed > 0:
            self._value *= math.exp(-elapsed / self._tau_micros)
            self._at = now
        self._value += self._gain

    def at(self, now: Micros) -> float:
        """The rate now, per second."""
        return self._value * math.exp(-max(0, now - self._at) / self._tau_micros)
