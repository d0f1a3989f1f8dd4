"""Following the log from the desk's side: whoever has read to its end is woken when it changes. Pure.

A follower asks page by page, so the site never holds more than a page for it. What is taken back by
a new view while it reads is told before anything else, so it never shows the old and the new of one
index without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.cli.jsonlines import entry_json
from app.core import limits
from app.node.api import EntryShown


class Follower:
    """One command that may be waiting for more."""

    def __init__(self) -> None:
        self._back: int | None = None
        self._again: Callable[[], None] | None = None

    def wait(self, again: Callable[[], None]) -> None:
        """Nothing is there yet: read again when the log changes."""
        self._again = again

    def grown(self) -> None:
        """The log is longer."""
        again, self._again = self._again, None
        if again is not None:
            again()

    def reverted(self, first: int) -> None:
        """The log was cut before `first`."""
        self._back = first if self._back is None else min(first, self._back)
        self.grown()

    def taken_back(self, end: int) -> int | None:
        """The first index below `end` that was taken back since this was asked last, or None."""
        back, self._back = self._back, None
        return back if back is not None and back < end else None


def page(rows: Sequence[EntryShown]) -> list[dict[str, Any]]:
    """The first of the rows as JSON: at least one, then as far as a page's bytes go."""
    found: list[dict[str, Any]] = []
    size = 0
    for shown in rows:
        size += len(shown.placed.entry.body)
        if found and size > limits.LOG_PAGE_BYTES:
            break
        found.append(entry_json(shown))
    return found
