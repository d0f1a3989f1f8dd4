"""What a tool may use: the board, the view, what is chosen, the style, and ways to act.

Tools hold no widget and no item; everything they do goes through here, so that mouse, pen and
keys do the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from app.core.errors import LocalError
from app.core.fractional import MIDDLE_KEY
from app.node.api import BoardObjectShown, BoardOp, Hint
from app.ui.board import edits
from app.ui.board.camera import Camera
from app.ui.board.hints import HintSender
from app.ui.board.live import LiveLayer
from app.ui.board.marks import MarksLayer
from app.ui.board.model import BoardModel
from app.ui.board.presence import Presence
from app.ui.board.scene import BoardScene
from app.ui.board.selection import Selection
from app.ui.board.style import StyleBox

HIT_PIXELS = 6.0
"""Beside a thin line a press still hits it."""
GRID_PX = 24.0
"""Between two dots of the grid; one step of the cross."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the pointer: on the board, in the view; pressure 0 to 1, None for a mouse."""

    at: QPointF
    pixel: QPointF
    modifiers: Qt.KeyboardModifier
    pressure: float | None = None

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether a key is held."""
        return bool(self.modifiers & modifier)


@dataclass(slots=True)
class Desk:
    """One board on one screen."""

    model: BoardModel
    presence: Presence
    scene: BoardScene
    selection: Selection
    style: StyleBox
    camera: Camera
    live: LiveLayer
    marks: MarksLayer
    hints: HintSender
    write: Callable[[QPointF, BoardObjectShown | None], None]
    """Open the editor: a new text here, or that of this object."""
    finished: Callable[[], None]
    """A tool has made its thing."""
    say: Callable[[str], None]
    """Show a text for people about what was just tried."""
    pointer: Callable[[], QPointF | None]
    """Where the mouse points on the board; None while it is elsewhere."""

    @property
    def reach(self) -> float:
        """How far beside a thing it is still hit, in px of the board."""
        return HIT_PIXELS / self.camera.zoom

    def do(self, ops: Iterable[BoardOp]) -> tuple[str, ...]:
        """Do operations; an entry holds so many, so many more are several pieces of work."""
        made: list[str] = []
        for entry in edits.in_entries(ops):
            made += self.model.edit(entry)
        return tuple(made)

    @property
    def aim(self) -> QPointF:
        """Where a new thing goes: to the cross, under the pointer, or into the middle of the view."""
        places = (self.marks.cross, self.pointer())
        return next((each for each in places if each is not None), self.camera.middle)

    def hint(self, hint: Hint) -> None:
        """Let the others see it."""
        self.hints.say(hint)

    def movable(self) -> list[BoardObjectShown]:
        """What is chosen and not locked."""
        return [shown for shown in self.selection.objects if not shown.locked]

    def new_z(self) -> tuple[tuple[str, object], ...]:
        """The field that puts a new thing above all; none if it lies there anyway."""
        top = edits.top_key(self.model.objects.values())
        return (("z", top),) if top > MIDDLE_KEY else ()

    def try_to(self, make: Callable[[], Iterable[BoardOp]]) -> None:
        """Do what can be refused at once, and say why."""
        try:
            self.do(make())
        except LocalError as error:
            self.say(str(error))
