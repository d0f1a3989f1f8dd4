"""Pieces that pages and dialogs are made of: texts in a role, cards, rows, fields with a complaint."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.style_sheet import set_kind
from app.ui.theme import Measure, Theme

SCREEN_MARGIN = 72
"""Kept free of a dialog, in pixels: its frame, and some of what lies below."""


def words(
    theme: Theme, text: str, role: Role = Role.BODY, kind: str = "", *, wrap: bool = False
) -> QLabel:
    """A text; never read as markup, because names of people stand in it."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    theme.dress(label, role)
    if kind:
        set_kind(label, kind)
    return label


class Line(QLabel):
    """One line of text that gives way: what has no room ends with an ellipsis, and is in the tip."""

    def __init__(self, theme: Theme, text: str, role: Role = Role.BODY, kind: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(text)
        theme.dress(self, role)
        if kind:
            set_kind(self, kind)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few letters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 4 * self.fontMetrics().height()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw as much as there is room for."""
        area, metrics = self.contentsRect(), self.fontMetrics()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


def card(theme: Theme, parent: QWidget | None = None) -> tuple[QFrame, QVBoxLayout]:
    """A card and its column."""
    frame = QFrame(parent)
    set_kind(frame, "card")
    column = QVBoxLayout(frame)
    padding = theme.measure(Measure.CARD_PADDING)
    column.setContentsMargins(padding + 2, padding, padding + 2, padding)
    column.setSpacing(theme.px(6))
    return frame, column


def resize_on_screen(window: QWidget, width: int, height: int) -> None:
    """As large as it wants to be, but no larger than the screen shows with a frame around it."""
    parent = window.parentWidget()
    free = (parent if parent is not None else window).screen().availableSize()
    window.resize(
        min(width, free.width() - SCREEN_MARGIN), min(height, free.height() - SCREEN_MARGIN)
    )


def hairline(parent: QWidget | None = None) -> QFrame:
    """One line between rows of a card."""
    line = QFrame(parent)
    set_kind(line, "line")
    line.setFixedHeight(1)
    return line


def lead_icon(button: QPushButton, name: str, theme: Theme, colour: str) -> None:
    """An icon before the words of a button, with a gap that Qt's own styles don't have."""
    px, hint = theme.px, theme.tokens.text_hint
    side, gap = px(16), px(4)
    icon = QIcon()
    for ratio in (1.0, 2.0):
        for shade, mode in ((colour, QIcon.Mode.Normal), (hint, QIcon.Mode.Disabled)):
            wide = QPixmap(round((side + gap) * ratio), round(side * ratio))
            wide.setDevicePixelRatio(ratio)
            wide.fill(Qt.GlobalColor.transparent)
            painter = QPainter(wide)
            painter.drawPixmap(0, 0, pixmap(name, side, shade, ratio))
            painter.end()
            icon.addPixmap(wide, mode)
    button.setIcon(icon)
    button.setIconSize(QSize(side + gap, side))


def lead_field(edit: QLineEdit, name: str, theme: Theme) -> None:
    """An icon before what is typed; that of Qt's own keeps its size whatever the text's."""
    px = theme.px
    sign = QLabel(edit)
    sign.setPixmap(pixmap(name, px(16), theme.tokens.text_soft, edit.devicePixelRatioF()))
    sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    row = QHBoxLayout(edit)
    row.setContentsMargins(px(10), 0, px(10), 0)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignLeft)
    room = px(16) + px(6)
    right = edit.layoutDirection() == Qt.LayoutDirection.RightToLeft
    edit.setTextMargins(0 if right else room, 0, room if right else 0, 0)


class Field(QWidget):
    """A field with room below it for what is wrong."""

    def __init__(
        self, theme: Theme, name: str, placeholder: str = "", *, big: bool = False
    ) -> None:
        super().__init__()
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(placeholder)
        if big:
            theme.dress(self.edit, Role.HEADING)
            self.edit.setFont(theme.font(Role.CHAT))
            self.edit.setMinimumHeight(theme.px(42))
        self._complaint = words(theme, "", Role.SMALL, "danger", wrap=True)
        self._complaint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self.edit)
        column.addWidget(self._complaint)
        self.edit.textEdited.connect(lambda _text: self.complain(""))
        self.setFocusProxy(self.edit)

    def text(self) -> str:
        """What was typed, without spaces around it."""
        return self.edit.text().strip()

    def complain(self, why: str) -> None:
        """Say what is wrong, or nothing."""
        set_kind(self.edit, "wrong" if why else "")
        self._complaint.setText(why)
        self._complaint.setVisible(bool(why))
        if why:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
