"""How the window looks right now: tokens, text size, density and movement, as one frozen value.

Everything that draws is given a `Theme` and asks it for pixels, fonts and milliseconds; nothing is
fixed in points. `Looks` follows the system's wishes with the person's own settings on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPalette, QScreen, QStyleHints
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QStyleFactory, QWidget

from app.core.errors import LocalError
from app.ui.fonts import Role, Typeface, Weight, make_font, mark_role, role_of
from app.ui.icons import ratios
from app.ui.palette import palette_of
from app.ui.style_sheet import style_sheet_of
from app.ui.tokens import Scheme, Tokens, tokens_of

TEXT_PERCENT_MIN = 75
TEXT_PERCENT_MAX = 200
"""Below 75 % a caption is under 8 pixels; above 200 % no window of 1440 x 900 holds the panes."""

SPACES = (2, 4, 6, 8, 12, 16, 20, 24, 32, 48)
"""The only distances, in pixels at 100 %."""


class Radius(Enum):
    """Rounding of corners, in pixels at 100 %."""

    CODE = 4
    CHIP = 5
    BUTTON_SMALL = 6
    BUTTON = 7
    BUTTON_LARGE = 8
    CARD = 10
    TOOLBAR = 11


class Motion(Enum):
    """How long a change takes, in milliseconds; 0 for all but the wash with less movement."""

    PRESS = 0
    HOVER = 100
    PANE_IN = 160
    PANE_OUT = 120
    STICK_MOVE = 420
    STICK_WASH = 900
    CAMERA = 240
    LASER_FADE = 1200


class Density(Enum):
    """How close rows stand: as drawn, or about a third more of them."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Measure(Enum):
    """Heights that depend on the density: (comfortable, compact), in pixels at 100 %."""

    PERSON_ROW = (52, 40)
    SITE_ROW = (44, 36)
    TABLE_ROW = (25, 22)
    CHAT_GAP = (8, 3)
    CARD_PADDING = (16, 12)
    TARGET_MIN = (28, 24)


class Look(Enum):
    """The person's wish for the scheme."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Theme:
    """All that drawing depends on. LocalError: a text size out of bounds."""

    tokens: Tokens
    text_percent: int = 100
    density: Density = Density.COMFORTABLE
    less_movement: bool = False
    typeface: Typeface = Typeface.INTER

    def __post_init__(self) -> None:
        if not TEXT_PERCENT_MIN <= self.text_percent <= TEXT_PERCENT_MAX:
            bounds = f"{TEXT_PERCENT_MIN} to {TEXT_PERCENT_MAX} %"
            raise LocalError(f"Text size is {bounds}, not {self.text_percent} %.")

    def px(self, pixels: float) -> int:
        """Pixels at 100 % as pixels at this text size; what is there at all keeps one pixel."""
        scaled = int(abs(pixels) * self.text_percent / 100 + 0.5)
        return (-1 if pixels < 0 else 1) * max(scaled, 1) if pixels else 0

    def measure(self, measure: Measure) -> int:
        """A height of this density, scaled."""
        comfortable, compact = measure.value
        return self.px(compact if self.density is Density.COMPACT else comfortable)

    def font(self, role: Role, weight: Weight | None = None) -> QFont:
        """The shared font of a role; copy before changing it."""
        shown = self._shown(role)
        return make_font(
            self.px(shown.size), weight or role.weight, mono=role.mono, typeface=self.typeface
        )

    def line(self, role: Role) -> int:
        """Pixels from one base line of that role to the next."""
        return self.px(self._shown(role).line)

    def duration(self, motion: Motion) -> int:
        """Milliseconds; with less movement only the wash stays (without its fade)."""
        if self.less_movement and motion is not Motion.STICK_WASH:
            return 0
        return motion.value

    def palette(self) -> QPalette:
        """Qt's palette of these tokens."""
        return palette_of(self.tokens)

    def style_sheet(self) -> str:
        """The one style sheet of the application."""
        return style_sheet_of(self.tokens, self.text_percent)

    def dress(self, widget: QWidget, role: Role) -> None:
        """Give a widget the font of a role, now and after every change of text size."""
        mark_role(widget, role)
        widget.setFont(self.font(role))

    def dress_again(self, owner: QWidget) -> None:
        """After `owner` got another parent: Qt gives back the fonts of when it was first shown."""
        for widget in (owner, *owner.findChildren(QWidget)):
            self._dress_by_role(widget)

    def apply(self, application: QApplication) -> None:
        """Dress the whole application: Fusion, palette, font, style sheet, roles."""
        application.setStyle(_fusion())
        application.setPalette(self.palette())
        application.setFont(self.font(Role.BODY))
        application.setStyleSheet(self.style_sheet())
        for widget in application.allWidgets():
            self._dress_by_role(widget)

    def _dress_by_role(self, widget: QWidget) -> None:
        role = role_of(widget)
        if role is None:
            return
        widget.setFont(self.font(role))
        if isinstance(widget, QAbstractScrollArea):
            # Another style sheet cuts it off from the font that it had from its owner.
            widget.viewport().setFont(self.font(role))

    def _shown(self, role: Role) -> Role:
        """Compact chat is set like body text."""
        return Role.BODY if role is Role.CHAT and self.density is Density.COMPACT else role


