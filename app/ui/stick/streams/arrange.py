"""Which card of the tab lies where, for every size: in a window of its own, or docked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.ui.stick.arrange import GAP, TWO_COLUMNS_UNDER, Box

WIDE_FROM = 1_900
_ONE_COLUMN_UNDER = 720
_STACK_LIST, _STACK_SITES, _STACK_CONSOLE = 340, 200, 300
_LEAST_LIST, _LEAST_CONSOLE = 280, 200
_SITES_WIDTH = 320
_LIST_SHARE, _LIST_SHARE_WIDE = 0.56, 0.52


class Part(Enum):
    """The cards, in order of reading."""

    LIST = "list"
    SITES = "sites"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Laid:
    """Cards that are shown, and how high all of it is; more than there is room scrolls."""

    boxes: dict[Part, Box]
    height: int


def arrange(width: int, height: int, scale: float = 1.0) -> Laid:
    """In a window of its own, `width` by `height` pixels below the head; `scale` is of the text."""
    gap, inner = _px(scale, GAP), width - 2 * _px(scale, GAP)
    if width < _px(scale, _ONE_COLUMN_UNDER):
        return _stack(inner, height, scale)
    sites = min(_px(scale, _SITES_WIDTH), inner * 34 // 100)
    if width >= _px(scale, WIDE_FROM):
        high = max(height - 2 * gap, _px(scale, _LEAST_LIST))
        listed = round((inner - sites - 2 * gap) * _LIST_SHARE_WIDE)
        return _row(gap, high, inner, (listed, sites))
    high = height - 3 * gap
    top = max(round(high * _LIST_SHARE), _px(scale, _LEAST_LIST))
    low = max(high - top, _px(scale, _LEAST_CONSOLE))
    listed = inner - sites - gap
    boxes = {
        Part.LIST: Box(gap, gap, listed, top),
        Part.SITES: Box(gap + listed + gap, gap, sites, top),
        Part.CONSOLE: Box(gap, gap + top + gap, inner, low),
    }
    return Laid(boxes, top + low + 3 * gap)


def arrange_docked(width: int, height: int, scale: float = 1.0) -> Laid:
    """Docked below the session: one row; without room for three, computers are in the menu only."""
    gap, inner = _px(scale, GAP), width - 2 * _px(scale, GAP)
    if width < _px(scale, _ONE_COLUMN_UNDER):
        return _stack(inner, height, scale)
    high = max(height - 2 * gap, _px(scale, 120))
    if width >= _px(scale, TWO_COLUMNS_UNDER):
        sites = min(_px(scale, _SITES_WIDTH), inner * 22 // 100)
        listed = round((inner - sites - 2 * gap) * _LIST_SHARE_WIDE)
        return _row(gap, high, inner, (listed, sites))
    listed = round((inner - gap) * _LIST_SHARE)
    boxes = {
        Part.LIST: Box(gap, gap, listed, high),
        Part.CONSOLE: Box(gap + listed + gap, gap, inner - listed - gap, high),
    }
    return Laid(boxes, high + 2 * gap)


def _row(gap: int, high: int, inner: int, widths: tuple[int, int]) -> Laid:
    listed, sites = widths
    second = gap + listed + gap
    third = second + sites + gap
    boxes = {
        Part.LIST: Box(gap, gap, listed, high),
        Part.SITES: Box(second, gap, sites, high),
        Part.CONSOLE: Box(third, gap, inner + gap - third, high),
    }
    return Laid(boxes, high + 2 * gap)


def _stack(inner: int, height: int, scale: float) -> Laid:
    gap = _px(scale, GAP)
    boxes, y = {}, gap
    for part, high in (
        (Part.LIST, _STACK_LIST),
        (Part.SITES, _STACK_SITES),
        (Part.CONSOLE, _STACK_CONSOLE),
    ):
        least = _px(scale, high)
        tall = max(least, height - y - gap) if part is Part.CONSOLE else least
        boxes[part] = Box(gap, y, inner, tall)
        y += tall + gap
    return Laid(boxes, y)


def _px(scale: float, pixels: int) -> int:
    return round(pixels * scale)
