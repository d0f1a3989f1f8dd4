"""The two shipped typefaces and the type scale: every font of the window comes from here.

Inter is a variable font: its weight is an axis, because Qt would smear a weight that it finds no
file for. So style sheets set no fonts; `dress` does, and remembers the role for a change of size.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QWidget

from app.core.errors import KnownError
from app.ui.resources import resource

INTER = "Inter"
MONO = "JetBrains Mono"
_FILES = ("Inter.ttf", "JetBrainsMono-Regular.ttf", "JetBrainsMono-SemiBold.ttf")
_ROLE_PROPERTY = "typeRole"


class Typeface(Enum):
    """What the window's texts are set in; what is monospaced, on a board or in a mark stays."""

    INTER = "inter"
    SYSTEM = "system"


class Weight(Enum):
    """The only weights."""

    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600
    BOLD = 650


class Role(Enum):
    """What a text is for: size and line height in pixels at 100 %, weight, whether monospaced."""

    LETTER = (9, 11, Weight.MEDIUM, False)
    CAPTION = (11, 14, Weight.REGULAR, False)
    SMALL = (12, 16, Weight.REGULAR, False)
    BODY = (13, 18, Weight.REGULAR, False)
    BUTTON = (13, 18, Weight.MEDIUM, False)
    BODY_STRONG = (13, 18, Weight.SEMIBOLD, False)
    CHAT = (14, 20, Weight.REGULAR, False)
    HEADING = (15, 20, Weight.SEMIBOLD, False)
    TITLE = (20, 26, Weight.SEMIBOLD, False)
    DISPLAY = (28, 34, Weight.BOLD, False)
    NUMBER = (12, 16, Weight.REGULAR, True)
    CODE = (13, 18, Weight.REGULAR, True)

    @property
    def size(self) -> int:
        """Pixels of the em."""
        return self.value[0]

    @property
    def line(self) -> int:
        """Pixels from one base line to the next."""
        return self.value[1]

    @property
    def weight(self) -> Weight:
        """The weight it has when nobody asks for another."""
        return self.value[2]

    @property
    def mono(self) -> bool:
        """Whether every letter is as wide as the next."""
        return self.value[3]


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Make the shipped typefaces known to Qt, once. KnownError: a file is missing or broken."""
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(resource("fonts", name))) < 0:
            raise KnownError(f"The typeface {name} can't be read. Install Talkstick again.")


_SYSTEM_WEIGHTS = {
    Weight.REGULAR: QFont.Weight.Normal,
    Weight.MEDIUM: QFont.Weight.Medium,
    Weight.SEMIBOLD: QFont.Weight.DemiBold,
    Weight.BOLD: QFont.Weight.Bold,
}


@lru_cache(maxsize=256)
def make_font(
    pixels: int, weight: Weight, *, mono: bool, typeface: Typeface = Typeface.INTER
) -> QFont:
    """A font with figures of equal width. Shared: copy before changing it."""
    if typeface is Typeface.SYSTEM and not mono:
        system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        font = QFont(system.families())
        font.setPixelSize(pixels)
        font.setWeight(_SYSTEM_WEIGHTS[weight])
        font.setFeature(QFont.Tag("tnum"), 1)
        return font
    load_fonts()
    font = QFont([MONO] if mono else [INTER])
    font.setPixelSize(pixels)
    if mono:
        font.setWeight(QFont.Weight.Normal if weight.value < 550 else QFont.Weight.DemiBold)
    else:
        font.setVariableAxis(QFont.Tag("wght"), weight.value)
        font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def mark_role(widget: QWidget, role: Role) -> None:
    """Note on a widget what its text is for, so that a change of text size finds it again."""
    widget.setProperty(_ROLE_PROPERTY, role.name)


def role_of(widget: QWidget) -> Role | None:
    """What `mark_role` noted."""
    name = widget.property(_ROLE_PROPERTY)
    return Role[name] if isinstance(name, str) else None
