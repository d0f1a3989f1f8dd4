"""What board entries do to boards.

An entry's operations happen all or none: they are checked for form before (`ops.py`), and the
facade takes everything back if one is refused on the way. An operation on an object that is gone
does nothing: whoever deleted it came first in the order, and that is no reason to lose the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from app.core import limits
from app.core.codec import Plain
from app.core.ids import Key, parse_entry_id
from app.rooms.board.model import BoardObject, Shape, paint_order
from app.rooms.board.ops import (
    TOOL_TYPES,
    Add,
    Begin,
    Delete,
    Drawing,
    End,
    Move,
    Set,
    decode_drawing,
)
from app.rooms.board.undo import Change, FieldChanged, ObjectChanged, UndoRows
from app.rooms.bodies import CODECS, MAIN_BOARD, BoardNew, BoardSet, board_id
from app.rooms.control import ControlRoom
from app.rooms.entry import OrderedEntry, Refusal
from app.rooms.events import BoardChanged, BoardListChanged, RoomEvent
from app.rooms.journal import Journal, JournalMap


@dataclass(frozen=True, slots=True)
class BoardState:
    """One board; `index` is that of its `board.new`, 0 for the main one."""

    title: str
    locked: bool
    index: int

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.title, self.locked, self.index]


@dataclass(slots=True)
class _Work:
    """What one entry has done so far."""

    entry: OrderedEntry
    board: str
    changes: list[Change] = field(default_factory=list)
    ids: dict[str, bool] = field(default_factory=dict)


class BoardRoom:
    """Reducer of board, board.new and board.set."""

    def __init__(self, journal: Journal, control: ControlRoom) -> None:
        self._control = control
        self._boards: JournalMap[str, BoardState] = journal.map("board", BoardState.plain)
        self._objects: JournalMap[str, BoardObject] = journal.map("board.object", BoardObject.plain)
        self._undo = UndoRows(journal)
        self._boards.set(MAIN_BOARD, BoardState(MAIN_BOARD, locked=False, index=0))

    # --- what others ask ---

    def boards(self) -> list[tuple[str, BoardState]]:
        """(id, state) in the order in which they were made."""
        return sorted(self._boards.items(), key=lambda item: item[1].index)

    def find(self, name: str) -> str | None:
        """The id of the board with this id or title (the oldest one); empty means the main one."""
        if not name:
            return MAIN_BOARD
        if name in self._boards:
            return name
        return next((key for key, state in self.boards() if state.title == name), None)

    def objects(self, board: str = MAIN_BOARD) -> list[BoardObject]:
        """The objects of a board, lowest first."""
        return paint_order(each for _, each in self._objects.items() if each.board == board)

    def object(self, object_id: str) -> BoardObject | None:
        """One object as it stands."""
        return self._objects.get(object_id)

    def open_strokes(self, author: Key) -> list[BoardObject]:
        """Strokes that this author began and did not end."""
        return paint_order(
            each for _, each in self._objects.items() if each.open and each.author == author
        )

    def undo_depth(self, author: Key) -> tuple[int, int]:
        """How many own entries can be undone, and redone."""
        return self._undo.depth(author)

    def undo_of(self, author: Key) -> Drawing | None:
        """The entry that takes back this author's last work, or None."""
        return _taking_back(self._undo.next_undo(author))

    def redo_of(self, author: Key) -> Drawing | None:
        """The entry that takes back this author's last undo, or None."""
        return _taking_back(self._undo.next_redo(author))

    # --- what entries do ---

    def new(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`board.new`: its id is that of the entry."""
        body: BoardNew = CODECS["board.new"].decode(entry.body)
        if len(self._boards) >= limits.BOARDS_MAX:
            message = f"a session has at most {limits.BOARDS_MAX} boards"
            raise Refusal(message)
        board = str(entry.id)
        self._boards.set(board, BoardState(body.title, locked=False, index=entry.index))
        return [BoardListChanged(board)]

    def set(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`board.set`."""
        body: BoardSet = CODECS["board.set"].decode(entry.body)
        board = board_id(body.board)
        state = self._board(board)
        self._boards.set(board, replace(state, title=body.title, locked=body.locked))
        return [BoardListChanged(board)]

    def draw(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`board`."""
        drawing = decode_drawing(entry.body)
        if self._board(drawing.board).locked and not self._control.moderates(entry.author):
            message = "this board is locked"
            raise Refusal(message)
        ids: Iterable[str]
        if drawing.undoes is not None:
            undone = replace(
                entry.id,
                incarnation=drawing.incarnation or entry.id.incarnation,
                number=drawing.undoes,
            )
            named = (drawing.board, str(undone))
            ids = self._undo.take_back(entry.author, named, str(entry.id), self._objects)
        else:
            ids = self._apply_all(entry, drawing)
        if len(self._objects) > limits.BOARD_OBJECTS_MAX:
            message = f"the boards hold at most {limits.BOARD_OBJECTS_MAX} objects"
            raise Refusal(message)
        changed = tuple(ids)
        return [BoardChanged(drawing.board, changed)] if changed else []

    def restored(
        self, touched: Iterable[tuple[JournalMap[str, BoardObject], str]]
    ) -> list[RoomEvent]:
        """Events for what a revert touched; objects that are gone belong to every board."""
        lists: list[RoomEvent] = []
        changed: dict[str, list[str]] = {}
        gone: list[str] = []
        for room, key in touched:
            if room is self._objects:
                now = self._objects.get(key)
                (gone if now is None else changed.setdefault(now.board, [])).append(key)
            elif room.room == "board":
                lists.append(BoardListChanged(key))
        if gone:
            for board, _ in self.boards():
                changed.setdefault(board, []).extend(gone)
        return [*lists, *(BoardChanged(board, tuple(ids)) for board, ids in changed.items())]

    def _board(self, board: str) -> BoardState:
        state = self._boards.get(board)
        if state is None:
            message = "there is no such board"
            raise Refusal(message, early=False)
        return state

    def _apply_all(self, entry: OrderedEntry, drawing: Drawing) -> Iterable[str]:
        work = _Work(entry, drawing.board)
        for place, op in enumerate(drawing.ops):
            if isinstance(op, (Add, Begin)):
                self._create(work, place, op)
            else:
                for each in self._named(drawing.board, op):
                    self._change(work, each, op)
        if work.changes:
            changes = tuple(work.changes)
            self._undo.did(entry.author, drawing.board, str(entry.id), changes)
        return work.ids

    def _named(self, board: str, op: Set | Move | Delete | End) -> list[BoardObject]:
        ids = (op.id,) if isinstance(op, End) else op.ids
        found = [self._objects.get(each) for each in ids]
        return [each for each in found if each is not None and each.board == board]

    def _create(self, work: _Work, place: int, op: Add | Begin) -> None:
        entry = work.entry
        made = BoardObject(
            f"{entry.id}.{place}",
            work.board,
            entry.author,
            entry.index,
            place,
            _shape(op),
            open=isinstance(op, Begin),
        )
        self._put(work, made.id, made)
        if not made.open:
            work.changes.append(ObjectChanged(made.id, None, made))

    def _change(self, work: _Work, each: BoardObject, op: Set | Move | Delete | End) -> None:
        match op:
            case Delete():
                self._put(work, each.id, None)
                work.changes.append(ObjectChanged(each.id, each, None))
            case Set():
                self._write(work, each, dict(op.fields))
            case Move():
                moved = {"x": each.shape.x + op.dx, "y": each.shape.y + op.dy}
                if max(map(abs, moved.values())) > limits.BOARD_COORDINATE_MAX:
                    message = "move: out of the board"
                    raise Refusal(message)
                self._write(work, each, moved)
            case End():
                self._end(work, each, op)

    def _end(self, work: _Work, each: BoardObject, op: End) -> None:
        """The whole stroke, from its `begin`, is one piece of work to undo."""
        if each.author != work.entry.author:
            message = "a stroke is ended by the one who began it"
            raise Refusal(message)
        if each.open:
            points = {"points": (op.points, str(work.entry.id))}
            closed = replace(each, open=False).written(points)
            self._put(work, each.id, closed)
            work.changes.append(ObjectChanged(each.id, None, closed))

    def _write(self, work: _Work, each: BoardObject, fields: dict[str, Any]) -> None:
        writer = str(work.entry.id)
        for name, value in fields.items():
            old = getattr(each.shape, name)
            change = FieldChanged(each.id, name, old, each.writer(name), value, writer)
            work.changes.append(change)
        values = {name: (value, writer) for name, value in fields.items()}
        self._put(work, each.id, each.written(values))

    def _put(self, work: _Work, object_id: str, after: BoardObject | None) -> None:
        self._objects.set(object_id, after)
        work.ids[object_id] = True


def _shape(op: Add | Begin) -> Shape:
    if isinstance(op, Begin):
        return Shape(TOOL_TYPES[op.tool], x=op.x, y=op.y, stroke=op.ink, width=op.width)
    values = dict(op.fields)
    if values["type"] == "arrow":
        values.setdefault("heads", ("", "arrow"))
    return Shape(**values)


def _taking_back(named: tuple[str, str] | None) -> Drawing | None:
    if named is None:
        return None
    entry = parse_entry_id(named[1])
    return Drawing(named[0], (), entry.number, entry.incarnation)
