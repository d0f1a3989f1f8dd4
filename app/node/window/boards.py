"""The boards: objects as ordered with the own waiting work on top, told when they change.

What changed in a turn is told once, at its end, as it is then: an object that was drawn and ordered
meanwhile comes once. Also knows what the next undo and redo of this person are, waiting ones
included.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key
from app.node.api import BoardChanged, BoardObjectShown, BoardOp, Event, UndoChanged
from app.node.meaning import Meaning
from app.node.window.ahead import Ahead
from app.node.window.drawing import operation, shown
from app.rooms import events as room_events
from app.rooms.board.ops import Drawing
from app.rooms.rooms import Rooms


class Boards:
    """What a window shows of all boards."""

    def __init__(self, own: Key, meaning: Meaning, ahead: Ahead) -> None:
        self._own = own
        self._meaning = meaning
        self._ahead = ahead
        self._dirty: dict[str, dict[str, None]] = {}
        self._undo = (False, False)

    def take(self, event: room_events.RoomEvent) -> None:
        """Objects changed."""
        if isinstance(event, room_events.BoardChanged):
            self._dirty.setdefault(event.board, {}).update(dict.fromkeys(event.objects))

    def forget_changes(self) -> None:
        """Nobody looks yet."""
        self._dirty.clear()

    # --- what is shown ----------------------------------------------------------------------------

    def everything(self) -> list[Event]:
        """All objects of all boards, in parts."""
        self._dirty.clear()
        rooms = self._rooms()
        events: list[Event] = []
        touched = self._ahead.touched
        for board, _ in rooms.board.boards() if rooms is not None else ():
            objects = rooms.board.objects(board) if rooms is not None else []
            part = limits.BOARD_OBJECTS_TOLD_MAX
            for start in range(0, len(objects), part):
                group = objects[start : start + part]
                told = tuple([shown(each, pending=each.id in touched) for each in group])
                events.append(BoardChanged(board, told, ()))
        return events

    def finish(self) -> list[Event]:
        """What changed since the last call."""
        rooms = self._rooms()
        if rooms is None:
            return []
        events: list[Event] = []
        if self._dirty:
            dirty, self._dirty = self._dirty, {}
            touched = self._ahead.touched
            for board, ids in dirty.items():
                changed = self._changed(rooms, board, ids, touched)
                if changed.objects or changed.gone:
                    events.append(changed)
        undo, redo = rooms.board.undo_depth(self._own)
        if (undo > 0, redo > 0) != self._undo:
            self._undo = (undo > 0, redo > 0)
            events.append(UndoChanged(*self._undo))
        return events

    def _changed(
        self, rooms: Rooms, board: str, ids: dict[str, None], touched: dict[str, None]
    ) -> BoardChanged:
        objects: list[BoardObjectShown] = []
        gone: list[str] = []
        for object_id in ids:
            each = rooms.board.object(object_id)
            if each is None or each.board != board:
                gone.append(object_id)
            else:
                objects.append(shown(each, pending=object_id in touched))
        return BoardChanged(board, tuple(objects), tuple(gone))

    def _rooms(self) -> Rooms | None:
        rooms = self._meaning.rooms
        return None if rooms is None else self._ahead.over(rooms)

    # --- what is drawn ----------------------------------------------------------------------------

    def drawing(self, board: str, ops: tuple[BoardOp, ...]) -> bytes:
        """The body of an entry that does these operations.

        Raises:
            LocalError: there is no such board, or an operation is wrong.
        """
        rooms = self._rooms()
        found = rooms.board.find(board) if rooms is not None else None
        if found is None:
            message = f"there is no board '{board}'"
            raise LocalError(message)
        return Drawing(found, tuple([operation(op) for op in ops])).encode()

    def taking_back(self, *, redo: bool) -> bytes:
        """The body of the next undo, or redo.

        Raises:
            LocalError: there is nothing of this person's to take back.
        """
        rooms = self._rooms()
        drawing = None
        if rooms is not None:
            take = rooms.board.redo_of if redo else rooms.board.undo_of
            drawing = take(self._own)
        if drawing is None:
            message = "nothing to redo" if redo else "nothing to undo"
            raise LocalError(message)
        return drawing.encode()
