"""Controls that a style sheet alone can't make: buttons in their weight, a switch, a choice.

They only draw; what a change means is their owner's. Each is given its theme again when it changes.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QWidget,
)

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.paint.painter import kept
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

_SWITCH_WIDTH, _SWITCH_HEIGHT = 34, 20
_RING = 3
_CHOICE_SIDES = 38
"""Of a choice, before its words and behind them: padding and chevron."""


def make_button(
    theme: Theme, text: str, kind: str = "", parent: QWidget | None = None
) -> QPushButton:
    """A button of a kind of the style sheet, in the weight of buttons."""
    button = QPushButton(text, parent)
    theme.dress(button, Role.BUTTON)
    set_kind(button, kind)
    return button


class Switch(QAbstractButton):
    """On or off, by click or Space. Off is outlined, on is filled: never told by colour alone."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The switch and room for its focus ring."""
        px = self._theme.px
        ring = 2 * px(_RING)
        return QSize(px(_SWITCH_WIDTH) + ring, max(px(_SWITCH_HEIGHT) + ring, px(28)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the track, the knob, the focus ring."""
        tokens, px = self._theme.tokens, self._theme.px
        width, height = px(_SWITCH_WIDTH), px(_SWITCH_HEIGHT)
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        track = QRectF(left, top, width, height).adjusted(0.75, 0.75, -0.75, -0.75)
        on, usable = self.isChecked(), self.isEnabled()
        filled = tokens.ink if usable else tokens.text_hint
        painter = QPainter(self)
        with kept(painter):
            painter.setPen(QPen(QColor(filled if on else tokens.edge), 1.5))
            painter.setBrush(QColor(filled if on else tokens.surface))
            painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.on_ink if on else tokens.edge))
            radius = height / 2 - px(4)
            middle = track.right() - height / 2 if on else track.left() + height / 2
            painter.drawEllipse(QPointF(middle, track.center().y()), radius, radius)
            if self.hasFocus():
                ring = track.adjusted(-2, -2, 2, 2)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()


class Choice(QComboBox):
    """A combo box with our chevron."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        # The one that Qt makes for a list knows nothing of the style sheet.
        self.setItemDelegate(QStyledItemDelegate(self))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.update()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # noqa: N802 - Qt's name
        """What has no room ends with an ellipsis."""
        super().initStyleOption(option)
        room = self.width() - self._theme.px(_CHOICE_SIDES)
        mode = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, mode, room)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the box by the style sheet, then the chevron."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        side = self._theme.px(16)
        colour = tokens.text_soft if self.isEnabled() else tokens.text_hint
        left = self.width() - side - self._theme.px(8)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = self._theme.px(8)
        painter = QPainter(self)
        top = (self.height() - side) // 2
        painter.drawPixmap(left, top, pixmap("chevron", side, colour, self.devicePixelRatioF()))
        painter.end()
