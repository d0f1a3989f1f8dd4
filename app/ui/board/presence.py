"""What the others do right now: pointers, growing strokes, lasers, selections, texts, views.

Made of hints that come late, twice or not at all; nothing here is worth keeping, and all of it has
an end. Holds values and nothing else; times are milliseconds of the caller's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QRectF, Signal

from app.core.ids import SiteId
from app.node.api import (
    HintHeard,
    LaserAt,
    Looking,
    PointerAt,
    Selected,
    StrokePoints,
    TextSoFar,
)

POINTER_FAINT_MS = 5_000
"""A pointer that stands still this long draws back."""
POINTER_GONE_MS = 60_000
LASER_MS = 1_200
"""How long light stays."""
GHOST_GONE_MS = 5_000
"""An open stroke without news is forgotten: its author is gone or its end is on the way."""
TEXT_GONE_MS = 10_000
GHOST_POINTS_MAX = 8_192
"""Points of one growing stroke: two minutes at 60 a second."""
GHOSTS_MAX = 128
"""Growing strokes at one time: more than there are people."""
LASER_POINTS_MAX = 512

Point = tuple[float, float]


@dataclass(slots=True)
class PointerSeen:
    """Where somebody points, and since when."""

    x: float
    y: float
    since_ms: int


@dataclass(slots=True)
class Ghost:
    """A stroke that somebody is drawing; a point that was lost is None."""

    site: SiteId
    heard_ms: int
    points: list[Point | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextSeen:
    """A text that somebody is writing."""

    site: SiteId
    text: str
    heard_ms: int


class Presence(QObject):
    """One board's hints. Signals say whose and which, so that little is painted anew."""

    pointer_moved = Signal(object)
    pointer_aged = Signal(object)
    stroke_grown = Signal(str, int)
    """Id of the object, number of the first new point."""
    laser_shone = Signal(object)
    selection_changed = Signal(object)
    text_changed = Signal(str)
    view_moved = Signal(object)
    ended = Signal()
    """Something is over."""

    def __init__(
        self, board: str, clock_ms: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._board = board
        self._clock_ms = clock_ms
        self.pointers: dict[SiteId, PointerSeen] = {}
        self.ghosts: dict[str, Ghost] = {}
        self.lasers: dict[SiteId, deque[tuple[float, float, int]]] = {}
        self.selections: dict[SiteId, tuple[str, ...]] = {}
        self.texts: dict[str, TextSeen] = {}
        self.views: dict[SiteId, QRectF] = {}

    def take(self, event: object) -> None:
        """Take in a hint; others are none of its business."""
        if not isinstance(event, HintHeard):
            return
        now, site = self._clock_ms(), event.site
        match event.hint:
            case PointerAt(board=board, x=x, y=y) if board == self._board:
                self.pointers[site] = PointerSeen(x, y, now)
                self.pointer_moved.emit(site)
            case PointerAt():
                self.pointers.pop(site, None)
                self.pointer_moved.emit(site)
            case StrokePoints():
                self._grow(site, event.hint, now)
            case LaserAt(board=board, points=points) if board == self._board:
                self.shine(site, points)
            case Selected(ids=ids):
                self.selections[site] = ids
                self.selection_changed.emit(site)
            case TextSoFar(object_id=object_id, text=text):
                self.texts[object_id] = TextSeen(site, text, now)
                self.text_changed.emit(object_id)
            case Looking(board=board) if board == self._board:
                view = event.hint
                self.views[site] = QRectF(view.x, view.y, view.w, view.h)
                self.view_moved.emit(site)

    def shine(self, site: SiteId, points: tuple[Point, ...]) -> None:
        """Somebody's laser shone here just now; the own one too."""
        now = self._clock_ms()
        trail = self.lasers.setdefault(site, deque(maxlen=LASER_POINTS_MAX))
        trail.extend((x, y, now) for x, y in points[-LASER_POINTS_MAX:])
        self.laser_shone.emit(site)

    def _grow(self, site: SiteId, hint: StrokePoints, now: int) -> None:
        ghost = self.ghosts.get(hint.object_id)
        if ghost is None:
            if len(self.ghosts) >= GHOSTS_MAX:
                self.ghosts.pop(next(iter(self.ghosts)))
            ghost = self.ghosts[hint.object_id] = Ghost(site, now)
        last = hint.first + len(hint.points)
        if ghost.site != site or hint.first < 0 or last > GHOST_POINTS_MAX:
            return
        ghost.points.extend([None] * (last - len(ghost.points)))
        ghost.points[hint.first : last] = hint.points
        ghost.heard_ms = now
        self.stroke_grown.emit(hint.object_id, hint.first)

    def forget_stroke(self, object_id: str) -> None:
        """The stroke is whole: it rests on the board."""
        self.ghosts.pop(object_id, None)

    def forget_text(self, object_id: str) -> None:
        """The text came by the order: no preview is needed."""
        if self.texts.pop(object_id, None) is not None:
            self.text_changed.emit(object_id)

    def sites(self) -> tuple[SiteId, ...]:
        """Whoever is seen on the board."""
        return tuple({**self.pointers, **self.lasers, **self.selections, **self.views})

    def forget_site(self, site: SiteId) -> None:
        """Somebody left, or is out of reach."""
        for held in (self.pointers, self.lasers, self.selections, self.views):
            held.pop(site, None)
        self.ended.emit()

    def age(self) -> bool:
        """Let end what is over. Returns whether light still fades, so that it is called again."""
        now, ended = self._clock_ms(), False
        for site, trail in list(self.lasers.items()):
            while trail and now - trail[0][2] > LASER_MS:
                trail.popleft()
            if not trail:
                del self.lasers[site]
                ended = True
        ended |= self._end_old(now)
        if ended:
            self.ended.emit()
        return bool(self.lasers)

    def _end_old(self, now: int) -> bool:
        before = len(self.pointers) + len(self.ghosts) + len(self.texts)
        for site, pointer in list(self.pointers.items()):
            if now - pointer.since_ms > POINTER_GONE_MS:
                del self.pointers[site]
        for object_id, ghost in list(self.ghosts.items()):
            if now - ghost.heard_ms > GHOST_GONE_MS:
                del self.ghosts[object_id]
        for object_id, text in list(self.texts.items()):
            if now - text.heard_ms > TEXT_GONE_MS:
                del self.texts[object_id]
                self.text_changed.emit(object_id)
        return len(self.pointers) + len(self.ghosts) + len(self.texts) < before
