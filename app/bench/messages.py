"""What the measuring process and its sites say to each other. Instants are monotonic seconds.

On one machine the monotonic clock is the same for all processes, so an instant taken in one may be
compared with one taken in another.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import EntryId, SiteId


@dataclass(frozen=True, slots=True)
class Setup:
    """How a site is started: its folder, its one-way delay, and whether it keeps every instant."""

    folder: str
    delay_ms: float
    keeps: bool


# --- to a site ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Found a session; answered by `Ready`."""

    policy: str


@dataclass(frozen=True, slots=True)
class Join:
    """Join by an invite; answered by `Ready`."""

    invite: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Say one line after another."""

    lines: int
    every_ms: float
    characters: int


@dataclass(frozen=True, slots=True)
class Flood:
    """Say lines in bursts, as fast as a window of unsettled ones allows; answered by `Flooded`.

    It is over when `total` lines, everybody's, are in this site's log.
    """

    lines: int
    total: int
    burst: int
    window: int
    characters: int


@dataclass(frozen=True, slots=True)
class Fill:
    """Draw so many things on the board, some in each entry; answered by `Filled`."""

    objects: int
    per_entry: int


@dataclass(frozen=True, slots=True)
class Move:
    """Wish the dispatcher to a site."""

    target: SiteId


@dataclass(frozen=True, slots=True)
class Await:
    """Tell when so many lines are in the log; answered by `Report`."""

    lines: int


@dataclass(frozen=True, slots=True)
class Meet:
    """Tell when so many members are present; answered by `Met`."""

    members: int


# --- from a site ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The site takes commands."""

    site: SiteId
    invite: str
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Filled:
    """All that was to be drawn is settled."""


@dataclass(frozen=True, slots=True)
class Met:
    """As many members as asked for are present."""


@dataclass(frozen=True, slots=True)
class Flooded:
    """When the first line was said and the last one was in the log; processor time in between."""

    begun: float
    ended: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Arrived:
    """This site saw the dispatcher at `target`; `wished` is when a wish was taken here, if any."""

    target: SiteId
    at: float
    wished: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Own lines with the instants at which they were taken; the log with those it was shown at."""

    said: tuple[tuple[EntryId, float], ...]
    shown: tuple[tuple[EntryId, float], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The site can't go on."""

    why: str
