"""How long a line takes to be ordered: at the holder, at the others, and for who is not the holder.

Three sites, the token stays. A line counts as ordered at a site when the site shows it, which is
after its own commit.
"""

from __future__ import annotations

from pathlib import Path

from app.bench.cluster import Cluster
from app.bench.figures import Figures, percentile
from app.bench.messages import Report, Talk
from app.core.ids import EntryId

SITES = 3
DELAYS_MS = (0, 10, 50)
CHARACTERS = 40
EVERY_MS = 12.0
FULL_LINES = 300
QUICK_LINES = 5


def run(folder: Path, *, quick: bool) -> Figures:
    """`order.holder_ms_*`, `order.other_ms_*`, `order.author_ms_*`, one for each delay."""
    figures: Figures = {}
    for delay in DELAYS_MS:
        place = folder / f"delay-{delay}"
        place.mkdir()
        figures |= _run_one(place, delay, QUICK_LINES if quick else FULL_LINES)
    return figures


def _run_one(folder: Path, delay: int, lines: int) -> Figures:
    with Cluster(folder, SITES, policy="fixed", delay_ms=float(delay)) as cluster:
        cluster.tell(0, Talk(lines, EVERY_MS, CHARACTERS))
        holder = cluster.reports(lines)
        cluster.tell(1, Talk(lines, EVERY_MS, CHARACTERS))
        author = cluster.reports(2 * lines)
    at_holder = _waits(holder[0], holder[0])
    at_others = _waits(holder[0], holder[1]) + _waits(holder[0], holder[2])
    at_author = _waits(author[1], author[1])
    return {
        f"order.{who}_ms_p{percent}.d{delay}": percentile(waits, percent)
        for who, waits in (("holder", at_holder), ("other", at_others), ("author", at_author))
        for percent in (50, 95)
    }


def _waits(author: Report, site: Report) -> list[float]:
    """Milliseconds from an author's taking each of its lines to its being shown at a site."""
    shown: dict[EntryId, float] = dict(site.shown)
    return [(shown[entry] - taken) * 1_000 for entry, taken in author.said]
