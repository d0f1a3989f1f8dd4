"""A node that answers when it is told to, people, and objects by the shortest names."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.ids import EntryId, SiteId
from app.node.api import (
    BoardChanged,
    BoardObjectShown,
    BoardOp,
    Command,
    Denied,
    Done,
    EditBoard,
    PeopleChanged,
    PersonShown,
    SendHint,
)
from app.ui.board.echo import blank, echoed
from app.ui.board.pane import BoardPane

ME, ADA = SiteId("bram"), SiteId("ada")
NONE = Qt.KeyboardModifier.NoModifier


def person(site: str, name: str, colour: str, *, is_self: bool = False) -> PersonShown:
    return PersonShown(
        SiteId(site), name, colour, "square", "present", None, False, is_self, 0.1, 1, colour
    )


PEOPLE = PeopleChanged(
    (person("bram", "Bram", "fern", is_self=True), person("ada", "Ada", "azure"))
)


def thing(name: str, kind: str = "rectangle", place: int = 0, **fields: Any) -> BoardObjectShown:
    made = replace(blank(name, ADA, kind, place), pending=False, order=("V", place, 0))
    return replace(made, **fields)


def shown(*objects: BoardObjectShown) -> BoardChanged:
    return BoardChanged("main", objects, ())


class FakeNode:
    """Keeps what was submitted; `answer` does the oldest edit, as a node would."""

    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.hints: list[Any] = []
        self.objects: dict[str, BoardObjectShown] = {}
        self._tokens = itertools.count(1)
        self._numbers = itertools.count(1)
        self._answered = 0

    def token(self) -> int:
        return next(self._tokens)

    def submit(self, command: Command) -> None:
        if isinstance(command, SendHint):
            self.hints.append(command.hint)
        else:
            self.sent.append(command)

    @property
    def edits(self) -> list[tuple[BoardOp, ...]]:
        return [each.ops for each in self.sent if isinstance(each, EditBoard)]

    def answer(self, take: Callable[[object], None], *, spoken_first: bool = False) -> None:
        """Carry out everything that waits, also what the answers bring."""
        while self._answered < len(self.sent):
            command = self.sent[self._answered]
            self._answered += 1
            assert isinstance(command, EditBoard)
            entry = EntryId(ME, 1, next(self._numbers))
            after = echoed(command.ops, self.objects, ME, str(entry))
            gone = tuple(name for name, each in after.items() if each is None)
            for name, each in after.items():
                if each is None:
                    self.objects.pop(name, None)
                else:
                    place = int(name.rpartition(".")[2]) if name.startswith(str(entry)) else 0
                    index = entry.number if each.order[1] > 10**9 else each.order[1]
                    self.objects[name] = replace(each, pending=False, order=(each.z, index, place))
            changed = tuple(self.objects[name] for name in after if name in self.objects)
            events: list[object] = [
                Done(command.token, entry),
                BoardChanged("main", changed, gone),
            ]
            for event in reversed(events) if spoken_first else events:
                take(event)

    def deny(self, take: Callable[[object], None], why: str = "this board is locked") -> None:
        command = self.sent[self._answered]
        self._answered += 1
        assert isinstance(command, EditBoard)
        take(Denied(command.token, why))

    def show(self, pane: BoardPane, *objects: BoardObjectShown) -> None:
        self.objects.update({each.id: each for each in objects})
        pane.take(shown(*objects))


def mouse(pane: BoardPane, kind: str, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press, move, release or double-click the left button at a pixel of the board."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    types = {
        "press": (QEvent.Type.MouseButtonPress, left, left),
        "move": (QEvent.Type.MouseMove, none, left),
        "hover": (QEvent.Type.MouseMove, none, none),
        "release": (QEvent.Type.MouseButtonRelease, left, none),
        "double": (QEvent.Type.MouseButtonDblClick, left, left),
    }
    type_, button, held = types[kind]
    viewport = pane.canvas.viewport()
    at = QPointF(x, y)
    event = QMouseEvent(type_, at, viewport.mapToGlobal(at), button, held, keys)
    QApplication.sendEvent(viewport, event)


def drag(pane: BoardPane, *way: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
    """Press at the first point, move through the others, release at the last."""
    mouse(pane, "press", *way[0], keys)
    for point in way[1:]:
        mouse(pane, "move", *point, keys)
    mouse(pane, "release", *way[-1], keys)


def click(pane: BoardPane, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
    drag(pane, (x, y), keys=keys)
