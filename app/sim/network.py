"""UDP in memory: what can happen to a datagram happens here, by the plan and one seed.

Loss (independent and in bursts), duplicates, reordering, delay, a flipped bit, a lost end, an old
packet played again, cuts in one direction, partitions, flapping. One generator per concern, so that
switching one fault off leaves the others as they were. Never looks into a packet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.core import limits
from app.core.instant import MILLI, SECOND, Micros
from app.core.rng import Rng
from app.node.contract import Address
from app.sim.plan import Plan

Pair = tuple[int, int]
"""(sending site, receiving site)."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """These bytes reach a site's socket."""

    source: int
    target: int
    data: bytes


Post = Callable[[Micros, Deliver], None]
"""Put a delivery on the agenda."""


def address_of(site: int) -> Address:
    """The one address of a site."""
    return (f"10.0.0.{site + 1}", 7000)


@dataclass(slots=True)
class _Path:
    """One direction between two sites."""

    base_micros: int
    loss: float
    jitter_micros: float
    bad_until: int = 0
    good_until: int = 0
    cut_until: int = 0
    flap_until: int = 0
    flap_micros: int = 1


@dataclass(slots=True)
class _Uplink:
    """What a site sends through: one packet at a time."""

    packet_micros: int
    free_at: int = 0

    def leave(self, now: int) -> int:
        """When a packet that is sent now has left."""
        self.free_at = max(now, self.free_at) + self.packet_micros
        return self.free_at


class Network:
    """Every path between the sites."""

    def __init__(self, plan: Plan, rng: Rng, post: Post) -> None:
        self._plan = plan
        self._post = post
        self._rng_loss = rng.fork("loss")
        self._rng_burst = rng.fork("burst")
        self._rng_delay = rng.fork("delay")
        self._rng_copy = rng.fork("copy")
        self._rng_harm = rng.fork("harm")
        self._calm = False
        self._old: deque[Deliver] = deque(maxlen=limits.SIM_REPLAY_PACKETS_MAX)
        self._by_address = {address_of(site): site for site in range(plan.sites)}
        self.in_flight = 0
        self.counters = {"sent": 0, "lost": 0, "cut": 0, "harmed": 0, "copied": 0, "full": 0}
        rng_base = rng.fork("base")
        self._paths: dict[Pair, _Path] = {}
        for one in range(plan.sites):
            for other in range(one):
                micros = int(rng_base.uniform(0.2, max(0.2, plan.delay_ms)) * MILLI)
                for pair in ((one, other), (other, one)):
                    self._paths[pair] = _Path(micros, plan.loss, plan.jitter_ms * MILLI)
        self._uplinks: dict[int, _Uplink] = {}

    def send(self, now: int, source: int, address: Address, data: bytes) -> None:
        """Take one datagram; it arrives never, once or more often."""
        target = self._by_address.get(address)
        if target is None or target == source:
            return
        self.counters["sent"] += 1
        path = self._paths[source, target]
        if path.cut_until > now or (path.flap_until > now and now // path.flap_micros % 2):
            self.counters["cut"] += 1
            return
        if self._calm:
            self._deliver(now + path.base_micros, Deliver(source, target, data))
            return
        if self._lost(now, path):
            self.counters["lost"] += 1
            return
        uplink = self._uplinks.get(source)
        if uplink is not None:
            if uplink.free_at - now > limits.SIM_UPLINK_QUEUE_MICROS:
                self.counters["full"] += 1
                return
            now = uplink.leave(now)
        plan = self._plan
        packet = Deliver(source, target, self._harmed(data))
        if plan.replay:
            self._old.append(packet)
            if self._rng_copy.chance(plan.replay):
                old = self._rng_copy.choice(self._old)
                self.counters["copied"] += 1
                self._deliver(now + self._delay(self._paths[old.source, old.target]), old)
        if self._rng_copy.chance(plan.duplicate):
            self.counters["copied"] += 1
            self._deliver(now + self._delay(path), packet)
        self._deliver(now + self._delay(path), packet)

    def lay(self, pair: Pair, base_micros: int, loss: float, jitter_micros: float) -> None:
        """Give one direction a delay, a loss and a mean jitter of its own."""
        path = self._paths[pair]
        path.base_micros, path.loss, path.jitter_micros = base_micros, loss, jitter_micros

    def throttle(self, site: int, packets_per_second: float) -> None:
        """From now on what a site sends leaves one packet after the other, at this rate."""
        self._uplinks[site] = _Uplink(int(SECOND / packets_per_second))

    def arrived(self) -> None:
        """A delivery left the agenda."""
        self.in_flight -= 1

    def _deliver(self, at: int, packet: Deliver) -> None:
        if self.in_flight >= limits.SIM_FLIGHT_PACKETS_MAX:
            self.counters["full"] += 1
            return
        self.in_flight += 1
        self._post(Micros(at), packet)

    def _lost(self, now: int, path: _Path) -> bool:
        plan = self._plan
        if plan.burst_share:
            if now >= path.bad_until and now >= path.good_until:
                bad = int(self._rng_burst.exponential(plan.burst_ms * MILLI))
                good = int(self._rng_burst.exponential(plan.burst_ms * MILLI) / plan.burst_share)
                path.good_until = now + good
                path.bad_until = path.good_until + bad
            if path.good_until <= now < path.bad_until and self._rng_burst.chance(0.9):
                return True
        return self._rng_loss.chance(path.loss)

    def _delay(self, path: _Path) -> int:
        plan = self._plan
        micros = path.base_micros
        if path.jitter_micros:
            micros += int(self._rng_delay.exponential(path.jitter_micros))
        if self._rng_delay.chance(plan.reorder):
            micros += int(self._rng_delay.exponential(10 * MILLI + 3 * micros))
        return micros

    def _harmed(self, data: bytes) -> bytes:
        rng = self._rng_harm
        if data and rng.chance(self._plan.flip):
            self.counters["harmed"] += 1
            place = rng.below(len(data))
            return data[:place] + bytes([data[place] ^ (1 << rng.below(8))]) + data[place + 1 :]
        if data and rng.chance(self._plan.truncate):
            self.counters["harmed"] += 1
            return data[: rng.below(len(data))]
        return data

    def cut(self, source: int, target: int, until: Micros) -> None:
        """Nothing goes from `source` to `target` until then."""
        path = self._paths[source, target]
        path.cut_until = max(path.cut_until, until)

    def partition(self, group: list[int], until: Micros) -> None:
        """Nothing goes between `group` and the rest until then."""
        for source, target in self._paths:
            if (source in group) != (target in group):
                self.cut(source, target, until)

    def flap(self, one: int, other: int, period_micros: int, until: Micros) -> None:
        """The path works every second period, in both directions, until then."""
        for pair in ((one, other), (other, one)):
            self._paths[pair].flap_until = until
            self._paths[pair].flap_micros = max(1, period_micros)

    def heal(self) -> None:
        """From now on every packet arrives, once, in order."""
        self._calm = True
        for path in self._paths.values():
            path.cut_until = path.flap_until = 0
