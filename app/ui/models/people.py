"""The people of the session as rows: who, what they do now, how much they talk, who has the stick.

Rows keep their place while somebody is unreachable; who left is gone from the list. What somebody
does comes from live hints and fades by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.node.api import (
    EntryShown,
    HintHeard,
    LaserAt,
    PersonShown,
    StrokePoints,
    TextSoFar,
    TypingNow,
)
from app.ui import figures
from app.ui.models.names import with_names
from app.ui.models.talk import TalkRates
from app.ui.moments import Clock
from app.ui.paint.meter import talk_level
from app.ui.strings import Common, People

Index = QModelIndex | QPersistentModelIndex

ROW = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the whole `PersonRow`."""

DOING_MICROS = 4 * SECOND
"""A hint says what somebody does for this long; typing is told again within it."""
WORN_MAX = 256
"""Colours that are remembered, also of people who went: their lines are still there."""
_TICK_MS = 1_000


class Doing(Enum):
    """What a person does now; the value is what the row says."""

    HERE = People.QUIET
    TYPING = People.TYPING
    DRAWING = People.DRAWING
    WRITING = People.WRITING
    LASER = People.LASER
    UNREACHABLE = People.NOT_REACHABLE


_SPOKEN = {
    Doing.TYPING: People.TYPING_SPOKEN,
    Doing.DRAWING: People.DRAWING_SPOKEN,
    Doing.WRITING: People.WRITING_SPOKEN,
    Doing.LASER: People.LASER_SPOKEN,
}
"""Within the sentence of a row."""
_DOING_OF_HINT = {
    TypingNow: Doing.TYPING,
    StrokePoints: Doing.DRAWING,
    TextSoFar: Doing.WRITING,
    LaserAt: Doing.LASER,
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row as it is painted; `away_seconds` counts while somebody is unreachable."""

    person: PersonShown
    doing: Doing
    level: int
    away_seconds: int

    @property
    def reachable(self) -> bool:
        """Whether a link to them works; oneself always is."""
        return self.person.is_self or self.person.state == "present"

    def time_text(self) -> str:
        """What stands at the right: the round trip, "here", or how long they are gone."""
        if self.person.is_self:
            return Common.HERE()
        if not self.reachable:
            return figures.duration(self.away_seconds)
        return figures.milliseconds(self.person.rtt_ms)

    def doing_text(self) -> str:
        """The second line."""
        if self.doing is Doing.HERE and self.person.holds_stick:
            return People.HOLDS()
        sentence: str = self.doing.value()
        return sentence

    def spoken(self) -> str:
        """The whole row as one sentence for a screen reader: who, the stick, what they do, how far."""
        parts = [self.person.name]
        if self.person.is_self:
            parts.append(Common.YOU())
        if self.person.holds_stick:
            parts.append(People.HAS_STICK())
        if not self.reachable:
            since = figures.duration(self.away_seconds)
            parts.append(People.NOT_REACHABLE_SINCE_SPOKEN(time=since))
            return ", ".join(parts)
        if self.doing in _SPOKEN:
            parts.append(_SPOKEN[self.doing]())
        if not self.person.is_self:
            parts.append(figures.milliseconds_spoken(self.person.rtt_ms))
        return ", ".join(part for part in parts if part)


class PeopleModel(QAbstractListModel):
    """Everybody who has not left, in order of seniority."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._rows: list[PersonRow] = []
        self._heard: dict[SiteId, tuple[Doing, Micros]] = {}
        self._gone_since: dict[SiteId, Micros] = {}
        self._worn: dict[SiteId, str] = {}
        self._talk = TalkRates()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.refresh)

    # --- what the node tells ----------------------------------------------------------------------

    def set_people(self, people: Iterable[PersonShown]) -> None:
        """The whole list, on any change."""
        now = self._clock.now()
        everybody = with_names(people)
        shown = [person for person in everybody if person.state != "left"]
        left = [person for person in everybody if person.state == "left"]
        for person in (*left, *shown):
            # Newest last; the oldest go when there are too many. Lines of who left are still there.
            self._worn.pop(person.site, None)
            self._worn[person.site] = person.colour
        for site in list(self._worn)[:-WORN_MAX]:
            del self._worn[site]
        for person in shown:
            if person.state == "present" or person.is_self:
                self._gone_since.pop(person.site, None)
            else:
                self._gone_since.setdefault(person.site, now)
        rows = [self._made(person, now) for person in shown]
        if [row.person.site for row in rows] == [row.person.site for row in self._rows]:
            self._replace(rows)
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self._wake()

    def heard(self, event: HintHeard) -> None:
        """A hint that says what somebody does."""
        doing = _DOING_OF_HINT.get(type(event.hint))
        if doing is not None:
            self._heard[event.site] = (doing, self._clock.now())
            self.refresh()

    def ordered(self, entries: Iterable[EntryShown]) -> None:
        """Talk that was ordered; whoever said a line has ended typing it."""
        entries = tuple(entries)
        self._talk.ordered(entries, self._clock.now())
        for shown in entries:
            entry = shown.placed.entry
            said = entry.kind in ("chat", "chat.edit")
            if said and self._heard.get(entry.id.site, (None,))[0] is Doing.TYPING:
                del self._heard[entry.id.site]
        self.refresh()

    def clear(self) -> None:
        """Another session, or none."""
        self.beginResetModel()
        self._rows, self._heard, self._gone_since, self._worn = [], {}, {}, {}
        self._talk = TalkRates()
        self.endResetModel()
        self._timer.stop()

    def refresh(self) -> None:
        """Time has passed: let doings, meters and counters follow."""
        now = self._clock.now()
        self._heard = {
            site: heard for site, heard in self._heard.items() if now - heard[1] <= DOING_MICROS
        }
        self._replace([self._made(row.person, now) for row in self._rows])
        self._wake()

    # --- what others read -------------------------------------------------------------------------

    def rows(self) -> tuple[PersonRow, ...]:
        """All rows."""
        return tuple(self._rows)

    def person(self, site: SiteId) -> PersonShown | None:
        """One person, None if they are not here."""
        return next((row.person for row in self._rows if row.person.site == site), None)

    def colour(self, site: SiteId) -> str | None:
        """The colour that somebody wears, or wore when they were here; None if not known."""
        return self._worn.get(site)

    def own(self) -> PersonShown | None:
        """Oneself."""
        return next((row.person for row in self._rows if row.person.is_self), None)

    def wearing(self, colour: str) -> PersonShown | None:
        """Whoever has this colour."""
        return next((row.person for row in self._rows if row.person.colour == colour), None)

    def holder_place(self) -> int:
        """Row of whoever has the stick, -1 for nobody."""
        return next((place for place, row in enumerate(self._rows) if row.person.holds_stick), -1)

    def typing(self) -> tuple[str, ...]:
        """Names of the others who are writing a line."""
        return tuple(
            [
                row.person.name
                for row in self._rows
                if row.doing is Doing.TYPING and not row.person.is_self
            ]
        )

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, default
        """Number of people."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Name, sentence for screen readers, or the whole row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == int(Qt.ItemDataRole.DisplayRole):
            return row.person.name
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken()
        return None

    # --- inside -----------------------------------------------------------------------------------

    def _made(self, person: PersonShown, now: Micros) -> PersonRow:
        heard = self._heard.get(person.site)
        doing = heard[0] if heard is not None else Doing.HERE
        since = self._gone_since.get(person.site)
        if since is not None:
            doing = Doing.UNREACHABLE
        away = (now - since) // SECOND if since is not None else 0
        return PersonRow(person, doing, talk_level(self._talk.a_minute(person.site, now)), away)

    def _replace(self, rows: list[PersonRow]) -> None:
        before, self._rows = self._rows, rows
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                index = self.index(place)
                self.dataChanged.emit(index, index)

    def _wake(self) -> None:
        """Tick only while something fades or counts."""
        busy = bool(self._heard or self._gone_since or any(row.level for row in self._rows))
        if busy and not self._timer.isActive():
            self._timer.start()
        elif not busy:
            self._timer.stop()
