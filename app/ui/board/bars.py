"""Small floating bars of the board: undo and zoom, who is here, what can be done with the chosen.

They show actions of the pane and own no state but what they draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from app.core.ids import SiteId
from app.node.api import PersonShown
from app.ui.actions import ACTIONS, accessible_name
from app.ui.board.model import BoardModel
from app.ui.board.options import OptionStrip
from app.ui.board.style import StyleBox
from app.ui.board.toolbar import Divider
from app.ui.figures import percent
from app.ui.fonts import Role, Weight
from app.ui.icons import icon_of
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import round_pen
from app.ui.panes.roving import Roving
from app.ui.strings import Board, Session
from app.ui.style_sheet import set_kind
from app.ui.swatches import initials, person_colour
from app.ui.theme import Theme

MARKS_MAX = 5
"""People shown with their mark; the others are in the menu of *Follow*."""
_MARK, _BUTTON, _ICON = 20, 28, 18


class Bar(QFrame):
    """A floating row of buttons."""

    height_px = 36

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        set_kind(self, "bar")
        self.setAccessibleName(name)
        self._row = QHBoxLayout(self)
        Roving(self)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        gap = theme.px(4)
        self._row.setContentsMargins(gap, 0, gap, 0)
        self._row.setSpacing(theme.px(2))
        self.setFixedHeight(theme.px(self.height_px))
        side, icon = theme.px(_BUTTON), theme.px(_ICON)
        for button in self.findChildren(QToolButton):
            if button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
                button.setFixedSize(side, side)
            button.setIconSize(QSize(icon, icon))
        for line in self.findChildren(Divider):
            line.setFixedSize(1 + 2 * theme.px(3), theme.px(18))
        self.adjustSize()

    def _put(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        row = ACTIONS.get(action.objectName())
        if row is not None:
            button.setAccessibleName(accessible_name(row))
        self._row.addWidget(button)
        return button

    def _divide(self) -> None:
        self._row.addWidget(Divider(self))


class ZoomBar(Bar):
    """Undo, redo, and how large things are."""

    def __init__(self, theme: Theme, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(theme, Session.BOARD(), parent)
        self._put(actions["undo"])
        self._put(actions["redo"])
        self._divide()
        self._put(actions["zoom-out"])
        self._zoom = self._put(actions["zoom-100"])
        self._zoom.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._put(actions["zoom-in"])
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        theme.dress(self._zoom, Role.BUTTON)
        self._zoom.setFixedSize(theme.px(60), theme.px(_BUTTON))
        super().set_theme(theme)

    def show_zoom(self, zoom: float) -> None:
        """Say how large things are."""
        text = percent(zoom)
        self._zoom.setText(text)
        self._zoom.setAccessibleName(Board.ZOOM(percent=text))


class MarkButton(QAbstractButton):
    """The mark of somebody who is here; pressed, they are followed."""

    def __init__(self, theme: Theme, person: PersonShown, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.person = person
        self.setCheckable(True)
        self.setToolTip(Board.FOLLOW_WHOM(name=person.name))
        self.setAccessibleName(Board.FOLLOW_WHOM(name=person.name))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The mark and room for a ring."""
        side = self._theme.px(_MARK + 6)
        return QSize(side, max(side, self._theme.px(_BUTTON)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The mark; a ring while followed or in focus."""
        side = float(self._theme.px(_MARK))
        rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        person, tokens = self.person, self._theme.tokens
        mark = Mark(
            initials(person.name)[:1],
            person_colour(person.colour),
            reachable=person.state == "present",
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_mark(painter, rect, mark, tokens)
        if self.isChecked() or self.hasFocus():
            painter.setPen(round_pen(tokens.focus if self.hasFocus() else tokens.ink, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 5, 5)
        painter.end()


class HereBar(Bar):
    """Who is here, follow, export. `wanted` names whom to follow, None for nobody."""

    wanted = Signal(object)

    def __init__(
        self, theme: Theme, actions: Mapping[str, QAction], model: BoardModel, parent: QWidget
    ) -> None:
        super().__init__(theme, Board.HERE(), parent)
        self._model = model
        self._followed: SiteId | None = None
        self._marks: list[MarkButton] = []
        self._line = Divider(self)
        self._row.addWidget(self._line)
        self._follow = self._put(actions["follow"])
        self._follow.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._put(actions["export"])
        self._menu = QMenu(self)
        self.set_theme(theme)
        model.people_changed.connect(self._follow_people)
        self._follow_people()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        theme.dress(self._follow, Role.BUTTON)
        self._follow.setFixedHeight(theme.px(_BUTTON))
        super().set_theme(theme)
        # Wider than the icon: Qt leaves no gap between icon and words.
        self._follow.setIconSize(QSize(theme.px(_ICON + 8), theme.px(_ICON)))
        self._follow_people()

    def others(self) -> list[PersonShown]:
        """Who can be followed."""
        people = self._model.people.values()
        return [each for each in people if not each.is_self and each.state == "present"]

    def open_menu(self) -> None:
        """Choose whom to follow."""
        self._menu.clear()
        for person in self.others():
            action = self._menu.addAction(Board.FOLLOW_WHOM(name=person.name))
            action.triggered.connect(lambda _on, site=person.site: self.wanted.emit(site))
        self._menu.popup(self._follow.mapToGlobal(self._follow.rect().bottomLeft()))

    def show_followed(self, site: SiteId | None) -> None:
        """Mark who is followed."""
        self._followed = site
        for mark in self._marks:
            mark.setChecked(mark.person.site == site)

    def _follow_people(self) -> None:
        for mark in self._marks:
            mark.setParent(None)
            mark.deleteLater()
        self._marks = []
        for place, person in enumerate(self.others()[:MARKS_MAX]):
            mark = MarkButton(self._theme, person, self)
            mark.setChecked(person.site == self._followed)
            mark.clicked.connect(
                lambda on, site=person.site: self.wanted.emit(site if on else None)
            )
            self._row.insertWidget(place, mark)
            self._marks.append(mark)
            mark.show()
        self._line.setVisible(bool(self._marks))
        self._follow.setVisible(bool(self._marks))
        self.adjustSize()


class SelectionBar(Bar):
    """What can be done with what is chosen."""

    height_px = 38

    def __init__(
        self, theme: Theme, actions: Mapping[str, QAction], parent: QWidget, box: StyleBox
    ) -> None:
        super().__init__(theme, Board.SELECTION(), parent)
        self._actions = actions
        self.strip = OptionStrip(theme, box, parent)
        self.strip.hide()
        self._colours = QToolButton(self)
        self._colours.setCheckable(True)
        self._colours.setAccessibleName(Board.COLOURS())
        self._colours.setToolTip(Board.COLOURS())
        self._colours.toggled.connect(self.strip.setVisible)
        self._row.addWidget(self._colours)
        self._divide()
        for name in ("lock", "duplicate", "delete"):
            self._put(actions[name])
        self._more = QToolButton(self)
        self._more.setAccessibleName(Session.MORE())
        self._more.setToolTip(Session.MORE())
        self._more.clicked.connect(self._open_menu)
        self._row.addWidget(self._more)
        self._menu = QMenu(self)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.strip.set_theme(theme)
        tokens, icon = theme.tokens, theme.px(_ICON)
        for button, name in ((self._colours, "palette"), (self._more, "more")):
            button.setIcon(icon_of(name, icon, tokens.text_soft, tokens.text_hint, tokens.text))
        super().set_theme(theme)

    def offer(self, parts: Iterable[str]) -> None:
        """Only these parts of the style can be changed."""
        offered = tuple(parts)
        self.strip.offer(offered)
        self._colours.setEnabled(bool(offered))

    def close_strip(self) -> None:
        """Hide the choices of colour and line."""
        self._colours.setChecked(False)

    def _open_menu(self) -> None:
        self._menu.clear()
        for names in (("copy", "cut", "paste"), ("front", "back"), ("group", "ungroup")):
            self._menu.addActions([self._actions[name] for name in names])
            self._menu.addSeparator()
        self._menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


class Notice(QFrame):
    """One quiet line above the tools: whom the view follows."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._colour = ""
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._fit()

    def show_text(self, text: str, colour: str) -> None:
        """Show a text on this colour; an empty one hides the line."""
        self._text, self._colour = text, colour
        self.setAccessibleName(text)
        self._fit()
        self.setVisible(bool(text))

    def _fit(self) -> None:
        font = self._theme.font(Role.SMALL, Weight.SEMIBOLD)
        self.setFont(font)
        width = self.fontMetrics().horizontalAdvance(self._text) + 2 * self._theme.px(10)
        self.resize(width, self._theme.line(Role.SMALL) + self._theme.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A chip in the person's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        painter.drawRoundedRect(QRectF(self.rect()), self._theme.px(5), self._theme.px(5))
        painter.setPen(QColor(self._theme.tokens.on_mark))
        painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()
