"""The chat as rows: a window of the newest lines, more as somebody scrolls up.

Lines stand in the order of the log, those that wait behind them. Quiet notes (the stick moved)
stand where they happened, on this computer only. Each item knows whether it begins a day or a
group of lines of one author, so that the delegate asks its neighbours nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import cast

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core import limits
from app.core.ids import EntryId, SiteId
from app.node.api import ChatRow
from app.ui.models.chat_words import joined_text, spoken
from app.ui.moments import Clock, day_name, day_of
from app.ui.strings import Chat

Index = QModelIndex | QPersistentModelIndex

ITEM = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the whole `ChatItem`."""
PAGE_ROWS = 200
"""Lines asked for at a time, and kept while the end is in sight."""
FIRST_ROWS = 60
"""Lines asked for when a session opens: as many as a list lays out at a time, so the newest line is
where it belongs when the list is painted first."""
KEPT_ROWS_MAX = 2_000
"""Lines kept while somebody reads far up."""
RUNS_MAX = 4
"""Stretches of changed lines that are told one by one; of more it is told as of one."""
GROUP_MS = 5 * 60_000
"""Lines of one author within this have one head."""
_LAST = 1 << 62
"""The index of what has none yet."""

Key = tuple[int, int, int]


class Note(Enum):
    """What a note looks like: quiet text, a hatched rule across, or a card."""

    QUIET = 1
    APART = 2
    TOGETHER = 3


@dataclass(frozen=True, slots=True)
class ChatItem:
    """A line or a note; `day` is set where a day begins, `unread` where the unread lines do.

    `seen`: who has seen everything up to this line and nothing behind it; `changing`: its text is
    in the composer; `apart`: it has its place on this side only; `found`: it is what was looked for;
    `sign`: the icon of a note, empty for the stick; `title` stands over a card, which may lead to the
    lines it is about. `joined`: it was written by the others while all were apart, and is not seen.
    """

    row: ChatRow | None
    note: str = ""
    day: str = ""
    head: bool = True
    unread: bool = False
    seen: tuple[SiteId, ...] = ()
    changing: bool = False
    apart: bool = False
    found: bool = False
    sign: str = ""
    form: Note = Note.QUIET
    title: str = ""
    leads: bool = False
    joined: bool = False

    @property
    def moment_ms(self) -> int:
        """When it was said, by its author's clock: the order's own clock counts from anywhere."""
        return 0 if self.row is None else self.row.wall_ms


