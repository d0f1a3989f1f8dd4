"""The stick panel: where the dispatcher is, why, and what it costs everybody, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import SiteId


@dataclass(frozen=True, slots=True)
class StickRow:
    """One site; costs and gains are of an entry of the present mix if the stick were there.

    `regret` is in prices (1 moves it), `talk_rate` in entries per second.
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


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A move that this site saw; `gain_ms` as expected, `gap_ms` without order as seen here.

    `at_ms` is wall-clock time of this site. `gap_ms` is how long own lines waited for the first
    entry after the move, 0 if none did.
    """

    at_ms: int
    source: SiteId
    target: SiteId
    epoch: str
    reason: str
    gain_ms: float
    gap_ms: float


@dataclass(frozen=True, slots=True)
class StickPanel:
    """Everything at one moment.

    Costs, gains, regrets and brakes are known at the home; elsewhere they are 0, and rows tell
    names, talk and who leaves only.

    `rtt` is (from, to, ms); `waits` is, per author, (at_ms, wait_ms) of lines: how long this
    site's own lines waited for their place, as measured here.
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


StickCommand = ReadStick | PinDispatcher
