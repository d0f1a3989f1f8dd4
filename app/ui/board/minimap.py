"""The whole board in a thumbnail: where things are, what is in sight, where the others point.

Things are grey boxes, drawn seldom and in one go; only the frame of the view follows at once.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.board.camera import Camera
from app.ui.board.model import BoardModel
from app.ui.board.others import colour_of
from app.ui.board.presence import Presence
from app.ui.board.scene import BoardScene
from app.ui.strings import Board
from app.ui.style_sheet import set_kind
from app.ui.swatches import person_colour
from app.ui.theme import Theme

_WIDTH, _HEIGHT, _PADDING = 80, 62, 6
REDRAW_MS = 700
"""Between two drawings of the boxes: with 10,000 things one costs a frame."""
FOLLOW_MS = 60
"""Between two moves of the frame and the pointers."""


class Minimap(QFrame):
    """Shows the board's extent; a press or a drag goes there."""

    def __init__(
        self,
        theme: Theme,
        scene: BoardScene,
        camera: Camera,
        model: BoardModel,
        presence: Presence,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scene = scene
        self._camera = camera
        self._model = model
        self._presence = presence
        self._boxes = QPixmap()
        self._area = QRectF()
        set_kind(self, "bar")
        self.setAccessibleName(Board.MAP())
        self.setToolTip(Board.MAP())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._redraw = _once(self, REDRAW_MS, self._draw_boxes)
        self._follow = _once(self, FOLLOW_MS, self.update)
        model.objects_changed.connect(lambda *_: _wake(self._redraw))
        model.people_changed.connect(lambda: _wake(self._follow))
        presence.pointer_moved.connect(lambda _site: _wake(self._follow))
        camera.moved.connect(lambda: _wake(self._follow))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.setFixedSize(theme.px(_WIDTH), theme.px(_HEIGHT))
        self._draw_boxes()

    def _draw_boxes(self) -> None:
        ratio = self.devicePixelRatioF()
        self._boxes = QPixmap(self.size() * ratio)
        self._boxes.setDevicePixelRatio(ratio)
        self._boxes.fill(Qt.GlobalColor.transparent)
        self._area = self._scene.extent()
        if not self._area.isNull():
            scale, corner = self._scale()
            rects = []
            for shown in self._scene.in_order():
                piece = self._scene.piece(shown.id)
                if piece is None:
                    continue
                rect = piece.sceneBoundingRect()
                x = corner.x() + (rect.x() - self._area.x()) * scale
                y = corner.y() + (rect.y() - self._area.y()) * scale
                width, height = rect.width() * scale, rect.height() * scale
                rects.append(QRectF(x, y, max(width, 1.0), max(height, 1.0)))
            painter = QPainter(self._boxes)
            painter.setPen(Qt.PenStyle.NoPen)
            colour = QColor(self._theme.tokens.edge)
            colour.setAlpha(70)
            painter.setBrush(colour)
            painter.drawRects(rects)
            painter.end()
        self.update()

    def _scale(self) -> tuple[float, QPointF]:
        """Pixels for one px of the board, and where the area's corner lies."""
        pad = self._theme.px(_PADDING)
        width, height = self.width() - 2 * pad, self.height() - 2 * pad
        scale = min(width / max(self._area.width(), 1), height / max(self._area.height(), 1))
        left = pad + (width - self._area.width() * scale) / 2
        top = pad + (height - self._area.height() * scale) / 2
        return scale, QPointF(left, top)

    def _pixel(self, point: QPointF) -> QPointF:
        scale, corner = self._scale()
        return corner + (point - self._area.topLeft()) * scale

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Frame of the bar, boxes, the view, the others."""
        super().paintEvent(event)
        if self._area.isNull():
            return
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setClipRect(inside)
        painter.drawPixmap(0, 0, self._boxes)
        seen = self._camera.seen
        rect = QRectF(self._pixel(seen.topLeft()), self._pixel(seen.bottomRight()))
        me = self._model.me
        own = person_colour(me.colour if me is not None else "").on(tokens)
        painter.setPen(QPen(QColor(own), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.intersected(inside.adjusted(1, 1, -1, -1)), 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        for site, pointer in self._presence.pointers.items():
            painter.setBrush(QColor(colour_of(self._model, site).on(tokens)))
            painter.drawEllipse(self._pixel(QPointF(pointer.x, pointer.y)), 2, 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go there."""
        self._go(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go on."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())
        event.accept()

    def _go(self, pixel: QPointF) -> None:
        if not self._area.isNull():
            scale, corner = self._scale()
            point = self._area.topLeft() + (pixel - corner) / scale
            self._camera.taken.emit()
            self._camera.fly(point, self._camera.zoom, 0)


def _once(parent: QWidget, milliseconds: int, do: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(do)
    return timer


def _wake(timer: QTimer) -> None:
    if not timer.isActive():
        timer.start()
