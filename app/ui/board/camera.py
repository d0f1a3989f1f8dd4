"""What part of the board is in sight, and how large: the only way to move a view.

Zoom is a factor (1 is 100 %), the place is the point of the board in the middle of the view.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

ZOOM_MIN, ZOOM_MAX = 0.05, 8.0
REACH_PX = 4_000_000.0
"""Half the side of what can be looked at: farther, at the largest zoom, Qt's scroll bars end."""
ZOOM_STEPS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
FIT_MARGIN_PIXELS = 48
FIT_ZOOM_MAX = 2.0


class Camera(QObject):
    """Moves a `QGraphicsView`. `moved` tells of every move, `taken` of those by the person."""

    moved = Signal()
    taken = Signal()

    def __init__(self, view: QGraphicsView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._zoom = 1.0
        self._flight = QVariantAnimation(self)
        self._flight.setStartValue(0.0)
        self._flight.setEndValue(1.0)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._from = (QPointF(), 1.0)
        self._to = (QPointF(), 1.0)

    @property
    def zoom(self) -> float:
        """Pixels of the window for one px of the board."""
        return self._zoom

    @property
    def middle(self) -> QPointF:
        """The point of the board in the middle of the view."""
        return self.to_board(QPointF(self._view.viewport().rect().center()))

    @property
    def seen(self) -> QRectF:
        """What is in sight, in px of the board."""
        size = self._view.viewport().size()
        corner = self.to_board(QPointF(0, 0))
        return QRectF(corner.x(), corner.y(), size.width() / self._zoom, size.height() / self._zoom)

    def to_board(self, pixel: QPointF) -> QPointF:
        """A pixel of the viewport as a point of the board."""
        return self._inverse().map(pixel)

    def to_view(self, point: QPointF) -> QPointF:
        """A point of the board as a pixel of the viewport."""
        return self._view.viewportTransform().map(point)

    def _inverse(self) -> QTransform:
        return self._view.viewportTransform().inverted()[0]

    def slide(self, dx: float, dy: float) -> None:
        """The view grew: move what is seen by so many pixels, which is nobody's doing."""
        self._scroll_by(dx, dy)
        self.moved.emit()

    # --- the person moves ---

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by so many pixels."""
        self._flight.stop()
        self._scroll_by(dx, dy)
        self.taken.emit()
        self.moved.emit()

    def zoom_at(self, pixel: QPointF, factor: float) -> None:
        """Zoom; what is under the pixel stays there."""
        self._flight.stop()
        point = self.to_board(pixel)
        self._set(point, min(max(self._zoom * factor, ZOOM_MIN), ZOOM_MAX), pixel)
        self.taken.emit()
        self.moved.emit()

    def step(self, *, larger: bool) -> None:
        """The next of the round zooms."""
        if larger:
            zoom = next((each for each in ZOOM_STEPS if each > self._zoom * 1.001), ZOOM_MAX)
        else:
            below = [each for each in ZOOM_STEPS if each < self._zoom * 0.999]
            zoom = below[-1] if below else ZOOM_MIN
        self.taken.emit()
        self.fly(self.middle, zoom, 0)

    # --- jumps ---

    def fly(self, middle: QPointF, zoom: float, duration_ms: int) -> None:
        """Go to a place; 0 ms at once."""
        self._flight.stop()
        zoom = min(max(zoom, ZOOM_MIN), ZOOM_MAX)
        self._from, self._to = (self.middle, self._zoom), (middle, zoom)
        if duration_ms:
            self._flight.setDuration(duration_ms)
            self._flight.start()
        else:
            self._fly(1.0)

    def fit(self, rect: QRectF, duration_ms: int, bars: tuple[int, int] = (0, 0)) -> None:
        """Show a rectangle of the board with a margin, clear of the bars above and below it.

        `bars` are heights in pixels, from the upper and from the lower edge.
        """
        size = self._view.viewport().size()
        above, below = (max(bar, FIT_MARGIN_PIXELS) for bar in bars)
        across = max(size.width() - 2 * FIT_MARGIN_PIXELS, 1) / max(rect.width(), 1.0)
        down = max(size.height() - above - below, 1) / max(rect.height(), 1.0)
        zoom = min(across, down, FIT_ZOOM_MAX)
        self.fly(rect.center() + QPointF(0, (below - above) / 2 / zoom), zoom, duration_ms)

    def cover(self, rect: QRectF, duration_ms: int, zoom_max: float) -> None:
        """Show all of a rectangle, without a margin."""
        size = self._view.viewport().size()
        zoom = min(size.width() / max(rect.width(), 1.0), size.height() / max(rect.height(), 1.0))
        self.fly(rect.center(), min(zoom, zoom_max), duration_ms)

    def _fly(self, share: float) -> None:
        (start, start_zoom), (end, end_zoom) = self._from, self._to
        zoom = math.exp((1 - share) * math.log(start_zoom) + share * math.log(end_zoom))
        zoom = end_zoom if share >= 1 else zoom
        moved = share
        if start_zoom != end_zoom and share < 1:
            # The place moves as the zoom does, so that the path on the screen is straight.
            moved = (zoom - start_zoom) / (end_zoom - start_zoom) * end_zoom / zoom
        point = start + (end - start) * moved
        self._set(point, zoom, QPointF(self._view.viewport().rect().center()))
        self.moved.emit()

    def _set(self, point: QPointF, zoom: float, pixel: QPointF) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self._view.setTransform(QTransform.fromScale(zoom, zoom))
        at = self.to_view(point)
        self._scroll_by(pixel.x() - at.x(), pixel.y() - at.y())

    def _scroll_by(self, dx: float, dy: float) -> None:
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - round(dx))
        down.setValue(down.value() - round(dy))
