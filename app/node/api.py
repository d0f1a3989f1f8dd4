"""All that a window or a command line may know of a site: commands in, events out, a status.

Commands are imperatives and carry a `token` of the caller's choice; exactly one `Done` or `Denied`
event with that token answers each. Events are past tense. Texts in them are for people.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.ids import EntryId, SiteId
from app.dispatcher.entries import Placed

# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateSession:
    """Found a session; this site is its first member and holds the token."""

    token: int
    title: str
    name: str
    policy: str = "adaptive"


@dataclass(frozen=True, slots=True)
class JoinSession:
    """Join by an invite's text; a session that this site knows is resumed."""

    token: int
    invite: str
    name: str


@dataclass(frozen=True, slots=True)
class ResumeSession:
    """Go on with the session on disk."""

    token: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Put entries at the end of the queue, in order, all or none; `Done.value` is their ids."""

    token: int
    entries: tuple[tuple[str, bytes], ...]
    wall_ms: int


@dataclass(frozen=True, slots=True)
class MoveDispatcher:
    """A person's wish; `Done.value` is `Moved` when this site sees the token at the target."""

    token: int
    target: SiteId


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """adaptive, paper, paper:K, fixed or manual, for the whole session."""

    token: int
    policy: str


@dataclass(frozen=True, slots=True)
class MakeInvite:
    """`Done.value` is the link. `end_ms` is wall-clock time, 0 for never; `uses` 0 for any number."""

    token: int
    end_ms: int = 0
    uses: int = 0
    role: str = "editor"
    wall_ms: int = 0


@dataclass(frozen=True, slots=True)
class LeaveSession:
    """Leave for good (S4): done when a quorum of a view without this site has installed it."""

    token: int


@dataclass(frozen=True, slots=True)
class CloseSession:
    """Stop now-ish: tries to leave in order for at most 2 s; the disk keeps everything."""

    token: int


@dataclass(frozen=True, slots=True)
class ReadLog:
    """`Done.value` is a tuple of `EntryShown` from `first` on, at most `count`, never past the end."""

    token: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadStatus:
    """`Done.value` is a `Status`."""

    token: int


@dataclass(frozen=True, slots=True)
class ReadBoard:
    """`Done.value` is the board as JSON-ready lines (dicts) that `draw` can read back."""

    token: int
    board: str = "main"


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw a file's text (JSON lines or Excalidraw); `Done.value` is the ids of the entries."""

    token: int
    text: str
    board: str
    wall_ms: int


@dataclass(frozen=True, slots=True)
class CreateStream:
    """Make a stream, at home here; done when its entry is ordered."""

    token: int
    stream: str


@dataclass(frozen=True, slots=True)
class AppendToStream:
    """Append a message; `Done.value` is its number in this site's flow to the stream."""

    token: int
    stream: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class MoveStream:
    """Wish that a stream moves to a member; done when the wish is on its way."""

    token: int
    stream: str
    target: SiteId


Command = (
    CreateSession
    | JoinSession
    | ResumeSession
    | Issue
    | MoveDispatcher
    | SetPolicy
    | MakeInvite
    | LeaveSession
    | CloseSession
    | ReadLog
    | ReadStatus
    | ReadBoard
    | Draw
    | CreateStream
    | AppendToStream
    | MoveStream
)

# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """The command with this token is carried out."""

    token: int
    value: object = None


@dataclass(frozen=True, slots=True)
class Denied:
    """The command with this token is not carried out; `usage` if the caller wrote it wrong."""

    token: int
    why: str
    usage: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the token is after a wish, and how long that took."""

    epoch: str
    site: SiteId
    ms: float


@dataclass(frozen=True, slots=True)
class EntryShown:
    """An entry of the log with its author's name; `settled` as known at that moment."""

    placed: Placed
    name: str
    settled: bool


@dataclass(frozen=True, slots=True)
class SessionReady:
    """This site is a member, or works alone on what it has: commands are taken now."""

    site: SiteId
    name: str
    session: bytes
    title: str
    invite: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntriesOrdered:
    """Entries got their place, in order of the log."""

    entries: tuple[EntryShown, ...]


@dataclass(frozen=True, slots=True)
class LogReverted:
    """Entries from this index on were taken back by a new view; they come again elsewhere."""

    first: int
    epoch: str


@dataclass(frozen=True, slots=True)
class EntriesSettled:
    """Everything up to this index will never move."""

    index: int


@dataclass(frozen=True, slots=True)
class DispatcherMoved:
    """The token is at `target`; `gain_ms` is the expected gain per entry of the busiest author."""

    source: SiteId
    target: SiteId
    epoch: str
    reason: str
    gain_ms: float


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """state is joined, present, unreachable or left."""

    site: SiteId
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class MessageConsumed:
    """Every append handler of the stream, at home here, is done with this message."""

    stream: str
    sender: SiteId
    incarnation: int
    number: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class TroubleSeen:
    """Something people should know; `code` is stable, `text` is for reading."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """Nothing more will come; the driver may stop."""

    left: bool


Event = (
    Done
    | Denied
    | SessionReady
    | EntriesOrdered
    | LogReverted
    | EntriesSettled
    | DispatcherMoved
    | MemberChanged
    | MessageConsumed
    | TroubleSeen
    | SessionClosed
)

# --- status ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """state is present, unreachable or left; path is direct or none; rtt_ms None if unknown."""

    site: SiteId
    name: str
    state: str
    rtt_ms: float | None
    path: str
    location: int


@dataclass(frozen=True, slots=True)
class Status:
    """A snapshot that is replaced whole; holds no secret."""

    site: SiteId
    name: str
    session: str
    title: str
    members: tuple[MemberStatus, ...]
    leader: SiteId | None
    dispatcher: SiteId | None
    epoch: str
    head_index: int
    head_chain: str
    settled: int
    moves: int
    policy: str
    state_hash: str
    queue: int
    counters: dict[str, int] = field(default_factory=dict)


def entry_ids(value: object) -> tuple[EntryId, ...]:
    """The ids in the `Done.value` of `Issue` and `Draw`."""
    return value if isinstance(value, tuple) else ()
