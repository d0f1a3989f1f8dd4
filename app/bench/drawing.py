"""A board as people fill it, as lines for `talkstick draw`: the same one for the same number.

Sizes follow 1,831 elements of 24 public Excalidraw libraries (medians 20 to 75 px, one in ten over
120 to 350), with more strokes than those, which are made of shapes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from app.core.rng import Rng

CELL_PX = (100.0, 76.0)
"""Room for each thing: what is larger lies over its neighbours."""
ASPECT = 1.6
INKS = ("ink", "azure", "cherry", "fern", "grey")
PAPERS = ("mint", "sky", "lilac", "peach", "rose")
WIDTHS = (1, 2, 2, 4)
WORDS = ("Search", "When?", "Foot or car", "2 min", "The ferry leaves at 10:35", "ok", "Length")
Fields = dict[str, Any]


def drawing(count: int) -> Iterator[str]:
    """So many things, one line each, from the upper left."""
    rng = Rng("drawing")
    across = max(math.ceil(math.sqrt(count * ASPECT * CELL_PX[1] / CELL_PX[0])), 1)
    for number in range(count):
        made = {
            "op": "add",
            "x": round(CELL_PX[0] * (number % across) + rng.uniform(-20, 20), 1),
            "y": round(CELL_PX[1] * (number // across) + rng.uniform(-20, 20), 1),
            "stroke": f"ink:{rng.choice(INKS)}",
            "width": rng.choice(WIDTHS),
            **_thing(rng),
        }
        yield json.dumps(made) + "\n"


def _thing(rng: Rng) -> Fields:
    chosen = rng.below(100)
    return next(make for below, make in _MIXTURE if chosen < below)(rng)


def _side(rng: Rng) -> float:
    """Px: a tenth below 16, half below 50, a tenth over 150."""
    return round(50 * math.exp(1.1 * rng.uniform(-1, 1) + 0.5 * rng.uniform(-1, 1)), 1)


def _stroke(rng: Rng) -> Fields:
    """A line of a hand: the way bends by and by, a point every five px."""
    way, x, y = rng.uniform(0, 6.28), 0.0, 0.0
    points = [[0.0, 0.0]]
    for _ in range(rng.between(8, 50)):
        way += rng.uniform(-0.7, 0.7)
        x, y = x + 5 * math.cos(way), y + 5 * math.sin(way)
        points.append([round(x, 1), round(y, 1)])
    return {"type": "stroke", "points": points}


def _line(kind: str, rng: Rng) -> Fields:
    bends = rng.choice((1, 1, 1, 3))
    points = [[rng.between(-90, 90), rng.between(-70, 70)] for _ in range(bends)]
    return {"type": kind, "points": [[0, 0], *points]}


def _shape(kind: str, rng: Rng) -> Fields:
    made: Fields = {"type": kind, "w": _side(rng), "h": _side(rng)}
    if rng.chance(0.6):
        made["fill"] = f"ink:{rng.choice(PAPERS)}"
    if rng.chance(0.1):
        made["angle"] = rng.between(-20, 20)
    if rng.chance(0.06):
        made["dash"] = rng.choice(("dashed", "dotted"))
    if kind == "rectangle" and rng.chance(0.3):
        made |= {"text": rng.choice(WORDS), "size": 16}
    return made


def _text(rng: Rng) -> Fields:
    return {"type": "text", "text": rng.choice(WORDS), "size": rng.choice((16, 16, 20, 28))}


_MIXTURE: tuple[tuple[int, Callable[[Rng], Fields]], ...] = (
    (40, _stroke),
    (54, partial(_line, "line")),
    (60, partial(_line, "arrow")),
    (74, partial(_shape, "rectangle")),
    (84, partial(_shape, "ellipse")),
    (86, partial(_shape, "diamond")),
    (100, _text),
)
"""Of a hundred things those below this number are made by this."""
