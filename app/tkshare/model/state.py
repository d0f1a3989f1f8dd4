"""What is known of a shared program at an index: the same at every site (FORMATS.md 5).

Frozen values in tables that somebody else keeps (and can take back): a share, who takes part, the
numbers of names, the agreed sizes. `plain()` is what a state hash covers. No rule lives here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, TypeVar

from app.core.codec import Plain
from app.core.errors import RemoteError
from app.core.ids import Key
from app.tkshare.model.bodies import Offer, ShareId
from app.tkshare.model.events import Name

K_contra = TypeVar("K_contra", contravariant=True)
V = TypeVar("V")


class NoEffect(RemoteError):
    """The entry changes nothing; the text says why, for people.

    `early` is False where the reason may be gone once the author's entries before it are ordered.
    """

    def __init__(self, why: str, *, early: bool = True) -> None:
        super().__init__(why)
        self.early = early


class Phase(Enum):
    """Life of a share: offered, the first copy starts, the clock runs, over."""

    OFFERED = "offered"
    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Floor:
    """Who may act under which policy; who waits, longest first."""

    policy: str
    holder: Key | None = None
    queue: tuple[Key, ...] = ()

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.policy, self.holder, list(self.queue)]


@dataclass(frozen=True, slots=True)
class Gesture:
    """Somebody holds buttons down: since the press at `index`, last seen at this place (1/8 px)."""

    owner: Key
    buttons: tuple[int, ...]
    window: Name
    index: int
    x: int
    y: int
    state: int
    under: tuple[Name, int, int] | None

    def plain(self) -> Plain:
        """What the state hash covers."""
        under = None if self.under is None else list(self.under)
        place = [self.x, self.y, self.state, under]
        return [self.owner, list(self.buttons), self.window, self.index, place]


@dataclass(frozen=True, slots=True)
class Dialog:
    """The program waits for a file that `owner` chooses, since `index`."""

    owner: Key
    index: int
    how: str
    title: str
    filter: str

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.owner, self.index, self.how, self.title, self.filter]


@dataclass(frozen=True, slots=True)
class Difference:
    """Copies differ at `mark`, agreed last at `since` (0: never): first in `window` of `person`."""

    mark: int
    since: int
    person: Key
    window: Name | None

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.mark, self.since, self.person, self.window]


@dataclass(frozen=True, slots=True)
class Share:
    """One shared program.

    `offered` and `stamp_ms` are the index and stamp of its offer. `attached`: whose copies are
    started, in that order; `actions` counts what people did, `events` all that passed, `focus` is
    the index of the last focus change that the program made, `doer` who acted last. `input_ms` and
    `clock_ms` are stamps of the last event and the last tick. `mark` is the index of the last
    digest mark, `agreed` of the last one at which so many (`copies`) agreed.
    """

    id: ShareId
    owner: Key
    offered: int
    stamp_ms: int
    floor: Floor
    phase: Phase = Phase.OFFERED
    attached: tuple[Key, ...] = ()
    gesture: Gesture | None = None
    dialog: Dialog | None = None
    doer: Key | None = None
    focus: int = 0
    actions: int = 0
    events: int = 0
    names: int = 0
    input_ms: int = 0
    clock_ms: int = 0
    mark: int = 0
    agreed: int = 0
    copies: int = 0
    difference: Difference | None = None
    why: str = ""

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [
            [self.id, self.owner, self.offered, self.stamp_ms, self.phase.value, self.why],
            self.floor.plain(),
            list(self.attached),
            None if self.gesture is None else self.gesture.plain(),
            None if self.dialog is None else self.dialog.plain(),
            [self.doer, self.focus, self.actions, self.events, self.names],
            [self.input_ms, self.clock_ms, self.mark, self.agreed, self.copies],
            None if self.difference is None else self.difference.plain(),
        ]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody whose copy is started.

    It was started at index `since`, and is `current` once it replayed all there was, at index
    `went`. `seen`: the last index that it has
    told to have applied. `keys`: (symbol, code, window) held down. `recent`: (stamp_ms, index) of
    what passed lately, one for each `SHARE_RECENT_MS`. `answered`: the mark of the last digest.
    """

    look: bytes
    door: str
    versions: tuple[tuple[str, str], ...]
    since: int
    went: int = 0
    current: bool = False
    seen: int = 0
    keys: tuple[tuple[int, int, Name], ...] = ()
    recent: tuple[tuple[int, int], ...] = ()
    answered: int = 0
    digest: bytes = b""
    windows: tuple[tuple[Name, bytes], ...] = ()

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [
            [self.look, self.door, [list(each) for each in self.versions]],
            [self.since, self.went, self.current, self.seen, self.answered, self.digest],
            [list(each) for each in self.keys],
            [list(each) for each in self.recent],
            [list(each) for each in self.windows],
        ]


class Table(Protocol[K_contra, V]):
    """A map whose owner can take changes back; None means absent."""

    def get(self, key: K_contra) -> V | None:
        """The value, or None."""

    def set(self, key: K_contra, value: V | None) -> None:
        """Write; None removes."""

    def __len__(self) -> int:
        """How many there are."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All that is kept of all shares: by share; by (share, person); by (share, name)."""

    shares: Table[ShareId, Share]
    offers: Table[ShareId, Offer]
    people: Table[tuple[ShareId, Key], Participant]
    names: Table[tuple[ShareId, str], int]
    labels: Table[tuple[ShareId, int], str]
    sizes: Table[tuple[ShareId, Name], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Given:
    """An entry as the reducer sees it; `moderates`: a moderator or the view's leader wrote it."""

    index: int
    author: Key
    stamp_ms: int
    moderates: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an entry led to: what the copies are told, in order, and what did not pass, and why."""

    share: ShareId
    steps: tuple[Any, ...] = field(default=())
    held: int = 0
    why: str = ""
