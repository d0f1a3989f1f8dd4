"""The resting board as pictures: squares of each zoom, kept while they are right, made bit by bit.

A frame copies squares; it never paints more of the scene than its time allows. What is missing is
shown by squares of another zoom, scaled, until it has been painted. What has changed is painted
anew in its square; a thing that came to lie on top is painted on it. Knows no view: pixels are
those of the view, `corner` is the pixel of the board's point 0, 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from app.ui.board.ground import Ground
from app.ui.board.pieces import Piece
from app.ui.board.scene import BoardScene

SIDE_PIXELS = 256
"""Of a square: small enough that a full one costs a few milliseconds."""
KEPT_BYTES = 16 << 20
"""Of pictures; more only where what is in sight needs it."""
VIEWS_KEPT = 2
"""Of what is in sight, with a square more on each side: that much is kept in any case."""
SPILL_PIXELS = 2
"""How far a line may be painted beside the rectangle of its thing."""
THINGS_AT_ONCE = 400
"""A part of a square that is likely to hold more is painted in quarters."""
PART_PIXELS_MIN = 64
STALE_PARTS_MAX = 6
"""More of them in a square are painted as one."""
STAND_INS_MAX = 2
"""Other zooms that stand in for what is missing."""
STAND_IN_SQUARES_MAX = 96
"""Of one zoom; copying so many costs a few milliseconds."""
COST_WEIGHT = 0.2
"""Of the newest square in the mean cost of one."""

HINTS = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing

Place = tuple[int, int]


@dataclass(slots=True)
class Square:
    """A picture of a piece of the board. `wrong` are the parts to be painted, in its pixels."""

    image: QImage
    wrong: list[QRect]
    whole: bool = False
    """Everything was painted once: it can be shown, right or not yet right again."""
    at_once: bool = False
    """A hand moves what is on it: no waiting."""
    since: int = 0
    """Number of the change that made it wrong; the oldest are painted first."""

    @property
    def is_right(self) -> bool:
        """Whether it shows what there is."""
        return self.whole and not self.wrong


class Budget:
    """Time that may be spent; None has no end."""

    def __init__(self, milliseconds: float | None) -> None:
        self._milliseconds = milliseconds
        self._timer = QElapsedTimer()
        self._timer.start()

    @property
    def is_left(self) -> bool:
        """Whether there is more."""
        return self._milliseconds is None or self._timer.nsecsElapsed() < self._milliseconds * 1e6


class Tiles:
    """Squares of a scene, by zoom and place; the zoom that was used last comes last."""

    def __init__(self, scene: BoardScene, ground: Ground) -> None:
        self._scene = scene
        self._ground = ground
        self._levels: dict[float, dict[Place, Square]] = {}
        self._ratio = 1.0
        self._room = 0
        self._changes = 0
        self._side_of_part = (0.0, SIDE_PIXELS)
        self.square_ms = 0.0
        """What a square costs, by the last ones."""

    # --- what is asked for ---

    def paint(
        self, painter: QPainter, exposed: QRect, corner: QPoint, zoom: float, budget: Budget
    ) -> None:
        """Paint a rectangle of the view, as right as the time allows."""
        level = self._level(zoom)
        places = list(_places(exposed.translated(-corner)))
        self._work(places, level, zoom, budget)
        missing = [at for at in places if at not in level or not level[at].whole]
        if missing:
            self._paint_stand_ins(painter, exposed, corner, zoom)
        for at in places:
            square = level.get(at)
            if square is not None and square.whole:
                painter.drawImage(_pixel(at) + corner, square.image)

    def improve(self, view: QRect, corner: QPoint, zoom: float, budget: Budget) -> list[QRect]:
        """Paint what is missing or wrong in a rectangle of the view; where it is better now."""
        level = self._level(zoom)
        improved = self._work(list(_places(view.translated(-corner))), level, zoom, budget)
        return [QRect(_pixel(at) + corner, QSize(SIDE_PIXELS, SIDE_PIXELS)) for at in improved]

    def is_right(self, view: QRect, corner: QPoint, zoom: float) -> bool:
        """Whether a rectangle of the view can be shown as it is."""
        level = self._levels.get(zoom, {})
        return all(at in level and level[at].is_right for at in _places(view.translated(-corner)))

    # --- what has changed ---

    def set_view(self, size: QSize, ratio: float) -> None:
        """How much is in sight, and how many pixels of the screen there are for one of it."""
        across, down = (side // SIDE_PIXELS + 2 for side in (size.width(), size.height()))
        bytes_of_one = round(4 * (SIDE_PIXELS * ratio) ** 2)
        self._room = max(KEPT_BYTES // bytes_of_one, VIEWS_KEPT * across * down)
        if ratio != self._ratio:
            self._ratio = ratio
            self.clear()

    def clear(self) -> None:
        """Everything looks different."""
        self._levels.clear()

    def spoil(self, areas: Iterable[QRectF], *, at_once: bool) -> None:
        """Something has changed in these rectangles of the board."""
        self._changes += 1
        for area in areas:
            for zoom, level in self._levels.items():
                pixels = _pixels(area, zoom)
                for at in self._among(level, pixels):
                    part = pixels.translated(-_pixel(at))
                    self._make_wrong(level[at], part, at_once=at_once)

    def add_on_top(self, item: Piece, zoom: float) -> None:
        """Something has come that lies above all it touches: no need to paint what is below."""
        for each, level in self._levels.items():
            pixels = _pixels(item.area, each)
            for at in self._among(level, pixels):
                square = level[at]
                if each == zoom and square.whole:
                    self._paint_item(square, at, zoom, item)
                else:
                    self._make_wrong(square, pixels.translated(-_pixel(at)), at_once=False)

    def _make_wrong(self, square: Square, part: QRect, *, at_once: bool) -> None:
        part = part & QRect(0, 0, SIDE_PIXELS, SIDE_PIXELS)
        if part.isEmpty():
            return
        if not square.wrong:
            square.since = self._changes
        square.at_once |= at_once
        if not square.whole:
            square.wrong = [QRect(0, 0, SIDE_PIXELS, SIDE_PIXELS)]
        elif not any(known.contains(part) for known in square.wrong):
            square.wrong.append(part)
            if len(square.wrong) > STALE_PARTS_MAX:
                united = QRect()
                for each in square.wrong:
                    united |= each
                square.wrong = [united]

    @staticmethod
    def _among(level: dict[Place, Square], pixels: QRect) -> list[Place]:
        """Places of a level's squares that a rectangle touches."""
        left, right = pixels.left() // SIDE_PIXELS, pixels.right() // SIDE_PIXELS
        top, bottom = pixels.top() // SIDE_PIXELS, pixels.bottom() // SIDE_PIXELS
        return [(x, y) for x, y in level if left <= x <= right and top <= y <= bottom]

    # --- painting squares ---

    def _level(self, zoom: float) -> dict[Place, Square]:
        level = self._levels.pop(zoom, {})
        self._levels = {each: kept for each, kept in self._levels.items() if kept}
        self._levels[zoom] = level
        return level

    def _work(
        self, places: list[Place], level: dict[Place, Square], zoom: float, budget: Budget
    ) -> list[Place]:
        """Paint squares until the time is up: what a hand moves, what is wrong, what is missing."""
        known = [(at, level[at]) for at in places if at in level and not level[at].is_right]
        known.sort(key=lambda each: (not each[1].at_once, each[1].since))
        improved = []
        for at, square in known:
            if square.at_once or budget.is_left:
                self._mend(square, at, zoom, budget)
                improved.append(at)
        for at in places:
            if at in level:
                continue
            if not budget.is_left:
                break
            square = level[at] = Square(self._blank(), [QRect(0, 0, SIDE_PIXELS, SIDE_PIXELS)])
            self._mend(square, at, zoom, budget)
            improved.append(at)
        self._forget(places)
        return improved

    def _blank(self) -> QImage:
        side = math.ceil(SIDE_PIXELS * self._ratio)
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self._ratio)
        return image

    def _mend(self, square: Square, at: Place, zoom: float, budget: Budget) -> None:
        """Paint parts of a square, as many as there is time for; one at least."""
        timer = QElapsedTimer()
        timer.start()
        largest = self._largest_part(zoom)
        full = square.wrong[0].width() == SIDE_PIXELS and len(square.wrong) == 1
        painter = self._painter(square)
        while square.wrong:
            part = square.wrong.pop()
            if max(part.width(), part.height()) > largest:
                square.wrong += _quarters(part)
                continue
            self._paint_part(painter, part, at, zoom)
            if not (square.at_once or budget.is_left):
                break
        painter.end()
        if not square.wrong:
            square.whole, square.at_once = True, False
            if full:
                spent = timer.nsecsElapsed() / 1e6
                self.square_ms += COST_WEIGHT * (spent - self.square_ms)

    @staticmethod
    def _painter(square: Square) -> QPainter:
        painter = QPainter(square.image)
        painter.setRenderHints(HINTS)
        return painter

    def _paint_part(self, painter: QPainter, part: QRect, at: Place, zoom: float) -> None:
        rect, start = QRectF(part), QPointF(_pixel(at))
        painter.setClipRect(rect)
        self._ground.paint(painter, rect, -start, zoom)
        reach = rect.adjusted(-SPILL_PIXELS, -SPILL_PIXELS, SPILL_PIXELS, SPILL_PIXELS)
        corner = (reach.topLeft() + start) / zoom
        source = QRectF(corner.x(), corner.y(), reach.width() / zoom, reach.height() / zoom)
        self._scene.render(painter, reach, source)

    def _paint_item(self, square: Square, at: Place, zoom: float, item: Piece) -> None:
        painter = self._painter(square)
        start = QPointF(_pixel(at))
        view = QTransform.fromScale(zoom, zoom) * QTransform.fromTranslate(-start.x(), -start.y())
        option = QStyleOptionGraphicsItem()
        for each in (item, *item.childItems()):
            if each.isVisible():
                painter.setTransform(each.sceneTransform() * view)
                painter.setOpacity(each.effectiveOpacity())
                each.paint(painter, option, None)
        painter.end()

    def _largest_part(self, zoom: float) -> int:
        """Side of a part that is likely to hold few enough things."""
        if self._side_of_part[0] != zoom:
            dense = self._scene.density / (zoom * zoom)
            side = SIDE_PIXELS
            while side > PART_PIXELS_MIN and side * side * dense > THINGS_AT_ONCE:
                side //= 2
            self._side_of_part = (zoom, side)
        return self._side_of_part[1]

    def _forget(self, places: list[Place]) -> None:
        """Let go of the squares of the zooms used longest ago, then of the farthest ones."""
        count = sum(len(level) for level in self._levels.values())
        *others, newest = self._levels.values()
        for level in others:
            while level and count > self._room:
                del level[next(iter(level))]
                count -= 1
        middle = places[len(places) // 2]
        while count > self._room:
            del newest[max(newest, key=lambda at: _far(at, middle))]
            count -= 1

    # --- what stands in ---

    def _paint_stand_ins(
        self, painter: QPainter, exposed: QRect, corner: QPoint, zoom: float
    ) -> None:
        """Squares of other zooms, the one used last on top; the ground where there is none."""
        usable: list[tuple[float, dict[Place, Square], list[Place]]] = []
        covered = False
        for other, level in reversed(self._levels.items()):
            if other == zoom:
                continue
            factor = other / zoom
            start = QPointF(exposed.topLeft() - corner) * factor
            size = QRectF(start.x(), start.y(), exposed.width() * factor, exposed.height() * factor)
            wanted = size.toAlignedRect()
            places = [at for at in self._among(level, wanted) if level[at].whole]
            if 0 < len(places) <= STAND_IN_SQUARES_MAX:
                usable.append((zoom / other, level, places))
                covered = len(places) == _count(wanted)
            if covered or len(usable) == STAND_INS_MAX:
                break
        if not covered:
            self._ground.paint(painter, QRectF(exposed), QPointF(corner), zoom)
        for factor, level, places in reversed(usable):
            side = SIDE_PIXELS * factor
            for at in places:
                x, y = at[0] * side + corner.x(), at[1] * side + corner.y()
                painter.drawImage(QRectF(x, y, side, side), level[at].image)


def _places(pixels: QRect) -> Iterator[Place]:
    """Places of the squares that a rectangle touches, in pixels from the board's point 0, 0."""
    for y in range(pixels.top() // SIDE_PIXELS, pixels.bottom() // SIDE_PIXELS + 1):
        for x in range(pixels.left() // SIDE_PIXELS, pixels.right() // SIDE_PIXELS + 1):
            yield x, y


def _count(pixels: QRect) -> int:
    """How many squares a rectangle touches."""
    across = pixels.right() // SIDE_PIXELS - pixels.left() // SIDE_PIXELS + 1
    return across * (pixels.bottom() // SIDE_PIXELS - pixels.top() // SIDE_PIXELS + 1)


def _pixel(at: Place) -> QPoint:
    return QPoint(at[0] * SIDE_PIXELS, at[1] * SIDE_PIXELS)


def _pixels(area: QRectF, zoom: float) -> QRect:
    """All pixels that something in a rectangle of the board may touch."""
    scaled = QRectF(area.x() * zoom, area.y() * zoom, area.width() * zoom, area.height() * zoom)
    spill = SPILL_PIXELS
    return scaled.toAlignedRect().adjusted(-spill, -spill, spill, spill)


def _quarters(part: QRect) -> list[QRect]:
    """A rectangle cut in the middle of each side that is longer than the least one."""
    across, down = part.width() // 2, part.height() // 2
    columns = [(part.left(), across), (part.left() + across, part.width() - across)]
    rows = [(part.top(), down), (part.top() + down, part.height() - down)]
    return [QRect(x, y, w, h) for x, w in columns for y, h in rows if w > 0 and h > 0]


def _far(first: Place, second: Place) -> int:
    return max(abs(first[0] - second[0]), abs(first[1] - second[1]))
