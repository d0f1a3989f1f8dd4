"""The two clocks of the window: one that only goes forward, and the wall's for what people read.

Given to whoever needs them, so that tests choose the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from app.core.instant import Micros
from app.ui.strings import Dates


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` in microseconds since any moment, `wall_ms` in milliseconds since 1970."""

    now: Callable[[], Micros]
    wall_ms: Callable[[], int]


SYSTEM_CLOCK = Clock(
    now=lambda: Micros(time.monotonic_ns() // 1_000),
    wall_ms=lambda: time.time_ns() // 1_000_000,
)


def local(wall_ms: int) -> datetime:
    """A wall-clock moment in the time zone of this computer."""
    return datetime.fromtimestamp(wall_ms / 1_000).astimezone()


def time_of_day(wall_ms: int) -> str:
    """14:31."""
    return f"{local(wall_ms):%H:%M}"


def day_of(wall_ms: int) -> date:
    """The day here."""
    return local(wall_ms).date()


def day_name(day: date, today: date) -> str:
    """Today, Yesterday, Monday (within a week), 12 November, 12 November 2024."""
    age = (today - day).days
    if age == 0:
        return Dates.TODAY()
    if age == 1:
        return Dates.YESTERDAY()
    if 1 < age < 7:
        return Dates.WEEKDAYS[day.weekday()]()
    month = Dates.MONTHS[day.month - 1]()
    if day.year == today.year:
        return Dates.DAY_MONTH(day=day.day, month=month)
    return Dates.DAY_MONTH_YEAR(day=day.day, month=month, year=str(day.year))
