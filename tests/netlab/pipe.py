"""One direction of a path between two hosts: when each packet comes out, if at all.

No clock and no socket: time is an argument, so what is seen on the wire can be worked out again
from the arrivals alone. Each packet draws the same number of random numbers whatever the conditions
are, so that a change of one condition leaves the pattern of the others.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

from tests.netlab.conditions import Conditions

MICROS_PER_MS = 1_000


class Fate(NamedTuple):
    """What becomes of one packet: when its copies come out (microseconds), and why there are none."""

    due: tuple[int, ...]
    why: str = ""


@dataclass(slots=True)
class Counts:
    """What a pipe did so far."""

    offered: int = 0
    overflowed: int = 0
    lost: int = 0
    burst: int = 0
    duplicated: int = 0
    held_back: int = 0
    cut: int = 0
    delivered: int = 0


class Pipe:
    """A path in one direction; the same seed and the same arrivals give the same fates."""

    def __init__(self, conditions: Conditions, seed: str) -> None:
        self.conditions = conditions
        self.counts = Counts()
        self._random = random.Random(seed)
        self._in_burst = False
        self._last_due = 0
        self._free_at = 0.0

    def offer(self, now: int, size: int) -> Fate:
        """A packet of `size` bytes comes in at `now`; it never comes out earlier than that."""
        self.counts.offered += 1
        draws = [self._random.random() for _ in range(5)]
        sent = self._through_the_queue(now, size)
        if sent is None:
            self.counts.overflowed += 1
            return Fate((), "queue")
        if self._burst(draws[0]):
            self.counts.burst += 1
            return Fate((), "burst")
        if draws[1] < self.conditions.loss:
            self.counts.lost += 1
            return Fate((), "loss")
        due = self._delayed(sent, draws[2], draws[3])
        if draws[4] < self.conditions.duplicate:
            self.counts.duplicated += 1
            return Fate((due, due))
        return Fate((due,))

    def _through_the_queue(self, now: int, size: int) -> int | None:
        """When its last bit has left, None if it found no place."""
        rate = self.conditions.rate_kbit
        if rate == 0.0:
            return now
        micros_per_byte = 8.0 * 1_000.0 / rate
        waiting = max(0.0, self._free_at - now)
        if waiting / micros_per_byte + size > self.conditions.queue_bytes:
            return None
        self._free_at = now + waiting + size * micros_per_byte
        return round(self._free_at)

    def _burst(self, draw: float) -> bool:
        share, length = self.conditions.burst_share, self.conditions.burst_length
        if self._in_burst:
            self._in_burst = draw >= 1.0 / length
        elif share > 0.0:
            self._in_burst = draw < share / (length * (1.0 - share))
        return self._in_burst

    def _delayed(self, sent: int, spread: float, held: float) -> int:
        conditions = self.conditions
        delay = conditions.delay_ms + conditions.jitter_ms * (2.0 * spread - 1.0)
        due = max(self._last_due, sent + round(delay * MICROS_PER_MS))
        if held < conditions.reorder:
            self.counts.held_back += 1
            return due + round(conditions.reorder_ms * MICROS_PER_MS)
        self._last_due = due
        return due
