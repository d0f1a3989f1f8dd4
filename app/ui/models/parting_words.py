"""What is said of being apart and of meeting again: sentences made of plain values. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from app.core.ids import SiteId
from app.ui import figures
from app.ui.models.partings import Meeting
from app.ui.models.status import SessionStatus
from app.ui.moments import time_of_day
from app.ui.strings import Apart, Chat


def meeting_title(meeting: Meeting) -> str:
    """Together again, 14:47."""
    return Apart.TITLE(time=time_of_day(meeting.at_ms))


def meeting_text(meeting: Meeting, name_of: Callable[[SiteId], str]) -> str:
    """Who was apart for how long, and what joined."""
    names = figures.names([name_of(site) for site in meeting.sites])
    span = figures.duration(max(meeting.at_ms - meeting.since_ms, 0) // 1_000)
    if meeting.away:
        said = [Apart.CARD_WE(names=names, span=span)]
    else:
        said = [Apart.CARD_THEY(len(meeting.sites), names=names, span=span)]
    said.append(_theirs(meeting))
    if meeting.away and meeting.own:
        said.append(Apart.OWN(meeting.own))
    return " ".join(said)


def _theirs(meeting: Meeting) -> str:
    lines, things = meeting.lines, meeting.things
    if lines and things:
        if lines == 1:
            return Apart.FROM_ONE_AND(things)
        return Apart.FROM_BOTH(things, lines=lines)
    if lines:
        return Apart.FROM_LINES(lines)
    return Apart.FROM_THINGS(things) if things else Apart.FROM_NOTHING()


def awaited_sentences(status: SessionStatus) -> list[str]:
    """What this computer waits for: who is missing, the stick, what is unsettled; what is safe."""
    said = [
        Apart.WAITS_FOR(name=name, time=time_of_day(since_ms))
        for name, since_ms in status.gone_since()
    ]
    if said:
        said.append(Apart.WAITS_CALLS())
    holder = status.holder
    if holder is None:
        said.append(Chat.TRIED_NOBODY())
    elif not holder.is_self and holder.state != "present":
        said.append(Chat.TRIED_HOLDER_GONE(name=holder.name))
    here, count, needed = status.needed()
    if status.can_settle:
        said.append(Apart.WAITS_ENOUGH(count=here, all=count))
    else:
        said.append(Apart.WAITS_QUORUM(count=here, all=count, needed=needed))
    if status.fetched is not None:
        pieces, everything = status.fetched
        said.append(Apart.WAITS_FETCHING(count=pieces, all=everything))
    if status.waiting():
        said.append(Apart.WAITS_PLACE(status.waiting()))
    if status.unsettled():
        said.append(Apart.WAITS_UNSETTLED(status.unsettled()))
    said.append(Apart.WAITS_NOTHING())
    return said
