"""Strokes while they grow: the own one under the pen, and those of the others.

A point costs one piece of path and one small rectangle, however long the stroke is already.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.ui.board.colours import drawn_colour
from app.ui.board.model import BoardModel
from app.ui.board.overlay import Layer, Overlay
from app.ui.board.presence import Presence
from app.ui.paint.painter import round_pen

_PIECES_IN_PATH = 24
"""Pieces of curve painted together; a short path is quickly found not to be exposed."""


class LiveStroke:
    """A stroke in px of the board, in the same curve that it will rest in."""

    def __init__(self, colour: QColor, width: float) -> None:
        self._pen: QPen = round_pen(colour, width)
        self._translucent = colour.alpha() < 255
        self._paths: list[QPainterPath] = []
        self._last: list[QPointF] = []
        self._count = 0

    def append(self, points: Iterable[QPointF]) -> QRectF:
        """Grow; returns what has to be painted anew, in px of the board."""
        area = QRectF()
        for point in points:
            if not self._last:
                self._paths.append(QPainterPath(point))
            elif self._count >= 2:
                before = self._last[-1]
                path = self._paths[-1]
                path.quadTo(before, (before + point) / 2)
                if path.elementCount() > 3 * _PIECES_IN_PATH and not self._translucent:
                    self._paths.append(QPainterPath(path.currentPosition()))
            self._last = [*self._last[-2:], point]
            self._count += 1
            for known in self._last:
                area = area.united(QRectF(known.x(), known.y(), 0.01, 0.01))
        room = self._pen.widthF() / 2 + 1
        return area.adjusted(-room, -room, room, room)

    def bounds(self) -> QRectF:
        """All of it, in px of the board."""
        area = QRectF()
        for path in self._paths:
            area = area.united(path.controlPointRect().adjusted(0, 0, 0.01, 0.01))
        for known in self._last:
            area = area.united(QRectF(known.x(), known.y(), 0.01, 0.01))
        room = self._pen.widthF() / 2 + 1
        return area.adjusted(-room, -room, room, room)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint with a painter in px of the board."""
        if not self._last:
            return
        painter.setPen(self._pen)
        room = self._pen.widthF() / 2 + 1
        end = self._paths[-1].currentPosition()
        last = self._last[-1] if self._count > 1 else self._last[-1] + QPointF(0.01, 0)
        if self._translucent:
            whole = QPainterPath(self._paths[-1])
            whole.lineTo(last)
            painter.drawPath(whole)
            return
        for path in self._paths:
            if path.controlPointRect().adjusted(-room, -room, room, room).intersects(exposed):
                painter.drawPath(path)
        painter.drawLine(end, last)


class LiveLayer(Layer):
    """All growing strokes: the own one by `begin`, `grow`, `end`, the others' from their hints."""

    def __init__(self, overlay: Overlay, model: BoardModel, presence: Presence) -> None:
        super().__init__(overlay)
        self._model = model
        self._presence = presence
        self._own: LiveStroke | None = None
        self._ghosts: dict[str, tuple[LiveStroke, int]] = {}
        presence.stroke_grown.connect(self._grow_ghost)
        presence.ended.connect(self._drop_old)
        model.objects_changed.connect(self._follow_model)

    def begin(self, stored: str, width: float) -> None:
        """The own pen is down."""
        colour = drawn_colour(stored, self.theme.tokens)
        self._own = LiveStroke(colour or QColor(self.theme.tokens.text), width)

    def grow(self, points: Iterable[QPointF]) -> None:
        """The own pen moved over these points of the board."""
        if self._own is not None:
            self._touch(self._own.append(points))

    def end(self) -> None:
        """The own pen is up: the stroke rests on the board now, or is given up."""
        if self._own is not None:
            self._touch(self._own.bounds())
            self._own = None

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what lies in `exposed` pixels."""
        strokes = [stroke for stroke, _ in self._ghosts.values()]
        if self._own is not None:
            strokes.append(self._own)
        if not strokes:
            return
        zoom, corner = self.camera.zoom, self.camera.to_view(QPointF(0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(corner)
        painter.scale(zoom, zoom)
        start = self.camera.to_board(exposed.topLeft())
        area = QRectF(start.x(), start.y(), exposed.width() / zoom, exposed.height() / zoom)
        for stroke in strokes:
            stroke.paint(painter, area)

    def _touch(self, board_area: QRectF) -> None:
        zoom, corner = self.camera.zoom, self.camera.to_view(board_area.topLeft())
        size = board_area.size() * zoom
        self.overlay.touch(
            QRectF(corner.x(), corner.y(), math.ceil(size.width()), math.ceil(size.height()))
        )

    def _grow_ghost(self, object_id: str, _first: int) -> None:
        shown, ghost = self._model.objects.get(object_id), self._presence.ghosts.get(object_id)
        if shown is None or ghost is None or not shown.open:
            return
        stroke, used = self._ghosts.get(object_id, (None, 0))
        if stroke is None:
            colour = drawn_colour(shown.stroke, self.theme.tokens)
            stroke = LiveStroke(colour or QColor(self.theme.tokens.text), shown.width)
        at = QPointF(shown.x, shown.y)
        fresh = [QPointF(*point) + at for point in ghost.points[used:] if point is not None]
        self._ghosts[object_id] = (stroke, len(ghost.points))
        if fresh:
            self._touch(stroke.append(fresh))

    def _follow_model(self, changed: tuple[str, ...], gone: tuple[str, ...]) -> None:
        """A begun stroke may have had hints before; an ended one rests."""
        objects = self._model.objects
        for object_id in changed:
            if not objects[object_id].open:
                self._forget(object_id)
            elif object_id in self._presence.ghosts:
                self._grow_ghost(object_id, 0)
        for object_id in gone:
            self._forget(object_id)

    def _forget(self, object_id: str) -> None:
        self._presence.forget_stroke(object_id)
        held = self._ghosts.pop(object_id, None)
        if held is not None:
            self._touch(held[0].bounds())

    def _drop_old(self) -> None:
        for object_id in [each for each in self._ghosts if each not in self._presence.ghosts]:
            self._forget(object_id)
