"""What the lab does beside what it was asked to do, in figures, on this machine.

Tests compare counts and orders only; times of a busy machine are shown here, to be read by people.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.netlab.lab import Host, Lab
from tests.netlab.traffic import traffic

PACKETS = 1_500
"""Of one measurement; a path keeps the fates of 2,000."""


class Row(NamedTuple):
    """One figure."""

    what: str
    asked: float
    found: float
    unit: str


def rows(lab: Lab) -> Iterator[Row]:
    """Measure everything, one after the other; each has hosts of its own."""
    for delay in (0, 10, 50):
        ada, ben = pair(lab, delay_ms=delay)
        trips = round_trips(lab, ada, ben)
        yield Row(f"round trip, median of {len(trips)}", 2 * delay, statistics.median(trips), "ms")
    for name, share in (("loss", 0.05), ("burst_share", 0.05), ("duplicate", 0.05)):
        ada, ben = pair(lab, **{name: share})
        with traffic(lab, ada, ben) as sent:
            sent.send(PACKETS)
            came = sent.come()
        yield Row(name, 100 * share, 100 * abs(len(came) - PACKETS) / PACKETS, "%")
    ada, ben = pair(lab, rate_kbit=4_000, queue_bytes=1 << 20)
    with traffic(lab, ada, ben) as sent:
        # The first packet waits for ARP, and too many behind it would not find room there.
        sent.send(1)
        sent.one()
        for _ in range(500):
            sent.throw(size=1_000)
        sent.one()
        began = time.monotonic()
        for _ in range(499):
            sent.one()
        took = time.monotonic() - began
    yield Row("rate", 4_000, 499 * 8 / took, "kbit/s")
    ada, ben = pair(lab)
    with traffic(lab, ada, ben) as sent:
        began = time.monotonic()
        sent.send(10_000, size=1_000)
        took = time.monotonic() - began
    yield Row("packets of 1,000 bytes, no limit", 0, 10_000 / took, "1/s")


def pair(lab: Lab, **conditions: Any) -> tuple[Host, Host]:
    number = len(lab.hosts)
    ada, ben = lab.host(f"ada{number}"), lab.host(f"ben{number}")
    lab.link(ada, ben, **conditions)
    return ada, ben


def round_trips(lab: Lab, ada: Host, ben: Host) -> list[float]:
    """Milliseconds of twenty, one after the other."""
    trips = []
    with traffic(lab, ada, ben) as there, traffic(lab, ben, ada) as back:
        for _ in range(20):
            began = time.monotonic()
            there.throw()
            there.one()
            back.throw()
            back.one()
            trips.append((time.monotonic() - began) * 1_000)
    return trips


def main() -> int:
    with Lab(seed=1) as lab:
        for row in rows(lab):
            asked = f"{row.asked:g}" if row.asked or row.unit == "ms" else "-"
            sys.stdout.write(f"{row.what:36} asked {asked:>6}  found {row.found:9.2f} {row.unit}\n")
        told = lab.tell()
    worst, mean = told["late_worst_micros"] / 1_000, told["late_mean_micros"] / 1_000
    sys.stdout.write(f"{told['sent']} frames left late by {mean:.2f} ms, at worst {worst:.2f} ms\n")
    return 0
