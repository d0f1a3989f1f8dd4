"""What a site tells: past tense, texts for people. Answers to commands carry their token.

What only a window is told stands by theme in the files beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import EntryId, SiteId
from app.dispatcher.entries import Placed
from app.node.api.apart import ApartEvent
from app.node.api.board import BoardEvent
from app.node.api.chat import ChatEvent
from app.node.api.hints import HintHeard
from app.node.api.nearby import NearbyEvent
from app.node.api.people import PeopleEvent
from app.node.api.shares import ShareEvent
from app.node.api.streams import StreamEvent


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
class SnapshotTaken:
    """This site goes on from a snapshot made at this index; what came before is not told one by one."""

    index: int


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """A snapshot comes in: so many of its pieces are here."""

    pieces: int
    of: int


@dataclass(frozen=True, slots=True)
class HistoryCame:
    """Older lines are here from this index on; `more` are on their way."""

    first: int
    more: bool


@dataclass(frozen=True, slots=True)
class EntriesSettled:
    """Everything up to this index will never move."""

    index: int


@dataclass(frozen=True, slots=True)
class DispatcherMoved:
    """The token is at `target`; `gain_ms` is the expected gain per entry of the busiest author.

    `by` is whose command it was, where it was one.
    """

    source: SiteId
    target: SiteId
    epoch: str
    reason: str
    gain_ms: float
    by: SiteId | None = None


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """state is joined, present, unreachable or left."""

    site: SiteId
    name: str
    state: str


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
    | SnapshotTaken
    | CatchingUp
    | HistoryCame
    | EntriesSettled
    | DispatcherMoved
    | MemberChanged
    | TroubleSeen
    | ApartEvent
    | SessionClosed
    | ChatEvent
    | BoardEvent
    | PeopleEvent
    | NearbyEvent
    | HintHeard
    | StreamEvent
    | ShareEvent
)


def entry_ids(value: object) -> tuple[EntryId, ...]:
    """The ids in the `Done.value` of `Issue` and `Draw`."""
    return value if isinstance(value, tuple) else ()
