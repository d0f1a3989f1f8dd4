"""The log as rows, newest first: a bounded window of it that can be moved to older entries.

Holds rows and nothing else; `log_feed` asks for pages and tells what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.core.ids import EntryId, SiteId
from app.node.api import EntryShown
from app.ui.stick.log_words import what_text
from app.ui.stick.model import StickModel
from app.ui.strings import StickPanel as Text
from app.ui.wording import figure

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

ROWS_MAX = 400
"""Rows at a time: far more than any screen, few enough to lay out at once."""
PENDING_MAX = 20
"""Own waiting entries that are shown above the log."""
ROW = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the whole `LogRow`."""


class Column(Enum):
    """The columns, with their heads."""

    NUMBER = Text.COLUMN_NUMBER
    EPOCH = Text.COLUMN_EPOCH
    AUTHOR = Text.COLUMN_AUTHOR
    WHAT = Text.COLUMN_WHAT
    STATE = Text.COLUMN_STATE
    DISKS = Text.COLUMN_DISKS
    CHAIN = Text.COLUMN_CHAIN


COLUMNS = tuple(Column)


class State(Enum):
    """How far an entry is; the value is what the row says."""

    WAITING = Text.STATE_WAITING
    """It has no place yet."""
    ORDERED = Text.STATE_ORDERED
    """It has its place; a new view may still take it back."""
    SETTLED = Text.STATE_SETTLED
    """Nothing moves it any more."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry; `index` 0 while it waits. `disks` of `members` computers have it."""

    index: int
    epoch: str
    site: SiteId
    what: str
    state: State
    disks: int
    members: int
    chain: str

    def number_text(self) -> str:
        """Its place in the log."""
        return figure(self.index) if self.index else Text.NUMBER_NONE()

    def state_text(self) -> str:
        """Waiting, ordered or settled."""
        sentence: str = self.state.value()
        return sentence


@dataclass(frozen=True, slots=True)
class _Kept:
    index: int
    epoch: str
    site: SiteId
    what: str
    chain: str


