"""What streams keep on disk, and what they ask of the node.

Fields by name (ORDER.md 5.1, `streams`): `stream:at:NAME` is a stream that is or was here,
`stream:out:INCARNATION:NUMBER:NAME` a message that this site appended and that is not yet consumed,
`stream:kept:INCARNATION:NUMBER:LENGTH:SOURCE TARGET` (without the space) one that a stream appended,
LENGTH being that of its name; `stream:code:HASH` an agent's source, `stream:site` what the site's
own controller is, `stream:controller:NAME` how the controller `session` or `site` stands here,
`stream:heard` how the agents do that hear the dispatcher. Hold-back is not kept, except in a
hand-over: its senders keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.errors import KnownError, RemoteError
from app.core.ids import KEY_BYTES, Key
from app.core.schema import Codec, Size
from app.mstreams.epochs import StreamEpoch
from app.mstreams.events import Value
from app.mstreams.frames import (
    AgentState,
    AgentStates,
    Count,
    CountOrNone,
    Definition,
    Kept,
    Name,
    Payload,
    StreamFrame,
    StreamHandOver,
    Vector,
)

PREFIX = "stream:"
AT_PREFIX = "stream:at:"
OUT_PREFIX = "stream:out:"
KEPT_PREFIX = "stream:kept:"
CODE_PREFIX = "stream:code:"
CONTROLLER_PREFIX = "stream:controller:"
SITE_FIELD = "stream:site"
HEARD_FIELD = "stream:heard"


NOBODY = Key(b"")
"""A key that is not known."""


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """A stream that is or was here. A hand-over, while it is to be repeated, has all the rest.

    `epoch` is the last one this site took or handed over; it stays when the stream is gone (T5).
    `begun` are agents whose bodies have run here in this life of the stream.
    """

    state: int
    epoch: StreamEpoch
    agents: AgentStates
    vector: Vector
    hand_over: StreamHandOver | None
    opened: Annotated[tuple[Name, ...], Size(0, limits.HANDLES_MAX)] = ()
    revision: CountOrNone = 0
    successor: Annotated[Key, Size(0, KEY_BYTES)] = NOBODY
    begun: Annotated[tuple[Count, ...], Size(0, limits.AGENTS_MAX)] = ()


@dataclass(frozen=True, slots=True)
class ControllerRecord:
    """The controller of session or site at this site.

    `count` says how often its briefcase has changed; `has_begun`: its body has run here.
    """

    agent: AgentState
    count: CountOrNone
    has_begun: bool


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """An own message that is not yet consumed."""

    payload: Payload


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """The controller of this site, which no other site knows."""

    agents: Annotated[tuple[Definition, ...], Size(0, limits.AGENTS_MAX)]
    last: CountOrNone


STREAM_RECORD = Codec(StreamRecord)
KEPT_MESSAGE = Codec(KeptMessage)
SITE_RECORD = Codec(SiteRecord)
CONTROLLER_RECORD = Codec(ControllerRecord)


def at_field(name: str) -> str:
    """The field of a stream that is or was here."""
    return f"{AT_PREFIX}{name}"


def controller_field(name: str) -> str:
    """The field of a controller that is here."""
    return f"{CONTROLLER_PREFIX}{name}"


def out_field(incarnation: int, number: int, name: str) -> str:
    """The field of a kept message."""
    return f"{OUT_PREFIX}{incarnation}:{number}:{name}"


def kept_field(incarnation: int, number: int, source: str, target: str) -> str:
    """The field of a message that a stream keeps."""
    return f"{KEPT_PREFIX}{incarnation}:{number}:{len(source)}:{source}{target}"


def code_field(code: bytes) -> str:
    """The field of an agent's source."""
    return f"{CODE_PREFIX}{code.hex()}"


def read_at(field: str, value: bytes) -> tuple[str, StreamRecord]:
    """(stream, record) of a field that begins with `AT_PREFIX`; raises `KnownError`."""
    try:
        return field.removeprefix(AT_PREFIX), STREAM_RECORD.decode(value)
    except RemoteError as error:
        raise _damaged(field, error) from None


