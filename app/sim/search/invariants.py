"""What must hold in every state of a small world: invariants 1 to 3 and 11 to 13 of ORDER.md 8.

Judged by `app.dispatcher.views` alone and never by the rules that may be planted with a bug.
"""

from __future__ import annotations

from app.core.ids import Key
from app.dispatcher.epochs import ViewId
from app.dispatcher.views import View, is_quorum
from app.sim.search.state import (
    Branched,
    Log,
    Reported,
    Site,
    Voted,
    World,
    is_prefix,
    key_of,
)


def broken(world: World, before: World | None = None) -> str | None:
    """The promise that does not hold in this world, or in the step from the one before."""
    return (
        _logs(world)
        or _holders(world)
        or _branches(world)
        or _settled(world)
        or (None if before is None else _kept(before, world))
    )


def _logs(world: World) -> str | None:
    for place, site in enumerate(world.sites):
        wrong = _one_log(site)
        if wrong is not None:
            return f"{chr(65 + place)}: {wrong}"
        for other in world.sites[:place]:
            if site.cur == other.cur and not (
                is_prefix(site.log, other.log) or is_prefix(other.log, site.log)
            ):
                return f"logs of view {site.cur} are no prefixes of each other"
            if site.prim == other.prim and not (
                is_prefix(site.plog, other.plog) or is_prefix(other.plog, site.plog)
            ):
                return f"primary logs of view {site.prim} are no prefixes of each other"
    return None


def _one_log(site: Site) -> str | None:
    last: dict[Key, int] = {}
    names = set()
    for row in site.log:
        author, number = row.said.name
        if number != last.get(author, 0) + 1:
            return "an author's entries are not 1, 2, 3"
        if not all(cause in names for cause in row.said.causes):
            return "an entry stands before one that its author had seen"
        last[author] = number
        names.add(row.said.name)
    if any(said.name in names for said in site.queue):
        return "an entry is in log and queue"
    return None


def _holders(world: World) -> str | None:
    held: dict[ViewId, int] = {}
    for place, site in enumerate(world.sites):
        if site.hold is not None and held.setdefault(site.cur, place) != place:
            return f"two hold the token of view {site.cur}"
    return None


def _branches(world: World) -> str | None:
    known: dict[ViewId, Branched] = {}
    for message in world.sent:
        if isinstance(message, Branched) and known.setdefault(message.view.id, message) != message:
            return f"two branches {message.view.id}"
    return None


def _decided(world: World) -> tuple[dict[int, tuple[View, Log]], str | None]:
    """Decided views by every vote ever cast, with their bases."""
    first = next(site.views[0] for site in world.sites if site.views)
    decided: dict[int, tuple[View, Log]] = {1: (first, ())}
    votes = [message for message in world.sent if isinstance(message, Voted)]
    number = 1
    while number in decided:
        for vote in votes:
            if vote.number != number:
                continue
            voters = [
                item.by
                for item in votes
                if (item.number, item.ballot, item.view) == (number, vote.ballot, vote.view)
            ]
            if not is_quorum(decided[number][0], voters):
                continue
            known = decided.setdefault(number + 1, (vote.view, vote.base))
            if known[0] != vote.view:
                return decided, f"two views {number + 1} are decided"
        number += 1
    return decided, None


def _settled(world: World) -> str | None:
    """Settled logs are prefixes of each other and of every later base; marks don't run ahead."""
    decided, wrong = _decided(world)
    if wrong is not None:
        return wrong
    longest: Log = ()
    for number in sorted(decided):
        view, base = decided[number]
        if not is_prefix(longest, base):
            return f"view {number} begins without all that was settled before it"
        longest = base
        logs = {
            message.by: message.log
            for message in world.sent
            if isinstance(message, Reported) and message.prim == number
        }
        have = sorted([logs.get(key, ()) for key in view.keys], key=len, reverse=True)
        settled = have[len(have) // 2]
        if not (is_prefix(longest, settled) or is_prefix(settled, longest)):
            return f"what is settled in view {number} does not continue its base"
        longest = max(longest, settled, key=len)
    for place, site in enumerate(world.sites):
        if not is_prefix(site.log[: site.settled], longest):
            return f"{chr(65 + place)} calls {site.settled} entries settled that are not"
    return None


def _kept(before: World, after: World) -> str | None:
    """What the step of one site may not do."""
    for place, (old, new) in enumerate(zip(before.sites, after.sites, strict=True)):
        if old is new:
            continue
        wrong = _lost(old, new) or _unfounded(before, after, place)
        if wrong is None and new.left and not old.left:
            wrong = _gone(after, old)
        if wrong is not None:
            return f"{chr(65 + place)} {wrong}"
    return None


def _lost(old: Site, new: Site) -> str | None:
    """No step loses an entry, none goes back in view or mark."""
    names = {row.said.name for row in new.log} | {said.name for said in new.queue}
    lost = [row.said.name for row in old.log if row.said.name not in names]
    lost += [said.name for said in old.queue if said.name not in names]
    if lost:
        return f"loses {len(lost)} entries"
    return "goes back" if new.cur < old.cur or new.settled < old.settled else None


def _unfounded(before: World, after: World, place: int) -> str | None:
    """Who accepts a view has what it begins with."""
    for message in after.sent:
        if isinstance(message, Voted) and message.by == key_of(place):
            if message not in before.sent and not is_prefix(message.base, after.sites[place].plog):
                return "accepts a view without its base"
    return None


def _gone(after: World, old: Site) -> str | None:
    """Invariant 14: who goes leaves its entries behind, and a quorum that goes on."""
    view = old.views[-1]
    bases = [
        message.base
        for message in after.sent
        if isinstance(message, Voted) and message.view == view
    ]
    has = {row.said.name for row in bases[0]} if bases else set()
    if not all(row.said.name in has for row in old.log):
        return "leaves and takes entries with it"
    rest = [
        key_of(other)
        for other, site in enumerate(after.sites)
        if not site.left and site.prim >= view.number
    ]
    return None if is_quorum(view, rest) else "leaves before a quorum without it goes on"
