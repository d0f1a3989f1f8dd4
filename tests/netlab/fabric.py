"""The whole network as a function: a frame goes in at a host, frames come out at others, later.

A switch for each network, a router between them, network address translation where wished, and a
pipe for each ordered pair of hosts, whatever lies between them. ARP is answered by the network
itself and never lost, so a cut path is silent, as it is across the internet. No socket, no clock.
"""

from __future__ import annotations

import ipaddress
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.netlab import packets
from tests.netlab.conditions import Conditions
from tests.netlab.nat import Kind, Nat
from tests.netlab.pipe import Fate, Pipe

MARKS_MAX = 2_000
"""Fates of a pipe that are kept for who measures."""
HOSTS_MAX = 250
"""Of a network: one byte of the address, without the router's."""
PREFIX_BITS = 24


class Delivery(NamedTuple):
    """A frame that comes out at `target`, at `due` at the earliest; `source` is the sending host."""

    due: int
    source: str
    target: str
    frame: bytes


class Mark(NamedTuple):
    """One packet at one pipe: when it came in, its bytes, when it comes out, and why it does not."""

    now: int
    size: int
    due: tuple[int, ...]
    why: str


@dataclass(slots=True)
class Network:
    """A switch; its router has the last address. Behind `nat` hosts are not to be seen."""

    name: str
    number: int
    nat: Nat | None
    hosts: int = 0

    def address(self, host: int) -> bytes:
        """Private networks (RFC 1918), other ones for those behind a router."""
        first = (10, 77) if self.nat is None else (192, 168)
        return bytes((*first, self.number, host))

    @property
    def router(self) -> bytes:
        return self.address(254)

    @property
    def router_mac(self) -> bytes:
        return bytes((2, 0, 0, 0xFF, 0, self.number))


@dataclass(slots=True)
class Card:
    """The network card of a host."""

    host: str
    mac: bytes
    network: Network
    address: bytes
    plugged: bool = True


@dataclass(slots=True)
class Path:
    """One direction between two hosts, and what was seen of it."""

    pipe: Pipe
    marks: deque[Mark] = field(default_factory=lambda: deque(maxlen=MARKS_MAX))
    is_cut: bool = False


