"""The chat as a window sees it: rows with how far they got, and what may be done to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.core.ids import EntryId, SiteId

RowState = Literal["waiting", "ordered", "settled", "refused"]


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One line as it stands, with all that was laid over it.

    `index` is None while it waits; `wall_ms` is the author's clock, `stamp_ms` the order's (0 while
    it waits); `why` says why a line was refused; a deleted line has no text. `reply_text` is the
    beginning of the line that this one answers. Reactions are (emoji, who), in order of the log.
    """

    index: int | None
    id: EntryId
    site: SiteId
    name: str
    text: str
    reply_to: EntryId | None
    reply_text: str
    wall_ms: int
    stamp_ms: int
    state: RowState
    why: str
    edited: bool
    deleted: bool
    reactions: tuple[tuple[str, tuple[SiteId, ...]], ...]
    own: bool


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SayChat:
    """Say a line; `Done.value` is its `EntryId`. `wall_ms` 0: the site's own clock."""

    token: int
    text: str
    reply_to: EntryId | None = None
    wall_ms: int = 0


@dataclass(frozen=True, slots=True)
class EditChat:
    """Give an own line another text; `Done.value` is the id of the entry that does it."""

    token: int
    of: EntryId
    text: str


@dataclass(frozen=True, slots=True)
class DeleteChat:
    """Delete an own line, or anybody's as a moderator; `Done.value` as for `EditChat`."""

    token: int
    of: EntryId


@dataclass(frozen=True, slots=True)
class ReactChat:
    """Put an emoji on a line, or take the own one off; `Done.value` as for `EditChat`."""

    token: int
    of: EntryId
    emoji: str
    on: bool


@dataclass(frozen=True, slots=True)
class ReadChat:
    """`Done.value` is a tuple of at most `count` `ChatRow`, newest last.

    Of the log these are the lines below `before_index`, from its end if that is None; then the
    lines that wait stand behind them.
    """

    token: int
    before_index: int | None
    count: int


@dataclass(frozen=True, slots=True)
class FindChat:
    """Which lines have `text`, in any case, as they stand; `Done.value` is a `ChatFound`.

    Looks down the log from below `below_index`, from its end if that is None, as far as one answer
    goes; the next command goes on from `ChatFound.below_index`.
    """

    token: int
    text: str
    below_index: int | None


ChatCommand = SayChat | EditChat | DeleteChat | ReactChat | ReadChat | FindChat


@dataclass(frozen=True, slots=True)
class ChatFound:
    """Indices of lines, newest first; how many lines were looked at; where to go on, None: done."""

    indices: tuple[int, ...]
    lines: int
    below_index: int | None


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryPending:
    """An entry of this site's person is kept and waits for its place."""

    id: EntryId
    kind: str


@dataclass(frozen=True, slots=True)
class ChatRowsChanged:
    """Rows that are new or look otherwise than before, in order of the log, waiting ones last."""

    rows: tuple[ChatRow, ...]


@dataclass(frozen=True, slots=True)
class ChatRowsGone:
    """A view took back everything from this index on; the lines come again, elsewhere or waiting."""

    first_index: int


ChatEvent = EntryPending | ChatRowsChanged | ChatRowsGone
