"""Keeps one item in a QGraphicsScene for each resting object of the model, in the model's order.

Open strokes have none: they grow in the overlay. While a gesture runs, previews stand in for
objects; the model hears of it at the end only.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsScene

from app.node.api import BoardObjectShown
from app.ui.board.geometry import bounds_of, is_hit
from app.ui.board.model import BoardModel
from app.ui.board.pieces import DIMMED, Piece, looks_alike
from app.ui.theme import Theme

INDEXED_SIDE_PX = 4_096.0
"""The least area of the index; it doubles when something lies outside."""
OVERLAPS_MAX = 16
"""More things above a new one: its whole rectangle is painted anew."""
FEW = 64
"""Of changes at once: more are sorted in together. Of things that lie higher: of more it is not
asked where they lie."""
_Z_STEP = 1.0
_PREVIEW_Z = 1e12
Box = tuple[float, float, float, float]
"""Left, top, right, bottom: numbers, for ten thousand of them are gone through at once."""
_Key = tuple[tuple[str, int, int], str]


class BoardScene(QGraphicsScene):
    """The resting board. `preview` shows objects as a gesture makes them."""

    spoiled = Signal(object, bool)
    """Rectangles of the board that look different now; whether a hand is at work on them."""
    topped = Signal(object)
    """A piece has come that lies above all it touches, but for what `spoiled` says next."""

    def __init__(self, model: BoardModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._tokens = theme.tokens
        self._pieces: dict[str, Piece] = {}
        self.boxes: dict[str, Box] = {}
        """Rectangles round resting objects as the model has them, lines included; in no order."""
        self._previewed: dict[str, Piece] = {}
        self._without_text: dict[str, None] = {}
        self._order: list[_Key] = []
        self._reach = QRectF()
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        half = INDEXED_SIDE_PX / 2
        self.setSceneRect(-half, -half, INDEXED_SIDE_PX, INDEXED_SIDE_PX)
        model.objects_changed.connect(self._change)
        model.renaming.connect(self._rename)
        self._change(tuple(model.objects), ())

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        if theme.tokens != self._tokens:
            self._tokens = theme.tokens
            for piece in (*self._pieces.values(), *self._previewed.values()):
                piece.show_object(piece.shown, self._tokens)

    @property
    def density(self) -> float:
        """Things on a square px of the board, in the mean over all where there have been some."""
        return len(self._pieces) / max(self._reach.width() * self._reach.height(), 1.0)

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
        boxes = self.boxes.values()
        if not boxes:
            return QRectF()
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
        return QRectF(left, top, right - left, bottom - top)

    # --- while a gesture runs ---

    def shift(self, ids: Iterable[str], dx: float, dy: float) -> None:
        """Show these objects so far from where they are."""
        areas = []
        for object_id in ids:
            piece = self._pieces.get(object_id)
            if piece is not None:
                areas.append(piece.area)
                piece.shift(dx, dy)
                areas.append(piece.area)
        self.spoiled.emit(areas, True)

    def preview(self, objects: Sequence[BoardObjectShown]) -> None:
        """Show these instead of, or besides, what the model has, until `end_preview`."""
        areas = []
        for shown in objects:
            piece = self._pieces.get(shown.id) or self._previewed.get(shown.id)
            if piece is None:
                piece = self._previewed[shown.id] = Piece(shown, self._tokens)
                piece.setZValue(_PREVIEW_Z)
                self.addItem(piece)
            else:
                areas.append(piece.area)
                piece.show_object(shown, self._tokens)
            areas.append(piece.area)
        self.spoiled.emit(areas, True)

    def end_preview(self, ids: Iterable[str]) -> None:
        """Show these objects as the model has them."""
        areas = []
        for object_id in ids:
            preview = self._previewed.pop(object_id, None)
            if preview is not None:
                areas.append(preview.area)
                self.removeItem(preview)
            piece, shown = self._pieces.get(object_id), self._model.objects.get(object_id)
            if piece is not None and shown is not None:
                areas.append(piece.area)
                piece.show_object(shown, self._tokens)
                areas.append(piece.area)
        self.spoiled.emit(areas, True)

    def dim(self, ids: Iterable[str], *, on: bool) -> None:
        """Show that these are about to go."""
        areas = []
        for object_id in ids:
            piece = self._pieces.get(object_id)
            if piece is not None:
                piece.setOpacity(DIMMED if on else 1.0)
                areas.append(piece.area)
        self.spoiled.emit(areas, True)

    def hide_text(self, object_id: str, *, hidden: bool) -> None:
        """An editor stands in the place of this object's text."""
        if hidden:
            self._without_text[object_id] = None
        else:
            self._without_text.pop(object_id, None)
        piece = self._pieces.get(object_id)
        if piece is not None:
            area = piece.area
            piece.hide_text(hidden=hidden)
            self.spoiled.emit([area, piece.area], True)

    # --- following the model ---

    def _change(self, changed: tuple[str, ...], gone: tuple[str, ...]) -> None:
        areas: list[QRectF] = []
        for object_id in gone:
            self._take_out(object_id, areas)
        many = len(changed) > FEW
        for object_id in changed:
            shown = self._model.objects.get(object_id)
            if shown is None or shown.open:
                self._take_out(object_id, areas)
            else:
                self._put_in(shown, areas, ranked=not many)
        if many:
            self._order.sort()
            self._rank_all()
        self.spoiled.emit(areas, False)

    def _rename(self, old: str, new: str) -> None:
        """The same thing goes on under another id: nothing looks different."""
        piece = self._pieces.get(old)
        if piece is None or new in self._pieces:
            return
        self._pieces[new] = self._pieces.pop(old)
        self.boxes[new] = self.boxes.pop(old)
        self._drop_key((piece.shown.order, old))
        piece.shown = replace(piece.shown, id=new)
        self._rank(piece, self._insert_key((piece.shown.order, new), ranked=True))
        if old in self._without_text:
            del self._without_text[old]
            self._without_text[new] = None

    def _take_out(self, object_id: str, areas: list[QRectF]) -> None:
        piece = self._pieces.pop(object_id, None)
        if piece is not None:
            self._drop_key((piece.shown.order, object_id))
            areas.append(piece.area)
            self.boxes.pop(object_id)
            self.removeItem(piece)

    def _drop_key(self, key: _Key) -> None:
        place = bisect.bisect_left(self._order, key)
        if place < len(self._order) and self._order[place] == key:
            del self._order[place]
        else:
            # While many come at once the end of the order is not sorted yet.
            self._order.remove(key)

    def _put_in(self, shown: BoardObjectShown, areas: list[QRectF], *, ranked: bool) -> None:
        piece = self._pieces.get(shown.id)
        if piece is None:
            self._add(shown, areas, ranked=ranked)
            return
        if piece.shown.order != shown.order:
            self._reorder(piece, shown, areas, ranked=ranked)
        if looks_alike(piece.shown, shown):
            piece.shown = shown
        else:
            areas.append(piece.area)
            piece.show_object(shown, self._tokens)
            areas.append(piece.area)
        self._make_room(piece)

    def _add(self, shown: BoardObjectShown, areas: list[QRectF], *, ranked: bool) -> None:
        piece = self._pieces[shown.id] = Piece(shown, self._tokens)
        if shown.id in self._without_text:
            piece.hide_text(hidden=True)
        key = (shown.order, shown.id)
        place = self._insert_key(key, ranked=ranked)
        if ranked:
            self._rank(piece, place)
        self.addItem(piece)
        self._make_room(piece)
        above = self._overlaps(piece, key, None) if ranked and not self._previewed else None
        if above is None:
            areas.append(piece.area)
        else:
            self.topped.emit(piece)
            areas += above

    def _reorder(
        self, piece: Piece, shown: BoardObjectShown, areas: list[QRectF], *, ranked: bool
    ) -> None:
        """What it has in common with the things that it passes looks different."""
        old, new = (piece.shown.order, shown.id), (shown.order, shown.id)
        self._drop_key(old)
        place = self._insert_key(new, ranked=ranked)
        passed = None
        if ranked:
            self._rank(piece, place)
            passed = self._overlaps(piece, min(old, new), max(old, new))
        areas += [piece.area] if passed is None else passed

    def _insert_key(self, key: _Key, *, ranked: bool) -> int:
        """Its place in the order, if that is sorted."""
        place = bisect.bisect_left(self._order, key) if ranked else len(self._order)
        self._order.insert(place, key)
        return place

    def _overlaps(self, piece: Piece, low: _Key, high: _Key | None) -> list[QRectF] | None:
        """What a piece has in common with those between two keys; None for too many."""
        first = bisect.bisect_right(self._order, low)
        last = len(self._order) if high is None else bisect.bisect_left(self._order, high)
        if last - first > FEW:
            return None
        found, area = [], piece.area
        for _, object_id in self._order[first:last]:
            common = area & self._pieces[object_id].area
            if object_id != piece.shown.id and not common.isEmpty():
                found.append(common)
        return found if len(found) <= OVERLAPS_MAX else None

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

    def _make_room(self, piece: Piece) -> None:
        """The index is quick only inside the scene's rectangle; doubling it keeps that rare."""
        rect, needed = self.sceneRect(), piece.sceneBoundingRect()
        box = (needed.left(), needed.top(), needed.right(), needed.bottom())
        self.boxes[piece.shown.id] = box
        self._reach |= needed
        far = max(-needed.left(), -needed.top(), needed.right(), needed.bottom())
        half = max(rect.width(), INDEXED_SIDE_PX) / 2
        if far > half and math.isfinite(far):
            while far > half:
                half *= 2
            self.setSceneRect(-half, -half, 2 * half, 2 * half)
