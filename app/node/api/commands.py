"""What people and scripts may want of a site: imperatives, each with a token of the caller's choice.

Exactly one `Done` or `Denied` event with that token answers each; `SendHint` alone has no token and
no answer. What only a window wants stands by theme in the files beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import SiteId
from app.node.api.board import BoardCommand
from app.node.api.chat import ChatCommand
from app.node.api.hints import SendHint
from app.node.api.nearby import NearbyCommand
from app.node.api.people import PeopleCommand
from app.node.api.shares import ShareCommand
from app.node.api.stick import StickCommand
from app.node.api.streams import StreamCommand


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
    """`Done.value` is a tuple of `EntryShown` from `first` on, at most `count`, never past the end.

    Of what is compacted only lines are left, so rows may be missing. With `skip`, if none of these
    is left, they are of where the next ones are.
    """

    token: int
    first: int
    count: int
    skip: bool = False


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
class ReadObjects:
    """`Done.value` is a tuple of `BoardObjectShown`: a board as it is ordered, for a picture."""

    token: int
    board: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw a file's text (JSON lines or Excalidraw); `Done.value` is the ids of the entries."""

    token: int
    text: str
    board: str
    wall_ms: int


Answered = (
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
    | ReadObjects
    | Draw
    | ChatCommand
    | BoardCommand
    | PeopleCommand
    | NearbyCommand
    | StickCommand
    | StreamCommand
    | ShareCommand
)
"""Whatever carries a token."""

Command = Answered | SendHint
