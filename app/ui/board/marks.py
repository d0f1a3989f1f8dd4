"""The own marks above the board: frame and handles of what is chosen, marquee, cross, follow frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.node.api import BoardObjectShown
from app.ui.board.model import BoardModel
from app.ui.board.overlay import Layer, Overlay
from app.ui.board.selection import Selection
from app.ui.board.transforms import Box
from app.ui.paint.painter import round_pen
from app.ui.swatches import person_colour

HANDLE_PIXELS = 9
HANDLE_REACH_PIXELS = 9
"""Half of the square in which a press takes a handle: 18 across, more than what is seen."""
TURN_PIXELS = 24
"""From the middle of the upper side to the handle that turns."""
FRAME_PIXELS = 1.5
CROSS_PIXELS = 14
FOLLOW_PIXELS = 3
MANY_OUTLINED = 200
"""With more things chosen, only the frame round all is drawn."""

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
EDGES = ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))
TURN = (-1.0, -1.0)
"""Stands for the turning handle among the places of the others."""

Handle = tuple[float, float]


class MarksLayer(Layer):
    """What the person's own hands do. Fields are written by tools, then `refresh`."""

    holds_on_to_view = True
    changed = Signal()
    """Something of it is another: bars may have to move."""

    def __init__(self, overlay: Overlay, model: BoardModel, selection: Selection) -> None:
        super().__init__(overlay)
        self._model = model
        self._selection = selection
        self.marquee = QRectF()
        self.hides_handles = False
        self.cross: QPointF | None = None
        self.followed_colour = ""
        self.offset = QPointF()
        self.previewed: list[BoardObjectShown] = []
        selection.changed.connect(self.refresh)
        model.objects_changed.connect(self._follow_model)
        model.people_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Have it painted anew, and tell it."""
        super().refresh()
        self.changed.emit()

    @property
    def box(self) -> Box | None:
        """The frame round what is chosen."""
        objects = self.previewed or self._selection.objects
        return Box(objects) if objects else None

    @property
    def own_colour(self) -> QColor:
        """The person's own colour: selections are theirs."""
        me = self._model.me
        return QColor(person_colour(me.colour if me is not None else "").on(self.theme.tokens))

    def corners(self, box: Box) -> list[QPointF]:
        """The frame's corners in pixels of the view."""
        return [self.camera.to_view(box.corner(*each) + self.offset) for each in CORNERS]

    def turn_place(self, box: Box) -> QPointF:
        """Where the turning handle is, in pixels of the view."""
        upper = self.camera.to_view(box.corner(0.5, 0.0) + self.offset)
        angle = math.radians(box.angle)
        far = self.theme.px(TURN_PIXELS)
        return upper + QPointF(math.sin(angle) * far, -math.cos(angle) * far)

    def handle_at(self, pixel: QPointF) -> Handle | None:
        """The handle under a pixel of the view; none while things are locked."""
        box = self.box
        if box is None or self.hides_handles or self._is_locked:
            return None
        reach = float(self.theme.px(HANDLE_REACH_PIXELS))

        def near(place: QPointF) -> bool:
            return max(abs(place.x() - pixel.x()), abs(place.y() - pixel.y())) <= reach

        if near(self.turn_place(box)):
            return TURN
        for corner, place in zip(CORNERS, self.corners(box), strict=True):
            if near(place):
                return corner
        return self._edge_at(box, pixel)

    def _edge_at(self, box: Box, pixel: QPointF) -> Handle | None:
        """Sides can be dragged too, where they are long enough to tell from corners."""
        if len(self._selection) != 1 or self._selection.objects[0].type == "text":
            return None
        places = self.corners(box)
        reach = self.theme.px(4)
        for place, edge in enumerate(EDGES):
            start, end = places[place], places[(place + 1) % 4]
            way = end - start
            length = math.hypot(way.x(), way.y())
            if length < 4 * self.theme.px(HANDLE_REACH_PIXELS):
                continue
            along = QPointF.dotProduct(pixel - start, way) / length
            across = abs((pixel.x() - start.x()) * way.y() - (pixel.y() - start.y()) * way.x())
            if 0 < along < length and across / length <= reach:
                return edge
        return None

    @property
    def _is_locked(self) -> bool:
        return any(shown.locked for shown in self._selection.objects)

    def selection_rect(self) -> QRectF:
        """What the frame covers, in pixels of the view; null if nothing is chosen."""
        box = self.box
        return QPolygonF(self.corners(box)).boundingRect() if box is not None else QRectF()

    def areas(self) -> Sequence[QRectF]:
        """Frame with handles, marquee, cross, the view's edge."""
        found = []
        box = self.box
        if box is not None:
            room = self.theme.px(HANDLE_PIXELS) + 6.0
            rect = QPolygonF([*self.corners(box), self.turn_place(box)]).boundingRect()
            found.append(rect.adjusted(-room, -room, room, room))
        if not self.marquee.isNull():
            found.append(self._marquee_pixels().adjusted(-2, -2, 2, 2))
        if self.cross is not None:
            at, half = self.camera.to_view(self.cross), float(self.theme.px(CROSS_PIXELS))
            found.append(QRectF(at.x() - half - 2, at.y() - half - 2, 2 * half + 4, 2 * half + 4))
        if self.followed_colour:
            found += _edge_strips(self.overlay.view_rect)
        return found

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.own_colour
        box = self.box
        if box is not None:
            self._paint_frame(painter, box, colour)
        if not self.marquee.isNull():
            inside = QColor(colour)
            inside.setAlpha(24)
            painter.setPen(QPen(colour, 1))
            painter.setBrush(inside)
            painter.drawRect(self._marquee_pixels())
        if self.cross is not None:
            self._paint_cross(painter, self.camera.to_view(self.cross))
        if self.followed_colour:
            pen = QPen(QColor(self.followed_colour), FOLLOW_PIXELS)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            half = FOLLOW_PIXELS / 2
            painter.drawRect(self.overlay.view_rect.adjusted(half, half, -half, -half))

    def _paint_frame(self, painter: QPainter, box: Box, colour: QColor) -> None:
        painter.setPen(QPen(colour, FRAME_PIXELS))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        places = self.corners(box)
        chosen = self._selection.objects
        if 1 < len(chosen) <= MANY_OUTLINED and not self.hides_handles:
            thin = QColor(colour)
            thin.setAlpha(110)
            painter.setPen(QPen(thin, 1))
            for shown in chosen:
                painter.drawPolygon(QPolygonF(self.corners(Box([shown]))))
            painter.setPen(QPen(colour, FRAME_PIXELS))
        painter.drawPolygon(QPolygonF(places))
        if self.hides_handles or self._is_locked:
            return
        side = self.theme.px(HANDLE_PIXELS)
        turn = self.turn_place(box)
        painter.drawLine((places[0] + places[1]) / 2, turn)
        painter.setBrush(QColor(self.theme.tokens.surface))
        painter.drawEllipse(turn, side / 2, side / 2)
        for place in places:
            square = QRectF(place.x() - side / 2, place.y() - side / 2, side, side)
            painter.drawRoundedRect(square, 2, 2)

    def _paint_cross(self, painter: QPainter, at: QPointF) -> None:
        half = self.theme.px(CROSS_PIXELS)
        across = (QPointF(at.x() - half, at.y()), QPointF(at.x() + half, at.y()))
        down = (QPointF(at.x(), at.y() - half), QPointF(at.x(), at.y() + half))
        for colour, width in ((self.theme.tokens.canvas, 5), (self.theme.tokens.focus, 2)):
            painter.setPen(round_pen(colour, width))
            painter.drawLine(*across)
            painter.drawLine(*down)

    def _marquee_pixels(self) -> QRectF:
        start = self.camera.to_view(self.marquee.topLeft())
        return QRectF(start, self.camera.to_view(self.marquee.bottomRight()))

    def _follow_model(self, changed: tuple[str, ...], _gone: object) -> None:
        if any(object_id in self._selection for object_id in changed):
            self.refresh()


def _edge_strips(rect: QRectF) -> list[QRectF]:
    thick = FOLLOW_PIXELS + 1
    return [
        QRectF(rect.left(), rect.top(), rect.width(), thick),
        QRectF(rect.left(), rect.bottom() - thick, rect.width(), thick),
        QRectF(rect.left(), rect.top(), thick, rect.height()),
        QRectF(rect.right() - thick, rect.top(), thick, rect.height()),
    ]
