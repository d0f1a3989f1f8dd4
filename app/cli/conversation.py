"""What the people of *Try it alone* say and draw, and when: pure, the same at every seed.

One has the word for a while: a few lines, a small drawing of many strokes, a few lines more, with
the pauses of somebody who thinks. A turn is long enough for the stick to come and to have paid;
then it is the next one's. When the person at this computer says something, all of them listen,
and one of them answers once nothing more comes. Knows no process and no clock.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.rng import Rng

LISTEN_SECONDS = 8.0
"""The person may be writing the next line; after so much silence somebody answers."""
STROKE_SECONDS = 0.25
STROKES = 16
"""Of one drawing: the stick comes to who draws within the first of them and stays for the rest."""
_COLUMNS, _ROWS = 4, 4
_COLUMN_WIDTH, _ROW_HEIGHT = 170, 130

Point = tuple[float, float]

_OPENINGS = (
    ("Shall we begin with the fence?", "A low one, so that one can look over it."),
    ("I would like a pond here.", "A small one. Frogs would like that."),
    ("And the old oak stays.", "Let me draw where it stands."),
)
_CLOSINGS = (
    ("That would be about ten metres.", "Wood, I think, not stone."),
    ("So would the herons.", "Who digs it?"),
    ("Two benches below it, facing the water.", "What do you think?"),
)
_THANKS = ("Your turn.", "Go on, please.", "Over to you.")
_ANSWERS = (
    "Good point. Let me think about it.",
    "Yes, why not?",
    "I see it the same way.",
    "Nice. Draw it, then we can see it.",
    "Let us try it like that.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """`wait` seconds after the one before, somebody says `text`, or draws `drawing` (a file)."""

    wait: float
    talker: int
    text: str = ""
    drawing: str = ""


class Conversation:
    """Gives one step after the other, without end.

    Args:
        people: how many there are, not counting the person at this computer.
        rng: how long they think.
    """

    def __init__(self, people: int, rng: Rng) -> None:
        self._people = people
        self._rng = rng
        self._turn = 0
        self._answers = 0
        self._steps: deque[Step] = deque()

    def next(self) -> Step:
        """What comes next."""
        if not self._steps:
            self._steps.extend(self._one_turn(self._turn))
            self._turn += 1
        return self._steps.popleft()

    def heard(self) -> None:
        """The person said something: whoever had the word lets go of it, and the next one answers."""
        self._steps.clear()
        answer = _ANSWERS[self._answers % len(_ANSWERS)]
        self._answers += 1
        self._steps.append(Step(LISTEN_SECONDS, self._turn % self._people, answer))

    def _one_turn(self, number: int) -> Iterator[Step]:
        talker, theme = number % self._people, number % len(_THEMES)
        for text in _OPENINGS[theme]:
            yield Step(self._rng.uniform(2.0, 4.0), talker, text)
        for drawing in drawings(number, talker):
            yield Step(STROKE_SECONDS, talker, drawing=drawing)
        for text in _CLOSINGS[theme]:
            yield Step(self._rng.uniform(4.0, 6.0), talker, text)
        # The others look at it before one of them goes on.
        yield Step(self._rng.uniform(4.0, 7.0), talker, _THANKS[number % len(_THANKS)])


def drawings(number: int, talker: int) -> Iterator[str]:
    """The strokes of one turn's drawing, each a file of one object; each turn has its own place."""
    colours = ("petrol", "cherry", "violet")
    row, column = divmod(number % (_COLUMNS * _ROWS), _COLUMNS)
    left, top = -320 + _COLUMN_WIDTH * column, -240 + _ROW_HEIGHT * row
    theme = _THEMES[number % len(_THEMES)]
    for place in range(STROKES):
        shown = {
            "op": "add",
            "type": "stroke",
            "x": left,
            "y": top,
            "points": [[round(x, 1), round(y, 1)] for x, y in theme(place)],
            "stroke": f"ink:{colours[talker % len(colours)]}",
            "width": 3,
        }
        yield json.dumps(shown) + "\n"


def _fence(place: int) -> list[Point]:
    """Posts from left to right, then two rails."""
    if place < STROKES - 2:
        x = 10.0 * place
        return [(x, 20.0), (x, 70.0)]
    y = 30.0 if place == STROKES - 2 else 55.0
    return [(-5.0, y), (10.0 * (STROKES - 3) + 5, y)]


def _pond(place: int) -> list[Point]:
    """Small waves in four rows."""
    row, column = divmod(place, 4)
    left, y = 34.0 * column + 8 * (row % 2), 18.0 * row + 15
    return [(left + 4 * step, y + 4 * math.sin(step * 1.1)) for step in range(8)]


def _oak(place: int) -> list[Point]:
    """A trunk, then branches all around its head."""
    if place < 2:
        x = 64.0 + 12 * place
        return [(x, 95.0), (x, 60.0)]
    angle = 2 * math.pi * place / (STROKES - 2)
    return [
        (70 + reach * math.cos(angle), 36 + 0.7 * reach * math.sin(angle))
        for reach in (12.0, 24.0, 40.0)
    ]


_THEMES: tuple[Callable[[int], list[Point]], ...] = (_fence, _pond, _oak)
