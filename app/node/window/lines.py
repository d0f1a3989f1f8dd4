"""The lines of the chat: rows that say how far they got, told when they are new or look otherwise.

Lines live in the log; here are only the newest ones, without a gap from `floor` on, and those that
a window asked for lately. What changed in a turn is told once, at its end, as it is then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import EntryId, Key, SiteId, parse_entry_id
from app.dispatcher.entries import Entry, Placed
from app.node.api import ChatRow, ChatRowsChanged, ChatRowsGone, Event, RowState
from app.node.meaning import Meaning
from app.node.window.ahead import LINE, Ahead
from app.rooms.bodies import CODECS, Chat
from app.rooms.chat import Overlay
from app.rooms.events import (
    ChatDeleted,
    ChatEdited,
    ChatOrdered,
    ChatRestored,
    ReactionChanged,
    Refused,
    RoomEvent,
)

Reactions = tuple[tuple[str, tuple[SiteId, ...]], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log and what it says."""

    placed: Placed
    text: str
    reply_to: EntryId | None


def line_of(placed: Placed) -> Line | None:
    """A line of the log, read; None for one that makes no sense."""
    body = body_of(placed.entry)
    return None if body is None else Line(placed, body.text, _answered_by(body))


def _answered_by(body: Chat) -> EntryId | None:
    return None if body.reply_to is None else parse_entry_id(body.reply_to)


def body_of(entry: Entry) -> Chat | None:
    """What a line says; None for one that makes no sense."""
    try:
        body: Chat = CODECS[LINE].decode(entry.body, limits.ENTRY_BODY_BYTES_MAX)
    except RemoteError:
        return None
    return body


