"""Eleven sessions of people at measured distances, for comparing policies; see `grids.py`.

Drawn from measured round trips (`data/README.md`) by one seed. Three more scenarios are rows of
figure 7. They follow the sessions that the constants of `adaptive` were chosen for, shortened and
with at most eight sites, since here whole sites play them.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

from app.bench.scene import JITTER_LEAST_MS, JITTER_SHARE, Saying, Scene, Way, in_order, say
from app.core.rng import Rng

DATA = Path(__file__).resolve().parent / "data"
TOTAL_MS = 100_000.0
LOSS = 0.01
TALKER_EVERY_MS = 100.0
SPREAD = 0.5
SITES_MOST = 8
LURKERS_PER_S = 5.0
STROKE_MS = 2_000.0
STROKE_EVERY_MS = 1_000.0 / 60

Rtts = list[list[float]]
Ways = dict[tuple[int, int], Way]
Turn = tuple[float, float, int]
"""(begin, end, who talks), in ms."""


def sites_of(name: str, rng: Rng, count: int, fits: Callable[[Rtts], bool] = bool) -> Rtts:
    """Round trips in ms between `count` sites of a data set, drawn until they fit."""
    with (DATA / f"{name}-rtt-ms.csv").open(newline="", encoding="ascii") as file:
        rows = [[float(cell) for cell in row] for row in csv.reader(file)]
    while True:
        chosen = rng.sample(range(len(rows)), count)
        found = [[rows[one][other] for other in chosen] for one in chosen]
        pairs = [(one, other) for one in range(count) for other in range(count) if one != other]
        if all(found[one][other] > 0 for one, other in pairs) and fits(found):
            return found


def ways_of(rtts: Rtts, loss: float = LOSS) -> Ways:
    """Equal loss, the usual jitter."""
    found: Ways = {}
    for one, row in enumerate(rtts):
        for other, rtt in enumerate(row):
            if one != other:
                jitter = JITTER_SHARE * rtt / 2 + JITTER_LEAST_MS
                found[one, other] = Way(rtt / 2, loss, jitter)
    return found


def farthest(rtts: Rtts) -> tuple[int, int]:
    """The pair with the longest way."""
    pairs = [(one, other) for one in range(len(rtts)) for other in range(one)]
    return max(pairs, key=lambda pair: rtts[pair[0]][pair[1]])


def turns_of(rng: Rng, low_s: float, high_s: float, who: Callable[[int], int]) -> list[Turn]:
    """One after the other; `who` names the talker of turn n."""
    turns: list[Turn] = []
    at = 0.0
    while at < TOTAL_MS:
        end = min(TOTAL_MS, at + rng.uniform(low_s, high_s) * 1_000)
        turns.append((at, end, who(len(turns))))
        at = end
    return turns


def speech(rng: Rng, sites: int, turns: list[Turn], lurkers_per_s: float) -> list[Saying]:
    """Whose turn it is talks, the others say `lurkers_per_s` entries a second together."""
    sayings: list[Saying] = []
    for number, (begin, end, talker) in enumerate(turns):
        for author in range(sites):
            talks = author == talker
            every = TALKER_EVERY_MS if talks else (sites - 1) * 1_000 / lurkers_per_s
            part = rng.fork(f"{number} {author}")
            sayings += say(part, author, (begin, end), every, spread=SPREAD, talks=talks)
    return sayings


def monologues(
    rng: Rng, data: str, turns_s: tuple[float, float], *, each_per_s: float = 0.0
) -> Scene:
    """A new random talker every so often (b and its kin)."""
    sites = rng.between(3, SITES_MOST)
    rtts = sites_of(data, rng, sites)
    turns = turns_of(rng, *turns_s, lambda _: rng.below(sites))
    lurkers = each_per_s * (sites - 1) if each_per_s else LURKERS_PER_S
    return Scene(sites, ways_of(rtts), in_order(speech(rng, sites, turns, lurkers)))


def both_at_once(rng: Rng) -> Scene:
    """c: the two farthest of six talk at the same time."""
    rtts = sites_of("planetlab", rng, 6, lambda found: _longest(found) >= 200)
    sayings: list[Saying] = []
    for author in range(6):
        talks = author in farthest(rtts)
        every = TALKER_EVERY_MS if talks else 4 * 1_000 / LURKERS_PER_S
        span = (0.0, TOTAL_MS)
        sayings += say(rng.fork(str(author)), author, span, every, spread=SPREAD, talks=talks)
    return Scene(6, ways_of(rtts), in_order(sayings))


def dialogue(rng: Rng, low_s: float, high_s: float) -> Scene:
    """d: two of six, far from each other, answer each other."""
    rtts = sites_of("planetlab", rng, 6, lambda found: _longest(found) >= 150)
    pair = farthest(rtts)
    turns = turns_of(rng, low_s, high_s, lambda number: pair[number % 2])
    return Scene(6, ways_of(rtts), in_order(speech(rng, 6, turns, LURKERS_PER_S)))


def bad_link(rng: Rng) -> Scene:
    """e: every other turn is somebody's who loses a fifth of all packets."""
    rtts = sites_of("planetlab", rng, 6)
    bad = rng.below(6)
    ways = ways_of(rtts)
    for pair, way in ways.items():
        if bad in pair:
            ways[pair] = Way(way.one_way_ms, 0.2, 40.0)
    turns = turns_of(rng, 15, 40, lambda number: bad if number % 2 else rng.below(6))
    return Scene(6, ways, in_order(speech(rng, 6, turns, LURKERS_PER_S)))


