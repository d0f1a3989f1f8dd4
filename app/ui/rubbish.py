"""Python's search for rubbish in rings of objects, kept short enough not to be seen.

A full search looks at everything that lives: with 10,000 things on a board it takes 140 ms, ten
frames, again and again. What has lived through a long search is not looked at any more, until a
session is over and most of it is rubbish: then everything is looked at, at once, or its board would
stay until Python thinks of it. While a session opens nothing is looked at: with its log just read, a
search would take a tenth of the time that a person waits. Nothing here runs by itself.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QElapsedTimer

LONG_MS = 4.0
"""A search that took longer found too much to look at it again: a quarter of a frame."""


class Rubbish:
    """Follows Python's searches while the program runs."""

    def __init__(self) -> None:
        self._timer = QElapsedTimer()
        gc.callbacks.append(self._follow)

    def _follow(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] < 2:
            return
        if phase == "start":
            self._timer.start()
        elif self._timer.nsecsElapsed() > LONG_MS * 1e6:
            gc.freeze()

    def hold(self) -> None:
        """Somebody waits: nothing is searched until `go_on`."""
        gc.disable()

    def go_on(self) -> None:
        """Python searches as it sees fit."""
        gc.enable()

    def look_everywhere(self) -> None:
        """Much is rubbish now: search it all."""
        gc.unfreeze()
        gc.collect()

    def close(self) -> None:
        """Leave Python alone."""
        gc.callbacks.remove(self._follow)
        gc.enable()
        gc.unfreeze()
