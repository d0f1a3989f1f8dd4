"""What one entry of each member costs for every possible home: the matrix C, and who is unfit.

A pure function of the measurements, computed every few seconds and never per entry. It must stay
finite whatever the members publish.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.core import limits
from app.core.ids import SiteId
from app.dispatcher.placement.measures import Link, Measures, complete
from app.dispatcher.placement.tuning import DEFAULT, Tuning

RETRY_MS_MIN = 20.0
"""Shortest time-out after a lost packet."""
RETRY_RTT_FACTOR = 1.5
"""A lost packet is sent again after this many round trips."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Figures by position in the view; times in milliseconds.

    `table[m][s]` is the expected cost of one entry of member m with the home at s: half the
    author's own wait, half the mean delivery to the others. `own[m][s]` is that own wait as it can
    be measured (without the tail).
    """

    table: tuple[tuple[float, ...], ...]
    own: tuple[tuple[float, ...], ...]
    load: tuple[float, ...]
    """Share of the uplink that the present rate would take if the site were the home."""
    full: tuple[bool, ...]
    loss: tuple[float, ...]
    """Median loss to and from the peers."""
    poor: tuple[bool, ...]


def _one_way_ms(link: Link) -> float:
    """Expected one-way delay: half the round trip, jitter, and the time-outs of lost packets."""
    retry_ms = max(RETRY_RTT_FACTOR * link.rtt_ms, RETRY_MS_MIN)
    return link.rtt_ms / 2 + link.jitter_ms + link.loss / (1 - link.loss) * retry_ms


def _wait_ms(load: float, uplink: float | None, copies: int, tuning: Tuning) -> float:
    """Mean wait of a copy in the home's uplink: half a batch, and the batches before it (M/D/1)."""
    if uplink is None:
        return 0.0
    busy = min(tuning.load_max, load)
    return 1_000 / uplink * (copies / 2 + busy * copies / (2 * (1 - busy)))


def _losses(matrix: list[list[Link]]) -> tuple[float, ...]:
    """Median over the peers of the loss there and back, per site."""
    sites = range(len(matrix))
    return tuple(
        statistics.median(
            [(matrix[s][r].loss + matrix[r][s].loss) / 2 for r in sites if r != s] or [0.0]
        )
        for s in sites
    )


def compute_costs(
    members: Sequence[SiteId],
    measures: Measures,
    rate: float,
    *,
    learned: Mapping[SiteId, float] | None = None,
    leaving: Collection[SiteId] = (),
    tuning: Tuning = DEFAULT,
) -> Costs:
    """Costs for a view.

    Args:
        members: the view, in location order.
        measures: what they published.
        rate: entries per second of the whole session.
        learned: uplinks in packets per second that a home found out by running into them.
        leaving: members that are about to go.
        tuning: the constants.
    """
    count = len(members)
    sites = range(count)
    copies = count - 1
    matrix = complete(members, measures)
    uplinks = [_uplink(site, measures, learned or {}) for site in members]
    load = tuple(0.0 if uplink is None else rate * copies / uplink for uplink in uplinks)
    full = tuple(share > tuning.full_load for share in load)
    wait = [_wait_ms(load[s], uplinks[s], copies, tuning) for s in sites]
    way = [[0.0 if i == j else _one_way_ms(matrix[i][j]) for j in sites] for i in sites]
    down = [[0.0 if s == r else way[s][r] + wait[s] for r in sites] for s in sites]
    down_sum = [math.fsum(row) for row in down]
    own = tuple(tuple(way[m][s] + down[s][m] for s in sites) for m in sites)
    losses = _losses(matrix)
    poor_above = max(tuning.poor_loss, tuning.poor_factor * statistics.median(losses or (0.0,)))
    unfit_ms = [tuning.unfit_ms if full[s] or members[s] in leaving else 0.0 for s in sites]

    def cost(m: int, s: int) -> float:
        own_ms = own[m][s] + (tuning.tail_ms if m != s else 0.0)
        deliver_ms = way[m][s] + (down_sum[s] - down[s][m]) / copies if copies else 0.0
        weighed = tuning.own_weight * own_ms + (1 - tuning.own_weight) * deliver_ms
        return weighed + unfit_ms[s]

    return Costs(
        table=tuple(tuple(cost(m, s) for s in sites) for m in sites),
        own=own,
        load=load,
        full=full,
        loss=losses,
        poor=tuple(loss > poor_above for loss in losses),
    )


def _uplink(site: SiteId, measures: Measures, learned: Mapping[SiteId, float]) -> float | None:
    """The smaller of the published and the learned uplink; None is unlimited."""
    limit = min(
        measures.uplinks.get(site, math.inf),
        learned.get(site, math.inf),
    )
    return None if limit == math.inf else max(limit, limits.PLACEMENT_UPLINK_MIN)


def best_home(
    members: Sequence[SiteId],
    talk_rates: Mapping[SiteId, float],
    costs: Costs,
    excluding: Collection[SiteId] = (),
) -> SiteId | None:
    """Where the dispatcher should go when its home leaves or has died.

    The fit site (not full, not poor, not in `excluding`) with the least sum of talk rate times
    cost; where nobody has talked lately all count alike; ties go to the lowest location. If every
    site left is poor or full, a poor one is better than a full one, and any is better than none.

    Returns:
        None when `excluding` holds everybody.
    """
    weights = [talk_rates.get(site, 0.0) for site in members]
    if not any(weights):
        weights = [1.0] * len(members)
    candidates = [s for s, site in enumerate(members) if site not in excluding]
    best = min(
        candidates,
        key=lambda s: (
            costs.full[s],
            costs.poor[s],
            math.fsum(weight * costs.table[m][s] for m, weight in enumerate(weights)),
        ),
        default=None,
    )
    return None if best is None else members[best]
