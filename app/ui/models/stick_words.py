"""How a move of the stick is said in one sentence, by its reason; the only pronoun is "you"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.ids import SiteId
from app.node.api import APART, TOGETHER, DispatcherMoved
from app.ui import figures
from app.ui.strings import Stick
from app.ui.wording import Sentence

GAIN_SAID_MS = 5.0
"""A smaller gain is no news."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One reason, as it is told to those who look on, to who has it now, and to who had it."""

    others: Sentence
    holder: Sentence
    before: Sentence


_FULL = _Told(Stick.HOLDER_FULL, Stick.FULL_TO_YOU, Stick.YOU_FULL)
_LEFT = _Told(Stick.HOLDER_LEFT, Stick.LEFT_TO_YOU, Stick.YOU_LEFT)
_UNREACHABLE = _Told(Stick.HOLDER_UNREACHABLE, Stick.UNREACHABLE_TO_YOU, Stick.YOU_UNREACHABLE)
_OF_HOLDER = {"HOME_FULL": _FULL, "HOME_LEAVING": _LEFT}


def move_sentence(
    event: DispatcherMoved, name_of: Callable[[SiteId], str], own: SiteId | None
) -> str:
    """Where the stick went and why, told to `own`."""
    source, target = name_of(event.source), name_of(event.target)
    if event.reason == "COMMAND" and event.target != own and event.by is not None:
        return _handed(event, event.by, name_of, own)
    if event.reason in {"REGRET", "COUNT", "COMMAND"}:
        return _wished(event, target, to_own=event.target == own)
    if event.reason == APART:
        return Stick.APART() if event.target == own else Stick.APART_ELSEWHERE(name=target)
    if event.reason == TOGETHER:
        return Stick.TOGETHER_YOU() if event.target == own else Stick.TOGETHER(name=target)
    told = _OF_HOLDER.get(event.reason, _UNREACHABLE)
    if event.source == own:
        return told.before(name=target)
    if event.target == own:
        return told.holder(gone=source)
    return told.others(gone=source, name=target)


def _handed(
    event: DispatcherMoved, by: SiteId, name_of: Callable[[SiteId], str], own: SiteId | None
) -> str:
    target = name_of(event.target)
    if by == own:
        return Stick.YOU_HANDED(name=target)
    if by == event.target:
        return Stick.TAKEN(name=target)
    return Stick.HANDED_BY(who=name_of(by), name=target)


def _wished(event: DispatcherMoved, target: str, *, to_own: bool) -> str:
    """Nothing was wrong where it was."""
    if to_own:
        return Stick.TO_YOU()
    if event.reason == "COMMAND":
        return Stick.HANDED(name=target)
    if event.gain_ms >= GAIN_SAID_MS:
        return Stick.TALKS_MOST(name=target, time=figures.milliseconds(event.gain_ms))
    return Stick.TALKS_MOST_LITTLE(name=target)
