"""What has happened so far: lines, waits, where the stick is and why. Pure; fed by what sites say.

A line's wait is measured by its author's site, from taking the line to showing it in its place. It
counts as *here* if the stick was at the author when the line was said and when it was ordered, as
*away* if it was elsewhere both times, else as *under way*: caught by the move.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Where(Enum):
    """Where the stick was, seen from a line's author."""

    HERE = "here"
    AWAY = "away"
    UNDER_WAY = "under way"


@dataclass(slots=True)
class Person:
    """One person, as seen from their own site."""

    name: str
    site: str
    said: list[str] = field(default_factory=list)
    """Texts, in order."""
    ordered: int = 0
    waits: dict[Where, list[float]] = field(default_factory=lambda: {where: [] for where in Where})
    """Milliseconds, in the order in which they were reported."""
    holder: str = ""
    """The site that this one knows to hold the stick."""
    length: int = 0
    """Index of the newest entry that this site has shown."""
    settled: int = 0
    _held_by: dict[int, str] = field(default_factory=dict)
    """Request under way -> who held the stick, as far as the author's site knew."""


@dataclass(frozen=True, slots=True)
class Move:
    """The stick went from one person to another; times in seconds since the start."""

    seconds: float
    source: str
    target: str
    reason: str
    gain_ms: float


class Score:
    """All people, and the way of the stick."""

    def __init__(self, people: list[Person], founder: str) -> None:
        self.people = people
        self.moves: list[Move] = []
        self._homes: dict[str, str] = {}
        self._founder = founder
        self._newest = (0, 0)
        self.holder = founder
        for person in people:
            person.holder = founder

    def name(self, site: str) -> str:
        """What the person at this site is called."""
        return next((person.name for person in self.people if person.site == site), site)

    def said(self, position: int, request: int, line: str) -> None:
        """A person says a line."""
        person = self.people[position]
        person.said.append(line)
        person._held_by[request] = person.holder

    def answered(self, position: int, answer: dict[str, Any]) -> None:
        """A site reports what became of a line."""
        person = self.people[position]
        for line in answer.get("lines", ()):
            if line["state"] == "queued":
                continue
            person.ordered += 1
            before = person._held_by.pop(answer["request"], self._founder)
            after = self._homes.get(line["epoch"], self._founder)
            held = [site == person.site for site in (before, after)]
            where = Where.HERE if all(held) else Where.UNDER_WAY if any(held) else Where.AWAY
            person.waits[where].append(float(line["ms"]))

    def happened(self, position: int, event: dict[str, Any], seconds: float) -> None:
        """A site tells of an event."""
        person = self.people[position]
        match event["event"]:
            case "entry":
                person.length = event["index"]
            case "reverted":
                person.length = min(person.length, event["from"] - 1)
            case "settled":
                person.settled = event["index"]
            case "moved":
                person.holder = event["to"]
                self._moved(event, seconds)
            case _:
                return

    def _moved(self, event: dict[str, Any], seconds: float) -> None:
        """Every site tells of every move; the first one that does is believed."""
        epoch = str(event["epoch"])
        if epoch in self._homes:
            return
        self._homes[epoch] = event["to"]
        if order_of(epoch) < self._newest:
            return
        self._newest = order_of(epoch)
        self.holder = event["to"]
        self.moves.append(
            Move(seconds, event["from"], event["to"], event["reason"], float(event["gain_ms"]))
        )

    @property
    def under_way(self) -> int:
        """Lines that nobody has ordered yet."""
        return sum(len(person.said) - person.ordered for person in self.people)

    @property
    def at_rest(self) -> bool:
        """Nothing is under way and every copy is settled to the same end."""
        ends = {(person.length, person.settled - person.length) for person in self.people}
        return not self.under_way and len(ends) == 1 and ends.pop()[1] == 0


def order_of(epoch: str) -> tuple[int, int]:
    """Epochs `view.move` grow; a later one is of a later holder."""
    view, _, move = epoch.partition(".")
    return int(view), int(move)


def median(values: list[float]) -> float | None:
    """The lower one of the middle values; None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None
