"""What is broadcast: at most 64 bytes, and an answer never larger than its question.

`HERE` names a session's tag and the port of one of its sites, `GONE` takes that back, `WHO` asks
everybody to say `HERE`. Bytes that are none of these mean nothing, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MAGIC = b"TSTK\x01"
TAG_BYTES = 16
BEACON_BYTES = len(MAGIC) + 1 + TAG_BYTES + 2


class Kind(IntEnum):
    """What a beacon says; a byte on the wire."""

    HERE = 1
    GONE = 2
    WHO = 3


@dataclass(frozen=True, slots=True)
class Beacon:
    """`tag` and `port` are zeros in a question."""

    kind: Kind
    tag: bytes = bytes(TAG_BYTES)
    port: int = 0

    def encode(self) -> bytes:
        """The `BEACON_BYTES` that travel."""
        return MAGIC + bytes([self.kind]) + self.tag + self.port.to_bytes(2, "big")


def parse(data: bytes) -> Beacon | None:
    """A beacon, or None for anything else."""
    if len(data) != BEACON_BYTES or not data.startswith(MAGIC):
        return None
    kind, tag = data[len(MAGIC)], data[len(MAGIC) + 1 : -2]
    port = int.from_bytes(data[-2:], "big")
    if kind not in (Kind.HERE, Kind.GONE, Kind.WHO) or (kind != Kind.WHO and not port):
        return None
    return Beacon(Kind(kind), tag, port)
