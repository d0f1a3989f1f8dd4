"""Repeating with growing pauses: for whatever nobody acknowledges frame by frame.

Pauses double from the first to the longest; progress starts them anew. Never sends anything itself.
"""

from __future__ import annotations

from app.core.instant import Micros, after


class Backoff:
    """When to say something again; `at` is None while there is nothing to say."""

    def __init__(self, first_micros: int, longest_micros: int) -> None:
        self._first = first_micros
        self._longest = longest_micros
        self._pause = first_micros
        self.at: Micros | None = None

    def pace(self, first_micros: int) -> None:
        """Another first pause from the next start on, never past the longest."""
        self._first = min(first_micros, self._longest)

    def start(self, now: Micros) -> None:
        """It was said for the first time, or something has changed: short pauses again."""
        self._pause = self._first
        self.at = after(now, self._pause)

    def hurry(self, now: Micros) -> None:
        """Say it at the next occasion, then with short pauses."""
        self._pause = self._first
        self.at = now

    def again(self, now: Micros) -> None:
        """It was said again: a longer pause."""
        self.at = after(now, self._pause)
        self._pause = min(self._pause * 2, self._longest)

    def stop(self) -> None:
        """Nothing to say any more."""
        self.at = None

    def due(self, now: Micros) -> bool:
        """Whether to say it now."""
        return self.at is not None and self.at <= now
