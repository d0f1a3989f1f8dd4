"""Lines, and what later entries lay over them.

The text of a line lives in the log and nowhere else: a million lines cost nothing here. Only lines
that were edited, deleted or reacted to have an *overlay*. Who may edit is read off the id, whose
site is the author's; so an overlay may name an entry that is no line, and then nobody shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.core import limits
from app.core.codec import Plain
from app.core.ids import EntryId, SiteId, parse_entry_id, site_of
from app.rooms.bodies import CODECS, Chat, ChatDelete, ChatEdit, ChatReact, board_id
from app.rooms.control import ControlRoom
from app.rooms.entry import OrderedEntry, Refusal
from app.rooms.events import (
    ChatDeleted,
    ChatEdited,
    ChatOrdered,
    ChatRestored,
    ReactionChanged,
    RoomEvent,
)
from app.rooms.journal import Journal, JournalMap

_decode_chat = CODECS["chat"].decode


@dataclass(frozen=True, slots=True)
class Overlay:
    """What differs from the line in the log; reactions are (emoji, site) in order of the log."""

    text: str | None = None
    deleted: bool = False
    reactions: tuple[tuple[str, SiteId], ...] = ()

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.text, self.deleted, self.reactions]


UNTOUCHED = Overlay()
EDITED = "edited"


class ChatRoom:
    """Reducer of chat, chat.edit, chat.delete and chat.react."""

    def __init__(self, journal: Journal, control: ControlRoom) -> None:
        self._control = control
        self._overlays: JournalMap[str, Overlay] = journal.map("chat", Overlay.plain)
        self._counts: JournalMap[str, int] = journal.map("chat.counts", lambda count: count)

    def overlay(self, of: EntryId) -> Overlay:
        """What lies over a line."""
        return self._overlays.get(str(of)) or UNTOUCHED

    def say(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`chat`."""
        body: Chat = _decode_chat(entry.body)
        anchor = body.anchor
        return [
            ChatOrdered(
                entry.index,
                entry.id,
                entry.author,
                body.text,
                None if body.reply_to is None else parse_entry_id(body.reply_to),
                None if anchor is None else (board_id(anchor[0]), anchor[1]),
                body.files,
                entry.wall_ms,
                entry.stamp_ms,
            )
        ]

    def edit(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`chat.edit`: own lines only."""
        body: ChatEdit = CODECS["chat.edit"].decode(entry.body)
        of = self._line_before(entry, body.of)
        if of.site != entry.id.site:
            message = "only its author can edit a line"
            raise Refusal(message)
        old = self._living(body.of)
        self._write(body.of, old, replace(old, text=body.text))
        return [ChatEdited(entry.index, of, body.text)]

    def delete(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`chat.delete`: own lines; a moderator may delete any."""
        body: ChatDelete = CODECS["chat.delete"].decode(entry.body)
        of = self._line_before(entry, body.of)
        if of.site != entry.id.site and not self._control.moderates(entry.author):
            message = "only its author or a moderator can delete a line"
            raise Refusal(message)
        self._write(body.of, self._living(body.of), Overlay(deleted=True))
        return [ChatDeleted(entry.index, of, entry.author)]

    def react(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`chat.react`: one of each emoji for each person."""
        body: ChatReact = CODECS["chat.react"].decode(entry.body)
        of = self._line_before(entry, body.of)
        old = self._living(body.of)
        mine = (body.emoji, site_of(entry.author))
        if (mine in old.reactions) == body.on:
            return []
        if body.on:
            if len(old.reactions) >= limits.CHAT_REACTIONS_MAX:
                message = "this line has all the reactions it can hold"
                raise Refusal(message)
            reactions = (*old.reactions, mine)
        else:
            reactions = tuple(each for each in old.reactions if each != mine)
        self._write(body.of, old, replace(old, reactions=reactions))
        return [ReactionChanged(entry.index, of, entry.author, body.emoji, body.on)]

    def restored(self, touched: Iterable[tuple[JournalMap[str, object], str]]) -> list[RoomEvent]:
        """Events for what a revert touched."""
        return [ChatRestored(parse_entry_id(of)) for room, of in touched if room is self._overlays]

    def _line_before(self, entry: OrderedEntry, text: str) -> EntryId:
        of = parse_entry_id(text)
        own = (of.site, of.incarnation) == (entry.id.site, entry.id.incarnation)
        if own and of.number >= entry.id.number:
            message = "of: names an entry that does not exist yet"
            raise Refusal(message)
        return of

    def _living(self, of: str) -> Overlay:
        overlay = self._overlays.get(of) or UNTOUCHED
        if overlay.deleted:
            message = "this line was deleted"
            raise Refusal(message)
        return overlay

    def _write(self, of: str, old: Overlay, new: Overlay) -> None:
        if old == UNTOUCHED and len(self._overlays) >= limits.CHAT_OVERLAYS_MAX:
            message = "too many lines of this session were changed already"
            raise Refusal(message)
        before = self._counts.get(EDITED) or 0
        after = before + len(new.text or "") - len(old.text or "")
        if after > max(before, limits.CHAT_EDITED_CHARACTERS_MAX):
            message = "this session holds all the edited text it can"
            raise Refusal(message)
        self._counts.set(EDITED, after or None)
        self._overlays.set(of, None if new == UNTOUCHED else new)
