"""What the copies of a program are told, in order: all that passed, and nothing else.

Each step has the index and the stamp of the entry that it came by. A copy that comes later is told
the same steps from the first one on, and stands where the others stand.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import Key
from app.tkshare.model.events import Event, Name
from app.tkshare.model.speech import Due
from app.tkshare.model.statements import ChosenFile


@dataclass(frozen=True, slots=True)
class Named:
    """These names have numbers from `first` on."""

    first: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Went:
    """The share's clock runs from here."""

    index: int
    stamp_ms: int


@dataclass(frozen=True, slots=True)
class Passed:
    """Events of one person; their times are `t0_ms` + offset of the doer's clock.

    `seen`: the index that the doer's copy had applied when they were captured.
    """

    index: int
    stamp_ms: int
    person: Key
    t0_ms: int
    events: tuple[Event, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Ticked:
    """Timers of the program fire."""

    index: int
    stamp_ms: int
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Focused:
    """The program moved its focus itself."""

    index: int
    stamp_ms: int
    window: Name


@dataclass(frozen=True, slots=True)
class FileAsked:
    """The program waits for a file that this person chooses."""

    index: int
    stamp_ms: int
    person: Key


@dataclass(frozen=True, slots=True)
class FileCame:
    """The dialog's result; no file: cancelled."""

    index: int
    stamp_ms: int
    person: Key
    files: tuple[ChosenFile, ...]
    filter: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The clipboard holds this before what follows."""

    index: int
    stamp_ms: int
    person: Key
    mode: str
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Compute the digest here."""

    index: int
    stamp_ms: int


Step = Named | Went | Passed | Ticked | Focused | FileAsked | FileCame | Pasted | Marked


def event_count(step: Step) -> int:
    """How many events the guest replays for it: what its credit is counted in."""
    if isinstance(step, Passed):
        return len(step.events)
    return 1 if isinstance(step, Ticked) else 0
