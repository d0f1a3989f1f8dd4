"""The view of the board: wheel, pinch, pen, mouse and keys become moves of the camera and of tools.

Knows no tool by name. Paints nothing of the board itself: squares from `tiles` and the overlay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

import shiboken6
from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QGestureEvent,
    QGraphicsView,
    QPinchGesture,
    QWidget,
)

from app.ui.board.camera import REACH_PX, Camera
from app.ui.board.desk import Spot
from app.ui.board.geometry import united
from app.ui.board.ground import Ground
from app.ui.board.overlay import Overlay
from app.ui.board.pieces import Piece
from app.ui.board.scene import BoardScene
from app.ui.board.tiles import HINTS, SIDE_PIXELS, Budget, Tiles
from app.ui.board.tools.tool import Tool
from app.ui.strings import Board
from app.ui.theme import Theme

WHEEL_ZOOM = 1.0015
"""Factor of the zoom for one unit of a wheel's angle; a notch has 120."""
FRAME_BUDGET_MS = 4.0
"""For painting things in one frame; a part of a square that was begun is finished."""
BETWEEN_BUDGET_MS = 6.0
"""The same between two frames, for what is in sight and not right."""
AHEAD_BUDGET_MS = 3.0
"""The same for what is not in sight yet."""
IMPROVE_MS = 12
"""From one piece of work on what is missing to the next: input comes in between."""
AHEAD_PIXELS = 192
"""So far round what is seen squares are painted before they are needed."""
SPOILED_MAX = 64
"""More changed rectangles are taken for one."""
MERGE_PIXELS = 4_000
"""Painting so many pixels too much costs less than a rectangle more."""
SHARP_AFTER_MS = 90
"""How long the zoom of a full board has to rest before it is painted anew."""


