"""Where computers lie on the map: stress majorization of the measured round trips (SMACOF).

Gansner, Koren, North, "Graph drawing by stress majorization" (2004), section 2: each place moves to
the weighted mean of where the others want it, weights 1 / distance². Started from the last layout
it stays where it was. Pure; lengths are in ms until `around` makes pixels of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.ids import SiteId

Place = tuple[float, float]
Wanted = Mapping[tuple[SiteId, SiteId], float]
"""Wanted distance of unordered pairs: (the lower id, the higher id) -> ms."""

FIRST_STEPS = 80
LATER_STEPS = 6
"""A layout that goes on needs few: the figures change a little each time."""
_NEAR_SHARE = 0.02
"""Shorter distances than this share of the longest weigh no more than it: two computers of one
room would hold all others still."""


def pair(one: SiteId, two: SiteId) -> tuple[SiteId, SiteId]:
    """The key of an unordered pair."""
    return (one, two) if one < two else (two, one)


def wanted_of(
    measured: Sequence[tuple[SiteId, SiteId, float]],
) -> dict[tuple[SiteId, SiteId], float]:
    """Distances of measured round trips: the mean of both directions where both are known."""
    both: dict[tuple[SiteId, SiteId], list[float]] = {}
    for one, two, milliseconds in measured:
        if one != two:
            both.setdefault(pair(one, two), []).append(max(milliseconds, 0.0))
    return {key: sum(values) / len(values) for key, values in both.items()}


def stress(places: Mapping[SiteId, Place], wanted: Wanted) -> float:
    """The weighted sum of squares of how far each pair is from its distance; 0 is exact."""
    least = _least(wanted)
    total = 0.0
    for (one, two), distance in wanted.items():
        if one in places and two in places:
            off = math.dist(places[one], places[two]) - distance
            total += (off / max(distance, least)) ** 2
    return total


def majorize(places: Mapping[SiteId, Place], wanted: Wanted, steps: int) -> dict[SiteId, Place]:
    """That many steps from a layout; the stress never rises, the centre of mass may drift.

    A computer without a measured pair stays where it is.
    """
    found = dict(places)
    least = _least(wanted)
    near: dict[SiteId, list[tuple[SiteId, float]]] = {site: [] for site in found}
    for (one, two), distance in wanted.items():
        if one in found and two in found:
            near[one].append((two, distance))
            near[two].append((one, distance))
    for _step in range(steps):
        for site, others in near.items():
            if others:
                found[site] = _moved(site, others, found, least)
    return found


def _least(wanted: Wanted) -> float:
    return max(_NEAR_SHARE * max(wanted.values(), default=0.0), 1e-3)


def _moved(
    site: SiteId, others: list[tuple[SiteId, float]], places: Mapping[SiteId, Place], least: float
) -> Place:
    x, y = places[site]
    sum_x = sum_y = total = 0.0
    for other, distance in others:
        weight = max(distance, least) ** -2
        other_x, other_y = places[other]
        apart = math.hypot(x - other_x, y - other_y)
        stretch = distance / apart if apart > 1e-9 else 0.0
        sum_x += weight * (other_x + stretch * (x - other_x))
        sum_y += weight * (other_y + stretch * (y - other_y))
        total += weight
    return (sum_x / total, sum_y / total)


def begin(sites: Sequence[SiteId], wanted: Wanted) -> dict[SiteId, Place]:
    """A first layout, alike wherever the same is measured; its longer side lies level."""
    far = max(wanted.values(), default=1.0) or 1.0
    places = {
        site: _on_circle(number, len(sites), far / 2) for number, site in enumerate(sorted(sites))
    }
    return _levelled(majorize(places, wanted, FIRST_STEPS))


def _on_circle(number: int, count: int, radius: float) -> Place:
    # A little off the regular polygon, so that nobody sits exactly between two wishes.
    turn = 2 * math.pi * (number + 0.03 * number * number) / max(count, 1)
    return (radius * math.cos(turn), radius * math.sin(turn))


def _levelled(places: dict[SiteId, Place]) -> dict[SiteId, Place]:
    """Turned so that the direction of most spread is the x axis."""
    count = len(places)
    if count < 2:
        return places
    mean_x = sum(x for x, _ in places.values()) / count
    mean_y = sum(y for _, y in places.values()) / count
    xx = sum((x - mean_x) ** 2 for x, _ in places.values())
    yy = sum((y - mean_y) ** 2 for _, y in places.values())
    xy = sum((x - mean_x) * (y - mean_y) for x, y in places.values())
    turn = 0.5 * math.atan2(2 * xy, xx - yy)
    cosine, sine = math.cos(turn), math.sin(turn)
    return {
        site: (
            (x - mean_x) * cosine + (y - mean_y) * sine,
            (y - mean_y) * cosine - (x - mean_x) * sine,
        )
        for site, (x, y) in places.items()
    }


def go_on(
    last: Mapping[SiteId, Place], sites: Sequence[SiteId], wanted: Wanted
) -> dict[SiteId, Place]:
    """The next layout from the last: newcomers enter at their place, the others hardly move."""
    known = {site: last[site] for site in sites if site in last}
    fresh = [site for site in sorted(sites) if site not in known]
    if not known or len(fresh) > len(known):
        return begin(sites, wanted)
    for site in fresh:
        known[site] = _entry(site, known, wanted)
    steps = FIRST_STEPS if fresh else LATER_STEPS
    return majorize({site: known[site] for site in sites}, wanted, steps)


def _entry(site: SiteId, places: Mapping[SiteId, Place], wanted: Wanted) -> Place:
    """Of a few places round the nearest neighbour, the one with the least stress."""
    near = {other: wanted[key] for other in places if (key := pair(site, other)) in wanted}
    if not near:
        return (max(x for x, _ in places.values()), max(y for _, y in places.values()))
    closest = min(near, key=lambda other: (near[other], other))
    x, y = places[closest]
    tries = []
    for eighth in range(8):
        turn = eighth * math.pi / 4 + 0.1
        place = (x + near[closest] * math.cos(turn), y + near[closest] * math.sin(turn))
        off = sum((math.dist(place, places[other]) - near[other]) ** 2 for other in near)
        tries.append((off, eighth, place))
    return min(tries)[2]


@dataclass(frozen=True, slots=True)
class Fit:
    """How ms become pixels: `scale` pixels a ms, and at least `least` pixels from the holder."""

    scale: float
    least: float


def around(
    places: Mapping[SiteId, Place], holder: SiteId, wanted: Wanted, fit: Fit
) -> dict[SiteId, Place]:
    """Pixels from the holder: its own round trips exact, the directions as the layout has them.

    So the rings round the holder tell the truth for everybody; what can't be true at once in two
    dimensions is off between the others. Who is too close to be seen is drawn at the least
    distance, and who hides another turns aside.
    """
    centre_x, centre_y = places[holder]
    polar: dict[SiteId, tuple[float, float]] = {}
    for site, (x, y) in places.items():
        if site != holder:
            apart = math.hypot(x - centre_x, y - centre_y)
            distance = wanted.get(pair(site, holder), apart)
            turn = math.atan2(y - centre_y, x - centre_x)
            polar[site] = (max(distance * fit.scale, fit.least), turn)
    _turn_aside(polar, fit.least)
    found: dict[SiteId, Place] = {holder: (0.0, 0.0)}
    for site, (radius, turn) in polar.items():
        found[site] = (radius * math.cos(turn), radius * math.sin(turn))
    return found


def _turn_aside(polar: dict[SiteId, tuple[float, float]], least: float) -> None:
    """Turn those apart who are closer than `least` to each other."""
    sites = sorted(polar, key=lambda site: (polar[site][1], site))
    for _round in range(24):
        calm = True
        for place, one in enumerate(sites):
            for two in sites[place + 1 :]:
                radius, turn = polar[one]
                radius_two, turn_two = polar[two]
                apart = math.hypot(
                    radius * math.cos(turn) - radius_two * math.cos(turn_two),
                    radius * math.sin(turn) - radius_two * math.sin(turn_two),
                )
                if apart >= least:
                    continue
                calm = False
                step = 0.3 * (least - apart + 2) / max(radius, radius_two)
                ahead = math.remainder(turn_two - turn, 2 * math.pi) >= 0
                polar[one] = (radius, turn - step if ahead else turn + step)
                polar[two] = (radius_two, turn_two + step if ahead else turn_two - step)
        if calm:
            return
