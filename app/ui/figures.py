"""Figures as people read them: with their unit, no more exact than they were measured.

Times of the day come as text, because this module knows no clock and no time zone.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.instant import MILLI, SECOND, Micros
from app.ui.strings import Figures
from app.ui.wording import figure

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_KILOBYTE = 1_000


def milliseconds(milliseconds_measured: float | None) -> str:
    """41 ms; a dash for what was not measured; one place after the point under 10 only if not 0."""
    if milliseconds_measured is None:
        return Figures.UNKNOWN()
    return Figures.MILLISECONDS(count=figure(round(milliseconds_measured)))


def milliseconds_spoken(milliseconds_measured: float | None) -> str:
    """41 milliseconds, for ears; empty for what was not measured."""
    if milliseconds_measured is None:
        return ""
    return Figures.MILLISECONDS_SPOKEN(round(milliseconds_measured))


def micros(span: Micros) -> str:
    """A span as milliseconds, from 1 s on with the two largest units: 1.4 s, 2 min, 4 min 8 s."""
    if span < SECOND:
        return milliseconds(span / MILLI)
    seconds = span / SECOND
    if seconds < 10:
        return Figures.SECONDS(count=f"{seconds:.1f}")
    return duration(int(seconds))


def duration(seconds: int) -> str:
    """12 s, 4 min 8 s, 4 min, 1 h 5 min, 3 days."""
    if seconds < _MINUTE:
        return Figures.SECONDS(count=figure(seconds))
    if seconds < _HOUR:
        minutes, rest = divmod(seconds, _MINUTE)
        if rest and minutes < 10:
            return Figures.MINUTES_SECONDS(minutes=minutes, seconds=rest)
        return Figures.MINUTES(count=figure(minutes))
    if seconds < _DAY:
        hours, rest = divmod(seconds // _MINUTE, 60)
        if rest:
            return Figures.HOURS_MINUTES(hours=hours, minutes=rest)
        return Figures.HOURS(count=figure(hours))
    return Figures.DAYS(seconds // _DAY)


def percent(share: float) -> str:
    """62 % of a share from 0 to 1."""
    return Figures.PERCENT(count=figure(round(100 * share)))


def size(count: int) -> str:
    """48 KB, 1.2 MB."""
    if count < _KILOBYTE:
        return Figures.BYTES(count)
    value = count / _KILOBYTE
    if value < _KILOBYTE:
        return Figures.KILOBYTES(count=f"{value:.1f}" if value < 10 else f"{value:.0f}")
    return Figures.MEGABYTES(count=f"{value / _KILOBYTE:.1f}")


def names(people: Sequence[str]) -> str:
    """Ada; Ada and Bram; Ada, Bram and Chidi."""
    if len(people) < 2:
        return "".join(people)
    first = people[0]
    for name in people[1:-1]:
        first = Figures.NAMES_MORE(first=first, next=name)
    return Figures.NAMES_LAST(first=first, last=people[-1])
