"""Small worlds to search: 2 and 3 sites, a few entries, a few ballots, moves and branches.

Each is small enough to be searched whole or to a stated limit, and together they hold the shortest
counterexamples of ORDER.md 5.9.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.sim.search.state import Numbers, Site, Tables, key_of, primary
from app.sim.search.steps import Bounds


@dataclass(frozen=True, slots=True)
class Scenario:
    """Sites in view 1, the first of them with its token, and what may happen."""

    name: str
    sites: int
    bounds: Bounds

    def start(self, tables: Tables) -> Numbers:
        """The first state."""
        keys = [key_of(place) for place in range(self.sites)]
        view = primary(1, keys, keys[0], ())
        sites = [Site(1, (), (view,), hold=0 if key == keys[0] else None) for key in keys]
        return tuple([tables.site(site) for site in sites]), ()


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("move2", 2, Bounds((1, 1), ballots=0, moves=2)),
        Scenario("move3", 3, Bounds((1, 1, 0), ballots=0, moves=2)),
        Scenario("fifo3", 3, Bounds((1, 2, 0), ballots=0, moves=1)),
        Scenario("ballot2", 2, Bounds((1, 1), ballots=2, views=2)),
        Scenario("ballot3", 3, Bounds((1, 0, 0), ballots=1, views=1)),
        Scenario("duel3", 3, Bounds((1, 0, 0), ballots=2, views=1)),
        Scenario("views3", 3, Bounds((1, 0, 0), ballots=2, views=2)),
        Scenario("token3", 3, Bounds((0, 0, 0), ballots=1, views=1, moves=1)),
        Scenario("branch2", 2, Bounds((1, 1), ballots=1, views=1, branches=2)),
        Scenario("branch3", 3, Bounds((1, 0, 1), ballots=0, branches=2)),
        Scenario("merge3", 3, Bounds((1, 0, 0), ballots=1, views=1, branches=1)),
        Scenario("leave2", 2, Bounds((0, 1), ballots=1, views=1, leaver=1)),
        Scenario("leave3", 3, Bounds((1, 0, 1), ballots=1, views=1, leaver=2)),
    )
}
