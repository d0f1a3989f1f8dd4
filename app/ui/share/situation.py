"""In which situation a share is for the person here: a table from its state to words and buttons.

Pure: reads the model, draws nothing. The first situation that applies is the one that is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.node.api import ShareShown
from app.ui import figures
from app.ui.share.model import ShareModel
from app.ui.share.wishes import Wish
from app.ui.strings import Copies, Floor, Share


@dataclass(frozen=True, slots=True)
class Situation:
    """`tone` is a colour of the tokens (ok, warn, danger, apart) or empty; `progress` told of all."""

    icon: str
    title: str
    note: str = ""
    tone: str = ""
    wishes: tuple[Wish, ...] = ()
    progress: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class FloorShown:
    """The floor's card and buttons: who has it, since when, what one can do."""

    title: str
    note: str
    wishes: tuple[Wish, ...] = ()
    may_give: bool = False


def situation(model: ShareModel, share: ShareShown) -> Situation:
    """What the card says: the life of the copy here before all, then who may act."""
    return _without_copy(model, share) or _under_way(model, share) or _acting(model, share)


def _without_copy(model: ShareModel, share: ShareShown) -> Situation | None:
    title = share.title
    if share.phase == "ended":
        note = share.why or Share.ENDED_NOTE()
        return Situation("stop", Share.ENDED(program=title), note, wishes=(Wish.PUT_AWAY,))
    match share.copy:
        case "none":
            said = Share.OFFERED(name=model.name(share.owner), program=title)
            wishes = (Wish.START, Wish.WATCH)
            return Situation("program", said, Share.OFFERED_NOTE(), wishes=wishes)
        case "ended":
            wishes = (Wish.START, Wish.PUT_AWAY)
            return Situation("program", Share.CLOSED(), Share.CLOSED_NOTE(), wishes=wishes)
        case "failed":
            note = Share.BROKE_NOTE(reason=share.why)
            return Situation("bad", Share.BROKE(program=title), note, "danger", (Wish.AGAIN,))
        case _:
            return None


def _under_way(model: ShareModel, share: ShareShown) -> Situation | None:
    if share.copy == "fetching" and not model.is_repaired(share.id):
        said = Share.FETCHING(name=model.name(share.owner))
        if share.owner == model.own:
            said = Share.STARTING_FIRST()
        return Situation("clock", said, wishes=(Wish.STOP,), progress=(0, 0))
    if share.copy == "starting" and not model.is_repaired(share.id):
        ready, everybody = sum(each.current for each in share.people), len(share.people)
        said = Share.STARTING(count=ready, all=everybody) if everybody else Share.STARTING_FIRST()
        return Situation("clock", said, wishes=(Wish.STOP,), progress=(0, 0))
    if share.copy in {"fetching", "starting", "replaying"}:
        words = Share.REPAIRED_NOTE if model.is_repaired(share.id) else Share.REPLAYING_NOTE
        note = words(told=share.told, steps=share.steps)
        at = (share.told, share.steps)
        return Situation("clock", Share.REPLAYING(), note, wishes=(Wish.STOP,), progress=at)
    return None


def _acting(model: ShareModel, share: ShareShown) -> Situation:
    """The copy here shows the present."""
    if share.hung:
        said = Share.HUNG(program=share.title)
        return Situation("warn", said, Share.HUNG_NOTE(), "warn", (Wish.AGAIN,))
    if model.apart:
        return Situation("apart", Share.APART(), Share.APART_NOTE(), "apart")
    if share.differs is not None and share.differs[0] == model.own:
        said = Copies.DIFFERS_YOU(index=share.agreed)
        return Situation("copies", said, Copies.DIFFERS_OWN(), "warn", (Wish.REPAIR,))
    refused = model.refused(share.id)
    if refused:
        return Situation("stop", refused, tone="danger")
    if share.dragging is not None and share.dragging != model.own:
        said = Share.DRAGGING(name=model.name(share.dragging))
        return Situation("hand", said, Share.DRAGGING_NOTE())
    return _by_floor(model, share)


def _by_floor(model: ShareModel, share: ShareShown) -> Situation:
    own, holder = model.own, share.holder
    if share.floor == "free":
        return Situation("floor", Share.FREE(), Share.FREE_NOTE())
    if holder == own and own is not None:
        return Situation("floor", Share.YOURS(), Share.YOURS_NOTE())
    if holder is None:
        return Situation("floor", Share.NOBODY(), Share.NOBODY_NOTE())
    if own in share.queue:
        place = share.queue.index(own) + 1
        said = Share.NEXT() if place == 1 else Share.WAITING_NTH(count=place)
        return Situation("clock", said, Share.NEXT_NOTE(name=model.name(holder)))
    said = Share.POINTING(name=model.name(holder))
    return Situation("select", said, Share.POINTING_NOTE())


def floor_shown(model: ShareModel, share: ShareShown) -> FloorShown:
    """What the floor's part of the side panel shows."""
    own, holder = model.own, share.holder
    can_act = share.copy == "current" and share.phase != "ended"
    if share.floor == "free":
        return FloorShown(Share.FREE(), "")
    may_give = can_act and (holder == own or share.floor == "moderator")
    time = figures.duration(model.held_seconds(share.id))
    if holder == own and own is not None:
        wishes = (Wish.GIVE_ON,) if can_act else ()
        return FloorShown(Share.YOURS(), Floor.HELD_YOU(time=time), wishes, may_give)
    wish = Wish.WITHDRAW if own in share.queue else Wish.ASK
    wishes = (wish,) if can_act else ()
    if holder is None:
        return FloorShown(Share.NOBODY(), "", wishes, may_give)
    said = Share.POINTING(name=model.name(holder))
    return FloorShown(said, Floor.HELD(time=time), wishes, may_give)
