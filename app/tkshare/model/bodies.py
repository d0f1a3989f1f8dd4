"""Bodies of `share.offer`, `.input` and `.clock`: frozen dataclasses in field order (FORMATS.md 5).

What one site puts into the log about a shared program; `statements` has `share.state`. A body that exists is valid in itself;
whether it has an effect is the reducer's business. The files of a program stand in a list of their
own (`manifest`), of which the offer names the hash: two thousand names do not fit an entry. Never
change a field's meaning or order: these are on disks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from app.core import limits
from app.core.codec import Plain, decode, encode
from app.core.errors import LocalError, RemoteError
from app.core.ids import HASH_BYTES, parse_entry_id
from app.core.schema import Codec, Size
from app.tkshare.model.events import Event, read_event
from app.tkshare.model.speech import NUMBER_MAX, TOOLKITS, Due, read_due

KINDS_OF_PROGRAM: Final = ("file", "folder", "module")
FLOORS: Final = ("free", "request", "turn", "moderator")
"""Who may act: everyone, one who asked, one after the other, whom a moderator lets."""

ShareId = str
"""The id of the entry that offered the share, as text: `<site>.<incarnation>.<number>`."""

Word = Annotated[str, Size(1, 16)]
Line = Annotated[str, Size(0, limits.SHARE_REASON_CHARACTERS_MAX)]
Title = Annotated[str, Size(1, limits.TITLE_CHARACTERS_MAX)]
Hash = Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]
Short = Annotated[bytes, Size(0, HASH_BYTES)]
Part = Annotated[str, Size(1, limits.SHARE_VERSION_CHARACTERS_MAX)]
Parts = Annotated[tuple[tuple[Part, Part], ...], Size(0, limits.SHARE_VERSIONS_MAX)]
SiteText = Annotated[str, Size(16, 16)]
Count = Annotated[int, Size(0, NUMBER_MAX)]


def require(name: str, holds: bool, expected: str) -> None:
    """Raises `RemoteError` unless a field `holds` what is `expected`."""
    if not holds:
        message = f"{name}: {expected} expected"
        raise RemoteError(message)


def require_line(name: str, text: str) -> None:
    """A text with nothing in it that turns or breaks its line. Raises `RemoteError`."""
    require(name, text.isprintable(), "one line of text")


def read_share(value: Plain) -> ShareId:
    """The id of a share. Raises `RemoteError`."""
    if type(value) is not str:
        message = "share: an entry id expected"
        raise RemoteError(message)
    try:
        return str(parse_entry_id(value))
    except LocalError as error:
        message = f"share: {error}"
        raise RemoteError(message) from None


# --- share.offer ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """`share.offer`: a program that its author's site starts, and others may start too.

    `entry` is the path of the file that runs (in the folder), or the module's name. `files` and
    `size` (bytes) are what consent shows; `listing` is the hash of the encoded list of files,
    `listing_size` its bytes. `pins` are (name, value) of the environment all copies start with.
    """

    title: Title
    kind: Word
    entry: Annotated[str, Size(1, limits.SHARE_PATH_CHARACTERS_MAX)]
    arguments: Annotated[
        tuple[Annotated[str, Size(0, limits.SHARE_REASON_CHARACTERS_MAX)], ...],
        Size(0, limits.SHARE_ARGUMENTS_MAX),
    ]
    toolkit: Word
    files: Annotated[int, Size(1, limits.SHARE_FILES_MAX)]
    size: Annotated[int, Size(0, limits.SHARE_BYTES_MAX)]
    listing: Hash
    listing_size: Annotated[int, Size(1, limits.SHARE_LISTING_BYTES_MAX)]
    versions: Parts
    seed: Annotated[int, Size(0, 2**32 - 1)]
    pins: Annotated[tuple[tuple[Part, Line], ...], Size(0, limits.SHARE_PINS_MAX)] = ()
    floor: Word = "free"

    def __post_init__(self) -> None:
        require_line("title", self.title)
        require_line("entry", self.entry)
        require("kind", self.kind in KINDS_OF_PROGRAM, "file, folder or module")
        require("toolkit", self.toolkit in TOOLKITS, "tk or qt")
        require("floor", self.floor in FLOORS, ", ".join(FLOORS))
        for text in (*self.arguments, *[text for pin in self.pins for text in pin]):
            require("arguments, pins", "\0" not in text, "text without zero bytes")


# --- share.input, share.clock ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Input:
    """`share.input`: what one person did within a frame.

    `seen` is the index that the doer's copy had last applied, `t0_ms` the doer's own clock. Events
    of kinds that this version does not know are left out, and `newer` says so.
    """

    share: ShareId
    seen: int
    t0_ms: int
    events: tuple[Event, ...]
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """`share.clock`: these timers of the program fire (none named: time goes on)."""

    share: ShareId
    due: tuple[Due, ...]


def array_of(body: bytes, count: int) -> list[Plain]:
    """The array in a body, of `count` items or more. Raises `RemoteError`."""
    plain = decode(body, limits.ENTRY_BODY_BYTES_MAX)
    if type(plain) is not list or len(plain) < count:
        message = f"an array of {count} expected"
        raise RemoteError(message)
    return plain


def index_of(name: str, value: Plain) -> int:
    """An index or a time in ms. Raises `RemoteError`."""
    if type(value) is not int or not 0 <= value <= NUMBER_MAX:
        message = f"{name}: a number expected"
        raise RemoteError(message)
    return value


def encode_input(given: Input) -> bytes:
    """The body."""
    events = [event.plain() for event in given.events]
    return encode([given.share, given.seen, given.t0_ms, events])


def decode_input(body: bytes) -> Input:
    """Raises `RemoteError`."""
    plain = array_of(body, 4)
    share, seen, t0_ms = (
        read_share(plain[0]),
        index_of("seen", plain[1]),
        index_of("t0_ms", plain[2]),
    )
    events = plain[3]
    if type(events) is not list or not 1 <= len(events) <= limits.SHARE_EVENTS_MAX:
        message = f"events: 1 to {limits.SHARE_EVENTS_MAX} expected"
        raise RemoteError(message)
    read = [read_event(event) for event in events]
    known = tuple([event for event in read if event is not None])
    return Input(share, seen, t0_ms, known, newer=len(known) < len(read))


def encode_clock(given: Clock) -> bytes:
    """The body."""
    return encode([given.share, [list(each) for each in given.due]])


def decode_clock(body: bytes) -> Clock:
    """Raises `RemoteError`."""
    plain = array_of(body, 2)
    return Clock(read_share(plain[0]), read_due(plain[1]))


OFFER_CODEC: Final = Codec(Offer)
