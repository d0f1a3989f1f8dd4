"""Sizing and turning what is chosen: from objects and a gesture to objects. Pure geometry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from app.node.api import BoardObjectShown, SetOp
from app.ui.board.geometry import POINT_TYPES, bounds_of_all, frame_of, turned

SIDE_PX_MIN = 4.0
"""Nothing is made smaller than can be taken hold of again."""
TURN_STEP_DEGREES = 15.0
"""With Shift a turn snaps to this."""


class Box:
    """The frame round what is chosen: turned with a single object, upright round several."""

    def __init__(self, objects: Sequence[BoardObjectShown]) -> None:
        single = len(objects) == 1
        self.rect = frame_of(objects[0]) if single else bounds_of_all(objects)
        self.angle = objects[0].angle if single else 0.0
        self.to_board = turned(objects[0]) if single else QTransform()

    def corner(self, across: float, down: float) -> QPointF:
        """A place of the frame on the board; 0, 0 is the top left corner, 1, 1 the opposite."""
        rect = self.rect
        inside = QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height())
        return self.to_board.map(inside)


def scaled(
    shown: BoardObjectShown, factors: tuple[float, float], anchor: QPointF
) -> BoardObjectShown:
    """The object with its frame scaled about `anchor`; both in the coordinates of the frame."""
    across, down = factors
    x = anchor.x() + (shown.x - anchor.x()) * across
    y = anchor.y() + (shown.y - anchor.y()) * down
    if shown.type in POINT_TYPES:
        points = tuple((px * across, py * down) for px, py in shown.points)
        return replace(shown, x=x, y=y, points=points, w=shown.w * across, h=shown.h * down)
    if shown.type == "text":
        factor = max(math.sqrt(abs(across * down)), 0.05)
        size = max(shown.size * factor, 4.0)
        factor = size / shown.size
        frame = frame_of(shown)
        if across < 0:
            x -= frame.width() * factor
        if down < 0:
            y -= frame.height() * factor
        return replace(shown, x=x, y=y, size=size, w=shown.w * factor)
    box = QRectF(x, y, shown.w * across, shown.h * down).normalized()
    return replace(shown, x=box.x(), y=box.y(), w=box.width(), h=box.height())


def resized(
    objects: Sequence[BoardObjectShown],
    box: Box,
    handle: tuple[float, float],
    pointer: QPointF,
    *,
    keep_ratio: bool,
) -> list[BoardObjectShown]:
    """The objects with the frame's `handle` (0, 0.5 or 1 across and down) dragged to `pointer`."""
    rect = box.rect
    across, down = handle
    local = box.to_board.inverted()[0].map(pointer)
    anchor = QPointF(
        rect.left() + (1 - across) * rect.width(), rect.top() + (1 - down) * rect.height()
    )
    horizontal = _factor(local.x() - anchor.x(), (2 * across - 1) * rect.width())
    vertical = _factor(local.y() - anchor.y(), (2 * down - 1) * rect.height())
    if len(objects) > 1 or keep_ratio or objects[0].type == "text":
        horizontal = vertical = _larger(horizontal, vertical, handle)
    changed = [scaled(each, (horizontal, vertical), anchor) for each in objects]
    if box.angle:
        # Turning is about the middle, which moved: keep the opposite corner where it was.
        stays = box.to_board.map(anchor)
        moved = turned(changed[0]).map(anchor)
        dx, dy = stays.x() - moved.x(), stays.y() - moved.y()
        changed[0] = replace(changed[0], x=changed[0].x + dx, y=changed[0].y + dy)
    return changed


def _factor(reach: float, length: float) -> float:
    """How much longer a side gets; one without length, or beside the handle, stays."""
    if abs(length) < 1e-6:
        return 1.0
    factor = reach / length
    least = min(SIDE_PX_MIN / abs(length), 1.0)
    return math.copysign(max(abs(factor), least), factor)


def _larger(horizontal: float, vertical: float, handle: tuple[float, float]) -> float:
    if handle[0] == 0.5:
        return abs(vertical)
    if handle[1] == 0.5:
        return abs(horizontal)
    return max(abs(horizontal), abs(vertical))


def rotated(
    objects: Sequence[BoardObjectShown], box: Box, degrees: float
) -> list[BoardObjectShown]:
    """The objects turned together about the middle of the frame."""
    middle = box.to_board.map(box.rect.center())
    radians = math.radians(degrees)
    cosine, sine = math.cos(radians), math.sin(radians)
    changed = []
    for shown in objects:
        own = frame_of(shown).center()
        dx, dy = own.x() - middle.x(), own.y() - middle.y()
        x = middle.x() + dx * cosine - dy * sine
        y = middle.y() + dx * sine + dy * cosine
        angle = math.remainder(shown.angle + degrees, 360.0)
        moved = replace(shown, x=shown.x + x - own.x(), y=shown.y + y - own.y(), angle=angle)
        changed.append(moved)
    return changed


def turn_degrees(box: Box, start: QPointF, pointer: QPointF, *, stepped: bool) -> float:
    """How far the pointer went round the middle; `stepped` ends on a step of the frame's angle."""
    middle = box.to_board.map(box.rect.center())

    def at(point: QPointF) -> float:
        return math.degrees(math.atan2(point.y() - middle.y(), point.x() - middle.x()))

    degrees = at(pointer) - at(start)
    if stepped:
        ends = round((box.angle + degrees) / TURN_STEP_DEGREES) * TURN_STEP_DEGREES
        return ends - box.angle
    return degrees


_WRITTEN = ("x", "y", "w", "h", "angle", "points", "size")


def set_ops(before: Sequence[BoardObjectShown], after: Sequence[BoardObjectShown]) -> list[SetOp]:
    """Operations that write what differs."""
    ops = []
    for old, new in zip(before, after, strict=True):
        written = tuple(
            (name, getattr(new, name))
            for name in _WRITTEN
            if getattr(new, name) != getattr(old, name)
        )
        if written:
            ops.append(SetOp((new.id,), written))
    return ops
