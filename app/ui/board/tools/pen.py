"""Pen and marker: the stroke is begun at once, so that the others see it grow, and ends whole.

The own line is smoothed by an average that lags a little behind the hand and arrives when it
stops. A stroke has one width: a tablet's pressure, over the whole stroke, makes it thicker or
thinner.
"""

from __future__ import annotations

import math
from collections import deque

from PySide6.QtCore import QPointF, Qt

from app.core import limits
from app.node.api import BeginOp, BoardOp, DeleteOp, EndOp, SetOp
from app.ui.board.colours import stored_marker
from app.ui.board.desk import Desk, Spot
from app.ui.board.geometry import simplified
from app.ui.board.style import MARKER_FACTOR
from app.ui.board.tools.tool import Tool

STEP_PIXELS = 1.5
"""Nearer points say nothing new."""
TOLERANCE_PIXELS = 0.4
"""How far a point that is left out may lie beside the line."""
PRESSURE_WIDTHS = (0.5, 1.5)
"""Factors of the width at no and at full pressure."""
_LEFT_POINTS = 4096

Point = tuple[float, float]


class PenTool(Tool):
    """Draws freely."""

    name = "pen"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id = ""
        self._start = QPointF()
        self._points: list[Point] = []
        self._hinted = 0
        self._pen = QPointF()
        self._pressures: deque[float] = deque(maxlen=_LEFT_POINTS)
        desk.model.renamed.connect(self._rename)

    @property
    def busy(self) -> bool:
        """Whether the pen is down."""
        return bool(self._id)

    def stored_stroke(self) -> str:
        """The colour as it travels."""
        return self.desk.style.style.stored_stroke

    def width(self) -> float:
        """Px of the line."""
        return self.desk.style.style.width

    def press(self, spot: Spot) -> None:
        """Pen down."""
        desk, stored, width = self.desk, self.stored_stroke(), self.width()
        at = spot.at
        made = desk.model.edit((BeginOp(self.name, stored, width, at.x(), at.y()),))
        self._id, self._start, self._pen = made[0], at, at
        self._points, self._hinted = [(0.0, 0.0)], 0
        self._pressures.clear()
        desk.live.begin(stored, width)
        desk.live.grow([at])
        self._feel(spot)

    def move(self, spot: Spot) -> None:
        """Draw on."""
        if not self._id:
            return
        self._feel(spot)
        lag = self.desk.style.style.smoothing_percent / 100
        # A point of its own: `+=` would change the start, which is the same object.
        self._pen = self._pen + (spot.at - self._pen) * (1 - lag)
        self._add(self._pen)

    def release(self, spot: Spot) -> None:
        """Pen up: the line arrives where the hand is."""
        if not self._id:
            return
        self._add(spot.at, always=len(self._points) > 1)
        object_id, self._id = self._id, ""
        fields = self.desk.new_z()
        if self._pressures:
            thin, thick = PRESSURE_WIDTHS
            mean = sum(self._pressures) / len(self._pressures)
            fields = (*fields, ("width", self.width() * (thin + (thick - thin) * mean)))
        self.desk.hints.drop_stroke()
        ops: list[BoardOp] = [EndOp(object_id, self._simple())]
        if fields:
            ops.append(SetOp((object_id,), fields))
        self.desk.do(ops)
        self.desk.live.end()

    def cancel(self) -> None:
        """Take the stroke away."""
        if self._id:
            object_id, self._id = self._id, ""
            self.desk.hints.drop_stroke()
            self.desk.live.end()
            self.desk.do([DeleteOp((object_id,))])

    def _feel(self, spot: Spot) -> None:
        if spot.pressure is not None:
            self._pressures.append(spot.pressure)

    def _add(self, point: QPointF, *, always: bool = False) -> None:
        relative = (point.x() - self._start.x(), point.y() - self._start.y())
        last = self._points[-1]
        far = math.hypot(relative[0] - last[0], relative[1] - last[1])
        if far * self.desk.camera.zoom < STEP_PIXELS and not (always and far > 0):
            return
        self._points.append(relative)
        self.desk.live.grow([point])
        self._tell()

    def _tell(self) -> None:
        """Let the others see the stroke grow, once the node has named it."""
        if self._id and self.desk.model.is_named(self._id):
            fresh = self._points[self._hinted :]
            if fresh:
                self.desk.hints.stroke(self._id, self._hinted, fresh)
                self._hinted = len(self._points)

    def _rename(self, old: str, new: str) -> None:
        if old == self._id:
            self._id = new
            self._tell()

    def _simple(self) -> tuple[Point, ...]:
        """Fewer points for the same line; what has too many gets coarser."""
        tolerance = TOLERANCE_PIXELS / self.desk.camera.zoom
        kept = simplified(self._points, tolerance)
        while len(kept) > limits.BOARD_POINTS_MAX:
            tolerance *= 1.5
            kept = simplified(kept, tolerance)
        return tuple(kept)


class MarkerTool(PenTool):
    """Draws broad and lets through what is below."""

    name = "marker"

    def stored_stroke(self) -> str:
        """The ink, let through."""
        return stored_marker(self.desk.style.style.ink)

    def width(self) -> float:
        """Broader than a pen."""
        return MARKER_FACTOR * self.desk.style.style.width


class PanTool(Tool):
    """Moves the view."""

    name = "pan"
    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._from: QPointF | None = None

    @property
    def busy(self) -> bool:
        """Whether the board is held."""
        return self._from is not None

    def press(self, spot: Spot) -> None:
        """Take hold."""
        self._from = spot.pixel

    def move(self, spot: Spot) -> None:
        """Pull."""
        if self._from is not None:
            way = spot.pixel - self._from
            self._from = spot.pixel
            self.desk.camera.pan(way.x(), way.y())

    def release(self, spot: Spot) -> None:
        """Let go."""
        self._from = None

    def cancel(self) -> None:
        """Let go; what is seen stays."""
        self._from = None

    def cursor_at(self, spot: Spot) -> Qt.CursorShape:
        """An open or a closed hand."""
        held = self._from is not None
        return Qt.CursorShape.ClosedHandCursor if held else Qt.CursorShape.OpenHandCursor
