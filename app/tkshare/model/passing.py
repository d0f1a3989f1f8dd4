"""Which events of an entry pass, one after the other.

The heart of a share: every copy replays what passes here and nothing else, so it looks at nothing
but the order. Floor, gesture lock, pending dialog, lateness, releases whose press passed. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core import limits
from app.tkshare.model import floor
from app.tkshare.model.events import LATE, OF_THE_GUEST, POINTING, Event, Name
from app.tkshare.model.state import Gesture, Given, Participant, Share

NO_PRESS = "nothing was pressed before it"

ACTIONS = frozenset(("press", "wheel", "key", "text", "context", "close"))
"""Kinds that people count as doing something."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event that did not pass: why, and whether that is for certain before it is ordered."""

    why: str
    early: bool = True


def is_late(seen: int, stamp_ms: int, others: list[Participant]) -> bool:
    """Whether others acted more than 1.5 s before, and the doer's copy had not seen it."""
    limit = stamp_ms - limits.SHARE_LATE_MS
    return any(index > seen for each in others for at, index in each.recent if at < limit)


def with_recent(doer: Participant, stamp_ms: int, index: int) -> Participant:
    """The participant with what passed just now among its recent entries."""
    slot = stamp_ms - stamp_ms % limits.SHARE_RECENT_MS
    recent = doer.recent
    if recent and recent[-1][0] >= slot:
        recent = (*recent[:-1], (recent[-1][0], index))
    else:
        recent = (*recent, (slot, index))
    # Of those that are older than the limit only the newest can ever decide.
    limit = stamp_ms - limits.SHARE_LATE_MS
    while len(recent) > 1 and recent[1][0] < limit:
        recent = recent[1:]
    return replace(doer, recent=recent)


def is_locked(gesture: Gesture | None, event: Event) -> bool:
    """Whether somebody else's buttons that are down keep this event back."""
    by_mouse: bool = event.kind == "context" and event.field("mouse") == 1
    return gesture is not None and (by_mouse or event.kind in POINTING)


class Passing:
    """Goes through the events of one entry; `share` and `doer` change as it goes."""

    def __init__(self, share: Share, given: Given, doer: Participant, *, late: bool) -> None:
        self.share = share
        self.doer = doer
        self.stamp_ms = given.stamp_ms
        self._late = late
        self._author = given.author
        self._index = given.index

    def take(self, event: Event) -> Held | None:
        """Whether this event passes; its names are those of the order already."""
        if event.kind in OF_THE_GUEST:
            return self._of_the_guest(event)
        if event.kind in {"release", "keyup"}:
            return self._release(event) if event.kind == "release" else self._key_up(event)
        mine = self.share.gesture is not None and self.share.gesture.owner == self._author
        held = self._hindrance(event, mine=mine)
        if held is None:
            self._note(event)
        return held

    def _hindrance(self, event: Event, *, mine: bool) -> Held | None:
        share = self.share
        if share.dialog is not None:
            return Held("a file is being chosen")
        if not (mine and event.kind in POINTING):
            why = floor.hindrance(share.floor, self._author)
            if why:
                return Held(why)
        if self._late and event.kind in LATE:
            return Held("the program changed under you")
        if not mine and is_locked(share.gesture, event):
            return Held("somebody else is dragging")
        return None

    def _of_the_guest(self, event: Event) -> Held | None:
        if event.kind == "popup" and self.stamp_ms:
            # Who acts has its windows popped up; else a copy would have a way past the floor.
            recent = self.doer.recent
            if not recent or recent[-1][0] < self.stamp_ms - limits.SHARE_LATE_MS:
                return Held("another copy places this window", early=False)
        return None

    def _release(self, event: Event) -> Held | None:
        gesture, button = self.share.gesture, event.field("button")
        if gesture is None or gesture.owner != self._author or button not in gesture.buttons:
            return Held(NO_PRESS, early=False)
        left = tuple([each for each in gesture.buttons if each != button])
        self.share = replace(
            self.share, gesture=replace(_moved(gesture, event), buttons=left) if left else None
        )
        return None

    def _key_up(self, event: Event) -> Held | None:
        found = next((each for each in self.doer.keys if _same_key(each, event)), None)
        if found is None:
            return Held(NO_PRESS, early=False)
        keys = tuple([each for each in self.doer.keys if each != found])
        self.doer = replace(self.doer, keys=keys)
        return None

    def _note(self, event: Event) -> None:
        share = self.share
        if event.kind in ACTIONS:
            share = replace(share, actions=share.actions + 1, doer=self._author)
        if event.kind == "press":
            share = replace(share, gesture=self._pressed(share.gesture, event))
        elif event.kind == "move" and share.gesture is not None:
            if share.gesture.owner == self._author:
                share = replace(share, gesture=_moved(share.gesture, event))
        elif event.kind == "key":
            held = (event.field("symbol"), event.field("code"), event.window)
            keys = tuple([each for each in self.doer.keys if not _same_key(each, event)])
            self.doer = replace(self.doer, keys=(*keys, held)[-limits.SHARE_KEYS_HELD_MAX :])
        self.share = share

    def _pressed(self, gesture: Gesture | None, event: Event) -> Gesture:
        x, y, button, state, under = event.fields
        if gesture is None:
            return Gesture(self._author, (button,), event.window, self._index, x, y, state, under)
        buttons = tuple(sorted({*gesture.buttons, button}))[: limits.SHARE_BUTTONS_HELD_MAX]
        return replace(_moved(gesture, event), buttons=buttons)


def _moved(gesture: Gesture, event: Event) -> Gesture:
    return replace(
        gesture,
        window=event.window,
        x=event.field("x"),
        y=event.field("y"),
        state=event.field("state"),
        under=event.field("under"),
    )


def _same_key(held: tuple[int, int, Name], event: Event) -> bool:
    """By code where the platform gives one: layouts and Shift change the symbol."""
    symbol, code, _window = held
    same: bool = code == event.field("code") if code else symbol == event.field("symbol")
    return same


def let_go(share: Share, doer: Participant) -> list[Event]:
    """Releases of all that a person who leaves holds down, at its last place."""
    events = [
        Event("keyup", window, (symbol, code, 0, "", 0)) for symbol, code, window in doer.keys
    ]
    gesture = share.gesture
    if gesture is not None:
        place = (gesture.x, gesture.y)
        events += [
            Event("release", gesture.window, (*place, button, gesture.state, gesture.under))
            for button in gesture.buttons
        ]
    return events
