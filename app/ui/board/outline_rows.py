"""The board in words, in order of reading: what the outline lists. Pure; knows no widget.

A thing is told by its kind, its text and its author; what lies on a shape names it, and an arrow
tells what it leads from and to. Groups hold their things. Places are kept in order while things
change, and words are made only for the rows that somebody reads: a board may hold ten thousand.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from app.core.ids import SiteId
from app.node.api import BoardObjectShown
from app.ui.board.geometry import bounds_of, points_of
from app.ui.strings import Outline

ROW_PX = 48.0
"""Things whose tops are this near stand in one line of reading."""
_REACH_PX = 12.0
"""An arrow's end this near to a thing leads to it."""
_CELL_PX = 256.0
"""Side of the squares by which things are found at a place."""
_CELLS_MAX = 64
"""A thing over more squares than this is looked at for every place."""
_TEXT_MAX = 60
_SHAPES = ("rectangle", "ellipse", "diamond")
_LINES = ("arrow", "line")

ReadingKey = tuple[int, float, str]
"""Row of reading, px from the left, id."""
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Thing:
    """A finished object and where it stands."""

    shown: BoardObjectShown
    box: QRectF
    key: ReadingKey


@dataclass(slots=True)
class Group:
    """Things that are held together; it stands where its first one does."""

    number: int
    keys: list[ReadingKey] = field(default_factory=list)

    @property
    def key(self) -> ReadingKey:
        """Where it stands."""
        return self.keys[0]


class OutlineRows:
    """Rows of the first level in order of reading, each a thing or a group."""

    def __init__(self) -> None:
        self.keys: list[ReadingKey] = []
        """Places of the first level; that of a group is its first thing's."""
        self.things: dict[str, Thing] = {}
        self.groups: dict[str, Group] = {}
        self.group_numbers: dict[int, str] = {}
        self._numbers = 0
        self._near = Squares()
        self._texts = Squares()

    def thing_of(self, shown: BoardObjectShown) -> Thing:
        """An object with its place."""
        box = bounds_of(shown)
        return Thing(shown, box, reading_key(shown, box))

    def group_of(self, key: ReadingKey) -> Group | None:
        """The group whose first thing has this key; None: a thing alone."""
        return self.groups.get(self.things[key[2]].shown.group)

    def place(self, key: ReadingKey) -> int:
        """Where a key of the first level stands, or would."""
        return bisect_left(self.keys, key)

    # --- changes: what is in a group goes through `put_in` and `take_out` -------------------------

    def add(self, thing: Thing) -> None:
        """A thing is there; its row is for the caller."""
        self.things[thing.shown.id] = thing
        if thing.shown.type not in (*_LINES, "stroke"):
            self._near.add(thing.shown.id, reaching(thing.box))
        if thing.shown.type == "text" and thing.shown.text.strip():
            self._texts.add(thing.shown.id, QRectF(thing.box.center(), thing.box.center()))

    def drop(self, thing: Thing) -> None:
        """A thing is not there any more."""
        del self.things[thing.shown.id]
        self._near.drop(thing.shown.id)
        self._texts.drop(thing.shown.id)

    def put_in(self, thing: Thing) -> Group:
        """A thing is in its group; the group's row is for the caller."""
        group = self.groups.get(thing.shown.group)
        if group is None:
            self._numbers += 1
            group = self.groups[thing.shown.group] = Group(self._numbers)
            self.group_numbers[group.number] = thing.shown.group
        insort(group.keys, thing.key)
        return group

    def take_out(self, thing: Thing) -> None:
        """A thing is no longer in its group; a group of none is none."""
        group = self.groups[thing.shown.group]
        del group.keys[bisect_left(group.keys, thing.key)]
        if not group.keys:
            del self.groups[thing.shown.group], self.group_numbers[group.number]

    # --- words ------------------------------------------------------------------------------------

    def text(self, object_id: str) -> str:
        """Kind, text and ends of a thing."""
        thing = self.things[object_id]
        return self._line(thing) if thing.shown.type in _LINES else self._plain(thing)

    def spoken(self, object_id: str, name_of: Callable[[SiteId], str]) -> str:
        """The whole row for a screen reader."""
        name = name_of(self.things[object_id].shown.author)
        text = self.text(object_id)
        return Outline.BY(thing=text, name=name) if name else text

    def _plain(self, thing: Thing) -> str:
        kind = kind_text(thing.shown.type)
        text = self._name(thing)
        return Outline.THING(kind=kind, text=text) if text else kind

    def _name(self, thing: Thing) -> str:
        """Words on a shape: its own, or those of the first text that lies inside."""
        shown = thing.shown
        if shown.text.strip():
            return _short(shown.text)
        if shown.type not in _SHAPES:
            return ""
        inside = [
            self.things[each]
            for each in self._texts.within(thing.box)
            if thing.box.contains(self.things[each].box.center())
        ]
        return _short(min(inside, key=lambda each: each.key).shown.text) if inside else ""

    def _line(self, thing: Thing) -> str:
        points = points_of(thing.shown)
        if len(points) < 2:
            return self._plain(thing)
        first, last = (
            self._at(QPointF(thing.shown.x + x, thing.shown.y + y))
            for x, y in (points[0], points[-1])
        )
        kind = kind_text(thing.shown.type)
        if first is last:
            # It lies within one thing, or leads nowhere.
            return self._plain(thing)
        if first is None or last is None:
            sentence = Outline.TO if first is None else Outline.FROM
            return sentence(kind=kind, thing=self._called(first or last))
        return Outline.FROM_TO(kind=kind, first=self._called(first), last=self._called(last))

    def _called(self, thing: Thing | None) -> str:
        """What an arrow calls what it leads to."""
        return "" if thing is None else self._name(thing) or self._plain(thing)

    def _at(self, point: QPointF) -> Thing | None:
        """The smallest thing at a point."""
        found = [
            self.things[each]
            for each in self._near.within(QRectF(point, point))
            if reaching(self.things[each].box).contains(point)
        ]
        return min(
            found,
            key=lambda each: (each.box.width() * each.box.height(), each.shown.id),
            default=None,
        )


