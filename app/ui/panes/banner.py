"""The banner under the top bar: one at a time, the gravest first; says what is safe and what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.models.status import Gravity, Notice, SessionStatus
from app.ui.paint.hatch import draw_hatch
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT, HEIGHT_LOW = 64, 44
_HATCH = 10


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, status: SessionStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        self._notice: Notice | None = None
        self._sign = QLabel(self)
        self._text, self._note = QLabel(self), QLabel(self)
        for label in (self._text, self._note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        theme.dress(self._note, Role.BODY)
        set_kind(self._note, "soft")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._text)
        words.addWidget(self._note)
        words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sign)
        self._row.addLayout(words, 1)
        status.changed.connect(self.refresh)
        self.hide()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._notice = None
        self.refresh()

    def refresh(self) -> None:
        """Follow the session."""
        notice = self._status.notice()
        if notice == self._notice and self.isHidden() == (notice is None):
            return
        self._notice = notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        theme, px, tokens = self._theme, self._theme.px, self._theme.tokens
        apart = notice.gravity in {Gravity.APART, Gravity.THEY_APART}
        set_kind(self, "banner" if apart else "banner-warn")
        colour = tokens.apart if apart else tokens.warn
        self._sign.setPixmap(
            pixmap("apart" if apart else "warn", px(20), colour, self.devicePixelRatioF())
        )
        theme.dress(self._text, Role.BODY_STRONG if notice.note else Role.BODY)
        self._text.setFont(
            theme.font(Role.BODY, Weight.SEMIBOLD if notice.note else Weight.REGULAR)
        )
        self._text.setText(notice.text)
        self._note.setText(notice.note)
        self._note.setVisible(bool(notice.note))
        self._row.setContentsMargins(px(_HATCH + 18), px(6), px(14), px(6))
        self._row.setSpacing(px(12))
        self.setMinimumHeight(px(HEIGHT if notice.note else HEIGHT_LOW))
        self.setAccessibleName(f"{notice.text} {notice.note}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The hatched edge goes with apart only."""
        super().paintEvent(event)
        if self._notice is None or self._notice.gravity not in {
            Gravity.APART,
            Gravity.THEY_APART,
        }:
            return
        painter = QPainter(self)
        edge = QRectF(0, 0, self._theme.px(_HATCH), self.height() - 1)
        draw_hatch(painter, edge, self._theme.tokens.apart)
        painter.end()
