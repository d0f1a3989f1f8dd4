"""Streams as a tree: the dispatcher first, then by name; below each its agents.

Holds the newest rows and which streams somebody here sent on their way; asks nothing. What is chosen
or folded stays so when news come: rows are inserted, removed and changed, never begun anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.core.ids import SiteId
from app.node.api import AgentRow, StreamRow
from app.ui.stick.model import StickModel
from app.ui.stick.streams.words import (
    DISPATCHER,
    agent_name,
    agent_spoken,
    agent_text,
    counted,
    stream_spoken,
    stream_text,
)
from app.ui.strings import Streams as Text

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

STREAM = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the `StreamRow` that a row is or belongs to."""
AGENT = STREAM + 1
"""Role of the `AgentRow`, None for a stream."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(Enum):
    """The columns, with their heads."""

    NAME = Text.COLUMN_NAME
    WHAT = Text.COLUMN_WHAT
    HOME = Text.COLUMN_HOME
    WAITING = Text.COLUMN_WAITING
    UNSENT = Text.COLUMN_UNSENT
    EPOCH = Text.COLUMN_EPOCH


COLUMNS = tuple(Column)
COUNTS = (Column.WAITING, Column.UNSENT)
_HELP = {
    Column.NAME: Text.HELP,
    Column.WAITING: Text.WAITING_HELP,
    Column.UNSENT: Text.UNSENT_HELP,
    Column.EPOCH: Text.EPOCH_HELP,
}


@dataclass(slots=True)
class _Kept:
    """A stream's row; `serial` is what its agents' rows know it by, wherever it stands."""

    serial: int
    row: StreamRow
    agents: list[AgentRow] = field(default_factory=list)


class StreamsModel(QAbstractItemModel):
    """`people` tells names and colours of homes."""

    def __init__(self, people: StickModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people = people
        self._serials = count(1)
        self._kept: list[_Kept] = []
        self._bound: dict[str, SiteId] = {}

    # --- what is told -----------------------------------------------------------------------------

    def learn(self, rows: Sequence[StreamRow]) -> None:
        """The streams as they are now."""
        wanted = sorted(rows, key=lambda row: (row.stream != DISPATCHER, row.stream))
        names = {row.stream for row in wanted}
        for place in reversed(range(len(self._kept))):
            if self._kept[place].row.stream not in names:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._kept[place]
                self.endRemoveRows()
        for place, row in enumerate(wanted):
            if place < len(self._kept) and self._kept[place].row.stream == row.stream:
                self._update(place, row)
            else:
                self.beginInsertRows(QModelIndex(), place, place)
                self._kept.insert(place, _Kept(next(self._serials), row, list(row.agents)))
                self.endInsertRows()

    def sent_to(self, stream: str, target: SiteId | None) -> None:
        """Somebody here has asked for a move; None: there is an answer."""
        if target is None:
            self._bound.pop(stream, None)
        else:
            self._bound[stream] = target
        place = self._place(stream)
        if place is not None:
            self._changed(place)

    def people_changed(self) -> None:
        """Names and colours may be others."""
        for place in range(len(self._kept)):
            self._changed(place)

    # --- what is asked ----------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[StreamRow, ...]:
        """The streams, as they are shown."""
        return tuple([each.row for each in self._kept])

    def find(self, stream: str) -> StreamRow | None:
        """A stream by its name."""
        place = self._place(stream)
        return None if place is None else self._kept[place].row

    def bound_for(self, stream: str) -> str:
        """Name of whom somebody here sent it to, empty if nobody did."""
        target = self._bound.get(stream)
        return "" if target is None else self._people.face(target).first

    def index_of(self, stream: str) -> QModelIndex:
        """Where a stream stands; no index if it is not known."""
        place = self._place(stream)
        return QModelIndex() if place is None else self.index(place, 0)

    # --- Qt ---------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """Of streams the id is 0, of agents their stream's serial."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        serial = self._kept[parent.row()].serial if parent.isValid() else 0
        return self.createIndex(row, column, serial)

    def parent(self, index: Index = _NO_PARENT) -> QModelIndex:  # type: ignore[override]
        """The stream of an agent."""
        serial = index.internalId() if index.isValid() else 0
        for place, kept in enumerate(self._kept):
            if serial and kept.serial == serial:
                return self.createIndex(place, 0, 0)
        return QModelIndex()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Streams, or the agents of one."""
        if not parent.isValid():
            return len(self._kept)
        if parent.internalId() or parent.column() > 0 or parent.row() >= len(self._kept):
            return 0
        return len(self._kept[parent.row()].agents)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Always the same."""
        return 0 if parent.isValid() and parent.column() > 0 else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Names of the columns, and what they mean."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.value()
        if role == Qt.ItemDataRole.ToolTipRole:
            return _HELP[column]() if column in _HELP else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in COUNTS else _LEFT
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The rows themselves, a column as text, or one sentence for a screen reader."""
        if not index.isValid():
            return None
        serial = index.internalId()
        kept = self._of_serial(serial) if serial else self._at(index.row())
        if kept is None or (serial and index.row() >= len(kept.agents)):
            return None
        agent = kept.agents[index.row()] if serial else None
        if role == STREAM:
            return kept.row
        if role == AGENT:
            return agent
        if role == Qt.ItemDataRole.DisplayRole:
            column = COLUMNS[index.column()]
            return self._shown(kept.row, column) if agent is None else _shown_agent(agent, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if agent is not None:
                return agent_spoken(kept.row, agent)
            home = self._people.face(kept.row.home).name
            return stream_spoken(kept.row, home, self.bound_for(kept.row.stream))
        if role == Qt.ItemDataRole.ToolTipRole:
            return kept.row.stream if agent is None else agent_text(agent)
        return None

    # --- inside -----------------------------------------------------------------------------------

    def _shown(self, row: StreamRow, column: Column) -> str:
        match column:
            case Column.NAME:
                return row.stream
            case Column.WHAT:
                return stream_text(row, self.bound_for(row.stream))
            case Column.HOME:
                return self._people.face(row.home).name
            case Column.WAITING:
                return counted(row, row.waiting)
            case Column.UNSENT:
                return counted(row, row.unsent)
            case Column.EPOCH:
                return row.epoch

    def _at(self, place: int) -> _Kept | None:
        return self._kept[place] if place < len(self._kept) else None

    def _of_serial(self, serial: int) -> _Kept | None:
        return next((each for each in self._kept if each.serial == serial), None)

    def _place(self, stream: str) -> int | None:
        found = (place for place, each in enumerate(self._kept) if each.row.stream == stream)
        return next(found, None)

    def _update(self, place: int, row: StreamRow) -> None:
        kept = self._kept[place]
        before, kept.row = kept.row, row
        self._update_agents(place, list(row.agents))
        if before != row:
            self._changed(place)

    def _update_agents(self, place: int, wanted: list[AgentRow]) -> None:
        """Agents are numbered as they come, so what is new stands at the end."""
        kept, stream = self._kept[place], self.index(place, 0)
        numbers = {agent.agent for agent in wanted}
        for row in reversed(range(len(kept.agents))):
            if kept.agents[row].agent not in numbers:
                self.beginRemoveRows(stream, row, row)
                del kept.agents[row]
                self.endRemoveRows()
        for row, agent in enumerate(wanted):
            if row >= len(kept.agents) or kept.agents[row].agent != agent.agent:
                self.beginInsertRows(stream, row, row)
                kept.agents.insert(row, agent)
                self.endInsertRows()
            elif kept.agents[row] != agent:
                kept.agents[row] = agent
                last = len(COLUMNS) - 1
                self.dataChanged.emit(self.index(row, 0, stream), self.index(row, last, stream))

    def _changed(self, place: int) -> None:
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))


def _shown_agent(agent: AgentRow, column: Column) -> str:
    match column:
        case Column.NAME:
            return agent_name(agent)
        case Column.WHAT:
            return agent_text(agent)
        case _:
            return ""
