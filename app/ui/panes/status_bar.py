"""The status bar: together or apart, how far the order is, own waiting time, saved.

A figure that was not measured is not shown. The bar's left half opens the stick panel.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.models.status import Gravity, SessionStatus
from app.ui.panes.hairline import draw_hairline
from app.ui.strings import Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT = 26
_NARROW = 640
"""Under this width only the first and the last field are shown."""


class StatusBar(QFrame):
    """`panel`: somebody wants to see more."""

    panel = Signal()

    def __init__(self, status: SessionStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        set_kind(self, "chrome")
        self._sign = QLabel(self)
        self._together = self._label()
        self._ordered = self._label()
        self._settled = self._label()
        self._own = self._label()
        self._saved = self._label()
        self._row = QHBoxLayout(self)
        for label in (self._sign, self._together, self._ordered, self._settled):
            self._row.addWidget(label)
        self._row.addStretch(1)
        self._row.addWidget(self._own)
        self._row.addWidget(self._saved)
        status.changed.connect(self.refresh)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        px = theme.px
        self.setFixedHeight(max(px(HEIGHT), theme.line(Role.SMALL) + px(8)))
        self._row.setContentsMargins(px(14), 0, px(14), 0)
        self._row.setSpacing(px(16))
        self.refresh()

    def refresh(self) -> None:
        """What it says follows the session."""
        status = self._status
        tokens = self._theme.tokens
        here, everybody = status.here_and_all()
        apart = here < everybody
        colour = tokens.apart if apart else tokens.text_soft
        sign = self._sign_of("apart" if apart else "together", colour)
        if sign.cacheKey() != self._sign.pixmap().cacheKey():
            self._sign.setPixmap(sign)
        self._together.setText(status.together_text())
        set_kind(self._together, "apart" if apart else "soft")
        self._ordered.setText(Session.ORDERED(count=status.ordered))
        settled = Session.SETTLED if status.can_settle else Session.SETTLED_WAITS
        self._settled.setText(settled(count=status.settled))
        self._own.setText(status.own_wait_text())
        notice = status.notice()
        broken = notice is not None and notice.gravity is Gravity.TROUBLE
        self._saved.setText(Session.NOT_SAVED() if broken else Session.SAVED())
        set_kind(self._saved, "danger" if broken else "soft")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Narrow: the figures in the middle go first."""
        super().resizeEvent(event)
        wide = self.width() >= self._theme.px(_NARROW)
        for label in (self._ordered, self._settled, self._own):
            label.setVisible(wide)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline above."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=False)
        painter.end()

    def _label(self) -> QLabel:
        label = QLabel(self)
        self._theme.dress(label, Role.SMALL)
        set_kind(label, "soft")
        return label

    def _sign_of(self, icon: str, colour: str) -> QPixmap:
        return pixmap(icon, self._theme.px(14), colour, self.devicePixelRatioF())
