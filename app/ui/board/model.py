"""The board's rows: what the node says is there, with own work on top that it has not heard of yet.

Between an own operation and the node's word about it lie a disk and a turn of the loop; `echo`
fills them. Holds objects and nothing else: no widget, no item, no colour.
"""

from __future__ import annotations

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
    PeopleChanged,
    PersonShown,
    RedoBoard,
    SessionReady,
    SetOp,
    UndoBoard,
    UndoChanged,
)
from app.ui.board.echo import echoed

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
class _End:
    """How a stroke ends whose beginning is not answered yet."""

    points: tuple[tuple[float, float], ...]
    fields: tuple[tuple[str, object], ...]


class BoardModel(QObject):
    """One board. `tokens` gives a number for each command that no other part of the window uses."""

    objects_changed = Signal(object, object)
    """Ids of objects that are new or changed, ids of those that are gone."""
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
        self._ends: dict[str, _End] = {}
        self._given_up: dict[str, None] = {}
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
        self._submit(EditBoard(token, self.board, done))
        return tuple(each for each in after if each.startswith(prefix))

    def end_stroke(
        self,
        object_id: str,
        points: tuple[tuple[float, float], ...],
        fields: tuple[tuple[str, object], ...] = (),
    ) -> None:
        """End a stroke that `edit` began, with all its points; waits until the node knows it."""
        if self.is_named(object_id):
            ops: list[BoardOp] = [EndOp(object_id, points)]
            if fields:
                ops.append(SetOp((object_id,), fields))
            self.edit(ops)
            return
        begun = self._echoes.get(object_id)
        if begun is None or begun.shown is None:
            return
        values = dict(fields)
        begun.shown = replace(begun.shown, points=points, open=False, **values)  # type: ignore[arg-type]
        self._ends[object_id] = _End(points, fields)
        self._settle((object_id,))

    def give_up_stroke(self, object_id: str) -> None:
        """Take away a stroke whose beginning is not answered yet: as soon as it has a name."""
        begun = self._echoes.get(object_id)
        if begun is not None:
            begun.shown = None
            self._given_up[object_id] = None
            self._settle((object_id,))

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
                here = [person for person in event.people if person.state != "left"]
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
        for held in (self._truth, self._echoes, self._sent, self._ends, self._given_up):
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
        if echo.answered and echo.spoken:
            del self._echoes[object_id]

    def _take_done(self, event: Done) -> None:
        touched = self._sent.pop(event.token)
        if not isinstance(event.value, EntryId):
            return
        prefix = f"{_ECHO}:{event.token}."
        for object_id in touched:
            echo = self._echoes.get(object_id)
            if echo is None or echo.token != event.token:
                continue
            if object_id.startswith(prefix):
                self._rename(object_id, f"{event.value}.{object_id.removeprefix(prefix)}", echo)
            else:
                echo.answered = True
                self._drop_if_over(object_id, echo)
        self._settle(touched)

    def _rename(self, old: str, new: str, echo: _Echo) -> None:
        """The node's word about an object may come before its answer or behind it."""
        del self._echoes[old]
        if echo.shown is not None:
            echo.shown = replace(echo.shown, id=new)
        echo.answered, echo.spoken = True, new in self._truth
        end = self._ends.pop(old, None)
        if not echo.spoken or end is not None:
            self._echoes[new] = echo
        self._settle((new,))
        self.renamed.emit(old, new)
        self._settle((old,))
        if end is not None:
            self.end_stroke(new, end.points, end.fields)
        elif old in self._given_up:
            del self._given_up[old]
            self.edit((DeleteOp((new,)),))

    def _take_denied(self, event: Denied) -> None:
        touched = self._sent.pop(event.token)
        for object_id in touched:
            echo = self._echoes.get(object_id)
            if echo is not None and echo.token == event.token:
                del self._echoes[object_id]
                self._ends.pop(object_id, None)
                self._given_up.pop(object_id, None)
        self._settle(touched)
        self.refused.emit(event.why)

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
