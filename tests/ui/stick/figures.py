"""Figures of a stick panel: nothing yet, a session like the design's picture, a long one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from app.core.codec import encode
from app.core.ids import EntryId, Key, SiteId
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.epochs import Epoch
from app.node.api import (
    EntryShown,
    LookShown,
    MoveShown,
    PersonShown,
    StickPanel,
    StickRow,
)
from tests.ui.worlds import NAMES, SELF, SITES, WALL_MS, people

MINUTE_MS = 60_000
ADA, BRAM, CHIDI, DILARA, EMI = SITES
TRIPS = {
    (ADA, BRAM): 64.0,
    (ADA, CHIDI): 33.0,
    (ADA, DILARA): 38.0,
    (ADA, EMI): 46.0,
    (BRAM, CHIDI): 38.0,
    (BRAM, DILARA): 52.0,
    (BRAM, EMI): 71.0,
    (CHIDI, DILARA): 50.0,
    (CHIDI, EMI): 66.0,
    (DILARA, EMI): 20.0,
}
LINES = {ADA: 142.0, BRAM: 18.0, CHIDI: 24.0, DILARA: 12.0, EMI: 4.0}
HERE = {ADA: 14.0, BRAM: 55.0, CHIDI: 31.0, DILARA: 38.0, EMI: 48.0}


def trip(one: SiteId, two: SiteId) -> float:
    return 0.0 if one == two else TRIPS.get((one, two)) or TRIPS[two, one]


def row(place: int, **more: Any) -> StickRow:
    site = SITES[place]
    values: dict[str, Any] = {
        "site": site,
        "name": NAMES[place][0],
        "cost_ms": 0.0,
        "gain_ms": 0.0,
        "gain_percent": 0.0,
        "regret": 0.0,
        "full": False,
        "poor": False,
        "leaving": False,
        "stroke_open": False,
        "talk_rate": LINES[site] / 60,
        "lines_a_minute": LINES[site],
        "wait_ms": trip(site, ADA),
        "here_ms": HERE[site],
    }
    return StickRow(**{**values, **more})


def move(minutes_ago: float, source: SiteId, target: SiteId, **more: Any) -> MoveShown:
    values: dict[str, Any] = {
        "at_ms": WALL_MS - round(minutes_ago * MINUTE_MS),
        "source": source,
        "target": target,
        "epoch": "7.2",
        "reason": "REGRET",
        "gain_ms": 41.0,
        "gap_ms": 71.0,
        "waited": 14,
        "policy": "adaptive",
        "share": 0.71,
        "before_ms": 55.0,
        "after_ms": 14.0,
        "people": tuple(
            [(site, max(trip(site, source), 1.0), max(trip(site, target), 1.0)) for site in SITES]
        ),
    }
    return MoveShown(**{**values, **more})


def waves(base: float, minutes: float, phase: float, step_ms: int = 2_000):
    """Points that breathe as measured figures do, the same at each run."""
    count = int(minutes * MINUTE_MS / step_ms)
    return tuple(
        [
            (
                WALL_MS - (count - number) * step_ms,
                base * (1 + 0.03 * math.sin(number * 0.9 + phase) + 0.02 * math.sin(number * 2.3)),
            )
            for number in range(count + 1)
        ]
    )


def two_waves(before: float, after: float, moved_minutes_ago: float, phase: float):
    moved = WALL_MS - round(moved_minutes_ago * MINUTE_MS)
    old = [point for point in waves(before, 9, phase) if point[0] < moved]
    return tuple(old + [point for point in waves(after, 9, phase) if point[0] >= moved])


def empty() -> StickPanel:
    """A session that was opened just now: one computer, nothing said, nothing measured."""
    own = replace(row(SELF), lines_a_minute=0.0, talk_rate=0.0, wait_ms=0.0, here_ms=0.0)
    return StickPanel(
        policy="adaptive",
        pin=None,
        home=BRAM,
        epoch="1.1",
        rows=(own,),
        price=500.0,
        heat=0.0,
        tokens=4.0,
        dwell_left_ms=0.0,
        oldest_stroke_ms=None,
        measures_age_ms=None,
        moves=(),
        rtt=(),
        waits=(),
        tokens_max=4,
        disks=((BRAM, 6),),
    )


def only_self() -> tuple[PersonShown, ...]:
    return (replace(people(holder=SELF)[SELF], location=1),)


def typical() -> StickPanel:
    """The design's picture: Ada has had the stick for two minutes."""
    moves = (
        move(25, CHIDI, DILARA, epoch="5.1", before_ms=49.0, after_ms=27.0),
        move(17.5, DILARA, BRAM, epoch="6.1", reason="RECOVERY", gap_ms=1_400.0, waited=3,
             before_ms=None, after_ms=None, people=(), share=0.1),
        move(4, BRAM, ADA, epoch="6.2"),
    )  # fmt: skip
    phases = {site: place * 1.7 for place, site in enumerate(SITES)}
    expected = tuple(
        [
            (site, two_waves(max(trip(site, BRAM), 1), max(trip(site, ADA), 1), 4, phases[site]))
            for site in SITES
        ]
    )
    own = two_waves(1.0, 64.0, 4, 0.4)[::3]
    return StickPanel(
        policy="adaptive",
        pin=None,
        home=ADA,
        epoch="6.2",
        rows=tuple([row(place, regret=(0, 0.34, 0.1, 0, 0)[place]) for place in range(5)]),
        price=720.0,
        heat=0.53,
        tokens=3.4,
        dwell_left_ms=0.0,
        oldest_stroke_ms=1_900.0,
        measures_age_ms=740.0,
        moves=moves,
        rtt=tuple([(one, two, value) for (one, two), value in TRIPS.items()]),
        waits=((BRAM, own),),
        expected=expected,
        everyone=two_waves(55.0, 14.0, 4, 2.0),
        looks=(
            LookShown(WALL_MS - 12 * MINUTE_MS, EMI, "BELOW_PRICE", 0.62),
            LookShown(WALL_MS - 7 * MINUTE_MS, ADA, "STROKE", 1.4),
        ),
        tokens_max=4,
        token_ms=2_000.0,
        heat_halves_ms=84_000.0,
        profit=2_410.0,
        must=1_500.0,
        since_ms=WALL_MS - 32 * MINUTE_MS,
        disks=((ADA, 10_482), (BRAM, 10_482), (CHIDI, 10_480), (DILARA, 10_479), (EMI, 10_478)),
    )


