"""Icon buttons that are made alike everywhere: name, tip, key, icon in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui.actions import ACTIONS, accessible_name, tip_of
from app.ui.icons import icon_of
from app.ui.theme import Theme

_PROPERTY = "iconName"


def icon_button(
    theme: Theme,
    icon: str,
    name: str,
    parent: QWidget | None = None,
    *,
    size: int = 32,
    then: Callable[[], None] | None = None,
) -> QToolButton:
    """A square button with an icon; `name` is what a screen reader and the tip say."""
    button = QToolButton(parent)
    button.setProperty(_PROPERTY, icon)
    button.setProperty("sidePixels", size)
    button.setAccessibleName(name)
    button.setToolTip(name)
    if then is not None:
        # A clicked button tells whether it is checked; nobody here wants to know.
        button.clicked.connect(lambda _checked=False: then())
    dress_icon(button, theme)
    return button


def action_button(
    theme: Theme,
    action: str,
    then: Callable[[], None],
    parent: QWidget | None = None,
    *,
    size: int = 32,
) -> QToolButton:
    """A button for a row of the table of actions; its key is the window's matter."""
    row = ACTIONS[action]
    button = icon_button(
        theme, row.icon or "more", accessible_name(row), parent, size=size, then=then
    )
    button.setToolTip(tip_of(row))
    button.setCheckable(row.checkable)
    return button


def dress_icon(button: QToolButton, theme: Theme) -> None:
    """Size and colours of a theme; again after each change of it."""
    side = int(button.property("sidePixels"))
    icon = str(button.property(_PROPERTY))
    tokens, glyph = theme.tokens, theme.px(20 if side > 28 else 18)
    button.setFixedSize(theme.px(side), theme.px(side))
    button.setIcon(icon_of(icon, glyph, tokens.text_soft, tokens.text_hint, tokens.text))
    button.setIconSize(QSize(glyph, glyph))


def dress_icons(owner: QWidget, theme: Theme) -> None:
    """All icon buttons below a widget."""
    for button in owner.findChildren(QToolButton):
        if button.property(_PROPERTY):
            dress_icon(button, theme)
