"""Whether anything was lost or doubled, counted from the numbers that authors give their entries.

The order lets neither happen; people are shown that it was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.ids import EntryId, SiteId


@dataclass(frozen=True, slots=True)
class Faults:
    """Entries whose number was left out, and entries whose number came again."""

    lost: int = 0
    doubled: int = 0


class Numbering:
    """The last number of each author's newest incarnation."""

    def __init__(self) -> None:
        self._last: dict[SiteId, tuple[int, int]] = {}

    def take(self, entry_id: EntryId) -> Faults:
        """The next entry of the log."""
        last = self._last.get(entry_id.site)
        if last is None and len(self._last) >= limits.AUTHORS_MAX:
            return Faults()
        incarnation, number = entry_id.incarnation, entry_id.number
        if last is None or incarnation > last[0]:
            self._last[entry_id.site] = (incarnation, number)
            return Faults()
        if incarnation < last[0]:
            return Faults()
        self._last[entry_id.site] = (incarnation, max(number, last[1]))
        if number <= last[1]:
            return Faults(doubled=1)
        return Faults(lost=number - last[1] - 1)

    def reset(self) -> None:
        """The log was cut: the next entries begin anew."""
        self._last.clear()