def read_out(field: str, value: bytes) -> tuple[int, int, str, bytes]:
    """(incarnation, number, stream, payload) of one that begins with `OUT_PREFIX`."""
    try:
        incarnation, number, name = field.removeprefix(OUT_PREFIX).split(":", 2)
        return int(incarnation), int(number), name, KEPT_MESSAGE.decode(value).payload
    except (RemoteError, ValueError) as error:
        raise _damaged(field, error) from None


def read_kept(field: str, value: bytes) -> tuple[str, Kept]:
    """(source, message) of one that begins with `KEPT_PREFIX`; raises `KnownError`."""
    try:
        incarnation, number, length, names = field.removeprefix(KEPT_PREFIX).split(":", 3)
        source, target = names[: int(length)], names[int(length) :]
        payload = KEPT_MESSAGE.decode(value).payload
        return source, Kept(target, int(incarnation), int(number), payload)
    except (RemoteError, ValueError) as error:
        raise _damaged(field, error) from None


def read_site(value: bytes) -> SiteRecord:
    """The site's own controller; raises `KnownError`."""
    try:
        return SITE_RECORD.decode(value)
    except RemoteError as error:
        raise _damaged(SITE_FIELD, error) from None


def read_heard(value: bytes) -> StreamRecord:
    """How those who hear the dispatcher stood here; raises `KnownError`."""
    try:
        return STREAM_RECORD.decode(value)
    except RemoteError as error:
        raise _damaged(HEARD_FIELD, error) from None


def read_controller(field: str, value: bytes) -> tuple[str, ControllerRecord]:
    """(stream, record) of one that begins with `CONTROLLER_PREFIX`; raises `KnownError`."""
    try:
        return field.removeprefix(CONTROLLER_PREFIX), CONTROLLER_RECORD.decode(value)
    except RemoteError as error:
        raise _damaged(field, error) from None


def _damaged(field: str, error: Exception) -> KnownError:
    return KnownError(f"The data of this session are damaged ({field}: {error}).")


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send this frame to a site, after the commit of this turn."""

    site: Key
    frame: StreamFrame


@dataclass(frozen=True, slots=True)
class SaveStream:
    """Commit this field; None forgets it."""

    name: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class ControlWanted:
    """The leader wants this `control.stream` entry ordered; doubling it does no harm.

    `what` is "created", "moved" (the new home has it), "recovered" (its home is no member any
    more) or "destroyed".
    """

    kind: str
    stream: str
    home: Key
    epoch: tuple[int, int]
    what: str


@dataclass(frozen=True, slots=True)
class AgentWanted:
    """The leader wants an entry about an agent ordered.

    `what` is "registered", "unregistered" or, of the session's controller, "kept": its briefcase
    has changed for the `count`th time.
    """

    stream: str
    agent: Definition
    what: str
    briefcase: bytes = b""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """An answer for a command of this site."""

    token: int
    ok: bool
    value: Value


@dataclass(frozen=True, slots=True)
class MoveVetted:
    """What controllers say to a move of the dispatcher; no reason: nobody objects."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line for this site's console."""

    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class LineWanted:
    """An agent wants a line ordered in the session's chat, as a word of this site's member."""

    text: str


@dataclass(frozen=True, slots=True)
class GuestWanted:
    """Start a guest."""

    guest: int
    kind: str


@dataclass(frozen=True, slots=True)
class GuestTold:
    """Tell a guest something."""

    guest: int
    message: bytes


@dataclass(frozen=True, slots=True)
class GuestUnwanted:
    """Stop a guest."""

    guest: int


@dataclass(frozen=True, slots=True)
class Consumed:
    """Every append handler of the stream, at home here, is done with this message."""

    stream: str
    sender: Key
    source: str
    incarnation: int
    number: int
    payload: bytes


Shown = (
    ControlWanted
    | AgentWanted
    | Told
    | MoveVetted
    | Line
    | LineWanted
    | GuestWanted
    | GuestTold
    | GuestUnwanted
    | Consumed
)
StreamOutput = Transmit | SaveStream | Shown
