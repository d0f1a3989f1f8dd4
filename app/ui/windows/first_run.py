"""The first run: a name and a colour, nothing else; at the right what the stick is."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.core import limits
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import dashed_pen, kept
from app.ui.paint.stick import draw_rod, draw_stick_sign
from app.ui.panes.marks import ColourChoice
from app.ui.panes.parts import Field, resize_on_screen, words
from app.ui.strings import Common, FirstRun, PersonColours
from app.ui.style_sheet import set_kind
from app.ui.swatches import PERSON_COLOURS
from app.ui.theme import Theme

WIDTH, HEIGHT = 920, 562
WIDTH_LOW = 760
"""Under this width the picture is left out."""


class StickSign(QWidget):
    """The golden stick as a sign of its own."""

    def __init__(self, theme: Theme, side: int) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(theme.px(side), theme.px(side))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        draw_stick_sign(painter, QRectF(self.rect()), self._theme.tokens)
        painter.end()


def wordmark(theme: Theme, side: int = 28) -> QHBoxLayout:
    """Sign and name."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(12))
    row.addWidget(StickSign(theme, side))
    name = words(theme, Common.NAME(), Role.TITLE)
    name.setFont(theme.font(Role.HEADING))
    row.addWidget(name)
    row.addStretch(1)
    return row


class FirstRunWindow(QWidget):
    """`begun` carries name and colour; `given_up`: the window was closed instead."""

    begun = Signal(str, str)
    given_up = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._done = False
        px = theme.px
        self.setWindowTitle(FirstRun.TITLE())
        resize_on_screen(self, px(WIDTH), px(HEIGHT))
        self.setMinimumSize(px(440), px(500))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._form(), 53)
        self._picture = _Picture(theme)
        whole.addWidget(self._picture, 47)
        self._field.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A small window has no room for the picture."""
        super().resizeEvent(event)
        self._picture.setVisible(self.width() >= self._theme.px(WIDTH_LOW))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter begins, wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._begin()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closed before the beginning."""
        super().closeEvent(event)
        if not self._done:
            self.given_up.emit()

    def _form(self) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame = QFrame()
        set_kind(frame, "pane")
        column = QVBoxLayout(frame)
        column.setContentsMargins(px(48), px(40), px(48), px(26))
        column.setSpacing(0)
        column.addLayout(wordmark(theme))
        column.addSpacing(px(26))
        column.addWidget(words(theme, FirstRun.QUESTION(), Role.DISPLAY, wrap=True))
        column.addSpacing(px(14))
        self._field = Field(theme, FirstRun.NAME_FIELD(), big=True)
        column.addWidget(self._field)
        column.addSpacing(px(20))
        row = QHBoxLayout()
        row.addWidget(words(theme, FirstRun.COLOUR(), Role.BODY_STRONG))
        row.addStretch(1)
        self._colour_name = words(theme, "", Role.SMALL, "soft")
        row.addWidget(self._colour_name)
        column.addLayout(row)
        column.addSpacing(px(8))
        self._colours = ColourChoice(theme, next(iter(PERSON_COLOURS)), self)
        column.addWidget(self._colours)
        column.addSpacing(px(10))
        column.addWidget(words(theme, FirstRun.COLOUR_NOTE(), Role.SMALL, "soft", wrap=True))
        column.addStretch(1)
        begin = make_button(theme, FirstRun.BEGIN(), "large")
        begin.setDefault(True)
        begin.clicked.connect(lambda _checked=False: self._begin())
        foot = QHBoxLayout()
        foot.addWidget(begin)
        foot.addStretch(1)
        column.addLayout(foot)
        self._colours.chosen.connect(self._say_colour)
        self._field.edit.textChanged.connect(self._colours.set_name)
        self._say_colour(self._colours.colour)
        return frame

    def _say_colour(self, colour: str) -> None:
        self._colour_name.setText(PersonColours.COLOUR[colour]())

    def _begin(self) -> None:
        name = " ".join(self._field.text().split())
        if not name:
            self._field.complain(FirstRun.NAME_MISSING())
        elif len(name) > limits.NAME_CHARACTERS_MAX:
            self._field.complain(FirstRun.NAME_LONG(count=limits.NAME_CHARACTERS_MAX))
        else:
            self._done = True
            self.begun.emit(name, self._colours.colour)
            self.close()


