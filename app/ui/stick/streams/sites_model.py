"""The computers of the session as rows, in the order in which they joined: where a stream can go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.ids import SiteId
from app.node.api import PersonShown, StreamRow
from app.ui.stick.model import Face, StickModel
from app.ui.strings import Streams as Text

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
SITE = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the whole `SiteRow`."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A computer; `streams` have their home there."""

    face: Face
    location: int
    streams: int
    holds_stick: bool

    def name_text(self) -> str:
        """Its person's name."""
        return Text.SITE_NAME_OWN(name=self.face.name) if self.face.is_self else self.face.name

    def facts_text(self) -> str:
        """Its number, and how much is there."""
        if not self.face.present:
            return Text.SITE_GONE(location=self.location)
        return Text.SITE_FACTS(location=self.location, streams=Text.STREAMS(self.streams))

    def spoken(self) -> str:
        """One sentence."""
        sentence = Text.SITE_SPOKEN_STICK if self.holds_stick else Text.SITE_SPOKEN
        return sentence(name=self.name_text(), facts=self.facts_text())


class SitesModel(QAbstractListModel):
    """Rows of members; those who left are not among them."""

    def __init__(self, people: StickModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people = people
        self._rows: list[SiteRow] = []

    def learn(self, people: Sequence[PersonShown], streams: Sequence[StreamRow]) -> None:
        """Who is here, and what is where."""
        homes = Counter(row.home for row in streams)
        members = sorted([each for each in people if each.location], key=lambda each: each.location)
        rows = [
            SiteRow(self._people.face(each.site), each.location, homes[each.site], each.holds_stick)
            for each in members
        ]
        if rows == self._rows:
            return
        if [row.face.site for row in rows] == [row.face.site for row in self._rows]:
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @property
    def rows(self) -> tuple[SiteRow, ...]:
        """All of them."""
        return tuple(self._rows)

    def find(self, site: SiteId) -> SiteRow | None:
        """One of them."""
        return next((row for row in self._rows if row.face.site == site), None)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """One for each computer."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row itself, its name, or one sentence for a screen reader."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == SITE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name_text()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            return Text.LOCATION_HELP()
        return None
