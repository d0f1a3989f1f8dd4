"""All figures of shared programs in one run, on X servers that this process starts."""

from __future__ import annotations

import contextlib
from pathlib import Path

from app.bench.figures import Figures
from app.bench.share import attach, keys, people, pixels, replay
from app.bench.share.screen import Screen, missing
from app.core.errors import KnownError

SCREENS = 3


def run(folder: Path, *, quick: bool) -> Figures:
    """What each part says of itself; raises `KnownError` where there is no X server."""
    lacking = missing()
    if lacking:
        raise KnownError(f"'bench share' needs {', '.join(lacking)} on this machine.")
    with contextlib.ExitStack() as stack:
        screens = [stack.enter_context(Screen()) for _ in range(SCREENS)]
        figures: Figures = {}
        figures |= attach.run(folder, screens[0], quick=quick)
        for part in (keys, pixels, replay, people):
            figures |= part.run(folder, screens, quick=quick)
    return figures
