"""How much each person talks: actions of the last minute, as they were ordered.

Counts what the log shows, alike for everybody; nothing is estimated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.node.api import EntryShown

WINDOW_MICROS = 60 * SECOND
ACTIONS_MAX = 600
"""Actions kept of one person: ten a second fill every bar long before."""
TALK = frozenset({"chat", "board"})
"""Kinds of entries that count as talk."""


class TalkRates:
    """Actions a minute, for each site."""

    def __init__(self) -> None:
        self._moments: dict[SiteId, deque[Micros]] = {}

    def ordered(self, entries: Iterable[EntryShown], now: Micros) -> None:
        """Count what was ordered just now."""
        for shown in entries:
            entry = shown.placed.entry
            if entry.kind in TALK:
                moments = self._moments.setdefault(entry.id.site, deque(maxlen=ACTIONS_MAX))
                moments.append(now)

    def a_minute(self, site: SiteId, now: Micros) -> int:
        """Actions of the last minute."""
        moments = self._moments.get(site)
        if moments is None:
            return 0
        while moments and now - moments[0] > WINDOW_MICROS:
            moments.popleft()
        return len(moments)
