"""How long lines have to wait for their place, by what the members measured of each other.

For people only, at every site with a window alike: placement has accounts of its own at the home.
What nobody measured is None here, where placement takes it for far.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from app.core import limits
from app.core.ids import SiteId
from app.dispatcher.placement import Costs, Measures, compute_costs

Samples = tuple[tuple[int, float], ...]
"""(wall-clock ms, wait in ms), oldest first."""


class Waits:
    """Waits of everybody for every home, and rings of what they were with the home of the time."""

    def __init__(self) -> None:
        self._members: tuple[SiteId, ...] = ()
        self._place: dict[SiteId, int] = {}
        self._measures = Measures()
        self._costs: Costs | None = None
        self._expected: dict[SiteId, deque[tuple[int, float]]] = {}
        self._everyone: deque[tuple[int, float]] = deque(maxlen=limits.STICK_EXPECTED_MAX)

    def measured(
        self, members: Sequence[SiteId], measures: Measures, rates: Mapping[SiteId, float]
    ) -> None:
        """New figures of the members; `rates` is entries per second of each."""
        self._members = tuple(members)
        self._place = {site: place for place, site in enumerate(self._members)}
        self._measures = measures
        self._costs = compute_costs(self._members, measures, sum(rates.values()))

    def note(self, home: SiteId, rates: Mapping[SiteId, float], wall_ms: int) -> None:
        """Keep how things are with the stick at `home`."""
        for site in [site for site in self._expected if site not in self._place]:
            del self._expected[site]
        for site in self._members:
            wait = self.own(site, home)
            if wait is not None:
                ring = self._expected.setdefault(site, deque(maxlen=limits.STICK_EXPECTED_MAX))
                ring.append((wall_ms, wait))
        mean = self.mix(home, rates)
        if mean is not None:
            self._everyone.append((wall_ms, mean))

    def own(self, site: SiteId, home: SiteId) -> float | None:
        """Ms from saying a line at `site` to seeing it in its place, with the stick at `home`."""
        places = self._place
        if self._costs is None or site not in places or home not in places:
            return None
        links = self._measures.links
        if site != home and (site, home) not in links and (home, site) not in links:
            return None
        return self._costs.own[places[site]][places[home]]

    def mix(self, home: SiteId, rates: Mapping[SiteId, float]) -> float | None:
        """The mean of `own` over who talks; over everybody alike where nobody does."""
        weights = {site: rates.get(site, 0.0) for site in self._members}
        total = sum(weights.values())
        if total <= 0:
            weights, total = dict.fromkeys(self._members, 1.0), float(len(self._members))
        mean = 0.0
        for site, weight in weights.items():
            if weight > 0:
                wait = self.own(site, home)
                if wait is None:
                    return None
                mean += weight / total * wait
        return mean if self._members else None

    def each(self, source: SiteId, target: SiteId) -> tuple[tuple[SiteId, float, float], ...]:
        """(site, wait before, wait after) of a move, of those who are known both ways."""
        found = []
        for site in self._members:
            before, after = self.own(site, source), self.own(site, target)
            if before is not None and after is not None:
                found.append((site, before, after))
        return tuple(found)

    def expected(self) -> tuple[tuple[SiteId, Samples], ...]:
        """What was kept, by site."""
        return tuple([(site, tuple(ring)) for site, ring in self._expected.items()])

    def everyone(self) -> Samples:
        """What was kept of the mean."""
        return tuple(self._everyone)
