"""Moves that the home weighed and did not make: a change of reason is news, not every decision.

Placement decides up to twenty times a second for each author; people see why the stick stays.
"""

from __future__ import annotations

from collections import deque

from app.core import limits
from app.core.ids import SiteId
from app.dispatcher.placement import Decision, Kind, Reason
from app.node.api import LookShown
from app.node.wishes import AGAIN

REFUSED = "REFUSED"
"""The reason of a look where the leader or a controller said no: its words stand beside."""
NEAR_SHARE = 0.5
"""A site that has this share of the price was near enough to be worth a word."""
_BRAKES = frozenset(
    {
        Reason.TARGET_FULL,
        Reason.TARGET_LEAVING,
        Reason.TARGET_POOR,
        Reason.STROKE,
    }
)


class Looks:
    """The last ones, newest last."""

    def __init__(self) -> None:
        self._kept: deque[LookShown] = deque(maxlen=limits.STICK_LOOKS_MAX)
        self._last: tuple[str, str] | None = None

    def weighed(self, decision: Decision, wall_ms: int) -> None:
        """The home's newest decision."""
        site, price = decision.target, decision.price
        if decision.kind is Kind.MOVE:
            self._last = None
        if decision.kind is Kind.MOVE or site is None or not 0 < price < float("inf"):
            return
        share = decision.regret / price
        stopped = decision.reason in _BRAKES and share >= 1
        near = decision.reason is Reason.BELOW_PRICE and share >= NEAR_SHARE
        news = (site, decision.reason.name)
        if (stopped or near) and news != self._last:
            self._last = news
            self._kept.append(LookShown(wall_ms, site, decision.reason.name, share))

    def refused(self, site: SiteId, why: str, wall_ms: int) -> None:
        """A move to `site` was wished and not granted, for longer than just now."""
        last = self._kept[-1] if self._kept else None
        again = last is not None and (last.site, last.why) == (site, why)
        if not why.endswith(AGAIN) and not again:
            self._kept.append(LookShown(wall_ms, site, REFUSED, 1.0, why))

    def shown(self) -> tuple[LookShown, ...]:
        """All that is kept."""
        return tuple(self._kept)
