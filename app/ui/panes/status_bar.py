"""The status bar: together or apart, how far the order is, own waiting time, saved.

A figure that was not measured is not shown. Each field opens its part of the stick panel, where
there is one.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.models.status import SessionStatus
from app.ui.paint.painter import kept
from app.ui.panes.hairline import draw_hairline
from app.ui.panes.roving import Roving
from app.ui.stick.part import Part
from app.ui.strings import Apart, Lab, Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT = 26


class Field(QLabel):
    """A figure that can be asked about: by a click, Enter or Space."""

    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._opens = False
        self.ring = ""

    def set_opens(self) -> None:
        """There is something to open."""
        self._opens = True
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(Session.FIELD_OPENS())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on it."""
        if self._opens and self.rect().contains(event.position().toPoint()):
            self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter or Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The text, and a ring where the keys go."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            with kept(painter):
                painter.setPen(QPen(QColor(self.ring), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
            painter.end()


class StatusBar(QFrame):
    """`panel`: somebody wants to see more, and of which part."""

    panel = Signal(object)

    def __init__(self, status: SessionStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        set_kind(self, "chrome")
        self._roving: Roving | None = None
        self._sign = QLabel(self)
        self._together = self._label()
        self._ordered = self._label()
        self._settled = self._label()
        self._own = self._label()
        self._saved = self._label()
        self._lab = self._label()
        self._lab.hide()
        set_kind(self._lab, "warn")
        self._row = QHBoxLayout(self)
        for label in (self._lab, self._sign, self._together, self._ordered, self._settled):
            self._row.addWidget(label)
        self._row.addStretch(1)
        self._row.addWidget(self._own)
        self._row.addWidget(self._saved)
        self._fields = (
            (self._lab, Part.LAB),
            (self._together, Part.MAP),
            (self._ordered, Part.LOG),
            (self._settled, Part.LOG),
            (self._own, Part.WAITING),
            (self._saved, Part.LOG),
        )
        for field, part in self._fields:
            field.asked.connect(lambda opened=part: self.panel.emit(opened))
        status.changed.connect(self.refresh)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        px = theme.px
        self.setFixedHeight(max(px(HEIGHT), theme.line(Role.SMALL) + px(8)))
        self._row.setContentsMargins(px(14), 0, px(14), 0)
        self._row.setSpacing(px(16))
        for field, _part in self._fields:
            field.ring = theme.tokens.focus
        self.refresh()

    def set_opens(self) -> None:
        """There is a stick panel: the fields open it."""
        for field, _part in self._fields:
            field.set_opens()
        self._lab.setToolTip(Lab.ON_TIP())
        self._roving = Roving(self)

    def enter(self) -> bool:
        """Take the focus; False where nothing can be opened."""
        if self._roving is not None:
            self._roving.enter()
        return self._roving is not None

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
        ordered = Session.ORDERED if status.can_settle else Apart.ORDERED_HERE
        self._ordered.setText(ordered(count=status.ordered))
        self._lab.setText(status.lab)
        self._lab.setVisible(bool(status.lab))
        settled = Session.SETTLED if status.can_settle else Session.SETTLED_WAITS
        self._settled.setText(settled(count=status.settled))
        self._own.setText(status.own_wait_text())
        self._saved.setText(Session.SAVED() if status.saves else Session.NOT_SAVED())
        set_kind(self._saved, "soft" if status.saves else "danger")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As many fields as have room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """No field is cut: where there is no room for all, figures in the middle go first."""
        px = self._theme.px
        shown = [self._sign, *(field for field, _part in self._fields if field is not self._lab)]
        if self._status.lab:
            shown.append(self._lab)
        room = self.width() - 2 * px(14) - px(16) * len(shown)
        for field in (self._ordered, self._own, self._settled):
            has_room = sum(label.sizeHint().width() for label in shown) <= room
            if not has_room:
                shown.remove(field)
                room += px(16)
            field.setVisible(has_room)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline above."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=False)
        painter.end()

    def _label(self) -> Field:
        label = Field(self)
        self._theme.dress(label, Role.SMALL)
        set_kind(label, "soft")
        return label

    def _sign_of(self, icon: str, colour: str) -> QPixmap:
        return pixmap(icon, self._theme.px(14), colour, self.devicePixelRatioF())
