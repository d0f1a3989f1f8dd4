"""Keeps one item in a QGraphicsScene for each resting object of the model, in the model's order.

Open strokes have none: they grow in the overlay. While a gesture runs, previews stand in for
objects; the model hears of it at the end only.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from app.node.api import BoardObjectShown
from app.ui.board.geometry import bounds_of, is_hit
from app.ui.board.model import BoardModel
from app.ui.board.pieces import DIMMED, Piece, looks_alike
from app.ui.theme import Theme

INDEXED_SIDE_PX = 4_096.0
"""The least area of the index; it doubles when something lies outside."""
_Z_STEP = 1.0
_PREVIEW_Z = 1e12


class BoardScene(QGraphicsScene):
    """The resting board. `preview` shows objects as a gesture makes them."""

    def __init__(self, model: BoardModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._tokens = theme.tokens
        self._pieces: dict[str, Piece] = {}
        self._previewed: dict[str, Piece] = {}
        self._without_text: dict[str, None] = {}
        self._order: list[tuple[tuple[str, int, int], str]] = []
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        half = INDEXED_SIDE_PX / 2
        self.setSceneRect(-half, -half, INDEXED_SIDE_PX, INDEXED_SIDE_PX)
        model.objects_changed.connect(self._change)
        self._change(tuple(model.objects), ())

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        if theme.tokens != self._tokens:
            self._tokens = theme.tokens
            for piece in (*self._pieces.values(), *self._previewed.values()):
                piece.show_object(piece.shown, self._tokens)

    def piece(self, object_id: str) -> Piece | None:
        """The item of an object."""
        return self._pieces.get(object_id)

    # --- looking for things ---

    def at(self, point: QPointF, reach: float) -> BoardObjectShown | None:
        """The uppermost object at a point of the board."""
        return next(self.all_at(point, reach), None)

    def all_at(self, point: QPointF, reach: float) -> Iterator[BoardObjectShown]:
        """Objects at a point, uppermost first; `reach` px beside a line is still on it."""
        square = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for piece in self._pieces_in(square):
            if is_hit(piece.shown, point, reach):
                yield piece.shown

    def near(self, rect: QRectF) -> list[BoardObjectShown]:
        """Objects whose upright rectangle touches one of the board, uppermost first."""
        return [piece.shown for piece in self._pieces_in(rect)]

    def inside(self, rect: QRectF) -> list[BoardObjectShown]:
        """Objects that lie wholly in a rectangle of the board, lowest first."""
        found = [piece.shown for piece in self._pieces_in(rect)]
        return [shown for shown in reversed(found) if rect.contains(bounds_of(shown))]

    def _pieces_in(self, rect: QRectF) -> Iterator[Piece]:
        found = self.items(
            rect,
            Qt.ItemSelectionMode.IntersectsItemBoundingRect,
            Qt.SortOrder.DescendingOrder,
        )
        for item in found:
            if isinstance(item, Piece) and item.shown.id in self._pieces:
                yield item

    def in_order(self) -> list[BoardObjectShown]:
        """All resting objects, lowest first."""
        return [self._pieces[object_id].shown for _, object_id in self._order]

    def extent(self) -> QRectF:
        """One rectangle round all resting objects; empty for none."""
        left = top = float("inf")
        right = bottom = float("-inf")
        for piece in self._pieces.values():
            rect = piece.sceneBoundingRect()
            left, top = min(left, rect.left()), min(top, rect.top())
            right, bottom = max(right, rect.right()), max(bottom, rect.bottom())
        return QRectF(left, top, right - left, bottom - top) if left <= right else QRectF()

    # --- while a gesture runs ---

    def shift(self, ids: Iterable[str], dx: float, dy: float) -> None:
        """Show these objects so far from where they are."""
        for object_id in ids:
            piece = self._pieces.get(object_id)
            if piece is not None:
                piece.shift(dx, dy)

    def preview(self, objects: Sequence[BoardObjectShown]) -> None:
        """Show these instead of, or besides, what the model has, until `end_preview`."""
        for shown in objects:
            piece = self._pieces.get(shown.id) or self._previewed.get(shown.id)
            if piece is None:
                piece = self._previewed[shown.id] = Piece(shown, self._tokens)
                piece.setZValue(_PREVIEW_Z)
                self.addItem(piece)
            else:
                piece.show_object(shown, self._tokens)

    def end_preview(self, ids: Iterable[str]) -> None:
        """Show these objects as the model has them."""
        for object_id in ids:
            preview = self._previewed.pop(object_id, None)
            if preview is not None:
                self.removeItem(preview)
            piece, shown = self._pieces.get(object_id), self._model.objects.get(object_id)
            if piece is not None and shown is not None:
                piece.show_object(shown, self._tokens)

    def dim(self, ids: Iterable[str], *, on: bool) -> None:
        """Show that these are about to go."""
        for object_id in ids:
            piece = self._pieces.get(object_id)
            if piece is not None:
                piece.setOpacity(DIMMED if on else 1.0)

    def hide_text(self, object_id: str, *, hidden: bool) -> None:
        """An editor stands in the place of this object's text."""
        if hidden:
            self._without_text[object_id] = None
        else:
            self._without_text.pop(object_id, None)
        piece = self._pieces.get(object_id)
        if piece is not None:
            piece.hide_text(hidden=hidden)

    # --- following the model ---

    def _change(self, changed: tuple[str, ...], gone: tuple[str, ...]) -> None:
        for object_id in gone:
            self._take_out(object_id)
        many = len(changed) > 64
        for object_id in changed:
            shown = self._model.objects.get(object_id)
            if shown is None or shown.open:
                self._take_out(object_id)
            else:
                self._put_in(shown, ranked=not many)
        if many:
            self._order.sort()
            self._rank_all()

    def _take_out(self, object_id: str) -> None:
        piece = self._pieces.pop(object_id, None)
        if piece is not None:
            place = bisect.bisect_left(self._order, (piece.shown.order, object_id))
            if place < len(self._order) and self._order[place][1] == object_id:
                del self._order[place]
            else:
                self._order = [each for each in self._order if each[1] != object_id]
            self.removeItem(piece)

    def _put_in(self, shown: BoardObjectShown, *, ranked: bool) -> None:
        piece = self._pieces.get(shown.id)
        if piece is not None and piece.shown.order != shown.order:
            self._take_out(shown.id)
            piece = None
        if piece is not None:
            if looks_alike(piece.shown, shown):
                piece.shown = shown
            else:
                piece.show_object(shown, self._tokens)
            self._make_room(piece)
            return
        piece = self._pieces[shown.id] = Piece(shown, self._tokens)
        if shown.id in self._without_text:
            piece.hide_text(hidden=True)
        key = (shown.order, shown.id)
        if not ranked:
            self._order.append(key)
        else:
            place = bisect.bisect_left(self._order, key)
            self._order.insert(place, key)
            self._rank(piece, place)
        self.addItem(piece)
        self._make_room(piece)

    def _rank(self, piece: Piece, place: int) -> None:
        """Between its neighbours; when there is no number between them, all get new ones."""
        low = self._z_at(place - 1)
        if place == len(self._order) - 1:
            piece.setZValue((low or 0.0) + _Z_STEP)
            return
        high = self._z_at(place + 1) or 0.0
        low = high - 2 * _Z_STEP if low is None else low
        middle = (low + high) / 2
        if low < middle < high:
            piece.setZValue(middle)
        else:
            self._rank_all()

    def _z_at(self, place: int) -> float | None:
        if 0 <= place < len(self._order):
            return self._pieces[self._order[place][1]].zValue()
        return None

    def _rank_all(self) -> None:
        for place, (_, object_id) in enumerate(self._order):
            self._pieces[object_id].setZValue(place * _Z_STEP)

    def _make_room(self, item: QGraphicsItem) -> None:
        """The index is quick only inside the scene's rectangle; doubling it keeps that rare."""
        rect, needed = self.sceneRect(), item.sceneBoundingRect()
        far = max(-needed.left(), -needed.top(), needed.right(), needed.bottom())
        half = max(rect.width(), INDEXED_SIDE_PX) / 2
        if far > half and math.isfinite(far):
            while far > half:
                half *= 2
            self.setSceneRect(-half, -half, 2 * half, 2 * half)
