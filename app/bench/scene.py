"""Who says what when over which network: what a run of simulated sites is given. Pure values.

A scene is drawn once and played under every policy, so that policies meet the same words and the
same delays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.core.rng import Rng

Words = Literal["chat", "begin", "end"]
"""A line, or pen down and pen up; what is drawn between the two is said as lines."""

PAPER_LOSS = 0.05
PAPER_SITES = 3
TALKER_EVERY_MS = 100.0
LURKER_EVERY_MS = 400.0
PAPER_SPREAD = 0.1
"""Pauses and turns are uniform within this part of their mean."""
JITTER_SHARE = 0.05
JITTER_LEAST_MS = 0.5


@dataclass(frozen=True, slots=True)
class Saying:
    """One entry: when, whose, whether it is the author's turn to talk."""

    at_ms: float
    author: int
    talks: bool
    words: Words = "chat"


@dataclass(frozen=True, slots=True)
class Way:
    """One direction between two sites; jitter is exponential with the given mean."""

    one_way_ms: float
    loss: float
    jitter_ms: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Site 0 founds the session and is home at first. `uplinks` are in packets a second."""

    sites: int
    ways: dict[tuple[int, int], Way]
    sayings: tuple[Saying, ...]
    uplinks: dict[int, float] = field(default_factory=dict)


def way(one_way_ms: float, loss: float) -> Way:
    """A way with the usual jitter."""
    return Way(one_way_ms, loss, JITTER_SHARE * one_way_ms + JITTER_LEAST_MS)


def equal_ways(sites: int, one_way_ms: float, loss: float) -> dict[tuple[int, int], Way]:
    """The same between all sites."""
    pairs = [(one, other) for one in range(sites) for other in range(sites) if one != other]
    return {pair: way(one_way_ms, loss) for pair in pairs}


def say(
    rng: Rng,
    author: int,
    span_ms: tuple[float, float],
    every_ms: float,
    *,
    spread: float,
    talks: bool,
) -> list[Saying]:
    """One author's lines from the first to before the second instant, about `every_ms` apart."""
    sayings: list[Saying] = []
    begin, end = span_ms
    at = begin + rng.uniform(0, every_ms)
    while at < end:
        sayings.append(Saying(at, author, talks))
        at += every_ms * rng.uniform(1 - spread, 1 + spread)
    return sayings


def paper_chat(one_way_ms: float, turn_s: float, total_s: float, rng: Rng) -> Scene:
    """Figure 7 of the paper: three people, one talks and two say little, in turns.

    Turns are not all of one length: 20 s hold 300 entries, and a policy that counts to 50 would meet
    each change of talkers at the same point of its count.
    """
    sayings: list[Saying] = []
    begin = 0.0
    number = 0
    while begin < total_s * 1_000:
        length = turn_s * 1_000 * rng.uniform(1 - PAPER_SPREAD, 1 + PAPER_SPREAD)
        end = min(begin + length, total_s * 1_000)
        for author in range(PAPER_SITES):
            talks = author == number % PAPER_SITES
            every = TALKER_EVERY_MS if talks else LURKER_EVERY_MS
            part = rng.fork(f"{number} {author}")
            sayings += say(part, author, (begin, end), every, spread=PAPER_SPREAD, talks=talks)
        begin, number = end, number + 1
    ways = equal_ways(PAPER_SITES, one_way_ms, PAPER_LOSS)
    return Scene(PAPER_SITES, ways, in_order(sayings))


def in_order(sayings: list[Saying]) -> tuple[Saying, ...]:
    """By time; whoever comes at once by location."""
    return tuple(sorted(sayings, key=lambda saying: (saying.at_ms, saying.author)))
