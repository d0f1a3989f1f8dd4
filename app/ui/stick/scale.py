"""Round figures for axes, rings and times. Pure."""

from __future__ import annotations

_STEPS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_MINUTE_MS = 60_000
_TICKS_MS = tuple(
    [seconds * 1_000 for seconds in (10, 15, 30)]
    + [minutes * _MINUTE_MS for minutes in (1, 2, 3, 5, 10, 15, 30, 60, 120, 240, 480, 1_440)]
)


def ring_step_ms(scale: float, least_pixels: float) -> int:
    """The smallest round number of ms that is that many pixels or more, at `scale` pixels a ms."""
    return next((step for step in _STEPS_MS if step * scale >= least_pixels), _STEPS_MS[-1])


def tick_ms(span_ms: float, most: int) -> int:
    """The smallest round time of which no more than `most` fit into `span_ms`."""
    return next((tick for tick in _TICKS_MS if span_ms / tick <= most), _TICKS_MS[-1])


def top_ms(value: float) -> int:
    """The top of an axis from 0 to at least `value`: divides by four into round figures."""
    for top in (4, 8, 20, 40, 80, 120, 200, 400, 800, 1_200, 2_000, 4_000, 8_000, 20_000):
        if value <= top:
            return top
    return 40_000


def apart(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels as near to the wanted as `gap` between any two allows, from low to high."""
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    found = list(wanted)
    floor = low
    for place in order:
        found[place] = max(found[place], floor)
        floor = found[place] + gap
    ceiling = high
    for place in reversed(order):
        found[place] = min(found[place], ceiling)
        ceiling = found[place] - gap
    return found
