"""How long a move of a stream takes, over real sites: its handler moves it on, round and round.

One agent with one minimal handler and a briefcase, once builtin and once in Tcl in its own guest
process. Timed from the first wish to the last arrival, in the agent's own words at the site where
it says them. While a shorter round is under way all sites append to a stream with a witness, an agent
that looks at the order; then what was consumed is counted.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.bench.cluster import Cluster
from app.bench.figures import Figures
from app.bench.messages import Answer, Consumed, Do, Heard, TellConsumed
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.node import api

SITES = 4
FULL_HOPS = 1_000
QUICK_HOPS = 8
HARM_SHARE = 5
"""Of the hops, one in so many is made once more under messages."""
LOOK_SECONDS = 0.1
"""Between two looks at what was consumed; after all was said."""

HOPPER = """
set hops $argv
proc go_on {} {
    stream_relocate [expr {[my_id] % %SITES% + 1}]
}
on_stream_append {
    if {[briefcase get count ""] eq ""} {
        briefcase set count 0
        puts begun
        go_on
    }
}
on_stream_relocation {
    briefcase set count [expr {[briefcase get count] + 1}]
    if {[briefcase get count] < $hops} {
        go_on
    } else {
        puts done
    }
}
""".replace("%SITES%", str(SITES))


@dataclass(frozen=True, slots=True)
class Kind:
    """An agent that hops: what it is registered as."""

    name: str
    kind: str
    code: str


def kinds() -> list[Kind]:
    """Builtin, and Tcl where this system has it and can confine it."""
    found = [Kind("builtin", "hopper@1", "")]
    if sys.platform != "win32" and importlib.util.find_spec("_tkinter") is not None:
        found.append(Kind("tcl", "tcl", HOPPER))
    return found


def run(folder: Path, *, quick: bool) -> Figures:
    """`streams.<kind>_move_mean_ms` and harm, as `lost`, `doubled` and `reordered`."""
    hops = QUICK_HOPS if quick else FULL_HOPS
    figures: Figures = {}
    harms: list[tuple[int, int, int]] = []
    for kind in kinds():
        place = folder / kind.name
        place.mkdir()
        with Cluster(place, SITES, policy="fixed") as cluster:
            # Made first: where the others have been, this one is known.
            fewer = max(SITES, hops // HARM_SHARE)
            _make(cluster, kind, "busy", fewer)
            _register(cluster, "busy", "witness@1")
            # Once round, so that starting guest processes is not counted.
            _make(cluster, kind, "warm", SITES)
            _time(cluster, "warm")
            _make(cluster, kind, "calm", hops)
            figures[f"streams.{kind.name}_move_mean_ms"] = _time(cluster, "calm") / hops
            harms.append(_disturb(cluster, "busy", fewer))
    for name, counts in zip(
        ("lost", "doubled", "reordered"), zip(*harms, strict=True), strict=True
    ):
        figures[f"streams.{name}"] = sum(counts)
    return figures


def _make(cluster: Cluster, kind: Kind, stream: str, hops: int) -> None:
    cluster.tell(0, Do(api.StreamCreate(0, "", stream)))
    cluster.expect(0, Answer)
    _register(cluster, stream, kind.kind, kind.code, str(hops))


def _register(cluster: Cluster, stream: str, kind: str, code: str = "", argv: str = "") -> None:
    cluster.tell(0, Do(api.RegisterAgent(0, "", stream, kind, code, argv)))
    cluster.expect(0, Answer)


def _append(cluster: Cluster, place: int, stream: str) -> None:
    cluster.tell(place, Do(api.StreamAppend(0, "", stream, b"go")))


def _time(cluster: Cluster, stream: str) -> float:
    """Milliseconds from the first wish to the last arrival, which is at one of the sites."""
    _append(cluster, 0, stream)
    begun = cluster.expect_anywhere(Heard)
    done = cluster.expect_anywhere(Heard)
    if (begun.text, done.text) != ("begun", "done"):
        text = f"The measured stream says '{begun.text}' and '{done.text}'."
        raise KnownError(text)
    return (done.at - begun.at) * 1_000


def _disturb(cluster: Cluster, stream: str, each: int) -> tuple[int, int, int]:
    """Messages lost, doubled and out of order, said by all sites while the stream goes round."""
    for _ in range(each):
        for place in range(SITES):
            _append(cluster, place, stream)
            cluster.expect(place, Answer)
    counts: Counter[tuple[int, int]] = Counter()
    expected = [(place, number) for place in range(SITES) for number in range(1, each + 1)]
    end = time.monotonic() + limits.BENCH_PATIENCE_MICROS / SECOND
    while time.monotonic() < end:
        counts = _consumed(cluster, stream)
        if all(counts[one] for one in expected):
            break
        time.sleep(LOOK_SECONDS)
    cluster.tell(0, Do(api.StreamCall(0, "", stream, b"how many were early")))
    early = cluster.expect(0, Answer).value
    if not isinstance(early, bytes):
        text = f"The measured stream answers '{early!r}'."
        raise KnownError(text)
    lost = sum(not counts[one] for one in expected)
    return lost, sum(count - 1 for count in counts.values()), int(early)


def _consumed(cluster: Cluster, stream: str) -> Counter[tuple[int, int]]:
    """How often each message, (place of its sender, number), was consumed."""
    counts: Counter[tuple[int, int]] = Counter()
    for place in range(SITES):
        cluster.tell(place, TellConsumed(stream))
        for sender, number in cluster.expect(place, Consumed).messages:
            counts[cluster.sites.index(sender), number] += 1
    return counts
