"""The live map: who is how far from the stick, who talks how much, and the stick on its way.

Distances from the holder are measured round trips, exactly; rings and scale say how many ms. The
rod runs along the link when the stick moved, as slowly as one can follow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSizeF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.core.ids import SiteId
from app.ui.fonts import Role, Weight
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.meter import draw_share_ring
from app.ui.paint.painter import dashed_pen, kept
from app.ui.paint.stick import LYING_LENGTH, LYING_WIDTH, draw_rod, draw_trail
from app.ui.stick.canvas import CENTRE, Canvas, Words
from app.ui.stick.labels import Crowd, name_place, ring_place
from app.ui.stick.layout import Fit, Place, around
from app.ui.stick.model import Face, StickModel
from app.ui.stick.scale import ring_step_ms
from app.ui.stick.words import wait_text
from app.ui.strings import StickPanel as Text
from app.ui.theme import Motion, Theme

MARK, RING = 30, 48
SLOWER = 12
"""The rod takes this many times as long as the message that it stands for."""
TRAVEL_MS_MAX = 2_000
_LEAST = 74
"""Pixels between two marks at 100 %, so that no one covers another's name."""
_RING_LEAST = 56
_MARGIN_X, _MARGIN_TOP, _MARGIN_BOTTOM = 74, 46, 40
_EASE_SHARE = 0.4
"""How much of the way to its new place a mark goes at a drawing."""
_STILL_PIXELS = 0.6


@dataclass(frozen=True, slots=True)
class Laid:
    """A drawing's geometry: pixels of everybody, pixels a ms, where the holder is."""

    places: dict[SiteId, QPointF]
    scale: float
    centre: QPointF


