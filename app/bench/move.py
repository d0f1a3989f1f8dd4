"""How long a move of the dispatcher takes, and whether it harms what is said meanwhile.

Four sites, the token goes round. Timed from the wish at the home to the moment when the target
shows that it is home: both commits are in it. With each wish one of the other sites, in turn, says
a line, so that submissions meet a token under way; at the end all logs are searched for what is
lost, doubled or out of order.
"""

from __future__ import annotations

from pathlib import Path

from app.bench.cluster import Cluster, damage
from app.bench.figures import Figures, percentile
from app.bench.messages import Arrived, Move, Talk

SITES = 4
CHARACTERS = 40
FULL_MOVES = 1_000
QUICK_MOVES = 8


def run(folder: Path, *, quick: bool) -> Figures:
    """`move.*`."""
    moves = QUICK_MOVES if quick else FULL_MOVES
    took: list[float] = []
    with Cluster(folder, SITES, policy="manual") as cluster:
        for number in range(moves):
            home = number % SITES
            talker = (home + 1 + number // SITES % (SITES - 1)) % SITES
            took.append(_move(cluster, home, (home + 1) % SITES, talker))
        reports = cluster.reports(moves)
    lost, doubled, reordered = damage(reports)
    return {
        "move.mean_ms": sum(took) / moves,
        "move.p50_ms": percentile(took, 50),
        "move.p99_ms": percentile(took, 99),
        "move.lost": lost,
        "move.doubled": doubled,
        "move.reordered": reordered,
    }


def _move(cluster: Cluster, home: int, target: int, talker: int) -> float:
    """Move the token; its milliseconds, once every site has seen it."""
    cluster.tell(talker, Talk(1, 0.0, CHARACTERS))
    cluster.tell(home, Move(cluster.sites[target]))
    seen = [cluster.expect(place, Arrived) for place in range(SITES)]
    wished = seen[home].wished
    assert wished is not None, "the wish was made there"
    return (seen[target].at - wished) * 1_000
