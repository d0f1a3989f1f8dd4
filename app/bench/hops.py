"""How long a move of a stream takes, over real sites: its handler moves it on, round and round.

One agent with one minimal handler and a briefcase, once builtin and once in Tcl in its own guest
process. Timed from the first wish to the last arrival, in the agent's own words at the site where
it says them. While a shorter round is under way all sites append to the stream; then what was
consumed is searched for harm.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.bench.cluster import Cluster
from app.bench.figures import Figures
from app.bench.messages import Answer, Consumed, Do, Heard, TellConsumed
from app.core import limits
from app.core.errors import KnownError
from app.core.ids import SiteId
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
    register = api.RegisterAgent(0, "", stream, kind.kind, kind.code, str(hops))
    cluster.tell(0, Do(register))
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
    consumed: list[tuple[float, SiteId, int]] = []
    end = time.monotonic() + limits.BENCH_PATIENCE_MICROS / SECOND
    while len(consumed) < each * SITES and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        consumed = []
        for place in range(SITES):
            cluster.tell(place, TellConsumed(stream))
            consumed += cluster.expect(place, Consumed).messages
    return harm(consumed, each, SITES)


def harm(
    consumed: list[tuple[float, SiteId, int]], each: int, senders: int
) -> tuple[int, int, int]:
    """(lost, doubled, reordered) of (instant, sender, number), each sender's from 1 to `each`."""
    lost = doubled = reordered = 0
    by_sender: dict[SiteId, list[int]] = {}
    for _, sender, number in sorted(consumed):
        by_sender.setdefault(sender, []).append(number)
    for numbers in by_sender.values():
        once = dict.fromkeys(numbers)
        lost += each - len(once)
        doubled += len(numbers) - len(once)
        reordered += sum(later < earlier for earlier, later in pairwise(numbers))
    return lost + each * (senders - len(by_sender)), doubled, reordered
