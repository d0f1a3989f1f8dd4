"""Frames that belong to no single room below: heartbeats, addresses, admission, control wishes.

A heartbeat has one part per room and is put together here (ORDER.md 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.codec import signed_bytes
from app.core.ids import Key
from app.core.schema import Registry, Size
from app.dispatcher.messages import OrderBeat
from app.dispatcher.views import HashField, KeyField, SignatureField

REGISTRY = Registry()

ADDRESSES_LABEL = "talkstick addresses"
ADMISSION_LABEL = "talkstick admission"

AddressText = Annotated[str, Size(3, limits.ADDRESS_CHARACTERS_MAX)]
InviteId = Annotated[bytes, Size(0, 16)]
Role = Annotated[str, Size(1, 16)]
Words = Annotated[str, Size(0, 512)]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row entry: what the sender measured of its link to the member at `location`."""

    location: int
    rtt_micros: int
    jitter_micros: int
    loss_millionths: Annotated[int, Size(0, 1_000_000)]


@dataclass(frozen=True, slots=True)
class Admission:
    """A member lets `key` into the session; any member can check it (ORDER.md 5.5a)."""

    session: HashField
    key: KeyField
    invite: InviteId
    role: Role
    expiry_ms: int
    signer: KeyField
    signature: SignatureField

    def covered(self) -> bytes:
        """What the signer signs."""
        return signed_bytes(
            ADMISSION_LABEL, [self.session, self.key, self.invite, self.role, self.expiry_ms]
        )


@dataclass(frozen=True, slots=True)
class SiteBeat:
    """The part of `mstreams`: liveness, streams at home, own measurements, own admission."""

    number: int
    streams: Annotated[
        tuple[tuple[Annotated[str, Size(1, 128)], int, int], ...],
        Size(0, limits.STREAMS_PER_BEAT_MAX),
    ]
    measures: Annotated[tuple[Measure, ...], Size(0, limits.MEMBERS_MAX)]
    admission: Admission | None


@REGISTRY.frame(1)
@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Every 250 ms and on change, to everyone known; the newest counts."""

    site: SiteBeat
    order: OrderBeat


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where a site can be reached, signed by itself; a higher number is newer."""

    key: KeyField
    number: int
    addresses: Annotated[tuple[AddressText, ...], Size(0, limits.ADDRESSES_PER_SITE_MAX)]
    signature: SignatureField

    def covered(self) -> bytes:
        """What the site signs."""
        return reachable_bytes(self.key, self.number, self.addresses)


def reachable_bytes(key: Key, number: int, addresses: tuple[str, ...]) -> bytes:
    """What a site signs about its addresses."""
    return signed_bytes(ADDRESSES_LABEL, [key, number, list(addresses)])


@REGISTRY.frame(2)
@dataclass(frozen=True, slots=True)
class Addresses:
    """What the sender knows of where members are."""

    known: Annotated[tuple[Reachable, ...], Size(0, limits.MEMBERS_MAX)]


@REGISTRY.frame(3)
@dataclass(frozen=True, slots=True)
class Welcome:
    """To a newcomer whose invite is good: its admission and the session's secret."""

    admission: Admission
    secret: HashField
    title: Annotated[str, Size(0, 256)]


@REGISTRY.frame(4)
@dataclass(frozen=True, slots=True)
class TurnedAway:
    """To a newcomer that is not let in; the reason is for its person."""

    reason: Words


@REGISTRY.frame(5)
@dataclass(frozen=True, slots=True)
class ControlWish:
    """A member asks the leader to put a control entry into the log."""

    token: int
    kind: Annotated[str, Size(1, 32)]
    body: Annotated[bytes, Size(0, limits.ENTRY_BODY_BYTES_MAX)]


@REGISTRY.frame(6)
@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """The leader issued the entry, or says why not (`reason` not empty).

    The entry's author is the leader, `incarnation` and `number` its name there.
    """

    token: int
    reason: Words
    incarnation: int = 0
    number: int = 0


@REGISTRY.frame(7)
@dataclass(frozen=True, slots=True)
class Hint:
    """What a member's person lets be seen while acting; unordered, the highest counter wins.

    Kinds and their payloads, arrays of the fields in FORMATS.md 4 with coordinates in 1/8 px and
    points packed in 8 bytes each: 1 pointer, 2 stroke, 3 text, 4 typing, 5 laser, 6 select, 7 view,
    8 seen. Counters are of the sender's incarnation and of one kind. Other kinds have no effect.
    """

    kind: Annotated[int, Size(1, 255)]
    counter: Annotated[int, Size(1, 2**53)]
    payload: Annotated[bytes, Size(0, limits.HINT_PAYLOAD_BYTES_MAX)]
