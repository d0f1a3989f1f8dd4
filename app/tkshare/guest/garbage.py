"""What refers to itself is collected at places of the order, the same in all copies.

Python's collector runs when a copy has allocated enough, and the guest allocates as frames happen to
come. What it frees can be seen: dialogs, pictures and variables of the toolkits go with their Python
objects, and a name of a window counts its siblings. So the collector stands still, and is run by
what is replayed. Never run from a clock.
"""

from __future__ import annotations

import gc

EVENTS = 512
"""After so many replayed events it is run, if no mark came before."""


def pin_garbage() -> None:
    """From here on nothing is collected by itself; before the program's first line."""
    gc.disable()


class Garbage:
    """Told of what is replayed; `pinned` says whether `pin_garbage` was called."""

    def __init__(self, *, pinned: bool) -> None:
        self._pinned = pinned
        self._events = 0

    def event(self) -> None:
        """An event is about to be replayed."""
        self._events += 1
        if self._events >= EVENTS:
            self.mark()

    def mark(self) -> None:
        """All copies stand at the same place now."""
        self._events = 0
        if self._pinned:
            gc.collect()
