"""How things are drawn: inks, widths, dash, fill, heads, smoothing, as small pictures to press.

Shows only what the chosen tool, or what is chosen, has. It writes to a `StyleBox` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QLabel,
    QSlider,
    QStyle,
    QWidget,
)

from app.ui.board.pieces import DASHES
from app.ui.board.style import DASHES as DASH_NAMES
from app.ui.board.style import FILLS, SMOOTHING_PERCENT_MAX, WIDTHS, Heads, StyleBox
from app.ui.board.toolbar import Divider
from app.ui.fonts import Role
from app.ui.paint.painter import round_pen
from app.ui.strings import Board
from app.ui.style_sheet import set_kind
from app.ui.swatches import INKS, NOTES
from app.ui.theme import Theme

PARTS = ("ink", "width_place", "smoothing_percent", "dash", "fill", "heads")
"""All that can be chosen, as it stands in the strip."""
PARTS_OF_TOOL = {
    "pen": ("ink", "width_place", "smoothing_percent"),
    "marker": ("ink", "width_place", "smoothing_percent"),
    "line": ("ink", "width_place", "dash"),
    "arrow": ("ink", "width_place", "dash", "heads"),
    "rectangle": ("ink", "width_place", "dash", "fill"),
    "ellipse": ("ink", "width_place", "dash", "fill"),
    "diamond": ("ink", "width_place", "dash", "fill"),
    "text": ("ink", "width_place"),
}
"""Tool: what it has. A tool that isn't named has no strip."""

_SIDE, _SIDE_NARROW = 32, 28
_SIDE_EDGE, _EDGE, _ROW_GAP = 9, 6, 4
Drawing = Callable[[QPainter, QRectF, Theme], None]


