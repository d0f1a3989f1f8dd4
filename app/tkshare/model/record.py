"""All that passed in a share so far, in order: what a copy that comes later is told first.

Kept in memory while the share lives, bounded by the events a share may have. The log has it too,
but what passes follows from all entries before: reading it again would mean reducing it again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from app.tkshare.model.steps import Step, event_count


def steps_left(indexes: Sequence[int], index: int) -> int:
    """How many steps stay when the log is cut to `index`: those of entries up to it."""
    return bisect_right(indexes, index)


class Record:
    """Steps of one share, with the index of the entry that each came by."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._indexes: list[int] = []
        self.events = 0

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def last_index(self) -> int:
        """The index of the last step, 0 before the first."""
        return self._indexes[-1] if self._indexes else 0

    def add(self, index: int, steps: tuple[Step, ...]) -> None:
        """What entry `index` led to."""
        self._steps += steps
        self._indexes += [index] * len(steps)
        self.events += sum(map(event_count, steps))

    def cut(self, index: int) -> int:
        """Forget what came by entries above `index`; how many steps are left."""
        left = steps_left(self._indexes, index)
        self.events -= sum(map(event_count, self._steps[left:]))
        del self._steps[left:]
        del self._indexes[left:]
        return left

    def steps(self) -> list[tuple[int, Step]]:
        """All of them, each with the index of its entry."""
        return list(zip(self._indexes, self._steps, strict=True))

    def step(self, place: int) -> Step:
        """The step at `place`, counted from 0."""
        return self._steps[place]
