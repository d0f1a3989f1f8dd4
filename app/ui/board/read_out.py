"""What keys on the board say to those who don't see it: things in the outline's words, places."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from app.node.api import BoardObjectShown
from app.ui.board.desk import Desk
from app.ui.board.geometry import CLOSED_TYPES, bounds_of, points_of
from app.ui.board.others import name_of
from app.ui.board.outline_rows import OutlineRows, reaching
from app.ui.strings import Board
from app.ui.wording import figure


def said_of(desk: Desk, shown: BoardObjectShown) -> str:
    """A thing as the outline tells it; only what lies in it and at its ends is looked at."""
    near = {shown.id: shown}
    if shown.type in ("line", "arrow"):
        points = points_of(shown)
        for x, y in (points[0], points[-1]):
            end = QPointF(shown.x + x, shown.y + y)
            near.update({each.id: each for each in desk.scene.near(reaching(QRectF(end, end)))})
    for each in list(near.values()):
        inside = desk.scene.near(bounds_of(each)) if each.type in CLOSED_TYPES else ()
        near.update({text.id: text for text in inside if text.type == "text"})
    rows = OutlineRows()
    for each in near.values():
        rows.add(rows.thing_of(each))
    return rows.spoken(shown.id, lambda site: name_of(desk.model, site))


def place_text(at: QPointF) -> str:
    """Where something is, in px of the board."""
    return Board.PLACE(x=figure(round(at.x())), y=figure(round(at.y())))


def size_text(width: float, height: float) -> str:
    """How large something is, in px of the board."""
    return Board.SIZE(w=figure(round(width)), h=figure(round(height)))
