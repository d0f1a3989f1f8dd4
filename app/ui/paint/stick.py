"""The stick: a golden rod with one dark grip in the middle, the only golden thing there is.

Symmetric, because it is for passing. Upright it lies on the rail beside the people, level on the
map and the timeline, slanted as a sign beside words.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from app.ui.paint.painter import kept, round_pen
from app.ui.tokens import Tokens

ROD_WIDTH, ROD_LENGTH = 10, 40
"""Upright on the rail, pixels at 100 %."""
LYING_LENGTH, LYING_WIDTH = 45, 15
"""Lying on the map, pixels at 100 %."""
TRACK_WIDTH = 4
_GRIP_SHARE = 0.28
_OUTLINE_PIXELS = 1.4


def draw_rod(painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
    """The rod along the longer side of `rect`."""
    inset = _OUTLINE_PIXELS / 2
    body = rect.adjusted(inset, inset, -inset, -inset)
    radius = min(body.width(), body.height()) / 2
    with kept(painter):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.stick_fill))
        painter.drawRoundedRect(body, radius, radius)
        painter.setBrush(QColor(tokens.stick_band))
        painter.drawRect(_grip(body))
        painter.setPen(round_pen(tokens.stick_band, _OUTLINE_PIXELS))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body, radius, radius)


def _grip(body: QRectF) -> QRectF:
    if body.height() >= body.width():
        height = body.height() * _GRIP_SHARE
        return QRectF(body.left(), body.center().y() - height / 2, body.width(), height)
    width = body.width() * _GRIP_SHARE
    return QRectF(body.center().x() - width / 2, body.top(), width, body.height())


def draw_stick_sign(painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
    """The stick as a sign, slanted, in the square `rect` (grid of 24)."""
    scale = rect.width() / 24
    with kept(painter):
        painter.translate(rect.center())
        painter.rotate(45)
        painter.scale(scale, scale)
        painter.translate(-12, -12)
        rod = QRectF(9.5, 0.3, 5, 23.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.stick_fill))
        painter.drawRoundedRect(rod, 2.5, 2.5)
        painter.setBrush(QColor(tokens.stick_band))
        painter.drawRect(QRectF(9.5, 9, 5, 6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(round_pen(tokens.stick_band, _OUTLINE_PIXELS))
        painter.drawRoundedRect(rod, 2.5, 2.5)


def draw_track(painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
    """The rail that the rod lies on; `rect` is the whole track."""
    radius = min(rect.width(), rect.height()) / 2
    with kept(painter):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(rect, radius, radius)


def draw_trail(
    painter: QPainter, start: QPointF, end: QPointF, width: float, tokens: Tokens
) -> None:
    """Where the rod came from: strong at `end`, gone at `start`."""
    if start == end:
        return
    clear = QColor(tokens.stick_line)
    clear.setAlpha(0)
    gradient = QLinearGradient(start, end)
    gradient.setColorAt(0, clear)
    gradient.setColorAt(1, QColor(tokens.stick_line))
    pen = round_pen(tokens.stick_line, width)
    pen.setBrush(gradient)
    with kept(painter):
        painter.setPen(pen)
        painter.drawLine(start, end)
