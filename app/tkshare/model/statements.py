"""Bodies of `share.state`: what a site says about a share, by a word and its fields (FORMATS.md 5).

One frozen dataclass for each word. A statement that exists is valid in itself; whether it has an
effect is the reducer's business. Never change a field's meaning or order: these are on disks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from app.core import limits
from app.core.codec import Plain, encode
from app.core.errors import RemoteError
from app.core.ids import HASH_BYTES, SiteId, is_site_id
from app.core.schema import Codec, Size
from app.tkshare.model.bodies import (
    FLOORS,
    Count,
    Hash,
    Line,
    Parts,
    ShareId,
    Short,
    SiteText,
    Title,
    Word,
    array_of,
    index_of,
    read_share,
    require,
    require_line,
)
from app.tkshare.model.events import Name, read_name
from app.tkshare.model.speech import CLIPBOARDS, DIALOGS, DOORS, TOOLKITS


@dataclass(frozen=True, slots=True)
class Attach:
    """The author's copy is started and replays; `look` is equal where fonts and metrics are."""

    toolkit: Word
    versions: Parts
    door: Word
    look: Short

    def __post_init__(self) -> None:
        require("toolkit", self.toolkit in TOOLKITS, "tk or qt")
        require("door", self.door in DOORS, "tk, tap or filter")


@dataclass(frozen=True, slots=True)
class Detach:
    """The author's copy ended; of another person: that one is gone (leader, moderator)."""

    site: SiteText | None = None

    def __post_init__(self) -> None:
        require("site", self.site is None or is_site_id(self.site), "a site id")


@dataclass(frozen=True, slots=True)
class Go:
    """The author's copy has replayed all there was: it is current. The first one starts the clock."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The program moved its keyboard focus by itself to this window."""

    window: Name


@dataclass(frozen=True, slots=True)
class FileAsk:
    """The program asks the author for a file; `how` is open, save or folder."""

    how: Word
    title: Line
    filter: Line

    def __post_init__(self) -> None:
        require("how", self.how in DIALOGS, ", ".join(DIALOGS))


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """Its bytes travel beside the log, by hash."""

    name: Title
    size: Annotated[int, Size(0, limits.SHARE_BYTES_MAX)]
    hash: Hash

    def __post_init__(self) -> None:
        require_line("name", self.name)
        require(
            "name", self.name not in {".", ".."} and not set("/\\") & set(self.name), "a plain name"
        )


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What the person chose; no file: cancelled."""

    files: Annotated[tuple[ChosenFile, ...], Size(0, limits.SHARE_CHOSEN_MAX)]
    filter: Line


@dataclass(frozen=True, slots=True)
class Clipboard:
    """The clipboard's content, right before a paste."""

    mode: Word
    text: Annotated[str, Size(0, limits.SHARE_CLIPBOARD_CHARACTERS_MAX)]

    def __post_init__(self) -> None:
        require("mode", self.mode in CLIPBOARDS, "clipboard or primary")


@dataclass(frozen=True, slots=True)
class Mark:
    """Every copy computes its digest at this index."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of the author's copy at the mark: of all, and by window, in order of names."""

    mark: Count
    digest: Short
    windows: tuple[tuple[Name, bytes], ...]

    def __post_init__(self) -> None:
        require("digest", bool(self.digest), "a digest")


@dataclass(frozen=True, slots=True)
class FloorAsk:
    """The author would like to act."""


@dataclass(frozen=True, slots=True)
class FloorGrant:
    """The author, who has the floor or gives it, lets this person act."""

    site: SiteText

    def __post_init__(self) -> None:
        require("site", is_site_id(self.site), "a site id")

    @property
    def person(self) -> SiteId:
        """Who may act."""
        return SiteId(self.site)


@dataclass(frozen=True, slots=True)
class FloorGive:
    """The author gives the floor on, or takes back that it asked."""


@dataclass(frozen=True, slots=True)
class FloorSet:
    """From here on this policy holds."""

    policy: Word

    def __post_init__(self) -> None:
        require("policy", self.policy in FLOORS, ", ".join(FLOORS))


@dataclass(frozen=True, slots=True)
class End:
    """The share is over; `why` is for people."""

    why: Line = ""


Statement = (
    Attach
    | Detach
    | Go
    | Focus
    | FileAsk
    | FileAnswer
    | Clipboard
    | Mark
    | Digest
    | FloorAsk
    | FloorGrant
    | FloorGive
    | FloorSet
    | End
)

WORDS: Final[dict[type, str]] = {
    Attach: "attach",
    Detach: "detach",
    Go: "go",
    Focus: "focus",
    FileAsk: "file.ask",
    FileAnswer: "file.answer",
    Clipboard: "clipboard",
    Mark: "mark",
    Digest: "digest",
    FloorAsk: "floor.ask",
    FloorGrant: "floor.grant",
    FloorGive: "floor.give",
    FloorSet: "floor.set",
    End: "end",
}
"""`what` of `share.state`."""


def _focus_from(fields: list[Plain]) -> Focus:
    if not fields:
        message = "focus: a window expected"
        raise RemoteError(message)
    return Focus(read_name(fields[0]))


def _digest_from(fields: list[Plain]) -> Digest:
    if len(fields) < 3 or type(fields[1]) is not bytes or len(fields[1]) > HASH_BYTES:
        message = "digest: mark, digest and windows expected"
        raise RemoteError(message)
    windows = fields[2]
    if type(windows) is not list or len(windows) > limits.SHARE_WINDOWS_MAX:
        message = f"windows: at most {limits.SHARE_WINDOWS_MAX} expected"
        raise RemoteError(message)
    return Digest(index_of("mark", fields[0]), fields[1], tuple(map(_window_digest, windows)))


def _window_digest(plain: Plain) -> tuple[Name, bytes]:
    if (
        type(plain) is not list
        or len(plain) != 2
        or type(plain[1]) is not bytes
        or len(plain[1]) > limits.SHARE_WINDOW_DIGEST_BYTES
    ):
        message = "windows: a name and a short digest expected"
        raise RemoteError(message)
    return (read_name(plain[0]), plain[1])


def _digest_plain(given: Digest) -> list[Plain]:
    return [given.mark, given.digest, [list(each) for each in given.windows]]


_BY_HAND: Final[dict[str, tuple[Callable[[list[Plain]], Any], Callable[[Any], list[Plain]]]]] = {
    "focus": (_focus_from, lambda given: [given.window]),
    "digest": (_digest_from, _digest_plain),
}
"""Statements with names in them, which are numbers or texts."""
_CODECS: Final[dict[str, Codec[Any]]] = {
    word: Codec(kind) for kind, word in WORDS.items() if word not in _BY_HAND
}


@dataclass(frozen=True, slots=True)
class State:
    """`share.state`: something about a share, said by its author; None: of a later version."""

    share: ShareId
    said: Statement | None


def encode_state(share: ShareId, said: Statement) -> bytes:
    """The body."""
    word = WORDS[type(said)]
    fields = _BY_HAND[word][1](said) if word in _BY_HAND else _CODECS[word].to_plain(said)
    return encode([share, word, fields])


def decode_state(body: bytes) -> State:
    """Raises `RemoteError`."""
    plain = array_of(body, 3)
    share, word, fields = read_share(plain[0]), plain[1], plain[2]
    if type(word) is not str or len(word) > 16 or type(fields) is not list:
        message = "what: a word and its fields expected"
        raise RemoteError(message)
    if word in _BY_HAND:
        return State(share, _BY_HAND[word][0](fields))
    return State(share, _CODECS[word].from_plain(fields) if word in _CODECS else None)
