"""The view of the board: wheel, pinch, pen, mouse and keys become moves of the camera and of tools.

Knows no tool by name. Paints the grid and, when a whole frame is slow, a scaled picture of the
last one while the zoom changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import cast

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QGraphicsView, QPinchGesture, QWidget

from app.ui.board.camera import REACH_PX, Camera
from app.ui.board.desk import GRID_PX, Spot
from app.ui.board.overlay import Overlay
from app.ui.board.scene import BoardScene
from app.ui.board.tools.tool import Tool
from app.ui.strings import Board
from app.ui.theme import Theme

WHEEL_ZOOM = 1.0015
"""Factor of the zoom for one unit of a wheel's angle; a notch has 120."""
GRID_PIXELS_MIN = 14
"""Dots nearer than this are noise: every second one is left out."""
DOT_PIXELS = 2
SLOW_FRAME_MS = 12
"""A whole frame that takes longer is replaced by a scaled picture while the zoom changes."""
MERGE_PIXELS = 4_000
"""Painting so many pixels too much costs less than looking for things once more."""
CRISP_AFTER_MS = 90
"""How long the zoom has to rest before the board is painted anew."""


def merged(region: QRegion) -> list[QRect]:
    """A region as few rectangles that hold little else.

    Qt looks for things in the rectangle round what it paints: a strip at the top and one at the
    left would cost a whole frame.
    """
    found: list[QRect] = []
    for rect in cast("Iterable[QRect]", region):
        for at, known in enumerate(found):
            union = known.united(rect)
            if _area(union) <= _area(known) + _area(rect) + MERGE_PIXELS:
                found[at] = union
                break
        else:
            found.append(rect)
    return found


def _area(rect: QRect) -> int:
    return rect.width() * rect.height()


