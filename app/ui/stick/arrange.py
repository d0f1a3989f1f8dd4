"""Which card of the overview lies where, for every size: in a window of its own, or docked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

GAP = 12
TWO_COLUMNS_UNDER = 1_180
WIDE_FROM = 2_200
_MAP_HEIGHT, _WHY_WIDTH, _TALK_WIDTH, _MOVES_HEIGHT = 380, 460, 372, 126
_PLOT_WIDTH, _PLOT_HEIGHT_MIN = 610, 210
_WIDE_MAP = (900, 560)
_STACK_MAP, _STACK_TALK, _STACK_WHY, _STACK_MOVES, _STACK_PLOT = 340, 390, 390, 126, 260


class Card(Enum):
    """The cards of the overview, in order of reading."""

    MAP = "map"
    TALK = "talk"
    WHY = "why"
    MOVES = "moves"
    PLOT = "plot"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels, from the top left of the overview."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Cards that are shown, and how high all of it is; more than there is room scrolls."""

    boxes: dict[Card, Box]
    height: int


def arrange(width: int, height: int, scale: float = 1.0) -> Arrangement:
    """In a window of its own, `width` by `height` pixels below the head; `scale` is of the text."""
    if width < TWO_COLUMNS_UNDER * scale:
        return _two_columns(width, scale)
    if width >= WIDE_FROM * scale:
        return _wide(width, height, scale)
    return _three_columns(width, height, scale)


def _px(scale: float, pixels: int) -> int:
    return round(pixels * scale)


def _three_columns(width: int, height: int, scale: float) -> Arrangement:
    gap = _px(scale, GAP)
    inner = width - 2 * gap
    talk, top = _px(scale, _TALK_WIDTH), _px(scale, _MAP_HEIGHT)
    # What 1440 has too much or too little goes to the map first, then to the sentence.
    why = max(_px(scale, 380), min(_px(scale, _WHY_WIDTH), inner - talk - 2 * gap - top))
    map_width = inner - talk - why - 2 * gap
    y = gap
    boxes = {
        Card.MAP: Box(gap, y, map_width, top),
        Card.TALK: Box(gap + map_width + gap, y, talk, top),
        Card.WHY: Box(gap + map_width + gap + talk + gap, y, why, top),
    }
    y += top + gap
    moves = _px(scale, _MOVES_HEIGHT)
    boxes[Card.MOVES] = Box(gap, y, inner, moves)
    y += moves + gap
    low = max(height - y - gap, _px(scale, _PLOT_HEIGHT_MIN))
    plot = round((inner - gap) * _PLOT_WIDTH / 1_404)
    boxes[Card.PLOT] = Box(gap, y, plot, low)
    boxes[Card.LOG] = Box(gap + plot + gap, y, inner - plot - gap, low)
    return Arrangement(boxes, y + low + gap)


def _two_columns(width: int, scale: float) -> Arrangement:
    gap = _px(scale, GAP)
    left = (width - 3 * gap + 1) // 2
    right = width - 3 * gap - left
    first, second = gap, gap + left + gap
    boxes: dict[Card, Box] = {}
    y = gap
    top = max(_px(scale, _STACK_MAP), _px(scale, _STACK_TALK), _px(scale, _STACK_WHY))
    boxes[Card.MAP] = Box(first, y, left, top)
    boxes[Card.WHY] = Box(second, y, right, top)
    y += top + gap
    moves = _px(scale, _STACK_MOVES)
    boxes[Card.MOVES] = Box(first, y, width - 2 * gap, moves)
    y += moves + gap
    low = max(_px(scale, _STACK_TALK), _px(scale, _STACK_PLOT))
    boxes[Card.TALK] = Box(first, y, left, low)
    boxes[Card.PLOT] = Box(second, y, right, low)
    return Arrangement(boxes, y + low + gap)


def _wide(width: int, height: int, scale: float) -> Arrangement:
    gap = _px(scale, GAP)
    inner = width - 2 * gap
    map_width, top = _px(scale, _WIDE_MAP[0]), _px(scale, _WIDE_MAP[1])
    talk = _px(scale, _TALK_WIDTH + 40)
    rest = inner - map_width - talk - 2 * gap
    why = min(_px(scale, _WHY_WIDTH + 60), rest // 2)
    plot = rest - why - gap
    y = gap
    x = gap
    boxes: dict[Card, Box] = {}
    for card, wide in (
        (Card.MAP, map_width),
        (Card.TALK, talk),
        (Card.WHY, why),
        (Card.PLOT, plot),
    ):
        boxes[card] = Box(x, y, wide, top)
        x += wide + gap
    y += top + gap
    moves = _px(scale, _MOVES_HEIGHT)
    boxes[Card.MOVES] = Box(gap, y, inner, moves)
    y += moves + gap
    low = max(height - y - gap, _px(scale, _PLOT_HEIGHT_MIN))
    boxes[Card.LOG] = Box(gap, y, inner, low)
    return Arrangement(boxes, y + low + gap)


def arrange_docked(width: int, height: int, scale: float = 1.0) -> Arrangement:
    """Docked below the session: one row, as many cards as there is room for."""
    gap = _px(scale, GAP)
    inner, low = width - 2 * gap, max(height - 2 * gap, _px(scale, 120))
    wide = width >= _px(scale, WIDE_FROM)
    middle = width >= _px(scale, TWO_COLUMNS_UNDER)
    shares = (
        ((Card.MAP, 30), (Card.TALK, 18), (Card.WHY, 22), (Card.PLOT, 30))
        if wide
        else ((Card.MAP, 36), (Card.TALK, 26), (Card.MOVES, 38))
        if middle
        else ((Card.MAP, 46), (Card.MOVES, 54))
    )
    boxes: dict[Card, Box] = {}
    rest = low
    if wide:
        moves = _px(scale, 110)
        rest = low - moves - gap
        boxes[Card.MOVES] = Box(gap, gap + rest + gap, inner, moves)
    x = gap
    total = inner - gap * (len(shares) - 1)
    for place, (card, share) in enumerate(shares):
        part = inner + gap - x if place == len(shares) - 1 else round(total * share / 100)
        boxes[card] = Box(x, gap, part, rest)
        x += part + gap
    return Arrangement(boxes, low + 2 * gap)