class ChatModel(QAbstractListModel):
    """Lines and notes, oldest first."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._keys: list[Key] = []
        self._items: list[ChatItem] = []
        self._key_of: dict[EntryId, Key] = {}
        self._counter = 0
        self._touched: dict[int, None] = {}
        self._seen: dict[SiteId, int] = {}
        self._unread_from: Key | None = None
        self._changing: EntryId | None = None
        self._apart = False
        self._found: int | None = None
        self._joined: dict[EntryId, None] = {}
        self._theirs: dict[EntryId, None] = {}
        self.detached = False
        """Whether these are lines of long ago, with a gap before the newest ones."""
        self.at_start = False
        """Whether the first line of the session is here: nothing more to fetch."""

    # --- what the node tells ----------------------------------------------------------------------

    def reset(self, rows: Iterable[ChatRow]) -> None:
        """The newest lines, at the start of a session; fewer than `FIRST_ROWS` are all."""
        self._fill(list(rows), detached=False)

    def renew(self, rows: Iterable[ChatRow]) -> int:
        """The newest lines once more, from another machine; how many of others are new."""
        last, found = self.last_index(), list(rows)
        notes = [
            (key, item)
            for key, item in zip(self._keys, self._items, strict=True)
            if item.row is None
        ]
        self._fill(found, detached=False, notes=notes)
        return len([row for row in found if not row.own and (row.index or 0) > last])

    def jump(self, rows: Iterable[ChatRow]) -> None:
        """Lines of long ago instead; what is new meanwhile is counted and not shown."""
        self._fill([row for row in rows if row.index is not None], detached=True)

    def _fill(
        self,
        found: list[ChatRow],
        *,
        detached: bool,
        notes: Sequence[tuple[Key, ChatItem]] = (),
    ) -> None:
        self.beginResetModel()
        self.detached = detached
        self._keys, self._items = [key for key, _ in notes], [item for _, item in notes]
        self._key_of = {}
        self._unread_from = None
        self.at_start = len(found) < FIRST_ROWS and not detached
        for row in found:
            key = self._new_key(row)
            place = bisect_left(self._keys, key)
            self._keys.insert(place, key)
            self._items.insert(place, ChatItem(row))
            self._key_of[row.id] = key
        self._items = [self._dressed(place) for place in range(len(self._items))]
        self.endResetModel()

    def older(self, rows: Iterable[ChatRow]) -> None:
        """A page that was asked for: lines before the first one here."""
        found = [row for row in rows if row.index is not None and row.id not in self._key_of]
        self.at_start = len(found) < PAGE_ROWS
        if not found:
            return
        self.beginInsertRows(QModelIndex(), 0, len(found) - 1)
        keys = [self._new_key(row) for row in found]
        self._keys[:0] = keys
        self._items[:0] = [ChatItem(row) for row in found]
        self._key_of.update({row.id: key for row, key in zip(found, keys, strict=True)})
        for place in range(len(found)):
            self._items[place] = self._dressed(place)
        self.endInsertRows()
        self._dress(len(found))

    def change(self, rows: Iterable[ChatRow]) -> int:
        """New rows, or rows that look otherwise; how many lines of others are new."""
        moved: list[ChatRow] = []
        fresh: list[ChatRow] = []
        passed = 0
        for row in rows:
            key = self._key_of.get(row.id)
            if key is None and self.detached:
                passed += not row.own and row.index is not None and row.index > self.last_index()
            elif key is None:
                if not self._is_before_window(row):
                    fresh.append(row)
            if key is None:
                continue
            place = bisect_left(self._keys, key)
            if key[0] == (_LAST if row.index is None else row.index):
                self._show(place, row)
            elif row.index is not None and self._fits(place, (row.index, 0, 0)):
                # The usual way: what waited first gets the place behind what is ordered.
                self._keys[place] = self._key_of[row.id] = (row.index, 0, 0)
                self._show(place, row)
            else:
                self._tell_touched()
                self._remove(place)
                del self._key_of[row.id]
                moved.append(row)
        self._tell_touched()
        self._insert_all(moved + fresh)
        return passed + len([row for row in fresh if not row.own])

    def gone(self, first_index: int) -> None:
        """A view took back what stands from this index on; the lines come again."""
        place = bisect_left(self._keys, (first_index, 0, 0))
        end = bisect_left(self._keys, (_LAST, 0, 0))
        if place >= end:
            return
        # A merge takes back what this side ordered; the card that tells of it stays.
        cards = [
            (key, item)
            for key, item in zip(self._keys[place:end], self._items[place:end], strict=True)
            if item.form is Note.TOGETHER
        ]
        self.beginRemoveRows(QModelIndex(), place, end - 1)
        for item in self._items[place:end]:
            if item.row is not None:
                self._key_of.pop(item.row.id, None)
        del self._keys[place:end], self._items[place:end]
        self.endRemoveRows()
        self._dress(place)
        if cards:
            self._insert(place, [key for key, _ in cards], [item for _, item in cards])

    def part(self, text: str) -> None:
        """From here on this side works apart: a rule behind what is ordered now."""
        self._drop_rule()
        self._theirs = {}
        if not self.detached:
            self._add(ChatItem(None, note=text, form=Note.APART))

    def _drop_rule(self) -> None:
        for place in range(len(self._items) - 1, -1, -1):
            if self._items[place].form is Note.APART:
                self._remove(place)

    def meet(self, index: int, title: str, text: str, *, leads: bool) -> None:
        """All met again: a card before the entry `index`, or another text on the one there is."""
        self._drop_rule()
        card = ChatItem(None, note=text, title=title, form=Note.TOGETHER, leads=leads)
        for place in range(len(self._items) - 1, -1, -1):
            before = self._items[place]
            if before.form is Note.TOGETHER and before.title == title:
                if self._keys[place][0] == index - 1:
                    self._items[place] = card
                    changed = self.index(place)
                    self.dataChanged.emit(changed, changed)
                    return
                self._remove(place)
        if self.detached:
            return
        self._counter += 1
        key = (index - 1, 2, self._counter)
        self._insert(bisect_left(self._keys, key), [key], [card])

    def join(self, entries: Iterable[EntryId]) -> None:
        """These were written by others while all were apart; marked until `forget_joined`."""
        found = dict.fromkeys(entries)
        self._joined.update(found)
        self._theirs.update(found)
        self._redress_all()

    def forget_joined(self) -> None:
        """They have been seen."""
        if self._joined:
            self._joined = {}
            self._redress_all()

    @property
    def has_joined(self) -> bool:
        """Whether lines are marked as joined."""
        return bool(self._joined)

    def place_of_theirs(self) -> int:
        """The first line here that the others wrote apart, -1 if there is none."""
        places = [self.place_of(entry) for entry in self._theirs]
        return min([place for place in places if place >= 0], default=-1)

    def _redress_all(self) -> None:
        for place in range(len(self._items)):
            if self._redress(place):
                self._touched[place] = None
        if self._touched:
            self._tell_touched()

    def add_note(self, text: str, sign: str = "") -> None:
        """A quiet line behind what is ordered now."""
        if not self.detached:
            self._add(ChatItem(None, note=text, sign=sign))

    def _add(self, item: ChatItem) -> None:
        end = bisect_left(self._keys, (_LAST, 0, 0))
        last = self._keys[end - 1][0] if end else 0
        self._counter += 1
        self._insert(end, [(last, 1, self._counter)], [item])

    def trim(self) -> None:
        """The end is in sight: keep no more than a page."""
        extra = len(self._items) - PAGE_ROWS
        if extra <= 0 or self.detached:
            return
        self.beginRemoveRows(QModelIndex(), 0, extra - 1)
        for item in self._items[:extra]:
            if item.row is not None:
                del self._key_of[item.row.id]
        del self._keys[:extra], self._items[:extra]
        self.endRemoveRows()
        self.at_start = False
        self._dress(0)

    def see(self, site: SiteId, index: int) -> None:
        """Somebody's eyes have come to the line with this index."""
        before = self._seen.get(site, 0)
        if index <= before:
            return
        self._seen.pop(site, None)
        self._seen[site] = index
        if len(self._seen) > limits.MEMBERS_MAX:
            del self._seen[next(iter(self._seen))]
        for place in range(len(self._items) - 1, -1, -1):
            row = self._items[place].row
            if row is not None and row.index in (before, index):
                self._dress(place)
            if row is not None and row.index is not None and row.index < before:
                break

    def set_changing(self, entry: EntryId | None) -> None:
        """An own line is being changed in the composer; None: none is."""
        before, self._changing = self._changing, entry
        for each in (before, entry):
            place = self.place_of(each) if each is not None else -1
            if place >= 0:
                self._dress(place)

    def set_found(self, index: int | None) -> int:
        """The line that was looked for; its place here, -1 if it is not here."""
        before, self._found = self._found, index
        places = [self.place_at(each) for each in (before, index)]
        for place in places:
            if place >= 0:
                self._dress(place)
        return places[1]

    def place_at(self, index: int | None) -> int:
        """Where the line with this index stands, -1 if it is not here."""
        key = (index, 0, 0) if index is not None else (_LAST, 0, 0)
        place = bisect_left(self._keys, key)
        here = index is not None and place < len(self._keys) and self._keys[place] == key
        return place if here else -1

    def set_apart(self, *, apart: bool) -> None:
        """Whether this side can't settle: its lines join those of the others later."""
        if apart == self._apart:
            return
        self._apart = apart
        self._redress_all()

    def mark_unread(self, index: int | None) -> None:
        """Lines behind this index have not been seen; None: everything has."""
        before, self._unread_from = self._unread_from, None
        if index is not None:
            place = bisect_left(self._keys, (index + 1, 0, 0))
            if place < len(self._keys):
                self._unread_from = self._keys[place]
        for key in (before, self._unread_from):
            if key is not None:
                self._dress(bisect_left(self._keys, key))

    # --- what others read -------------------------------------------------------------------------

    def item(self, place: int) -> ChatItem:
        """One item."""
        return self._items[place]

    def place_of(self, entry: EntryId) -> int:
        """Where a line stands, -1 if it is not here."""
        key = self._key_of.get(entry)
        return -1 if key is None else bisect_left(self._keys, key)

    def first_index(self) -> int | None:
        """Index of the oldest line here, to ask for those before."""
        return next((item.row.index for item in self._items if item.row is not None), None)

    def last_index(self) -> int:
        """Index of the newest line that has its place, 0 if there is none."""
        return next(
            (
                item.row.index
                for item in reversed(self._items)
                if item.row is not None and item.row.index is not None
            ),
            0,
        )

    def last_own(self) -> ChatRow | None:
        """The own newest line that can be changed."""
        return next(
            (
                item.row
                for item in reversed(self._items)
                if item.row is not None
                and item.row.own
                and not item.row.deleted
                and item.row.state != "refused"
            ),
            None,
        )

    def waits(self) -> bool:
        """Whether a line has no place yet."""
        return any(item.row is not None and item.row.state == "waiting" for item in self._tail())

    def refresh_waiting(self) -> None:
        """Time has passed: what waits says for how long."""
        for place in range(bisect_left(self._keys, (_LAST, 0, 0)), len(self._items)):
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def wall_ms(self) -> int:
        """The present, for rows that say how long they wait."""
        return self._clock.wall_ms()

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, default
        """Number of items."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Text, sentence for screen readers, or the whole item."""
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        if role == ITEM:
            return item
        if role == int(Qt.ItemDataRole.DisplayRole):
            return item.note or (item.row.text if item.row is not None else "")
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            if item.row is None:
                return ". ".join(each for each in (item.title, item.note) if each)
            said = spoken(item.row, item.moment_ms, item.seen, apart=item.apart)
            return f"{said}. {joined_text(item.row)}" if item.joined else said
        return None

    # --- inside -----------------------------------------------------------------------------------

    def _tail(self) -> list[ChatItem]:
        return self._items[bisect_left(self._keys, (_LAST, 0, 0)) :]

    def _new_key(self, row: ChatRow) -> Key:
        if row.index is not None:
            return (row.index, 0, 0)
        self._counter += 1
        return (_LAST, 0, self._counter)

    def _is_before_window(self, row: ChatRow) -> bool:
        """A change of a line that is not loaded."""
        first = self._keys[0][0] if self._keys else None
        if row.index is None or first is None or self.at_start:
            return False
        return row.index < first

    def _insert_all(self, rows: list[ChatRow]) -> None:
        """Insert rows; those that come one behind the other in one go."""
        pairs = sorted([(self._new_key(row), row) for row in rows], key=lambda pair: pair[0])
        at = 0
        while at < len(pairs):
            place = bisect_left(self._keys, pairs[at][0])
            end = at + 1
            limit = self._keys[place] if place < len(self._keys) else None
            while end < len(pairs) and (limit is None or pairs[end][0] < limit):
                end += 1
            block = pairs[at:end]
            self._insert(
                place, [key for key, _row in block], [ChatItem(row) for _key, row in block]
            )
            at = end

    def _insert(self, place: int, keys: list[Key], items: list[ChatItem]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(items) - 1)
        self._keys[place:place] = keys
        self._items[place:place] = items
        for key, item in zip(keys, items, strict=True):
            if item.row is not None:
                self._key_of[item.row.id] = key
        for each in range(place, place + len(items)):
            self._items[each] = self._dressed(each)
        self.endInsertRows()
        self._dress(place + len(items))
        extra = len(self._items) - KEPT_ROWS_MAX
        if extra > 0 and place > extra:
            self.trim()

    def _fits(self, place: int, key: Key) -> bool:
        """Whether an item with this key would stand where it stands."""
        after_last = place == 0 or self._keys[place - 1] < key
        return after_last and (place + 1 == len(self._keys) or key < self._keys[place + 1])

    def _remove(self, place: int) -> None:
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._keys[place], self._items[place]
        self.endRemoveRows()
        self._dress(place)

    def _show(self, place: int, row: ChatRow) -> None:
        self._items[place] = replace(self._items[place], row=row)
        self._items[place] = self._dressed(place)
        self._touched[place] = None
        if self._redress(place + 1):
            self._touched[place + 1] = None

    def _dress(self, place: int) -> None:
        """Let an item follow a change of the one before it, and tell if it did."""
        if self._redress(place):
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def _redress(self, place: int) -> bool:
        """Let an item follow a change of the one before it; whether it did."""
        if place >= len(self._items):
            return False
        before, self._items[place] = self._items[place], self._dressed(place)
        return self._items[place] != before

    def _tell_touched(self) -> None:
        """Tell of the items that were shown anew, neighbours together.

        A list lays everything out anew for each single item that it is told of.
        """
        touched, self._touched = sorted(self._touched), {}
        runs: list[list[int]] = []
        for place in touched:
            if runs and runs[-1][1] + 1 == place:
                runs[-1][1] = place
            else:
                runs.append([place, place])
        if len(runs) > RUNS_MAX:
            runs = [[touched[0], touched[-1]]]
        for first, last in runs:
            self.dataChanged.emit(self.index(first), self.index(last))

    def _dressed(self, place: int) -> ChatItem:
        """An item with its day, head and marker, as its place demands."""
        item = self._items[place]
        unread = self._unread_from is not None and self._keys[place] == self._unread_from
        if item.row is None:
            return replace(item, unread=unread)
        before = self._line_before(place)
        day = day_of(item.moment_ms)
        begins_day = before is None or day_of(before.moment_ms) != day
        shown = day_name(day, day_of(self._clock.wall_ms())) if begins_day else ""
        previous = self._items[place - 1] if place else None
        head = (
            begins_day
            or unread
            or previous is None
            or previous.row is None
            or previous.row.deleted
            or previous.row.site != item.row.site
            or item.row.reply_to is not None
            or item.moment_ms - previous.moment_ms > GROUP_MS
        )
        at = item.row.index
        seen = () if at is None else [site for site, index in self._seen.items() if index == at]
        others = tuple([site for site in seen if site != item.row.site])
        return replace(
            item,
            day=shown,
            head=head,
            unread=unread,
            seen=others,
            changing=item.row.id == self._changing,
            apart=self._apart and item.row.state == "ordered",
            found=item.row.index is not None and item.row.index == self._found,
            joined=item.row.id in self._joined,
        )

    def _line_before(self, place: int) -> ChatItem | None:
        return next(
            (self._items[at] for at in range(place - 1, -1, -1) if self._items[at].row is not None),
            None,
        )


def item_of(index: Index) -> ChatItem:
    """The item of an index of a `ChatModel`."""
    return cast("ChatItem", index.data(ITEM))


def reacted(row: ChatRow, emoji: str, own: SiteId) -> bool:
    """Whether oneself put this emoji on the line."""
    return any(own in who for shown, who in row.reactions if shown == emoji)


def empty_text() -> str:
    """What an empty chat says."""
    return Chat.EMPTY()