def merged(region: QRegion) -> list[QRect]:
    """A region as few rectangles that hold little else."""
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
    menu_wanted = Signal(object)
    """A menu is asked for at this pixel (QPoint), or by a key (None)."""
    focus_changed = Signal(bool)

    def __init__(self, scene: BoardScene, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._tool: Tool | None = None
        self._panning: QPointF | None = None
        self._pointer: QPointF | None = None
        self._pinned: list[QWidget] = []
        self._drift = QPoint()
        self._bars_drift = QPoint()
        self._space_down = False
        self._space_used = False
        self._ground = Ground(theme)
        self._tiles = Tiles(scene, self._ground)
        self._painted_zoom = 0.0
        self._zoomed = QElapsedTimer()
        self._zooming = False
        scene.spoiled.connect(self._spoil)
        scene.topped.connect(self._add_on_top)
        self._set_up()
        self.camera = Camera(self, self)
        self.camera.moved.connect(self._put_back)
        self.overlay = Overlay(self.viewport(), self.camera, theme)
        self._improve = QTimer(self)
        self._improve.setSingleShot(True)
        self._improve.setInterval(IMPROVE_MS)
        self._improve.timeout.connect(self._paint_more)
        self._start = QPointF(0, 0)
        self.camera.fly(self._start, 1.0, 0)

    def begin_at(self, middle: QPointF, zoom: float) -> None:
        """Show this place first, also if the view gets its size later."""
        self._start = middle
        self.camera.fly(middle, zoom, 0)

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
        self._ground.set_theme(theme)
        self._tiles.clear()
        self.overlay.set_theme(theme)
        self.viewport().update()

    def use(self, tool: Tool) -> None:
        """Gestures belong to this tool from now on."""
        self._tool = tool
        self.viewport().setCursor(tool.cursor)

    def pin(self, widget: QWidget) -> None:
        """Keep a child of the viewport where it is while the board moves below it.

        Beside the viewport, over it, it would cost a whole frame for every pan: Qt moves pixels
        only of a widget that nothing covers. Of a child it moves the pixels along. What it does
        not take of mouse, wheel and pen ends there, or Qt would hand it on to the board below.
        """
        widget.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        widget.setCursor(Qt.CursorShape.ArrowCursor)
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._pinned.append(widget)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Move the pixels, and with them what is pinned, until the camera has done."""
        before = self._pinned[0].pos() if self._pinned else QPoint()
        super().scrollContentsBy(dx, dy)
        self._drift += QPoint(dx, dy)
        if self._pinned:
            # Measured, not reckoned: a hidden view moves no children.
            self._bars_drift += self._pinned[0].pos() - before

    def _put_back(self) -> None:
        """Only once both axes are done: Qt moves no pixels that are to be painted anyway."""
        drift, self._drift = self._drift, QPoint()
        bars_drift, self._bars_drift = self._bars_drift, QPoint()
        if not bars_drift.isNull():
            for widget in self._pinned:
                widget.move(widget.pos() - bars_drift)
        self.overlay.follow(QPointF(drift))

    # --- painting ---

    @property
    def is_sharp(self) -> bool:
        """Whether what is seen is as it stays."""
        return self._tiles.is_right(self.viewport().rect(), self._corner(), self.camera.zoom)

    def _corner(self) -> QPoint:
        """The pixel of the board's point 0, 0: a whole one, for Qt scrolls by whole ones."""
        return self.camera.to_view(QPointF(0, 0)).toPoint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Squares of the board, what is above them, and a promise to paint what was too much."""
        viewport, corner, zoom = self.viewport(), self._corner(), self.camera.zoom
        self._tiles.set_view(viewport.size(), self.devicePixelRatioF())
        painter = QPainter(viewport)
        painter.setRenderHints(HINTS)
        budget = self._budget(painter)
        for rect in merged(event.region()):
            painter.setClipRect(rect)
            self._tiles.paint(painter, rect, corner, zoom, budget)
            self.overlay.paint(painter, QRectF(rect))
        painter.end()
        if not self._tiles.is_right(self._ahead(), corner, zoom) and not self._improve.isActive():
            self._improve.start()

    def _budget(self, painter: QPainter) -> Budget:
        """How long this frame may paint things: nobody waits for a picture that is kept."""
        screen = self.backingStore()
        pointer = shiboken6.getCppPointer(painter.paintEngine().paintDevice())
        if screen is None or shiboken6.getCppPointer(screen.paintDevice()) != pointer:
            return Budget(None)
        if self.camera.zoom != self._painted_zoom:
            self._painted_zoom = self.camera.zoom
            self._zooming = self._zoomed.isValid() and self._zoomed.elapsed() < SHARP_AFTER_MS
            self._zoomed.start()
        seen = self.viewport().rect()
        squares = seen.width() * seen.height() / SIDE_PIXELS**2
        too_much = self._zooming and squares * self._tiles.square_ms > FRAME_BUDGET_MS
        return Budget(0 if too_much else FRAME_BUDGET_MS)

    def _ahead(self) -> QRect:
        """What is seen and what a move shows next."""
        return (
            self.viewport()
            .rect()
            .adjusted(-AHEAD_PIXELS, -AHEAD_PIXELS, AHEAD_PIXELS, AHEAD_PIXELS)
        )

    def _paint_more(self) -> None:
        """Between two frames: what is seen first, then what lies round it."""
        viewport, corner, zoom = self.viewport(), self._corner(), self.camera.zoom
        if self._zooming and self._zoomed.elapsed() < SHARP_AFTER_MS:
            self._improve.start()
            return
        self._zooming = False
        better = self._tiles.improve(viewport.rect(), corner, zoom, Budget(BETWEEN_BUDGET_MS))
        for rect in better:
            viewport.update(rect)
        if not better:
            self._tiles.improve(self._ahead(), corner, zoom, Budget(AHEAD_BUDGET_MS))
        if not self._tiles.is_right(self._ahead(), corner, zoom):
            self._improve.start()

    # --- what changes ---

    def _spoil(self, areas: Sequence[QRectF], at_once: bool) -> None:
        if len(areas) > SPOILED_MAX:
            areas = (united(areas),)
        self._tiles.spoil(areas, at_once=at_once)
        for area in areas:
            self._update(area)

    def _add_on_top(self, piece: Piece) -> None:
        self._tiles.add_on_top(piece, self.camera.zoom)
        self._update(piece.area)

    def _update(self, area: QRectF) -> None:
        seen = self.viewportTransform().mapRect(area).toAlignedRect()
        self.viewport().update(seen.adjusted(-2, -2, 2, 2))

    # --- wheel, pinch ---

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Moves the view; with Ctrl it zooms about the pointer."""
        way = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.camera.zoom_at(event.position(), WHEEL_ZOOM ** (way.y() or way.x()))
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
                    self.camera.zoom_at(event.position(), 1 + event.value())
                    return True
            case QGestureEvent():
                pinch = event.gesture(Qt.GestureType.PinchGesture)
                if isinstance(pinch, QPinchGesture):
                    middle = self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
                    self.camera.zoom_at(QPointF(middle), pinch.scaleFactor())
                    event.accept(pinch)
                    return True
            case _ if event.type() == QEvent.Type.Leave and not QApplication.activePopupWidget():
                # A menu is no other place: what it pastes goes where it was opened.
                self._pointer = None
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
        self._pointer = event.position()
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
        self._pointer = spot.pixel
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """The right button, or the key for menus."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_wanted.emit(None if by_key else event.pos())
        event.accept()

    @property
    def pointer(self) -> QPointF | None:
        """The point of the board under the pointer; None while it is elsewhere."""
        return None if self._pointer is None else self.camera.to_board(self._pointer)

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
                # A held key that repeats may look like one pressed anew; in a drag it is no tap.
                self._space_down, self._space_used = True, self._panning is not None
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

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's name
        """The board keeps Tab: it goes from thing to thing; F6 leaves. Its bars let Tab go on."""
        return self.window().focusWidget() != self and super().focusNextPrevChild(forward)

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
            self.camera.fly(self._start, self.camera.zoom, 0)
