"""What the members measured of each other, and how holes in it are filled.

Members publish their rows in heartbeats; the home keeps the matrix. The figures come from peers, so
they are clamped here, once: whatever a peer claims, the costs stay finite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core import limits
from app.core.ids import SiteId
from app.core.instant import Micros

UNKNOWN_RTT_MS = 1_000.0
"""Round trip to a site that nobody has measured: far, so that it attracts nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """One ordered pair as its first site sees it: smoothed figures."""

    rtt_ms: float
    jitter_ms: float = 0.0
    loss: float = 0.0
    """Share of packets lost, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The matrix at one moment; a pair or an uplink that is missing is unknown or unlimited."""

    links: Mapping[tuple[SiteId, SiteId], Link] = field(default_factory=dict)
    uplinks: Mapping[SiteId, float] = field(default_factory=dict)
    """Packets per second that a site can send."""
    taken: Micros | None = None
    """When the home last heard a row; None before the first."""


def _clamped(link: Link) -> Link:
    return Link(
        rtt_ms=min(max(link.rtt_ms, 0.0), limits.PLACEMENT_RTT_MS_MAX),
        jitter_ms=min(max(link.jitter_ms, 0.0), limits.PLACEMENT_RTT_MS_MAX),
        loss=min(max(link.loss, 0.0), limits.PLACEMENT_LOSS_MAX),
    )


def _mean(links: Sequence[Link]) -> Link:
    count = len(links)
    if count == 0:
        return Link(UNKNOWN_RTT_MS)
    return Link(
        sum(link.rtt_ms for link in links) / count,
        sum(link.jitter_ms for link in links) / count,
        sum(link.loss for link in links) / count,
    )


def complete(members: Sequence[SiteId], measures: Measures) -> list[list[Link]]:
    """The matrix [i][j] by positions in `members`, with nothing missing.

    A pair measured in one direction only counts for both (a round trip is the same from either
    end). A pair nobody measured takes the mean of what the others measured to that site, and
    `UNKNOWN_RTT_MS` without loss where there is nothing.
    """
    known: list[list[Link | None]] = []
    for here in members:
        row: list[Link | None] = []
        for there in members:
            link = measures.links.get((here, there)) or measures.links.get((there, here))
            row.append(None if link is None or here == there else _clamped(link))
        known.append(row)
    means = [
        _mean([link for row in known if (link := row[column]) is not None])
        for column in range(len(members))
    ]
    return [
        [means[column] if link is None else link for column, link in enumerate(row)]
        for row in known
    ]
