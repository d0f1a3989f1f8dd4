"""What `talkstick bench board` does on the real board: it pans, zooms and draws, and looks on.

Input comes at an even pace. A frame lasts from the moment its input was due to the end of the
paint that shows it, in Qt's backing store: whatever else the loop did in between counts. Others
draw at the same time. Nothing here is in the way of a window that nobody measures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.core.ids import SiteId
from app.node.api import BoardChanged, HintHeard, StrokePoints
from app.ui.bench_window import FRAME_MS, Watch, board_of
from app.ui.board.echo import blank
from app.ui.board.model import MAIN_BOARD
from app.ui.board.pane import BoardPane

WINDOW = (1_440, 900)
PEN_MS = 8
"""Between two words of a pen."""
NEAR_PIXELS = 32
"""The own line follows the pen at a distance: a paint so near to it shows the point."""
LOST_MS = 1_000
"""A frame that takes longer is counted with this: nothing was painted."""
GHOSTS = 3
"""Others who draw."""
ADD_EVERY = 12
"""Frames between two things that others put on the board."""
WHEEL_UNITS = 30
"""Of a finger on a touch pad; a mouse's notch has 120."""
AFTER_PAINT = Qt.EventPriority.LowEventPriority.value - 1
"""Qt paints at low priority; this comes behind it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One input: in which list its time goes, what it does, and the pixel that has to be painted."""

    part: str
    do: Callable[[], None]
    pixel: QPoint | None = None
    every_ms: int = FRAME_MS


