"""Bodies of all kinds but `board`: FORMATS.md section 2, as frozen dataclasses in field order.

Ids travel in their text form, which has one spelling. Whatever a type can't say (a site id is
well-formed, a name is one line) stands in `__post_init__`, so a body that exists is valid in
itself; whether its author may do it is the reducers' business. Never change a field's meaning or
order: these are on disks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.ids import (
    HASH_BYTES,
    KEY_BYTES,
    EntryId,
    Key,
    SiteId,
    is_site_id,
    parse_entry_id,
)
from app.core.schema import Codec, Size
from app.dispatcher.epochs import Epoch
from app.mstreams.frames import Definition

MAIN_BOARD: Final = "main"
"""The board that every session has."""

ROLES: Final = ("viewer", "editor", "moderator", "owner")
"""From least to most."""

INVITE_ID_BYTES = 16

IdText = Annotated[str, Size(20, 60)]
SiteText = Annotated[str, Size(16, 16)]
BoardText = Annotated[str, Size(0, 60)]
LineText = Annotated[str, Size(1, limits.TEXT_CHARACTERS_MAX)]
TitleText = Annotated[str, Size(1, limits.TITLE_CHARACTERS_MAX)]
Hash = Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]
PublicKey = Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
InviteId = Annotated[bytes, Size(INVITE_ID_BYTES, INVITE_ID_BYTES)]
Word = Annotated[str, Size(1, 32)]

_OBJECT = re.compile(r"[a-z2-7]{16}\.[1-9][0-9]{0,17}\.[1-9][0-9]{0,17}\.(0|[1-9][0-9]{0,2})")
_POLICY = re.compile(r"adaptive|fixed|manual|paper(:[1-9][0-9]{0,5})?")
_NOT_ONE_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and those that turn or break the line of a name."""


def entry_id(name: str, text: str) -> EntryId:
    """The entry id of field `name`.

    Raises:
        RemoteError: it is not one.
    """
    try:
        return parse_entry_id(text)
    except LocalError as error:
        message = f"{name}: {error}"
        raise RemoteError(message) from None


def is_object_id(text: str) -> bool:
    """Whether `text` is `<entry id>.<place>`."""
    return _OBJECT.fullmatch(text) is not None


def board_id(text: str) -> str:
    """The canonical id of a board: `main` (also written ``), or the id of its `board.new`.

    Raises:
        RemoteError: it is neither.
    """
    if text in ("", MAIN_BOARD):
        return MAIN_BOARD
    return str(entry_id("board", text))


def _require(name: str, holds: bool, expected: str) -> None:
    if not holds:
        message = f"{name}: {expected} expected"
        raise RemoteError(message)


def require_line(name: str, text: str) -> None:
    """A name or title: one line, with nothing in it that turns or breaks that. `RemoteError`."""
    _require(name, bool(text.strip()) and not _NOT_ONE_LINE.search(text), "one line of text")


@dataclass(frozen=True, slots=True)
class Chat:
    """`chat`: a line; `anchor` is (board, object id)."""

    text: LineText
    reply_to: IdText | None = None
    anchor: tuple[BoardText, IdText] | None = None
    files: Annotated[tuple[Hash, ...], Size(0, limits.CHAT_FILES_MAX)] = ()

    def __post_init__(self) -> None:
        if self.reply_to is not None:
            entry_id("reply_to", self.reply_to)
        if self.anchor is not None:
            board_id(self.anchor[0])
            _require("anchor", is_object_id(self.anchor[1]), "an object id")


@dataclass(frozen=True, slots=True)
class ChatEdit:
    """`chat.edit`."""

    of: IdText
    text: LineText

    def __post_init__(self) -> None:
        entry_id("of", self.of)


@dataclass(frozen=True, slots=True)
class ChatDelete:
    """`chat.delete`."""

    of: IdText

    def __post_init__(self) -> None:
        entry_id("of", self.of)


@dataclass(frozen=True, slots=True)
class ChatReact:
    """`chat.react`."""

    of: IdText
    emoji: Annotated[str, Size(1, limits.EMOJI_CHARACTERS_MAX)]
    on: bool = True

    def __post_init__(self) -> None:
        entry_id("of", self.of)
        require_line("emoji", self.emoji)


@dataclass(frozen=True, slots=True)
class BoardNew:
    """`board.new`."""

    title: TitleText

    def __post_init__(self) -> None:
        require_line("title", self.title)


@dataclass(frozen=True, slots=True)
class BoardSet:
    """`board.set`."""

    board: BoardText
    title: TitleText
    locked: bool

    def __post_init__(self) -> None:
        board_id(self.board)
        require_line("title", self.title)


@dataclass(frozen=True, slots=True)
class Profile:
    """`profile`; an empty colour asks for the next free one."""

    name: Annotated[str, Size(1, limits.NAME_CHARACTERS_MAX)]
    colour: Annotated[str, Size(0, 16)] = ""
    shape: Annotated[str, Size(0, 16)] = ""

    def __post_init__(self) -> None:
        require_line("name", self.name)


