"""Draw a state machine as SVG: states on a circle, one curved arrow for each pair of states.

Nothing but the standard library, so that the pictures are the same bytes everywhere and can be
compared. It must never look at anything but the edges it is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

Edge = tuple[str, str, str]
"""(state, input, next state)"""

BOX_WIDTH, BOX_HEIGHT = 130.0, 34.0
LINE = 13.0
FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"'
INK, SOFT, PAPER, BOX = "#222", "#345", "#fff", "#eef3f8"

Point = tuple[float, float]


def draw(title: str, edges: Sequence[Edge]) -> str:
    """The picture of a machine; its first state (where the table begins) is on top."""
    states = list(dict.fromkeys(name for edge in edges for name in (edge[0], edge[2])))
    labels: dict[tuple[str, str], list[str]] = {}
    for before, given, after in edges:
        labels.setdefault((before, after), []).append(given)
    radius = 0.0 if len(states) == 1 else 130.0 + 45.0 * len(states)
    margin = 240.0 + LINE * max(len(inputs) for inputs in labels.values()) / 2
    middle = radius + margin
    places = {
        state: _on_circle(middle, radius, index / len(states)) for index, state in enumerate(states)
    }
    size = _number(2 * middle)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" {FONT}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{size}" height="{size}" fill="{PAPER}"/>',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="{SOFT}"/></marker></defs>',
    ]
    texts: list[str] = []
    for (before, after), inputs in labels.items():
        if before == after:
            path, label, anchor = _loop(places[before], (middle, middle))
        else:
            path, label = _arrow(places[before], places[after])
            anchor = "middle"
        body.append(
            f'<path d="{path}" fill="none" stroke="{SOFT}" stroke-width="1.3" '
            'marker-end="url(#tip)"/>'
        )
        texts += _text(label, inputs, anchor)
    for state, place in places.items():
        body += _box(state, place)
    return "\n".join([*body, *texts, "</svg>"]) + "\n"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _on_circle(middle: float, radius: float, turn: float) -> Point:
    angle = math.tau * turn - math.pi / 2
    return middle + radius * math.cos(angle), middle + radius * math.sin(angle)


def _border(place: Point, toward: Point) -> Point:
    """Where the line from a box's middle to `toward` leaves the box."""
    dx, dy = toward[0] - place[0], toward[1] - place[1]
    reach = min(
        BOX_WIDTH / 2 / abs(dx) if dx else math.inf,
        BOX_HEIGHT / 2 / abs(dy) if dy else math.inf,
    )
    return place[0] + dx * reach, place[1] + dy * reach


def _arrow(start: Point, end: Point) -> tuple[str, Point]:
    """A curve that bends to its left, so that there and back don't cover each other."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend = 0.22
    control = (start[0] + dx / 2 + dy * bend, start[1] + dy / 2 - dx * bend)
    a, b = _border(start, control), _border(end, control)
    top = ((a[0] + b[0]) / 4 + control[0] / 2, (a[1] + b[1]) / 4 + control[1] / 2)
    points = [f"{_number(x)} {_number(y)}" for x, y in (a, control, b)]
    path = f"M{points[0]}Q{points[1]} {points[2]}"
    return path, top


def _loop(place: Point, middle: Point) -> tuple[str, Point, str]:
    """An arrow from a state to itself, on the side away from the middle, and its label's place."""
    dx, dy = place[0] - middle[0], place[1] - middle[1]
    length = math.hypot(dx, dy)
    out = (dx / length, dy / length) if length else (0.0, -1.0)
    side = (-out[1], out[0])
    ends = [(place[0] + out[0] + side[0] * k, place[1] + out[1] + side[1] * k) for k in (-18, 18)]
    controls = [
        (place[0] + out[0] * 95 + side[0] * k, place[1] + out[1] * 75 + side[1] * k)
        for k in (-48, 48)
    ]
    start, end = (
        _border(place, control) if abs(out[1]) < 0.5 else (edge[0], place[1] + out[1] * 17)
        for edge, control in zip(ends, controls, strict=True)
    )
    path = f"M{_number(start[0])} {_number(start[1])}C" + " ".join(
        f"{_number(x)} {_number(y)}" for x, y in (*controls, end)
    )
    anchor = "start" if out[0] > 0.5 else "end" if out[0] < -0.5 else "middle"
    return path, (place[0] + out[0] * 112, place[1] + out[1] * 84), anchor


def _text(place: Point, lines: Sequence[str], anchor: str) -> list[str]:
    """Lines around a point, above a rim of paper so that arrows don't strike them through."""
    first = place[1] - LINE * (len(lines) - 1) / 2 + 4
    texts = []
    for row, line in enumerate(lines):
        spot = f'x="{_number(place[0])}" y="{_number(first + LINE * row)}"'
        style = f'font-size="11" text-anchor="{anchor}"'
        rim = f'fill="none" stroke="{PAPER}" stroke-width="5" stroke-linejoin="round"'
        texts.append(f"<text {spot} {style} {rim}>{escape(line)}</text>")
        texts.append(f'<text {spot} {style} fill="{INK}">{escape(line)}</text>')
    return texts


def _box(state: str, place: Point) -> list[str]:
    x, y = place[0] - BOX_WIDTH / 2, place[1] - BOX_HEIGHT / 2
    return [
        f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(BOX_WIDTH)}" '
        f'height="{_number(BOX_HEIGHT)}" rx="8" fill="{BOX}" stroke="{INK}"/>',
        f'<text x="{_number(place[0])}" y="{_number(place[1] + 4.5)}" font-size="13" '
        f'font-weight="bold" text-anchor="middle" fill="{INK}">{escape(state)}</text>',
    ]
