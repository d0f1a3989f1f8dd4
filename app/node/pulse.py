"""Heartbeats: when they go, what the site's own part holds, and what others measured.

Regular ones every 250 ms and sooner on change, never closer than a small spacing. What comes back
are the members' rows of round-trip times, which only placement reads.
"""

from __future__ import annotations

from app.core import limits
from app.core.ids import Key, SiteId, site_of
from app.core.instant import MILLI, Micros, after
from app.dispatcher.placement import Link as PairLink
from app.dispatcher.placement import Measures
from app.dispatcher.views import View
from app.node.frames import Admission, Measure, SiteBeat
from app.node.wiring import Wiring


class Pulse:
    """The rhythm, and the matrix of measurements."""

    def __init__(self, wiring: Wiring, now: Micros) -> None:
        self._wiring = wiring
        self._number = 0
        self._next = now
        self._last = Micros(now - limits.BEAT_SPACING_MICROS)
        self._heard: dict[Key, int] = {}
        self._rows: dict[Key, tuple[Measure, ...]] = {}
        self._measured: Micros | None = None
        self._row: tuple[Measure, ...] = ()
        self.measured = False

    def want(self, now: Micros) -> None:
        """Something changed: beat soon."""
        self._next = min(self._next, max(now, after(self._last, limits.BEAT_SPACING_MICROS)))

    def due(self, now: Micros) -> bool:
        """Whether to beat now; sets the next time."""
        if now < self._next:
            return False
        self._last = now
        self._next = after(now, limits.HEARTBEAT_MICROS)
        return True

    def deadline(self) -> Micros:
        """When the next heartbeat goes."""
        return self._next

    def part(
        self,
        view: View | None,
        own: Key,
        streams: tuple[tuple[str, int, int], ...],
        admission: Admission | None,
        now: Micros,
    ) -> SiteBeat:
        """The site's part of a heartbeat.

        Measurements go along at most every 2 s, and at once when a pair is measured that was not
        before: an unknown pair counts as far, and the stick would go there for nothing.
        """
        self._number += 1
        row: tuple[Measure, ...] = ()
        fresh = self._measure(view, own)
        if (
            self._measured is None
            or now - self._measured >= limits.MEASURES_EVERY_MICROS
            or [item.location for item in fresh] != [item.location for item in self._row]
        ):
            self._measured = now
            self.measured = True
            self._rows[own] = self._row = row = fresh
        return SiteBeat(self._number, streams, row, admission)

    def _measure(self, view: View | None, own: Key) -> tuple[Measure, ...]:
        row: list[Measure] = []
        for member in view.members if view is not None else ():
            link = self._wiring.link(member.key) if member.key != own else None
            # A newcomer in a branch has no location yet.
            if link is not None and member.location and link.path.min_rtt_micros is not None:
                path = link.path
                row.append(
                    Measure(
                        member.location,
                        path.smoothed_rtt_micros,
                        path.rtt_variance_micros // 2,
                        round(path.loss * 1_000_000),
                    )
                )
        return tuple(row)

    def newer(self, sender: Key, part: SiteBeat) -> bool:
        """Take a peer's part; False for one that was overtaken."""
        if part.number <= self._heard.get(sender, 0):
            return False
        self._heard[sender] = part.number
        if part.measures:
            self._rows[sender] = part.measures
        return True

    def new_life(self, sender: Key) -> None:
        """A peer started again and counts from 1."""
        self._heard.pop(sender, None)

    def matrix(self, view: View, now: Micros) -> Measures:
        """What the members measured of each other, for placement; `measured` says if it is news."""
        self.measured = False
        sites = {member.location: site_of(member.key) for member in view.members}
        links: dict[tuple[SiteId, SiteId], PairLink] = {}
        for member in view.members:
            for item in self._rows.get(member.key, ()):
                if item.location in sites:
                    links[(sites[member.location], sites[item.location])] = PairLink(
                        item.rtt_micros / MILLI,
                        item.jitter_micros / MILLI,
                        item.loss_millionths / 1_000_000,
                    )
        return Measures(links=links, taken=now)

    def forget_all_but(self, keys: tuple[Key, ...]) -> None:
        """Others went: their numbers and rows go."""
        self._heard = {key: number for key, number in self._heard.items() if key in keys}
        self._rows = {key: row for key, row in self._rows.items() if key in keys}
