"""How long the others wait when a machine dies, moves or is cut off, and what is lost by it (nothing).

Sites are processes of their own, 25 ms from each other one way, and everybody talks all the time. A
machine that dies is a process killed at any moment, with what it had not sent; it comes back with
its disk. `*_s` of a crash lasts until the last survivor shows a line that was ordered in a view
without the dead. Written from outside: nothing here reads a rule.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from app.bench.cluster import Cluster
from app.bench.figures import Figures, percentile
from app.bench.messages import (
    Chatter,
    Cut,
    Hush,
    Look,
    Looked,
    Meet,
    Met,
    Move,
    Onward,
    ReadWhole,
    Recount,
    Row,
    Seen,
    Watch,
    Whole,
)
from app.bench.verdict import damage, promises
from app.core import limits
from app.core.errors import KnownError
from app.core.ids import SiteId
from app.core.instant import SECOND
from app.core.rng import Rng

SITES = 5
DELAY_MS = 25.0
CHARACTERS = 40
EVERY_MS = 100.0
SETTLES_SECONDS = 0.1
PAUSE_SECONDS_MAX = 1.5

FULL_CRASHES = 20
QUICK_CRASHES = 1

MOVERS = 3
MOVE_EVERY_MS = 10.0
FULL_MOVES = 60
QUICK_MOVES = 2

FULL_CUT_SECONDS = 60.0
QUICK_CUT_SECONDS = 3.0
AFTER_SECONDS = 1.0
Choice = Callable[[Looked], list[SiteId | None]]

CRASHES: dict[str, Choice] = {
    "dispatcher": lambda looked: [looked.dispatcher],
    "leader": lambda looked: [looked.leader],
    "both": lambda looked: [looked.leader, looked.dispatcher],
}
"""Whose machine dies."""


def run(folder: Path, *, quick: bool) -> Figures:
    """`failover.*`."""
    figures: Figures = {}
    harm: dict[str, int] = {}
    for name, choice in CRASHES.items():
        waits, done = _crashes(
            _made(folder, name), choice, QUICK_CRASHES if quick else FULL_CRASHES
        )
        figures[f"failover.{name}_s_p50"] = percentile(waits, 50)
        figures[f"failover.{name}_s_p95"] = percentile(waits, 95)
        _add(harm, done)
    orders, waits = _moves(_made(folder, "move"), QUICK_MOVES if quick else FULL_MOVES)
    figures["failover.move_gap_ms_p50"] = percentile(orders, 50)
    figures["failover.move_gap_ms_p95"] = percentile(orders, 95)
    figures["failover.move_wait_ms_p95"] = percentile(waits, 95)
    seconds = QUICK_CUT_SECONDS if quick else FULL_CUT_SECONDS
    heals: list[float] = []
    for few in ("order", "others"):
        place = _made(folder, f"cut-{few}")
        healed, done = _cut(place, seconds, [0, 1] if few == "order" else [3, 4])
        heals.append(healed)
        _add(harm, done)
    figures["failover.heal_s"] = max(heals)
    return figures | {f"failover.{name}": count for name, count in harm.items()}


def _made(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    return place


def _add(harm: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        harm[name] = harm.get(name, 0) + count


def _look(cluster: Cluster, place: int) -> Looked:
    cluster.tell(place, Look())
    return cluster.expect(place, Looked)


# --- crashes --------------------------------------------------------------------------------------


def _crashes(folder: Path, choice: Choice, times: int) -> tuple[list[float], dict[str, int]]:
    """Seconds until order goes on, one for each crash, and what was harmed by all of them."""
    rng = Rng(folder.name)
    waits: list[float] = []
    with _five(folder) as cluster:
        starts = [1] * SITES
        _everybody(cluster, Chatter(EVERY_MS, CHARACTERS))
        for _ in range(times):
            looked = _apart(cluster)
            time.sleep(rng.uniform(0.0, PAUSE_SECONDS_MAX))
            dead = [cluster.sites.index(site) for site in choice(looked) if site is not None]
            alive = [place for place in range(SITES) if place not in dead]
            waits.append(_crash(cluster, dead, alive))
            for place in dead:
                starts[place] += 1
                _come_back(cluster, place, starts[place], alive)
        return waits, _harm(cluster)


def _five(folder: Path) -> Cluster:
    return Cluster(folder, SITES, policy="manual", delay_ms=DELAY_MS, witness=True)


def _everybody(cluster: Cluster, order: Chatter | Hush) -> None:
    for place in range(len(cluster.sites)):
        cluster.tell(place, order)


def _apart(cluster: Cluster) -> Looked:
    """Everybody is here, and the leader is not the dispatcher."""
    for place in range(SITES):
        cluster.tell(place, Meet(SITES))
        cluster.expect(place, Met)
    looked = _look(cluster, 0)
    if looked.leader != looked.dispatcher:
        return looked
    target = next(site for site in cluster.sites if site != looked.leader)
    cluster.tell(0, Move(target))
    _moved_to(cluster, target)
    return _look(cluster, 0)


def _crash(cluster: Cluster, dead: Sequence[int], alive: Sequence[int]) -> float:
    for place in alive:
        cluster.tell(place, Watch())
    for place in alive:
        _look(cluster, place)
    begun = time.monotonic()
    for place in dead:
        cluster.kill(place)
    seen = [cluster.expect(place, Onward) for place in alive]
    if min(each.at for each in seen) < begun:
        raise KnownError("A view changed before the crash; measure again.")
    return max(each.at for each in seen) - begun


def _come_back(cluster: Cluster, place: int, start: int, alive: Sequence[int]) -> None:
    """A site is back once the others see what it says."""
    cluster.restart(place)
    for other in alive:
        cluster.tell(other, Watch(cluster.sites[place], start))
    cluster.tell(place, Chatter(EVERY_MS, CHARACTERS))
    for other in alive:
        cluster.expect(other, Onward)


def _until(cluster: Cluster, holds: Callable[[list[Looked]], bool], what: str) -> list[Looked]:
    """How all sites see the session, once that is as wanted."""
    deadline = time.monotonic() + limits.BENCH_PATIENCE_MICROS / SECOND
    while time.monotonic() < deadline:
        seen = [_look(cluster, place) for place in range(len(cluster.sites))]
        if holds(seen):
            return seen
        time.sleep(SETTLES_SECONDS)
    raise KnownError(f"The measured sites did not come to {what}: {seen}")


def _moved_to(cluster: Cluster, target: SiteId) -> list[Looked]:
    """How all sites see the session once they see the dispatcher there."""
    return _until(cluster, lambda seen: all(each.dispatcher == target for each in seen), "a move")


def _at_rest(seen: list[Looked]) -> bool:
    ends = dict.fromkeys([(each.length, each.chain) for each in seen])
    return len(ends) == 1 and all(each.queue == 0 and each.settled == each.length for each in seen)


def _harm(cluster: Cluster) -> dict[str, int]:
    """End the talk, wait until all logs are settled, and compare them with what was promised."""
    _everybody(cluster, Hush())
    time.sleep(2 * EVERY_MS / 1_000)
    _until(cluster, _at_rest, "one settled log")
    logs: list[Whole] = []
    for place in range(len(cluster.sites)):
        cluster.tell(place, ReadWhole())
        logs.append(cluster.expect(place, Whole))
    return damage(logs, promises(cluster.folders))


# --- moves ----------------------------------------------------------------------------------------


def _moves(folder: Path, times: int) -> tuple[list[float], list[float]]:
    """For each move: ms in which nobody orders; the longest pause between two lines at any site."""
    with Cluster(folder, MOVERS, policy="manual", delay_ms=DELAY_MS, witness=True) as cluster:
        for place in range(2):
            cluster.tell(place, Chatter(MOVE_EVERY_MS, CHARACTERS))
        homes = [_look(cluster, 0).epoch]
        for number in range(times):
            home = number % 2
            target = cluster.sites[1 - home]
            cluster.tell(home, Move(target))
            looked = _moved_to(cluster, target)
            homes.append(looked[0].epoch)
            time.sleep(SETTLES_SECONDS)
        _everybody(cluster, Hush())
        _until(cluster, _at_rest, "one settled log")
        seen: list[tuple[Row, ...]] = []
        for place in range(MOVERS):
            cluster.tell(place, Recount())
            seen.append(cluster.expect(place, Seen).rows)
    orders: list[float] = []
    waits: list[float] = []
    for number, (old, new) in enumerate(pairwise(homes)):
        ends = [_last(rows, old) for rows in seen]
        begins = [_first(rows, new) for rows in seen]
        home = number % 2
        orders.append((begins[1 - home] - ends[home]) * 1_000)
        waits.append(max(b - e for b, e in zip(begins, ends, strict=True)) * 1_000)
    return orders, waits


def _last(rows: Sequence[Row], epoch: str) -> float:
    return max(row.at for row in rows if row.epoch == epoch)


def _first(rows: Sequence[Row], epoch: str) -> float:
    return min(row.at for row in rows if row.epoch == epoch)


# --- a cut ----------------------------------------------------------------------------------------


def _cut(folder: Path, seconds: float, few: Sequence[int]) -> tuple[float, dict[str, int]]:
    """Seconds from the end of the cut until the last site shows the last line said before it."""
    with _five(folder) as cluster:
        _everybody(cluster, Chatter(EVERY_MS, CHARACTERS))
        time.sleep(AFTER_SECONDS)
        for place in range(SITES):
            beyond = [
                cluster.ports[other] for other in range(SITES) if (other in few) != (place in few)
            ]
            cluster.tell(place, Cut(tuple(beyond)))
        time.sleep(seconds)
        for place in range(SITES):
            cluster.tell(place, Cut())
        healed = time.monotonic()
        time.sleep(AFTER_SECONDS)
        harm = _harm(cluster)
        said = promises(cluster.folders).taken
        before = {entry for entry, at in said.items() if at <= healed}
        ends: list[float] = []
        for place in range(SITES):
            cluster.tell(place, Recount())
            rows = cluster.expect(place, Seen).rows
            ends.append(max(row.at for row in rows if row.entry in before))
    return max(ends) - healed, harm
