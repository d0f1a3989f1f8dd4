"""The published policy: at every K-th entry of all go to whoever wrote most of them.

Kept as published, without brakes or costs, to be compared with. The paper leaves ties open: it
stays if the home is among the highest, else the lowest location wins.
"""

from __future__ import annotations

from collections.abc import Sequence


class PaperCounter:
    """Entries since the last K-th, by position in the view."""

    def __init__(self, sites: int) -> None:
        self.counters = [0] * sites

    def count(self, author: int, every: int) -> list[int] | None:
        """Count one entry of `author`.

        Returns:
            The counters at the K-th entry, which starts them all at 0 again; None before it.
        """
        self.counters[author] += 1
        if sum(self.counters) < every:
            return None
        counters = self.counters
        self.counters = [0] * len(counters)
        return counters

    def renumber(self, origin: Sequence[int | None]) -> None:
        """The view changed: `origin[i]` is the old position of the new member i, if it has one."""
        self.counters = [0 if old is None else self.counters[old] for old in origin]


def busiest(counters: Sequence[int], home: int) -> int:
    """Where the paper goes: the highest counter; `home` if it is among the highest."""
    highest = max(counters)
    return home if counters[home] == highest else counters.index(highest)
