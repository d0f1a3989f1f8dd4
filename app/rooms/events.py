"""What the rooms tell after an entry was applied or taken back.

Events are for windows and for the node (which acts on policy, roles, bans, invites, streams); they
carry what changed, past tense, and never a reference to mutable state.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import EntryId, Key, SiteId
from app.dispatcher.epochs import Epoch
from app.tkshare.model.bodies import ShareId
from app.tkshare.model.steps import Step


@dataclass(frozen=True, slots=True)
class Refused:
    """The entry has no effect, at every site alike."""

    index: int
    id: EntryId
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something newer is here: kept, passed on, without effect."""

    index: int
    id: EntryId
    kind: str


@dataclass(frozen=True, slots=True)
class Reverted:
    """Everything above `index` was taken back; the events behind this one say what it touched."""

    index: int


@dataclass(frozen=True, slots=True)
class ChatOrdered:
    """A line; `anchor` is (board, object id), `files` are hashes."""

    index: int
    id: EntryId
    author: Key
    text: str
    reply_to: EntryId | None
    anchor: tuple[str, str] | None
    files: tuple[bytes, ...]
    wall_ms: int
    stamp_ms: int


@dataclass(frozen=True, slots=True)
class ChatEdited:
    """The line `of` now reads `text`."""

    index: int
    of: EntryId
    text: str


@dataclass(frozen=True, slots=True)
class ChatDeleted:
    """The line `of` keeps author and time only."""

    index: int
    of: EntryId
    by: Key


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """`author` put an emoji on the line `of`, or took it off."""

    index: int
    of: EntryId
    author: Key
    emoji: str
    on: bool


@dataclass(frozen=True, slots=True)
class ChatRestored:
    """After a revert: ask again what lies over the line `of`."""

    of: EntryId


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """These objects of the board were added, changed or deleted; ids in order of change."""

    board: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardListChanged:
    """A board is new, gone (after a revert), renamed, locked or unlocked."""

    board: str


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """`moved`: the wanted colour was taken, another is shown."""

    author: Key
    name: str
    colour: str
    shape: str
    moved: bool


@dataclass(frozen=True, slots=True)
class ProfileGone:
    """After a revert: nothing is known of this author any more."""

    author: Key


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """Where the dispatcher goes, for the whole session."""

    policy: str


@dataclass(frozen=True, slots=True)
class PinChanged:
    """The dispatcher is pinned to a site, or to none."""

    site: SiteId | None


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """The session's title."""

    title: str


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """What this person may do from here on; a ban, if there was one, is lifted."""

    key: Key
    role: str


@dataclass(frozen=True, slots=True)
class Banned:
    """Entries of this key have no effect from here on."""

    key: Key
    by: Key


@dataclass(frozen=True, slots=True)
class InviteChanged:
    """An invite was made, or revoked; after a revert it may be gone: ask again."""

    id: bytes


@dataclass(frozen=True, slots=True)
class StreamChanged:
    """A stream has a new home, or is destroyed."""

    stream: str
    home: SiteId
    epoch: Epoch
    what: str


@dataclass(frozen=True, slots=True)
class AgentsChanged:
    """A stream has another agent, or one less."""

    stream: str


@dataclass(frozen=True, slots=True)
class CodeAllowed:
    """Agents of this program may run in the session."""

    hash: bytes


@dataclass(frozen=True, slots=True)
class ControlRestored:
    """After a revert: ask again for this part of the session's settings."""

    part: str


@dataclass(frozen=True, slots=True)
class ShareReplayed:
    """Entry `index` made these steps for all copies of a shared program, in order."""

    index: int
    share: ShareId
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ShareHeld:
    """So many of the events of entry `index` did not pass; why."""

    index: int
    share: ShareId
    author: Key
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class ShareChanged:
    """A share is new, another or (after a revert) gone: ask again."""

    share: ShareId


RoomEvent = (
    Refused
    | Unknown
    | Reverted
    | ChatOrdered
    | ChatEdited
    | ChatDeleted
    | ReactionChanged
    | ChatRestored
    | BoardChanged
    | BoardListChanged
    | ProfileChanged
    | ProfileGone
    | PolicyChanged
    | PinChanged
    | TitleChanged
    | RoleChanged
    | Banned
    | InviteChanged
    | StreamChanged
    | AgentsChanged
    | CodeAllowed
    | ControlRestored
    | ShareReplayed
    | ShareHeld
    | ShareChanged
)
