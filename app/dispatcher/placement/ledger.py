"""What the home knows of its members: who talks, who draws, who leaves, what an entry costs where.

Every policy reads it and none writes it. By position in the view, so that an entry costs a few
additions; costs are computed anew every few seconds only.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from enum import Enum

from app.core.errors import LocalError
from app.core.ids import SiteId
from app.core.instant import Micros
from app.dispatcher.placement.costs import Costs, compute_costs
from app.dispatcher.placement.measures import Measures
from app.dispatcher.placement.rates import DecayedRate
from app.dispatcher.placement.tuning import Tuning


class Stroke(Enum):
    """What an ordered entry says about drawing."""

    NONE = "none"
    """It is no part of a stroke."""
    BEGIN = "begin"
    """First entry of a stroke."""
    WITHIN = "within"
    """One in the middle."""
    END = "end"
    """The last one."""


class Ledger:
    """The view's figures, kept at its home."""

    def __init__(
        self, members: Sequence[SiteId], home: SiteId, now: Micros, tuning: Tuning
    ) -> None:
        self.tuning = tuning
        self.measures = Measures()
        self.leaving: tuple[SiteId, ...] = ()
        self.backlog_micros = 0
        """Age of the home's oldest unsent copy."""
        self._set_view(members, home)
        self.reset(now)

    def _set_view(self, members: Sequence[SiteId], home: SiteId) -> None:
        if home not in members:
            message = f"The home {home} is not a member."
            raise LocalError(message)
        self.members = tuple(members)
        self.index = {site: position for position, site in enumerate(members)}
        self.home = self.index[home]
        self.forget_costs()

    def reset(self, now: Micros) -> None:
        """Nobody has talked or drawn, no limit is learned."""
        self.rate = self.new_rate(now)
        """Entries per second of the whole session; for uplinks only."""
        self.talk = [self.new_rate(now) for _ in self.members]
        self.learned: dict[SiteId, tuple[float, Micros]] = {}
        """Packets per second that a home could send, and when that was seen last."""
        self.strokes: dict[int, Micros] = {}
        """Who draws, and when the first entry of the stroke was ordered."""

    def new_rate(self, now: Micros, value: float = 0.0) -> DecayedRate:
        """A counter with the common time constant."""
        return DecayedRate(self.tuning.rate_micros, now, value)

    def set_members(self, members: Sequence[SiteId], home: SiteId, now: Micros) -> list[int | None]:
        """A new view; members keep what is known of them.

        Returns:
            The old position of each member, None for a new one.

        Raises:
            LocalError: the home is not a member.
        """
        old_index = self.index
        self._set_view(members, home)
        origin = [old_index.get(site) for site in members]
        self.talk = [self.new_rate(now) if old is None else self.talk[old] for old in origin]
        self.strokes = {
            position: self.strokes[old]
            for position, old in enumerate(origin)
            if old is not None and old in self.strokes
        }
        self.learned = {site: self.learned[site] for site in members if site in self.learned}
        self.leaving = tuple(site for site in members if site in self.leaving)
        return origin

    def set_leaving(self, sites: Collection[SiteId]) -> None:
        """Who is about to go (all of them, each time)."""
        self.leaving = tuple(site for site in self.members if site in sites)
        self.forget_costs()

    def count(self, now: Micros, position: int, stroke: Stroke) -> None:
        """An entry of the member at `position` has got its index."""
        if stroke is Stroke.END:
            self.strokes.pop(position, None)
        elif stroke is not Stroke.NONE:
            self.strokes.setdefault(position, now)
        self.talk[position].bump(now)
        if self.backlog_micros > self.tuning.backlog_micros:
            self._learn(now)

    def _learn(self, now: Micros) -> None:
        """The home can't send as fast as it orders: its uplink is no more than it tried."""
        copies = len(self.members) - 1
        if copies == 0:
            return
        home = self.members[self.home]
        limit, _ = self.learned.get(home, (math.inf, now))
        self.learned[home] = (min(limit, self.rate.at(now) * copies), now)

    def forget_costs(self) -> None:
        """Compute them anew when they are asked for next."""
        self._costs: Costs | None = None
        self._costs_at = Micros(0)

    def costs(self, now: Micros) -> Costs:
        """The costs, computed anew when they are too old."""
        if self._costs is None or now - self._costs_at >= self.tuning.refresh_micros:
            self.learned = {
                site: (limit, seen)
                for site, (limit, seen) in self.learned.items()
                if now - seen < self.tuning.learned_micros
            }
            self._costs = compute_costs(
                self.members,
                self.measures,
                self.rate.at(now),
                learned={site: limit for site, (limit, _) in self.learned.items()},
                leaving=self.leaving,
                tuning=self.tuning,
            )
            self._costs_at = now
        return self._costs

    def talk_rates(self, now: Micros) -> dict[SiteId, float]:
        """Entries per second of each member."""
        return {site: rate.at(now) for site, rate in zip(self.members, self.talk, strict=True)}

    def weights(self, now: Micros) -> list[float]:
        """Each member's share of the talk, for `mix`; where nobody talks all count alike."""
        rates = [rate.at(now) for rate in self.talk]
        total = math.fsum(rates)
        return [rate / total if total else 1 / len(rates) for rate in rates]

    def mix(self, now: Micros, weights: Sequence[float], site: int) -> float:
        """Mean cost of an entry with the home at `site`, weighed by who talks."""
        table = self.costs(now).table
        return math.fsum(weight * row[site] for weight, row in zip(weights, table, strict=True))
