"""The shipped icons in the colour of a token, rendered once per (name, size, colour, ratio).

An icon is a drawing of one colour. The golden stick is not an icon but a drawing of its own
(`paint.stick`); the icon `stick` here is its outline, for menus and settings.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.core.errors import Bug
from app.ui.resources import resource, resource_text

SIZES = (14, 16, 18, 20, 24)
"""Pixels at 100 % in which the set is drawn to be shown."""
MIRRORED = frozenset({"undo", "redo", "reply", "send", "move-to", "left", "right"})
"""Icons that point along the line of reading."""


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """All names, sorted."""
    return tuple(sorted(path.stem for path in resource("icons").glob("*.svg")))


@lru_cache(maxsize=512)
def pixmap(
    name: str, size: int, colour: str, ratio: float = 1.0, *, mirrored: bool = False
) -> QPixmap:
    """An icon, `size` logical pixels square, for a display with that ratio.

    Shared: copy before painting on it. `mirrored` is for layouts from right to left, and matters
    for icons that point along the line of reading only.
    """
    if name not in icon_names():
        raise Bug(f"no icon is called {name}")
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mirrored and name in MIRRORED:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    _renderer(name, colour).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


def ratios() -> tuple[float, ...]:
    """Pixels of a display for one of ours, of every display that is there, smallest first."""
    return tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}))


def icon_of(
    name: str, size: int, rest: str, off: str, chosen: str, *, mirrored: bool = False
) -> QIcon:
    """An icon for buttons and menus, with its colours at rest, when off, and when chosen."""
    return _icon(name, size, (rest, off, chosen), ratios(), mirrored=mirrored)


@lru_cache(maxsize=512)
def _icon(
    name: str,
    size: int,
    colours: tuple[str, str, str],
    sharp_for: tuple[float, ...],
    *,
    mirrored: bool,
) -> QIcon:
    rest, off, chosen = colours
    made = QIcon()
    for ratio in sharp_for:
        for colour, mode, state in (
            (rest, QIcon.Mode.Normal, QIcon.State.Off),
            (off, QIcon.Mode.Disabled, QIcon.State.Off),
            (chosen, QIcon.Mode.Normal, QIcon.State.On),
        ):
            made.addPixmap(pixmap(name, size, colour, ratio, mirrored=mirrored), mode, state)
    return made


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    # Qt resolves currentColor from the root's attribute `color`.
    text = resource_text("icons", f"{name}.svg").replace("<svg ", f'<svg color="{colour}" ', 1)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    if not renderer.isValid():
        raise Bug(f"the icon {name} is not valid SVG")
    return renderer