def slow_uplink(rng: Rng) -> Scene:
    """f120: every other turn is somebody's whose uplink takes 120 packets a second."""
    rtts = sites_of("planetlab", rng, 8)
    slow = rng.below(8)
    uplinks = {site: 120.0 if site == slow else 2_000.0 for site in range(8)}
    turns = turns_of(rng, 15, 40, lambda number: slow if number % 2 else rng.below(8))
    sayings = in_order(speech(rng, 8, turns, LURKERS_PER_S))
    return Scene(8, ways_of(rtts), sayings, uplinks)


def strokes(rng: Rng, author: int, begin: float, end: float) -> list[Saying]:
    """Strokes with pauses between them."""
    sayings: list[Saying] = []
    at = begin + rng.uniform(0, 1_000)
    while at + STROKE_MS < end:
        sayings.append(Saying(at, author, talks=True, words="begin"))
        points = int(STROKE_MS / STROKE_EVERY_MS)
        sayings += [
            Saying(at + number * STROKE_EVERY_MS, author, talks=True) for number in range(1, points)
        ]
        sayings.append(Saying(at + STROKE_MS, author, talks=True, words="end"))
        at += STROKE_MS + rng.uniform(1_000, 4_000)
    return sayings


def drawing(rng: Rng) -> Scene:
    """g: phases in which one draws, or all only chat."""
    rtts = sites_of("planetlab", rng, 6)
    sayings: list[Saying] = []
    for number, (begin, end, artist) in enumerate(turns_of(rng, 15, 40, lambda _: rng.below(6))):
        draws = number % 3 != 2
        if draws:
            sayings += strokes(rng, artist, begin, end)
        for author in range(6):
            if author != artist or not draws:
                part = rng.fork(f"{number} {author}")
                every = 6_000 / LURKERS_PER_S
                sayings += say(part, author, (begin, end), every, spread=SPREAD, talks=not draws)
    return Scene(6, ways_of(rtts), in_order(sayings))


def mixture(rng: Rng) -> Scene:
    """x: phases of every kind, either data set, other rates."""
    sites = rng.between(3, SITES_MOST)
    rtts = sites_of(rng.choice(("planetlab", "seattle")), rng, sites)
    sayings: list[Saying] = []
    for number, (begin, end, first) in enumerate(turns_of(rng, 10, 30, lambda _: rng.below(sites))):
        part = rng.fork(str(number))
        kind = rng.choice(("monologue", "dialogue", "together", "drawing", "chat"))
        rate = rng.uniform(3, 20)
        if kind == "drawing":
            sayings += strokes(part, first, begin, end)
            continue
        others = rng.sample([site for site in range(sites) if site != first], min(2, sites - 1))
        talkers = {"monologue": [first], "chat": list(range(sites))}.get(kind, [first, *others])
        at = begin
        while (at := at + part.exponential(1_000 / rate)) < end:
            author = talkers[int(at // 4_000) % 2] if kind == "dialogue" else part.choice(talkers)
            sayings.append(Saying(at, author, talks=True))
    return Scene(sites, ways_of(rtts, rng.uniform(0, 0.04)), in_order(sayings))


def _longest(rtts: Rtts) -> float:
    return max(max(row) for row in rtts)


SCENARIOS: dict[str, Callable[[Rng], Scene]] = {
    "b": lambda rng: monologues(rng, "planetlab", (5, 60)),
    "b-each": lambda rng: monologues(rng, "planetlab", (5, 60), each_per_s=2.5),
    "b-sea": lambda rng: monologues(rng, "seattle", (5, 60)),
    "b-short": lambda rng: monologues(rng, "planetlab", (3, 8)),
    "c": both_at_once,
    "d": lambda rng: dialogue(rng, 1, 3),
    "d-slow": lambda rng: dialogue(rng, 4, 8),
    "e": bad_link,
    "f120": slow_uplink,
    "g": drawing,
    "x": mixture,
}
FROM_CHAT = ("d10.turn20", "d50.turn20", "d150.turn20")
"""Rows of figure 7 that are scenarios, too."""


def geometric_mean(values: list[float]) -> float:
    """Of positive values."""
    return math.exp(sum(math.log(value) for value in values) / len(values))
