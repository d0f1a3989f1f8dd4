"""Where words stand on the map, so that they hide least: other marks, links, the edge, the legend.

Only geometry; the map draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.core.ids import SiteId

_LABEL_TURNS = (-47, -30, -62, -15, -133, -150, 30, 47, 150, 133)
"""Degrees at which the figure of a ring may stand: up to the right first."""
_OUTSIDE, _ON_MARK, _ON_LEGEND = 1_000.0, 300.0, 200.0
_LINK_OF_HOLDER, _LINK = 30.0, 8.0
"""How bad it is to hide something; only their order matters."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is on the map: marks of radius `half`, who is linked with whom, where words may be."""

    places: dict[SiteId, QPointF]
    holder: SiteId
    linked: Callable[[SiteId, SiteId], bool]
    inside: QRectF
    legend: QRectF
    half: float

    def mark(self, site: SiteId, more: float = 0.0) -> QRectF:
        """The square round a mark."""
        at, reach = self.places[site], self.half + more
        return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def name_place(crowd: Crowd, site: SiteId, size: QSizeF, *, gap: float, below: float) -> QRectF:
    """The best of the four sides of a mark; `below` it something else needs that many pixels."""
    at, half = crowd.places[site], crowd.half
    middle, centre = at.y() - size.height() / 2, at.x() - size.width() / 2
    tries = (
        QPointF(at.x() + half + gap, middle),
        QPointF(at.x() - half - gap - size.width(), middle),
        QPointF(centre, at.y() + half + 1 + below),
        QPointF(centre, at.y() - half - size.height() - 1),
    )
    places = [QRectF(corner, size) for corner in tries]
    return min(places, key=lambda rect: _badness(crowd, site, rect))


def _badness(crowd: Crowd, site: SiteId, rect: QRectF) -> float:
    bad = 0.0 if crowd.inside.contains(rect) else _OUTSIDE
    if rect.intersects(crowd.legend):
        bad += _ON_LEGEND
    here = crowd.places[site]
    for other, at in crowd.places.items():
        if other == site:
            continue
        if rect.intersects(crowd.mark(other)):
            bad += _ON_MARK
        if crowd.linked(site, other):
            # A link that leaves on this side runs through the name.
            weight = _LINK_OF_HOLDER if crowd.holder in {other, site} else _LINK
            bad += weight * max(_cosine(at - here, rect.center() - here), 0.0) ** 3
    return bad


def _cosine(one: QPointF, two: QPointF) -> float:
    length = math.hypot(one.x(), one.y()) * math.hypot(two.x(), two.y())
    return (one.x() * two.x() + one.y() * two.y()) / max(length, 1e-6)


def ring_place(crowd: Crowd, names: list[QRectF], radius: float, size: QSizeF) -> QRectF | None:
    """A free place for the figure of a ring round the holder; None if there is none."""
    centre = crowd.places[crowd.holder]
    for degrees in _LABEL_TURNS:
        turn = math.radians(degrees)
        at = centre + QPointF(radius * math.cos(turn), radius * math.sin(turn))
        where = QRectF(QPointF(at.x() - size.width() / 2, at.y() - size.height() / 2), size)
        if crowd.inside.contains(where) and not _taken(crowd, names, where):
            return where
    return None


def _taken(crowd: Crowd, names: list[QRectF], where: QRectF) -> bool:
    """Whether a mark, a name, the legend or a link to the holder lies there."""
    if where.intersects(crowd.legend) or any(where.intersects(name) for name in names):
        return True
    centre = crowd.places[crowd.holder]
    for site, at in crowd.places.items():
        if where.intersects(crowd.mark(site, 4.0)):
            return True
        way, off = at - centre, where.center() - centre
        length = math.hypot(way.x(), way.y())
        if length >= 1:
            along = (way.x() * off.x() + way.y() * off.y()) / length
            aside = abs(way.x() * off.y() - way.y() * off.x()) / length
            if 0 < along < length and aside < where.width() * 0.7:
                return True
    return False
