"""Pieces of a share's tab: marks, rows, cards with a sign and their buttons.

They draw what they are told and know no share. Each is made anew when what it shows is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.paint.hatch import draw_hatch
from app.ui.panes.marks import Marks
from app.ui.panes.parts import words
from app.ui.share.wishes import Wish
from app.ui.style_sheet import set_kind
from app.ui.theme import Radius, Theme

_HATCH = 6
_MARK = 20

TINTS = {"ok": "ok_tint", "warn": "warn_tint", "danger": "danger_tint", "apart": "apart_tint"}
"""Token of the ground for each tone."""


class TintedCard(QFrame):
    """A card on the ground of a tone or of a person's colour; `hatched` marks what parts people."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground, self._edge = theme.tokens.surface, theme.tokens.line
        self._hatch = ""

    def paint_as(self, theme: Theme, ground: str, edge: str, hatch: str = "") -> None:
        """Colours of ground, edge and hatch; no hatch where that is empty."""
        self._theme, self._ground, self._edge, self._hatch = theme, ground, edge, hatch
        self.update()

    def wear(self, theme: Theme, tone: str, *, hatched: bool = True) -> None:
        """The colours of a tone; none is a plain card. What parts people has a hatch, too."""
        tokens = theme.tokens
        if not tone:
            self.paint_as(theme, tokens.surface, tokens.line)
            return
        ground = str(getattr(tokens, TINTS[tone]))
        hatch = str(getattr(tokens, tone)) if hatched and tone in {"warn", "apart"} else ""
        self.paint_as(theme, ground, ground, hatch)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Ground, edge, hatch."""
        radius = self._theme.px(Radius.CARD.value)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._edge))
        painter.setBrush(QColor(self._ground))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, radius, radius)
        if self._hatch:
            width = self._theme.px(_HATCH)
            draw_hatch(painter, QRectF(1, radius, width, self.height() - 2 * radius), self._hatch)
        painter.end()


class Sign(QLabel):
    """An icon beside words; a decoration."""

    def __init__(self, size: int = 20) -> None:
        super().__init__()
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, theme: Theme, name: str, colour: str) -> None:
        """Another icon or colour."""
        side = theme.px(self._size)
        self.setPixmap(pixmap(name, side, colour, self.devicePixelRatioF()))


class WishRow(QWidget):
    """Buttons for wishes; the first may be the primary one. They are made anew on a change only.

    `emptied`: the focus was here, and no button is left for it.
    """

    emptied = Signal()

    def __init__(self, then: Callable[[Wish], None], *, primary: bool, small: bool = False) -> None:
        super().__init__()
        self._then = then
        self._primary = primary
        self._small = small
        self._shown: tuple[object, ...] = ()
        self.buttons: dict[Wish, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)

    def show_wishes(self, theme: Theme, wishes: Sequence[Wish]) -> None:
        """Exactly these buttons; the focus stays with a wish that stays."""
        wanted = (theme, tuple(wishes))
        if wanted == self._shown:
            return
        self._shown = wanted
        held = next((wish for wish, button in self.buttons.items() if button.hasFocus()), None)
        clear(self._row)
        self._row.setSpacing(theme.px(8))
        self.buttons = {}
        for place, wish in enumerate(wishes):
            kind = "primary" if self._primary and not place else "small" if self._small else ""
            button = make_button(theme, wish.text, kind)
            button.clicked.connect(lambda _checked=False, wish=wish: self._then(wish))
            self._row.addWidget(button)
            self.buttons[wish] = button
        self._row.addStretch(1)
        if held is not None and self.buttons:
            button = self.buttons.get(held) or next(iter(self.buttons.values()))
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setVisible(bool(wishes))
        if held is not None and not wishes:
            self.emptied.emit()


class PersonLine(QWidget):
    """One person in a list: number, mark, name, what stands behind, a button."""

    def __init__(
        self,
        theme: Theme,
        person: tuple[str, str, str],
        behind: str,
        *,
        number: str = "",
        button: QPushButton | None = None,
    ) -> None:
        super().__init__()
        name, colour, shown = person
        px = theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(4), 0, px(4))
        row.setSpacing(px(8))
        if number:
            row.addWidget(words(theme, number, Role.BODY, "soft"))
        row.addWidget(Marks(theme, ((name, colour),), _MARK))
        label = words(theme, shown, Role.BODY, wrap=True)
        row.addWidget(label, 1)
        row.addWidget(words(theme, behind, Role.SMALL, "soft"))
        if button is not None:
            row.addWidget(button)
        self.setAccessibleName(f"{shown}, {behind}" if behind else shown)


class Rows(QWidget):
    """Widgets one below the other, made anew when `key` is another."""

    def __init__(self) -> None:
        super().__init__()
        self._key: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_rows(self, key: object, make: Callable[[], Iterable[QWidget]]) -> None:
        """What `make` makes, unless what stands here was made of the same `key`."""
        if key == self._key:
            return
        self._key = key
        clear(self._column)
        for widget in make():
            self._column.addWidget(widget)
        self.setVisible(self._column.count() > 0)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def fit(dialog: QDialog) -> None:
    """As high as its words need at its width; by itself a dialog counts lines for a wider one."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    width = max(dialog.minimumWidth(), layout.totalSizeHint().width())
    height = layout.totalSizeHint().height()
    if layout.hasHeightForWidth():
        height = layout.totalHeightForWidth(width)
    dialog.resize(width, min(height, dialog.screen().availableSize().height()))


def section(theme: Theme, title: str) -> tuple[QFrame, QVBoxLayout, QHBoxLayout]:
    """A part of the side panel: its frame, its column, and the row of its heading."""
    frame = QFrame()
    set_kind(frame, "pane")
    column = QVBoxLayout(frame)
    head = QHBoxLayout()
    head.addWidget(words(theme, title, Role.HEADING), 1)
    column.addLayout(head)
    return frame, column, head