class Hand(QObject):
    """Does steps at their pace and takes the time of each."""

    def __init__(
        self, watch: Watch, pane: BoardPane, steps: Iterator[Step], times: dict[str, list[float]]
    ) -> None:
        super().__init__(watch)
        self._watch = watch
        self._viewport: QWidget = pane.canvas.viewport()
        self._steps = steps
        self._coming: Step | None = None
        self._step: Step | None = None
        self._painted = False
        self._due = 0.0
        self._times = times
        self._pace = _timer(self, self._begin)
        self._lost = _timer(self, self._end)
        self._viewport.installEventFilter(self)

    def start(self) -> None:
        """Do the first step."""
        self._watch.clock.start()
        self._next()

    def _next(self) -> None:
        step = next(self._steps, None)
        if step is None:
            self._viewport.removeEventFilter(self)
            self._watch.tell({"event": "frames", "ms": self._times})
            return
        self._coming = step
        self._due = max(self._due + step.every_ms, self._watch.ms())
        self._pace.start(max(0, math.ceil(self._due - self._watch.ms())))

    def _begin(self) -> None:
        assert self._coming is not None, "one is due"
        self._step, self._coming = self._coming, None
        self._due = min(self._due, self._watch.ms())
        self._painted = False
        self._lost.start(LOST_MS)
        self._step.do()
        self._look_after_paint()

    def _look_after_paint(self) -> None:
        QApplication.postEvent(self, QEvent(QEvent.Type.User), AFTER_PAINT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Sees what is painted, just before it is."""
        step = self._step
        if step is not None and not self._painted and isinstance(event, QPaintEvent):
            if step.pixel is None or event.region().intersects(_round(step.pixel)):
                self._painted = True
                self._look_after_paint()
        return False

    def customEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Painting is over, if there was any."""
        if self._painted and self._step is not None:
            self._end()

    def _end(self) -> None:
        assert self._step is not None, "one has begun"
        self._lost.stop()
        self._times.setdefault(self._step.part, []).append(self._watch.ms() - self._due)
        self._step = None
        self._next()


def _timer(parent: QObject, do: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(do)
    return timer


def _round(pixel: QPoint) -> QRect:
    reach = QPoint(NEAR_PIXELS, NEAR_PIXELS)
    return QRect(pixel - reach, pixel + reach)


# --- steps ----------------------------------------------------------------------------------------


def _pan(pane: BoardPane, dx: int, dy: int, count: int) -> Iterator[Step]:
    """There and back, far enough to see what was not in sight."""
    for turn in range(2 * count):
        sign = 1 if turn < count else -1
        yield Step("pan", partial(pane.canvas.camera.pan, sign * dx, sign * dy))


def _zoom(pane: BoardPane, units: int, count: int) -> Iterator[Step]:
    for _ in range(count):
        yield Step("zoom", lambda: _wheel(pane.canvas.viewport(), units))


def _wheel(viewport: QWidget, units: int) -> None:
    at = QPointF(viewport.rect().center()) + QPointF(60, -40)
    event = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(),
        QPoint(0, units),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def _draw(pane: BoardPane, crowd: Crowd, count: int) -> Iterator[Step]:
    """One stroke in bends across the view, while the others draw."""
    rect = pane.canvas.viewport().rect().adjusted(120, 160, -120, -160)

    def place(step: int) -> QPointF:
        x = rect.left() + rect.width() * step / count
        return QPointF(x, rect.center().y() + rect.height() / 2 * math.sin(step / 12))

    _mouse(pane, QEvent.Type.MouseButtonPress, place(0))
    for step in range(1, count):
        at = place(step)
        crowd.draw(step)
        move = partial(_mouse, pane, QEvent.Type.MouseMove, at)
        yield Step("draw", move, at.toPoint(), PEN_MS)
    _mouse(pane, QEvent.Type.MouseButtonRelease, place(count - 1))


def _mouse(pane: BoardPane, kind: QEvent.Type, at: QPointF) -> None:
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    viewport = pane.canvas.viewport()
    event = QMouseEvent(
        kind, at, viewport.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, event)


class Crowd:
    """Others who draw in sight: strokes that grow and things that come."""

    def __init__(self, pane: BoardPane) -> None:
        self._pane = pane
        self._count = 0

    def draw(self, step: int) -> None:
        """What they do while the pen makes one step."""
        pane, seen = self._pane, self._pane.canvas.camera.seen
        for site in range(GHOSTS):
            name = f"ghost{site}.{self._count}"
            if step == 1:
                begun = blank(name, SiteId(f"other{site}"), "stroke", 10**8 + site)
                y = seen.top() + seen.height() * (site + 1) / (GHOSTS + 2)
                begun = replace(begun, x=seen.center().x(), y=y, open=True)
                pane.take(BoardChanged(MAIN_BOARD, (begun,), ()))
            elif step % 2:
                at = (seen.width() * step / 300, seen.height() / 8 * math.sin(step / 5))
                hint = StrokePoints(name, step // 2, (at,))
                pane.take(HintHeard(SiteId(f"other{site}"), hint))
        if step % ADD_EVERY == 0:
            self._count += 1
            made = blank(f"added{self._count}", SiteId("other"), "ellipse", 10**8 + self._count)
            x = seen.left() + seen.width() * (self._count % 9 + 1) / 11
            made = replace(made, x=x, y=seen.center().y(), w=80.0, h=50.0, fill="ink:sky")
            pane.take(BoardChanged(MAIN_BOARD, (replace(made, order=("V", 10**8, 0)),), ()))


def _sharp(pane: BoardPane, watch: Watch, times: list[float]) -> Iterator[Step]:
    """Until what is seen is as it stays; how long that took from the last input on."""
    begun = watch.ms()
    while not pane.canvas.is_sharp:
        yield Step("wait", lambda: pane.canvas.viewport().update(0, 0, 1, 1))
    times.append(watch.ms() - begun)


def _steps(pane: BoardPane, watch: Watch, sharp: list[float]) -> Iterator[Step]:
    """All in sight, then close by: pan, draw, zoom from one to the other, zoom and draw at once."""
    camera, extent, crowd = pane.canvas.camera, pane.scene.extent(), Crowd(pane)
    for close in (False, True):
        camera.fit(extent, 0)
        if close:
            camera.fly(extent.center(), 1.0, 0)
        yield from _sharp(pane, watch, sharp)
        yield from _pan(pane, 9, 5, 60)
        yield from _pan(pane, -40, 12, 40)
        yield from _sharp(pane, watch, sharp)
        for _ in range(3):
            yield from _draw(pane, crowd, 80)
    camera.fit(extent, 0)
    yield from _sharp(pane, watch, sharp)
    for _ in range(2):
        yield from _zoom(pane, WHEEL_UNITS, 40)
        yield from _sharp(pane, watch, sharp)
        yield from _zoom(pane, -WHEEL_UNITS, 40)
        yield from _sharp(pane, watch, sharp)
    for turn in range(4):
        yield from _zoom(pane, (1, -1)[turn % 2] * WHEEL_UNITS, 10)
        yield from _draw(pane, crowd, 60)


def paint(watch: Watch) -> None:
    """Once `number` things are on the board: pan, zoom and draw, and tell how long frames took."""
    watch.main.resize(*WINDOW)

    def begin() -> None:
        pane = board_of(watch.page)
        pane.use_tool("pen")
        times: dict[str, list[float]] = {"sharp": []}
        Hand(watch, pane, _steps(pane, watch, times["sharp"]), times).start()

    def ready() -> None:
        def full() -> bool:
            return len(board_of(watch.page).scene.in_order()) >= watch.number

        watch.until(full, lambda: watch.later(watch.settle_ms, begin))

    watch.once_ready(ready)
