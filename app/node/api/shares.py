"""Shared programs for windows and command lines: offer, join, act, compare, end.

A share is named by the id of its offer, as text. A person's own copy of the program is a guest
process; what it is told and what it says is not seen here, only what people need to know of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.core.ids import SiteId
from app.tkshare.model.bodies import Offer
from app.tkshare.model.statements import ChosenFile

CopyState = Literal["none", "fetching", "starting", "replaying", "current", "failed", "ended"]
"""The copy here: none, files under way, process starts, catches up, shows the present, broke."""


@dataclass(frozen=True, slots=True)
class TakesPart:
    """Somebody whose copy is started; `inexact`: parts whose version is another one there."""

    site: SiteId
    name: str
    current: bool
    same_look: bool
    door: str
    inexact: tuple[str, ...]


ActionKind = Literal["press", "keys", "wheel", "close", "menu", "file", "paste"]
"""What people see of an action: its gravest event, or a file or clipboard that came in."""


@dataclass(frozen=True, slots=True)
class ActionShown:
    """What somebody did up to `index`, in a window of the program: so many events of a kind."""

    index: int
    site: SiteId
    kind: ActionKind
    window: str
    count: int


@dataclass(frozen=True, slots=True)
class ShareShown:
    """A shared program as this site knows it.

    `program` is the hex hash of its list of files; `index` that of the last step; `identical` is
    None before copies were compared; `agreed` the index at which so many `copies` were the same;
    `differs` names person and window. `dragging`, `holder`, `queue` are sites. `long`: a copy that
    comes later takes minutes. `copy`: the one here, of which `told` of `steps` steps are replayed;
    `why`: what happened to it, or why the share ended. `recent`: the last actions, newest first.
    """

    id: str
    title: str
    toolkit: str
    program: str
    owner: SiteId
    phase: str
    people: tuple[TakesPart, ...]
    index: int
    actions: int
    events: int
    floor: str
    holder: SiteId | None
    queue: tuple[SiteId, ...]
    dragging: SiteId | None
    identical: bool | None
    agreed: int
    copies: int
    differs: tuple[SiteId, str] | None
    long: bool
    copy: CopyState
    told: int
    steps: int
    hung: bool
    why: str
    recent: tuple[ActionShown, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """What a person is asked before somebody else's program runs here; `program` is hex."""

    id: str
    title: str
    entry: str
    arguments: tuple[str, ...]
    files: int
    size: int
    program: str
    sender: SiteId
    sender_name: str


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferShare:
    """Share a program whose files and list are kept here already; `Done.value` is the share's id.

    `python`: another interpreter for the copy here, empty for the app's own.
    """

    token: int
    offer: Offer
    listing: bytes
    python: str = ""


@dataclass(frozen=True, slots=True)
class JoinShare:
    """Start a copy here.

    With `consent` False the answer is `Done` with a `ConsentShown` and nothing is fetched or run.
    """

    token: int
    share: str
    consent: bool
    python: str = ""


@dataclass(frozen=True, slots=True)
class StopShare:
    """End the copy here, at once; the others go on."""

    token: int
    share: str


@dataclass(frozen=True, slots=True)
class RestartShare:
    """Start the copy here anew and replay everything: after a crash, or where copies differ."""

    token: int
    share: str


@dataclass(frozen=True, slots=True)
class EndShare:
    """The share is over for everyone."""

    token: int
    share: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class AskFloor:
    """Would like to act."""

    token: int
    share: str


@dataclass(frozen=True, slots=True)
class GiveFloor:
    """Give the floor on, to somebody or whoever is next; or take back that one asked."""

    token: int
    share: str
    to: SiteId | None = None


@dataclass(frozen=True, slots=True)
class SetFloor:
    """Who may act: free, request, turn or moderator."""

    token: int
    share: str
    policy: str


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """The person chose files (kept here already), or none: cancelled."""

    token: int
    share: str
    files: tuple[ChosenFile, ...]
    filter: str = ""


@dataclass(frozen=True, slots=True)
class RaiseShare:
    """Bring the windows of the copy here to the front."""

    token: int
    share: str


@dataclass(frozen=True, slots=True)
class ReadShares:
    """`Done.value` is a tuple of `ShareShown`, in the order of the offers."""

    token: int


ShareCommand = (
    OfferShare
    | JoinShare
    | StopShare
    | RestartShare
    | EndShare
    | AskFloor
    | GiveFloor
    | SetFloor
    | AnswerFile
    | RaiseShare
    | ReadShares
)


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShareChanged:
    """A share is new or another one."""

    share: ShareShown


@dataclass(frozen=True, slots=True)
class ShareGone:
    """After a new view: this share was never offered."""

    id: str


@dataclass(frozen=True, slots=True)
class ShareRefused:
    """What the person here did does not pass, and why; at most one a second."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class ShareFileWanted:
    """The program asks the person here for a file: `how` is open, save or folder."""

    id: str
    how: str
    title: str
    filter: str


@dataclass(frozen=True, slots=True)
class ShareKeyPressed:
    """A key for the app while the program has the keyboard."""

    id: str
    key: str


@dataclass(frozen=True, slots=True)
class ShareRepaired:
    """A new view took back what the copy here had replayed: it starts anew and replays."""

    id: str


@dataclass(frozen=True, slots=True)
class WindowShown:
    """A top-level window of the copy here, in pixels."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShareWindows:
    """All windows that the copy here shows now, in the order they came; none: it has none."""

    id: str
    windows: tuple[WindowShown, ...]


@dataclass(frozen=True, slots=True)
class SharePointer:
    """Somebody's pointer over the windows of the copy here, in pixels of this screen."""

    id: str
    site: SiteId
    x: int
    y: int


ShareEvent = (
    ShareChanged
    | ShareGone
    | ShareRefused
    | ShareFileWanted
    | ShareKeyPressed
    | ShareRepaired
    | ShareWindows
    | SharePointer
)
