"""Fills the one style sheet with the colours of the tokens and the sizes of the text.

The sheet sets padding, radius and borders, chosen by the dynamic property `kind`; it sets no fonts
(see `fonts`) and holds no colour: `$token` stands for a colour, `${n}px` for n pixels at 100 %, and
`${n+m}round` for the radius that makes n pixels between two borders of m a circle (Qt drops a
radius that is too large by one), `${n+m-k}px` for n pixels with m more and k less on either side.
"""

from __future__ import annotations

import re
from dataclasses import fields
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.resources import resource_text
from app.ui.tokens import Tokens

_PLACEHOLDER = re.compile(
    r"\$\{(\d+)\}px|\$\{(\d+)\+(\d+)\}round|\$\{(\d+)\+(\d+)-(\d+)\}px|\$(\w+)"
)


@lru_cache(maxsize=16)
def style_sheet_of(tokens: Tokens, text_percent: int) -> str:
    """The sheet for these tokens at this text size."""
    colours = {field.name: getattr(tokens, field.name) for field in fields(tokens)}

    def filled(match: re.Match[str]) -> str:
        pixels, inner, border, middle, beyond, less, name = match.groups()
        if name is not None:
            return str(colours[name])
        if inner is not None:
            return f"{(scaled(inner) + 2 * scaled(border)) // 2}px"
        if middle is not None:
            return f"{scaled(middle) + 2 * (scaled(beyond) - scaled(less))}px"
        return f"{scaled(pixels)}px"

    def scaled(pixels: str) -> int:
        return max(int(int(pixels) * text_percent / 100 + 0.5), 1)

    return _PLACEHOLDER.sub(filled, resource_text("qss", "talkstick.qss"))


def set_kind(widget: QWidget, kind: str) -> None:
    """Choose the look of a widget, such as primary or quiet, also after it was shown."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    # Qt gives back the font that the widget had when it was polished first.
    font = widget.font() if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) else None
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    if font is not None:
        widget.setFont(font)
