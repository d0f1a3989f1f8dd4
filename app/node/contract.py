"""The contract between a site and the world: what a driver gives, and what it must do.

The driver is a `match` over the outputs with `assert_never`. Addresses are (host, port) pairs as
the socket gives them; nothing here interprets the host.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.dispatcher.entries import Placed
from app.dispatcher.records import LoadLog, OrderRecord
from app.node.api import Command, Event

Address = tuple[str, int]
"""(host, port)."""

Record = OrderRecord
"""What one turn commits, in order, in one transaction."""


# --- inputs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatagramReceived:
    """Bytes from the network, nothing known about them."""

    source: Address
    data: bytes


@dataclass(frozen=True, slots=True)
class CommandIssued:
    """A person or a script wants something."""

    command: Command


@dataclass(frozen=True, slots=True)
class Loaded:
    """The answer to `Load`, with its token."""

    token: int
    rows: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class AddressesChanged:
    """Where this site can be reached, best first, as host:port texts."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighted:
    """A session was sighted in the network; for a machine that looks around (`node.onlooker`).

    `tag` names it, empty for a typed address; `addresses` are host:port texts, best first.
    """

    tag: bytes
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SightLost:
    """Whoever announced this session took that back."""

    tag: bytes


@dataclass(frozen=True, slots=True)
class GuestSpoke:
    """A guest process said something: a JSON array in UTF-8, at most 64 KiB, not yet checked."""

    guest: int
    message: bytes


@dataclass(frozen=True, slots=True)
class GuestEnded:
    """A guest process is gone, by itself or killed because a handler or all of it hung.

    Nothing of it comes after this. `why` is for people.
    """

    guest: int
    why: str


@dataclass(frozen=True, slots=True)
class BlobRead:
    """The answer to `ReadBlob`, with its token; None: this content is not kept here."""

    token: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """`deadline()` is reached; a spurious one does nothing."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The machine slept for `gap_micros`: hear first, suspect later."""

    gap_micros: int


Input = (
    DatagramReceived
    | CommandIssued
    | Loaded
    | AddressesChanged
    | GuestSpoke
    | GuestEnded
    | BlobRead
    | TimerFired
    | Woke
)


# --- outputs --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SendDatagram:
    """Send these bytes; losing them is allowed."""

    target: Address
    data: bytes


@dataclass(frozen=True, slots=True)
class Persist:
    """Commit this before anything of the turn is sent or shown."""

    record: Record


@dataclass(frozen=True, slots=True)
class Load:
    """Read old rows and give them back as `Loaded` with the same token."""

    token: int
    request: LoadLog


@dataclass(frozen=True, slots=True)
class Emit:
    """Show this to whoever watches."""

    event: Event


@dataclass(frozen=True, slots=True)
class StartGuest:
    """Start a guest process of this kind ("tcl", "tk", "qt"); `guest` is a new number each time.

    `program`: what a shared program is started from, a JSON object: `share`, `person` (this
    site's id), `listing` (hex hash of the list of files, all of which are kept), `kind`, `entry`, `arguments`, `seed`, `pins`,
    `start_ms`, `python`. What it is told before it runs waits for it. If it can't start, say
    `GuestEnded`.
    """

    guest: int
    kind: str
    program: bytes = b""


@dataclass(frozen=True, slots=True)
class TellGuest:
    """Give a guest process this message, a JSON array in UTF-8; one that has ended gets none."""

    guest: int
    message: bytes


@dataclass(frozen=True, slots=True)
class StopGuest:
    """End a guest process; no `GuestEnded` has to follow."""

    guest: int


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """Put kept content where a guest finds it before it is told: `path` below the share's folder.

    With an empty `hash` there is no content: the folder is made, and the program writes there.
    """

    guest: int
    path: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class WriteBlob:
    """Keep the next part of some content; parts come in order from 0.

    With the last one (`offset` + its length = `size`) all of it is kept under its hash, which was
    checked.
    """

    hash: bytes
    offset: int
    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class DropBlob:
    """What was written of this so far is not that content: forget it."""

    hash: bytes


@dataclass(frozen=True, slots=True)
class ReadBlob:
    """Read part of some content and give it back as `BlobRead`; `count` 0 asks whether it is kept."""

    token: int
    hash: bytes
    offset: int
    count: int


GuestOutput = StartGuest | TellGuest | StopGuest | PlaceFile
BlobOutput = WriteBlob | DropBlob | ReadBlob
Output = SendDatagram | Persist | Load | Emit | GuestOutput | BlobOutput
