"""The frames of streams, and the parts of a stream that travel. Numbers 40 to 63.

Numbers never change; fields are only added at the end. All frames come over an authenticated link
and may be lost, doubled, late or out of order; a repeated request is answered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, get_args

from app.core import limits
from app.core.ids import HASH_BYTES, KEY_BYTES, Key
from app.core.schema import Registry, Size
from app.mstreams.epochs import StreamEpoch

REGISTRY = Registry()

KeyField = Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
Name = Annotated[str, Size(1, limits.STREAM_NAME_CHARACTERS_MAX)]
Source = Annotated[str, Size(0, limits.STREAM_NAME_CHARACTERS_MAX)]
Payload = Annotated[bytes, Size(0, limits.APPEND_BYTES_MAX)]
Count = Annotated[int, Size(1, 2**53)]
CountOrNone = Annotated[int, Size(0, 2**53)]

Hash = Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]
HashOrNone = Annotated[bytes, Size(0, HASH_BYTES)]
Text = Annotated[str, Size(0, 512)]
Error = Annotated[str, Size(0, limits.AGENT_ERROR_CHARACTERS_MAX)]
Event = Annotated[str, Size(1, 16)]
Milliseconds = Annotated[int, Size(0, limits.TIMER_MS_MAX)]

NOWHERE = Key(bytes(KEY_BYTES))
"""The site in a peer that is a stream: where a stream is does not name it."""

Peer = tuple[Key, str]
"""Who appends: (site, "") for a site with its shells, (NOWHERE, name) for a stream."""


def peer_of(site: Key, source: str) -> Peer:
    """The peer that appends from `site`."""
    return (NOWHERE, source) if source else (site, "")


@dataclass(frozen=True, slots=True)
class Slot:
    """One peer's place in a stream's vector: what it sent to us, what we sent to it.

    `received` is the last number consumed of `incarnation`; older incarnations are finished. `sent`
    counts what this stream itself appended to the stream `source`. The incarnation of a stream that
    sends is the view number of its epoch.
    """

    site: KeyField
    source: Source
    incarnation: Count
    received: CountOrNone
    sent: CountOrNone


@dataclass(frozen=True, slots=True)
class Held:
    """A message that came before its turn; it travels with a moving stream.

    `location` is that of the site it came from, `shell` the shell that said it, if one did.
    """

    site: KeyField
    source: Source
    incarnation: Count
    number: Count
    payload: Payload
    shell: Source = ""
    call: bool = False
    location: CountOrNone = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """An agent as the log has it.

    `number` is unique in its stream, `code` the hash of its source, empty for a builtin one. The
    stream's controller `controls`.
    """

    number: Count
    kind: Annotated[str, Size(1, limits.AGENT_KIND_CHARACTERS_MAX)]
    version: Count
    code: HashOrNone
    argv: Annotated[str, Size(0, limits.AGENT_ARGV_BYTES_MAX)]
    controls: bool


@dataclass(frozen=True, slots=True)
class AgentState:
    """An agent as it travels: what it is, its briefcase, its timers in ms, its last error."""

    definition: Definition
    briefcase: Annotated[bytes, Size(0, limits.BRIEFCASES_BYTES_MAX)] = b""
    failed: bool = False
    error: Error = ""
    timers: Annotated[tuple[tuple[Name, Milliseconds], ...], Size(0, limits.AGENT_TIMERS_MAX)] = ()

    @property
    def number(self) -> int:
        """Its number in the stream."""
        return self.definition.number


@dataclass(frozen=True, slots=True)
class Kept:
    """A message of a stream that is not consumed yet: it goes where the stream goes."""

    target: Name
    incarnation: Count
    number: Count
    payload: Payload


AgentStates = Annotated[tuple[AgentState, ...], Size(0, limits.AGENTS_MAX)]
Vector = Annotated[tuple[Slot, ...], Size(0, limits.VECTOR_SLOTS_MAX)]
HoldBack = Annotated[tuple[Held, ...], Size(0, limits.ARRAY_ITEMS_MAX)]


@REGISTRY.frame(40)
@dataclass(frozen=True, slots=True)
class Append:
    """A message for a stream, from its sender to the stream's home.

    The sender has no unfinished message below `oldest` (0: it can't say), so a home that lost its
    vector with a dead site goes on from there. With `call` the sender waits for an answer.
    """

    stream: Name
    source: Source
    incarnation: Count
    number: Count
    oldest: CountOrNone
    payload: Payload
    shell: Source = ""
    call: bool = False


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
    """Answer of a site that is not home: the newest (epoch, home) it knows (O2).

    Naming the sender itself it says that the stream was taken; a new home tells source and leader.
    """

    stream: Name
    epoch: StreamEpoch
    home: KeyField


@REGISTRY.frame(43)
@dataclass(frozen=True, slots=True)
class StreamWish:
    """Somebody asks the leader to let the stream, now at `epoch`, go to `target`.

    `token` names the request in a refusal; 0 asks for no answer. `asker` is a stream or shell.
    """

    stream: Name
    epoch: StreamEpoch
    target: KeyField
    token: int
    asker: Source = ""


@REGISTRY.frame(44)
@dataclass(frozen=True, slots=True)
class StreamPermit:
    """The leader lets the home hand move `epoch` to `target` (T1); void for any other epoch.

    Whoever wished it is told, should the stream's controller refuse.
    """

    stream: Name
    epoch: StreamEpoch
    target: KeyField
    wisher: KeyField
    token: int


@REGISTRY.frame(45)
@dataclass(frozen=True, slots=True)
class StreamHandOver:
    """Move `epoch` to `target`, with all that the stream is (T2, T3).

    `opened` are its handles, `revision` says which entries about its agents it has seen. It is
    complete with so many `luggage` frames.
    """

    stream: Name
    epoch: StreamEpoch
    target: KeyField
    agents: AgentStates
    vector: Vector
    hold_back: HoldBack
    opened: Annotated[tuple[Name, ...], Size(0, limits.HANDLES_MAX)] = ()
    revision: CountOrNone = 0
    luggage: Annotated[int, Size(0, limits.LUGGAGE_FRAMES_MAX)] = 0


@REGISTRY.frame(46)
@dataclass(frozen=True, slots=True)
class StreamLuggage:
    """Messages of a stream on its way, part `place` of those that its hand-over counts."""

    stream: Name
    epoch: StreamEpoch
    place: Annotated[int, Size(0, limits.LUGGAGE_FRAMES_MAX)]
    kept: Annotated[tuple[Kept, ...], Size(0, limits.ARRAY_ITEMS_MAX)]


@REGISTRY.frame(47)
@dataclass(frozen=True, slots=True)
class StreamRefused:
    """The move that was wished for with this token is refused, and why."""

    stream: Name
    token: int
    reason: Text


@REGISTRY.frame(48)
@dataclass(frozen=True, slots=True)
class CallReply:
    """What the handlers answered to a call, or why they did not."""

    stream: Name
    source: Source
    incarnation: Count
    number: Count
    ok: bool
    payload: Payload


@REGISTRY.frame(49)
@dataclass(frozen=True, slots=True)
class StreamRequest:
    """Somebody asks the leader for what needs an entry or a controller's word.

    `verb` is create, open, destroy, register or unregister; `number` names the request at its
    sender for ever, `asker` is a stream or shell. An empty stream to create is a temporary one.
    `agent` is for register and unregister.
    """

    number: Count
    verb: Event
    stream: Source
    asker: Source
    agent: Definition | None = None


@REGISTRY.frame(50)
@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """The leader's answer: granted, with a name or number, or refused, with the reason."""

    number: Count
    ok: bool
    text: Text


@REGISTRY.frame(51)
@dataclass(frozen=True, slots=True)
class StreamVet:
    """The leader asks a controller: of the stream `of` at home there, of the site if it is empty.

    It is about `stream`.
    """

    number: Count
    of: Source
    event: Event
    stream: Name
    asker: Source
    location: CountOrNone


@REGISTRY.frame(52)
@dataclass(frozen=True, slots=True)
class StreamVerdict:
    """The answer: an empty reason lets it happen. Without a guard the site need not be asked."""

    number: Count
    reason: Text
    guarded: bool


@REGISTRY.frame(53)
@dataclass(frozen=True, slots=True)
class SiteGuarded:
    """A site has a controller now: it wants to be asked."""


@REGISTRY.frame(54)
@dataclass(frozen=True, slots=True)
class CodeWanted:
    """Asks for an agent's source from this byte on."""

    code: Hash
    offset: Annotated[int, Size(0, limits.CODE_BYTES_MAX)]


@REGISTRY.frame(55)
@dataclass(frozen=True, slots=True)
class CodeChunk:
    """A part of an agent's source."""

    code: Hash
    offset: Annotated[int, Size(0, limits.CODE_BYTES_MAX)]
    total: Annotated[int, Size(0, limits.CODE_BYTES_MAX)]
    data: Annotated[bytes, Size(0, limits.CODE_CHUNK_BYTES)]


@dataclass(frozen=True, slots=True)
class AgentReport:
    """What the home of a stream knows of an agent."""

    number: Count
    events: Annotated[tuple[Event, ...], Size(0, 32)]
    failed: bool
    error: Error


@dataclass(frozen=True, slots=True)
class Report:
    """What the home of a stream knows of it."""

    stream: Name
    running: bool
    waiting: CountOrNone
    unsent: CountOrNone
    agents: Annotated[tuple[AgentReport, ...], Size(0, limits.AGENTS_MAX)]


@REGISTRY.frame(56)
@dataclass(frozen=True, slots=True)
class ReportWanted:
    """Somebody looks at the streams of a session."""


@REGISTRY.frame(57)
@dataclass(frozen=True, slots=True)
class StreamReport:
    """Of streams at home at the sender, as many as fit."""

    streams: Annotated[tuple[Report, ...], Size(0, limits.REPORT_STREAMS_MAX)]


StreamFrame = (
    Append
    | AppendAck
    | StreamElsewhere
    | StreamWish
    | StreamPermit
    | StreamHandOver
    | StreamLuggage
    | StreamRefused
    | CallReply
    | StreamRequest
    | StreamAnswer
    | StreamVet
    | StreamVerdict
    | SiteGuarded
    | CodeWanted
    | CodeChunk
    | ReportWanted
    | StreamReport
)
STREAM_FRAMES = get_args(StreamFrame)
