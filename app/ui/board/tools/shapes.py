"""Lines, arrows and closed shapes: drawn from one corner to the other, or placed by a click.

Shift makes a square or a line of a round angle, Alt draws from the middle.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt

from app.core.ids import SiteId
from app.node.api import AddOp, BoardObjectShown
from app.ui.board.desk import Desk, Spot
from app.ui.board.echo import blank
from app.ui.board.tools.tool import Tool

CLICK_PIXELS = 4.0
"""A shorter drag is a click."""
CLICK_SIZE_PX = (160.0, 100.0)
"""What a click places."""
LINE_STEP_DEGREES = 15.0
_PREVIEW = "preview"
_FIELDS = ("x", "y", "w", "h", "points", "stroke", "fill", "width", "dash", "heads")


class ShapeTool(Tool):
    """A closed shape in a rectangle."""

    stays = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._from: Spot | None = None

    @property
    def busy(self) -> bool:
        """Whether a shape is being drawn."""
        return self._from is not None

    def press(self, spot: Spot) -> None:
        """The first corner."""
        self._from = spot

    def move(self, spot: Spot) -> None:
        """Show the shape as it would be."""
        if self._from is not None:
            self.desk.scene.preview([self.made(self._from, spot)])

    def release(self, spot: Spot) -> None:
        """The other corner."""
        start, self._from = self._from, None
        if start is None:
            return
        self.desk.scene.end_preview([_PREVIEW])
        way = spot.pixel - start.pixel
        if math.hypot(way.x(), way.y()) < CLICK_PIXELS:
            made = self.placed(start)
        else:
            made = self.made(start, spot)
        fields = tuple((name, getattr(made, name)) for name in _FIELDS)
        ids = self.desk.do([AddOp(made.type, (*fields, *self.desk.new_z()))])
        self.desk.finished()
        self.desk.selection.choose(ids)

    def cancel(self) -> None:
        """Draw nothing."""
        if self._from is not None:
            self._from = None
            self.desk.scene.end_preview([_PREVIEW])

    def styled(self) -> BoardObjectShown:
        """An object of this tool in the style in force."""
        style = self.desk.style.style
        made = blank(_PREVIEW, SiteId(""), self.name, 0)
        return replace(
            made,
            stroke=style.stored_stroke,
            fill=style.stored_fill,
            width=style.width,
            dash=style.dash,
        )

    def made(self, start: Spot, spot: Spot) -> BoardObjectShown:
        """The object from one spot to the other."""
        way = spot.at - start.at
        across, down = way.x(), way.y()
        if spot.has(Qt.KeyboardModifier.ShiftModifier):
            side = max(abs(across), abs(down))
            across, down = math.copysign(side, across), math.copysign(side, down)
        first = start.at
        if spot.has(Qt.KeyboardModifier.AltModifier):
            first, across, down = first - QPointF(across, down), 2 * across, 2 * down
        box = QRectF(first.x(), first.y(), across, down).normalized()
        return replace(self.styled(), x=box.x(), y=box.y(), w=box.width(), h=box.height())

    def placed(self, spot: Spot) -> BoardObjectShown:
        """The object that a click makes, in the middle of the click."""
        width, height = CLICK_SIZE_PX
        x, y = spot.at.x() - width / 2, spot.at.y() - height / 2
        return replace(self.styled(), x=x, y=y, w=width, h=height)


class RectangleTool(ShapeTool):
    """Rectangles."""

    name = "rectangle"


class EllipseTool(ShapeTool):
    """Ellipses."""

    name = "ellipse"


class DiamondTool(ShapeTool):
    """Diamonds."""

    name = "diamond"


class LineTool(ShapeTool):
    """Straight lines."""

    name = "line"

    def styled(self) -> BoardObjectShown:
        """A line has no inside."""
        return replace(super().styled(), fill="")

    def made(self, start: Spot, spot: Spot) -> BoardObjectShown:
        """The line from one spot to the other."""
        way = spot.at - start.at
        across, down = way.x(), way.y()
        if spot.has(Qt.KeyboardModifier.ShiftModifier):
            step = math.radians(LINE_STEP_DEGREES)
            angle = round(math.atan2(down, across) / step) * step
            length = math.hypot(across, down)
            across, down = length * math.cos(angle), length * math.sin(angle)
        points = ((0.0, 0.0), (across, down))
        return replace(self.styled(), x=start.at.x(), y=start.at.y(), points=points)

    def placed(self, spot: Spot) -> BoardObjectShown:
        """A level line to the right of the click."""
        points = ((0.0, 0.0), (CLICK_SIZE_PX[0], 0.0))
        return replace(self.styled(), x=spot.at.x(), y=spot.at.y(), points=points)


class ArrowTool(LineTool):
    """Lines with heads."""

    name = "arrow"

    def styled(self) -> BoardObjectShown:
        """With the heads in force."""
        return replace(super().styled(), heads=self.desk.style.style.heads.value)
