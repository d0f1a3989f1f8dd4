"""The window as a person has it: start, rest, memory, a long chat, a burst of lines.

Each figure is of a window of its own, the real program in a process under the display that is
there; the others in the session are sites without a window. Nothing here draws.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from app.bench.figures import Figures
from app.bench.whole import ProgramSite, ProgramWindow, Scene, say
from app.core.errors import KnownError
from app.drivers.control.client import Client
from app.drivers.display import NO_DISPLAY, has_display
from app.ui.bench_window import LAST_LINE

BURST_LINES_PER_SECOND = 500
BURST_BATCHES_PER_SECOND = 20
STROKE_POINTS = 20
SPACING = 60.0
LINES_AT_ONCE = 1_000
WORDS = (
    "the", "north", "path", "floods", "in", "spring", "so", "we", "build", "a", "small", "bridge",
    "of", "wood", "and", "put", "two", "benches", "below", "the", "old", "oak", "facing", "water",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    starts: int
    rest_seconds: int
    objects: int
    lines: int
    frames: int
    burst_seconds: int
    settle_ms: int

    def scene(self, name: str, number: int = 0) -> Scene:
        """A scene at this size."""
        return Scene(name, number, self.settle_ms)


FULL = Size(
    starts=5,
    rest_seconds=30,
    objects=2_000,
    lines=10_000,
    frames=600,
    burst_seconds=10,
    settle_ms=5_000,
)
QUICK = Size(
    starts=1, rest_seconds=1, objects=20, lines=300, frames=20, burst_seconds=1, settle_ms=300
)


def run(folder: Path, *, quick: bool) -> Figures:
    """`ui.*`; raises `KnownError` where there is no display."""
    if not has_display():
        raise KnownError(f"{NO_DISPLAY}. Run it in a desktop, or below 'xvfb-run -a'.")
    size = QUICK if quick else FULL
    figures = {
        **_starts(folder / "start", size),
        **_session(folder / "session", size),
        **_chat(folder / "chat", size),
        **_ends(folder / "end", size),
    }
    return {f"ui.{name}": value for name, value in figures.items()}


def _window(data: Path, scene: Scene, link: str = "", *, goes_on: bool = False) -> ProgramWindow:
    """The window of somebody who has used it before; every time of the same size."""
    data.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"name": "Win", "colour": "fern", "open": goes_on})
    (data / "window.json").write_text(text, encoding="utf-8")
    return ProgramWindow(data, scene, link)


def _starts(folder: Path, size: Size) -> Figures:
    """From nothing to a window that takes a letter, in the lobby."""
    data = folder / "window"
    took: list[float] = []
    for _ in range(size.starts):
        with _window(data, size.scene("start")) as window:
            window.event("usable")
            took.append((time.monotonic() - window.begun) * 1_000)
    return {"start_ms": median(took)}


def _session(folder: Path, size: Size) -> Figures:
    """Rest and memory, in a session of two."""
    other = folder / "other"
    with ProgramSite(other, "--name", "Other", "--create", "Measured") as site:
        link = str(site.event("ready")["invite"])
        data = folder / "window"
        with _window(data, size.scene("rest", size.rest_seconds), link) as window:
            percent = float(window.event("figures")["idle_cpu_percent"])
        _draw(other, size.objects)
        with _window(data, size.scene("board", size.objects), goes_on=True) as window:
            window.event("shown")
            megabytes = window.memory_mb()
        with _window(data, size.scene("start"), goes_on=True) as window:
            window.event("usable")
            again = (time.monotonic() - window.begun) * 1_000
    return {"start_in_session_ms": again, "idle_cpu_percent": percent, "memory_mb": megabytes}


def _chat(folder: Path, size: Size) -> Figures:
    """Open and scroll a long chat; then a burst of lines while somebody looks at the newest."""
    other = folder / "other"
    with ProgramSite(other, "--name", "Other", "--create", "Measured") as site:
        link = str(site.event("ready")["invite"])
        lines = [_line(number) for number in range(size.lines)]
        for first in range(0, size.lines, LINES_AT_ONCE):
            say(other, lines[first : first + LINES_AT_ONCE])
        data = folder / "window"
        with _window(data, size.scene("session"), link) as window:
            window.event("ready")
            _await_log(data, size.lines)
        # In the lobby: the session is opened by a click.
        with _window(data, size.scene("chat", size.frames)) as window:
            chat = window.event("figures")
        with _window(data, size.scene("burst"), link) as window:
            window.event("looking")
            _burst(other, BURST_LINES_PER_SECOND * size.burst_seconds)
            burst = window.event("figures")
    return {
        name: float(value)
        for name, value in (chat | burst).items()
        if name not in {"event", "rows"}
    }


def _ends(folder: Path, size: Size) -> Figures:
    """From the wish to close to the end of the process: as usual, unanswered, with played people."""
    other = folder / "other"
    with ProgramSite(other, "--name", "Other", "--create", "Measured") as site:
        link = str(site.event("ready")["invite"])
        data = folder / "window"
        with _window(data, size.scene("session"), link) as window:
            window.event("ready")
            usual = window.end_ms()
        with _window(data, size.scene("session"), goes_on=True) as window:
            window.event("ready")
            site.kill()
            unanswered = window.end_ms()
    with _window(folder / "alone", size.scene("alone")) as window:
        window.event("playing")
        alone = window.end_ms()
    return {"end_ms": usual, "end_unanswered_ms": unanswered, "end_alone_ms": alone}


def _line(number: int) -> str:
    """A line as people write them: three to forty words."""
    count = 3 + number * number % 37
    return " ".join([WORDS[(number + step) % len(WORDS)] for step in range(count)])


def _await_log(data: Path, count: int) -> None:
    """Until a site has so many entries in its log."""
    client = Client.connect(data)
    try:
        client.send({"do": "log", "request": 0, "from": count, "follow": True})
        client.receive()
    finally:
        client.close()


def _burst(other: Path, count: int) -> None:
    """Say lines at an even pace, and at the end the last one."""
    client = Client.connect(other)
    batch = BURST_LINES_PER_SECOND // BURST_BATCHES_PER_SECOND
    due = time.monotonic()
    try:
        for first in range(0, count, batch):
            texts = [_line(number) for number in range(first, first + batch)]
            client.send({"do": "say", "request": first, "texts": texts, "wait": "none"})
            due += 1 / BURST_BATCHES_PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
        client.send({"do": "say", "request": count, "texts": [LAST_LINE], "wait": "ordered"})
        while client.receive()["request"] != count:
            pass
    finally:
        client.close()


def _draw(other: Path, count: int) -> None:
    """Put strokes on the board, on a square."""
    client = Client.connect(other)
    try:
        lines = list(_strokes(count))
        for first in range(0, count, LINES_AT_ONCE // 10):
            part = "".join(lines[first : first + LINES_AT_ONCE // 10])
            message = {"do": "draw", "part": part, "last": True, "board": "main", "wait": "ordered"}
            client.send({"request": first, **message})
            while "done" not in client.receive():
                pass
    finally:
        client.close()


def _strokes(count: int) -> Iterator[str]:
    across = max(math.isqrt(count), 1)
    for number in range(count):
        points = [
            [
                round(SPACING * step / STROKE_POINTS, 1),
                round(SPACING / 2 * math.sin(step * (1 + number % 7) / 9), 1),
            ]
            for step in range(STROKE_POINTS)
        ]
        shown = {
            "op": "add",
            "type": "stroke",
            "x": SPACING * (number % across),
            "y": SPACING * (number // across),
            "points": points,
            "stroke": f"ink:{('petrol', 'cherry', 'violet')[number % 3]}",
            "width": 3,
        }
        yield json.dumps(shown) + "\n"
