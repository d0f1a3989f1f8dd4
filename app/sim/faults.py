"""When what breaks: the plan's counts become events on the agenda, spread over the safety phase.

Whom a crash or a cut meets is drawn when it happens: often the leader or the holder of the token,
since that is where the order lives. Nothing here knows how a machine works.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.core.instant import MILLI, Micros
from app.core.rng import Rng
from app.mstreams.records import AT_PREFIX, KEPT_PREFIX, OUT_PREFIX
from app.sim.site import Aim, Point, SimSite, State
from app.sim.world import World

AIMED_AT = (
    "hold",
    "hold",
    "handover",
    "handover",
    "promised",
    "accepted",
    "prim",
    "following",
    "incarnation",
    "length",
    "SaveQueue",
    "DropQueue",
    "SaveLog",
    "SaveView",
)
"""Records whose commit is a step of a move, of a view, of a start or of the order."""

AIMED_AT_STREAMS = (AT_PREFIX, AT_PREFIX, AT_PREFIX, OUT_PREFIX, KEPT_PREFIX)
"""A stream that is let go or taken, or has consumed; a message that was said."""

SPLIT_AT = 4
"""The split begins after this part of the safety phase: a quarter."""
SPLIT_LEAD_MS = 400
"""So long before it somebody asks for the token to go where the smaller side will be."""

DUEL_MS = 60.0
"""So long, about, after one proposer the next one begins."""

SPLIT_LONGER_MS = 4_000
"""So much longer the smaller side's own sites don't hear each other."""


class Faults:
    """Schedules one plan's faults on a world."""

    def __init__(self, world: World, rng: Rng) -> None:
        self._world = world
        plan = world.plan
        self._schedule(rng.fork("crash"), plan.crashes, "crash", self._crash)
        self._schedule(rng.fork("aim"), plan.aimed_crashes, "aim", self._aim)
        self._schedule(rng.fork("sink"), plan.stream_crashes, "aim", self._sink)
        self._schedule(rng.fork("pause"), plan.pauses, "pause", self._pause)
        self._schedule(rng.fork("disk"), plan.disk_failures, "fill disk", self._fill_disk)
        self._schedule(rng.fork("duel"), plan.duels, "duel", self._duel)
        self._schedule(rng.fork("kill"), plan.kills, "kill", self._kill)
        if plan.sites > 1:
            self._schedule(rng.fork("cut"), plan.one_way_cuts, "cut", self._cut)
            self._schedule(rng.fork("partition"), plan.partitions, "partition", self._partition)
            self._schedule(rng.fork("flap"), plan.flaps, "flap", self._flap)
        if plan.split_ms and plan.sites > 2:
            part = rng.fork("split")
            begin = plan.safety_ms // SPLIT_AT * MILLI
            apart = begin + int(part.uniform(0.2, 1.0) * plan.split_ms * MILLI)
            until = Micros(begin + (plan.split_ms + SPLIT_LONGER_MS) * MILLI)
            world.later(begin, "split", self._split)
            world.later(apart, "fall apart", lambda: self._fall_apart(part, until))

    def _schedule(self, rng: Rng, count: int, name: str, act: Callable[[Rng], None]) -> None:
        world = self._world
        for place in range(count):
            part = rng.fork(str(place))

            def happen(part: Rng = part) -> None:
                if not world.calm:
                    act(part)

            world.later(int(part.uniform(0, world.plan.safety_ms) * MILLI), name, happen)

    def _victim(self, rng: Rng) -> SimSite | None:
        """A running site: in half of the cases the holder or the leader."""
        up = [site for site in self._world.sites if site.state is State.UP]
        if not up:
            return None
        facts = self._world.watch.facts
        special = [
            site
            for site in up
            if facts.ledgers[site.index].hold is not None
            or (facts.views and facts.site(facts.views[max(facts.views)].keys[0]) == site.index)
        ]
        return rng.choice(special if special and rng.chance(0.5) else up)

    def _crash(self, rng: Rng) -> None:
        site = self._victim(rng)
        if site is not None:
            self._world.crash(site, self._down(rng))

    def _kill(self, rng: Rng) -> None:
        site = self._victim(rng)
        if site is not None:
            self._world.kill(site)

    def _duel(self, rng: Rng) -> None:
        """Some propose a view for no reason, one soon after the other."""
        up = [site for site in self._world.sites if site.state is State.UP]
        for site in rng.sample(up, rng.between(1, len(up))) if up else []:
            pause = int(rng.exponential(DUEL_MS * MILLI))
            self._world.later(pause, "propose", partial(self._world.provoke, site))

    def _down(self, rng: Rng) -> int:
        return int(rng.exponential(self._world.plan.down_ms * MILLI))

    def _aim(self, rng: Rng) -> None:
        site = self._victim(rng)
        if site is not None:
            site.aim = Aim(rng.choice(AIMED_AT), rng.choice(tuple(Point)))

    def _sink(self, rng: Rng) -> None:
        site = self._victim(rng)
        if site is not None:
            site.aim = Aim(rng.choice(AIMED_AT_STREAMS), rng.choice(tuple(Point)))

    def _pause(self, rng: Rng) -> None:
        site = self._victim(rng)
        if site is not None:
            self._world.pause(site, int(rng.exponential(self._world.plan.pause_ms * MILLI)))

    def _fill_disk(self, rng: Rng) -> None:
        site = self._victim(rng)
        if site is not None:
            site.disk.full = True

    def _until(self, rng: Rng) -> Micros:
        world = self._world
        return Micros(world.now + int(rng.exponential(world.plan.cut_ms * MILLI)))

    def _cut(self, rng: Rng) -> None:
        one, other = rng.sample(range(self._world.plan.sites), 2)
        self._world.network.cut(one, other, self._until(rng))

    def _partition(self, rng: Rng) -> None:
        sites = self._world.plan.sites
        group = rng.sample(range(sites), rng.between(1, sites - 1))
        self._world.network.partition(group, self._until(rng))

    def _split(self) -> None:
        """The last two sites, or the last of three, are cut off from the others."""
        world = self._world
        if not world.calm:
            sites = world.plan.sites
            group = list(range(sites - min(2, sites // 2), sites))
            world.network.partition(group, Micros(world.now + world.plan.split_ms * MILLI))

    def _fall_apart(self, rng: Rng, until: Micros) -> None:
        """The smaller side falls apart, too, and its last site restarts: it has to ask around."""
        world = self._world
        if not world.calm:
            for pair in ((-1, -2), (-2, -1)):
                one, other = [world.sites[place].index for place in pair]
                world.network.cut(one, other, until)
            world.crash(world.sites[-1], self._down(rng))

    def _flap(self, rng: Rng) -> None:
        one, other = rng.sample(range(self._world.plan.sites), 2)
        period = int(rng.uniform(20, 700) * MILLI)
        self._world.network.flap(one, other, period, self._until(rng))
