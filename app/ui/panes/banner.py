"""The banner under the top bar: one at a time, the gravest first; says what is safe and what to do."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.ui.controls import make_button
from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.models.status import Gravity, Notice, SessionStatus
from app.ui.paint.hatch import draw_hatch
from app.ui.strings import Apart
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT, HEIGHT_LOW = 64, 44
_HATCH = 10
_TICK_MS = 1_000
_OF_PARTING = (Gravity.APART, Gravity.THEY_APART)
_EXPLAINED = (Gravity.APART, Gravity.HOLDER_GONE, Gravity.THEY_APART)
_LOOKING_FROM = 1_180
"""Under this width the words beside the button have no room."""


class Banner(QFrame):
    """Hidden while there is nothing to say. `asked`: somebody wants to know what was tried."""

    asked = Signal()

    def __init__(self, status: SessionStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        self._notice: Notice | None = None
        self._sign = QLabel(self)
        self._text, self._since, self._note = QLabel(self), QLabel(self), QLabel(self)
        self._looking = QLabel(Apart.LOOKING(), self)
        for label in (self._text, self._since, self._note, self._looking):
            label.setTextFormat(Qt.TextFormat.PlainText)
            # Words never keep a window from getting narrower: they wrap then.
            label.setMinimumWidth(1)
        self._note.setWordWrap(True)
        for label in (self._since, self._note, self._looking):
            theme.dress(label, Role.BODY)
            set_kind(label, "soft")
        self._button = make_button(theme, Apart.WHAT_WAITS(), "", self)
        self._button.clicked.connect(lambda _checked=False: self.asked.emit())
        self._first = QHBoxLayout()
        self._first.addWidget(self._text)
        self._first.addWidget(self._since)
        self._first.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addLayout(self._first)
        words.addWidget(self._note)
        words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sign)
        self._row.addLayout(words, 1)
        self._row.addWidget(self._looking)
        self._row.addWidget(self._button)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        status.changed.connect(self.refresh)
        self.hide()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._notice = None
        self.refresh()

    def enter(self) -> None:
        """Take the focus."""
        self._button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def has_stop(self) -> bool:
        """Whether there is something for the keys."""
        return self.isVisible() and self._button.isVisibleTo(self)

    def refresh(self) -> None:
        """Follow the session."""
        notice = self._status.notice()
        if notice == self._notice and self.isHidden() == (notice is None):
            return
        before, self._notice = self._notice, notice
        self.setVisible(notice is not None)
        if notice is None:
            self._tick.stop()
            return
        if notice.since:
            self._tick.start()
        else:
            self._tick.stop()
        if before is None or before.gravity is not notice.gravity:
            self._dress(notice)
        self.update()
        self._note.setText(notice.note)
        self._note.setVisible(bool(notice.note))
        self._arrange()
        self.setAccessibleName(" ".join(each for each in (notice.text, notice.note) if each))

    def _dress(self, notice: Notice) -> None:
        """Colours, sign and height of this kind of news."""
        theme, px, tokens = self._theme, self._theme.px, self._theme.tokens
        apart = notice.gravity in _OF_PARTING
        kind, sign, colour = "banner-warn", "warn", tokens.warn
        if apart:
            kind, sign, colour = "banner", "apart", tokens.apart
        elif notice.gravity is Gravity.FETCHING:
            kind, sign, colour = "pane", "history", tokens.text_soft
        set_kind(self, kind)
        self._sign.setPixmap(pixmap(sign, px(20), colour, self.devicePixelRatioF()))
        theme.dress(self._text, Role.BODY_STRONG if notice.note else Role.BODY)
        self._text.setFont(
            theme.font(Role.BODY, Weight.SEMIBOLD if notice.note else Weight.REGULAR)
        )
        self._button.setVisible(notice.gravity in _EXPLAINED)
        self._row.setContentsMargins(px(_HATCH + 18), px(6), px(14), px(6))
        self._row.setSpacing(px(12))
        self._first.setSpacing(px(5))
        self.update()

    def _arrange(self) -> None:
        """The first line stands in one piece; without room for that it wraps, time and all."""
        notice = self._notice
        if notice is None:
            return
        px = self._theme.px
        self._looking.setVisible(
            notice.gravity is Gravity.APART and self.width() >= px(_LOOKING_FROM)
        )
        self._since.setText(notice.since)
        beside = sum(
            each.sizeHint().width() + px(12)
            for each in (self._looking, self._button)
            if not each.isHidden()
        )
        room = self.width() - px(_HATCH + 18 + 14 + 20 + 12 + 5) - beside
        whole = self._text.fontMetrics().horizontalAdvance(notice.text)
        fits = whole + self._since.sizeHint().width() <= room
        self._since.setVisible(bool(notice.since) and fits)
        if fits or not notice.since:
            self._text.setText(notice.text)
        else:
            self._text.setText(Apart.WITH_SINCE(text=notice.text, since=notice.since))
        wraps = not fits
        self._text.setWordWrap(wraps)
        wide = QSizePolicy.Policy.Expanding if wraps else QSizePolicy.Policy.Preferred
        self._text.setSizePolicy(wide, QSizePolicy.Policy.Preferred)
        self._first.setStretchFactor(self._text, 1_000 if wraps else 0)
        least = px(HEIGHT if notice.note else HEIGHT_LOW)
        lines = self._height_of(self._text, room) if wraps else self._text.sizeHint().height()
        lines += self._height_of(self._note, room) if notice.note else 0
        self.setFixedHeight(max(least, lines + px(16)))

    @staticmethod
    def _height_of(label: QLabel, width: int) -> int:
        """Of the words of a label, wrapped."""
        flags = int(Qt.TextFlag.TextWordWrap)
        area = QRect(0, 0, max(width, 1), 10_000)
        return label.fontMetrics().boundingRect(area, flags, label.text()).height()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The words follow the width."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The hatched edge goes with apart only; below, how much of something is done."""
        super().paintEvent(event)
        notice, tokens = self._notice, self._theme.tokens
        if notice is None:
            return
        painter = QPainter(self)
        if notice.gravity in _OF_PARTING:
            edge = QRectF(0, 0, self._theme.px(_HATCH), self.height() - 1)
            draw_hatch(painter, edge, tokens.apart)
        elif notice.share is not None:
            high = self._theme.px(3)
            track = QRectF(0, self.height() - high, self.width(), high)
            painter.fillRect(track, QColor(tokens.line))
            track.setWidth(track.width() * notice.share)
            painter.fillRect(track, QColor(tokens.ink))
        painter.end()