class PictureButton(QAbstractButton):
    """A choice that is drawn; the chosen one stands on `selected`, or wears a ring."""

    def __init__(
        self, theme: Theme, name: str, draw: Drawing, parent: QWidget, *, ringed: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._draw = draw
        self._ringed = ringed
        self._side = _SIDE
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.update()

    def be_narrow(self, *, narrow: bool) -> None:
        """Stand closer, where there is little room."""
        self._side = _SIDE_NARROW if narrow else _SIDE

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A square that a finger hits."""
        return QSize(self._theme.px(self._side), self._theme.px(_SIDE))

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Show that it can be pressed."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """No more."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Ground, picture, ring."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() and not self._ringed:
            painter.setBrush(QColor(tokens.selected))
            painter.drawRoundedRect(rect, px(6), px(6))
        elif self.underMouse() and not self.isChecked():
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(rect, px(6), px(6))
        self._draw(painter, QRectF(self.rect()), self._theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = QRectF(self.rect()).center()
        if self.isChecked() and self._ringed:
            painter.setPen(round_pen(tokens.ink, 2))
            painter.drawEllipse(middle, px(12), px(12))
        if self.hasFocus():
            painter.setPen(round_pen(tokens.focus, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(7), px(7))
        painter.end()


class OptionStrip(QFrame):
    """Choices in a row, or in several where one has no room. `resized`: other choices are offered.

    It lays itself out, by `fit_into`: no layout of Qt knows rows that break between groups.
    """

    resized = Signal()

    def __init__(self, theme: Theme, box: StyleBox, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._box = box
        self._parts: dict[str, list[QWidget]] = {}
        self._offered: tuple[str, ...] = ()
        self._buttons: dict[tuple[str, object], PictureButton] = {}
        set_kind(self, "bar")
        self.setAccessibleName(Board.OPTIONS())
        self._build()
        self.set_theme(theme)
        self._follow()
        box.changed.connect(self._follow)
        box.shown_anew.connect(self._follow)

    def _build(self) -> None:
        self._add(
            "ink",
            [(name, Board.INKS[name](), _ink_drawing(name)) for name in INKS],
            ringed=True,
        )
        self._add(
            "width_place",
            [(place, Board.WIDTHS[place](), _width_drawing(place)) for place in range(len(WIDTHS))],
        )
        self._add_smoothing()
        self._add(
            "dash", [(name, Board.DASHES[name](), _dash_drawing(name)) for name in DASH_NAMES]
        )
        self._add("fill", [(name, Board.FILLS[name](), _fill_drawing(name)) for name in FILLS])
        self._add(
            "heads", [(heads, Board.HEADS[heads.name](), _heads_drawing(heads)) for heads in Heads]
        )

    def _add(
        self, part: str, choices: Iterable[tuple[object, str, Drawing]], *, ringed: bool = False
    ) -> None:
        widgets: list[QWidget] = [Divider(self)] if self._parts else []
        group = QButtonGroup(self)
        for value, name, draw in choices:
            button = PictureButton(self._theme, name, draw, self, ringed=ringed)
            button.clicked.connect(
                lambda _on, part=part, value=value: self._box.choose(**{part: value})
            )
            group.addButton(button)
            self._buttons[part, value] = button
            widgets.append(button)
        self._parts[part] = widgets

    def _add_smoothing(self) -> None:
        label = self._smoothing = QLabel(Board.SMOOTHING(), self)
        set_kind(label, "soft")
        self._theme.dress(label, Role.SMALL)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(0, SMOOTHING_PERCENT_MAX)
        self._slider.setAccessibleName(Board.SMOOTHING())
        self._slider.valueChanged.connect(lambda value: self._box.choose(smoothing_percent=value))
        self._parts["smoothing_percent"] = [Divider(self), label, self._slider]

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._slider.setFixedWidth(theme.px(80))
        self._smoothing.setContentsMargins(0, 0, theme.px(6), 0)
        for widget in self.findChildren(PictureButton):
            widget.set_theme(theme)
        for line in self.findChildren(Divider):
            line.setFixedSize(1 + 2 * theme.px(6), theme.px(20))

    def offer(self, parts: Iterable[str]) -> None:
        """Show these parts only."""
        self._offered = tuple(parts)
        for part, widgets in self._parts.items():
            for widget in widgets:
                widget.setVisible(part in self._offered)
        self.resized.emit()

    def fit_into(self, width: int) -> None:
        """Stand closer if that saves a row; if not, take as many rows as need be."""
        for narrow in (False, True, False):
            for button in self._buttons.values():
                button.be_narrow(narrow=narrow)
            rows = self._rows(width, self._gap(narrow=narrow))
            if len(rows) == 1:
                break
        self._arrange(rows, self._gap(narrow=narrow))

    def _gap(self, *, narrow: bool) -> int:
        return self._theme.px(0 if narrow else 2)

    def _rows(self, width: int, gap: int) -> list[list[QWidget]]:
        """What stands beside what: groups stay together, but for one that is wider than all."""
        room = width - 2 * self._theme.px(_SIDE_EDGE)
        rows: list[list[QWidget]] = [[]]
        for part, widgets in self._parts.items():
            if part not in self._offered:
                continue
            if rows[-1] and _row_width(rows[-1] + widgets, gap) > room:
                rows.append([])
            for widget in widgets:
                if rows[-1] and _row_width([*rows[-1], widget], gap) > room:
                    rows.append([])
                divides = isinstance(widget, Divider)
                widget.setVisible(not divides or bool(rows[-1]))
                if not widget.isHidden():
                    rows[-1].append(widget)
        return rows

    def _arrange(self, rows: list[list[QWidget]], gap: int) -> None:
        px = self._theme.px
        edge, side, between = px(_EDGE), px(_SIDE), px(_ROW_GAP)
        wide = max(_row_width(row, gap) for row in rows) + 2 * px(_SIDE_EDGE)
        self.resize(wide, 2 * edge + len(rows) * (side + between) - between)
        top = edge
        for row in rows:
            left = px(_SIDE_EDGE)
            for widget in row:
                size = _size_of(widget)
                at = QRect(QPoint(left, top + (side - size.height()) // 2), size)
                widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), at))
                left += size.width() + gap
            top += side + between

    def _follow(self) -> None:
        style = self._box.style
        for part in self._parts:
            button = self._buttons.get((part, getattr(style, part)))
            if button is not None:
                button.setChecked(True)
        self._slider.blockSignals(True)
        self._slider.setValue(style.smoothing_percent)
        self._slider.blockSignals(False)
        for widget in self._parts["heads"]:
            widget.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right go from choice to choice."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        shown = [each for each in self.findChildren(PictureButton) if each.isVisible()]
        if step is None or not shown:
            super().keyPressEvent(event)
            return
        place = next((at for at, each in enumerate(shown) if each.hasFocus()), 0)
        shown[(place + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)


def _size_of(widget: QWidget) -> QSize:
    return widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())


def _row_width(widgets: list[QWidget], gap: int) -> int:
    return sum(_size_of(widget).width() + gap for widget in widgets) - gap if widgets else 0


def _ink_drawing(name: str) -> Drawing:
    def draw(painter: QPainter, rect: QRectF, theme: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INKS[name].on(theme.tokens)))
        painter.drawEllipse(rect.center(), theme.px(9), theme.px(9))

    return draw


def _width_drawing(place: int) -> Drawing:
    def draw(painter: QPainter, rect: QRectF, theme: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens.ink))
        radius = theme.px(2 + 1.5 * place)
        painter.drawEllipse(rect.center(), radius, radius)

    return draw


def _dash_drawing(name: str) -> Drawing:
    def draw(painter: QPainter, rect: QRectF, theme: Theme) -> None:
        pen = round_pen(theme.tokens.ink, 2)
        if name in DASHES:
            pen.setDashPattern(list(DASHES[name]))
        painter.setPen(pen)
        half = QPointF(theme.px(9), 0)
        painter.drawLine(rect.center() - half, rect.center() + half)

    return draw


def _fill_drawing(name: str) -> Drawing:
    def draw(painter: QPainter, rect: QRectF, theme: Theme) -> None:
        tokens, half = theme.tokens, theme.px(8)
        square = QRectF(rect.center().x() - half, rect.center().y() - half, 2 * half, 2 * half)
        painter.setPen(round_pen(tokens.edge, 1.25))
        paper = tokens.ink if name == "solid" else NOTES[name].on(tokens) if name else ""
        painter.setBrush(QColor(paper) if paper else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square, 4, 4)
        if not name:
            painter.drawLine(
                square.bottomLeft() + QPointF(2, -2), square.topRight() + QPointF(-2, 2)
            )

    return draw


def _heads_drawing(heads: Heads) -> Drawing:
    def draw(painter: QPainter, rect: QRectF, theme: Theme) -> None:
        painter.setPen(round_pen(theme.tokens.ink, 1.75))
        half, wing = theme.px(10), theme.px(4)
        start = rect.center() - QPointF(half, 0)
        end = rect.center() + QPointF(half, 0)
        painter.drawLine(start, end)
        for tip, side, head in ((start, 1, heads.value[0]), (end, -1, heads.value[1])):
            upper = tip + QPointF(side * wing, -wing)
            lower = tip + QPointF(side * wing, wing)
            if head == "arrow":
                painter.drawPolyline([upper, tip, lower])
            elif head == "triangle":
                painter.setBrush(QColor(theme.tokens.ink))
                painter.drawPolygon([upper, tip, lower])
            elif head == "dot":
                painter.setBrush(QColor(theme.tokens.ink))
                painter.drawEllipse(tip, wing * 0.8, wing * 0.8)

    return draw
