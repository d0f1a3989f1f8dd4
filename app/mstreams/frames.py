"""The frames of streams, and the parts of a stream that travel. Numbers 40 to 63.

Numbers never change; fields are only added at the end. All frames come over an authenticated link
and may be lost, doubled, late or out of order; a repeated request is answered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.ids import KEY_BYTES, Key
from app.core.schema import Registry, Size
from app.mstreams.epochs import StreamEpoch

REGISTRY = Registry()

KeyField = Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
Name = Annotated[str, Size(1, limits.STREAM_NAME_CHARACTERS_MAX)]
Source = Annotated[str, Size(0, limits.STREAM_NAME_CHARACTERS_MAX)]
Payload = Annotated[bytes, Size(0, limits.APPEND_BYTES_MAX)]
Count = Annotated[int, Size(1, 2**53)]
CountOrNone = Annotated[int, Size(0, 2**53)]

Peer = tuple[Key, str]
"""Who appends: (site, name of the sending stream or empty for the site itself)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One peer's place in a stream's vector: what it sent to us, what we sent to it.

    `received` is the last number consumed of `incarnation`; older incarnations are finished. `sent`
    counts what this stream itself appended to the stream `source`.
    """

    site: KeyField
    source: Source
    incarnation: Count
    received: CountOrNone
    sent: CountOrNone


@dataclass(frozen=True, slots=True)
class Held:
    """A message that came before its turn; it travels with a moving stream."""

    site: KeyField
    source: Source
    incarnation: Count
    number: Count
    payload: Payload


@dataclass(frozen=True, slots=True)
class AgentState:
    """An agent as it travels: what runs, and its briefcase. A kind not known here just passes on."""

    kind: Annotated[str, Size(1, limits.AGENT_KIND_CHARACTERS_MAX)]
    version: Count
    briefcase: Annotated[bytes, Size(0, limits.BRIEFCASES_BYTES_MAX)]
    failed: bool


AgentStates = Annotated[tuple[AgentState, ...], Size(0, limits.AGENTS_MAX)]
Vector = Annotated[tuple[Slot, ...], Size(0, limits.VECTOR_SLOTS_MAX)]
HoldBack = Annotated[tuple[Held, ...], Size(0, limits.ARRAY_ITEMS_MAX)]


@REGISTRY.frame(40)
@dataclass(frozen=True, slots=True)
class Append:
    """A message for a stream, from its sender to the stream's home.

    The sender has no unfinished message below `oldest` (0: it can't say), so a home that lost its
    vector with a dead site goes on from there.
    """

    stream: Name
    source: Source
    incarnation: Count
    number: Count
    oldest: CountOrNone
    payload: Payload


@REGISTRY.frame(41)
@dataclass(frozen=True, slots=True)
class AppendAck:
    """Everything up to `consumed` of that incarnation is consumed, and that is on disk."""

    stream: Name
    source: Source
    incarnation: Count
    consumed: CountOrNone
    epoch: StreamEpoch


@REGISTRY.frame(42)
@dataclass(frozen=True, slots=True)
class StreamElsewhere:
    """Answer of a site that is not home: the newest (epoch, home) it knows (O2)."""

    stream: Name
    epoch: StreamEpoch
    home: KeyField


@REGISTRY.frame(43)
@dataclass(frozen=True, slots=True)
class StreamWish:
    """Somebody asks the leader to let the stream, now at `epoch`, go to `target`.

    `token` names the request in a refusal; 0 asks for no answer.
    """

    stream: Name
    epoch: StreamEpoch
    target: KeyField
    token: int


@REGISTRY.frame(44)
@dataclass(frozen=True, slots=True)
class StreamPermit:
    """The leader lets the home hand move `epoch` to `target` (T1); void for any other epoch."""

    stream: Name
    epoch: StreamEpoch
    target: KeyField


@REGISTRY.frame(45)
@dataclass(frozen=True, slots=True)
class StreamHandOver:
    """Move `epoch` to `target`, with all that the stream is (T2, T3)."""

    stream: Name
    epoch: StreamEpoch
    target: KeyField
    agents: AgentStates
    vector: Vector
    hold_back: HoldBack


StreamFrame = Append | AppendAck | StreamElsewhere | StreamWish | StreamPermit | StreamHandOver