def long() -> StickPanel:
    """Hours of it: as many moves and points as are ever kept, seen from where the stick is not."""
    order = (ADA, BRAM, CHIDI, DILARA, EMI)
    moves = tuple(
        [
            move(
                (200 - number) * 1.5,
                order[number % 5],
                order[(number + 1) % 5],
                epoch=f"{7 + number // 40}.{number % 40 + 1}",
                gap_ms=0.0,
                waited=0,
            )
            for number in range(200)
        ]
    )
    base = typical()
    waits = tuple([(at, wait) for at, wait in waves(64, 10, 0.4, 1_000)])
    return replace(
        base,
        policy="paper:20",
        pin=ADA,
        price=0.0,
        heat=0.0,
        tokens=0.0,
        tokens_max=0,
        oldest_stroke_ms=None,
        rows=tuple([replace(each, regret=0.0) for each in base.rows]),
        moves=moves,
        waits=((BRAM, waits[-600:]),),
        expected=tuple(
            [(site, waves(max(trip(site, ADA), 1), 10, place)) for place, site in enumerate(SITES)]
        ),
        everyone=waves(14, 10, 2.0),
        looks=(),
    )


SAID = (
    (0, "chat", "Is the 14:20 in the timetable?"),
    (3, "chat", "bookings-2025.csv has it"),
    (0, "chat", "@Bram can you move the note?"),
    (1, "chat", "Done. Does anybody miss the login?"),
    (0, "chat", "No"),
    (1, "chat", "I'll join the planner, the 10:35 and the 11:05 share a berth."),
    (0, "chat", "Give me a minute"),
)


class Said(Entry):
    """An entry whose site is one of the five, whatever its key."""

    __slots__ = ()

    @property
    def site(self) -> SiteId:
        return SITES[self.author[0] - 1]

    @property
    def id(self) -> EntryId:
        return EntryId(self.site, self.incarnation, self.number)


def log_entry(
    index: int, settled: int = 10_479, kind: str = "", body: bytes | None = None
) -> EntryShown:
    place, usual, text = SAID[index % len(SAID)]
    author = Key(bytes([place + 1]) * 32)
    entry = Said(
        author,
        1,
        index,
        bytes(32),
        kind or usual,
        encode([text, None, None, []]) if body is None else body,
        0,
        WALL_MS,
        b"",
        bytes(32),
    )
    chain = bytes([index % 251, 17, index % 13, 200]) * 8
    placed = Placed(index, Epoch(6, 0, b"", 2), WALL_MS, chain, entry)
    return EntryShown(placed, NAMES[place][0], index <= settled)
