"""What the logs must look like after failures, compared with what people were promised. Pure but for reading.

A line that a site took is on its disk, so it has to be in the log once that disk is back; a settled
one has to stand where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.bench.messages import Whole
from app.bench.witness import FILE
from app.core.ids import EntryId, SiteId


@dataclass(frozen=True, slots=True)
class Promises:
    """Instants at which lines were taken, and the places that settled ones have."""

    taken: dict[EntryId, float] = field(default_factory=dict)
    settled: dict[EntryId, int] = field(default_factory=dict)


def promises(folders: Iterable[Path]) -> Promises:
    """All that the sites of these folders noted, in all their starts."""
    known = Promises()
    for folder in folders:
        for line in (folder / FILE).read_text(encoding="ascii").splitlines():
            what, site, incarnation, number, value = line.split()
            entry = EntryId(SiteId(site), int(incarnation), int(number))
            if what == "said":
                known.taken[entry] = float(value)
            else:
                known.settled[entry] = int(value)
    return known


def damage(logs: Sequence[Whole], known: Promises) -> dict[str, int]:
    """What is lost, doubled, out of order or moved in any log, and how many logs differ."""
    lost = moved = doubled = reordered = 0
    for log in logs:
        places = dict(log.rows)
        lost += sum(entry not in places for entry in known.taken)
        moved += sum(places.get(entry) != index for entry, index in known.settled.items())
        doubled += len(log.rows) - len(places)
        newest: dict[tuple[SiteId, int], int] = {}
        for entry, _index in log.rows:
            author = (entry.site, entry.incarnation)
            reordered += entry.number != newest.get(author, 0) + 1
            newest[author] = max(entry.number, newest.get(author, 0))
    differing = sum(log.rows != logs[0].rows for log in logs)
    return {
        "lost": lost,
        "moved": moved,
        "doubled": doubled,
        "reordered": reordered,
        "differing": differing,
    }
