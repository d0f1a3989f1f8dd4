"""What a link has measured about its path: round trip, loss and delivery.

Others read it (placement, status line, pacing); only the link's recovery writes it. Must never
decide anything.
"""

from __future__ import annotations

from app.core import limits
from app.core.instant import MILLI, SECOND

LOSS_DECAY = 1 / 64
"""Weight of one packet in the loss estimate: it remembers the last hundred or so."""


class Path:
    """Measured values of one path; a guess stands in before the first sample."""

    def __init__(self) -> None:
        self.smoothed_rtt_micros = limits.RTT_INITIAL_MICROS
        self.rtt_variance_micros = limits.RTT_INITIAL_MICROS // 2
        self.min_rtt_micros: int | None = None
        self.latest_rtt_micros = limits.RTT_INITIAL_MICROS
        self.loss = 0.0
        self.delivered_bytes_per_second = 0
        self._sampled = False

    def round_trip(self, rtt_micros: int, ack_delay_micros: int) -> None:
        """Take a sample (RFC 9002, 5)."""
        self.latest_rtt_micros = rtt_micros
        lowest = self.min_rtt_micros
        lowest = rtt_micros if lowest is None else min(lowest, rtt_micros)
        self.min_rtt_micros = lowest
        if not self._sampled:
            self._sampled = True
            self.smoothed_rtt_micros = rtt_micros
            self.rtt_variance_micros = rtt_micros // 2
            return
        delay = min(ack_delay_micros, limits.ACK_DELAY_MICROS_MAX)
        if rtt_micros - delay >= lowest:
            rtt_micros -= delay
        deviation = abs(self.smoothed_rtt_micros - rtt_micros)
        self.rtt_variance_micros += (deviation - self.rtt_variance_micros) // 4
        self.smoothed_rtt_micros += (rtt_micros - self.smoothed_rtt_micros) // 8

    def forget_minimum(self) -> None:
        """After a silence the path may be another one (RFC 9002, 5.2)."""
        self.min_rtt_micros = None

    def acknowledged(self, packets: int) -> None:
        """So many packets arrived."""
        self.loss *= (1 - LOSS_DECAY) ** packets

    def lost(self) -> None:
        """One packet did not."""
        self.loss += (1 - self.loss) * LOSS_DECAY

    def found(self) -> None:
        """One packet that counted as lost came late."""
        self.loss = max(self.loss - LOSS_DECAY, 0.0)

    def delivered(self, delivered_bytes: int, micros: int) -> None:
        """Bytes acknowledged in a time; a slow moment may be the sender's, so it counts little."""
        sample = delivered_bytes * SECOND // max(micros, 1)
        rate = self.delivered_bytes_per_second
        self.delivered_bytes_per_second = sample if sample > rate else rate + (sample - rate) // 16

    def probe_micros(self, unanswered: int) -> int:
        """How long to wait for an answer after so many vain waits (RFC 9002, 6.2.1)."""
        micros = self.smoothed_rtt_micros + max(4 * self.rtt_variance_micros, MILLI)
        micros += limits.ACK_DELAY_MICROS_MAX
        # The shift is bounded since the wait is: 2 ** 12 milliseconds are past the longest one.
        return min(micros << min(unanswered, 12), limits.PROBE_MICROS_MAX)
