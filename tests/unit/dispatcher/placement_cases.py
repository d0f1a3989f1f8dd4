"""Sites, measurements and a driver for the tests of placement.

Times are in milliseconds, as in the tables the tests follow. The driver makes real hand-overs: the
briefcase is packed at the old home and unpacked at a new one, whose clock reads something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from app.core.ids import SiteId
from app.core.instant import MILLI, Micros
from app.dispatcher.placement import (
    ADAPTIVE,
    DEFAULT,
    Decision,
    Judgement,
    Kind,
    Link,
    Measures,
    Placement,
    Policy,
    Reason,
    Stroke,
    Tuning,
)

SITES = tuple(SiteId(letter * 16) for letter in "abcdefgh")

Entry = tuple[float, int, Stroke]
"""When (ms), by which member, and what it says about drawing."""


def micros(milliseconds: float) -> Micros:
    """Milliseconds as an instant."""
    return Micros(round(milliseconds * MILLI))


def equal(
    count: int = 3,
    rtt_ms: float = 100.0,
    jitter_ms: float = 0.0,
    loss: float = 0.0,
    uplinks: dict[int, float] | None = None,
) -> Measures:
    """All links alike."""
    links = {
        (SITES[i], SITES[j]): Link(rtt_ms, jitter_ms, loss)
        for i in range(count)
        for j in range(count)
        if i != j
    }
    limits = {SITES[site]: limit for site, limit in (uplinks or {}).items()}
    return Measures(links, limits)


def with_loss(measures: Measures, losses: dict[tuple[int, int], float]) -> Measures:
    """The same links with other losses, there and back."""
    links = dict(measures.links)
    for (i, j), loss in losses.items():
        for pair in ((SITES[i], SITES[j]), (SITES[j], SITES[i])):
            links[pair] = Link(links[pair].rtt_ms, links[pair].jitter_ms, loss)
    return Measures(links, measures.uplinks)


def every(
    author: int, step: float, *, start: float = 0.0, end: float = float("inf")
) -> Iterator[Entry]:
    """`author` at start, start + step, ... up to and without `end`."""
    count = 0
    while start + count * step < end:
        yield (start + count * step, author, Stroke.NONE)
        count += 1


def merged(*talkers: Iterable[Entry], end: float) -> list[Entry]:
    """All entries before `end` in the order of their times."""
    entries = [e for talker in talkers for e in takewhile(lambda entry: entry[0] < end, talker)]
    return sorted(entries, key=lambda entry: entry[:2])


def dialogue(end: float) -> list[Entry]:
    """1 and 2 in turns of 2 s, 20 entries each, with pauses of 200 ms; the last turn is whole."""
    entries: list[Entry] = []
    turn = 0
    while (start := 2_200 * turn) < end:
        entries += every(1 + turn % 2, 100, start=start, end=start + 2_000)
        turn += 1
    return entries


class Session:
    """A session whose dispatcher moves in the moment it is decided."""

    def __init__(
        self,
        measures: Measures,
        *,
        policy: Policy = ADAPTIVE,
        tuning: Tuning = DEFAULT,
        members: int = 3,
        home: int = 0,
        rate: float = 0.0,
        tokens: float | None = None,
        last: float | None = None,
    ) -> None:
        self.members = SITES[:members]
        self.given = measures
        self.tuning = tuning
        self.clock_offset = 0
        self.placement = Placement(policy, self.members, SITES[home], micros(0), tuning)
        self.placement.measures(measures)
        self.placement.ledger.rate = self.placement.ledger.new_rate(micros(0), rate)
        if tokens is not None:
            self.placement.adaptive.set_credit(micros(0), round(tokens * tuning.token_micros))
        if last is not None:
            self.placement.adaptive.last = micros(last)
        self.home = home
        self.last_decision: Decision | None = None
        self.judgements: list[Judgement | None] = []

    def now(self, milliseconds: float) -> Micros:
        """The instant on the present home's clock."""
        return Micros(micros(milliseconds) + self.clock_offset)

    @property
    def regret(self) -> list[float]:
        return self.placement.adaptive.regret

    def entry(self, at: float, author: int, stroke: Stroke = Stroke.NONE) -> Decision:
        """One ordered entry; a move is carried out."""
        decision = self.placement.on_ordered(self.now(at), SITES[author], stroke)
        self.last_decision = decision
        if decision.kind is Kind.MOVE:
            self.move(at, decision)
        return decision

    def move(self, at: float, decision: Decision) -> None:
        """The hand-over that `decision` asks for."""
        assert decision.target is not None
        briefcase = self.placement.save(self.now(at))
        old_home, policy = SITES[self.home], self.placement.policy
        self.clock_offset += 12_345_678_000
        now = self.now(at)
        self.placement = Placement(policy, self.members, decision.target, now, self.tuning)
        self.placement.measures(self.given)
        self.placement.restore(briefcase, now)
        self.judgements.append(self.placement.arrived(now, old_home))
        self.home = SITES.index(decision.target)

    def run(self, entries: Iterable[Entry]) -> list[tuple[float, int]]:
        """All entries; the moves as (when, to whom)."""
        moves = []
        for at, author, stroke in entries:
            decision = self.entry(at, author, stroke)
            if decision.kind is Kind.MOVE:
                moves.append((at, self.home))
        return moves

    def until_move(self, entries: Iterable[Entry]) -> tuple[float, int, int] | None:
        """(when, to whom, how many entries it took) of the first move."""
        for count, (at, author, stroke) in enumerate(entries, start=1):
            if self.entry(at, author, stroke).kind is Kind.MOVE:
                return at, self.home, count
        return None

    def reasons(self, entries: Iterable[Entry]) -> list[Reason]:
        """What each entry was answered."""
        return [self.entry(*entry).reason for entry in entries]


def one_way(matrix: Sequence[Sequence[float]]) -> Measures:
    """Links from one-way delays in milliseconds."""
    return Measures(
        {
            (SITES[i], SITES[j]): Link(2 * delay)
            for i, row in enumerate(matrix)
            for j, delay in enumerate(row)
            if i != j
        }
    )