class Lines:
    """The rows that a window may hold."""

    def __init__(self, own: Key, meaning: Meaning, ahead: Ahead) -> None:
        self._own = own
        self._meaning = meaning
        self._ahead = ahead
        self.settled = 0
        self.floor = 0
        self._recent: dict[int, Line] = {}
        self._paged: dict[int, Line] = {}
        self._bytes = 0
        self._places: dict[EntryId, int] = {}
        self._refused: dict[int, str] = {}
        self._dirty: dict[int, None] = {}
        self._dirty_waiting: dict[EntryId, None] = {}
        self._gone: int | None = None

    # --- what happens -----------------------------------------------------------------------------

    def waiting(self, entry_id: EntryId) -> None:
        """An own line waits."""
        self._dirty_waiting[entry_id] = None

    def ordered(self, placed: Placed, said: ChatOrdered | None) -> None:
        """A line got its place; `said` is what the rooms read in it, None if they refused it."""
        line = line_of(placed) if said is None else Line(placed, said.text, said.reply_to)
        if line is None:
            return
        self._recent[placed.index] = line
        self._places[placed.entry.id] = placed.index
        self._bytes += len(placed.entry.body)
        self._dirty[placed.index] = None
        while (
            len(self._recent) > limits.CHAT_LINES_KEPT_MAX
            or self._bytes > limits.CHAT_LINES_KEPT_BYTES_MAX
        ):
            self.floor = next(iter(self._recent))
            self._forget(self._recent, self.floor)

    def _forget(self, table: dict[int, Line], index: int) -> None:
        entry = table.pop(index).placed.entry
        if table is self._recent:
            self._bytes -= len(entry.body)
        if index not in self._recent and index not in self._paged:
            self._places.pop(entry.id, None)
        self._dirty.pop(index, None)

    def take(self, event: RoomEvent) -> None:
        """Something was laid over a line, or an entry has no effect."""
        match event:
            case Refused(index, _, why):
                self._refused[index] = why
                if len(self._refused) > limits.CHAT_REFUSALS_KEPT_MAX:
                    del self._refused[next(iter(self._refused))]
            case ChatEdited(_, of) | ChatDeleted(_, of):
                self._changed(of)
                self._answers_changed(of)
            case ReactionChanged(_, of):
                self._changed(of)
            case ChatRestored(of):
                self._changed(of)
                self._answers_changed(of)
            case _:
                pass

    def _changed(self, of: EntryId) -> None:
        index = self._places.get(of)
        if index is not None:
            self._dirty[index] = None
        elif of in self._ahead.lines:
            self._dirty_waiting[of] = None

    def _answers_changed(self, of: EntryId) -> None:
        """Lines that answer this one show its beginning."""
        for index, line in self._held():
            if line.reply_to == of:
                self._dirty[index] = None

    def renamed(self, author: Key) -> None:
        """Somebody is called otherwise."""
        for index, line in self._held():
            if line.placed.entry.author == author:
                self._dirty[index] = None

    def _held(self) -> Iterator[tuple[int, Line]]:
        yield from self._paged.items()
        yield from self._recent.items()

    def settle(self, index: int) -> None:
        """Nothing up to `index` moves any more."""
        for at in reversed(self._recent):
            if at <= self.settled:
                break
            if at <= index:
                self._dirty[at] = None
        for at in self._paged:
            if self.settled < at <= index:
                self._dirty[at] = None
        self.settled = index

    def take_back(self, index: int) -> None:
        """Everything above `index` lost its place; what is own waits again."""
        for table in (self._recent, self._paged):
            for at in [at for at in table if at > index]:
                self._forget(table, at)
        self._refused = {at: why for at, why in self._refused.items() if at <= index}
        self.floor = min(self.floor, index)
        self._gone = index + 1 if self._gone is None else min(self._gone, index + 1)
        self._dirty_waiting.update(dict.fromkeys(self._ahead.lines))

    def forget_up_to(self, index: int) -> None:
        """Lines up to `index` are read from the disk from now on: here there is a gap."""
        for at in [at for at in self._recent if at <= index]:
            self._forget(self._recent, at)
        self.floor = max(self.floor, index)

    # --- what is shown ----------------------------------------------------------------------------

    def finish(self) -> list[Event]:
        """What changed since the last call."""
        events: list[Event] = []
        if self._gone is not None:
            events.append(ChatRowsGone(self._gone))
        self._gone = None
        dirty, self._dirty = sorted(self._dirty), {}
        rows = [self.row(line) for at in dirty if (line := self._at(at)) is not None]
        waiting, self._dirty_waiting = self._dirty_waiting, {}
        rows += [self._waiting_row(each) for each in waiting if each in self._ahead.lines]
        shown = tuple([row for row in rows if row is not None])
        if shown:
            events.append(ChatRowsChanged(shown))
        return events

    def forget_changes(self) -> None:
        """Nobody looks yet: what is history is read, not told."""
        self._dirty.clear()
        self._dirty_waiting.clear()
        self._gone = None

    def _at(self, index: int) -> Line | None:
        return self._recent.get(index) or self._paged.get(index)

    def below(self, index: int, count: int) -> list[Line]:
        """The newest lines below `index` of those without a gap, newest first."""
        found: list[Line] = []
        for at in reversed(self._recent):
            if len(found) == count:
                break
            if at < index and self._visible(self._recent[at]):
                found.append(self._recent[at])
        return found

    def paged(self, rows: tuple[Placed, ...]) -> list[Line]:
        """The lines among rows of the log, which a window is about to hold."""
        found: list[Line] = []
        for placed in rows:
            line = line_of(placed) if placed.entry.kind == LINE else None
            if line is not None and self._visible(line):
                found.append(line)
                self._paged[placed.index] = line
                self._places[placed.entry.id] = placed.index
        while len(self._paged) > limits.CHAT_LINES_PAGED_MAX:
            self._forget(self._paged, next(iter(self._paged)))
        return found

    def said(self, placed: Placed) -> str | None:
        """What a line of the log says now; None: no line, or one that nobody sees any more."""
        line = line_of(placed) if placed.entry.kind == LINE else None
        if line is None or not self._visible(line):
            return None
        overlay = self._overlay(placed.entry.id)
        if overlay.deleted:
            return None
        return line.text if overlay.text is None else overlay.text

    def _visible(self, line: Line) -> bool:
        """A refused line has no effect: only its author is told."""
        own = line.placed.entry.author == self._own
        return own or line.placed.index not in self._refused

    def row(self, line: Line) -> ChatRow | None:
        """A line of the log as it stands."""
        if not self._visible(line):
            return None
        placed = line.placed
        why = self._refused.get(placed.index, "")
        ordered: RowState = "settled" if placed.index <= self.settled else "ordered"
        state: RowState = "refused" if why else ordered
        return self._row(placed.entry, line.text, line.reply_to, placed, state, why)

    def waiting_rows(self) -> list[ChatRow]:
        """All own lines that wait."""
        rows = [self._waiting_row(entry_id) for entry_id in self._ahead.lines]
        return [row for row in rows if row is not None]

    def _waiting_row(self, entry_id: EntryId) -> ChatRow | None:
        entry = self._ahead.lines[entry_id]
        body = body_of(entry)
        if body is None:
            return None
        return self._row(entry, body.text, _answered_by(body), None, "waiting", "")

    def _row(
        self,
        entry: Entry,
        said: str,
        reply_to: EntryId | None,
        placed: Placed | None,
        state: RowState,
        why: str,
    ) -> ChatRow:
        overlay = self._overlay(entry.id)
        text = said if overlay.text is None else overlay.text
        return ChatRow(
            index=None if placed is None else placed.index,
            id=entry.id,
            site=entry.site,
            name=self._meaning.name_of(entry.author),
            text="" if overlay.deleted else text,
            reply_to=reply_to,
            reply_text="" if reply_to is None else self._beginning(reply_to),
            wall_ms=entry.wall_ms,
            stamp_ms=0 if placed is None else placed.stamp_ms,
            state=state,
            why=why,
            edited=overlay.text is not None,
            deleted=overlay.deleted,
            reactions=grouped(overlay),
            own=entry.author == self._own,
        )

    def _overlay(self, of: EntryId) -> Overlay:
        rooms = self._meaning.rooms
        return Overlay() if rooms is None else self._ahead.over(rooms).chat.overlay(of)

    def _beginning(self, of: EntryId) -> str:
        """How the line begins that another answers; empty if it is not at hand, or deleted."""
        line = self._at(self._places.get(of, 0))
        said = None if line is None else line.text
        if line is None and (waiting := self._ahead.lines.get(of)) is not None:
            body = body_of(waiting)
            said = None if body is None else body.text
        overlay = self._overlay(of)
        if said is None or overlay.deleted:
            return ""
        text = said if overlay.text is None else overlay.text
        return text[: limits.CHAT_REPLY_CHARACTERS_MAX]


def grouped(overlay: Overlay) -> Reactions:
    """Reactions by emoji, in order of the log."""
    by_emoji: dict[str, list[SiteId]] = {}
    for emoji, site in overlay.reactions:
        by_emoji.setdefault(emoji, []).append(site)
    return tuple([(emoji, tuple(sites)) for emoji, sites in by_emoji.items()])
