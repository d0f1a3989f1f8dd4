"""Replay: what the order says happened, done to Tk as X would have done it.

One item is one step: time goes on to its stamp, its event is given to Tk, and everything that
follows from it at once is waited for, so that the next one meets the same program in every copy.
What can't happen here (a window that is gone, a field out of its bounds) is counted and does
nothing, equally in all copies.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from tkinter import TclError
from typing import Any, Final

from app.tkshare.guest.tk_answers import Answers
from app.tkshare.guest.tk_capture import PLACE_MAX, UNITS
from app.tkshare.guest.tk_focus import ONE_WINDOW_EVENT, LogicalFocus, give_key
from app.tkshare.guest.tk_names import Names, split
from app.tkshare.guest.tk_pointer import DRAGGING, At, ClickTimes, LogicalPointer, Pointing
from app.tkshare.guest.tk_root import Root
from app.tkshare.guest.tk_windows import Windows
from app.tkshare.guest.wire import Frame

NUMBER_MAX: Final = 1 << 53
STATE_MAX: Final = 1 << 31
CODE_MAX: Final = 1 << 32
WORD_MAX: Final = 1 << 15
TEXT_CHARACTERS_MAX: Final = 64
PERSON_CHARACTERS_MAX: Final = 64
NOTCH: Final = 120
NOTCHES_MAX: Final = 16
BUTTON_MAX: Final = 32
MAP_MS: Final = 2000
"""How long a new toplevel may take to come up; the window manager decides.

A local clock, so long: whoever gives up earlier than the others goes on from another state.
"""
FOLLOWING_MAX: Final = 300
"""Window events that follow from one replayed event, at most."""


class Item:
    """One step of the order. `word` is the frame's, `data` what is left of it."""

    __slots__ = ("data", "doer_ms", "index", "person", "seen", "stamp_ms", "word")

    def __init__(self, word: str, index: int, stamp_ms: int, data: list[Any]) -> None:
        self.word = word
        self.index = index
        self.stamp_ms = stamp_ms
        self.data = data
        self.person = ""
        self.doer_ms = 0
        self.seen = 0


def whole(value: Any, low: int, high: int) -> int:
    """The number, if it is one and within the bounds; raises `ValueError`."""
    if type(value) is not int or not low <= value < high:
        message = f"{value!r:.40}: a number from {low} to {high - 1} expected"
        raise ValueError(message)
    return value


def text(value: Any, characters: int) -> str:
    """The text, if it is one and not longer; raises `ValueError`."""
    if not isinstance(value, str) or len(value) > characters or "\0" in value:
        message = "a text expected"
        raise ValueError(message)
    return value


def items_of(frame: Frame) -> Iterator[Item]:
    """The steps of one ordered frame; raises `ValueError` for what is none."""
    word = frame[0]
    if len(frame) < 3:
        message = f"{word}: too short"
        raise ValueError(message)
    index, stamp_ms = whole(frame[1], 0, NUMBER_MAX), whole(frame[2], 0, NUMBER_MAX)
    if word != "events":
        yield Item(word, index, stamp_ms, frame[3:])
        return
    if len(frame) != 7 or not isinstance(frame[5], list):
        message = "events: index, stamp, person, time, a list and what was seen expected"
        raise ValueError(message)
    person = text(frame[3], PERSON_CHARACTERS_MAX)
    start_ms = whole(frame[4], 0, NUMBER_MAX)
    seen = whole(frame[6], 0, NUMBER_MAX)
    for event in frame[5]:
        offset = event[-1] if isinstance(event, list) and event else None
        item = Item(word, index, stamp_ms, event)
        item.person = person
        item.doer_ms = start_ms
        item.seen = seen
        if type(offset) is int and 0 <= offset <= NUMBER_MAX:
            item.doer_ms += offset
        yield item


class Settler:
    """Waits until Tk has done what follows from an event, with the inbox closed."""

    def __init__(self, library: Any, roots: Callable[[], list[Root]]) -> None:
        self._library = library
        self._roots = roots
        self._tops: list[str] = []
        self.busy = 0
        """Above 0: ordered events stay in the inbox."""

    def settle(self) -> None:
        """Idle work, what the X server answers, and new toplevels on the screen."""
        self.busy += 1
        try:
            self._idle()
            for root in self._roots()[:1]:
                self._library.XSync(root.display, 0)
                for _ in range(FOLLOWING_MAX):
                    if not root.app.dooneevent(ONE_WINDOW_EVENT):
                        break
            self._idle()
            tops = [str(root.app.call("::talkstick::toplevels")) for root in self._roots()]
            if tops != self._tops:
                self._tops = tops
                self._wait_until_mapped()
        finally:
            self.busy -= 1

    def _idle(self) -> None:
        for root in self._roots():
            root.call("update", "idletasks")

    def _wait_until_mapped(self) -> None:
        end = _monotonic() + MAP_MS / 1000
        for root in self._roots():
            while str(root.app.call("::talkstick::unmapped")) and _monotonic() < end:
                if not root.app.dooneevent(ONE_WINDOW_EVENT):
                    _sleep(0.001)
        self._idle()


_monotonic: Final = time.monotonic
_sleep: Final = time.sleep


