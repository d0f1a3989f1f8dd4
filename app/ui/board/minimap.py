"""The whole board in a thumbnail: where things are, what is in sight, where the others point.

Things are grey boxes, drawn seldom and bit by bit; only the frame of the view follows at once.
"""

from __future__ import annotations

from collections.abc import Iterator

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
"""Between a change and the next drawing of the boxes."""
SLICE_MS = 16
BOXES_AT_ONCE = 400
"""A millisecond; with 10,000 things a drawing takes 25 turns of the loop, a frame each."""
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
        self._drawing: Iterator[None] | None = None
        self._redraw = _once(self, REDRAW_MS, self._begin)
        self._redraw_soon = _once(self, SLICE_MS, self._draw_on)
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
        """All at once."""
        self._drawing = None
        for _ in self._draw_some():
            pass

    def _begin(self) -> None:
        """Something changed; a drawing that is under way ends first, for it may never end else."""
        if self._drawing is not None:
            self._redraw.start()
            return
        self._drawing = self._draw_some()
        self._draw_on()

    def _draw_on(self) -> None:
        """A few of them; the picture is shown when it has them all."""
        if self._drawing is None:
            return
        if next(self._drawing, "over") == "over":
            self._drawing = None
        else:
            self._redraw_soon.start()

    def _draw_some(self) -> Iterator[None]:
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        area, boxes = self._scene.extent(), list(self._scene.boxes.values())
        scale, corner = self._scale(area)
        left, top = corner.x() - area.x() * scale, corner.y() - area.y() * scale
        colour = QColor(self._theme.tokens.edge)
        colour.setAlpha(70)
        for first in range(0, len(boxes), BOXES_AT_ONCE):
            painter = QPainter(made)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRects(
                [
                    QRectF(
                        left + box[0] * scale,
                        top + box[1] * scale,
                        max((box[2] - box[0]) * scale, 1.0),
                        max((box[3] - box[1]) * scale, 1.0),
                    )
                    for box in boxes[first : first + BOXES_AT_ONCE]
                ]
            )
            painter.end()
            yield
        self._boxes, self._area = made, area
        self.update()

    def _scale(self, area: QRectF) -> tuple[float, QPointF]:
        """Pixels for one px of the board, and where the area's corner lies."""
        pad = self._theme.px(_PADDING)
        width, height = self.width() - 2 * pad, self.height() - 2 * pad
        scale = min(width / max(area.width(), 1), height / max(area.height(), 1))
        left = pad + (width - area.width() * scale) / 2
        top = pad + (height - area.height() * scale) / 2
        return scale, QPointF(left, top)

    def _pixel(self, point: QPointF) -> QPointF:
        scale, corner = self._scale(self._area)
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
            scale, corner = self._scale(self._area)
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