class MapView(Canvas):
    """`replayed` says what is on its way, or nothing."""

    replayed = Signal(str)

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, model.clock, parent)
        self._model = model
        self._shown: dict[SiteId, QPointF] = {}
        self._shown_scale = 0.0
        self._names: dict[SiteId, QRectF] = {}
        self._way: tuple[SiteId, SiteId] | None = None
        self._along = 0.0
        self._travel = QVariantAnimation(self)
        self._travel.setStartValue(0.0)
        self._travel.setEndValue(1.0)
        self._travel.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._travel.valueChanged.connect(self._go)
        self._travel.finished.connect(self._arrive)
        model.changed.connect(self.news)
        model.travelled.connect(self.travel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- the stick on its way ---------------------------------------------------------------------

    def travel(self, source: str, target: str) -> None:
        """Show the rod going from one to the other; nothing if one of them is not on the map."""
        model = self._model
        one, two = SiteId(source), SiteId(target)
        length = self.theme.duration(Motion.STICK_MOVE)
        if not self.isVisible() or not length:
            return
        if one not in self._shown or two not in self._shown or one == two:
            return
        trip = model.round_trip_ms(one, two)
        factor = SLOWER
        if trip is not None and trip > 0:
            factor = round(max(length, SLOWER * trip / 2) / (trip / 2))
            length = min(max(length, round(SLOWER * trip / 2)), TRAVEL_MS_MAX)
        self._way = (one, two)
        self._travel.stop()
        self._travel.setDuration(length)
        self._travel.start()
        names = model.face(one).first, model.face(two).first
        self.replayed.emit(Text.REPLAY(source=names[0], target=names[1], factor=factor))
        self.refresh()

    def _go(self, along: object) -> None:
        old = self._rod_rect()
        self._along = float(along) if isinstance(along, float) else 0.0
        self.update(old.united(self._rod_rect()).toAlignedRect())

    def _arrive(self) -> None:
        self._way = None
        self.replayed.emit("")
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing moves where nobody looks."""
        super().hideEvent(event)
        if self._way is not None:
            self._travel.stop()
            self._arrive()

    def _ends(self) -> tuple[QPointF, QPointF] | None:
        if self._way is None:
            return None
        one, two = self._shown.get(self._way[0]), self._shown.get(self._way[1])
        return None if one is None or two is None else (one, two)

    def _rod_rect(self) -> QRectF:
        """Everything that the rod and its trail may cover now."""
        ends = self._ends()
        if ends is None:
            return QRectF()
        reach = self.theme.px(LYING_LENGTH)
        at = ends[0] + (ends[1] - ends[0]) * self._along
        return QRectF(ends[0], at).normalized().adjusted(-reach, -reach, reach, reach)

    def draw_over(self, painter: QPainter) -> None:
        """The rod between two marks, with its trail."""
        ends = self._ends()
        if ends is None:
            return
        tokens, px = self.theme.tokens, self.theme.px
        start, way = ends[0], ends[1] - ends[0]
        at = start + way * self._along
        draw_trail(painter, start, at, px(4), tokens)
        with kept(painter):
            painter.translate(at)
            painter.rotate(math.degrees(math.atan2(way.y(), way.x())))
            length, width = px(LYING_LENGTH), px(LYING_WIDTH)
            draw_rod(painter, QRectF(-length / 2, -width / 2, length, width), tokens)

    def content(self) -> object:
        """Round trips to a tenth, shares to a hundredth, places to a tenth."""
        model = self._model
        return [
            (
                model.face(site),
                site == model.holder,
                round(model.share_of(site), 2),
                round(x, 1),
                round(y, 1),
                [round(model.round_trip_ms(site, other) or 0.0, 1) for other in model.places],
            )
            for site, (x, y) in model.places.items()
        ]

    # --- geometry ---------------------------------------------------------------------------------

    def laid(self) -> Laid | None:
        """Where everybody is to be, from the model's layout; None with nobody to show."""
        model, px = self._model, self.theme.px
        places, holder = model.places, model.holder
        if not places or holder not in places:
            return None
        area = QRectF(self.rect()).adjusted(
            px(_MARGIN_X), px(_MARGIN_TOP), -px(_MARGIN_X), -px(_MARGIN_BOTTOM)
        )
        if area.width() < px(80) or area.height() < px(60):
            area = QRectF(self.rect()).adjusted(px(40), px(30), -px(40), -px(30))
        least = min(px(_LEAST), area.height() / 2.2)
        scale = self._fitting(places, holder, area.size(), least)
        found = around(places, holder, model.wanted, Fit(scale, least))
        box = _box(found)
        offset = area.center() - box.center()
        return Laid({site: QPointF(x, y) + offset for site, (x, y) in found.items()}, scale, offset)

    def _fitting(
        self, places: dict[SiteId, Place], holder: SiteId, room: QSizeF, least: float
    ) -> float:
        """The largest scale with which everybody is inside."""
        wanted = self._model.wanted
        low, high = 0.0, 40.0
        for _halving in range(18):
            middle = (low + high) / 2
            box = _box(around(places, holder, wanted, Fit(middle, least)))
            inside = box.width() <= room.width() and box.height() <= room.height()
            low, high = (middle, high) if inside else (low, middle)
        return low

    def _ease(self, laid: Laid) -> None:
        """Go a part of the way to where everybody is to be; all of it with less movement."""
        first = not self._shown or self.theme.less_movement or self._shown_scale <= 0
        moving = False
        shown: dict[SiteId, QPointF] = {}
        for site, place in laid.places.items():
            old = self._shown.get(site)
            if old is None or first:
                shown[site] = place
                continue
            way = place - old
            if abs(way.x()) + abs(way.y()) > _STILL_PIXELS:
                moving = True
                shown[site] = old + way * _EASE_SHARE
            else:
                shown[site] = place
        self._shown = shown
        self._shown_scale = laid.scale
        if moving:
            self._wake()

    def _wake(self) -> None:
        self._stale = True
        self._later.start(100)

    # --- drawing ----------------------------------------------------------------------------------

    def draw(self, painter: QPainter) -> None:
        """Rings, links, marks, names, scale."""
        model, px, tokens = self._model, self.theme.px, self.theme.tokens
        laid = self.laid()
        if laid is None or model.holder is None:
            self._shown = {}
            return
        self._ease(laid)
        holder = model.holder
        crowd = self._crowd(holder)
        self._names = {site: self._name_rect(crowd, site) for site in self._shown}
        self._rings(painter, laid, crowd)
        self._links(painter, holder)
        sites = [site for site in self._shown if site != holder]
        for site in (*sites, holder):
            self._mark(painter, site)
        for site in (*sites, holder):
            self._name(painter, site)
        for site in sites:
            self._trip(painter, site, holder)
        self._legend(painter, laid)
        if len(self._shown) == 1:
            where = QRectF(px(20), self.height() - px(40), self.width() - px(40), px(20))
            self.text(painter, where, Text.MAP_EMPTY(), Words(Role.SMALL, tokens.text_hint), CENTRE)
        self.setAccessibleName(Text.MAP_SPOKEN(name=model.face(holder).name))

    def _step(self, scale: float) -> int:
        return ring_step_ms(scale, self.theme.px(_RING_LEAST))

    def _crowd(self, holder: SiteId) -> Crowd:
        model, px = self._model, self.theme.px
        return Crowd(
            self._shown,
            holder,
            lambda one, two: model.round_trip_ms(one, two) is not None,
            QRectF(self.rect()).adjusted(4, 2, -4, -2),
            self._legend_rect(),
            px(RING) / 2,
        )

    def _rings(self, painter: QPainter, laid: Laid, crowd: Crowd) -> None:
        if len(self._shown) < 2:
            return
        tokens, px = self.theme.tokens, self.theme.px
        centre = self._shown[crowd.holder]
        step = self._step(laid.scale)
        reach = math.hypot(self.width(), self.height())
        for number in range(1, 7):
            radius = number * step * laid.scale
            if radius > reach:
                return
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawEllipse(centre, radius, radius)
            words = wait_text(number * step)
            size = QSizeF(self.width_of(words, Role.CAPTION) + px(8), px(16))
            where = ring_place(crowd, list(self._names.values()), radius, size)
            if where is not None:
                painter.fillRect(where, QColor(tokens.surface))
                self.text(painter, where, words, Words(Role.CAPTION, tokens.text_hint), CENTRE)

    def _links(self, painter: QPainter, holder: SiteId) -> None:
        tokens = self.theme.tokens
        sites = list(self._shown)
        with kept(painter):
            for place, one in enumerate(sites):
                for two in sites[place + 1 :]:
                    if self._model.round_trip_ms(one, two) is None:
                        continue
                    if not (self._model.face(one).present and self._model.face(two).present):
                        continue
                    if holder in {one, two}:
                        painter.setPen(QPen(QColor(tokens.edge), 1.25))
                    else:
                        painter.setPen(dashed_pen(tokens.edge_soft, 1, dash=1.5, gap=4))
                    painter.drawLine(self._shown[one], self._shown[two])

    def _mark(self, painter: QPainter, site: SiteId) -> None:
        tokens, px = self.theme.tokens, self.theme.px
        face, at = self._model.face(site), self._shown[site]
        ring, side = px(RING), px(MARK)
        outer = QRectF(at.x() - ring / 2, at.y() - ring / 2, ring, ring)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.surface))
        painter.drawEllipse(outer)
        if face.present:
            share = self._model.share_of(site)
            draw_share_ring(painter, outer, share, face.colour.on(tokens), tokens)
        inner = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
        draw_mark(painter, inner, Mark(face.initials, face.colour, reachable=face.present), tokens)
        if site == self._model.holder and self._way is None:
            length, width = px(LYING_LENGTH) * 0.75, px(LYING_WIDTH) * 0.75
            rod = QRectF(at.x() - length / 2, outer.bottom() - width * 0.45, length, width)
            draw_rod(painter, rod, tokens)

    def _second(self, face: Face, site: SiteId) -> str:
        """The line below a name."""
        if site == self._model.holder:
            return Text.HAS_STICK()
        if not face.present:
            return Text.NOT_REACHABLE()
        holder = self._model.holder
        if holder is not None and self._model.round_trip_ms(site, holder) is None:
            return Text.NOT_MEASURED()
        return Text.TABLE_HERE() if face.is_self else ""

    def _name_rect(self, crowd: Crowd, site: SiteId) -> QRectF:
        """Where a name stands, with its second line."""
        face = self._model.face(site)
        second = self._second(face, site)
        width = max(
            self.width_of(face.first, Role.SMALL, Weight.SEMIBOLD),
            self.width_of(second, Role.CAPTION) if second else 0.0,
        )
        height = self.theme.line(Role.SMALL)
        height += self.theme.line(Role.CAPTION) if second else 0
        px = self.theme.px
        rod = px(10) if site == crowd.holder else 0
        return name_place(crowd, site, QSizeF(width + 1, height), gap=px(5), below=rod)

    def _name(self, painter: QPainter, site: SiteId) -> None:
        tokens, px = self.theme.tokens, self.theme.px
        face, at = self._model.face(site), self._shown[site]
        second = self._second(face, site)
        first, low = self.theme.line(Role.SMALL), self.theme.line(Role.CAPTION)
        where = self._names[site]
        painter.setPen(Qt.PenStyle.NoPen)
        shade = QColor(tokens.surface)
        shade.setAlphaF(0.8)
        painter.setBrush(shade)
        painter.drawRoundedRect(where.adjusted(-3, -1, 3, 1), 4, 4)
        align = Qt.AlignmentFlag.AlignHCenter
        if where.center().x() < at.x() - px(RING) / 2:
            align = Qt.AlignmentFlag.AlignRight
        elif where.center().x() > at.x() + px(RING) / 2:
            align = Qt.AlignmentFlag.AlignLeft
        align |= Qt.AlignmentFlag.AlignVCenter
        top = QRectF(where.left(), where.top(), where.width(), first)
        words = Words(Role.SMALL, tokens.text, Weight.SEMIBOLD)
        self.text(painter, top, face.first, words, align)
        if second:
            below = QRectF(where.left(), where.top() + first, where.width(), low)
            colour = tokens.stick_text if site == self._model.holder else tokens.text_soft
            self.text(painter, below, second, Words(Role.CAPTION, colour), align)

    def _trip(self, painter: QPainter, site: SiteId, holder: SiteId) -> None:
        """The round trip to the holder, on the link."""
        trip = self._model.round_trip_ms(site, holder)
        if trip is None or not self._model.face(site).present:
            return
        tokens, px = self.theme.tokens, self.theme.px
        one, two = self._shown[site], self._shown[holder]
        way = two - one
        # Nearer to the far end, where the links are apart.
        at = one + way * 0.44
        if math.hypot(way.x(), way.y()) < px(RING + 34):
            return
        words = wait_text(trip)
        width = self.width_of(words, Role.CAPTION, Weight.MEDIUM) + px(10)
        height = self.theme.line(Role.CAPTION) + px(2)
        where = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(where, 4, 4)
        self.text(
            painter, where, words, Words(Role.CAPTION, tokens.text_soft, Weight.MEDIUM), CENTRE
        )

    def _legend_rect(self) -> QRectF:
        px = self.theme.px
        height = px(18) + 2 * self.theme.line(Role.CAPTION) + px(6)
        return QRectF(px(4), px(2), px(180), height)

    def _legend(self, painter: QPainter, laid: Laid) -> None:
        """How long a ms is, and what is what; up in the corner."""
        tokens, px = self.theme.tokens, self.theme.px
        if len(self._shown) < 2 or self.height() < px(150):
            return
        step = self._step(laid.scale)
        length = step * laid.scale
        left, top = px(6), px(18)
        painter.setPen(QPen(QColor(tokens.text_soft), 1.25))
        painter.drawLine(QPointF(left, top), QPointF(left + length, top))
        for x in (left, left + length):
            painter.drawLine(QPointF(x, top - 3), QPointF(x, top + 3))
        soft = Words(Role.CAPTION, tokens.text_soft)
        hint = Words(Role.CAPTION, tokens.text_hint)
        line = self.theme.line(Role.CAPTION)
        where = QRectF(left, top - line - px(2), length, line)
        self.text(painter, where, wait_text(step), soft, CENTRE)
        room = self.width() - px(12)
        for number, words in enumerate((Text.MAP_LEGEND(), Text.MAP_LEGEND_RING())):
            if self.height() > px(230):
                at = QRectF(left, top + px(6) + number * line, room, line)
                self.text(painter, at, words, hint)


def _box(places: dict[SiteId, Place]) -> QRectF:
    """What all of them cover."""
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    top, bottom = min(y for _, y in places.values()), max(y for _, y in places.values())
    return QRectF(left, top, right - left, bottom - top)