class Replay:
    """Gives Tk what the order says; `skipped` counts what had no effect."""

    def __init__(
        self,
        roots: Callable[[], list[Root]],
        names: Names,
        focus: LogicalFocus,
        windows: Windows,
        answers: Answers,
    ) -> None:
        self._roots = roots
        self._names = names
        self._focus = focus
        self._windows = windows
        self._answers = answers
        self.pointer = LogicalPointer()
        self._times = ClickTimes()
        self._last_place = (0, 0)
        self.skipped = 0
        self.focus_index = 0
        """Index at which the logical focus last came to another toplevel."""
        self._top = ""
        self._kinds: dict[str, tuple[int, Callable[[Item, At, list[Any]], None]]] = {
            "press": (5, self._button),
            "release": (5, self._button),
            "move": (4, self._move),
            "wheel": (9, self._wheel),
            "key": (5, self._key),
            "keyup": (5, self._key),
            "close": (0, self._close),
            "size": (2, self._size),
        }

    def give(self, item: Item) -> None:
        """One event: kind, window, fields, offset."""
        event = item.data
        try:
            if not isinstance(event, list) or len(event) < 3 or not isinstance(event[0], str):
                message = "no event"
                raise ValueError(message)
            count, replay = self._kinds[event[0]]
            at = self._window(event[1])
            fields = event[2:-1]
            if len(fields) != count:
                message = "wrong number of fields"
                raise ValueError(message)
            if self._answers.waits_for_file and event[0] not in ("release", "keyup", "size"):
                message = "the program waits for a file's name"
                raise ValueError(message)
            replay(item, at, fields)
        except (ValueError, KeyError, TclError):
            self.skipped += 1

    def note_focus(self, index: int) -> None:
        """An item has been applied: whether the focus came to another toplevel."""
        top = self._focus.top()
        if top != self._top:
            self._top, self.focus_index = top, index

    def _window(self, name: object) -> At:
        key = self._names.key(name)
        parts = split(key) if key is not None else None
        for root in self._roots():
            if parts is not None and root.number == parts[0] and root.exists(parts[1]):
                return At(root, parts[1])
        message = "no such window"
        raise ValueError(message)

    # --- pointer ----------------------------------------------------------------------------------

    def _button(self, item: Item, at: At, fields: list[Any]) -> None:
        x, y, button, state, under = fields
        self._point(item, item.data[0], at, (x, y, whole(button, 1, BUTTON_MAX), state, under))

    def _move(self, item: Item, at: At, fields: list[Any]) -> None:
        x, y, state, under = fields
        self._point(item, "move", at, (x, y, 0, state, under))

    def _wheel(self, item: Item, at: At, fields: list[Any]) -> None:
        x, y, dx, dy, _, _, state, _, under = fields
        wheel = [whole(each, -WORD_MAX, WORD_MAX) for each in (dx, dy)]
        state = whole(state, 0, STATE_MAX)
        for button, notches in (
            (4 if wheel[1] > 0 else 5, abs(wheel[1]) // NOTCH),
            (6 if wheel[0] > 0 else 7, abs(wheel[0]) // NOTCH),
        ):
            held = (1 << (7 + button)) if button < 6 else 0
            for _ in range(min(notches, NOTCHES_MAX)):
                self._point(item, "press", at, (x, y, button, state, under), wheel=True)
                if at.exists():
                    down = (x, y, button, state | held, under)
                    self._point(item, "release", at, down, wheel=True)

    def _point(
        self, item: Item, word: str, at: At, fields: tuple[Any, ...], *, wheel: bool = False
    ) -> None:
        x, y, button, state, under = fields
        beneath = None
        if under is not None:
            if not isinstance(under, list) or len(under) != 3:
                message = "null or [window, x, y] expected"
                raise ValueError(message)
            try:
                beneath = (self._window(under[0]), pixels(under[1]), pixels(under[2]))
            except ValueError:
                beneath = None
        time_ms = self._times.of(item.person, "move" if wheel else word, item.doer_ms)
        state = whole(state, 0, STATE_MAX)
        event = Pointing(word, at, pixels(x), pixels(y), button, state, beneath, time_ms)
        spot = self.pointer.target(event)
        self.pointer.tell_programs(event, spot)
        self._last_place = (spot.x_root, spot.y_root)
        self.pointer.cross(event, spot)
        if word == "press" and button in DRAGGING and spot.at.exists():
            self._focus.move(spot.at.root, spot.at.path, pressed=True)
        self.pointer.give(event, spot)

    # --- keys and windows -------------------------------------------------------------------------

    def _key(self, item: Item, at: At, fields: list[Any]) -> None:
        symbol, code, state, typed, _ = fields
        symbol, code = whole(symbol, 0, CODE_MAX), whole(code, 0, CODE_MAX)
        state = whole(state, 0, STATE_MAX)
        typed = text(typed, TEXT_CHARACTERS_MAX)
        pressed = item.data[0] == "key"
        # Whoever knew where the focus is, and typed elsewhere, has gone there by hand.
        if pressed and item.seen >= self.focus_index:
            self._focus.move(at.root, at.path, pressed=False)
        target = self._focus.now() or at
        left, top = target.root.place(target.path)
        time_ms = self._times.of(item.person, "key", item.doer_ms)
        place = (self._last_place[0] - left, self._last_place[1] - top, time_ms)
        give_key(
            target.root, target.path, [symbol, code, state, typed], pressed=pressed, place=place
        )

    def _close(self, _item: Item, at: At, _fields: list[Any]) -> None:
        at.root.app.call("::talkstick::close_window", at.path)

    def _size(self, _item: Item, at: At, fields: list[Any]) -> None:
        width, height = (whole(each, 1, WORD_MAX) for each in fields)
        if at.root.toplevel(at.path) == at.path:
            self._windows.agree(at.root, at.path, (width, height))


def pixels(value: Any) -> int:
    """Whole pixels of a place in 1/8 px."""
    return whole(value, -PLACE_MAX, PLACE_MAX + 1) // UNITS
