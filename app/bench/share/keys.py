"""From a key that is pressed at one copy to the widget that has changed at all copies.

Two real sites on loopback, each with a display; the dispatcher stays at the first. The key is
pressed by XTest; each program tells when its text has changed.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

from app.bench.figures import Figures, percentile
from app.bench.share import programs
from app.bench.share.ear import Ear
from app.bench.share.screen import Screen
from app.bench.share.seats import Seat, Table
from app.core.errors import KnownError

FULL_KEYS = 200
QUICK_KEYS = 5
PAUSES_SECONDS = (0.03, 0.09)
"""Between keys: quick typing, and never in step with a frame of 16 ms."""
PATIENCE_SECONDS = 5.0
TEXT = (400, 20)
"""In the program's text field."""
SETTLE_SECONDS = 0.5


def run(folder: Path, screens: list[Screen], *, quick: bool) -> Figures:
    """`share.key_ms_p50.holder.tk` and so on; `share.key_ms_p95.holder` is the slower toolkit's."""
    figures: Figures = {}
    for toolkit in programs.TOOLKITS:
        place = folder / f"keys-{toolkit}"
        place.mkdir()
        with Ear() as ear, Table(place, screens[:2]) as table:
            program = programs.write(place, toolkit)
            table.share(str(program), place, "5", ear.path)
            for who, seat in zip(("holder", "other"), table.seats, strict=True):
                waits = _type(ear, table, seat, QUICK_KEYS if quick else FULL_KEYS)
                for percent in (50, 95):
                    name = f"share.key_ms_p{percent}.{who}.{toolkit}"
                    figures[name] = percentile(waits, percent)
    for who in ("holder", "other"):
        figures[f"share.key_ms_p95.{who}"] = max(
            figures[f"share.key_ms_p95.{who}.{toolkit}"] for toolkit in programs.TOOLKITS
        )
    return figures


def _type(ear: Ear, table: Table, seat: Seat, keys: int) -> list[float]:
    """Milliseconds until the last copy has changed, key by key."""
    rng = random.Random(1)  # noqa: S311 - pauses of a person, not secrets
    seat.hand.click(TEXT)
    time.sleep(SETTLE_SECONDS)
    waits = []
    for _ in range(keys):
        time.sleep(rng.uniform(*PAUSES_SECONDS))
        ear.empty()
        pressed = time.monotonic()
        seat.hand.stroke("a", down=True)
        waits.append((_changed(ear, len(table.seats)) - pressed) * 1_000)
        seat.hand.stroke("a", down=False)
    return waits


def _changed(ear: Ear, copies: int) -> float:
    """The instant at which the last of so many copies has changed; raises `KnownError`."""
    seen: dict[str, float] = {}
    while len(seen) < copies:
        heard = ear.next(PATIENCE_SECONDS)
        if heard is None:
            raise KnownError("A key never reached all copies of a measured program.")
        display, word, at = heard
        if word.startswith("key"):
            seen[display] = at
    return max(seen.values())