def _fusion() -> str:
    return "Fusion" if "Fusion" in QStyleFactory.keys() else QStyleFactory.keys()[0]  # noqa: SIM118


@lru_cache(maxsize=8)
def theme_of(scheme: Scheme) -> Theme:
    """The plain theme of a scheme: 100 %, comfortable, with movement."""
    return Theme(tokens_of(scheme))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person chose in the settings; `less_movement` None leaves it to the system."""

    look: Look = Look.SYSTEM
    text_percent: int = 100
    density: Density = Density.COMFORTABLE
    less_movement: bool | None = None
    typeface: Typeface = Typeface.INTER


class Looks(QObject):
    """The theme in force; `changed` carries the new one. One per application."""

    changed = Signal(object)

    def __init__(self, wishes: Wishes = Wishes(), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes = wishes
        self._hints = QGuiApplication.styleHints()
        self._theme = self._made()
        self._hints.colorSchemeChanged.connect(self._reconsider)
        self._ratios = ratios()
        for screen in QGuiApplication.screens():
            screen.geometryChanged.connect(self._other_displays)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._new_display)

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    @property
    def wishes(self) -> Wishes:
        """What the person chose."""
        return self._wishes

    def choose(self, wishes: Wishes) -> None:
        """Put a person's wishes in force."""
        self._wishes = wishes
        self._reconsider()

    def _reconsider(self) -> None:
        made = self._made()
        if made != self._theme:
            self._theme = made
            self.changed.emit(made)

    def _new_display(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._other_displays)
        self._other_displays()

    def _other_displays(self) -> None:
        """Icons are drawn for the displays that are there."""
        now = ratios()
        if now != self._ratios:
            self._ratios = now
            self.changed.emit(self._theme)

    def _made(self) -> Theme:
        wishes = self._wishes
        less = wishes.less_movement
        return Theme(
            tokens_of(_scheme(wishes.look, self._hints)),
            wishes.text_percent,
            wishes.density,
            system_wants_less_movement(self._hints) if less is None else less,
            wishes.typeface,
        )


def _scheme(look: Look, hints: QStyleHints) -> Scheme:
    if look is Look.SYSTEM:
        return Scheme.DARK if hints.colorScheme() == Qt.ColorScheme.Dark else Scheme.LIGHT
    return Scheme.DARK if look is Look.DARK else Scheme.LIGHT


def system_wants_less_movement(hints: QStyleHints) -> bool:
    """The system's wish, where Qt can tell it (6.12 on); else False."""
    accessibility = getattr(hints, "accessibility", None)
    preference = getattr(accessibility() if accessibility else None, "motionPreference", None)
    return preference is not None and "Reduce" in str(preference())