class LogModel(QAbstractTableModel):
    """Rows from the newest down; own waiting entries stand above."""

    def __init__(self, people: StickModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people = people
        self._rows: list[_Kept] = []
        self._pending: dict[EntryId, str] = {}
        self._settled = 0
        self._disks: Mapping[SiteId, int] = {}

    # --- what is told -----------------------------------------------------------------------------

    def replace(self, entries: Sequence[EntryShown]) -> None:
        """Another part of the log: these entries, in order."""
        self.beginResetModel()
        self._pending = {}
        self._rows = [self._kept(each) for each in entries[-ROWS_MAX:]]
        self._note_settled(entries)
        self.endResetModel()

    def append(self, entries: Sequence[EntryShown]) -> None:
        """Newer entries; the oldest rows go when there are too many."""
        last = self.last_index
        fresh = [each for each in entries if each.placed.index > last][-ROWS_MAX:]
        if not fresh:
            return
        self._drop_pending([each.placed.entry.id for each in fresh])
        top = len(self._pending)
        self.beginInsertRows(QModelIndex(), top, top + len(fresh) - 1)
        self._rows += [self._kept(each) for each in fresh]
        self._note_settled(fresh)
        self.endInsertRows()
        self._trim_old()

    def prepend(self, entries: Sequence[EntryShown]) -> None:
        """Older entries; the newest rows go when there are too many."""
        first = self.first_index
        fresh = [each for each in entries if not self._rows or each.placed.index < first]
        if not fresh:
            return
        end = self.rowCount()
        self.beginInsertRows(QModelIndex(), end, end + len(fresh) - 1)
        self._rows = [self._kept(each) for each in fresh] + self._rows
        self.endInsertRows()
        extra = len(self._rows) - ROWS_MAX
        if extra > 0:
            top = len(self._pending)
            self.beginRemoveRows(QModelIndex(), top, top + extra - 1)
            del self._rows[-extra:]
            self.endRemoveRows()

    def take_back(self, first: int) -> None:
        """Entries from this index on were taken back."""
        count = sum(row.index >= first for row in self._rows)
        if count:
            top = len(self._pending)
            self.beginRemoveRows(QModelIndex(), top, top + count - 1)
            del self._rows[-count:]
            self.endRemoveRows()

    def settle(self, index: int) -> None:
        """Everything up to this index will never move."""
        if index != self._settled:
            self._settled = index
            self._changed(Column.STATE, Column.STATE)

    def wait(self, entry_id: EntryId, kind: str) -> None:
        """An own entry waits for its place."""
        if len(self._pending) < PENDING_MAX and entry_id not in self._pending:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._pending = {entry_id: kind, **self._pending}
            self.endInsertRows()

    def forget_waiting(self) -> None:
        """Nobody tells any more when the waiting ones are ordered."""
        if self._pending:
            self.beginRemoveRows(QModelIndex(), 0, len(self._pending) - 1)
            self._pending = {}
            self.endRemoveRows()

    def set_disks(self, disks: Iterable[tuple[SiteId, int]]) -> None:
        """How far each member's log reaches."""
        fresh = dict(disks)
        if fresh != self._disks:
            self._disks = fresh
            self._changed(Column.DISKS, Column.DISKS)

    def people_changed(self) -> None:
        """Names and colours may be others."""
        self._changed(Column.AUTHOR, Column.AUTHOR)

    # --- where the window is ----------------------------------------------------------------------

    @property
    def first_index(self) -> int:
        """Index of the oldest row, 0 for none."""
        return self._rows[0].index if self._rows else 0

    @property
    def last_index(self) -> int:
        """Index of the newest row, 0 for none."""
        return self._rows[-1].index if self._rows else 0

    @property
    def settled(self) -> int:
        """Up to where nothing will move."""
        return self._settled

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Waiting and ordered ones."""
        return 0 if parent.isValid() else len(self._pending) + len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Always the same."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].value()
        if role == Qt.ItemDataRole.ToolTipRole and COLUMNS[section] is Column.EPOCH:
            return Text.EPOCH_HELP()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = COLUMNS[section] is Column.CHAIN
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row itself, its columns as text, or one sentence for a screen reader."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, COLUMNS[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return Text.LOG_ROW_SPOKEN(
                number=row.number_text(),
                name=self._people.face(row.site).name,
                what=row.what,
                state=row.state_text(),
            )
        return None

    def row(self, place: int) -> LogRow | None:
        """The row at that place, the newest first."""
        waiting = len(self._pending)
        if place < waiting:
            entry_id, kind = list(self._pending.items())[place]
            members = len(self._disks)
            return LogRow(0, "", entry_id.site, kind, State.WAITING, 0, members, "")
        if place >= waiting + len(self._rows):
            return None
        kept = self._rows[-1 - (place - waiting)]
        disks = sum(length >= kept.index for length in self._disks.values())
        state = State.SETTLED if kept.index <= self._settled else State.ORDERED
        return LogRow(
            kept.index,
            kept.epoch,
            kept.site,
            kept.what,
            state,
            disks,
            len(self._disks),
            kept.chain,
        )

    def _shown(self, row: LogRow, column: Column) -> str:
        match column:
            case Column.NUMBER:
                return row.number_text()
            case Column.EPOCH:
                return row.epoch
            case Column.AUTHOR:
                return self._people.face(row.site).name
            case Column.WHAT:
                return row.what
            case Column.STATE:
                return row.state_text()
            case Column.DISKS:
                return f"{row.disks}/{row.members}"
            case Column.CHAIN:
                return row.chain

    # --- inside -----------------------------------------------------------------------------------

    def _kept(self, shown: EntryShown) -> _Kept:
        placed = shown.placed
        chain = placed.chain.hex()
        return _Kept(
            placed.index,
            str(placed.epoch),
            placed.entry.site,
            what_text(shown, lambda site: self._people.face(site).name),
            f"{chain[:4]} {chain[4:8]}",
        )

    def _note_settled(self, entries: Sequence[EntryShown]) -> None:
        settled = [each.placed.index for each in entries if each.settled]
        self._settled = max([self._settled, *settled])

    def _drop_pending(self, ids: Sequence[EntryId]) -> None:
        for entry_id in ids:
            if entry_id in self._pending:
                place = list(self._pending).index(entry_id)
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._pending[entry_id]
                self.endRemoveRows()

    def _trim_old(self) -> None:
        extra = len(self._rows) - ROWS_MAX
        if extra > 0:
            end = self.rowCount()
            self.beginRemoveRows(QModelIndex(), end - extra, end - 1)
            del self._rows[:extra]
            self.endRemoveRows()

    def _changed(self, first: Column, last: Column) -> None:
        if self.rowCount():
            top = self.index(0, COLUMNS.index(first))
            bottom = self.index(self.rowCount() - 1, COLUMNS.index(last))
            self.dataChanged.emit(top, bottom)
