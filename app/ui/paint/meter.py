"""Meters: how much somebody talks, their share of it, and on how many disks an entry is."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.paint.painter import kept, round_pen
from app.ui.tokens import Tokens

TALK_BARS = 5
METER_WIDTH, METER_HEIGHT = 23, 12
"""Pixels at 100 %."""
_LOUDEST_A_MINUTE = 120
"""Lines and strokes a minute that fill every bar: two a second is as much as a hand does."""


def talk_level(actions_a_minute: float) -> int:
    """Filled bars, 0 to 5, on a logarithmic scale: one action a minute fills the first."""
    if actions_a_minute < 1:
        return 0
    share = math.log(actions_a_minute) / math.log(_LOUDEST_A_MINUTE)
    return min(TALK_BARS, 1 + int(share * (TALK_BARS - 1) + 1e-9))


def draw_talk_meter(
    painter: QPainter, rect: QRectF, level: int, colour: str, tokens: Tokens
) -> None:
    """Five bars that rise to the right; `level` of them filled in the person's colour."""
    step = rect.width() / (TALK_BARS + (TALK_BARS - 1) * 2 / 3)
    gap = step * 2 / 3
    with kept(painter):
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(TALK_BARS):
            height = rect.height() * (0.33 + 0.67 * index / (TALK_BARS - 1))
            bar = QRectF(rect.left() + index * (step + gap), rect.bottom() - height, step, height)
            painter.setBrush(QColor(colour if index < level else tokens.edge_soft))
            painter.drawRoundedRect(bar, 1, 1)


def draw_share_ring(
    painter: QPainter, rect: QRectF, share: float, colour: str, tokens: Tokens
) -> None:
    """The ring round a mark on the map: the arc from the top is a share of the talk, 0 to 1."""
    width = 4.0
    ring = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    with kept(painter):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.line), width))
        painter.drawEllipse(ring)
        if share > 0:
            painter.setPen(round_pen(colour, width))
            painter.drawArc(ring, 90 * 16, -round(min(share, 1) * 360 * 16))


def draw_bar(painter: QPainter, rect: QRectF, share: float, colour: str, tokens: Tokens) -> None:
    """A level bar on its well; `share` of it filled, 0 to 1, and never invisible when not 0."""
    with kept(painter):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(rect, 3, 3)
        if share > 0:
            filled = QRectF(rect)
            filled.setWidth(max(rect.width() * min(share, 1), 3))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(filled, 2, 2)


def draw_disks(painter: QPainter, rect: QRectF, count: int, total: int, tokens: Tokens) -> None:
    """One square for each computer, filled where the entry is on disk."""
    side, gap = rect.height(), rect.height() / 2
    with kept(painter):
        for index in range(total):
            square = QRectF(rect.left() + index * (side + gap), rect.top(), side, side)
            if index < count:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.text_soft))
                painter.drawRoundedRect(square, 1.5, 1.5)
            else:
                painter.setPen(QPen(QColor(tokens.edge), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 1.5, 1.5)
