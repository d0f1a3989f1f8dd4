"""What the approved pictures of the drawing helpers show: one function draws each."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.fonts import Role
from app.ui.icons import icon_names, pixmap
from app.ui.paint.hatch import draw_hatch, draw_hatched_bar
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.meter import draw_bar, draw_disks, draw_share_ring, draw_talk_meter
from app.ui.paint.plots import draw_legend, draw_scale, draw_sparkline
from app.ui.paint.pointer import draw_pointer
from app.ui.paint.stick import draw_rod, draw_stick_sign, draw_track, draw_trail
from app.ui.swatches import INKS, NOTES, PERSON_COLOURS
from app.ui.theme import Theme

Drawing = Callable[[QPainter, Theme], None]
ICON_COLUMNS = 12
ICON_CELL = 88


def marks(painter: QPainter, theme: Theme) -> None:
    for index, colour in enumerate(PERSON_COLOURS.values()):
        x, y = 12 + 44 * (index % 6), 12 + 44 * (index // 6)
        draw_mark(painter, QRectF(x, y, 32, 32), Mark("AM", colour), theme.tokens)
        draw_mark(painter, QRectF(x, y + 88, 32, 32), Mark("BW", colour, False), theme.tokens)
        small = QRectF(x + 8, y + 184, 14, 14)
        draw_mark(painter, small, Mark("CO", colour), theme.tokens)
    for index, side in enumerate((18, 28, 52, 64)):
        colour = list(PERSON_COLOURS.values())[8 + index]
        mark = Mark("DK" if side > 18 else "D", colour, doubled=side == 52)
        draw_mark(painter, QRectF(290, 12 + 64 * index, side, side), mark, theme.tokens)


def stick(painter: QPainter, theme: Theme) -> None:
    tokens = theme.tokens
    draw_track(painter, QRectF(20, 10, 4, 160), tokens)
    draw_trail(painter, QPointF(22, 20), QPointF(22, 120), 4, tokens)
    draw_rod(painter, QRectF(17, 110, 10, 40), tokens)
    draw_trail(painter, QPointF(60, 40), QPointF(140, 40), 4, tokens)
    draw_rod(painter, QRectF(130, 32.5, 45, 15), tokens)
    for index, side in enumerate((14, 18, 24, 48)):
        draw_stick_sign(painter, QRectF(60 + 50 * index, 90, side, side), tokens)


def meters(painter: QPainter, theme: Theme) -> None:
    tokens = theme.tokens
    colours = list(PERSON_COLOURS.values())
    for level in range(6):
        rect = QRectF(12 + 40 * level, 12, 23, 12)
        draw_talk_meter(painter, rect, level, colours[level].on(tokens), tokens)
        ring = QRectF(12 + 56 * level, 40, 48, 48)
        draw_share_ring(painter, ring, level / 5, colours[level].on(tokens), tokens)
        bar = QRectF(12, 104 + 16 * level, 144, 9)
        draw_bar(
            painter, bar, (0, 0.001, 0.1, 0.5, 0.9, 1)[level], colours[level].on(tokens), tokens
        )
        draw_disks(painter, QRectF(200, 104 + 16 * level, 80, 8), level, 6, tokens)


def hatch(painter: QPainter, theme: Theme) -> None:
    draw_hatch(painter, QRectF(0, 0, 10, 100), theme.tokens.apart)
    draw_hatch(painter, QRectF(30, 20, 120, 4), theme.tokens.apart)
    draw_hatched_bar(painter, QRectF(30, 50, 120, 12), 2, theme.tokens.warn)


def pointers(painter: QPainter, theme: Theme) -> None:
    view = QRectF(0, 0, 320, 160)
    painter.fillRect(view, QColor(theme.tokens.canvas))
    for name, colour, tip, filled in (
        ("Ada", "azure", QPointF(30, 20), True),
        ("Bram de Wit", "fern", QPointF(120, 40), False),
        ("Chidi", "cherry", QPointF(300, 60), True),
        ("Dilara", "violet", QPointF(60, 145), True),
        ("Emi", "brick", QPointF(310, 150), True),
    ):
        draw_pointer(painter, tip, name, PERSON_COLOURS[colour], theme, view, filled=filled)


def plots(painter: QPainter, theme: Theme) -> None:
    plot = QRectF(48, 16, 220, 120)
    draw_scale(painter, plot, 80, theme)
    for index, name in enumerate(("azure", "fern", "cherry")):
        values: list[float | None] = [
            20 + 20 * index + 4 * math.sin(x * (0.5 + index / 3)) for x in range(40)
        ]
        if name == "fern":
            values[15:22] = [None] * 7
        colour = PERSON_COLOURS[name].on(theme.tokens)
        draw_sparkline(painter, plot, values, 80, colour, bold=name == "azure")
        at = QPointF(276, plot.bottom() - plot.height() * (values[-1] or 0) / 80)
        draw_legend(painter, at, ("Ada 21", "Bram 39", "Chidi 56")[index], colour, theme)


def icons(painter: QPainter, theme: Theme) -> None:
    for index, name in enumerate(icon_names()):
        x, y = ICON_CELL * (index % ICON_COLUMNS), ICON_CELL * (index // ICON_COLUMNS)
        painter.drawPixmap(x + 20, y + 12, pixmap(name, 36, theme.tokens.text))
        painter.drawPixmap(x + 62, y + 12, pixmap(name, 16, theme.tokens.text_soft))
        painter.setFont(theme.font(Role.CAPTION))
        painter.setPen(QColor(theme.tokens.text_hint))
        centred = int(Qt.AlignmentFlag.AlignHCenter)
        painter.drawText(QRectF(x, y + 56, ICON_CELL, 16), centred, name)


def colours(painter: QPainter, theme: Theme) -> None:
    tokens = theme.tokens
    painter.setFont(theme.font(Role.SMALL))
    for index, ink in enumerate(INKS.values()):
        painter.fillRect(QRectF(12 + 44 * index, 12, 36, 20), QColor(ink.on(tokens)))
    for index, note in enumerate(NOTES.values()):
        painter.fillRect(QRectF(12 + 58 * index, 44, 50, 40), QColor(note.on(tokens)))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QPointF(16 + 58 * index, 68), note.name)
    for index, colour in enumerate(PERSON_COLOURS.values()):
        x, y = 12 + 90 * (index % 4), 96 + 26 * (index // 4)
        painter.fillRect(QRectF(x, y, 82, 20), QColor(colour.tint(tokens)))
        painter.setPen(QColor(colour.on(tokens)))
        painter.drawText(QPointF(x + 6, y + 15), f"@{colour.name}")
    for index, name in enumerate(("stick", "ok", "warn", "danger", "apart")):
        x = 12 + 72 * index
        painter.fillRect(QRectF(x, 184, 66, 24), QColor(getattr(tokens, f"{name}_tint")))
        text = tokens.stick_text if name == "stick" else getattr(tokens, name)
        painter.setPen(QColor(text))
        painter.drawText(QPointF(x + 8, 200), name)


GALLERY: dict[str, tuple[Drawing, int, int]] = {
    "marks": (marks, 372, 276),
    "stick": (stick, 280, 180),
    "meters": (meters, 360, 208),
    "hatch": (hatch, 170, 100),
    "pointers": (pointers, 320, 160),
    "plots": (plots, 340, 152),
    "icons": (icons, ICON_COLUMNS * ICON_CELL, 8 * ICON_CELL),
    "colours": (colours, 376, 220),
}
"""name: what draws it, width, height."""


def drawn(name: str, theme: Theme, ratio: float = 1.0) -> QImage:
    """A picture of the gallery on the surface of the theme."""
    draw, width, height = GALLERY[name]
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.tokens.surface))
    painter = QPainter(image)
    draw(painter, theme)
    painter.end()
    return image
