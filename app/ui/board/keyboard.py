"""Drawing without a mouse: a visible cross that keys move, and Tab from thing to thing.

The cross presses and releases whatever tool is chosen, at its place; so all a mouse can draw, keys
can. With things chosen, arrows move them, with Alt and Shift they size them.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from app.core.fractional import MIDDLE_KEY
from app.node.api import AddOp, BoardObjectShown
from app.ui.board import edits
from app.ui.board.desk import GRID_PX, Desk, Spot
from app.ui.board.geometry import bounds_of
from app.ui.board.tools.select import holds_text
from app.ui.board.tools.tool import Tool
from app.ui.board.transforms import Box, resized, set_ops

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_FAST = 10.0
ROW_PX = 48.0
"""Things whose tops are this near stand in one line of reading."""
_CONNECTION_GAP_PX = 6.0


class Keyboard:
    """Turns keys of the canvas into moves of the cross, of tools and of things."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tool: Tool | None = None
        self._down = False

    def use(self, tool: Tool) -> None:
        """The cross presses with this tool."""
        self._tool = tool
        self._down = False

    def hide(self) -> None:
        """The mouse took over, or Esc: no cross."""
        self._down = False
        if self._desk.marks.cross is not None:
            self._desk.marks.cross = None
            self._desk.marks.refresh()

    def take(self, event: QKeyEvent) -> None:
        """Accepts the event if it meant something."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._arrow(_ARROWS[key], event.modifiers())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._go_on(-1 if key == Qt.Key.Key_Backtab else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(event.modifiers())
        else:
            return
        event.accept()

    def tap(self) -> None:
        """Space: the cross goes down, or up."""
        if self._desk.marks.cross is None:
            self._show(self._desk.camera.middle)
        self._press_or_release(Qt.KeyboardModifier.NoModifier)

    # --- the cross ---

    def _arrow(self, way: tuple[float, float], modifiers: Qt.KeyboardModifier) -> None:
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        step = GRID_PX * (_FAST if shift else 1)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            step = 1 / self._desk.camera.zoom
        chosen = self._desk.movable()
        if chosen and not self._down and alt:
            if shift:
                self._size(chosen, way)
            else:
                self._connect(chosen[-1], way)
        elif chosen and not self._down:
            ids = [shown.id for shown in chosen]
            self._desk.do(edits.move_ops(ids, way[0] * step, way[1] * step))
        else:
            self._move_cross(QPointF(way[0] * step, way[1] * step), modifiers)

    def _move_cross(self, way: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        cross = self._desk.marks.cross
        if cross is None:
            self._show(self._desk.camera.middle)
            return
        self._show(cross + way)
        if self._down and self._tool is not None:
            self._tool.move(self._spot(modifiers))

    def _show(self, at: QPointF) -> None:
        self._desk.marks.cross = at
        self._desk.marks.refresh()
        seen = self._desk.camera.seen.adjusted(20, 20, -20, -20)
        if not seen.contains(at):
            self._desk.camera.fly(at, self._desk.camera.zoom, 0)

    def _spot(self, modifiers: Qt.KeyboardModifier) -> Spot:
        at = self._desk.marks.cross or QPointF()
        # Shift and Ctrl say how far the cross goes; to a tool they would mean something else.
        kept = modifiers & Qt.KeyboardModifier.MetaModifier
        return Spot(at, self._desk.camera.to_view(at), kept)

    def _press_or_release(self, modifiers: Qt.KeyboardModifier) -> None:
        if self._tool is None:
            return
        spot = self._spot(modifiers)
        if self._down:
            self._down = False
            self._tool.release(spot)
            return
        self._tool.press(spot)
        # A tool that has no gesture, such as text, is done at once.
        self._down = self._tool.busy
        if not self._down:
            self._tool.release(spot)

    # --- things ---

    def _enter(self, modifiers: Qt.KeyboardModifier) -> None:
        chosen = self._desk.selection.objects
        if self._desk.marks.cross is not None and (self._down or not chosen):
            self._press_or_release(modifiers)
        elif len(chosen) == 1 and holds_text(chosen[0]) and not chosen[0].locked:
            self._desk.write(bounds_of(chosen[0]).center(), chosen[0])
        elif not chosen:
            self.tap()

    def _go_on(self, step: int) -> None:
        """Choose the next thing in order of reading: by lines, then from left to right."""
        things = sorted(self._desk.scene.in_order(), key=_reading_place)
        if not things:
            return
        chosen = self._desk.selection.ids
        ids = [shown.id for shown in things]
        place = ids.index(chosen[-1]) + step if chosen and chosen[-1] in ids else min(step, 0)
        shown = things[place % len(things)]
        self.hide()
        self._desk.selection.choose([shown.id])
        rect = bounds_of(shown)
        if not self._desk.camera.seen.contains(rect.center()):
            self._desk.camera.fly(rect.center(), self._desk.camera.zoom, 0)

    def _size(self, chosen: list[BoardObjectShown], way: tuple[float, float]) -> None:
        """The lower right corner goes one step."""
        box = Box(chosen)
        pointer = box.corner(1, 1) + QPointF(way[0] * GRID_PX / 3, way[1] * GRID_PX / 3)
        self._desk.do(set_ops(chosen, resized(chosen, box, (1, 1), pointer, keep_ratio=False)))

    def _connect(self, shown: BoardObjectShown, way: tuple[float, float]) -> None:
        """An arrow to the nearest thing that way."""
        start = bounds_of(shown).center()
        nearest, least = None, math.inf
        for other in self._desk.scene.in_order():
            to = bounds_of(other).center() - start
            along = to.x() * way[0] + to.y() * way[1]
            across = abs(to.x() * way[1]) + abs(to.y() * way[0])
            if other.id != shown.id and along > 0 and across <= along and along + across < least:
                nearest, least = other, along + across
        if nearest is None:
            return
        gap = _CONNECTION_GAP_PX
        rect, target = bounds_of(shown), bounds_of(nearest)
        first = start + QPointF(
            way[0] * (rect.width() / 2 + gap), way[1] * (rect.height() / 2 + gap)
        )
        last = target.center() - QPointF(
            way[0] * (target.width() / 2 + gap), way[1] * (target.height() / 2 + gap)
        )
        style = self._desk.style.style
        fields = (
            ("x", first.x()),
            ("y", first.y()),
            ("points", ((0.0, 0.0), (last.x() - first.x(), last.y() - first.y()))),
            ("heads", style.heads.value),
            ("stroke", style.stored_stroke),
            ("width", style.width),
            ("z", edits.top_key(self._desk.model.objects.values()) or MIDDLE_KEY),
        )
        self._desk.do([AddOp("arrow", fields)])


def _reading_place(shown: BoardObjectShown) -> tuple[int, float, str]:
    rect = bounds_of(shown)
    return round(rect.top() / ROW_PX), rect.left(), shown.id
