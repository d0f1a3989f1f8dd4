"""The board in the real window: a pen, panning and zooming, over 2,000 and over 10,000 things.

The window is the real program in a session of two, 1440 by 900, under the display that is there;
what is drawn comes from the other site through the order. Nothing here draws.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from app.bench.drawing import drawing
from app.bench.figures import Figures, percentile
from app.bench.whole import ProgramSite, ProgramWindow, Scene
from app.core.errors import KnownError
from app.drivers.control.client import Client
from app.drivers.display import NO_DISPLAY, has_display

COUNTS = (2_000, 10_000)
LINES_AT_ONCE = 100
SETTLE_MS, QUICK_SETTLE_MS = 3_000, 100
PARTS = ("pan", "zoom", "draw")


def run(folder: Path, *, quick: bool) -> Figures:
    """`board.*`; raises `KnownError` where there is no display."""
    if not has_display():
        raise KnownError(
            f"{NO_DISPLAY}. Run it in a desktop, or below 'xvfb-run -a', or, to measure without the"
            " way to the screen, with DISPLAY=none QT_QPA_PLATFORM=offscreen."
        )
    figures: Figures = {}
    stroke: list[float] = []
    for count in COUNTS:
        seen = _see(folder / str(count), count // 100 if quick else count, quick=quick)
        stroke.append(percentile(seen["draw"], 95))
        figures |= _figures(seen, count)
    return {"board.stroke_to_paint_ms_p95": max(stroke), **figures}


def _figures(seen: dict[str, list[float]], count: int) -> Figures:
    frames = [*seen["pan"], *seen["zoom"], *seen["draw"]]
    figures = {
        f"board.frame_ms_p50.{count}": percentile(frames, 50),
        f"board.frame_ms_p95.{count}": percentile(frames, 95),
    }
    for part in PARTS:
        for percent in (50, 95, 100):
            name = "max" if percent == 100 else f"p{percent}"
            figures[f"board.{part}_ms_{name}.{count}"] = percentile(seen[part], percent)
    figures[f"board.sharp_ms_max.{count}"] = max(seen["sharp"])
    figures[f"board.memory_mb.{count}"] = seen["memory"][0]
    return figures


def _see(folder: Path, count: int, *, quick: bool) -> dict[str, list[float]]:
    """Milliseconds of each frame by what was done, and the window's memory at the end."""
    other, data = folder / "other", folder / "window"
    data.mkdir(parents=True)
    kept = {"name": "Win", "colour": "fern", "open": True}
    (data / "window.json").write_text(json.dumps(kept), encoding="utf-8")
    with ProgramSite(other, "--name", "Other", "--create", "Measured") as site:
        link = str(site.event("ready")["invite"])
        _draw(other, list(drawing(count)))
        scene = Scene("paint", count, QUICK_SETTLE_MS if quick else SETTLE_MS)
        with ProgramWindow(data, scene, link) as window:
            seen: dict[str, list[float]] = window.event("frames")["ms"]
            seen["memory"] = [window.memory_mb()]
    return seen


def _draw(other: Path, lines: Sequence[str]) -> None:
    """Put lines on the board, as `talkstick draw` does."""
    client = Client.connect(other)
    try:
        for first in range(0, len(lines), LINES_AT_ONCE):
            part = "".join(lines[first : first + LINES_AT_ONCE])
            message = {"do": "draw", "part": part, "last": True, "board": "main", "wait": "ordered"}
            client.send({"request": first, **message})
            while "done" not in client.receive():
                pass
    finally:
        client.close()
