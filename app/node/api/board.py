"""The board as a window sees it: objects in px and degrees, operations, undo.

What an own operation does is shown at once, on top of the ordered state, and marked `pending` until
it has its place. All lengths are px (floats), all angles degrees; the node converts.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import SiteId

Fields = tuple[tuple[str, object], ...]
"""(name, value) of the fields of `BoardObjectShown` that may be written, each name once.

Names: x y w h size width (px), angle (degrees), points (pairs of px relative to x, y), text font
align stroke fill dash heads z group locked link frame name.
"""


@dataclass(frozen=True, slots=True)
class BoardObjectShown:
    """An object as it stands, own pending operations included.

    `x y w h size width` and `points` (relative to x, y) in px, `angle` in degrees; `stroke` and
    `fill` are `ink:NAME`, `RRGGBB[AA]` or empty for none; `open`: a stroke whose pen is down;
    `order` is the sort key, lowest is painted first; `pending`: not all of it has its place yet.
    """

    id: str
    author: SiteId
    type: str
    x: float
    y: float
    w: float
    h: float
    angle: float
    points: tuple[tuple[float, float], ...]
    text: str
    size: float
    align: str
    stroke: str
    fill: str
    width: float
    dash: str
    heads: tuple[str, str]
    z: str
    group: str
    locked: bool
    open: bool
    order: tuple[str, int, int]
    pending: bool


# --- operations -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddOp:
    """A new object; its id is `<entry id>.<place of this operation>`."""

    type: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class SetOp:
    """Write these fields of these objects."""

    ids: tuple[str, ...]
    fields: Fields


@dataclass(frozen=True, slots=True)
class MoveOp:
    """Move by px."""

    ids: tuple[str, ...]
    dx: float
    dy: float


@dataclass(frozen=True, slots=True)
class DeleteOp:
    """Delete; undo brings them back."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BeginOp:
    """Pen-down with pen, marker, line or arrow; the id is made as for `AddOp`."""

    tool: str
    ink: str
    width: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class EndOp:
    """Pen-up, with all points, relative to the stroke's (x, y)."""

    id: str
    points: tuple[tuple[float, float], ...]


BoardOp = AddOp | SetOp | MoveOp | DeleteOp | BeginOp | EndOp


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EditBoard:
    """Do these operations, all or none; `Done.value` is the `EntryId`. `board`: `main` or an id."""

    token: int
    board: str
    ops: tuple[BoardOp, ...]


@dataclass(frozen=True, slots=True)
class UndoBoard:
    """Take back the own last work; `Done.value` is the `EntryId` of the entry that does it."""

    token: int


@dataclass(frozen=True, slots=True)
class RedoBoard:
    """Take back the own last undo; `Done.value` as for `UndoBoard`."""

    token: int


BoardCommand = EditBoard | UndoBoard | RedoBoard


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """Objects that are new or look otherwise than before, and ids of those that are gone.

    Right behind `SessionReady` come all objects of all boards, in parts.
    """

    board: str
    objects: tuple[BoardObjectShown, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndoChanged:
    """Whether there is own work to undo, and to redo."""

    can_undo: bool
    can_redo: bool


BoardEvent = BoardChanged | UndoChanged
