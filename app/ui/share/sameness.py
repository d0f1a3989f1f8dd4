"""What people read of the copies: whether they are alike, since when not, what may part them.

Pure: reads the model, draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.node.api import ActionShown, ShareShown, TakesPart
from app.ui import figures
from app.ui.share.model import ShareModel
from app.ui.share.wishes import Wish
from app.ui.strings import Actions, Copies
from app.ui.wording import figure


@dataclass(frozen=True, slots=True)
class Badge:
    """The badge of the head; `tone` is ok, warn or empty."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The card of the side panel."""

    title: str
    note: str
    tone: str
    wishes: tuple[Wish, ...] = ()


def badge(model: ShareModel, share: ShareShown) -> Badge:
    """In a few words whether copies are alike."""
    if share.differs is not None:
        who = share.differs[0]
        if who == model.own:
            return Badge(Copies.BADGE_DIFFERS_YOU(), "warn")
        return Badge(Copies.BADGE_DIFFERS(name=model.name(who)), "warn")
    behind = sum(not each.current for each in share.people)
    if share.identical and share.copies > 1:
        if behind:
            return Badge(Copies.BADGE_BEHIND(count=share.copies, more=behind), "")
        return Badge(Copies.BADGE_SAME(count=share.copies), "ok")
    return Badge(Copies.BADGE_UNKNOWN(max(len(share.people), 1)), "")


def proof(model: ShareModel, share: ShareShown) -> Proof:
    """What was found when copies were compared last."""
    if share.differs is not None:
        who, window = share.differs
        where = Copies.DIFFERS_WHERE(window=window) if window else ""
        if who == model.own:
            title = Copies.DIFFERS_YOU(index=share.agreed)
            note = "\n".join(filter(None, (where, Copies.DIFFERS_OWN())))
            return Proof(title, note, "warn", (Wish.REPAIR,))
        name = model.name(who)
        note = "\n".join(filter(None, (where, Copies.DIFFERS_THEIRS(name=name))))
        return Proof(Copies.DIFFERS(name=name, index=share.agreed), note, "warn")
    if share.identical:
        tone = "ok" if share.copies > 1 else ""
        return Proof(Copies.SAME(share.copies), Copies.SAME_NOTE(index=share.agreed), tone)
    return Proof(Copies.UNKNOWN(), Copies.UNKNOWN_NOTE(), "")


def warnings(model: ShareModel, share: ShareShown) -> tuple[str, ...]:
    """What may part the copies, and that the share grew long; each a sentence."""
    said: list[str] = []
    for each in share.people:
        said += _own_warnings(each) if each.site == model.own else _warnings(model, each)
    if share.long:
        said.append(Copies.LONG(count=share.events))
        if share.owner != model.own:
            said.append(Copies.LONG_THEIRS(name=model.name(share.owner)))
    return tuple(said)


def _warnings(model: ShareModel, person: TakesPart) -> list[str]:
    name = model.name(person.site)
    said: list[str] = []
    if person.inexact:
        said.append(Copies.NOT_EXACT(name=name, parts=figures.names(person.inexact)))
    if not person.same_look:
        said.append(Copies.OTHER_LOOK(name=name))
    if person.door == "filter":
        said.append(Copies.SECOND_DOOR(name=name))
    return said


def _own_warnings(person: TakesPart) -> list[str]:
    said: list[str] = []
    if person.inexact:
        said.append(Copies.NOT_EXACT_YOU(parts=figures.names(person.inexact)))
    if not person.same_look:
        said.append(Copies.OTHER_LOOK_YOU())
    if person.door == "filter":
        said.append(Copies.SECOND_DOOR_YOU())
    return said


def state_of(share: ShareShown, person: TakesPart) -> str:
    """What stands behind somebody who takes part."""
    if not person.current:
        return Copies.CATCHING_UP()
    differs = share.differs is not None and share.differs[0] == person.site
    if differs or not share.identical:
        return Copies.READY()
    return f"#{figure(share.agreed)}"


_WORDS = {
    "press": Actions.PRESS,
    "keys": Actions.KEYS,
    "file": Actions.FILE,
}
_PLAIN = {
    "wheel": Actions.WHEEL,
    "close": Actions.CLOSE,
    "menu": Actions.MENU,
}


def action_text(action: ActionShown) -> str:
    """What was done, in a few words."""
    if action.kind in _WORDS:
        return _WORDS[action.kind](action.count, window=action.window)
    if action.kind in _PLAIN:
        return _PLAIN[action.kind](window=action.window)
    return Actions.PASTE()
