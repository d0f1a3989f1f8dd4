"""What is painted: drawn at most ten times a second while it is seen, never while it is not.

The drawing is kept as a picture, so that what moves over it (the rod on its way) costs a narrow
rectangle only. A canvas knows its theme and the model, and nothing of its neighbours.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.instant import MILLI, Micros
from app.ui.fonts import Role, Weight
from app.ui.moments import Clock
from app.ui.paint.painter import kept
from app.ui.theme import Theme

EVERY_MS = 100
"""Ten drawings a second: figures that change faster are no news."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


class Canvas(QWidget):
    """Subclasses draw in `draw`, and over the picture in `draw_over`."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._clock = clock
        self._picture: QPixmap | None = None
        self._stale = True
        self._drawn_at: Micros | None = None
        self._content: object = None
        self.drawings = 0
        """How often it was drawn."""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def draw(self, painter: QPainter) -> None:
        """Draw everything that rests."""
        raise NotImplementedError

    def draw_over(self, painter: QPainter) -> None:
        """Draw what moves, over the picture."""

    def content(self) -> object:
        """What is drawn, as a value: alike means that another drawing would be the same."""
        raise NotImplementedError

    def news(self) -> None:
        """The model has changed: draw again if that is to be seen here."""
        if not self.isVisible():
            self._stale = True
            return
        content = self.content()
        if content != self._content:
            self._content = content
            self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.theme = theme
        self._drawn_at = None
        self.updateGeometry()
        self.refresh()

    def refresh(self) -> None:
        """What it shows is old: draw it again, soon."""
        self._stale = True
        if not self.isVisible() or self._later.isActive():
            return
        since = EVERY_MS if self._drawn_at is None else self._since_ms(self._drawn_at)
        if since >= EVERY_MS:
            self.update()
        else:
            self._later.start(round(EVERY_MS - since))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Whatever there is."""
        return QSize(40, 40)

    # --- Qt ---------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What changed while nobody looked is drawn now."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A picture of another size is no use."""
        super().resizeEvent(event)
        self._picture = None

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The ring shows where the keys go."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """And where they no longer do."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The kept picture, drawn anew if it is old, and what moves over it."""
        ratio = self.devicePixelRatioF()
        old = self._picture
        if old is None or old.devicePixelRatio() != ratio or (self._stale and self._may_draw()):
            self._picture = self._made(ratio)
        painter = QPainter(self)
        if self._picture is not None:
            painter.drawPixmap(0, 0, self._picture)
        with kept(painter):
            self.draw_over(painter)
        if self.hasFocus():
            with kept(painter):
                painter.setPen(QPen(QColor(self.theme.tokens.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _since_ms(self, moment: Micros) -> float:
        return (self._clock.now() - moment) / MILLI

    def _may_draw(self) -> bool:
        """Whether the last drawing is long enough ago; else the timer brings the next one."""
        if self._drawn_at is None or self._since_ms(self._drawn_at) >= EVERY_MS:
            return True
        if not self._later.isActive():
            self._later.start(EVERY_MS)
        return False

    def _made(self, ratio: float) -> QPixmap:
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.tokens.surface))
        painter = QPainter(picture)
        with kept(painter):
            self.draw(painter)
        painter.end()
        self._stale = False
        self._drawn_at = self._clock.now()
        self.drawings += 1
        return picture

    # --- words ------------------------------------------------------------------------------------

    def text(
        self,
        painter: QPainter,
        rect: QRectF,
        words: str,
        look: Words,
        align: Qt.AlignmentFlag = LEFT,
    ) -> float:
        """Write one line, shortened to `rect`; returns its width."""
        font = self.theme.font(look.role, look.weight)
        painter.setFont(font)
        painter.setPen(QColor(look.colour))
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
        painter.drawText(rect, int(align | Qt.TextFlag.TextSingleLine), shown)
        return metrics.horizontalAdvance(shown)

    def width_of(self, words: str, role: Role, weight: Weight | None = None) -> float:
        """How wide a line is."""
        return QFontMetricsF(self.theme.font(role, weight)).horizontalAdvance(words)


class Words:
    """How a line is written: role, colour, weight."""

    __slots__ = ("colour", "role", "weight")

    def __init__(self, role: Role, colour: str, weight: Weight | None = None) -> None:
        self.role = role
        self.colour = colour
        self.weight = weight
