"""Own hints on their way out: the latest of a kind, no more often than others can use them.

A tool says what is new whenever it likes; here it waits for the next beat.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.node.api import Command, Hint, LaserAt, SendHint, StrokePoints

STROKE_MS = 17
"""Between two hints of a stroke: 60 a second."""
OTHER_MS = 34
"""Between two hints of another kind: 30 a second."""
POINTS_MAX = 128
"""Of one hint: with 16 bytes each it stays in one packet's reach."""

Point = tuple[float, float]


class HintSender(QObject):
    """Sends by `submit`; one timer, which stops when nothing waits."""

    def __init__(self, submit: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._waiting: dict[str, Hint] = {}
        self._stroke: tuple[str, int, list[Point]] | None = None
        self._laser: tuple[str, list[Point]] | None = None
        self._odd = False
        self._timer = QTimer(self)
        self._timer.setInterval(STROKE_MS)
        self._timer.timeout.connect(self.beat)

    def say(self, hint: Hint) -> None:
        """Tell this soon, unless a newer one of its kind comes first."""
        self._waiting[type(hint).__name__] = hint
        self._wake()

    def stroke(self, object_id: str, first: int, points: list[Point]) -> None:
        """Points of the own open stroke from number `first` on."""
        if self._stroke is not None and self._stroke[0] == object_id:
            self._stroke[2].extend(points)
        else:
            self._stroke = (object_id, first, list(points))
        self._wake()

    def laser(self, board: str, point: Point) -> None:
        """The own laser shines here."""
        if self._laser is None:
            self._laser = (board, [])
        self._laser[1].append(point)
        self._wake()

    def drop_stroke(self) -> None:
        """The stroke is over: the order carries all of it."""
        self._stroke = None

    def _wake(self) -> None:
        if not self._timer.isActive():
            self.beat()
            self._timer.start()

    def beat(self) -> None:
        """Send what waits; what may be sent half as often waits for every other beat."""
        idle = self._stroke is None and self._laser is None and not self._waiting
        if idle:
            self._timer.stop()
            return
        if self._stroke is not None:
            object_id, first, points = self._stroke
            self._stroke = None
            for start in range(0, len(points), POINTS_MAX):
                part = tuple(points[start : start + POINTS_MAX])
                self._submit(SendHint(StrokePoints(object_id, first + start, part)))
        self._odd = not self._odd
        if self._odd:
            if self._laser is not None:
                board, shone = self._laser
                self._laser = None
                self._submit(SendHint(LaserAt(board, tuple(shone[-POINTS_MAX:]))))
            waiting, self._waiting = self._waiting, {}
            for hint in waiting.values():
                self._submit(SendHint(hint))
