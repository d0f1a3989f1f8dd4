"""Live hints: what is seen of others while they act, and is worth nothing a second later.

Unordered, over the direct link, the latest of a kind wins; not kept, not acknowledged. All
coordinates are px.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import SiteId

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PointerAt:
    """Where the pointer is on a board."""

    board: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class StrokePoints:
    """Points of an open stroke from number `first` on, relative to the object's (x, y)."""

    object_id: str
    first: int
    points: Points


@dataclass(frozen=True, slots=True)
class TextSoFar:
    """The text of an object that is being written."""

    object_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TypingNow:
    """A line is being written."""


@dataclass(frozen=True, slots=True)
class LaserAt:
    """The trail of a laser pointer."""

    board: str
    points: Points


@dataclass(frozen=True, slots=True)
class Selected:
    """What is chosen on a board; none: nothing."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looking:
    """The part of a board that is in sight, to be followed."""

    board: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class SeenUpTo:
    """The newest index that a person has seen."""

    index: int


Hint = PointerAt | StrokePoints | TextSoFar | TypingNow | LaserAt | Selected | Looking | SeenUpTo


@dataclass(frozen=True, slots=True)
class SendHint:
    """Tell the other members, now or never: too many in a second are left out. No answer."""

    hint: Hint


@dataclass(frozen=True, slots=True)
class HintHeard:
    """A member lets this be seen."""

    site: SiteId
    hint: Hint
