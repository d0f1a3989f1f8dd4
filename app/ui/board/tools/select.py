"""Choosing, moving, sizing and turning: one tool, because one press may become any of them.

What a gesture will do is decided at its first move and shown as a preview; the board hears of it
when the pointer goes up.
"""

from __future__ import annotations

import math
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt

from app.node.api import BoardObjectShown
from app.ui.board import edits
from app.ui.board.desk import Desk, Spot
from app.ui.board.geometry import CLOSED_TYPES
from app.ui.board.marks import TURN, Handle
from app.ui.board.tools.tool import Tool
from app.ui.board.transforms import Box, resized, rotated, set_ops, turn_degrees

DRAG_PIXELS = 4.0
"""A shorter way is a click: hands tremble."""
SHIFTED_MAX = 2_000
"""With more things, only the frame moves until the end."""

_CURSORS = (
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeBDiagCursor,
)


class _Doing(Enum):
    """What the press has become."""

    NOTHING = "nothing is pressed"
    PRESSED = "pressed, not moved far enough to tell"
    MOVING = "things go along"
    SIZING = "a handle is dragged"
    TURNING = "the turning handle is dragged"
    FRAMING = "a marquee is drawn"


class SelectTool(Tool):
    """Chooses and moves things."""

    name = "select"
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._doing = _Doing.NOTHING
        self._from = Spot(QPointF(), QPointF(), Qt.KeyboardModifier.NoModifier)
        self._handle: Handle | None = None
        self._hit: BoardObjectShown | None = None
        self._narrow_on_release = False
        self._kept: tuple[str, ...] = ()
        self._before: list[BoardObjectShown] = []
        self._after: list[BoardObjectShown] = []
        self._box: Box | None = None

    @property
    def busy(self) -> bool:
        """Whether a gesture runs."""
        return self._doing is not _Doing.NOTHING

    def press(self, spot: Spot) -> None:
        """Take a handle, a thing, or nothing."""
        desk = self.desk
        self._doing, self._from = _Doing.PRESSED, spot
        self._narrow_on_release = False
        self._handle = desk.marks.handle_at(spot.pixel)
        self._hit = None
        if self._handle is not None:
            return
        self._hit = desk.scene.at(spot.at, desk.reach)
        if spot.has(Qt.KeyboardModifier.ShiftModifier):
            self._kept = desk.selection.ids
            if self._hit is not None:
                desk.selection.turn(self._hit.id)
            return
        self._kept = ()
        if self._hit is None:
            desk.selection.clear()
        elif self._hit.id not in desk.selection:
            desk.selection.choose([self._hit.id])
        else:
            self._narrow_on_release = True

    def move(self, spot: Spot) -> None:
        """Become what the press was for, and go on with it."""
        if self._doing is _Doing.PRESSED:
            way = spot.pixel - self._from.pixel
            if math.hypot(way.x(), way.y()) < DRAG_PIXELS:
                return
            self._begin()
        match self._doing:
            case _Doing.MOVING:
                self._drag(spot)
            case _Doing.SIZING | _Doing.TURNING:
                self._reshape(spot)
            case _Doing.FRAMING:
                self._frame(spot)
            case _:
                pass

    def release(self, spot: Spot) -> None:
        """Do it."""
        doing, self._doing = self._doing, _Doing.NOTHING
        desk = self.desk
        if doing is _Doing.MOVING:
            way = self._way(spot)
            ids = [shown.id for shown in self._before]
            self._end_marks()
            if spot.has(Qt.KeyboardModifier.AltModifier):
                desk.scene.shift(ids, 0, 0)
                self._copy(way)
            else:
                desk.do(edits.move_ops(ids, way.x(), way.y()))
        elif doing in (_Doing.SIZING, _Doing.TURNING):
            self._end_marks()
            desk.scene.end_preview(shown.id for shown in self._before)
            desk.do(set_ops(self._before, self._after))
        else:
            if doing is _Doing.PRESSED and self._narrow_on_release and self._hit is not None:
                desk.selection.choose([self._hit.id])
            # A click has moved nothing, and yet the bar may come only now that it is over.
            self._end_marks()

    def double(self, spot: Spot) -> bool:
        """Write in a thing, or on the board."""
        shown = self.desk.scene.at(spot.at, self.desk.reach)
        if shown is not None and (shown.locked or not holds_text(shown)):
            return True
        self.desk.write(spot.at, shown)
        return True

    def cancel(self) -> None:
        """Everything as it was."""
        doing, self._doing = self._doing, _Doing.NOTHING
        ids = [shown.id for shown in self._before]
        if doing is _Doing.MOVING:
            self.desk.scene.shift(ids, 0, 0)
        elif doing in (_Doing.SIZING, _Doing.TURNING):
            self.desk.scene.end_preview(ids)
        elif doing is _Doing.FRAMING:
            self.desk.selection.choose(self._kept)
        self._end_marks()

    def cursor_at(self, spot: Spot) -> Qt.CursorShape:
        """What a press here would do."""
        handle = self.desk.marks.handle_at(spot.pixel)
        if handle is None:
            return self.cursor
        if handle == TURN:
            return Qt.CursorShape.PointingHandCursor
        box = self.desk.marks.box
        angle = math.degrees(math.atan2(handle[1] - 0.5, handle[0] - 0.5))
        angle += box.angle if box is not None else 0
        return _CURSORS[round(angle / 45) % 4]

    # --- moving ---

    def _begin(self) -> None:
        self._before = self.desk.movable()
        self._after = list(self._before)
        self._box = self.desk.marks.box
        if self._handle is not None:
            turning = self._handle == TURN
            self._doing = _Doing.TURNING if turning else _Doing.SIZING
        elif self._hit is not None and self._before and self._hit.id in self.desk.selection:
            self._doing = _Doing.MOVING
        else:
            self._doing = _Doing.FRAMING
        self.desk.marks.hides_handles = self._doing is not _Doing.FRAMING

    def _way(self, spot: Spot) -> QPointF:
        way = spot.at - self._from.at
        if spot.has(Qt.KeyboardModifier.ShiftModifier):
            # Only along the axis that the pointer went farther on.
            return QPointF(way.x(), 0) if abs(way.x()) >= abs(way.y()) else QPointF(0, way.y())
        return way

    def _drag(self, spot: Spot) -> None:
        way = self._way(spot)
        if len(self._before) <= SHIFTED_MAX:
            self.desk.scene.shift((shown.id for shown in self._before), way.x(), way.y())
        self.desk.marks.offset = way
        self.desk.marks.refresh()

    def _copy(self, way: QPointF) -> None:
        ids = self.desk.do(edits.copy_ops(self._before, way.x(), way.y(), "copy"))
        self.desk.selection.choose(ids)

    # --- sizing and turning ---

    def _reshape(self, spot: Spot) -> None:
        if self._box is None or self._handle is None or not self._before:
            return
        shift = spot.has(Qt.KeyboardModifier.ShiftModifier)
        if self._doing is _Doing.TURNING:
            degrees = turn_degrees(self._box, self._from.at, spot.at, stepped=shift)
            self._after = rotated(self._before, self._box, degrees)
        else:
            self._after = resized(self._before, self._box, self._handle, spot.at, keep_ratio=shift)
        self.desk.scene.preview(self._after)
        self.desk.marks.previewed = self._after
        self.desk.marks.refresh()

    # --- choosing by a frame ---

    def _frame(self, spot: Spot) -> None:
        rect = QRectF(self._from.at, spot.at).normalized()
        self.desk.marks.marquee = rect
        inside = [shown.id for shown in self.desk.scene.inside(rect) if not shown.locked]
        self.desk.selection.choose([*self._kept, *inside])
        self.desk.marks.refresh()

    def _end_marks(self) -> None:
        marks = self.desk.marks
        marks.marquee = QRectF()
        marks.offset = QPointF()
        marks.previewed = []
        marks.hides_handles = False
        marks.refresh()


def holds_text(shown: BoardObjectShown) -> bool:
    """Whether a thing can be written in."""
    return shown.type == "text" or shown.type in CLOSED_TYPES
