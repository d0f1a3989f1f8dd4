"""Once in a while per peer: what stops heartbeats from starting the same answer again and again.

Keeps only when something was last done, for a bounded number of peers; forgetting one costs an
answer too many, never order.
"""

from __future__ import annotations

from collections.abc import Hashable

from app.core import limits
from app.core.instant import Micros


class Spacing:
    """Keeps equal things at least `micros` apart."""

    def __init__(self, micros: int) -> None:
        self._micros = micros
        self._at: dict[Hashable, Micros] = {}

    def free(self, what: Hashable, now: Micros) -> bool:
        """Whether `what` may be done now; if so, it counts as done."""
        last = self._at.pop(what, None)
        if last is not None and now - last < self._micros:
            self._at[what] = last
            return False
        self._at[what] = now
        if len(self._at) > limits.SPACINGS_MAX:
            del self._at[next(iter(self._at))]
        return True
