"""The stick panel's values: the newest answer of the site, who is who, and which move is explained.

Holds what was told and a layout that goes on from the last; asks nothing and draws nothing. The
site keeps the rings of moves and waits, so nothing here grows.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.core.ids import SiteId
from app.node.api import DispatcherMoved, MoveShown, PersonShown, StickPanel
from app.ui.models.names import known_name
from app.ui.moments import Clock
from app.ui.stick.layout import Place, go_on, pair, wanted_of
from app.ui.swatches import PersonColour, initials, person_colour

SMOOTHED_SHARE = 0.3
"""How much of a new round trip goes into the map at a time: it breathes, it does not jump."""


@dataclass(frozen=True, slots=True)
class Face:
    """A computer as it is drawn; `present` when a link to it works, or it is this one."""

    site: SiteId
    name: str
    colour: PersonColour
    present: bool = True
    is_self: bool = False

    @property
    def first(self) -> str:
        """The first name."""
        return self.name.split(" ")[0] or self.name

    @property
    def initials(self) -> str:
        """What stands on the mark."""
        return initials(self.name)


@dataclass(frozen=True, slots=True)
class TalkRow:
    """Who talks how much, and what a line of everybody would wait with the stick there."""

    face: Face
    share: float
    lines_a_minute: float
    here_ms: float | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the plot: (wall-clock ms, wait in ms); `face` is None for everybody's mean."""

    face: Face | None
    points: tuple[tuple[int, float], ...]
    measured: bool = False

    @property
    def last(self) -> float | None:
        """The newest wait."""
        return self.points[-1][1] if self.points else None


@dataclass(frozen=True, slots=True)
class Stay:
    """For how long somebody had the stick; `until_ms` None while they have it."""

    face: Face
    since_ms: int
    until_ms: int | None


class StickModel(QObject):
    """`changed` after any news; `travelled` (source, target) when the stick is to be seen moving."""

    changed = Signal()
    travelled = Signal(str, str)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.panel: StickPanel | None = None
        self.places: dict[SiteId, Place] = {}
        self.wanted: dict[tuple[SiteId, SiteId], float] = {}
        self._people: dict[SiteId, PersonShown] = {}
        self._chosen: tuple[int, str] | None = None
        self._stays: tuple[Stay, ...] = ()

    # --- what is told -----------------------------------------------------------------------------

    def set_people(self, people: tuple[PersonShown, ...]) -> None:
        """Everybody, on any change."""
        self._people = {person.site: person for person in people}
        self._stays = self._made_stays()
        self.changed.emit()

    def learn(self, panel: StickPanel) -> None:
        """The newest figures."""
        self.panel = panel
        self._stays = self._made_stays()
        fresh = wanted_of(panel.rtt)
        known = self.wanted
        self.wanted = {
            key: value if key not in known else known[key] + SMOOTHED_SHARE * (value - known[key])
            for key, value in fresh.items()
        }
        self.places = go_on(self.places, [row.site for row in panel.rows], self.wanted)
        self.changed.emit()

    def moved(self, event: DispatcherMoved) -> None:
        """The stick is elsewhere: the newest move is explained, and shown on its way."""
        self._chosen = None
        self.travelled.emit(event.source, event.target)
        self.changed.emit()

    # --- people -----------------------------------------------------------------------------------

    def face(self, site: SiteId) -> Face:
        """How a computer is drawn, also one that has left."""
        person = self._people.get(site)
        if person is None:
            rows = self.panel.rows if self.panel is not None else ()
            name = next((row.name for row in rows if row.site == site), "")
            return Face(site, known_name(name, site), person_colour(""), present=False)
        present = person.is_self or person.state == "present"
        return Face(site, person.name, person_colour(person.colour), present, person.is_self)

    def faces(self, move: MoveShown) -> tuple[Face, ...]:
        """Everybody whom a move is about."""
        sites = (move.source, move.target, *[site for site, _, _ in move.people])
        return tuple([self.face(site) for site in sites])

    @property
    def holder(self) -> SiteId | None:
        """Where the stick is."""
        return self.panel.home if self.panel is not None else None

    def share_of(self, site: SiteId) -> float:
        """Share of the last minute's talk, 0 to 1."""
        rows = self.panel.rows if self.panel is not None else ()
        total = sum(row.lines_a_minute for row in rows)
        mine = next((row.lines_a_minute for row in rows if row.site == site), 0.0)
        return mine / total if total > 0 else 0.0

    def round_trip_ms(self, one: SiteId, two: SiteId) -> float | None:
        """The measured round trip of two computers, smoothed."""
        return self.wanted.get(pair(one, two))

    # --- talk, moves, waits -----------------------------------------------------------------------

    def talk(self) -> tuple[TalkRow, ...]:
        """Everybody, who talks most first; ties stay in order of seniority."""
        panel = self.panel
        if panel is None:
            return ()
        rows = [
            TalkRow(
                self.face(row.site),
                self.share_of(row.site),
                row.lines_a_minute,
                row.here_ms,
                row.site == panel.home,
            )
            for row in sorted(panel.rows, key=lambda row: self._seniority(row.site))
        ]
        return tuple(sorted(rows, key=lambda row: -row.lines_a_minute))

    def _seniority(self, site: SiteId) -> int:
        person = self._people.get(site)
        return person.location if person is not None else 1 << 30

    @property
    def moves(self) -> tuple[MoveShown, ...]:
        """Moves that this computer saw, newest last."""
        return self.panel.moves if self.panel is not None else ()

    @property
    def chosen(self) -> int:
        """Place of the move that is explained, the newest unless another was chosen; -1: none."""
        moves = self.moves
        if self._chosen is not None:
            for place, move in enumerate(moves):
                if (move.at_ms, move.epoch) == self._chosen:
                    return place
        return len(moves) - 1

    def choose(self, place: int) -> None:
        """Explain another move and show the stick on its way; the newest goes on to follow."""
        moves = self.moves
        if not moves:
            return
        place = min(max(place, 0), len(moves) - 1)
        move = moves[place]
        self._chosen = None if place == len(moves) - 1 else (move.at_ms, move.epoch)
        self.travelled.emit(move.source, move.target)
        self.changed.emit()

    def stays(self) -> tuple[Stay, ...]:
        """Who had the stick and when, as far as this computer saw it."""
        return self._stays

    def _made_stays(self) -> tuple[Stay, ...]:
        moves, panel = self.moves, self.panel
        if panel is None:
            return ()
        if not moves:
            holder, now = self.holder, self.clock.wall_ms()
            return () if holder is None else (Stay(self.face(holder), panel.since_ms or now, None),)
        # Of a longer past only the newest moves are kept.
        since = min(panel.since_ms or moves[0].at_ms, moves[0].at_ms)
        found = [Stay(self.face(moves[0].source), since, moves[0].at_ms)]
        for move, later in zip(moves, (*moves[1:], None), strict=True):
            until = later.at_ms if later is not None else None
            found.append(Stay(self.face(move.target), move.at_ms, until))
        return tuple(found)

    def series(self) -> tuple[Series, ...]:
        """The lines of the plot: everybody's, the own one as it was measured, the mean last."""
        panel = self.panel
        if panel is None:
            return ()
        measured = [site for site, points in panel.waits if points]
        lines = [
            Series(self.face(site), points)
            for site, points in panel.expected
            if site not in measured
        ]
        lines += [Series(self.face(site), points, measured=True) for site, points in panel.waits]
        if panel.everyone:
            lines.append(Series(None, panel.everyone))
        return tuple(lines)