class Squares:
    """Ids by the squares that their boxes touch."""

    def __init__(self) -> None:
        self._cells: dict[Cell, dict[str, None]] = {}
        self._large: dict[str, None] = {}
        self._of: dict[str, tuple[Cell, ...]] = {}

    def add(self, name: str, box: QRectF) -> None:
        """It lies there."""
        if _count(box) > _CELLS_MAX:
            self._large[name] = None
            return
        cells = self._of[name] = tuple(_cells(box))
        for cell in cells:
            self._cells.setdefault(cell, {})[name] = None

    def drop(self, name: str) -> None:
        """It lies nowhere; nothing happens if it did not lie anywhere."""
        self._large.pop(name, None)
        for cell in self._of.pop(name, ()):
            names = self._cells[cell]
            del names[name]
            if not names:
                del self._cells[cell]

    def within(self, box: QRectF) -> Iterator[str]:
        """What may touch a box, each once."""
        yield from self._large
        if _count(box) > len(self._cells):
            yield from self._of
            return
        found: dict[str, None] = {}
        for cell in _cells(box):
            found.update(self._cells.get(cell, {}))
        yield from found


def reading_key(shown: BoardObjectShown, box: QRectF) -> ReadingKey:
    """Where a thing with these bounds stands: by lines, then from left to right."""
    return (round(box.top() / ROW_PX), box.left(), shown.id)


def reaching(box: QRectF) -> QRectF:
    """A box and so much round it that an arrow's end there leads to it."""
    return box.adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX)


def _count(box: QRectF) -> float:
    return (box.width() / _CELL_PX + 2) * (box.height() / _CELL_PX + 2)


def _cells(box: QRectF) -> Iterator[Cell]:
    for x in range(_floor(box.left()), _floor(box.right()) + 1):
        for y in range(_floor(box.top()), _floor(box.bottom()) + 1):
            yield (x, y)


def _floor(pixels: float) -> int:
    return math.floor(pixels / _CELL_PX)


def kind_text(kind: str) -> str:
    """What a kind of things is called; a kind of a newer version by its own name."""
    return Outline.KINDS[kind]() if kind in Outline.KINDS else kind


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _TEXT_MAX else f"{words[: _TEXT_MAX - 1]}…"
