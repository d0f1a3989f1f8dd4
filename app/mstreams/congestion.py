"""How much may be under way, and how fast it leaves: a window in full packets, and pacing.

The window is NewReno's (RFC 9002, 7): doubled each round trip at first, then one packet more, halved
once per loss episode. Pacing lets a short burst go at once and spreads what exceeds it over the round
trip. Must never know what is in a packet.
"""

from __future__ import annotations

from app.core import limits
from app.core.instant import Micros, after
from app.mstreams.path import Path


class Congestion:
    """The window; `limited` says whether it, or pacing, held something back at the last flush."""

    def __init__(self) -> None:
        self.window = limits.WINDOW_PACKETS_INITIAL
        self.limited = False
        self._threshold = limits.WINDOW_PACKETS_MAX
        self._acknowledged = 0
        self._episode_end = 0
        self._before: tuple[int, int, int] | None = None

    @property
    def slow_start(self) -> bool:
        """Whether the window still doubles each round trip."""
        return self.window < self._threshold

    def acknowledged(self, number: int) -> None:
        """That packet arrived: grow, unless it was sent before the cut or the window is idle."""
        if number < self._episode_end or not self.limited:
            return
        if self.window >= limits.WINDOW_PACKETS_MAX:
            return
        if self.slow_start:
            self.window += 1
            return
        self._acknowledged += 1
        if self._acknowledged >= self.window:
            self._acknowledged = 0
            self.window += 1

    def lost(self, number: int, next_number: int) -> None:
        """That packet was lost; the first loss among packets sent since the last cut halves."""
        if number < self._episode_end:
            return
        self._before = (number, self.window, self._threshold)
        self._episode_end = next_number
        self._shrink(max(self.window // 2, limits.WINDOW_PACKETS_MIN))
        self._threshold = self.window

    def found(self, number: int) -> None:
        """The packet whose loss began this episode arrived after all: undo the cut."""
        if self._before is not None and self._before[0] == number:
            _, window, self._threshold = self._before
            self.window = max(window, self.window)
            self._before = None

    def collapse(self, next_number: int) -> None:
        """The peer was silent: start over from the smallest window (RFC 9002, 7.6)."""
        self._before = None
        self._episode_end = next_number
        self._threshold = max(self.window // 2, limits.WINDOW_PACKETS_MIN)
        self._shrink(limits.WINDOW_PACKETS_MIN)

    def _shrink(self, window: int) -> None:
        self.window = window
        self._acknowledged = 0


class Pacer:
    """Spaces packets by an interval, with a burst for free (a leaky bucket counted in time)."""

    def __init__(self, now: Micros) -> None:
        self._free_at = now
        self._interval = 0

    def set_rate(self, congestion: Congestion, path: Path, now: Micros) -> None:
        """A window per round trip, and a quarter more; twice that while the window doubles.

        What was sent ahead of time is kept as a count of packets, so a new rate rescales it.
        """
        micros = path.smoothed_rtt_micros
        scale = 2 if congestion.slow_start else 1
        interval = micros * 4 // (5 * scale * congestion.window)
        if interval != self._interval:
            ahead = max(self._free_at - now, 0)
            if self._interval:
                self._free_at = after(now, ahead * interval // self._interval)
            self._interval = interval

    def allows(self, now: Micros) -> bool:
        """Whether one more packet may leave now."""
        return self._free_at - now <= (limits.PACING_BURST_PACKETS - 1) * self._interval

    def sent(self, now: Micros) -> None:
        """A packet left."""
        self._free_at = after(max(self._free_at, now), self._interval)

    def deadline(self) -> Micros:
        """When the next few packets may leave together."""
        burst = limits.PACING_BURST_PACKETS - limits.PACING_QUANTUM_PACKETS
        return Micros(self._free_at - burst * self._interval)
