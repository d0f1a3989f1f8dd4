"""Time as an argument.

The core never asks what time it is: a driver passes `now`, a count of microseconds on a clock that
never goes back (its zero means nothing). Wall-clock time exists for display only and is passed
separately, in milliseconds.
"""

from __future__ import annotations

from typing import NewType

Micros = NewType("Micros", int)

MILLI = 1_000
SECOND = 1_000_000


def after(now: Micros, micros: int) -> Micros:
    """The instant `micros` later than `now`."""
    return Micros(now + micros)


def earliest(*instants: Micros | None) -> Micros | None:
    """The first of the given deadlines, or None where none is set."""
    first: Micros | None = None
    for instant in instants:
        if instant is not None and (first is None or instant < first):
            first = instant
    return first
