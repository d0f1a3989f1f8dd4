"""A router that gives many hosts one address, in the kinds that are met at homes (RFC 4787).

Full cone: a host's port has one public port for everybody, and everybody may write to it.
Restricted: the same, but only who was written to may answer. Symmetric: another public port for
everyone who is written to, and only they may answer; nobody can be told a port beforehand.
"""

from __future__ import annotations

from enum import StrEnum

from tests.netlab import packets
from tests.netlab.packets import Endpoint

FIRST_PORT = 20_000
REBOUND_PORTS_APART = 1_000
"""So that a port from before is not met again soon."""


class Kind(StrEnum):
    """How a router maps and filters."""

    FULL_CONE = "full-cone"
    RESTRICTED = "restricted"
    SYMMETRIC = "symmetric"


Inside = tuple[int, Endpoint, Endpoint | None]
"""(protocol, host's endpoint, for whom): the last is None where the mapping is for everybody."""


class Nat:
    """One router's table; a packet goes through it, or is None where it is not let in."""

    def __init__(self, kind: Kind, address: bytes) -> None:
        self.kind = kind
        self.address = address
        self.filtered = 0
        self._next_port = FIRST_PORT
        self._ports: dict[Inside, int] = {}
        self._insides: dict[tuple[int, int], Inside] = {}
        self._written_to: dict[tuple[int, int, Endpoint], None] = {}

    def outgoing(self, frame: bytes) -> bytes | None:
        """What the world sees of a packet from inside; a way back is open from now on."""
        protocol = packets.protocol(frame)
        if protocol is None:
            return None
        source, target = packets.source(frame), packets.target(frame)
        inside = (protocol, source, target if self.kind is Kind.SYMMETRIC else None)
        port = self._ports.get(inside)
        if port is None:
            port = self._ports[inside] = self._next_port
            self._insides[protocol, port] = inside
            self._next_port += 1
        self._written_to[protocol, port, target] = None
        return packets.with_source(frame, Endpoint(self.address, port))

    def incoming(self, frame: bytes) -> bytes | None:
        """What a host inside gets of a packet to this router; None if it is for nobody."""
        protocol = packets.protocol(frame)
        if protocol is None:
            return None
        source, (_, port) = packets.source(frame), packets.target(frame)
        inside = self._insides.get((protocol, port))
        is_open = self.kind is Kind.FULL_CONE or (protocol, port, source) in self._written_to
        if inside is None or not is_open:
            self.filtered += 1
            return None
        return packets.with_target(frame, inside[1])

    def rebind(self) -> None:
        """Forget everything, as after a restart; the same hosts get other ports from now on."""
        self._ports.clear()
        self._insides.clear()
        self._written_to.clear()
        self._next_port += REBOUND_PORTS_APART
