"""Tools that act on what they touch or where they shine: eraser, laser, text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.ui.board import edits
from app.ui.board.desk import Desk, Spot
from app.ui.board.others import LASER_OWN
from app.ui.board.tools.tool import Tool

_STEP_PIXELS = 4.0
"""Between two places where the eraser looks: no thin line slips through."""


class EraserTool(Tool):
    """Takes away whole things; they go when the pointer goes up."""

    name = "eraser"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._last: QPointF | None = None
        self._touched: dict[str, None] = {}

    @property
    def busy(self) -> bool:
        """Whether it is down."""
        return self._last is not None

    def press(self, spot: Spot) -> None:
        """Touch."""
        self._last = spot.at
        self._touched = {}
        self._touch(spot.at)

    def move(self, spot: Spot) -> None:
        """Touch all on the way."""
        if self._last is None:
            return
        way = spot.at - self._last
        steps = max(int(way.manhattanLength() * self.desk.camera.zoom / _STEP_PIXELS), 1)
        for step in range(1, steps + 1):
            self._touch(self._last + way * (step / steps))
        self._last = spot.at

    def release(self, spot: Spot) -> None:
        """Take away."""
        self._last = None
        ids = [each for each in self._touched if each in self.desk.model.objects]
        self.desk.do(edits.delete_ops(ids))

    def cancel(self) -> None:
        """Take nothing away."""
        self._last = None
        self.desk.scene.dim(self._touched, on=False)
        self._touched = {}

    def _touch(self, point: QPointF) -> None:
        for shown in self.desk.scene.all_at(point, self.desk.reach):
            if not shown.locked and shown.id not in self._touched:
                self._touched[shown.id] = None
                self.desk.scene.dim([shown.id], on=True)


class LaserTool(Tool):
    """Light that the others see and that fades."""

    name = "laser"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._on = False

    @property
    def busy(self) -> bool:
        """Whether it shines."""
        return self._on

    def press(self, spot: Spot) -> None:
        """Light on."""
        self._on = True
        self.move(spot)

    def move(self, spot: Spot) -> None:
        """Leave a trail."""
        if self._on:
            self.desk.presence.shine(LASER_OWN, ((spot.at.x(), spot.at.y()),))
            self.desk.hints.laser(self.desk.model.board, (spot.at.x(), spot.at.y()))

    def release(self, spot: Spot) -> None:
        """Light off."""
        self._on = False

    def cancel(self) -> None:
        """Light off."""
        self._on = False


class TextTool(Tool):
    """Writes where it is put down, or in the thing that is there."""

    name = "text"
    stays = False
    cursor = Qt.CursorShape.IBeamCursor

    def release(self, spot: Spot) -> None:
        """Open the editor, when the pointer is up and can't take the focus back."""
        shown = self.desk.scene.at(spot.at, self.desk.reach)
        writable = shown is not None and shown.type == "text" and not shown.locked
        self.desk.write(spot.at, shown if writable else None)
        self.desk.finished()
