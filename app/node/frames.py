"""Frames that belong to no single room below: heartbeats, addresses, admission, wishes, strangers.

A heartbeat has one part per room and is put together here (ORDER.md 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.codec import signed_bytes
from app.core.ids import Key
from app.core.schema import Registry, Size
from app.dispatcher.entries import Run
from app.dispatcher.epochs import Epoch
from app.dispatcher.messages import OrderBeat
from app.dispatcher.views import HashField, KeyField, SignatureField
from app.rooms.bodies import require_line

REGISTRY = Registry()

ADDRESSES_LABEL = "talkstick addresses"
ADMISSION_LABEL = "talkstick admission"

AddressText = Annotated[str, Size(3, limits.ADDRESS_CHARACTERS_MAX)]
InviteId = Annotated[bytes, Size(0, 16)]
Role = Annotated[str, Size(1, 16)]
Words = Annotated[str, Size(0, 512)]
Name = Annotated[str, Size(0, limits.NAME_CHARACTERS_MAX)]
Colour = Annotated[str, Size(0, 16)]


def require_lines(*texts: str) -> None:
    """What is shown to people as one line is one, or empty. Raises `RemoteError`."""
    for text in texts:
        if text:
            require_line("text", text)


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

    def __post_init__(self) -> None:
        require_lines(self.title)


@REGISTRY.frame(4)
@dataclass(frozen=True, slots=True)
class TurnedAway:
    """To a newcomer that is not let in; the reason is for its person.

    `by_session`: not one member says so but the session's controller, also to who was let in.
    """

    reason: Words
    by_session: bool = False


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


# --- strangers and who asks to join ---------------------------------------------------------------


@REGISTRY.frame(8)
@dataclass(frozen=True, slots=True)
class AboutWanted:
    """A stranger in the network wants to know what session this is."""


@REGISTRY.frame(9)
@dataclass(frozen=True, slots=True)
class About:
    """What a visible session tells strangers: no address, no key, no word that was said.

    `people`: (name, colour) of some, `count` of all; `admits`: whether asking makes sense; `wire`:
    the version of what travels, `version` that of the program, for people.
    """

    tag: Annotated[bytes, Size(16, 16)]
    title: Annotated[str, Size(0, limits.TITLE_CHARACTERS_MAX)]
    people: Annotated[tuple[tuple[Name, Colour], ...], Size(0, limits.ABOUT_PEOPLE_MAX)]
    count: int
    holder: Name
    admits: bool
    wire: int
    version: Annotated[str, Size(0, 32)]

    def __post_init__(self) -> None:
        names = [name for name, _colour in self.people]
        require_lines(self.title, self.holder, self.version, *names)


@REGISTRY.frame(10)
@dataclass(frozen=True, slots=True)
class AskIn:
    """A stranger asks to be let in, and repeats that while it waits.

    `mark` is the hash of the handshake whose words its person sees: with two channels between the
    same two sites the words could differ. `tag` is of the session that it means, empty for any.
    """

    mark: Annotated[bytes, Size(16, 64)]
    tag: Annotated[bytes, Size(0, 16)]
    name: Name
    colour: Colour

    def __post_init__(self) -> None:
        require_line("name", self.name)


@REGISTRY.frame(11)
@dataclass(frozen=True, slots=True)
class AskHeard:
    """To who asks: `name` has it on the screen, with the words of the handshake `mark`."""

    mark: Annotated[bytes, Size(16, 64)]
    name: Name

    def __post_init__(self) -> None:
        require_line("name", self.name)


@REGISTRY.frame(12)
@dataclass(frozen=True, slots=True)
class AskGone:
    """Who asked does not want to come in any more."""


@REGISTRY.frame(13)
@dataclass(frozen=True, slots=True)
class AskerTold:
    """Among members, repeated while it waits: somebody asks at the sender's site."""

    key: KeyField
    name: Name
    colour: Colour
    words: Annotated[tuple[Annotated[str, Size(1, 16)], ...], Size(6, 6)]

    def __post_init__(self) -> None:
        require_line("name", self.name)


@REGISTRY.frame(14)
@dataclass(frozen=True, slots=True)
class AskerDone:
    """Among members: nobody has to answer any more; `by` is empty if the asker went away."""

    key: KeyField
    let_in: bool
    by: Name

    def __post_init__(self) -> None:
        require_lines(self.by)


@REGISTRY.frame(15)
@dataclass(frozen=True, slots=True)
class AskerVerdict:
    """To the member at whose site somebody asks: the sender's person answers."""

    key: KeyField
    let_in: bool


# --- content by hash ------------------------------------------------------------------------------


@REGISTRY.frame(60)
@dataclass(frozen=True, slots=True)
class BlobWanted:
    """A member wants `count` bytes of some content from `offset` on; the hash proves the right."""

    hash: HashField
    offset: Annotated[int, Size(0, limits.SHARE_BYTES_MAX)]
    count: Annotated[int, Size(1, limits.BLOB_REQUEST_BYTES)]


@REGISTRY.frame(61)
@dataclass(frozen=True, slots=True)
class Blob:
    """The next part of what was wanted; `missing`: the sender does not keep it."""

    hash: HashField
    offset: Annotated[int, Size(0, limits.SHARE_BYTES_MAX)]
    data: Annotated[bytes, Size(0, limits.BLOB_CHUNK_BYTES)]
    missing: bool = False


# --- rows that stay -------------------------------------------------------------------------------


@REGISTRY.frame(64)
@dataclass(frozen=True, slots=True)
class KeptWanted:
    """Ask a member for the rows left of its compacted log, from `first` to `last`."""

    first: Annotated[int, Size(1, 2**53)]
    last: Annotated[int, Size(1, 2**53)]


KeptRow = tuple[
    Annotated[int, Size(1, 2**53)],
    Epoch,
    int,
    HashField,
    Run,
]
"""(index, epoch, stamp_ms, chain, the entry as a run of one)."""


@REGISTRY.frame(65)
@dataclass(frozen=True, slots=True)
class KeptRows:
    """The answer: all such rows from `first` to `upto`; `upto` below `first`: not here."""

    first: Annotated[int, Size(1, 2**53)]
    upto: int
    rows: Annotated[tuple[KeptRow, ...], Size(0, limits.ARRAY_ITEMS_MAX)]
