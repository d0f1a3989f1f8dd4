"""Fractional keys: texts that order things, with room for another between any two.

A board's z is one. Rooms and windows make keys from the neighbours they see; two that are made
alike at one time are no trouble, ties go by the order of the log.
"""

from __future__ import annotations

from typing import Final

from app.core.errors import LocalError

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MIDDLE_KEY: Final = "V"
KEY_CHARACTERS_MAX: Final = 64


def key_between(low: str, high: str) -> str:
    """A fractional key strictly between two; an empty `low` or `high` is the end of that side.

    Raises:
        LocalError: they are not in order, or so close that the key would be too long.
    """
    if high and low >= high:
        message = f"no key lies between '{low}' and '{high}'"
        raise LocalError(message)
    made = ""
    place = 0
    bounded = bool(high)
    while True:
        below = DIGITS.index(low[place]) if place < len(low) else 0
        above = len(DIGITS)
        if bounded:
            above = DIGITS.index(high[place]) if place < len(high) else 0
        if above - below > 1:
            made += DIGITS[(below + above) // 2]
            break
        made += DIGITS[below]
        bounded = bounded and below == above
        place += 1
    if len(made) > KEY_CHARACTERS_MAX:
        message = "these objects have been reordered too often: bring them to the front together"
        raise LocalError(message)
    return made
