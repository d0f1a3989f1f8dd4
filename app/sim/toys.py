"""A toy guest: a program whose whole state is a hash of what it was told.

Speaks as a real guest does, takes its time for each frame, and says what its person does. Two
copies that stand at the same place of the same log must have the same state: the chain of the log
is that place. What it checks of the stream itself: names come before their numbers, stamps never
fall, nobody points while another one drags.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from app.core.rng import Rng
from app.sim.violation import Violation

CHECKER = "copies"
POINTING = frozenset(("press", "release", "move", "wheel"))
WINDOWS = (".", ".canvas", ".entry", ".menu", ".dialog")

Say = Callable[[list[Any]], None]
Place = Callable[[int], bytes]


class Sameness:
    """States that copies of one share had, by chain and how many steps came by that entry."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, bytes, int], tuple[str, str]] = {}
        self.compared = 0

    def check(self, share: str, place: tuple[bytes, int], state: str, who: str) -> None:
        """A copy stands here with this state."""
        known = self.states.setdefault((share, *place), (state, who))
        if known[1] != who:
            self.compared += 1
        if known[0] != state:
            raise Violation(CHECKER, f"the copies of {known[1]} and {who} differ in {share}")


class Toy:
    """One copy; `waiting` frames are told and not replayed yet."""

    def __init__(self, who: str, share: str, sameness: Sameness, say: Say, place: Place) -> None:
        self.who = who
        self.share = share
        self.state = "0" * 16
        self.applied = 0
        self.alive = True
        self.went = False
        self.waiting: list[tuple[list[Any], bytes]] = []
        self._sameness = sameness
        self._say = say
        self._place = place
        self._names: list[str] = []
        self._stamp = 0
        self._dragging: dict[int, str] = {}
        self._ordinal = (0, 0)
        self._down: list[int] = []

    def told(self, message: bytes) -> None:
        """A frame came; where the log stood at its entry is noted now."""
        frame = json.loads(message)
        index = frame[1] if len(frame) > 2 and frame[0] != "names" else 0
        self.waiting.append((frame, self._place(index) if index else b""))

    def replay(self) -> None:
        """Replay one frame."""
        frame, chain = self.waiting.pop(0)
        if frame[0] == "names":
            if frame[1] != len(self._names):
                raise Violation(CHECKER, f"{self.who} is told names out of order")
            self._names += frame[2]
            return
        if frame[0] == "raise":
            return
        index, stamp = frame[1], frame[2]
        if stamp < self._stamp or index < self.applied:
            raise Violation(CHECKER, f"time goes back for the copy of {self.who}")
        self._stamp, self.applied = stamp, index
        self.went = self.went or frame[0] == "go"
        if frame[0] == "events":
            for event in frame[5]:
                self._check(frame[3], event)
        self.state = hashlib.sha256(f"{self.state} {frame}".encode()).hexdigest()[:16]
        self._ordinal = (index, self._ordinal[1] + 1 if self._ordinal[0] == index else 1)
        self._sameness.check(self.share, (chain, self._ordinal[1]), self.state, self.who)
        if frame[0] in {"events", "clock"}:
            count = len(frame[5]) if frame[0] == "events" else 1
            self._say(["applied", index, count, 0])
        elif frame[0] == "mark":
            self._say(["digest", index, self.state, [[".", self.state]]])

    def _check(self, person: str, event: list[Any]) -> None:
        kind, window = event[0], event[1]
        if type(window) is int and window >= len(self._names):
            raise Violation(CHECKER, f"{self.who} is told a number without its name")
        if kind in POINTING and any(owner != person for owner in self._dragging.values()):
            raise Violation(CHECKER, f"{person} points while somebody else drags")
        if kind == "press":
            self._dragging[event[4]] = person
        elif kind == "release" and self._dragging.pop(event[4], None) != person:
            raise Violation(CHECKER, f"a release of {person} without its press")

    def act(self, rng: Rng, at_ms: int) -> None:
        """Its person does something."""
        window = rng.choice(WINDOWS)
        name = self._names.index(window) if window in self._names else window
        x = rng.below(1_000)
        events: list[list[Any]] = [["move", name, x, 8, 0, None, 0]]
        if self._down and rng.chance(0.6):
            events.append(["release", name, x, 8, self._down.pop(), 256, None, 1])
        elif rng.chance(0.5):
            self._down.append(1)
            events.append(["press", name, x, 8, 1, 0, None, 1])
        else:
            text = rng.choice("abc")
            events.append(["key", name, ord(text), 38, 0, text, 0, 1])
            events.append(["keyup", name, ord(text), 38, 0, "", 0, 2])
        self._say(["input", self.applied, at_ms, events])
        if rng.chance(0.2):
            self._say(["wants", "tick", []])
