"""How many entries a second three sites put into one order.

All three say lines of 200 bytes in bursts, as fast as a window of unsettled lines allows. An entry
counts when it is in all three logs, on disk, covered by a signature; it travelled sealed. A burst
shares a signature, datagrams and commits.
"""

from __future__ import annotations

from pathlib import Path

from app.bench.cluster import Cluster
from app.bench.figures import Figures
from app.bench.messages import Flood, Flooded

SITES = 3
BURST = 250
WINDOW = 4_000
CHARACTERS = 200
FULL_LINES = 20_000
QUICK_LINES = 200


def run(folder: Path, *, quick: bool) -> Figures:
    """`throughput.*`."""
    lines = QUICK_LINES if quick else FULL_LINES
    total = SITES * lines
    with Cluster(folder, SITES, policy="fixed", keeps=False) as cluster:
        for place in range(SITES):
            cluster.tell(place, Flood(lines, total, BURST, WINDOW, CHARACTERS))
        done = [cluster.expect(place, Flooded) for place in range(SITES)]
    seconds = max(each.ended for each in done) - min(each.begun for each in done)
    cpu_seconds = sum(each.cpu_seconds for each in done)
    return {
        "throughput.entries_per_s": total / seconds,
        "throughput.cpu_micros_per_entry": cpu_seconds / total * 1_000_000,
        "throughput.cores_used": cpu_seconds / seconds,
    }
