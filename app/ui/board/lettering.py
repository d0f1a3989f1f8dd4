"""Laid-out text of the board, kept while it is on it: painting makes no font and no layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QFont, QStaticText, QTextOption

from app.ui.fonts import Weight, make_font

_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
SHAPE_PADDING = 10.0
"""Px between the outline of a shape and the text in it."""
_NEW_LINE = "\u2028"
"""Qt's text layout ends lines here; of "\\n", the end of a paragraph, it knows nothing."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text ready to be painted; `size` in px of the board."""

    static: QStaticText
    font: QFont
    size: QSizeF


def board_font(size: float) -> QFont:
    """The font of texts of this size, in px of the board. Shared."""
    return make_font(max(round(size), 1), Weight.MEDIUM, mono=False)


@lru_cache(maxsize=8192)
def lettering(text: str, size: float, width: float, align: str) -> Lettering:
    """Lay a text out; `width` 0 breaks lines only where the text does. Shared."""
    static = QStaticText(text.replace("\n", _NEW_LINE))
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    option = QTextOption(_ALIGNMENTS.get(align, Qt.AlignmentFlag.AlignLeft))
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    static.setTextOption(option)
    font = board_font(size)
    if width > 0:
        static.setTextWidth(width)
    static.prepare(font=font)
    if width <= 0 and "\n" in text and align != "left":
        # Only a text with a width has sides to be aligned to.
        static.setTextWidth(static.size().width() + 1)
        static.prepare(font=font)
    return Lettering(static, font, static.size())
