"""What the window shows of placement: one frozen value, for people only; nothing decides by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.ids import SiteId
from app.core.instant import Micros
from app.dispatcher.placement.adaptive import Adaptive
from app.dispatcher.placement.decisions import Decision
from app.dispatcher.placement.ledger import Ledger
from app.dispatcher.placement.policy import Policy


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One site."""

    site: SiteId
    is_home: bool
    cost_ms: float
    """Cost of an entry of the present mix if the dispatcher were here."""
    gain_ms: float
    """What that is less than with the present home; negative: more."""
    gain_share: float
    """The same as a share of the present cost."""
    wait_ms: float
    """How long this site waits for its own entries with the present home."""
    regret: float
    regret_share: float
    """Regret in prices: 1 moves it."""
    load: float
    """Share of its uplink that the present rate would take."""
    full: bool
    loss: float
    """Median loss to and from its peers."""
    poor: bool
    leaving: bool
    stroke_micros: int | None
    """Age of its open stroke."""
    talk_rate: float
    """Entries per second."""
    hint: str
    """What unordered presence says ('is typing'); shown, never obeyed."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything at one moment; rows sorted by regret, highest first."""

    rows: tuple[PanelRow, ...]
    policy: Policy
    pin: SiteId | None
    moving: bool
    price: float
    heat: float
    """Doublings in the price."""
    heat_halves_micros: int
    tokens: float
    tokens_max: int
    token_micros: int
    """Time until the next whole token; 0 when they are all there."""
    dwell_micros: int
    """What is left of the least stay."""
    oldest_stroke_micros: int | None
    moves_last_minute: int
    profit: float
    """What the last move has saved so far, in entry-milliseconds."""
    must: float
    """What it has to save to have paid."""
    measures_age_micros: int | None
    rate: float
    """Entries per second of the session."""
    last: Decision | None
    """The newest decision that weighed anything."""


def panel_rows(
    now: Micros, ledger: Ledger, adaptive: Adaptive, hints: Mapping[SiteId, str]
) -> tuple[PanelRow, ...]:
    """The rows, highest regret first, ties by location."""
    costs = ledger.costs(now)
    weights = ledger.weights(now)
    mix = [ledger.mix(now, weights, site) for site in range(len(ledger.members))]
    here = mix[ledger.home]
    price = adaptive.price(now)
    rows = []
    for position, site in enumerate(ledger.members):
        since = ledger.strokes.get(position)
        rows.append(
            PanelRow(
                site=site,
                is_home=position == ledger.home,
                cost_ms=mix[position],
                gain_ms=here - mix[position],
                gain_share=(here - mix[position]) / here if here > 0 else 0.0,
                wait_ms=costs.own[position][ledger.home],
                regret=adaptive.regret[position],
                regret_share=adaptive.regret[position] / price,
                load=costs.load[position],
                full=costs.full[position],
                loss=costs.loss[position],
                poor=costs.poor[position],
                leaving=site in ledger.leaving,
                stroke_micros=None if since is None else now - since,
                talk_rate=ledger.talk[position].at(now),
                hint=hints.get(site, ""),
            )
        )
    return tuple(sorted(rows, key=lambda row: -row.regret))
