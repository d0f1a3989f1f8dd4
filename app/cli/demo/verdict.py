"""Whether all copies are one, and nothing is missing or doubled. Pure; reads nothing but the logs.

It compares what each site has in its log with what the people really said, not with what another
part of the demo counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the logs show; `faults` are sentences, and none of them is the good end."""

    lines: int
    entries: int
    chain: str
    faults: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Every copy is identical, nothing is missing or doubled."""
        return not self.faults


def judge(
    names: Sequence[str],
    sites: Sequence[str],
    said: Sequence[Sequence[str]],
    logs: Sequence[Sequence[Row]],
) -> Verdict:
    """Compare the logs with each other and with what was said; all in one order of people."""
    faults: list[str] = []
    first = [_identity(row) for row in logs[0]]
    for name, log in zip(names, logs, strict=True):
        faults += _gaps(name, log)
        faults += _difference(names[0], name, first, [_identity(row) for row in log])
    for name, site, texts in zip(names, sites, said, strict=True):
        for owner, log in zip(names, logs, strict=True):
            faults += _lines(name, owner, list(texts), _texts(log, site))
    chain = str(logs[0][-1]["chain"]) if logs[0] else ""
    return Verdict(sum(len(texts) for texts in said), len(first), chain, tuple(faults))


def _identity(row: Row) -> tuple[int, str, str]:
    """What must be the same in every copy; the chain covers everything before it."""
    return row["index"], row["id"], row["chain"]


def _texts(log: Sequence[Row], site: str) -> list[str]:
    return [
        row["body"]["text"]
        for row in log
        if row["kind"] == "chat" and row["author"].partition(".")[0] == site
    ]


def _gaps(name: str, log: Sequence[Row]) -> list[str]:
    indexes = [row["index"] for row in log]
    if indexes == list(range(1, len(log) + 1)):
        return []
    return [f"the copy at {name} has a gap in its places"]


def _difference(
    first_name: str, name: str, first: list[tuple[int, str, str]], other: list[tuple[int, str, str]]
) -> list[str]:
    if first == other:
        return []
    places = min(len(first), len(other))
    place = next((at for at in range(places) if first[at] != other[at]), places) + 1
    return [f"the copies at {first_name} and {name} differ from place {place:,} on"]


def _lines(name: str, owner: str, said: list[str], found: list[str]) -> list[str]:
    """Each line exactly once, in the order in which it was said."""
    if said == found:
        return []
    where = f"in the copy at {owner}"
    faults = []
    counts: dict[str, int] = {}
    for line in found:
        counts[line] = counts.get(line, 0) + 1
    missing = sum(1 for line in said if line not in counts)
    doubled = sum(count - 1 for count in counts.values())
    if missing:
        faults.append(f"{missing:,} of the lines of {name} are missing {where}")
    if doubled:
        faults.append(f"{doubled:,} of the lines of {name} are doubled {where}")
    return faults or [f"the lines of {name} are not in their order {where}"]