@dataclass(frozen=True, slots=True)
class File:
    """`file`: an offer; the bytes travel beside the log."""

    hash: Hash
    size: int
    name: TitleText
    media_type: Annotated[str, Size(0, 128)]

    def __post_init__(self) -> None:
        require_line("name", self.name)


@dataclass(frozen=True, slots=True)
class Policy:
    """`control.policy`: adaptive, paper, paper:K, fixed or manual."""

    policy: Annotated[str, Size(1, 16)]

    def __post_init__(self) -> None:
        _require(
            "policy",
            _POLICY.fullmatch(self.policy) is not None,
            "adaptive, paper, paper:K, fixed or manual",
        )


@dataclass(frozen=True, slots=True)
class Pin:
    """`control.pin`: the dispatcher stays at a site, or at none in particular."""

    site: SiteText | None

    def __post_init__(self) -> None:
        _require("site", self.site is None or is_site_id(self.site), "a site id")


@dataclass(frozen=True, slots=True)
class Role:
    """`control.role`."""

    key: PublicKey
    role: Annotated[str, Size(1, 16)]

    def __post_init__(self) -> None:
        _require("role", self.role in ROLES, "owner, moderator, editor or viewer")


@dataclass(frozen=True, slots=True)
class Ban:
    """`control.ban`."""

    key: PublicKey


@dataclass(frozen=True, slots=True)
class Invite:
    """`control.invite`: `end` is wall-clock ms, 0 for never; `uses` 0 for any number."""

    id: InviteId
    end: int = 0
    uses: int = 0
    role: Annotated[str, Size(1, 16)] = "editor"

    def __post_init__(self) -> None:
        _require("role", self.role in ROLES[:3], "moderator, editor or viewer")


@dataclass(frozen=True, slots=True)
class Revoke:
    """`control.revoke`."""

    id: InviteId


@dataclass(frozen=True, slots=True)
class Came:
    """`control.came`: a newcomer was taken in by an invite, which counts and gives the role."""

    key: PublicKey
    invite: InviteId


@dataclass(frozen=True, slots=True)
class Stream:
    """`control.stream`: `what` happened to it (created, moved, recovered, destroyed ...)."""

    stream: Annotated[str, Size(1, limits.NAME_CHARACTERS_MAX)]
    home: SiteText
    epoch: Epoch
    what: Word

    def __post_init__(self) -> None:
        require_line("stream", self.stream)
        _require("home", is_site_id(self.home), "a site id")

    @property
    def home_site(self) -> SiteId:
        """Where it is."""
        return SiteId(self.home)


@dataclass(frozen=True, slots=True)
class StreamAgent:
    """`control.agent`: an agent of a stream is registered or unregistered.

    The stream `session` stands for the session's controller, whose briefcase is kept in entries,
    too; `count` says how often it has changed.
    """

    stream: Annotated[str, Size(1, limits.NAME_CHARACTERS_MAX)]
    agent: Definition
    what: Word
    briefcase: Annotated[bytes, Size(0, limits.BRIEFCASES_BYTES_MAX)] = b""
    count: Annotated[int, Size(0, 2**63 - 1)] = 0

    def __post_init__(self) -> None:
        require_line("stream", self.stream)
        whats = ("registered", "unregistered", "kept")
        _require("what", self.what in whats, "registered, unregistered or kept")


@dataclass(frozen=True, slots=True)
class Code:
    """`control.code`."""

    hash: Hash


@dataclass(frozen=True, slots=True)
class Title:
    """`control.title`."""

    title: TitleText

    def __post_init__(self) -> None:
        require_line("title", self.title)


CODECS: Final[dict[str, Codec[Any]]] = {
    "chat": Codec(Chat),
    "chat.edit": Codec(ChatEdit),
    "chat.delete": Codec(ChatDelete),
    "chat.react": Codec(ChatReact),
    "board.new": Codec(BoardNew),
    "board.set": Codec(BoardSet),
    "profile": Codec(Profile),
    "file": Codec(File),
    "control.policy": Codec(Policy),
    "control.pin": Codec(Pin),
    "control.role": Codec(Role),
    "control.ban": Codec(Ban),
    "control.invite": Codec(Invite),
    "control.revoke": Codec(Revoke),
    "control.came": Codec(Came),
    "control.stream": Codec(Stream),
    "control.agent": Codec(StreamAgent),
    "control.code": Codec(Code),
    "control.title": Codec(Title),
}
"""Every kind whose body is one of the dataclasses above. `board` has its own: app.rooms.board.ops."""


def checked(kind: str, body: object) -> bytes:
    """The encoding of an entry's body that a person's words went into.

    Raises:
        RemoteError: it is out of bounds; the text names the field.
    """
    codec = CODECS[kind]
    codec.from_plain(codec.to_plain(body))
    return codec.encode(body)
