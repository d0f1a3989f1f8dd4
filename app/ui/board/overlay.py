"""What moves above the resting board: layers in pixels of the view, painted in small rectangles.

One 16 ms timer runs while a layer moves by itself, and stops when none does. Layers follow the
board when it scrolls; what holds on to the view's edges says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from app.ui.board.camera import Camera
from app.ui.theme import Theme

FRAME_MS = 16


class Layer(QObject):
    """Something above the board. `areas` and `paint` are in pixels of the view."""

    holds_on_to_view = False

    def __init__(self, overlay: Overlay) -> None:
        super().__init__(overlay)
        self.overlay = overlay
        self.shown_areas: tuple[QRectF, ...] = ()
        overlay.add(self)

    @property
    def camera(self) -> Camera:
        """Where the view looks."""
        return self.overlay.camera

    @property
    def theme(self) -> Theme:
        """What it is painted in."""
        return self.overlay.theme

    def areas(self) -> Sequence[QRectF]:
        """What it covers now."""
        return ()

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what lies in `exposed`."""

    def advance(self) -> bool:
        """Go on by one frame; True to be called for the next."""
        return False

    def refresh(self) -> None:
        """Have it painted anew where it was and where it is."""
        self.overlay.refresh(self)


class Overlay(QObject):
    """The layers of one view, lowest first."""

    def __init__(self, viewport: QWidget, camera: Camera, theme: Theme) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self.camera = camera
        self.theme = theme
        self._layers: list[Layer] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)

    @property
    def view_rect(self) -> QRectF:
        """The whole view, in its pixels."""
        return QRectF(self._viewport.rect())

    @property
    def is_moving(self) -> bool:
        """Whether the timer runs."""
        return self._timer.isActive()

    def add(self, layer: Layer) -> None:
        """A layer above the others."""
        self._layers.append(layer)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.theme = theme
        self._viewport.update()

    def wake(self) -> None:
        """Something moves by itself from now on."""
        if not self._timer.isActive():
            self._timer.start()

    def refresh(self, layer: Layer) -> None:
        """Have a layer painted anew where it was and where it is."""
        areas = tuple(layer.areas())
        region = QRegion()
        for area in (*layer.shown_areas, *areas):
            region += area.toAlignedRect().adjusted(-1, -1, 1, 1)
        layer.shown_areas = areas
        self._viewport.update(region)

    def touch(self, area: QRectF) -> None:
        """Have a piece painted anew."""
        self._viewport.update(area.toAlignedRect().adjusted(-1, -1, 1, 1))

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint all layers."""
        for layer in self._layers:
            painter.save()
            layer.paint(painter, exposed)
            painter.restore()

    def _advance(self) -> None:
        moving = [layer.advance() for layer in self._layers]
        if not any(moving):
            self._timer.stop()

    def follow(self, drift: QPointF) -> None:
        """The pixels went so far; what holds on to the view is painted anew where it went, too."""
        for layer in self._layers:
            if layer.holds_on_to_view:
                layer.shown_areas = tuple([area.translated(drift) for area in layer.shown_areas])
                layer.refresh()
            else:
                layer.shown_areas = tuple(layer.areas())
