"""How fast somebody who comes late is where the others are: events replayed in a second.

One site shares a program and its person types a lot; another site joins and replays all of it, one
event in each turn of the program's loop, through the whole app. The clock runs from the first
replayed step to the last.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from app.bench.figures import Figures
from app.bench.share import programs
from app.bench.share.ear import Ear
from app.bench.share.keys import SETTLE_SECONDS, TEXT
from app.bench.share.screen import Screen
from app.bench.share.seats import LOOK_SECONDS, Seat, Table

FULL_EVENTS = 5_000
QUICK_EVENTS = 200
PAUSE_SECONDS = 0.003
"""Between keys: many people's speed, but within the credit of one."""


def run(folder: Path, screens: list[Screen], *, quick: bool) -> Figures:
    """`share.replay_events_per_s.tk`, `.qt`, and the slower one as `share.replay_events_per_s`."""
    figures: Figures = {}
    for toolkit in programs.TOOLKITS:
        place = folder / f"replay-{toolkit}"
        place.mkdir()
        with Ear() as ear, Table(place, screens[:1]) as table:
            program = programs.write(place, toolkit)
            share = table.share(str(program), place, "5", ear.path)
            events = _type(table.seats[0], share, QUICK_EVENTS if quick else FULL_EVENTS)
            seconds = _come(table, screens[1], share)
        figures[f"share.replay_events_per_s.{toolkit}"] = events / seconds
    figures["share.replay_events_per_s"] = min(figures.values())
    return figures


def _type(seat: Seat, share: str, events: int) -> int:
    """Type until so many events have passed; how many it were."""
    seat.hand.click(TEXT)
    time.sleep(SETTLE_SECONDS)
    while True:
        passed = int(seat.shown(share)["events"])
        if passed >= events:
            break
        for _ in range(min(50, events - passed)):
            for name in ("a", "BackSpace"):
                seat.hand.key(name)
                time.sleep(PAUSE_SECONDS)
    time.sleep(SETTLE_SECONDS)
    return int(seat.shown(share)["events"])


def _come(table: Table, screen: Screen, share: str) -> float:
    """Seconds from the first step that a late copy replays to the last."""
    seat = table.sit(screen)
    done = threading.Event()
    moments: list[float] = []

    def look() -> None:
        while not done.is_set():
            if table.seats and seat.watch(share)["replayed"] > 0 and not moments:
                moments.append(time.monotonic())
            time.sleep(LOOK_SECONDS)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        seat.join(share)
        ended = time.monotonic()
    finally:
        done.set()
        watcher.join()
    return ended - moments[0]
