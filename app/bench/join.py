"""How long a newcomer to a long session takes until it can be used.

Two sites on loopback have 10,000 things on their board and 20,000 entries in their log; a third one
joins by the invite. It can be used once it is a member, has the whole state and takes commands: its
clock begins when its process has loaded the program.
"""

from __future__ import annotations

import time
from pathlib import Path

from app.bench.cluster import Cluster
from app.bench.figures import Figures
from app.bench.messages import Fill, Filled, Flood, Flooded

FULL_OBJECTS, QUICK_OBJECTS = 10_000, 200
FULL_ENTRIES, QUICK_ENTRIES = 20_000, 500
PER_ENTRY = 10
BURST = 100
WINDOW = 2_000
CHARACTERS = 100
REST_SECONDS, QUICK_REST_SECONDS = 5.0, 0.1


def run(folder: Path, *, quick: bool) -> Figures:
    """`join.*`."""
    objects = QUICK_OBJECTS if quick else FULL_OBJECTS
    lines = (QUICK_ENTRIES if quick else FULL_ENTRIES) - objects // PER_ENTRY
    with Cluster(folder, 2, policy="fixed", keeps=False) as cluster:
        cluster.tell(0, Fill(objects, PER_ENTRY))
        cluster.expect(0, Filled)
        cluster.tell(0, Flood(lines, lines, BURST, WINDOW, CHARACTERS))
        cluster.expect(0, Flooded)
        # A session is not filled while somebody joins: let its sites come to rest.
        time.sleep(QUICK_REST_SECONDS if quick else REST_SECONDS)
        ready = cluster.newcomer()
    return {"join.usable_s": ready.seconds, "join.cpu_s": ready.cpu_seconds}
