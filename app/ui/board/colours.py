"""What a stored colour looks like on a canvas: inks and papers by name, free colours as they are.

A marker's colour is a free one with an opacity; where it is an ink's, it follows the theme too.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from app.ui.colour import seen_on
from app.ui.swatches import INKS, NOTES
from app.ui.tokens import Tokens

_INK_PREFIX = "ink:"
_NAMED = {**NOTES, **INKS}
_BY_LIGHT = {swatch.light[1:]: swatch for swatch in INKS.values()}
_HEXADECIMAL = frozenset("0123456789ABCDEF")
MARKER_OPACITY = "59"
"""Of 255: what lies under a marker stays readable."""


@lru_cache(maxsize=512)
def drawn_colour(stored: str, tokens: Tokens) -> QColor | None:
    """The colour of `ink:NAME`, `RRGGBB` or `RRGGBBAA` on this canvas; None for empty, for none.

    A name that a newer version made up is drawn in the plain ink. Shared: don't change it.
    """
    if not stored:
        return None
    if stored.startswith(_INK_PREFIX):
        swatch = _NAMED.get(stored[len(_INK_PREFIX) :], INKS["ink"])
        return QColor(swatch.on(tokens))
    digits = stored.upper()
    if len(digits) not in (6, 8) or not _HEXADECIMAL.issuperset(digits):
        return QColor(INKS["ink"].on(tokens))
    named = _BY_LIGHT.get(digits[:6]) if len(digits) == 8 else None
    colour = QColor(named.on(tokens) if named else seen_on(f"#{digits[:6]}", tokens.canvas))
    if len(digits) == 8:
        colour.setAlpha(int(digits[6:], 16))
    return colour


def stored_ink(name: str) -> str:
    """How an ink or a paper is stored."""
    return _INK_PREFIX + name


def stored_marker(name: str) -> str:
    """How a marker's stroke in this ink is stored: its colour in the light, let through."""
    return INKS[name].light[1:] + MARKER_OPACITY


def ink_name(stored: str) -> str:
    """The name of the ink that `stored_ink` or `stored_marker` stored; empty for free colours."""
    if stored.startswith(_INK_PREFIX):
        return stored[len(_INK_PREFIX) :]
    named = _BY_LIGHT.get(stored.upper()[:6])
    return named.name if named else ""
