"""Marks of people as widgets: one, a few in a row, and the choice of one's own colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import kept
from app.ui.strings import FirstRun, PersonColours
from app.ui.swatches import PERSON_COLOURS, initials, person_colour
from app.ui.theme import Theme

COLUMNS = 6
_SIDE, _CELL = 34, 56


class Marks(QWidget):
    """Up to a few marks in a row, overlapping nothing; decoration, the names stand beside it."""

    def __init__(self, theme: Theme, people: tuple[tuple[str, str], ...], side: int = 26) -> None:
        super().__init__()
        self._theme = theme
        self._people = people
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(", ".join(name for name, _colour in people))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As many marks as there are."""
        px = self._theme.px
        count = len(self._people)
        return QSize(count * px(self._side) + max(count - 1, 0) * px(6), px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """One behind the other."""
        px = self._theme.px
        painter = QPainter(self)
        for place, (name, colour) in enumerate(self._people):
            rect = QRectF(place * px(self._side + 6), 0, px(self._side), px(self._side))
            draw_mark(
                painter, rect, Mark(initials(name), person_colour(colour)), self._theme.tokens
            )
        painter.end()


class ColourChoice(QWidget):
    """Twelve marks with one's initials; arrows move, a click or Space chooses: `chosen`."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = ""
        self._colours = list(PERSON_COLOURS)
        self._place = self._colours.index(colour) if colour in PERSON_COLOURS else 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def colour(self) -> str:
        """The chosen colour's name."""
        return self._colours[self._place]

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_name(self, name: str) -> None:
        """Whose initials stand on the marks."""
        self._name = name
        self.update()

    def choose(self, colour: str) -> None:
        """Choose by name."""
        self._choose(self._colours.index(colour))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two rows of six."""
        px = self._theme.px
        return QSize(COLUMNS * px(64), 2 * px(62))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Marks; a frame round the chosen one."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        with kept(painter):
            for place, name in enumerate(self._colours):
                cell = self._cell(place)
                side = px(_SIDE)
                centre = cell.center()
                rect = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
                mark = Mark(initials(self._name) if self._name.strip() else "", person_colour(name))
                draw_mark(painter, rect, mark, tokens)
                if place == self._place:
                    colour = tokens.focus if self.hasFocus() else tokens.ink
                    painter.setPen(QPen(QColor(colour), 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), px(10), px(10))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the mark under the pointer."""
        for place in range(len(self._colours)):
            if self._cell(place).contains(event.position()):
                self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows choose the next one."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -COLUMNS,
            Qt.Key.Key_Down: COLUMNS,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose((self._place + step) % len(self._colours))

    def _cell(self, place: int) -> QRectF:
        px = self._theme.px
        cell = px(_CELL)
        step = (self.width() - cell) / (COLUMNS - 1)
        step = min(step, px(74))
        return QRectF(place % COLUMNS * step, place // COLUMNS * (cell + px(6)), cell, cell)

    def _choose(self, place: int) -> None:
        self._place = place
        self._tell()
        self.update()
        self.chosen.emit(self.colour)

    def _tell(self) -> None:
        self.setAccessibleName(self.spoken())
        self.setToolTip("")

    def spoken(self) -> str:
        """Fern, circle."""
        shape = PERSON_COLOURS[self.colour].shape.value
        return FirstRun.COLOUR_CHOICE(
            colour=PersonColours.COLOUR[self.colour](), shape=PersonColours.SHAPE[shape]()
        )
