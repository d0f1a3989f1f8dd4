"""The twin of map, moves and plot for ears and keys: the same figures as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.ui import figures
from app.ui.fonts import Role
from app.ui.moments import time_of_day
from app.ui.stick.heads import Heads
from app.ui.stick.log_view import row_height
from app.ui.stick.model import StickModel
from app.ui.stick.words import gain_text, reason_text, wait_text
from app.ui.strings import StickPanel as Text
from app.ui.theme import Theme
from app.ui.wording import Sentence

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
Rows = Sequence[tuple[str, ...]]


class FactsModel(QAbstractTableModel):
    """Rows of words below heads."""

    def __init__(self, heads: Sequence[Sentence], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heads = tuple(heads)
        self._rows: Rows = ()

    def set_rows(self, rows: Rows) -> None:
        """Other rows; as many as before keep what is chosen."""
        if rows == self._rows:
            return
        if len(rows) == len(self._rows):
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._heads) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """One for each fact."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """As many as heads."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """What the columns are."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """A cell's words; a screen reader hears the whole row."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return figures.names([each for each in row if each])
        return None


class FactsTable(QTableView):
    """A table whose rows are asked for when the model has news and somebody looks."""

    def __init__(
        self,
        model: StickModel,
        heads: Sequence[Sentence],
        rows_of: Callable[[StickModel], Rows],
        name: str,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._stick = model
        self._rows_of = rows_of
        self._facts = FactsModel(heads, self)
        self.setModel(self._facts)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        head = self._heads = Heads(theme, self, 3)
        self.setHorizontalHeader(head)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        model.changed.connect(self.refresh)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        theme.dress(self, Role.SMALL)
        self._heads.set_theme(theme)
        self.verticalHeader().setMinimumSectionSize(10)
        self.verticalHeader().setDefaultSectionSize(row_height(theme))

    def refresh(self) -> None:
        """The rows as they are now, if they are seen."""
        if self.isVisible():
            self._facts.set_rows(tuple(self._rows_of(self._stick)))

    def setVisible(self, visible: bool) -> None:  # noqa: N802 - Qt's name
        """Rows are made when they are looked at."""
        super().setVisible(visible)
        self.refresh()


MAP_HEADS = (Text.TABLE_PERSON, Text.TABLE_TRIP, Text.TALK_SHARE, Text.TABLE_STATE)
MOVES_HEADS = (Text.TABLE_TIME, Text.TABLE_FROM, Text.TABLE_TO, Text.TABLE_WHY, Text.COLUMN_EPOCH)
WAITS_HEADS = (Text.TABLE_PERSON, Text.TABLE_NOW, Text.TABLE_LEAST, Text.TABLE_MOST)


def map_rows(model: StickModel) -> Rows:
    """Who is how far from the stick."""
    holder = model.holder
    rows = []
    for talk in model.talk():
        face = talk.face
        trip = None if holder is None else model.round_trip_ms(face.site, holder)
        state = Text.TABLE_PRESENT() if face.present else Text.NOT_REACHABLE()
        if face.site == holder:
            state = Text.HAS_STICK()
        shown = Text.NOT_MEASURED() if trip is None and face.site != holder else wait_text(trip)
        if face.site == holder:
            shown = wait_text(0.0)
        rows.append((face.name, shown, figures.percent(talk.share), state))
    return rows


def moves_rows(model: StickModel) -> Rows:
    """The moves, newest first."""
    return [
        (
            time_of_day(move.at_ms),
            model.face(move.source).name,
            model.face(move.target).name,
            figures.names([each for each in (reason_text(move), gain_text(move)) if each])
            if move.reason != "REGRET"
            else reason_text(move),
            move.epoch,
        )
        for move in reversed(model.moves)
    ]


def waits_rows(model: StickModel) -> Rows:
    """How long lines wait, now and over what the plot shows."""
    rows = []
    for series in model.series():
        waits = [wait for _, wait in series.points]
        if waits:
            name = Text.EVERYONE() if series.face is None else series.face.name
            shown = (waits[-1], min(waits), max(waits))
            rows.append((name, *[wait_text(each) for each in shown]))
    return rows
