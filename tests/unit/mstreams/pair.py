"""Two links and a bad network between them, in virtual time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from app.core.instant import MILLI, Micros, after, earliest
from app.core.rng import Rng
from app.mstreams.link import Link

NAMES = ("a", "b")


@dataclass
class Network:
    """Faults of both directions; `rate` is bytes per second through a queue of `queue` packets."""

    delay_micros: int = 30 * MILLI
    jitter_micros: int = 0
    loss: float = 0.0
    duplication: float = 0.0
    rate: int | None = None
    queue: int = 25
    down: bool = False


@dataclass
class Pair:
    """Runs two ends: deliver what is due, then flush, as a driver's turn does."""

    network: Network = field(default_factory=Network)
    seed: str = "pair"

    def __post_init__(self) -> None:
        self.now = Micros(0)
        self.rng = Rng(self.seed)
        self.links = [Link(self.now), Link(self.now)]
        self.got: list[list[bytes]] = [[], []]
        self.got_at: list[list[Micros]] = [[], []]
        self.sent_packets: list[list[tuple[Micros, bytes]]] = [[], []]
        self.busy_until = [0, 0]
        self._events: list[tuple[Micros, int, int, bytes]] = []
        self._count = 0

    @property
    def a(self) -> Link:
        return self.links[0]

    @property
    def b(self) -> Link:
        return self.links[1]

    def flush(self, end: int) -> None:
        for packet in self.links[end].flush(self.now):
            self.sent_packets[end].append((self.now, packet))
            self._carry(end, packet)

    def _carry(self, end: int, packet: bytes) -> None:
        network = self.network
        if network.down or self.rng.chance(network.loss):
            return
        leaves = int(self.now)
        if network.rate is not None:
            transmission = len(packet) * 1_000_000 // network.rate
            waiting = max(self.busy_until[end] - self.now, 0)
            if waiting > network.queue * transmission:
                return
            leaves = self.now + waiting + transmission
            self.busy_until[end] = leaves
        for _ in range(2 if self.rng.chance(network.duplication) else 1):
            arrives = leaves + network.delay_micros
            if network.jitter_micros:
                arrives += self.rng.between(-network.jitter_micros, network.jitter_micros)
            self._count += 1
            heapq.heappush(self._events, (Micros(arrives), self._count, 1 - end, packet))

    def step(self) -> bool:
        """Go to the next instant at which something happens; False if nothing ever will."""
        self.flush(0)
        self.flush(1)
        arrival = self._events[0][0] if self._events else None
        instant = earliest(arrival, self.a.deadline(), self.b.deadline())
        if instant is None:
            return False
        deadline = earliest(self.a.deadline(), self.b.deadline())
        assert deadline is None or deadline > self.now, "a deadline that has passed is a busy loop"
        self.now = max(self.now, instant)
        while self._events and self._events[0][0] <= self.now:
            _, _, end, packet = heapq.heappop(self._events)
            frames = self.links[end].receive(packet, self.now)
            self.got[end] += frames
            self.got_at[end] += [self.now] * len(frames)
        return True

    def run(self, micros: int) -> None:
        """Let time pass."""
        end = after(self.now, micros)
        while True:
            self.flush(0)
            self.flush(1)
            arrival = self._events[0][0] if self._events else None
            instant = earliest(arrival, self.a.deadline(), self.b.deadline())
            if instant is None or instant > end:
                break
            self.step()
        self.now = end

    def run_until_idle(self, limit_micros: int) -> None:
        """Run until no timer is set and nothing is under way."""
        end = after(self.now, limit_micros)
        while self.step():
            assert self.now <= end, f"not idle after {limit_micros} microseconds"