class _Picture(QFrame):
    """Three people, the stick on its way between two of them, and what that means."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        px = theme.px
        set_kind(self, "chrome")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(32), px(20), px(32), px(40))
        column.setSpacing(px(8))
        column.addStretch(1)
        column.addWidget(words(theme, FirstRun.STICK_HEADING(), Role.TITLE, wrap=True))
        text = words(theme, FirstRun.STICK_TEXT(), Role.CHAT, "soft", wrap=True)
        column.addWidget(text)
        column.addSpacing(px(8))
        for icon, sentence in (
            ("shield", FirstRun.NO_SERVER()),
            ("copies", FirstRun.EVERYWHERE()),
        ):
            row = QHBoxLayout()
            row.setSpacing(px(12))
            sign = QLabel()
            sign.setPixmap(pixmap(icon, px(18), theme.tokens.text_soft, self.devicePixelRatioF()))
            row.addWidget(sign)
            row.addWidget(words(theme, sentence), 1)
            column.addLayout(row)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture fills what the words leave free."""
        super().paintEvent(event)
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        painter = QPainter(self)
        with kept(painter):
            painter.setPen(QPen(QColor(tokens.line), 0))
            painter.drawLine(QPointF(0, 0), QPointF(0, self.height()))
            scale = min(self.width() / px(430), max(self.height() - px(240), 1) / px(330))
            painter.scale(scale * px(100) / 100, scale * px(100) / 100)
            spots = {
                "AM": (QPointF(97, 112), "azure", 58),
                "BW": (QPointF(353, 144), "fern", 66),
                "CO": (QPointF(200, 300), "cherry", 60),
            }
            painter.setPen(dashed_pen(tokens.edge_soft, 2, dash=2, gap=6))
            names = list(spots)
            for place, name in enumerate(names):
                other = names[(place + 1) % len(names)]
                painter.drawLine(spots[name][0], spots[other][0])
            for name, (spot, colour, side) in spots.items():
                rect = QRectF(spot.x() - side / 2, spot.y() - side / 2, side, side)
                draw_mark(painter, rect, Mark(name, PERSON_COLOURS[colour]), tokens)
            self._rod(painter, spots["AM"][0], spots["BW"][0])
            # The picture is scaled as a whole, with the words in it.
            pixels = round(theme.font(Role.CHAT).pixelSize() * 100 / px(100))
            for text, corner in (
                (FirstRun.SAYS_FIRST(), QPointF(34, 164)),
                (FirstRun.SAYS_NEXT(), QPointF(296, 196)),
                (FirstRun.SAYS_LAST(), QPointF(244, 296)),
            ):
                self._bubble(painter, corner, text, pixels)
        painter.end()

    def _rod(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        way = end - start
        angle = math.degrees(math.atan2(way.y(), way.x()))
        painter.save()
        painter.translate(start + way * 0.55)
        painter.rotate(angle)
        trail = QColor(self._theme.tokens.stick_line)
        trail.setAlphaF(0.45)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(trail)
        painter.drawRoundedRect(QRectF(-98, -4, 60, 8), 4, 4)
        draw_rod(painter, QRectF(-44, -10, 88, 20), self._theme.tokens)
        painter.restore()

    def _bubble(self, painter: QPainter, corner: QPointF, text: str, pixels: int) -> None:
        tokens = self._theme.tokens
        font = QFont(self._theme.font(Role.CHAT))
        font.setPixelSize(pixels)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * pixels + 8
        rect = QRectF(corner.x(), corner.y(), width, 2.5 * pixels)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(rect, 8, 8)
        painter.setPen(QColor(tokens.text))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
