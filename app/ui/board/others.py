"""The others on the board: their pointers, lasers, and outlines of what they have chosen.

Pointers glide from one hint to the next, unless the person wants less movement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.core.ids import SiteId
from app.ui.board.geometry import bounds_of
from app.ui.board.model import BoardModel
from app.ui.board.overlay import Layer, Overlay
from app.ui.board.presence import LASER_MS, POINTER_FAINT_MS, Presence
from app.ui.fonts import Role, Weight
from app.ui.paint.painter import round_pen
from app.ui.paint.pointer import ARROW_PIXELS, draw_pointer, label_rect
from app.ui.swatches import PersonColour, person_colour

_GLIDE_SHARE = 0.4
"""Of the way to where the pointer is, in one frame."""
_GLIDE_END_PX = 0.3
_FAINT = 0.4
_LASER_PIXELS = 9.0
_OUTLINE_PIXELS = 1.5
_NAME_WIDTH = 118
LASER_OWN = SiteId("")
"""The own laser among the others' in the layer."""

Trail = Iterable[tuple[float, float, int]]


def colour_of(model: BoardModel, site: SiteId) -> PersonColour:
    """The colour of somebody, slate for strangers."""
    person = model.people.get(site)
    return person_colour(person.colour if person is not None else "")


def name_of(model: BoardModel, site: SiteId) -> str:
    """The name of somebody, empty for strangers."""
    person = model.people.get(site)
    return person.name if person is not None else ""


