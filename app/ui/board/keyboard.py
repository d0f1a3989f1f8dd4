"""Drawing without a mouse: a visible cross that keys move, and Tab from thing to thing.

The cross presses and releases whatever tool is chosen, at its place; so all a mouse can draw, keys
can. With things chosen, arrows move them, with Alt and Shift they size them. What a key did is
read out, for those who don't see the cross; the others see it as this person's pointer.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from app.node.api import AddOp, BoardObjectShown, PointerAt
from app.ui.board import edits
from app.ui.board.desk import GRID_PX, Desk, Spot
from app.ui.board.geometry import bounds_of, bounds_of_all
from app.ui.board.read_out import place_text, said_of, size_text
from app.ui.board.tools.select import holds_text
from app.ui.board.tools.tool import Tool
from app.ui.board.transforms import Box, resized, set_ops
from app.ui.board.ways import nearest, stops_in_order
from app.ui.strings import Board, Outline

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_FAST = 10.0
_SIZE_STEP_PX = GRID_PX / 3
_CONNECTION_GAP_PX = 6.0


class Keyboard:
    """Turns keys of the canvas into moves of the cross, of tools and of things.

    Args:
        read_out: says a sentence to those who don't see.
    """

    def __init__(self, desk: Desk, read_out: Callable[[str], None]) -> None:
        self._desk = desk
        self._read_out = read_out
        self._tool: Tool | None = None
        self._down = False

    def use(self, tool: Tool) -> None:
        """The cross presses with this tool."""
        self._tool = tool
        self._down = False

    def hide(self) -> None:
        """The mouse took over, or Esc: no cross. What it was drawing ends where it is."""
        down, self._down = self._down, False
        if down and self._tool is not None and self._tool.busy:
            self._tool.release(self._spot())
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
            self._enter()
        else:
            return
        event.accept()

    def tap(self) -> None:
        """Space: the cross goes down, or up."""
        if self._desk.marks.cross is None:
            self._show(self._desk.camera.middle)
        if self._down:
            self._release()
        else:
            self._press()

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
            self._move_chosen(chosen, way[0] * step, way[1] * step)
        else:
            self._move_cross(QPointF(way[0] * step, way[1] * step))

    def _move_cross(self, way: QPointF) -> None:
        cross = self._desk.marks.cross
        self._show(self._desk.camera.middle if cross is None else cross + way)
        if self._down and self._tool is not None:
            self._tool.move(self._spot())

    def _show(self, at: QPointF) -> None:
        desk = self._desk
        desk.marks.cross = at
        desk.marks.refresh()
        seen = desk.camera.seen.adjusted(20, 20, -20, -20)
        if not seen.contains(at):
            desk.camera.fly(at, desk.camera.zoom, 0)
        desk.hint(PointerAt(desk.model.board, at.x(), at.y()))
        under = desk.scene.at(at, desk.reach)
        place = place_text(at)
        thing = said_of(desk, under) if under is not None else ""
        self._read_out(Board.CROSS_ON(place=place, thing=thing) if thing else place)

    def _spot(self) -> Spot:
        at = self._desk.marks.cross or QPointF()
        # Shift and Ctrl say how far the cross goes; to a tool they would mean something else.
        return Spot(at, self._desk.camera.to_view(at), Qt.KeyboardModifier.NoModifier)

    def _press(self) -> None:
        if self._tool is None:
            return
        spot = self._spot()
        self._tool.press(spot)
        # A tool that has no gesture, such as text, is done at once.
        self._down = self._tool.busy
        if self._down:
            self._read_out(Board.CROSS_DOWN())
        else:
            self._tool.release(spot)

    def _release(self) -> None:
        """Nothing, if the press was all."""
        if not self._down:
            return
        self._down = False
        if self._tool is not None:
            self._tool.release(self._spot())
        self._read_out(Board.CROSS_UP())

    # --- things ---

    def _enter(self) -> None:
        """Ends what Space began, writes in what is chosen, or places at the cross."""
        chosen = self._desk.selection.objects
        if self._down:
            self._release()
        elif len(chosen) == 1 and holds_text(chosen[0]) and not chosen[0].locked:
            self._desk.write(bounds_of(chosen[0]).center(), chosen[0])
        elif not chosen:
            if self._desk.marks.cross is None:
                self._show(self._desk.camera.middle)
            self._press()
            self._release()

    def _go_on(self, step: int) -> None:
        """Choose the next thing, or group, in order of reading."""
        desk = self._desk
        stops = stops_in_order(desk.scene.in_order())
        if not stops:
            return
        chosen = desk.selection.ids
        place = next((at for at, ids in enumerate(stops) if ids[0] in chosen), None)
        at = min(step, 0) if place is None else place + step
        ids = stops[at % len(stops)]
        self.hide()
        desk.selection.choose(ids)
        things = [desk.model.objects[each] for each in ids]
        middle = bounds_of_all(things).center()
        if not desk.camera.seen.contains(middle):
            desk.camera.fly(middle, desk.camera.zoom, 0)
        said = said_of(desk, things[0]) if len(things) == 1 else Outline.GROUP(len(things))
        self._read_out(Board.ONE_OF(thing=said, count=at % len(stops) + 1, all=len(stops)))

    def _move_chosen(self, chosen: list[BoardObjectShown], dx: float, dy: float) -> None:
        desk = self._desk
        desk.do(edits.move_ops([shown.id for shown in chosen], dx, dy))
        corner = bounds_of_all(chosen).topLeft() + QPointF(dx, dy)
        if not desk.camera.seen.contains(corner):
            desk.camera.fly(corner, desk.camera.zoom, 0)
        self._read_out(place_text(corner))

    def _size(self, chosen: list[BoardObjectShown], way: tuple[float, float]) -> None:
        """The lower right corner goes one step; a thing stays a step wide and high."""
        box = Box(chosen)
        wide, high = box.rect.width(), box.rect.height()
        dx, dy = way[0] * _SIZE_STEP_PX, way[1] * _SIZE_STEP_PX
        if (dx < 0 and wide + dx < _SIZE_STEP_PX) or (dy < 0 and high + dy < _SIZE_STEP_PX):
            return
        pointer = box.to_board.map(box.rect.bottomRight() + QPointF(dx, dy))
        self._desk.do(set_ops(chosen, resized(chosen, box, (1, 1), pointer, keep_ratio=False)))
        self._read_out(size_text(wide + dx, high + dy))

    def _connect(self, shown: BoardObjectShown, way: tuple[float, float]) -> None:
        """An arrow to the nearest thing that way."""
        desk = self._desk
        target = nearest(shown, way, desk.scene.in_order())
        if target is None:
            desk.say(Board.NOTHING_THAT_WAY())
            self._read_out(Board.NOTHING_THAT_WAY())
            return
        first = _side(shown, way)
        last = _side(target, (-way[0], -way[1]))
        style = desk.style.style
        fields = (
            ("x", first.x()),
            ("y", first.y()),
            ("points", ((0.0, 0.0), (last.x() - first.x(), last.y() - first.y()))),
            ("heads", style.heads.value),
            ("stroke", style.stored_stroke),
            ("width", style.width),
            *desk.new_z(),
        )
        desk.do([AddOp("arrow", fields)])
        self._read_out(Board.CONNECTED(thing=said_of(desk, target)))


def _side(shown: BoardObjectShown, way: tuple[float, float]) -> QPointF:
    """A little beside the middle of the side that way."""
    rect, gap = bounds_of(shown), _CONNECTION_GAP_PX
    return rect.center() + QPointF(
        way[0] * (rect.width() / 2 + gap), way[1] * (rect.height() / 2 + gap)
    )
