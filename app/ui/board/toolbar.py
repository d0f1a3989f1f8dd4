"""The tools at the foot of the board: one button each, with its key, in groups.

On a narrow board the last groups go into a menu. Arrow keys go from button to button.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from app.ui.actions import ACTIONS, accessible_name, shown_key
from app.ui.fonts import Role
from app.ui.icons import icon_of
from app.ui.panes.roving import Roving
from app.ui.strings import Board, Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Density, Theme

GROUPS = (
    ("select", "pan"),
    ("pen", "marker", "eraser"),
    ("line", "arrow", "rectangle", "ellipse", "diamond"),
    ("text",),
    ("laser",),
)
"""Names of tools, as they stand together."""

_BUTTON, _ICON, _HEIGHT = 36, 20, 46


class ToolButton(QToolButton):
    """A tool with its key in the corner. `doubled`: it was clicked twice, so it is to stay."""

    doubled = Signal()

    def __init__(self, theme: Theme, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = ACTIONS[action.objectName()]
        self.setDefaultAction(action)
        self.setAccessibleName(accessible_name(self._row))
        set_kind(self, "tool")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        side, icon = theme.px(_BUTTON), theme.px(_ICON)
        self.setFixedSize(side, side)
        self.setIconSize(QSize(icon, icon))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the button by the style sheet, then its key."""
        super().paintEvent(event)
        if self._theme.density is Density.COMPACT:
            return
        tokens = self._theme.tokens
        chosen, usable = self.isChecked(), self.isEnabled()
        colour = tokens.on_ink if chosen else tokens.text_soft if usable else tokens.text_hint
        painter = QPainter(self)
        painter.setFont(self._theme.font(Role.LETTER))
        painter.setPen(QColor(colour))
        rect = QRectF(self.rect()).adjusted(0, 0, -self._theme.px(4), -self._theme.px(2))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(rect, int(align), shown_key(self._row))
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Twice: keep the tool."""
        super().mouseDoubleClickEvent(event)
        self.doubled.emit()


class Toolbar(QFrame):
    """All tools. `kept` names one that was clicked twice."""

    kept = Signal(str)

    def __init__(self, theme: Theme, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        set_kind(self, "bar")
        self.setAccessibleName(Board.TOOLS())
        row = QHBoxLayout(self)
        self._groups: list[list[QWidget]] = []
        self._menu = QMenu(self)
        for place, names in enumerate(GROUPS):
            group: list[QWidget] = []
            if place:
                group.append(Divider(self))
            for name in names:
                button = ToolButton(theme, actions[name], self)
                button.doubled.connect(lambda name=name: self.kept.emit(name))
                group.append(button)
            for widget in group:
                row.addWidget(widget)
            self._groups.append(group)
        self._more = QToolButton(self)
        self._more.setAccessibleName(Session.MORE())
        self._more.setToolTip(Session.MORE())
        self._more.clicked.connect(self._open_menu)
        row.addWidget(self._more)
        self._actions = actions
        self.set_theme(theme)
        self.fit_into(10_000)
        self._roving = Roving(self)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        gap = theme.px(4)
        row.setContentsMargins(gap, gap, gap, gap)
        row.setSpacing(theme.px(2))
        for group in self._groups:
            for widget in group:
                if isinstance(widget, ToolButton):
                    widget.set_theme(theme)
                else:
                    widget.setFixedSize(1 + 2 * theme.px(4), theme.px(20))
        tokens, side = theme.tokens, theme.px(_BUTTON)
        icon = theme.px(_ICON)
        self._more.setIcon(icon_of("more", icon, tokens.text_soft, tokens.text_hint, tokens.text))
        self._more.setIconSize(QSize(icon, icon))
        self._more.setFixedSize(side, side)
        self.setFixedHeight(theme.px(_HEIGHT))

    def fit_into(self, width: int) -> None:
        """Show as many groups as have room; the others are in the menu."""
        shown = len(self._groups)
        while shown > 1 and self._width(shown) > width:
            shown -= 1
        self._menu.clear()
        for place, group in enumerate(self._groups):
            for widget in group:
                widget.setVisible(place < shown)
            if place >= shown:
                self._menu.addActions([self._actions[name] for name in GROUPS[place]])
        self._more.setVisible(shown < len(self._groups))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.adjustSize()

    def enter(self) -> None:
        """Take the focus."""
        self._roving.enter()

    def _width(self, count: int) -> int:
        gap = self._theme.px(2)
        widgets = [widget for group in self._groups[:count] for widget in group]
        width = sum(widget.width() + gap for widget in widgets) + 2 * self._theme.px(4)
        return width if count == len(self._groups) else width + self._more.width() + gap

    def _open_menu(self) -> None:
        self._menu.popup(self._more.mapToGlobal(self._more.rect().topLeft()))


class Divider(QWidget):
    """A hairline between groups."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """One pixel in the middle, in the colour of the frame round it."""
        painter = QPainter(self)
        painter.fillRect(self.width() // 2, 0, 1, self.height(), self.palette().shadow())
        painter.end()
