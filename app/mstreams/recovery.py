"""Which packets arrived, which were lost, and when to probe: loss detection of RFC 9002, section 6.

Only packets that want an acknowledgement are in its table. A packet is lost when one sent later
arrived and it is itself three packets, or an eighth of a round trip more than one, behind. Where a
packet declared lost turns out to have come late, the path reorders, and both distances grow. Must
never send, and never touch what the packets carried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.core import limits
from app.core.instant import MILLI, Micros, after
from app.mstreams.packets import Ack, Piece, Range
from app.mstreams.path import Path


@dataclass(slots=True)
class Sent:
    """A packet under way."""

    number: int
    sent_at: Micros
    size: int
    pieces: list[Piece]
    delivered_before: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an acknowledgement, or time, told: packets that arrived, were lost, were lost wrongly."""

    arrived: list[Sent]
    lost: list[Sent]
    found: list[int]


class Recovery:
    """The table of packets under way, oldest first, and the probe timer."""

    def __init__(self, path: Path) -> None:
        self.next_number = 0
        self.flight_bytes = 0
        self.unanswered = 0
        self._path = path
        self._flight: dict[int, Sent] = {}
        self._oldest = 0
        self._largest_acknowledged = -1
        self._last_range: Range = (0, -1)
        self._last_sent_at = Micros(0)
        self._loss_at: Micros | None = None
        self._delivered = 0
        self._lost_lately: dict[int, None] = {}
        self._packet_threshold = limits.LOSS_PACKETS_MIN

    @property
    def in_flight(self) -> int:
        """Packets under way."""
        return len(self._flight)

    @property
    def floor(self) -> int:
        """Below this number no acknowledgement tells anything any more."""
        return max(min(self._oldest, self.next_number - limits.ACK_REACH_PACKETS), 0)

    def flight(self) -> Iterator[Sent]:
        """Packets under way, oldest first; the table must not change meanwhile."""
        return iter(self._flight.values())

    def sent(self, size: int, pieces: list[Piece], now: Micros) -> None:
        """The packet `next_number` leaves; without pieces it wants no acknowledgement."""
        number = self.next_number
        self.next_number = number + 1
        if pieces:
            self._flight[number] = Sent(number, now, size, pieces, self._delivered)
            self._last_sent_at = now
            self.flight_bytes += size

    def acknowledged(self, ack: Ack, now: Micros) -> Outcome:
        """Take an acknowledgement of numbers that were all sent."""
        arrived = self._arrived(ack.ranges)
        found = self._found(ack.ranges) if self._lost_lately else []
        if not arrived:
            return Outcome(arrived, [], found)
        self.unanswered = 0
        newest = max(arrived, key=lambda sent: sent.number)
        arrived_bytes = sum(sent.size for sent in arrived)
        self.flight_bytes -= arrived_bytes
        self._delivered += arrived_bytes
        self._path.acknowledged(len(arrived))
        elapsed = now - newest.sent_at
        if newest.number > self._largest_acknowledged:
            self._largest_acknowledged = newest.number
            self._path.round_trip(elapsed, ack.delay_micros)
        elif self._packet_threshold > limits.LOSS_PACKETS_MIN:
            # Where packets overtake each other, those that overtake show only the fast trips.
            self._path.round_trip(elapsed, 0)
        self._path.delivered(self._delivered - newest.delivered_before, elapsed)
        return Outcome(arrived, self._find_lost(now), found)

    def _arrived(self, ranges: tuple[Range, ...]) -> list[Sent]:
        """Take what the ranges cover out of the table.

        Reports repeat themselves: what the newest range of the last one covered is skipped.
        """
        arrived: list[Sent] = []
        flight = self._flight
        done_low, done_high = self._last_range
        for low, high in ranges:
            if high < self._oldest:
                break
            start = max(low, self._oldest)
            if done_low <= start <= done_high:
                start = done_high + 1
            for number in range(start, high + 1):
                sent = flight.pop(number, None)
                if sent is not None:
                    arrived.append(sent)
        if ranges[0][1] >= done_high:
            self._last_range = ranges[0]
        return arrived

    def _found(self, ranges: tuple[Range, ...]) -> list[int]:
        """Packets declared lost that arrived: the path reorders, so wait for more from now on."""
        reach = self._largest_acknowledged - limits.ACK_REACH_PACKETS
        found: list[int] = []
        kept: dict[int, None] = {}
        for number in self._lost_lately:
            if any(low <= number <= high for low, high in ranges):
                found.append(number)
                self._path.found()
            elif number > reach:
                kept[number] = None
        self._lost_lately = kept
        if found:
            self._packet_threshold = min(2 * self._packet_threshold, limits.LOSS_PACKETS_MAX)
        return found

    def _find_lost(self, now: Micros) -> list[Sent]:
        """Take what counts as lost now out of the table, and set the timer for the next.

        Packets were sent in the order of their numbers, so the first that is not lost ends it.
        """
        lost: list[Sent] = []
        wait = self._loss_micros()
        self._loss_at = None
        while self._oldest < self.next_number:
            sent = self._flight.get(self._oldest)
            if sent is not None:
                behind = self._largest_acknowledged - self._oldest
                if behind <= 0:
                    break
                if behind < self._packet_threshold and now - sent.sent_at < wait:
                    self._loss_at = after(sent.sent_at, wait)
                    break
                self.forget(self._oldest)
                self._note_lost(sent)
                lost.append(sent)
            self._oldest += 1
        return lost

    def _note_lost(self, sent: Sent) -> None:
        self._path.lost()
        self._lost_lately[sent.number] = None
        if len(self._lost_lately) > limits.ACK_REACH_PACKETS:
            del self._lost_lately[next(iter(self._lost_lately))]

    def _loss_micros(self) -> int:
        """How long after its sending a packet may still come (RFC 9002, 6.1.2)."""
        path = self._path
        micros = max(path.smoothed_rtt_micros, path.latest_rtt_micros) * 9 // 8
        if self._packet_threshold > limits.LOSS_PACKETS_MIN:
            micros = max(micros, path.smoothed_rtt_micros + 4 * path.rtt_variance_micros)
        return max(micros, MILLI)

    def overdue(self, now: Micros) -> Outcome:
        """Packets lost by now because time passed."""
        if self._loss_at is None or now < self._loss_at:
            return Outcome([], [], [])
        return Outcome([], self._find_lost(now), [])

    def forget(self, number: int) -> None:
        """Nothing depends on that packet any more."""
        self.flight_bytes -= self._flight.pop(number).size

    def give_up(self) -> list[Sent]:
        """Count everything under way as lost (the peer is silent).

        If it arrived after all, answers got lost, which says nothing about reordering.
        """
        lost = list(self._flight.values())
        self._flight.clear()
        self.flight_bytes = 0
        self._oldest = self.next_number
        self._loss_at = None
        for _ in lost:
            self._path.lost()
        return lost

    def probe_at(self) -> Micros | None:
        """When to probe: nobody answers though something is under way."""
        if not self._flight or self._loss_at is not None:
            return None
        return after(self._last_sent_at, self._path.probe_micros(self.unanswered))

    def deadline(self) -> Micros | None:
        """When `overdue` or a probe is due."""
        return self._loss_at if self._loss_at is not None else self.probe_at()
