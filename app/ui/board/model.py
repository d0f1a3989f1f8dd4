"""The board's rows: what the node says is there, with own work on top that it has not heard of yet.

Between an own operation and the node's word about it lie a disk and a turn of the loop; `echo`
fills them. Holds objects and nothing else: no widget, no item, no colour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.core.ids import EntryId, SiteId
from app.node.api import (
    BoardChanged,
    BoardObjectShown,
    BoardOp,
    Command,
    DeleteOp,
    Denied,
    Done,
    EditBoard,
    EndOp,
    MoveOp,
    PeopleChanged,
    PersonShown,
    RedoBoard,
    SessionReady,
    SetOp,
    UndoBoard,
    UndoChanged,
)
from app.ui.board.echo import echoed
from app.ui.models.names import with_names

MAIN_BOARD = "main"
_ECHO = "echo"


@dataclass(slots=True)
class _Echo:
    """Own work on one object; it goes when the node has both answered and spoken of the object."""

    token: int
    shown: BoardObjectShown | None
    answered: bool = False
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """An edit of things that have no name yet; it goes out as soon as they have one."""

    token: int
    ops: tuple[BoardOp, ...]


class BoardModel(QObject):
    """One board. `tokens` gives a number for each command that no other part of the window uses."""

    objects_changed = Signal(object, object)
    """Ids of objects that are new or changed, ids of those that are gone."""
    renaming = Signal(str, str)
    """An object gets its lasting id: old id, new id; `objects_changed` tells of both after it."""
    renamed = Signal(str, str)
    """An object has its lasting id: old id, new id."""
    people_changed = Signal()
    undo_changed = Signal()
    refused = Signal(str)
    """Why own work did not happen; it is taken back."""

    def __init__(
        self,
        submit: Callable[[Command], None],
        tokens: Callable[[], int],
        board: str = MAIN_BOARD,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.board = board
        self._submit = submit
        self._tokens = tokens
        self._truth: dict[str, BoardObjectShown] = {}
        self._echoes: dict[str, _Echo] = {}
        self._objects: dict[str, BoardObjectShown] = {}
        self._sent: dict[int, tuple[str, ...]] = {}
        self._held: deque[_Held] = deque()
        self._people: dict[SiteId, PersonShown] = {}
        self.can_undo = False
        self.can_redo = False

    # --- what is there ---

    @property
    def objects(self) -> Mapping[str, BoardObjectShown]:
        """All objects by id, own work included; in no order."""
        return self._objects

    @property
    def people(self) -> Mapping[SiteId, PersonShown]:
        """Everybody of the session who has not left."""
        return self._people

    @property
    def me(self) -> PersonShown | None:
        """The person at this computer."""
        return next((person for person in self._people.values() if person.is_self), None)

    @staticmethod
    def is_named(object_id: str) -> bool:
        """Whether the node knows the object under this id."""
        return not object_id.startswith(_ECHO)

    # --- what the person does ---

    def edit(self, ops: Iterable[BoardOp]) -> tuple[str, ...]:
        """Do operations, all or none; shown at once. Returns the ids of what they make."""
        done = tuple(ops)
        if not done:
            return ()
        token = self._tokens()
        author = self.me.site if self.me is not None else SiteId("")
        prefix = f"{_ECHO}:{token}"
        after = echoed(done, self._objects, author, prefix)
        for object_id, shown in after.items():
            self._echoes[object_id] = _Echo(token, shown)
        self._sent[token] = tuple(after)
        self._settle(after)
        self._held.append(_Held(token, done))
        self._send_named()
        return tuple(each for each in after if each.startswith(f"{prefix}."))

    def _send_named(self) -> None:
        """Send, in order, what speaks only of things that have a name."""
        while self._held and all(map(self.is_named, _ids_of(self._held[0].ops))):
            edit = self._held.popleft()
            self._submit(EditBoard(edit.token, self.board, edit.ops))

    def undo(self) -> None:
        """Take back the own last work."""
        self._ask(UndoBoard)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._ask(RedoBoard)

    def _ask(self, make: Callable[[int], UndoBoard | RedoBoard]) -> None:
        token = self._tokens()
        self._sent[token] = ()
        self._submit(make(token))

    # --- what the node says ---

    def take(self, event: object) -> None:
        """Take in an event; those that are not about this board are none of its business."""
        match event:
            case BoardChanged(board=board) if board == self.board:
                self._take_objects(event)
            case SessionReady():
                self._begin_anew()
            case PeopleChanged():
                here = [each for each in with_names(event.people) if each.state != "left"]
                self._people = {person.site: person for person in here}
                self.people_changed.emit()
            case UndoChanged():
                self.can_undo, self.can_redo = event.can_undo, event.can_redo
                self.undo_changed.emit()
            case Done() if event.token in self._sent:
                self._take_done(event)
            case Denied() if event.token in self._sent:
                self._take_denied(event)

    def _begin_anew(self) -> None:
        """All objects come again behind `SessionReady`."""
        known = tuple(self._objects)
        for held in (self._truth, self._echoes, self._sent, self._held):
            held.clear()
        self._settle(known)

    def _take_objects(self, event: BoardChanged) -> None:
        for shown in event.objects:
            self._truth[shown.id] = shown
        for object_id in event.gone:
            self._truth.pop(object_id, None)
        named = (*(shown.id for shown in event.objects), *event.gone)
        for object_id in named:
            echo = self._echoes.get(object_id)
            if echo is not None:
                echo.spoken = True
                self._drop_if_over(object_id, echo)
        self._settle(named)

    def _drop_if_over(self, object_id: str, echo: _Echo) -> None:
        truth = self._truth.get(object_id)
        begun = truth is not None and truth.open
        if begun and echo.shown is not None and not echo.shown.open:
            return  # the word was about the beginning of a stroke that has ended here
        if echo.answered and echo.spoken:
            del self._echoes[object_id]

    def _take_done(self, event: Done) -> None:
        touched = self._sent.pop(event.token)
        if not isinstance(event.value, EntryId):
            return
        prefix = f"{_ECHO}:{event.token}."
        for object_id in touched:
            echo = self._echoes.get(object_id)
            if echo is not None and echo.token == event.token:
                echo.answered = True
            if object_id.startswith(prefix):
                self._rename(object_id, f"{event.value}.{object_id.removeprefix(prefix)}")
            elif echo is not None:
                self._drop_if_over(object_id, echo)
        self._settle(touched)
        self._send_named()

    def _rename(self, old: str, new: str) -> None:
        """The node's word about an object may come before its answer or behind it."""
        echo = self._echoes.pop(old)
        if echo.shown is not None:
            echo.shown = replace(echo.shown, id=new)
        echo.spoken = echo.answered and new in self._truth
        self._echoes[new] = echo
        self._drop_if_over(new, echo)
        self._held = deque(_Held(each.token, _renamed(each.ops, old, new)) for each in self._held)
        for token, touched in self._sent.items():
            self._sent[token] = tuple([new if each == old else each for each in touched])
        self.renaming.emit(old, new)
        self._settle((new,))
        self.renamed.emit(old, new)
        self._settle((old,))

    def _take_denied(self, event: Denied) -> None:
        self._take_back(event.token)
        self.refused.emit(event.why)
        self._send_named()

    def _take_back(self, token: int) -> None:
        """Undo the echo of an edit, and with what it would have made, of edits that wait for it."""
        touched = self._sent.pop(token, ())
        for object_id in touched:
            echo = self._echoes.get(object_id)
            if echo is not None and (echo.token == token or not self.is_named(object_id)):
                del self._echoes[object_id]
        self._settle(touched)
        prefix = f"{_ECHO}:{token}."
        waiting = [
            each.token
            for each in self._held
            if any(object_id.startswith(prefix) for object_id in _ids_of(each.ops))
        ]
        for each in waiting:
            self._held = deque(held for held in self._held if held.token != each)
            self._take_back(each)

    def _settle(self, ids: Iterable[str]) -> None:
        """Work out anew what these objects look like, and tell it if that is news."""
        changed, gone = [], []
        for object_id in ids:
            echo = self._echoes.get(object_id)
            now = self._truth.get(object_id) if echo is None else echo.shown
            before = self._objects.get(object_id)
            if now is None and before is not None:
                del self._objects[object_id]
                gone.append(object_id)
            elif now is not None and now != before:
                self._objects[object_id] = now
                changed.append(object_id)
        if changed or gone:
            self.objects_changed.emit(tuple(changed), tuple(gone))


def _ids_of(ops: Iterable[BoardOp]) -> list[str]:
    """All objects that operations speak of."""
    found: list[str] = []
    for op in ops:
        match op:
            case EndOp():
                found.append(op.id)
            case SetOp() | MoveOp() | DeleteOp():
                found += op.ids
            case _:
                pass
    return found


def _renamed(ops: tuple[BoardOp, ...], old: str, new: str) -> tuple[BoardOp, ...]:
    """The operations with an object's lasting id."""

    def lasting(op: BoardOp) -> BoardOp:
        match op:
            case EndOp(id=object_id) if object_id == old:
                return replace(op, id=new)
            case SetOp() | MoveOp() | DeleteOp() if old in op.ids:
                return replace(op, ids=tuple([new if each == old else each for each in op.ids]))
            case _:
                return op

    return tuple([lasting(op) for op in ops])
