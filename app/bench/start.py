"""How long a site takes from nothing to being ready, the interpreter's start included."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from app.bench.figures import Figures
from app.bench.whole import ProgramSite, say

FULL_STARTS = 9
QUICK_STARTS = 1
LINES = 200
CHARACTERS = 100


def run(folder: Path, *, quick: bool) -> Figures:
    """`start.site_ready_ms` for a new session; `start.resumed_ready_ms` for one with a log."""
    starts = QUICK_STARTS if quick else FULL_STARTS
    new: list[float] = []
    resumed: list[float] = []
    for number in range(starts):
        data = folder / f"start-{number}"
        with ProgramSite(data, "--name", "Starter", "--create", "Measured") as site:
            site.event("ready")
            new.append((time.monotonic() - site.begun) * 1_000)
            say(data, ["x" * CHARACTERS] * LINES)
        with ProgramSite(data) as site:
            site.event("ready")
            resumed.append((time.monotonic() - site.begun) * 1_000)
    return {"start.site_ready_ms": median(new), "start.resumed_ready_ms": median(resumed)}
