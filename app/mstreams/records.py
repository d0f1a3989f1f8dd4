"""What streams keep on disk, and what they ask of the node.

Fields by name (ORDER.md 5.1, `streams`): `stream:at:NAME` is a stream that is or was here,
`stream:out:INCARNATION:NUMBER:NAME` a message that this site appended and that is not yet consumed.
Hold-back is not kept, except in a hand-over: its senders keep it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import KnownError, RemoteError
from app.core.ids import Key
from app.core.schema import Codec
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import AgentStates, Payload, StreamFrame, StreamHandOver, Vector

PREFIX = "stream:"
AT_PREFIX = "stream:at:"
OUT_PREFIX = "stream:out:"


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """A stream that is or was here. A hand-over, while it is to be repeated, has all the rest.

    `epoch` is the last one this site took or handed over; it stays when the stream is gone (T5).
    """

    state: int
    epoch: StreamEpoch
    agents: AgentStates
    vector: Vector
    hand_over: StreamHandOver | None


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """An own message that is not yet consumed."""

    payload: Payload


STREAM_RECORD = Codec(StreamRecord)
KEPT_MESSAGE = Codec(KeptMessage)


def at_field(name: str) -> str:
    """The field of a stream that is or was here."""
    return f"{AT_PREFIX}{name}"


def out_field(incarnation: int, number: int, name: str) -> str:
    """The field of a kept message."""
    return f"{OUT_PREFIX}{incarnation}:{number}:{name}"


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

    `what` is "moved" (the new home has it) or "recovered" (its home is no member any more).
    """

    kind: str
    stream: str
    home: Key
    epoch: tuple[int, int]
    what: str


@dataclass(frozen=True, slots=True)
class Consumed:
    """Every append handler of the stream, at home here, is done with this message."""

    stream: str
    sender: Key
    source: str
    incarnation: int
    number: int
    payload: bytes


StreamOutput = Transmit | SaveStream | ControlWanted | Consumed