class Fabric:
    """All networks of a lab; the same seed and the same frames give the same deliveries."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._everywhere = Conditions()
        self.networks: dict[str, Network] = {}
        self.cards: dict[str, Card] = {}
        self.unrouted = 0
        self._paths: dict[tuple[str, str], Path] = {}

    # --- building and changing it -----------------------------------------------------------------

    def add_network(self, name: str, nat: Kind | None) -> Network:
        number = len(self.networks) + 1
        router = Nat(nat, bytes((198, 51, 100, number))) if nat is not None else None
        made = self.networks[name] = Network(name, number, router)
        return made

    def add_host(self, name: str, network: str) -> Card:
        mac = bytes((2, 0, 0, 0, 0, len(self.cards) + 1))
        there = self.networks[network]
        card = self.cards[name] = Card(name, mac, there, self._free_address(there))
        return card

    def move(self, name: str, network: str) -> Card:
        """Give a host an address that nobody had before, there or elsewhere."""
        card = self.cards[name]
        card.network = self.networks[network]
        card.address = self._free_address(card.network)
        return card

    def _free_address(self, network: Network) -> bytes:
        if network.hosts >= HOSTS_MAX:
            message = f"network {network.name} has no address left"
            raise ValueError(message)
        network.hosts += 1
        return network.address(network.hosts)

    def set_everywhere(self, conditions: Conditions) -> None:
        """For all paths, and for those to come."""
        self._everywhere = conditions
        for path in self._paths.values():
            path.pipe.conditions = conditions

    def path(self, source: str, target: str) -> Path:
        """From one host to another; KeyError if one of them is not there."""
        found = self._paths.get((source, target))
        if found is None:
            _ = self.cards[source], self.cards[target]
            pipe = Pipe(self._everywhere, f"{self._seed} {source}>{target}")
            found = self._paths[source, target] = Path(pipe)
        return found

    def heal(self) -> None:
        """No path is cut any more; cables that are out stay out."""
        for path in self._paths.values():
            path.is_cut = False

    # --- carrying ---------------------------------------------------------------------------------

    def carry(self, now: int, host: str, frame: bytes) -> list[Delivery]:
        """What becomes of a frame that a host sends."""
        card = self.cards[host]
        if not card.plugged or len(frame) < packets.ETHERNET_BYTES:
            return []
        wanted = packets.arp_wanted(frame)
        if wanted is not None:
            return self._answered(now, card, frame, wanted)
        if frame[12:14] == packets.ARP:
            return []
        if packets.is_for_many(frame):
            others = [each for each in self.cards.values() if each.network is card.network]
            return [
                delivery
                for other in others
                if other is not card
                for delivery in self._through(now, card, other, frame)
            ]
        if frame[:6] == card.network.router_mac:
            return self._routed(now, card, frame)
        for other in self.cards.values():
            if other.mac == frame[:6] and other.network is card.network:
                return self._through(now, card, other, frame)
        return []

    def arrives(self, delivery: Delivery) -> bool:
        """Whether it still gets there: what is under way when a path is cut is lost with it."""
        plugged = self.cards[delivery.target].plugged
        if not delivery.source:
            return plugged
        path = self._paths[delivery.source, delivery.target]
        if path.is_cut or not plugged:
            path.pipe.counts.cut += 1
            return False
        path.pipe.counts.delivered += 1
        return True

    def _answered(self, now: int, card: Card, frame: bytes, wanted: bytes) -> list[Delivery]:
        network = card.network
        macs = {each.address: each.mac for each in self.cards.values() if each.network is network}
        mac = network.router_mac if wanted == network.router else macs.get(wanted)
        if mac is None:
            return []
        # From nobody: it takes no path.
        return [Delivery(now, "", card.host, packets.arp_answer(frame, mac))]

    def _routed(self, now: int, card: Card, frame: bytes) -> list[Delivery]:
        translated: bytes | None = frame if packets.is_ipv4(frame) else None
        if translated is not None and card.network.nat is not None:
            translated = card.network.nat.outgoing(translated)
        if translated is None:
            self.unrouted += 1
            return []
        where = packets.target_address(translated)
        for network in self.networks.values():
            if network.nat is not None and network.nat.address == where:
                return self._let_in(now, card, network, translated)
        for other in self.cards.values():
            if other.address == where and other.network.nat is None:
                return self._last_hop(now, card, other, translated)
        self.unrouted += 1
        return []

    def _let_in(self, now: int, card: Card, network: Network, frame: bytes) -> list[Delivery]:
        assert network.nat is not None
        inside = network.nat.incoming(frame)
        if inside is None:
            return []
        where = packets.target_address(inside)
        for other in self.cards.values():
            if other.address == where and other.network is network:
                return self._last_hop(now, card, other, inside)
        return []

    def _last_hop(self, now: int, card: Card, other: Card, frame: bytes) -> list[Delivery]:
        from_router = packets.with_macs(frame, other.mac, other.network.router_mac)
        return self._through(now, card, other, from_router)

    def _through(self, now: int, card: Card, other: Card, frame: bytes) -> list[Delivery]:
        path = self.path(card.host, other.host)
        if path.is_cut or not other.plugged:
            path.pipe.counts.cut += 1
            return []
        fate: Fate = path.pipe.offer(now, len(frame))
        path.marks.append(Mark(now, len(frame), fate.due, fate.why))
        return [Delivery(due, card.host, other.host, frame) for due in fate.due]


def text_of(address: bytes) -> str:
    """10.77.1.1"""
    return str(ipaddress.IPv4Address(address))