class Canvas(QGraphicsView):
    """Shows a `BoardScene`; hands gestures to the tool that `use` names."""

    tapped = Signal()
    """Space was pressed and let go without a drag."""
    key_pressed = Signal(QKeyEvent)
    """A key that is no gesture of the view; accept it to keep it."""
    pointed = Signal(QPointF)
    """The pointer is at this point of the board."""
    focus_changed = Signal(bool)

    def __init__(self, scene: BoardScene, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._theme = theme
        self._tool: Tool | None = None
        self._panning: QPointF | None = None
        self._pinned: list[QWidget] = []
        self._drift = QPoint()
        self._space_down = False
        self._space_used = False
        self._frame = QElapsedTimer()
        self._frame_ms = 0.0
        self._still: tuple[QPixmap, QPointF, float] | None = None
        self._dots: tuple[tuple[float, float, int, str], QPixmap] | None = None
        self._set_up()
        self.camera = Camera(self, self)
        self.camera.moved.connect(self._put_back)
        self.overlay = Overlay(self.viewport(), self.camera, theme)
        self._crisp = QTimer(self)
        self._crisp.setSingleShot(True)
        self._crisp.setInterval(CRISP_AFTER_MS)
        self._crisp.timeout.connect(self.paint_crisply)
        self.camera.fly(QPointF(0, 0), 1.0, 0)

    def _set_up(self) -> None:
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setAccessibleName(Board.CANVAS())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSceneRect(-REACH_PX, -REACH_PX, 2 * REACH_PX, 2 * REACH_PX)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setInteractive(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        # Said to be opaque, so that panning moves pixels instead of painting them.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAutoFillBackground(False)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.overlay.set_theme(theme)
        self.viewport().update()

    def use(self, tool: Tool) -> None:
        """Gestures belong to this tool from now on."""
        self._tool = tool
        self.viewport().setCursor(tool.cursor)

    def pin(self, widget: QWidget) -> None:
        """Keep a child of the viewport where it is while the board moves below it.

        Beside the viewport, over it, it would cost a whole frame for every pan: Qt moves pixels
        only of a widget that nothing covers. Of a child it moves the pixels along.
        """
        widget.setCursor(Qt.CursorShape.ArrowCursor)
        self._pinned.append(widget)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Move the pixels, and with them what is pinned, until the camera has done."""
        before = self._pinned[0].pos() if self._pinned else QPoint()
        super().scrollContentsBy(dx, dy)
        if self._pinned:
            # Measured, not reckoned: a hidden view moves no children.
            self._drift += self._pinned[0].pos() - before

    def _put_back(self) -> None:
        """Only once both axes are done: Qt moves no pixels that are to be painted anyway."""
        drift, self._drift = self._drift, QPoint()
        if not drift.isNull():
            for widget in self._pinned:
                widget.move(widget.pos() - drift)

    # --- painting ---

    def drawBackground(self, painter: QPainter, rect: QRectF | QPointF) -> None:  # type: ignore[override]  # noqa: N802
        """The canvas and its dots."""
        assert isinstance(rect, QRectF)
        # One rectangle at a time: what is painted for this one must not reach into another.
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(self._theme.tokens.canvas))
        step = GRID_PX * self.camera.zoom
        while step < GRID_PIXELS_MIN:
            step *= 2
        exposed = self.viewportTransform().mapRect(rect)
        corner = self.camera.to_view(QPointF(0, 0))
        left, top = corner.x() % step, corner.y() % step
        row, reach = self._row_of_dots(step, left - math.floor(left))
        painter.save()
        painter.resetTransform()
        first = math.floor((exposed.top() - top) / step)
        for place in range(first, math.ceil((exposed.bottom() - top) / step) + 1):
            y = round(top + place * step) - DOT_PIXELS
            painter.drawPixmap(math.floor(left) - reach, y, row)
        painter.restore()

    def _row_of_dots(self, step: float, part: float) -> tuple[QPixmap, int]:
        """One row of the grid and how far left of its second dot it begins.

        `part` is what a dot is right of a whole pixel: panning goes by whole ones, so the row is
        kept until the zoom or the size changes.
        """
        reach = math.ceil(step) + DOT_PIXELS
        width = self.viewport().width() + 2 * reach
        key = (step, part, width, self._theme.tokens.grid)
        if self._dots is None or self._dots[0] != key:
            ratio = self.devicePixelRatioF()
            row = QPixmap(math.ceil(width * ratio), math.ceil(2 * DOT_PIXELS * ratio))
            row.setDevicePixelRatio(ratio)
            row.fill(Qt.GlobalColor.transparent)
            painter = QPainter(row)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.tokens.grid))
            for place in range(-1, math.ceil(width / step)):
                at = QPointF(reach + part + place * step, DOT_PIXELS)
                painter.drawEllipse(at, DOT_PIXELS / 2, DOT_PIXELS / 2)
            painter.end()
            self._dots = (key, row)
        return self._dots[1], reach

    def drawForeground(self, painter: QPainter, rect: QRectF | QPointF) -> None:  # type: ignore[override]  # noqa: N802
        """The overlay, in pixels of the view."""
        assert isinstance(rect, QRectF)
        exposed = self.viewportTransform().mapRect(rect)
        painter.save()
        painter.resetTransform()
        self.overlay.paint(painter, exposed)
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The scene; or, while the zoom of a slow board changes, its last picture."""
        if self._still is not None:
            self._paint_still()
            return
        whole = event.rect() == self.viewport().rect()
        self._frame.start()
        for rect in merged(event.region()):
            super().paintEvent(QPaintEvent(rect))
        if whole:
            self._frame_ms = self._frame.nsecsElapsed() / 1e6

    def _paint_still(self) -> None:
        assert self._still is not None
        pixmap, corner, zoom = self._still
        at, factor = self.camera.to_view(corner), self.camera.zoom / zoom
        size = QPointF(self.viewport().width() * factor, self.viewport().height() * factor)
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(self._theme.tokens.canvas))
        painter.drawPixmap(
            QRectF(at.x(), at.y(), size.x(), size.y()), pixmap, QRectF(pixmap.rect())
        )
        self.overlay.paint(painter, self.overlay.view_rect)
        painter.end()

    def _hold_still(self) -> None:
        """Before the zoom of a slow board changes: keep what is seen."""
        if self._frame_ms > SLOW_FRAME_MS:
            if self._still is None:
                self._still = (self._picture(), self.camera.to_board(QPointF()), self.camera.zoom)
            self._crisp.start()

    def _picture(self) -> QPixmap:
        """What is seen, without the bars on it."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.viewport().size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        alone = QWidget.RenderFlag(0)
        self.viewport().render(pixmap, QPoint(), QRegion(), alone)
        return pixmap

    @property
    def is_sharp(self) -> bool:
        """Whether what is seen is as it stays."""
        return self._still is None

    def paint_crisply(self) -> None:
        """Paint the board itself again, at once."""
        self._still = None
        self.viewport().update()

    # --- wheel, pinch ---

    def zoom_at(self, pixel: QPointF, factor: float) -> None:
        """Zoom about a pixel of the view, smoothly also where the board is full."""
        self._hold_still()
        self.camera.zoom_at(pixel, factor)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Moves the view; with Ctrl it zooms about the pointer."""
        way = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_at(event.position(), WHEEL_ZOOM ** (way.y() or way.x()))
        else:
            pixels = event.pixelDelta()
            step = pixels if not pixels.isNull() else QPoint(way.x() // 2, way.y() // 2)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not step.x():
                step = step.transposed()
            self.camera.pan(step.x(), step.y())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Pens and pinches come here."""
        match event:
            case QTabletEvent():
                return self._take_tablet(event)
            case QNativeGestureEvent():
                if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                    self.zoom_at(event.position(), 1 + event.value())
                    return True
            case QGestureEvent():
                pinch = event.gesture(Qt.GestureType.PinchGesture)
                if isinstance(pinch, QPinchGesture):
                    middle = self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
                    self.zoom_at(QPointF(middle), pinch.scaleFactor())
                    event.accept(pinch)
                    return True
            case _:
                pass
        return super().viewportEvent(event)

    def _take_tablet(self, event: QTabletEvent) -> bool:
        spot = self._spot(event.position(), event.modifiers(), event.pressure())
        match event.type():
            case QEvent.Type.TabletPress if event.button() == Qt.MouseButton.LeftButton:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._act(lambda tool: tool.press(spot))
            case QEvent.Type.TabletMove if event.buttons() & Qt.MouseButton.LeftButton:
                self._act(lambda tool: tool.move(spot))
            case QEvent.Type.TabletRelease if event.button() == Qt.MouseButton.LeftButton:
                self._act(lambda tool: tool.release(spot))
            case _:
                return False
        event.accept()
        return True

    # --- mouse ---

    def _spot(
        self,
        pixel: QPointF,
        modifiers: Qt.KeyboardModifier,
        pressure: float | None = None,
    ) -> Spot:
        return Spot(self.camera.to_board(pixel), pixel, modifiers, pressure)

    def _act(self, do: Callable[[Tool], None]) -> None:
        if self._tool is not None:
            do(self._tool)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The middle button, or Space, moves the view; the left one is the tool's."""
        middle = event.button() == Qt.MouseButton.MiddleButton
        left = event.button() == Qt.MouseButton.LeftButton
        if middle or (left and self._space_down):
            self._panning = event.position()
            self._space_used = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left:
            spot = self._spot(event.position(), event.modifiers())
            self._act(lambda tool: tool.press(spot))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go on."""
        spot = self._spot(event.position(), event.modifiers())
        self.pointed.emit(spot.at)
        if self._panning is not None:
            way = event.position() - self._panning
            self._panning = event.position()
            self.camera.pan(way.x(), way.y())
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._act(lambda tool: tool.move(spot))
        elif self._tool is not None:
            self._tool.hover(spot)
            self._show_cursor(self._tool.cursor_at(spot))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End."""
        if self._panning is not None:
            self._panning = None
            self._rest_cursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            spot = self._spot(event.position(), event.modifiers())
            self._act(lambda tool: tool.release(spot))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A second press, unless the tool knows better."""
        spot = self._spot(event.position(), event.modifiers())
        left = event.button() == Qt.MouseButton.LeftButton
        if not (left and self._tool is not None and self._tool.double(spot)):
            self.mousePressEvent(event)
        event.accept()

    def _show_cursor(self, shape: Qt.CursorShape) -> None:
        if self._space_down:
            shape = Qt.CursorShape.OpenHandCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def _rest_cursor(self) -> None:
        if self._tool is not None:
            self._show_cursor(self._tool.cursor)

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space holds the board; the rest is the pane's."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_down, self._space_used = True, False
                self._rest_cursor()
            event.accept()
            return
        event.ignore()
        self.key_pressed.emit(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space that held nothing was a tap."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            tapped = self._space_down and not self._space_used
            self._space_down = False
            self._rest_cursor()
            if tapped:
                self.tapped.emit()
        event.accept()

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802 - Qt's name
        """The board keeps Tab: it goes from thing to thing; F6 leaves."""
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Letters are tools from now on."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """A held Space is let go elsewhere."""
        super().focusOutEvent(event)
        self._space_down = False
        self.focus_changed.emit(False)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Show the tool's cursor."""
        super().enterEvent(event)
        self._rest_cursor()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What was in the middle stays there."""
        old = event.oldSize()
        super().resizeEvent(event)
        if old.isValid():
            way = event.size() - old
            self.camera.slide(way.width() / 2, way.height() / 2)
        else:
            self.camera.fly(QPointF(0, 0), self.camera.zoom, 0)
