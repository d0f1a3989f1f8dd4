"""What lies below everything: the canvas and its dots, for whoever paints a piece of the board."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.ui.board.desk import GRID_PX
from app.ui.theme import Theme

GRID_PIXELS_MIN = 14
"""Dots nearer than this are noise: every second one is left out."""
DOT_PIXELS = 2
MARGIN_PIXELS = 64
"""So far a row of dots reaches beyond what is painted."""
ROWS_KEPT = 32
"""Rows of dots, each for a zoom and a part of a pixel."""


class Ground:
    """Paints it in pixels of the view, for the zoom at hand."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rows: dict[tuple[float, float, int, float], tuple[QPixmap, int]] = {}

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._rows.clear()

    def paint(self, painter: QPainter, rect: QRectF, origin: QPointF, zoom: float) -> None:
        """Fill `rect`; the caller clips to it. `origin` is the pixel of the board's point 0, 0."""
        painter.fillRect(rect, QColor(self._theme.tokens.canvas))
        step = GRID_PX * zoom
        while step < GRID_PIXELS_MIN:
            step *= 2
        left = rect.left() + (origin.x() - rect.left()) % step
        top = rect.top() + (origin.y() - rect.top()) % step
        ratio = painter.device().devicePixelRatioF()
        row, reach = self._row(step, left - math.floor(left), math.ceil(rect.width()), ratio)
        for place in range(-1, math.ceil(rect.height() / step) + 1):
            # Not `round`, which goes to even numbers: a dot must not jump when the board moves.
            y = math.floor(top + place * step + 0.5) - DOT_PIXELS
            painter.drawPixmap(math.floor(left) - reach, y, row)

    def _row(self, step: float, part: float, width: int, ratio: float) -> tuple[QPixmap, int]:
        """One row of dots and how far left of its second dot it begins.

        `part` is what a dot is right of a whole pixel: panning goes by whole ones.
        """
        key = (step, part, width, ratio)
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) >= ROWS_KEPT:
                self._rows.clear()
            found = self._rows[key] = self._make_row(step, part, width, ratio)
        return found

    def _make_row(self, step: float, part: float, width: int, ratio: float) -> tuple[QPixmap, int]:
        reach = math.ceil(step) + DOT_PIXELS
        width += 2 * reach
        width += 2 * MARGIN_PIXELS
        clear = QPixmap(math.ceil(width * ratio), math.ceil(2 * DOT_PIXELS * ratio))
        clear.setDevicePixelRatio(ratio)
        clear.fill(Qt.GlobalColor.transparent)
        painter = QPainter(clear)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.grid))
        for place in range(-1 - math.ceil(MARGIN_PIXELS / step), math.ceil(width / step)):
            at = QPointF(MARGIN_PIXELS + reach + part + place * step, DOT_PIXELS)
            painter.drawEllipse(at, DOT_PIXELS / 2, DOT_PIXELS / 2)
        painter.end()
        # Blended once and then copied: blending rounds otherwise near the ends of what is painted.
        row = QPixmap(clear.size())
        row.setDevicePixelRatio(ratio)
        row.fill(QColor(self._theme.tokens.canvas))
        painter = QPainter(row)
        painter.drawPixmap(0, 0, clear)
        painter.end()
        return row, reach + MARGIN_PIXELS
