"""Line charts as SVG, from what `grids.py` left in `results/`; `python benchmarks/plot.py`.

Nothing but the standard library, so that a picture is the same bytes everywhere. Draws
`docs/pictures/figure-5.svg` and `figure-7.svg`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PICTURES = ROOT / "docs" / "pictures"

WIDTH, HEIGHT = 460.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 104.0, 34.0, 44.0
FONT = 'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11"'
INK, GRID, PAPER = "#222", "#ddd", "#fff"
COLOURS = ("#0b6e4f", "#c2410c", "#1d4ed8", "#7e22ce", "#a16207")
MARKS_APART = 12.0
"""Least distance of two names at the right."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: `lines` by name, the places of the x axis with their names, a scale for y."""

    title: str
    x_title: str
    y_title: str
    ticks: Sequence[tuple[float, str]]
    lines: Mapping[str, Points]
    logarithmic: bool = False


class _Frame:
    """Where values are on paper."""

    def __init__(self, chart: Chart, left: float) -> None:
        values = [y for points in chart.lines.values() for _, y in points]
        self._left = left + LEFT
        self._log = chart.logarithmic
        self._x_low = min(x for x, _ in chart.ticks)
        self._x_high = max(x for x, _ in chart.ticks)
        self.y_ticks = _decades(values) if self._log else _steps(max(values))
        self._low, self._high = self._scale(self.y_ticks[0]), self._scale(self.y_ticks[-1])

    def _scale(self, y: float) -> float:
        return math.log10(y) if self._log else y

    def x(self, value: float) -> float:
        part = (value - self._x_low) / (self._x_high - self._x_low)
        return self._left + part * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        part = (self._scale(value) - self._low) / (self._high - self._low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def _decades(values: Sequence[float]) -> list[float]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(low, high + 1)]


def _steps(highest: float) -> list[float]:
    """0 and about five round numbers up to the highest value."""
    rough = highest / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [step * number for number in range(math.ceil(highest / step) + 1)]


def draw(charts: Sequence[Chart]) -> str:
    """The charts beside each other."""
    width = WIDTH * len(charts)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {HEIGHT:g}" {FONT}>',
        f'<rect width="{width:g}" height="{HEIGHT:g}" fill="{PAPER}"/>',
    ]
    for number, chart in enumerate(charts):
        body += _chart(chart, number * WIDTH)
    return "\n".join([*body, "</svg>"]) + "\n"


def _chart(chart: Chart, left: float) -> list[str]:
    frame = _Frame(chart, left)
    start, end = left + LEFT, left + WIDTH - RIGHT
    middle = (start + end) / 2
    body = [_text(middle, 18, chart.title, "middle", bold=True)]
    for y in frame.y_ticks:
        at = frame.y(y)
        body.append(f'<path d="M{start:.1f} {at:.1f}H{end:.1f}" stroke="{GRID}"/>')
        body.append(_text(start - 6, at + 4, f"{y:g}", "end"))
    for x, name in chart.ticks:
        body.append(_text(frame.x(x), HEIGHT - BOTTOM + 16, name, "middle"))
    body.append(_text(middle, HEIGHT - 8, chart.x_title, "middle"))
    turned = f'transform="rotate(-90 {left + 14:.1f} {HEIGHT / 2:.1f})"'
    body.append(_text(left + 14, HEIGHT / 2, chart.y_title, "middle", more=turned))
    ends: list[tuple[float, str, str]] = []
    for (name, points), colour in zip(chart.lines.items(), COLOURS, strict=False):
        placed = [(frame.x(x), frame.y(y)) for x, y in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        body.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        body += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>' for x, y in placed]
        ends.append((placed[-1][1], name, colour))
    free = TOP
    for y, name, colour in sorted(ends):
        free = max(free, y)
        body.append(_text(end + 8, free + 4, name, "start", colour=colour))
        free += MARKS_APART
    return body


def _text(  # noqa: PLR0913 - a text and how it looks
    x: float,
    y: float,
    text: str,
    anchor: str,
    *,
    colour: str = INK,
    bold: bool = False,
    more: str = "",
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight} {more}>'
        f"{escape(text)}</text>"
    )


def figure_5() -> str:
    """Mean time per consumed message against loss, one line for each K."""
    found = json.loads((RESULTS / "pairs.json").read_text(encoding="utf-8"))
    lines: dict[str, list[tuple[float, float]]] = {}
    for key, cell in found.items():
        every, _, percent = key.partition(".loss")
        name = f"K = {every.removeprefix('k')}"
        lines.setdefault(name, []).append((float(percent), cell["mean_ms"]))
    ticks = [(x, f"{x:g} %") for x, _ in next(iter(lines.values()))]
    title = "Both ends move every K messages"
    loss, mean = "packets lost", "ms per consumed message"
    return draw([Chart(title, loss, mean, ticks, lines, logarithmic=True)])


def figure_7() -> str:
    """Own waits of talker and lurkers against K, turns of 20 s; a chart for each delay that is whole."""
    found = json.loads((RESULTS / "chat.json").read_text(encoding="utf-8"))
    columns = ("paper-10", "paper-20", "paper-50", "paper-100", "paper-200", "fixed", "adaptive")
    charts = []
    for one_way in (10, 50, 150):
        names = [f"d{one_way}.turn20.{column}" for column in columns]
        if not all(name in found for name in names):
            continue
        cells = [found[name] for name in names]
        ticks = [(float(x), name.removeprefix("paper-")) for x, name in enumerate(columns)]
        lines = {
            who: [(float(x), cell[f"{who}_ms"]) for x, cell in enumerate(cells)]
            for who in ("talker", "lurker")
        }
        title = f"{one_way} ms one way, turns of 20 s"
        charts.append(Chart(title, "K, or the policy", "own wait in ms", ticks, lines))
    return draw(charts)


def main() -> None:
    """Draw both."""
    (PICTURES / "figure-5.svg").write_text(figure_5(), encoding="utf-8")
    (PICTURES / "figure-7.svg").write_text(figure_7(), encoding="utf-8")


if __name__ == "__main__":
    main()
