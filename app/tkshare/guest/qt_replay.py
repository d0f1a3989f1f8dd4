"""What the order says, done in this copy: one item in each turn of the program's loop.

An event whose window isn't there waits for it, at most a second; one whose window this copy has
seen go doesn't, as nothing but another event brings it back. What is skipped is counted, and the
count is in the digest: a copy that skipped alone is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest.garbage import Garbage
from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_clipboard import Clipboard
from app.tkshare.guest.qt_clock import ClickTimes, ShareClock
from app.tkshare.guest.qt_digest import Digests
from app.tkshare.guest.qt_files import FileDialogs
from app.tkshare.guest.qt_focus import LogicalFocus
from app.tkshare.guest.qt_names import Names
from app.tkshare.guest.qt_numbers import Numbers
from app.tkshare.guest.qt_popups import Popups
from app.tkshare.guest.qt_pump import Pump
from app.tkshare.guest.qt_ticks import Ticks

ORDERED = ("go", "clock", "focus", "mark", "file", "clipboard")
"""Frames that are done in their turn, besides events."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a copy is made of; each has its own file."""

    binding: Binding
    names: Names
    numbers: Numbers
    clock: ShareClock
    ticks: Ticks
    files: FileDialogs
    clipboard: Clipboard
    digests: Digests
    popups: Popups
    focus: LogicalFocus
    door: forms.Door
    garbage: Garbage


class Replay:
    """`tell(word, …)` sends to the app; `applied(index, events)` is called before each item."""

    def __init__(
        self,
        parts: Parts,
        me: str,
        tell: Callable[..., None],
        applied: Callable[[int, int], None],
        sized: Callable[[str, Any, bool], None],
    ) -> None:
        self._parts = parts
        self._me = me
        self._tell = tell
        self._applied = applied
        self._sized = sized
        self._times = ClickTimes()
        self._met: dict[int, str] = {}
        self._gone: dict[str, None] = {}
        self._pump = Pump(parts.binding, self._play, self._ready)
        self._index = 0
        self._next: Any = None
        self.person = ""
        """Whose event was replayed last."""
        self.giving_text = False
        self.skipped = 0

    @property
    def waiting(self) -> int:
        """Items that wait for their turn."""
        return len(self._pump)

    @property
    def acting(self) -> bool:
        """Whether a replayed event is being handled now."""
        return self._pump.depth > 0

    def add(self, *item: Any) -> None:
        """("event", index, stamp_ms, person, t0_ms, event, last), or an ordered frame."""
        self._pump.add(item)

    def went(self, window: Any) -> None:
        """A window was hidden here: who waits for it waits in vain."""
        name = self._met.pop(self._parts.binding.address(window), None)
        if name is not None:
            self._gone[name] = None

    def _find(self, told: Any) -> Any:
        name = self._parts.numbers.name(told)
        window = self._parts.names.find(name)
        if window is not None:
            self._met[self._parts.binding.address(window)] = name
            self._gone.pop(name, None)
        return window

    def _ready(self, item: Any) -> bool:
        if item[0] != "event" or self._parts.files.waiting:
            return True
        self._next = self._find(item[5][1])
        return self._next is not None or self._parts.numbers.name(item[5][1]) in self._gone

    def _play(self, item: Any) -> None:
        word, index, stamp_ms = item[:3]
        parts = self._parts
        parts.focus.settle()
        if word == "go":
            parts.clock.started(int(stamp_ms))
            parts.ticks.running = True
        parts.clock.at(int(stamp_ms))
        if word in ("event", "nothing"):
            self._index = index if item[-1] else self._index
            # Said before, as the replay may return only when a dialog has ended.
            self._applied(self._index, 1)
            parts.garbage.event()
            if word == "event":
                self._event(item[3], item[4], item[5])
            return
        self._index = int(index)
        self._applied(self._index, 0)
        if word == "clock":
            for name, interval in item[3]:
                self.skipped += not parts.ticks.deliver(parts.numbers.name(name), int(interval))
        elif word == "mark":
            parts.garbage.mark()
            whole, windows = parts.digests.digest(self.skipped)
            told = [[parts.numbers.told(name), digest] for name, digest in windows]
            self._tell("digest", self._index, whole, told)
        elif word == "file":
            parts.files.answered([str(path) for path in item[4]], str(item[5]))
        elif word == "clipboard":
            parts.clipboard.set(str(item[4]), str(item[5]))

    def _event(self, person: str, t0_ms: int, event: list[Any]) -> None:
        kind, told, *fields, offset_ms = event
        parts = self._parts
        found, self._next = self._next, None
        window = found if found is not None else self._find(told)
        if window is None or (parts.files.waiting and kind not in ("size", "popup")):
            if window is None:
                self._gone[parts.numbers.name(told)] = None
            self.skipped += 1
            return
        self.person = person
        time_ms = self._times.time_of(person, t0_ms + offset_ms, press=kind == "press")
        if kind == "popup":
            # In the doer's copy too: there may be another menu of that name by now.
            parts.popups.put(window, fields)
        elif kind == "size":
            top = parts.names.widget(window) or window
            top.resize(fields[0], fields[1])
            self._sized(parts.numbers.name(told), window, person == self._me)
        elif kind == "text":
            self._text(window, fields)
        else:
            if kind in ("press", "key"):
                parts.focus.give(window)
            parts.door.give(kind, window, fields, time_ms)

    def _text(self, window: Any, fields: forms.Fields) -> None:
        gui, core = self._parts.binding.gui, self._parts.binding.core
        widget = self._parts.names.widget(window)
        target = gui.QGuiApplication.focusObject() or (widget.focusWidget() if widget else None)
        if target is None:
            self.skipped += 1
            return
        event = gui.QInputMethodEvent(fields[1], [])
        event.setCommitString(fields[0], fields[2], fields[3])
        self.giving_text = True
        try:
            core.QCoreApplication.sendEvent(target, event)
        finally:
            self.giving_text = False
