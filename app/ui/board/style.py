"""What the next thing drawn looks like: one observable value for tools and the option strip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

WIDTHS = (2.0, 4.0, 6.0, 10.0)
"""Px of a line: fine, middle, bold, broad."""
MARKER_FACTOR = 4.0
"""A marker is so many times as broad as a pen."""
TEXT_SIZES = (16.0, 20.0, 28.0, 40.0)
"""Px of a text, for each of the widths."""
DASHES = ("solid", "dashed", "dotted")
FILLS = ("", "stone", "mint", "sky", "lilac", "peach", "rose", "solid")
"""None, a paper, or the ink itself."""
SMOOTHING_PERCENT_MAX = 90
"""At 100 % a pen would never arrive."""


class Heads(Enum):
    """Ends of an arrow that the window offers: (start, end)."""

    END = ("", "arrow")
    BOTH = ("arrow", "arrow")
    TRIANGLE = ("", "triangle")
    DOT = ("dot", "arrow")


@dataclass(frozen=True, slots=True)
class DrawStyle:
    """Names of inks and fills, the place of the width in `WIDTHS`, how much a pen is smoothed."""

    ink: str = "ink"
    width_place: int = 1
    dash: str = "solid"
    fill: str = ""
    heads: Heads = Heads.END
    smoothing_percent: int = 40

    @property
    def width(self) -> float:
        """Px of a line."""
        return WIDTHS[self.width_place]

    @property
    def text_size(self) -> float:
        """Px of a text."""
        return TEXT_SIZES[self.width_place]

    @property
    def stored_stroke(self) -> str:
        """The line's colour as it travels."""
        return f"ink:{self.ink}"

    @property
    def stored_fill(self) -> str:
        """The fill as it travels."""
        return stored_fill(self.fill, self.ink)


def stored_fill(fill: str, ink: str) -> str:
    """A fill of `FILLS` as it travels."""
    if not fill:
        return ""
    return f"ink:{ink if fill == 'solid' else fill}"


class StyleBox(QObject):
    """The style in force; `changed` tells of a new one."""

    changed = Signal()
    shown_anew = Signal()
    """Set from elsewhere: only to be shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = DrawStyle()

    @property
    def style(self) -> DrawStyle:
        """The style in force."""
        return self._style

    def show_style(self, style: DrawStyle) -> None:
        """Show a style that stands already."""
        self._style = style
        self.shown_anew.emit()

    def choose(self, **values: object) -> None:
        """Change some of it."""
        made = replace(self._style, **values)  # type: ignore[arg-type]
        if made != self._style:
            self._style = made
            self.changed.emit()
