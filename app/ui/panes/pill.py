"""The stick's pill in the middle of the top bar: who has it, and for six seconds why it moved.

It floats over the bar, so that its neighbours don't move when it grows. Moves that come close
replace each other; it never queues.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
)
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.fonts import Role, Weight
from app.ui.paint.painter import dashed_pen, kept
from app.ui.paint.stick import draw_stick_sign
from app.ui.strings import Common, Stick
from app.ui.theme import Motion, Theme

HEIGHT = 32
SENTENCE_MS = 6_000
SENTENCE_STILL_MS = 8_000
"""With less movement there is more time to notice."""
_SIGN, _PADDING, _GAP = 18, 12, 8


class StickPill(QAbstractButton):
    """`clicked` opens the stick panel."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rest = ""
        self._held = ""
        self._sentence = ""
        self._apart = False
        self._middle = 0
        self._room = 600
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._shrink)
        self._grow = QVariantAnimation(self)
        self._grow.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._grow.valueChanged.connect(self._set_width)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._fit(animated=False)

    def set_rest(self, text: str, held: str, *, apart: bool) -> None:
        """What it says while nothing moves, and for how long somebody has had the stick."""
        if (text, held, apart) != (self._rest, self._held, self._apart):
            if apart != self._apart:
                # Who is apart needs to know what is, not what was.
                self._sentence = ""
            self._rest, self._held, self._apart = text, held, apart
            self._fit(animated=False)

    def say(self, sentence: str) -> None:
        """The stick moved: the whole sentence for a while."""
        self._sentence = sentence
        self._timer.start(SENTENCE_STILL_MS if self._theme.less_movement else SENTENCE_MS)
        self._fit(animated=True)

    def place(self, middle: int, room: int) -> None:
        """Where the bar wants its middle, and how wide it may be."""
        self._middle, self._room = middle, room
        self._fit(animated=False)

    @property
    def says_a_move(self) -> bool:
        """Whether it asks *Why?* just now."""
        return bool(self._sentence)

    def text_shown(self) -> str:
        """The sentence of a move, or who has it."""
        return self._sentence or self._rest

    # --- Qt ---------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its words, as far as there is room."""
        px = self._theme.px
        words = self._metrics(strong=True).horizontalAdvance(self.text_shown())
        after = self._after()
        more = self._metrics(strong=False).horizontalAdvance(after) + px(_GAP) if after else 0
        width = px(_PADDING) + px(_SIGN) + px(_GAP) + words + more + px(_PADDING + 2)
        return QSize(min(width, self._room), max(px(HEIGHT), self._theme.line(Role.BODY) + px(8)))

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """It stays while somebody reads."""
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Then it shrinks."""
        super().leaveEvent(event)
        if self._sentence:
            self._timer.start(1_500)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Sign and words on the colour of the stick; dashed while apart."""
        theme, px, tokens = self._theme, self._theme.px, self._theme.tokens
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = area.height() / 2
        painter = QPainter(self)
        with kept(painter):
            if self._apart:
                painter.setPen(dashed_pen(tokens.apart, 1.25, dash=4, gap=3))
                painter.setBrush(QColor(tokens.surface))
            else:
                painter.setPen(QPen(QColor(tokens.stick_line), 1))
                painter.setBrush(QColor(tokens.stick_tint))
            painter.drawRoundedRect(area, radius, radius)
            if self.hasFocus():
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(area, radius, radius)
            side = px(_SIGN)
            sign = QRectF(px(_PADDING), (self.height() - side) / 2, side, side)
            draw_stick_sign(painter, sign, tokens)
            after = self._after()
            room = self._metrics(strong=False).horizontalAdvance(after) + px(_GAP) if after else 0
            left = round(sign.right()) + px(_GAP)
            where = QRect(left, 0, self.width() - left - px(_PADDING) - room, self.height())
            painter.setFont(theme.font(Role.BODY, Weight.SEMIBOLD))
            painter.setPen(QColor(tokens.stick_text))
            metrics = self._metrics(strong=True)
            words = metrics.elidedText(
                self.text_shown(), Qt.TextElideMode.ElideRight, where.width()
            )
            align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(where, align, words)
            if after:
                painter.setFont(self._after_font())
                painter.setPen(QColor(tokens.text if self._sentence else tokens.stick_text))
                x = left + metrics.horizontalAdvance(words) + px(_GAP)
                painter.drawText(QRect(x, 0, room, self.height()), align, after)
        painter.end()

    # --- inside -----------------------------------------------------------------------------------

    def _after(self) -> str:
        return Common.WHY() if self._sentence else self._held

    def _after_font(self) -> QFont:
        font = QFont(self._theme.font(Role.BODY))
        font.setUnderline(bool(self._sentence))
        return font

    def _metrics(self, *, strong: bool) -> QFontMetrics:
        weight = Weight.SEMIBOLD if strong else Weight.REGULAR
        return QFontMetrics(self._theme.font(Role.BODY, weight))

    def _shrink(self) -> None:
        if self.hasFocus() or self.underMouse():
            self._timer.start(1_500)
            return
        self._sentence = ""
        self._fit(animated=True)

    def _fit(self, *, animated: bool) -> None:
        self.setVisible(bool(self.text_shown()))
        self.setAccessibleName(Stick.OPEN_PANEL(sentence=self.text_shown()))
        self.setToolTip(self.text_shown())
        target = self.sizeHint().width()
        duration = self._theme.duration(Motion.PANE_IN)
        self._grow.stop()
        if animated and duration and self.isVisible():
            self._grow.setDuration(duration)
            self._grow.setStartValue(self.width())
            self._grow.setEndValue(target)
            self._grow.start()
        else:
            self._set_width(target)
        self.update()

    def _set_width(self, width: int) -> None:
        height = self.sizeHint().height()
        parent = self.parentWidget()
        top = (parent.height() - height) // 2 if parent is not None else 0
        self.setGeometry(self._middle - width // 2, top, width, height)
