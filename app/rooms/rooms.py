"""The facade: all rooms of a session over one log.

One entry in, events out. Whatever a peer wrote, `apply` returns: a malformed or forbidden entry
has no effect, at every site alike (ORDER.md O3), and is told as `Refused`. The node keeps the log;
here is only what it means. Must never look at anything but the entries and the founder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from app.core.errors import Bug, LocalError, RemoteError
from app.core.ids import EntryId, Key, site_of
from app.rooms.board.ops import Begin, End, decode_drawing
from app.rooms.board.reducer import BoardRoom
from app.rooms.chat import ChatRoom
from app.rooms.control import BANNED_RANK, EDITOR_RANK, MODERATOR_RANK, ControlRoom
from app.rooms.entry import Newer, OrderedEntry, Refusal
from app.rooms.events import Refused, Reverted, RoomEvent, Unknown
from app.rooms.image import Loading, load
from app.rooms.journal import Journal
from app.rooms.profile import ProfileRoom
from app.rooms.share import ShareRoom

TALK: Final = ("chat", "board", "share.input")
"""Kinds that count for placement (FORMATS.md 2)."""

LINE: Final = "chat"
KEPT: Final = (LINE, "file")
"""Kinds whose entries people read from the log itself: they stay when it is compacted."""

StrokePhase = Literal["none", "begin", "end"]

_TRIAL_NUMBER: Final = 2**53
"""Number of an entry that is only tried: after all others of its author."""


class Rooms:
    """The reduced state of a session, in maps of a journal."""

    def __init__(self, founder: Key, journal: Journal | None = None) -> None:
        self.founder = founder
        self._journal = Journal() if journal is None else journal
        self._head = 0
        self.control = ControlRoom(self._journal, founder)
        self.chat = ChatRoom(self._journal, self.control)
        self.board = BoardRoom(self._journal, self.control)
        self.profile = ProfileRoom(self._journal)
        self.share = ShareRoom(self._journal, self.control)
        self._journal.settle(0)
        self._handlers: dict[str, tuple[int, Callable[[OrderedEntry], list[RoomEvent]]]] = {
            LINE: (0, self.chat.say),
            "chat.edit": (0, self.chat.edit),
            "chat.delete": (0, self.chat.delete),
            "chat.react": (0, self.chat.react),
            "board": (EDITOR_RANK, self.board.draw),
            "board.new": (EDITOR_RANK, self.board.new),
            "board.set": (MODERATOR_RANK, self.board.set),
            "profile": (0, self.profile.change),
            "file": (0, _kept),
            "share.offer": (EDITOR_RANK, self.share.offer),
            "share.input": (EDITOR_RANK, self.share.act),
            "share.clock": (EDITOR_RANK, self.share.tick),
            "share.state": (EDITOR_RANK, self.share.state),
            **dict.fromkeys(self.control.handlers, (0, self.control.apply)),
        }

    @property
    def journal(self) -> Journal:
        """What holds the state."""
        return self._journal

    @property
    def head(self) -> int:
        """The index of the last entry applied."""
        return self._head

    def apply(self, entry: OrderedEntry, *, told: bool = True) -> list[RoomEvent]:
        """Let the next entry of the log take effect; all of it or nothing.

        `told` is False for old entries at a start, whose lines nobody is about to show: a line
        leaves no state, so it isn't read then, and neither it nor what is wrong in it is told.

        Raises:
            Bug: its index is not above the last one's.
        """
        try:
            return self._apply(entry, told=told)
        except Newer:
            return [Unknown(entry.index, entry.id, entry.kind)]
        except RemoteError as error:
            return [Refused(entry.index, entry.id, str(error))]

    def _apply(self, entry: OrderedEntry, *, told: bool = True) -> list[RoomEvent]:
        if entry.index <= self._head:
            message = f"entry {entry.index} is applied on top of {self._head}"
            raise Bug(message)
        before, self._head = self._head, entry.index
        self._journal.begin(entry.index)
        handler = self._handlers.get(entry.kind)
        if handler is None:
            raise Newer(entry.kind)
        needed, reduce = handler
        rank = self.control.rank(entry.author)
        if rank < needed:
            why = "you were banned" if rank == BANNED_RANK else "your role does not allow this"
            raise Refusal(why)
        if not told and entry.kind == LINE:
            return []
        try:
            return reduce(entry)
        except RemoteError:
            self._journal.revert_to(before)
            raise

    def check(self, author: Key, kind: str, body: bytes, *, leads: bool = False) -> None:
        """Try an entry of this site on the present state, before it is issued.

        What only the author's own queued entries may lack (an object, a board) is let pass.

        Raises:
            LocalError: it would have no effect; the text says why.
        """
        before = self._head
        entry_id = EntryId(site_of(author), _TRIAL_NUMBER, _TRIAL_NUMBER)
        try:
            self._apply(OrderedEntry(before + 1, entry_id, author, kind, body, 0, 0, leads))
        except Newer:
            message = f"this version does not know '{kind}', or what stands in it"
            raise LocalError(message) from None
        except Refusal as refusal:
            if refusal.early:
                raise LocalError(str(refusal)) from None
        except RemoteError as error:
            message = f"{kind}: {error}"
            raise LocalError(message) from None
        finally:
            self._journal.revert_to(before)
            self._head = before

    def revert_to(self, index: int) -> list[RoomEvent]:
        """Take back everything above `index`.

        Raises:
            Bug: that is below the settled mark.
        """
        if index >= self._head:
            return []
        touched: list[tuple[Any, Any]] = self._journal.revert_to(index)
        self._head = index
        return [Reverted(index), *self._restored(touched)]

    def load(self, loading: Loading, index: int) -> list[RoomEvent]:
        """Mean what an image says, made at `index`; whoever gives it has checked it."""
        touched = load(self._journal, loading, index)
        self._head = index
        return self._restored(touched)

    def _restored(self, touched: list[tuple[Any, Any]]) -> list[RoomEvent]:
        return [
            *self.control.restored(touched),
            *self.profile.restored(touched),
            *self.chat.restored(touched),
            *self.board.restored(touched),
            *self.share.restored(touched),
        ]

    def settle(self, index: int) -> None:
        """Nothing up to `index` will be taken back."""
        self._journal.settle(min(index, self._head))

    def state_hash(self) -> bytes:
        """32 bytes, equal iff the reduced states are equal, whatever way led there."""
        return self._journal.state_hash()

    def is_talk(self, kind: str) -> bool:
        """Whether an entry of this kind counts for placement."""
        return kind in TALK

    def stroke_phase(self, kind: str, body: bytes) -> StrokePhase:
        """Whether this entry puts its author's pen down or lifts it; the last such operation wins."""
        if kind != "board" or not (b"begin" in body or b"end" in body):
            return "none"
        try:
            ops = decode_drawing(body).ops
        except RemoteError:
            return "none"
        for op in reversed(ops):
            if isinstance(op, Begin):
                return "begin"
            if isinstance(op, End):
                return "end"
        return "none"


def _kept(_: OrderedEntry) -> list[RoomEvent]:
    return []