class PointerLayer(Layer):
    """Pointers of the others, with their names."""

    holds_on_to_view = True

    def __init__(
        self,
        overlay: Overlay,
        model: BoardModel,
        presence: Presence,
        clock_ms: Callable[[], int],
    ) -> None:
        super().__init__(overlay)
        self._model = model
        self._presence = presence
        self._clock_ms = clock_ms
        self._places: dict[SiteId, QPointF] = {}
        presence.pointer_moved.connect(self._move)
        presence.pointer_aged.connect(lambda _site: self.refresh())
        presence.ended.connect(self.refresh)
        model.people_changed.connect(self.refresh)

    def areas(self) -> Sequence[QRectF]:
        """Arrow and label of each."""
        self._forget_gone()
        size, view = float(self.theme.px(ARROW_PIXELS) + 2), self.overlay.view_rect
        found = []
        for site, place in self._places.items():
            tip = self.camera.to_view(place)
            if view.adjusted(-size, -size, size, size).contains(tip):
                found.append(QRectF(tip.x() - 2, tip.y() - 2, size + 2, size + 2))
                found.append(label_rect(tip, name_of(self._model, site), self.theme, view))
        return found

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint them all: there are few."""
        now, view = self._clock_ms(), self.overlay.view_rect
        for site, place in self._places.items():
            seen = self._presence.pointers.get(site)
            tip = self.camera.to_view(place)
            if seen is None or not view.contains(tip):
                continue
            painter.setOpacity(_FAINT if now - seen.since_ms >= POINTER_FAINT_MS else 1.0)
            colour = colour_of(self._model, site)
            draw_pointer(painter, tip, name_of(self._model, site), colour, self.theme, view)

    def advance(self) -> bool:
        """Glide on."""
        moving = False
        for site, place in self._places.items():
            seen = self._presence.pointers.get(site)
            if seen is None:
                continue
            way = QPointF(seen.x, seen.y) - place
            if math.hypot(way.x(), way.y()) * self.camera.zoom > _GLIDE_END_PX:
                self._places[site] = place + way * _GLIDE_SHARE
                moving = True
            else:
                self._places[site] = QPointF(seen.x, seen.y)
        if moving:
            self.refresh()
        return moving

    def _move(self, site: SiteId) -> None:
        seen = self._presence.pointers.get(site)
        if seen is None or site not in self._model.people:
            self.refresh()
        elif site not in self._places or self.theme.less_movement:
            self._places[site] = QPointF(seen.x, seen.y)
            self.refresh()
        else:
            self.overlay.wake()

    def _forget_gone(self) -> None:
        for site in [each for each in self._places if each not in self._presence.pointers]:
            del self._places[site]


class LaserLayer(Layer):
    """Lasers, the own one too: a trail that gets thin and fades."""

    def __init__(self, overlay: Overlay, presence: Presence, clock_ms: Callable[[], int]) -> None:
        super().__init__(overlay)
        self._presence = presence
        self._clock_ms = clock_ms
        presence.laser_shone.connect(self._shine)
        presence.ended.connect(self.refresh)

    def areas(self) -> Sequence[QRectF]:
        """One rectangle for each trail."""
        found = []
        for trail in self._presence.lasers.values():
            points = [self.camera.to_view(QPointF(x, y)) for x, y, _ in trail]
            xs, ys = [point.x() for point in points], [point.y() for point in points]
            if points:
                box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
                room = _LASER_PIXELS
                found.append(box.adjusted(-room, -room, room, room))
        return found

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint each trail from its faint end to its bright one."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now = self._clock_ms()
        for trail in self._presence.lasers.values():
            self._paint_trail(painter, trail, now)

    def _paint_trail(self, painter: QPainter, trail: Trail, now: int) -> None:
        colour = QColor(self.theme.tokens.danger)
        before: QPointF | None = None
        for x, y, shone in trail:
            left = max(1 - (now - shone) / LASER_MS, 0.0)
            point = self.camera.to_view(QPointF(x, y))
            if before is not None and left > 0:
                colour.setAlphaF(0.75 * left)
                pen = round_pen(colour, 1.5 + (_LASER_PIXELS - 1.5) * left)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawLine(before, point)
            before = point
        if before is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            colour.setAlphaF(1.0)
            painter.setBrush(colour)
            painter.drawEllipse(before, _LASER_PIXELS / 2, _LASER_PIXELS / 2)

    def advance(self) -> bool:
        """Fade on; with less movement light goes out at once when its time is over."""
        if not self._presence.lasers:
            return False
        going = self._presence.age()
        self.refresh()
        return going

    def _shine(self, _site: SiteId) -> None:
        self.refresh()
        self.overlay.wake()


class ChosenByOthersLayer(Layer):
    """An outline with a name round what somebody else has chosen or writes."""

    def __init__(self, overlay: Overlay, model: BoardModel, presence: Presence) -> None:
        super().__init__(overlay)
        self._model = model
        self._presence = presence
        presence.selection_changed.connect(self._again)
        presence.text_changed.connect(self._again)
        presence.ended.connect(self.refresh)
        model.objects_changed.connect(self._again)
        model.people_changed.connect(self.refresh)

    def _outlines(self) -> Iterable[tuple[SiteId, QRectF]]:
        chosen = [
            (site, object_id)
            for site, ids in self._presence.selections.items()
            if site in self._model.people
            for object_id in ids
        ]
        chosen += [(text.site, object_id) for object_id, text in self._presence.texts.items()]
        for site, object_id in chosen:
            shown = self._model.objects.get(object_id)
            if shown is not None and not shown.open:
                written = self._presence.texts.get(object_id)
                if written is not None:
                    shown = replace(shown, text=written.text)
                rect = bounds_of(shown)
                start = self.camera.to_view(rect.topLeft())
                end = self.camera.to_view(rect.bottomRight())
                yield site, QRectF(start, end).adjusted(-4, -4, 4, 4)

    def areas(self) -> Sequence[QRectF]:
        """Outlines with room for the names above."""
        up = self.theme.line(Role.CAPTION) + self.theme.px(4)
        right = self.theme.px(_NAME_WIDTH) + 2
        return [rect.adjusted(-2, -up - 2, right, 2) for _, rect in self._outlines()]

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """A name is written once for each person, at the first outline."""
        tokens = self.theme.tokens
        named: dict[SiteId, None] = {}
        painter.setFont(self.theme.font(Role.CAPTION, Weight.SEMIBOLD))
        for site, rect in self._outlines():
            colour = QColor(colour_of(self._model, site).on(tokens))
            painter.setPen(round_pen(colour, _OUTLINE_PIXELS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(rect, 3, 3)
            if site not in named:
                named[site] = None
                self._paint_name(painter, rect.topLeft(), name_of(self._model, site), colour)

    def _paint_name(self, painter: QPainter, at: QPointF, name: str, colour: QColor) -> None:
        font = self.theme.font(Role.CAPTION, Weight.SEMIBOLD)
        height = float(self.theme.line(Role.CAPTION))
        metrics, pad = QFontMetricsF(font), self.theme.px(8)
        room = self.theme.px(_NAME_WIDTH) - pad
        name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(name) + pad
        rect = QRectF(at.x(), at.y() - height - 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(QColor(self.theme.tokens.on_mark))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), name)

    def _again(self, *_what: object) -> None:
        if self._presence.selections or self._presence.texts or self.shown_areas:
            self.refresh()
