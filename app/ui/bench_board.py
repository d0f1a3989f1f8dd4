"""How quickly the board paints: a stroke under the pen, panning, zooming; offscreen, by Qt's raster.

Run by `python -m app.ui.bench_board [OBJECTS ...]`; prints one line of JSON for each size. It
measures this process alone: a paint is over when Qt's backing store has it.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.ids import SiteId
from app.core.rng import Rng
from app.node.api import BoardChanged, BoardObjectShown, Command
from app.ui.board.echo import blank
from app.ui.board.model import MAIN_BOARD
from app.ui.board.pane import BoardPane
from app.ui.theme import Look, Looks, Wishes

WIDTH, HEIGHT = 1280, 800
POINTS = 20
"""Of each stroke, as in the measurements of practice."""
SPACING_PX = 60.0
FRAMES = 120
INKS = ("ink", "azure", "cherry", "fern")


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """Milliseconds; p95 over `FRAMES` frames each."""

    objects: int
    load_ms: float
    stroke_to_paint_p95_ms: float
    pan_p95_ms: float
    pan_all_p95_ms: float
    zoom_p95_ms: float
    zoom_all_p95_ms: float
    whole_frame_ms: float
    whole_frame_all_ms: float
    add_p95_ms: float


def objects_of(count: int, rng: Rng) -> Iterator[BoardObjectShown]:
    """Strokes, one in five a shape or a text, on a square of the board."""
    across = max(math.isqrt(count), 1)
    for place in range(count):
        x, y = SPACING_PX * (place % across), SPACING_PX * (place // across)
        made = blank(f"o{place}", SiteId(""), "stroke", place)
        points = tuple(
            (SPACING_PX * step / POINTS, float(rng.below(int(SPACING_PX))))
            for step in range(POINTS)
        )
        made = replace(
            made, x=x, y=y, points=points, order=("V", place, 0), stroke=f"ink:{INKS[place % 4]}"
        )
        if place % 10 == 3:
            made = replace(made, type="rectangle", points=(), w=48.0, h=36.0, fill="ink:sky")
        elif place % 10 == 7:
            made = replace(made, type="text", points=(), text=f"Thing {place}", size=14.0)
        yield made


def _p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return round(ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)], 2)


def _timed(pane: BoardPane, do: Callable[[], object]) -> float:
    """Milliseconds until what `do` changed is painted, without the wait for the screen."""
    QGuiApplication.processEvents()
    timer = QElapsedTimer()
    timer.start()
    do()
    QApplication.sendEvent(pane, QEvent(QEvent.Type.UpdateRequest))
    return timer.nsecsElapsed() / 1e6


def _mouse(pane: BoardPane, kind: QEvent.Type, at: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    left = Qt.MouseButton.LeftButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    viewport = pane.canvas.viewport()
    event = QMouseEvent(
        kind, at, viewport.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, event)


def _stroke(pane: BoardPane) -> list[float]:
    pane.use_tool("pen")
    QGuiApplication.processEvents()
    _mouse(pane, QEvent.Type.MouseButtonPress, QPointF(200, 200))
    ways = [QPointF(200 + 6 * step, 300 + 90 * math.sin(step / 5)) for step in range(FRAMES)]
    times = [_timed(pane, partial(_mouse, pane, QEvent.Type.MouseMove, at)) for at in ways]
    _mouse(pane, QEvent.Type.MouseButtonRelease, QPointF(900, 300))
    return times


def _show(pane: BoardPane, objects: tuple[BoardObjectShown, ...]) -> None:
    pane.take(BoardChanged(MAIN_BOARD, objects, ()))


def _add(pane: BoardPane, like: BoardObjectShown, count: int) -> list[float]:
    """Things of others that come one by one into what is seen."""
    middle, times = pane.canvas.camera.middle, []
    for place in range(FRAMES):
        order = ("V", count + place, 0)
        x, y = middle.x() + 4 * place, middle.y()
        made = replace(like, id=f"n{place}", x=x, y=y, order=order)
        times.append(_timed(pane, partial(_show, pane, (made,))))
    return times


def _pan(pane: BoardPane) -> list[float]:
    return [_timed(pane, partial(pane.canvas.camera.pan, 7, 3)) for _ in range(FRAMES)]


def _zoom(pane: BoardPane) -> list[float]:
    middle = QPointF(WIDTH / 2, HEIGHT / 2)
    factors = [1.02 if turn % 40 < 20 else 1 / 1.02 for turn in range(FRAMES)]
    return [_timed(pane, partial(pane.canvas.zoom_at, middle, each)) for each in factors]


def measure(count: int, seed: int = 1) -> BoardFigures:
    """Measure a board of so many objects. Needs a QApplication."""
    numbers = itertools.count(1)
    sent: list[Command] = []
    pane = BoardPane(Looks(Wishes(Look.LIGHT)), sent.append, lambda: next(numbers))
    pane.resize(WIDTH, HEIGHT)
    pane.show()
    objects = tuple(objects_of(count, Rng(str(seed))))
    load = _timed(pane, partial(_show, pane, objects))
    camera, viewport = pane.canvas.camera, pane.canvas.viewport()
    extent = pane.scene.extent()
    camera.fly(extent.center(), 1.0, 0)
    whole = _timed(pane, viewport.repaint)
    stroke = _stroke(pane)
    added = _add(pane, objects[0], count)
    pan, zoom = _pan(pane), _zoom(pane)
    camera.fit(extent, 0)
    pane.canvas.paint_crisply()
    whole_all = _timed(pane, viewport.repaint)
    pan_all, zoom_all = _pan(pane), _zoom(pane)
    pane.close()
    pane.deleteLater()
    return BoardFigures(
        objects=count,
        load_ms=round(load, 1),
        stroke_to_paint_p95_ms=_p95(stroke),
        pan_p95_ms=_p95(pan),
        pan_all_p95_ms=_p95(pan_all),
        zoom_p95_ms=_p95(zoom),
        zoom_all_p95_ms=_p95(zoom_all),
        whole_frame_ms=round(whole, 1),
        whole_frame_all_ms=round(whole_all, 1),
        add_p95_ms=_p95(added),
    )


def main(arguments: Sequence[str]) -> int:
    """Measure boards of these sizes, 2,000 and 10,000 if none is named."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    for count in [int(each) for each in arguments] or [2_000, 10_000]:
        figures = measure(count)
        line = {name: getattr(figures, name) for name in figures.__slots__}
        sys.stdout.write(json.dumps(line) + "\n")
    application.quit()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
