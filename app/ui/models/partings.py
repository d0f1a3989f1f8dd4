"""Who works apart since when, and what came from them when all met again.

Fed with what the site tells; counts what is ordered of somebody who is, or was, apart. Plain values,
no Qt: the card in the chat and the banner are made of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.core import limits
from app.core.ids import EntryId, SiteId
from app.node.api import CameTogether, EntryShown, WorkedApart
from app.ui.models.talk import TALK

JOINED_MAX = 10_000
"""Entries of others that are known to be written apart; beyond it they are not counted."""
ONE_MEETING_MS = 10_000
"""Groups that come back within this are one meeting, and one card."""
_LINE = "chat"


@dataclass(frozen=True, slots=True)
class Parted:
    """Since when somebody is apart (wall-clock), and whether this side settled without them."""

    since_ms: int
    settles: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """All met again at `at_ms`: who was apart since when, and what joined.

    `index` is the first entry behind it. `away`: this side was the one that could not settle. `lines`
    and `things` are entries of theirs, of the chat and of boards; `own` is how many of this side's
    own were put into the order anew.
    """

    sites: tuple[SiteId, ...]
    index: int
    at_ms: int
    since_ms: int
    away: bool
    lines: int = 0
    things: int = 0
    own: int = 0


class Partings:
    """The present groups, and the last meeting."""

    def __init__(self) -> None:
        self.parted: dict[SiteId, Parted] = {}
        self.settles = True
        """What the site said last of whether anything settles here."""
        self.meeting: Meeting | None = None
        self._newest: dict[SiteId, tuple[int, int]] = {}
        self.joined: dict[EntryId, str] = {}
        """What they wrote while apart, as far as it is ordered here: kind by entry."""

    def worked_apart(self, event: WorkedApart, now_ms: int) -> None:
        """Work goes on without some."""
        if not self.parted:
            self.joined = {}
            self.meeting = None
        self.settles = event.settles
        for site in event.sites:
            self.parted.setdefault(site, Parted(now_ms, event.settles))

    def came_together(self, event: CameTogether, now_ms: int) -> Meeting:
        """Some are back."""
        away = not self.settles
        self.settles = event.settles
        since_ms = now_ms - event.apart_ms
        for site in event.sites:
            self.parted.pop(site, None)
        last = self.meeting
        made = Meeting(event.sites, event.index, now_ms, since_ms, away, own=event.queued)
        if last is not None and now_ms - last.at_ms < ONE_MEETING_MS:
            made = Meeting(
                tuple(dict.fromkeys([*last.sites, *event.sites])),
                min(last.index, event.index),
                last.at_ms,
                min(last.since_ms, since_ms),
                last.away or away,
                own=max(last.own, event.queued),
            )
        self.meeting = made
        return self._counted()

    def ordered(self, entries: Iterable[EntryShown]) -> tuple[EntryId, ...]:
        """Entries got their place; those of them that were written apart."""
        found: list[EntryId] = []
        meeting = self.meeting
        for shown in entries:
            entry = shown.placed.entry
            if not self._is_new(entry.id):
                continue
            back = meeting is not None and entry.site in meeting.sites
            if entry.kind not in TALK or entry.id in self.joined or len(self.joined) >= JOINED_MAX:
                continue
            # By the author's own clock: what comes behind the meeting may be older than it.
            late = back and meeting is not None and entry.wall_ms < meeting.at_ms
            if entry.site in self.parted or late:
                self.joined[entry.id] = entry.kind
                found.append(entry.id)
        if found and meeting is not None:
            self._counted()
        return tuple(found)

    def _is_new(self, entry: EntryId) -> bool:
        """Whether it is ordered here for the first time: a merge takes back and places again."""
        number = (entry.incarnation, entry.number)
        before = self._newest.pop(entry.site, (0, 0))
        self._newest[entry.site] = max(before, number)
        if len(self._newest) > limits.AUTHORS_MAX:
            del self._newest[next(iter(self._newest))]
        return number > before

    def _counted(self) -> Meeting:
        assert self.meeting is not None
        sites = self.meeting.sites
        kinds = [kind for entry, kind in self.joined.items() if entry.site in sites]
        lines = len([kind for kind in kinds if kind == _LINE])
        self.meeting = replace(self.meeting, lines=lines, things=len(kinds) - lines)
        return self.meeting
