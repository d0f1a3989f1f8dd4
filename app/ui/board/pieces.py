"""What an object of the board is in a scene: one item for its line, children for heads and text.

Lines are Qt's own path items, painted without a call into Python: a board has ten thousand of
them. This is the only place that decides what a type looks like.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from app.node.api import BoardObjectShown
from app.ui.board.colours import drawn_colour
from app.ui.board.geometry import (
    CLOSED_TYPES,
    dashed_path,
    frame_of,
    head_paths,
    outline_of,
    text_width_inside,
)
from app.ui.board.lettering import Lettering, lettering
from app.ui.colour import contrast
from app.ui.paint.painter import round_pen
from app.ui.tokens import Tokens

READABLE_PIXELS = 3.0
"""Letters smaller than this on the screen are drawn as a bar: nobody can read them."""
TEXT_CONTRAST_MIN = 3.0
"""Of a text to the fill below it; under it, it is written in the canvas's or the text's colour."""
DIMMED = 0.25
"""Opacity of what the eraser has touched and not yet taken."""

DASHES = {"dashed": (4.0, 3.0), "dotted": (0.01, 2.4)}
"""Dash and gap in widths of the line, with round ends."""


def line_pen(shown: BoardObjectShown, tokens: Tokens) -> QPen:
    """The pen of an object's line."""
    colour = drawn_colour(shown.stroke, tokens)
    if colour is None or shown.width <= 0 or shown.type == "text":
        return QPen(Qt.PenStyle.NoPen)
    return round_pen(colour, shown.width)


def text_colour(shown: BoardObjectShown, tokens: Tokens) -> QColor:
    """The colour of an object's text: that of its line, if that can be read on the fill."""
    plain = QColor(tokens.text)
    colour = drawn_colour(shown.stroke, tokens) or plain
    fill = drawn_colour(shown.fill, tokens) if shown.type in CLOSED_TYPES else None
    if fill is None or contrast(colour.name(), fill.name()) >= TEXT_CONTRAST_MIN:
        return colour
    ground = QColor(tokens.canvas)
    return max(plain, ground, key=lambda each: contrast(each.name(), fill.name()))


class TextPiece(QGraphicsItem):
    """Text of an object, in the middle of the item it belongs to."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._lettering: Lettering | None = None
        self._colour = QColor()
        self._rect = QRectF()

    def show_text(self, text: Lettering, rect: QRectF, colour: QColor) -> None:
        """Show this text with its top left corner at that of `rect`."""
        self.prepareGeometryChange()
        self._lettering, self._rect, self._colour = text, rect, colour
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Where it paints."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Letters; a faint bar where they would be too small to read."""
        text = self._lettering
        if text is None:
            return
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if text.font.pixelSize() * scale < READABLE_PIXELS:
            bar = QColor(self._colour)
            bar.setAlphaF(0.35)
            third = self._rect.height() / 3
            painter.fillRect(self._rect.adjusted(0, third, 0, -third), bar)
            return
        painter.setPen(self._colour)
        painter.setFont(text.font)
        painter.drawStaticText(self._rect.topLeft(), text.static)


class Piece(QGraphicsPathItem):
    """An object at rest. `shown` is what it looks like; `shift` moves it without a new outline."""

    def __init__(self, shown: BoardObjectShown, tokens: Tokens) -> None:
        super().__init__()
        self.shown = shown
        self._middle = QPointF()
        self._dashes: QGraphicsPathItem | None = None
        self._heads: list[QGraphicsPathItem] = []
        self._text: TextPiece | None = None
        self._text_hidden = False
        self.show_object(shown, tokens)

    def show_object(self, shown: BoardObjectShown, tokens: Tokens) -> None:
        """Look like this object in these colours."""
        self.shown = shown
        frame = frame_of(shown)
        self._middle = frame.center()
        line = outline_of(shown)
        self.setPath(line)
        self._show_line(line, line_pen(shown, tokens))
        fill = drawn_colour(shown.fill, tokens) if shown.type in CLOSED_TYPES else None
        self.setBrush(QBrush(Qt.BrushStyle.NoBrush) if fill is None else QBrush(fill))
        self.setPos(self._middle)
        self.setRotation(shown.angle)
        self._show_heads(line, tokens)
        self._show_text(frame, tokens)

    @property
    def area(self) -> QRectF:
        """All it may paint, in px of the board."""
        return self.mapRectToScene(self.boundingRect() | self.childrenBoundingRect())

    def shift(self, dx: float, dy: float) -> None:
        """Lie so far from where the object is."""
        self.setPos(self._middle + QPointF(dx, dy))

    def hide_text(self, *, hidden: bool) -> None:
        """Leave the text to somebody else."""
        self._text_hidden = hidden
        if self._text is not None:
            self._text.setVisible(bool(self.shown.text) and not hidden)

    def _show_line(self, line: QPainterPath, pen: QPen) -> None:
        """Solid it is the item's own; dashes are an item above the fill."""
        is_dashed = self.shown.dash in DASHES and pen.style() != Qt.PenStyle.NoPen
        self.setPen(QPen(Qt.PenStyle.NoPen) if is_dashed else pen)
        if self._dashes is not None:
            self._dashes.setVisible(is_dashed)
        if is_dashed:
            if self._dashes is None:
                self._dashes = QGraphicsPathItem(self)
            dash, gap = (each * self.shown.width for each in DASHES[self.shown.dash])
            self._dashes.setPath(dashed_path(line, dash, gap))
            self._dashes.setPen(pen)

    def _show_heads(self, line: QPainterPath, tokens: Tokens) -> None:
        paths = head_paths(self.shown, line) if self.shown.heads != ("", "") else []
        while len(self._heads) < len(paths):
            self._heads.append(QGraphicsPathItem(self))
        colour = drawn_colour(self.shown.stroke, tokens) or QColor(Qt.GlobalColor.transparent)
        for head in self._heads[len(paths) :]:
            head.setVisible(False)
        for head, (path, filled) in zip(self._heads, paths, strict=False):
            head.setVisible(True)
            head.setPath(path)
            head.setPen(round_pen(colour, self.shown.width))
            head.setBrush(QBrush(colour) if filled else QBrush(Qt.BrushStyle.NoBrush))

    def _show_text(self, frame: QRectF, tokens: Tokens) -> None:
        shown = self.shown
        if not shown.text or not (shown.type == "text" or shown.type in CLOSED_TYPES):
            if self._text is not None:
                self._text.setVisible(False)
            return
        if self._text is None:
            self._text = TextPiece(self)
        self._text.setVisible(not self._text_hidden)
        if shown.type == "text":
            text = lettering(shown.text, shown.size, shown.w, shown.align)
        else:
            text = lettering(shown.text, shown.size, text_width_inside(shown), "center")
        width = shown.w if shown.type == "text" and shown.w else text.size.width()
        rect = QRectF(0, 0, width, text.size.height())
        rect.moveCenter(QPointF(0, 0))
        self._text.show_text(text, rect, text_colour(shown, tokens))


def looks_alike(first: BoardObjectShown, second: BoardObjectShown) -> bool:
    """Whether two states of an object are painted alike, wherever they are in the order."""
    return all(
        getattr(first, name) == getattr(second, name)
        for name in first.__slots__
        if name not in ("pending", "locked", "group", "order", "z")
    )
