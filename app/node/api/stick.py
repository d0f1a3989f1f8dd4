"""The stick panel: where the dispatcher is, why, and what it costs everybody, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import SiteId


@dataclass(frozen=True, slots=True)
class StickRow:
    """One site; costs and gains are of an entry of the present mix if the stick were there.

    `regret` is in prices (1 moves it), `talk_rate` in entries per second. `lines_a_minute` is of
    the last minute. `wait_ms` is how long this site's own lines have to wait with the present home,
    `here_ms` how long a line of the last minute's mix would if the stick were here; both follow
    from what the members measured of each other, and are None where they did not.
    """

    site: SiteId
    name: str
    cost_ms: float
    gain_ms: float
    gain_percent: float
    regret: float
    full: bool
    poor: bool
    leaving: bool
    stroke_open: bool
    talk_rate: float
    lines_a_minute: float = 0.0
    wait_ms: float | None = None
    here_ms: float | None = None


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A move that this site saw; `gain_ms` as expected, `gap_ms` without order as seen here.

    `at_ms` is wall-clock time of this site. `gap_ms` is how long own lines waited for the first
    entry after the move, 0 if none did, and `waited` how many did. `share` is the part of the last
    minute's lines that the target's people made, `before_ms` and `after_ms` what a line of that mix
    had to wait with the stick at source and at target; `people` says it of each one's own lines, as
    (site, before, after). All follow from what was measured then; None or left out where nobody
    had. `lost` and `doubled` count entries since the move that an author's numbers show to be so.
    `by` is whose command it was, where it was one.
    """

    at_ms: int
    source: SiteId
    target: SiteId
    epoch: str
    reason: str
    gain_ms: float
    gap_ms: float
    waited: int = 0
    policy: str = ""
    share: float = 0.0
    before_ms: float | None = None
    after_ms: float | None = None
    people: tuple[tuple[SiteId, float, float], ...] = ()
    lost: int = 0
    doubled: int = 0
    by: SiteId | None = None


APART, TOGETHER = "APART", "TOGETHER"
"""Reasons of moves that no placement decides: a group without a quorum got a stick of its own, and
gave it up when all met again."""


@dataclass(frozen=True, slots=True)
class LookShown:
    """The home weighed a move to `site` and did not make it.

    `reason` names the brake (`app.dispatcher.placement.Reason`), `regret` is in prices. Or it was
    wished and not granted: then `reason` is "REFUSED" and `why` says who said no, or what.
    """

    at_ms: int
    site: SiteId
    reason: str
    regret: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class StickPanel:
    """Everything at one moment.

    Costs, gains, regrets and brakes are known at the home; elsewhere they are 0 (`price`, too), and
    rows tell names, talk, waits and who leaves only.

    `rtt` is (from, to, ms); `waits` is, per author, (at_ms, wait_ms) of lines: how long this
    site's own lines waited for their place, as measured here. `expected` is, per site, how long its
    own lines had to wait at that moment by the members' measurements, and `everyone` the mean over
    the lines of the minute before. `disks` is how far each member's log reached when last heard.
    `since_ms` is the wall-clock moment from which on this site saw moves and waits.
    """

    policy: str
    pin: SiteId | None
    home: SiteId | None
    epoch: str
    rows: tuple[StickRow, ...]
    price: float
    heat: float
    tokens: float
    dwell_left_ms: float
    oldest_stroke_ms: float | None
    measures_age_ms: float | None
    moves: tuple[MoveShown, ...]
    rtt: tuple[tuple[SiteId, SiteId, float], ...]
    waits: tuple[tuple[SiteId, tuple[tuple[int, float], ...]], ...]
    expected: tuple[tuple[SiteId, tuple[tuple[int, float], ...]], ...] = ()
    everyone: tuple[tuple[int, float], ...] = ()
    looks: tuple[LookShown, ...] = ()
    tokens_max: int = 0
    token_ms: float = 0.0
    heat_halves_ms: float = 0.0
    profit: float = 0.0
    must: float = 0.0
    disks: tuple[tuple[SiteId, int], ...] = ()
    since_ms: int = 0


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadStick:
    """`Done.value` is a `StickPanel`."""

    token: int


@dataclass(frozen=True, slots=True)
class PinDispatcher:
    """Hold the stick at a site, or at none in particular; done when that is ordered."""

    token: int
    target: SiteId | None


@dataclass(frozen=True, slots=True)
class ReadWays:
    """`Done.value` is a tuple of `WaysShown`: every member but this one, by seniority."""

    token: int


@dataclass(frozen=True, slots=True)
class WaysShown:
    """Where a member is reached, and what it says of where it can be: (host, port) pairs."""

    site: SiteId
    addresses: tuple[tuple[str, int], ...]


StickCommand = ReadStick | PinDispatcher | ReadWays
