"""Taking back one's own work, and nobody else's.

For each author the last entries are kept as *records* of what they changed, in one row with a
cursor: below it what can be undone, above it what can be redone; new work cuts the row off at the
cursor. The row is room state like any other: it is the same at every site, follows the person
from one incarnation to the next, and no view change, joining or snapshot shortens it.

An undo puts a field back only if the undone entry was the last to write it, and gives it back to
its earlier writer too: so a chain of undos walks all the way down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.core import limits
from app.core.codec import Plain
from app.core.ids import Key
from app.rooms.board.model import BoardObject
from app.rooms.entry import Refusal
from app.rooms.journal import Journal, JournalMap


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """One field of one object, with the entries that wrote the values."""

    id: str
    name: str
    old: Any
    old_writer: str
    new: Any
    new_writer: str

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.id, self.name, self.old, self.old_writer, self.new, self.new_writer]


@dataclass(frozen=True, slots=True)
class ObjectChanged:
    """An object came (`old` is None) or went (`new` is None)."""

    id: str
    old: BoardObject | None
    new: BoardObject | None

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.id, *(each and each.plain() for each in (self.old, self.new))]


Change = FieldChanged | ObjectChanged
Objects = JournalMap[str, BoardObject]


@dataclass(frozen=True, slots=True)
class Record:
    """What one entry did: ids of the entry that did it last, and of the one that undid it last."""

    board: str
    done_by: str
    undone_by: str
    changes: tuple[Change, ...]

    def plain(self) -> Plain:
        """What the state hash covers."""
        changes = [change.plain() for change in self.changes]
        return [self.board, self.done_by, self.undone_by, changes]


@dataclass(frozen=True, slots=True)
class Row:
    """Records low .. cursor - 1 can be undone, cursor .. top - 1 redone; `weight`: their changes."""

    low: int = 0
    cursor: int = 0
    top: int = 0
    weight: int = 0

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.low, self.cursor, self.top, self.weight]


EMPTY = Row()


class UndoRows:
    """All authors' rows."""

    def __init__(self, journal: Journal) -> None:
        self._rows: JournalMap[Key, Row] = journal.map("board.undo.row", Row.plain)
        self._records: JournalMap[tuple[Key, int], Record] = journal.map(
            "board.undo.record", Record.plain
        )

    def depth(self, author: Key) -> tuple[int, int]:
        """How many entries this author can undo, and redo."""
        row = self._rows.get(author) or EMPTY
        return row.cursor - row.low, row.top - row.cursor

    def next_undo(self, author: Key) -> tuple[str, str] | None:
        """(board, entry id) that an undo of this author names, or None if there is none."""
        row = self._rows.get(author) or EMPTY
        record = self._records.get((author, row.cursor - 1)) if row.cursor > row.low else None
        return None if record is None else (record.board, record.done_by)

    def next_redo(self, author: Key) -> tuple[str, str] | None:
        """(board, entry id) that a redo of this author names, or None if there is none."""
        row = self._rows.get(author) or EMPTY
        record = self._records.get((author, row.cursor)) if row.cursor < row.top else None
        return None if record is None else (record.board, record.undone_by)

    def did(self, author: Key, board: str, entry: str, changes: tuple[Change, ...]) -> None:
        """Put new work at the cursor; what could be redone is gone."""
        row = self._rows.get(author) or EMPTY
        weight = row.weight + len(changes)
        for place in range(row.cursor, row.top):
            weight -= self._drop(author, place)
        self._records.set((author, row.cursor), Record(board, entry, "", changes))
        low, cursor = row.low, row.cursor + 1
        while cursor - low > limits.UNDO_ENTRIES_MAX or (
            weight > limits.UNDO_CHANGES_MAX and cursor - low > 1
        ):
            weight -= self._drop(author, low)
            low += 1
        self._rows.set(author, Row(low, cursor, cursor, weight))

    def _drop(self, author: Key, place: int) -> int:
        record = self._records.get((author, place))
        self._records.set((author, place), None)
        return 0 if record is None else len(record.changes)

    def take_back(
        self, author: Key, named: tuple[str, str], entry: str, objects: Objects
    ) -> tuple[str, ...]:
        """Undo or redo what `named` (board, entry id) did; ids of what changed.

        Raises:
            Refusal: it is not this author's next entry to undo or redo.
        """
        row = self._rows.get(author) or EMPTY
        if named == self.next_undo(author):
            place, back = row.cursor - 1, True
        elif named == self.next_redo(author):
            place, back = row.cursor, False
        else:
            message = "there is nothing of yours to undo under this number"
            raise Refusal(message, early=False)
        record = self._records.get((author, place))
        assert record is not None
        flipped, ids = flip(record.changes, objects, back=back)
        names = {"undone_by": entry} if back else {"done_by": entry}
        self._records.set((author, place), replace(record, changes=flipped, **names))
        self._rows.set(author, replace(row, cursor=row.cursor - 1 if back else row.cursor + 1))
        return ids


def flip(
    changes: tuple[Change, ...], objects: Objects, *, back: bool
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Undo (`back`) or redo changes on the objects.

    Returns:
        The changes as they stand now (an object that goes is kept as it stood), and the ids of
        the objects that changed.
    """
    flipped: list[Change] = []
    ids: dict[str, bool] = {}
    for change in reversed(changes) if back else changes:
        now = objects.get(change.id)
        kept: Change = change
        if isinstance(change, FieldChanged):
            after = _flip_field(change, now, back=back)
        else:
            wanted = change.old if back else change.new
            after = wanted if now is None or wanted is None else now
            if wanted is None:
                kept = replace(change, new=now) if back else replace(change, old=now)
        if after is not now:
            objects.set(change.id, after)
            ids[change.id] = True
        flipped.append(kept)
    if back:
        flipped.reverse()
    return tuple(flipped), tuple(ids)


def _flip_field(change: FieldChanged, now: BoardObject | None, *, back: bool) -> BoardObject | None:
    writer, value = change.new_writer, (change.old, change.old_writer)
    if not back:
        writer, value = change.old_writer, (change.new, change.new_writer)
    if now is None or now.writer(change.name) != writer:
        return now
    return now.written({change.name: value})
