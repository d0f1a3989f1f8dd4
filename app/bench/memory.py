"""How much memory a site without a window takes, with a session of two and many lines behind it."""

from __future__ import annotations

from pathlib import Path

from app.bench.figures import Figures
from app.bench.whole import ProgramSite, say

CHARACTERS = 100
FULL_LINES = 5_000
QUICK_LINES = 20


def run(folder: Path, *, quick: bool) -> Figures:
    """`memory.*`: fresh, and after everything was said; the larger one of two sites."""
    lines = QUICK_LINES if quick else FULL_LINES
    first, second = folder / "first", folder / "second"
    with ProgramSite(first, "--name", "First", "--create", "Measured") as one:
        invite = str(one.event("ready")["invite"])
        with ProgramSite(second, "--name", "Second", "--join", invite) as two:
            two.event("ready")
            fresh = max(one.memory_mb(), two.memory_mb())
            say(second, ["x" * CHARACTERS] * lines)
            for site in (one, two):
                _await_lines(site, lines)
            full = max(one.memory_mb(), two.memory_mb())
    return {"memory.headless_mb": full, "memory.fresh_mb": fresh}


def _await_lines(site: ProgramSite, lines: int) -> None:
    left = lines
    while left:
        left -= site.event("entry")["kind"] == "chat"
