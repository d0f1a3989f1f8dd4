"""What a chat row says of itself in words: its state for tips, captions and screen readers."""

from __future__ import annotations

from enum import Enum

from app.core.ids import SiteId
from app.node.api import ChatRow
from app.ui import figures
from app.ui.models.names import known_name
from app.ui.moments import time_of_day
from app.ui.strings import Apart, Chat, Common

WAITING_SAID_MS = 2_000
"""Less than this nobody notices."""
_ENDS = ".!?…:"
_SHORT = {"ordered": Chat.ORDERED_SPOKEN, "settled": Chat.SETTLED_SPOKEN}
WAITING_LONG_MS = 10_000
"""From here on somebody may want to know what was tried."""


class Help(Enum):
    """What a row offers where something is wrong; the value is what its button says."""

    TRIED = Chat.TRIED
    AGAIN = Chat.AGAIN
    SHOW = Apart.SHOW


def state_text(row: ChatRow, *, apart: bool = False) -> str:
    """How far the line got, as a sentence; `apart`: this side can't settle."""
    match row.state:
        case "waiting":
            return Chat.WAITING()
        case "settled":
            return Chat.SETTLED()
        case "refused":
            return Chat.REFUSED(reason=row.why)
        case _:
            return Chat.KEPT_APART() if apart else Chat.ORDERED(count=row.index or 0)


def waiting_caption(row: ChatRow, now_ms: int) -> str:
    """What stands below a line that waits; empty for the first two seconds."""
    waited = now_ms - row.wall_ms
    if row.state != "waiting" or waited < WAITING_SAID_MS:
        return ""
    if waited < WAITING_LONG_MS:
        return Chat.WAITING_LONG(time=figures.duration(waited // 1_000))
    return Chat.WAITING_VERY_LONG()


def helps(row: ChatRow, now_ms: int) -> tuple[Help, ...]:
    """What can be done about a line that waits long, or was refused."""
    if row.deleted:
        return ()
    if row.state == "refused" and row.own:
        return (Help.AGAIN,)
    long = row.state == "waiting" and now_ms - row.wall_ms >= WAITING_LONG_MS
    return (Help.TRIED,) if long else ()


def joined_text(row: ChatRow) -> str:
    """Where a line comes from that was written while all were apart."""
    return Apart.WRITTEN_APART(name=shown_name(row))


def shown_name(row: ChatRow) -> str:
    """The author's name, if it is known yet."""
    return known_name(row.name, row.site)


def spoken(
    row: ChatRow, moment_ms: int, seen: tuple[SiteId, ...] = (), *, apart: bool = False
) -> str:
    """The whole row for a screen reader."""
    if row.deleted:
        return Chat.TAKEN_BACK(name=shown_name(row))
    said = row.text.rstrip()
    if said and said[-1] not in _ENDS:
        said = Chat.AS_ONE_END(text=said)
    short = row.state in _SHORT and not (apart and row.state == "ordered")
    notes = [_SHORT[row.state]() if short else state_text(row, apart=apart)]
    if row.edited:
        notes.append(Chat.EDITED())
    if seen:
        notes.append(Chat.SEEN(len(seen)))
    name = Common.YOU() if row.own else shown_name(row)
    at = time_of_day(moment_ms)
    state = ", ".join(notes)
    if row.reply_to is not None:
        to = " ".join(row.reply_text.split())
        return Chat.AS_ONE_REPLY(name=name, time=at, quote=to, text=said, state=state)
    return Chat.AS_ONE(name=name, time=at, text=said, state=state)
