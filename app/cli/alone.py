"""*Try it alone*: people in the window's session that this computer plays, as real sites.

They are processes like those of the demo, reachable from this computer only, and end with the
session. Everything here happens at a person's pace; a process that dies is simply gone, which is
something to look at, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import math
import queue
import threading

from app.cli.demo.company import Company, Told
from app.cli.demo.script import NAMES, saying
from app.core.errors import KnownError

TITLE = "Try it alone"
DELAY_MS = 40
"""One way between any two of them, so that it makes a difference where the stick is."""
_PEOPLE = 3
_POLL_SECONDS = 0.1
_LINE_SECONDS = 1.2
_LINES_IN_A_TURN = 12
_DRAW_EVERY = 3
_QUIET_SECONDS = 4.0


class Alone:
    """Starts the others once the session is open, and lets them talk in turns."""

    def __init__(self, loop: asyncio.AbstractEventLoop, own_name: str) -> None:
        self._loop = loop
        self._names = [name for name in NAMES if name != own_name][:_PEOPLE]
        self._company = Company(DELAY_MS)
        self._ready: dict[int, None] = {}
        self._lines = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._talks_at = 0.0
        self._begun = False
        self._closed = threading.Event()

    def begin(self, invite: str) -> None:
        """The session is open: let them in. Later calls do nothing."""
        if self._begun or self._closed.is_set():
            return
        self._begun = True
        for name in self._names:
            self._company.start(name, ("--join", invite))
        self._talks_at = self._loop.time() + _QUIET_SECONDS
        self._timer = self._loop.call_later(_POLL_SECONDS, self._poll)

    def close(self) -> None:
        """End them all; takes as long as they need to leave. Not for the window's thread."""
        self._closed.set()
        if self._timer is not None:
            self._loop.call_soon_threadsafe(self._timer.cancel)
        self._company.close()

    def _poll(self) -> None:
        if self._closed.is_set():
            return
        with contextlib.suppress(queue.Empty):
            while True:
                message = self._company.messages.get_nowait()
                if isinstance(message, Told) and message.event.get("event") == "ready":
                    with contextlib.suppress(KnownError):
                        self._company.connect(message.position)
                        self._ready[message.position] = None
        if len(self._ready) == len(self._names) and self._loop.time() >= self._talks_at:
            self._talks_at = self._loop.time() + _LINE_SECONDS
            self._talk(next(self._lines))
        self._timer = self._loop.call_later(_POLL_SECONDS, self._poll)

    def _talk(self, number: int) -> None:
        talker = number // _LINES_IN_A_TURN % len(self._names)
        said = {"do": "say", "request": number, "texts": [saying(number)], "wait": "none"}
        self._company.ask(talker, said)
        if number % _DRAW_EVERY == 0:
            drawn = {
                "do": "draw",
                "request": number,
                "part": stroke(number, talker),
                "last": True,
                "board": "main",
                "wait": "none",
            }
            self._company.ask(talker, drawn)


def stroke(number: int, talker: int) -> str:
    """A wavy line as a file of one object; each has its own place."""
    colours = ("petrol", "cherry", "violet")
    row, column = divmod(number // _DRAW_EVERY, 5)
    left, top = -310 + 130 * column, -200 + 70 * (row % 6)
    points = [
        [round(8.0 * step, 1), round(18 * math.sin(step / (1.4 + talker)), 1)] for step in range(14)
    ]
    shown = {
        "op": "add",
        "type": "stroke",
        "x": left,
        "y": top,
        "points": points,
        "stroke": f"ink:{colours[talker % len(colours)]}",
        "width": 3,
    }
    return json.dumps(shown) + "\n"
