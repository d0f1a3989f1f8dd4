"""The guest in a Qt program, put together: between the app, the doors and the replay.

Runs in the program's main thread only, by a notifier on the socket: some calls of the bindings keep
the interpreter's lock inside a loop of their own, and a thread would never run again. It decides
nothing about what passes; it captures, suppresses, sends and replays.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest import qt_native as native
from app.tkshare.guest import qt_pins as pins
from app.tkshare.guest.garbage import Garbage
from app.tkshare.guest.outbox import FRAME_MS, Outbox
from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_clipboard import Clipboard
from app.tkshare.guest.qt_clock import ShareClock
from app.tkshare.guest.qt_digest import Digests
from app.tkshare.guest.qt_files import FileDialogs
from app.tkshare.guest.qt_filter_door import CHORDS, REFUSED, FilterDoor, has_chords
from app.tkshare.guest.qt_focus import LogicalFocus
from app.tkshare.guest.qt_names import Names
from app.tkshare.guest.qt_numbers import Numbers
from app.tkshare.guest.qt_popups import Popups
from app.tkshare.guest.qt_refusals import refusals
from app.tkshare.guest.qt_replay import ORDERED, Parts, Replay
from app.tkshare.guest.qt_tap import faults_of_layout
from app.tkshare.guest.qt_tap_door import TapDoor
from app.tkshare.guest.qt_ticks import Ticks
from app.tkshare.guest.wire import Frame, GoneError, Wire

DOOR = "TALKSTICK_QT_DOOR"
"""`filter` takes the second door even where the first one fits: to see what it can do."""

APPLIED_EVENTS = 64
"""After so many replayed events at most the app is told, else when the queue is empty."""

DETAIL_CHARACTERS = 200
SIZES_ALONE = 8
"""Sizes of a window that may be sent with no other input between: window managers may disagree."""

KEY_F6, KEY_G, KEY_ESCAPE = 0x01000035, 0x47, 0x01000000
CONTROL_ALT = 0x0C000000

_monotonic = time.monotonic


def key_for_app(symbol: int, state: int) -> str | None:
    """Which of the app's own keys this is; they never go to the order."""
    if symbol == KEY_F6 and not state & forms.MODIFIERS:
        return "back"
    if state & CONTROL_ALT == CONTROL_ALT:
        return {KEY_G: "floor", KEY_ESCAPE: "stop"}.get(symbol)
    return None


class Host:
    """Made in the first turn of the program's loop; `me` is the site's id of the person here."""

    def __init__(
        self, binding: Binding, wire: Wire, clock: ShareClock, made: list[Any], person: str,
        unpinned: list[str],
    ) -> None:  # fmt: skip
        binding.find_widgets()
        self._binding = binding
        self._wire = wire
        self._me = person
        self._seen = 0
        self._current = False
        self._shown = True
        self._told = 0
        self._bad = 0
        self._sizes_alone = 0
        self._sent_sizes: dict[str, tuple[int, int]] = {}
        self._told_windows: dict[int, str] = {}
        if "application" not in unpinned:
            pins.pin_application(binding)
        self._names = Names(binding)
        self._numbers = Numbers()
        self._popups = Popups(binding, self._names)
        self._digests = Digests(binding, self._names)
        self._clipboard = Clipboard(binding, self._carry)
        self._ticks = Ticks(binding, self._names, made, self._tick_due)
        files = FileDialogs(binding, self._ask_file)
        self._frame_timer = binding.timer()
        self._frame_timer.setSingleShot(True)
        self._frame_timer.timeout.connect(self._frame_over)
        self._outbox = Outbox(wire)
        self._listen()
        door = self._open_door()
        self._focus = LogicalFocus(binding, self._names, door.move_focus)
        parts = Parts(
            binding, self._names, self._numbers, clock, self._ticks, files, self._clipboard,
            self._digests, self._popups, self._focus, door,
            Garbage(pinned="garbage" not in unpinned),
        )  # fmt: skip
        self._holds_ticks = "ticks" not in unpinned
        self._replay = Replay(parts, self._me, self._send, self._applied, self._size_applied)
        self._watch()
        self._hello(door.word)
        self._focus.start()

    # --- attaching --------------------------------------------------------------------------------

    def _open_door(self) -> forms.Door:
        """The tap if its self-test holds (or nobody asks for the filter), else the filter."""
        self._reduced: list[str] = []
        if os.environ.get(DOOR) != "filter":
            window = self._binding.gui.QWindow()
            try:
                qt = native.Native()
                faults = faults_of_layout(qt, self._binding.address(window))
                if not faults:
                    door = TapDoor(self._binding, self._names, qt, self._hear)
                    return self._cursor_tested(door, qt)
                self._reduced = [f"The tap doesn't fit this Qt: {faults[0]}"[:DETAIL_CHARACTERS]]
            except (native.UnreachableError, OSError, ValueError, AttributeError) as error:
                self._reduced = [f"The tap doesn't fit this Qt: {error}"[:DETAIL_CHARACTERS]]
            finally:
                window.destroy()
                window.deleteLater()
        self._reduced += REFUSED
        if has_chords(self._binding):
            self._send("refused", CHORDS)
        return FilterDoor(self._binding, self._names, self._hear)

    def _cursor_tested(self, door: TapDoor, qt: native.Native) -> TapDoor:
        qt.last_cursor.x, qt.last_cursor.y = 321.0, 123.0
        place = self._binding.gui.QCursor.pos()
        if (place.x(), place.y()) != (321, 123):
            door.remove()
            message = "the logical pointer doesn't hold"
            raise native.UnreachableError(message)
        return door

    def _watch(self) -> None:
        host = self
        core, gui = self._binding.core, self._binding.gui
        events = self._binding.events
        method, timer, show, hide = events.InputMethod, events.Timer, events.Show, events.Hide

        class Watch(core.QObject):  # type: ignore[misc, name-defined]
            """Application-wide: time-outs, input methods, windows that come and go."""

            def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802
                kind = event.type()
                if kind == timer:
                    return host._holds_ticks and host._ticks.held(watched, event)
                if kind == method:
                    return host._heard_text(event)
                if kind in (show, hide) and isinstance(watched, gui.QWindow):
                    host._came_or_went(watched, shown=kind == show)
                return False

        self._watcher = Watch()
        self._binding.application().installEventFilter(self._watcher)
        self._listen_to_activation()

    def _listen_to_activation(self) -> None:
        """The program's own wish for the focus is the same in every copy; the desktop's isn't."""

        def focus_asked(window: Any) -> None:
            if window is not None:
                self._focus.asked(window)

        window_class: Any = self._binding.gui.QWindow
        ask = window_class.requestActivate

        def request(window: Any) -> None:
            ask(window)
            focus_asked(window)

        window_class.requestActivate = request
        if self._binding.widgets is not None:
            widget_class: Any = self._binding.widgets.QWidget
            activate = widget_class.activateWindow

            def activated(widget: Any) -> None:
                activate(widget)
                focus_asked(self._names.window_of(widget.window()))

            widget_class.activateWindow = activated

    def _listen(self) -> None:
        core = self._binding.core
        self._notifier = core.QSocketNotifier(self._wire.fileno(), core.QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._readable)
        self._writable = core.QSocketNotifier(self._wire.fileno(), core.QSocketNotifier.Type.Write)
        self._writable.setEnabled(False)
        self._writable.activated.connect(self._flush)

    def _hello(self, door: str) -> None:
        found = refusals(self._binding, self._names)
        self._send(
            "hello", "qt", pins.versions(self._binding), door,
            [*self._reduced, *found], self._digests.look(),
        )  # fmt: skip
        for window in self._names.visible():
            self._tell_window(window, shown=True)

    # --- out --------------------------------------------------------------------------------------

    def _send(self, *frame: Any) -> None:
        try:
            self._wire.send(*frame)
        except GoneError:
            self._end()
        if self._wire.unsent:
            self._writable.setEnabled(True)

    @staticmethod
    def _end() -> None:
        """The program must not go on by itself, and its own exit may ask questions."""
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    def _flush(self, *_descriptor: Any) -> None:
        try:
            self._wire.flush()
        except GoneError:
            self._end()
        self._writable.setEnabled(self._wire.unsent)

    def _send_input(self) -> None:
        try:
            self._outbox.send(self._now_ms())
        except GoneError:
            self._end()

    @staticmethod
    def _now_ms() -> int:
        return int(_monotonic() * 1000)

    def _frame_over(self) -> None:
        self._send_input()
        if self._outbox.waiting and self._wire.credit > 0:
            self._frame_timer.start(FRAME_MS)

    def _named(self, window: Any) -> int | str | None:
        name = self._names.name(window)
        return self._numbers.told(name) if name is not None else None

    def _tell_window(self, window: Any, *, shown: bool) -> None:
        name = self._names.name(window)
        if name is not None and not self._names.is_popup(window):
            place = self._numbers.number(name)
            self._told_windows[self._binding.address(window)] = name
            self._send("window", place, name, window.width(), window.height(), shown)

    def _hear(self, kind: str, window: Any, fields: forms.Fields) -> None:
        """A door heard a person; nothing has happened yet."""
        if kind in ("key", "keyup"):
            which = key_for_app(fields[0], fields[2])
            if which is not None:
                if kind == "key":
                    self._send("key", which)
                return
        if not self._current:
            return
        name = self._named(window)
        if name is None:
            return
        if kind == "size" and not self._new_size(str(name), fields):
            return
        if kind != "size":
            self._sizes_alone = 0
        self._clipboard.before(kind, fields)
        for event in self._parts(kind, name, fields):
            self._put(event)

    def _put(self, event: list[Any]) -> None:
        drawn = event[0] == "move" and bool(event[4] & forms.BUTTONS)
        try:
            self._outbox.put(event, self._now_ms(), every_move=drawn)
        except GoneError:
            self._end()
        if not self._frame_timer.isActive():
            self._frame_timer.start(FRAME_MS)

    @staticmethod
    def _parts(kind: str, name: int | str, fields: forms.Fields) -> list[list[Any]]:
        """One event, or several where a key or an input method gives a long text."""
        place = 3 if kind in ("key", "keyup") else 0 if kind == "text" else None
        if place is None:
            return [[kind, name, *fields]]
        parts = []
        for part in forms.pieces(fields[place]):
            parts.append([kind, name, *fields[:place], part, *fields[place + 1 :]])
            if kind == "text":
                fields = [fields[0], fields[1], 0, 0]
        return parts

    def _new_size(self, name: str, fields: forms.Fields) -> bool:
        size = (fields[0], fields[1])
        if self._sent_sizes.get(name) == size or self._sizes_alone >= SIZES_ALONE:
            return False
        self._sizes_alone += 1
        self._sent_sizes[name] = size
        return True

    def _heard_text(self, event: Any) -> bool:
        """An input method has text: the only input that comes past the window system."""
        if self._replay.giving_text:
            return False
        window = self._binding.gui.QGuiApplication.focusWindow()
        if window is not None:
            fields = [
                event.commitString(), event.preeditString()[: forms.TEXT_BYTES // 4],
                event.replacementStart(), event.replacementLength(),
            ]  # fmt: skip
            self._hear("text", window, fields)
        return True

    def _carry(self, mode: str, text: str) -> None:
        self._send_input()
        self._send("wants", "clipboard", mode, text)

    def _tick_due(self, name: str, interval: int) -> None:
        self._send("wants", "tick", [[self._numbers.told(name), interval]])

    def _ask_file(self, how: str, title: str, kind: str) -> bool:
        if not self._replay.person:
            return False
        self._send("wants", "file", self._replay.person, how, title, kind)
        return True

    def _came_or_went(self, window: Any, *, shown: bool) -> None:
        if self._names.is_popup(window):
            if not shown:
                self._replay.went(window)
            elif self._replay.acting and self._replay.person == self._me:
                self._later(lambda: self._tell_popup(window))
            return
        if shown:
            self._focus.shown(window)
            if not self._shown:
                window.setOpacity(0.0)
            self._later(lambda: self._tell_if_alive(window))
            return
        self._replay.went(window)
        self._tell_hidden(window)
        self._focus.hidden(window)

    def _later(self, call: Callable[[], None]) -> None:
        """In the next turn; an error ends here.

        What leaves a slot is kept in `sys.last_traceback`, with its frames and the program's
        widgets in them: a dialog would live on in one copy and get another number in the others.
        """

        def run() -> None:
            try:
                call()
            except Exception:  # noqa: BLE001 - our own error, told in the program's output
                traceback.print_exc()

        self._binding.timer.singleShot(0, run)

    def _tell_hidden(self, window: Any) -> None:
        name = self._told_windows.pop(self._binding.address(window), None)
        if name is not None:
            self._send("window", self._numbers.number(name), name, 0, 0, False)

    def _tell_if_alive(self, window: Any) -> None:
        if self._binding.alive(window):
            self._tell_window(window, shown=True)

    def _tell_popup(self, window: Any) -> None:
        if self._binding.alive(window) and window.isVisible():
            self._hear("popup", window, self._popups.place(window))

    def _size_applied(self, name: str, window: Any, mine: bool) -> None:
        if mine:
            self._sent_sizes.pop(name, None)
        self._tell_window(window, shown=True)

    def _applied(self, index: int, events: int) -> None:
        if index != self._seen:
            self._send_input()
        self._seen = self._outbox.seen = max(self._seen, index)
        self._told += events
        if not self._replay.waiting or self._told >= APPLIED_EVENTS:
            self._send("applied", self._seen, self._told, self._replay.skipped)
            self._told = 0

    # --- in ---------------------------------------------------------------------------------------

    def _readable(self, *_descriptor: Any) -> None:
        try:
            frames = self._wire.receive()
        except GoneError:
            self._end()
        for frame in frames:
            self._told_by_app(frame)
        if self._outbox.waiting and not self._frame_timer.isActive():
            self._frame_timer.start(0)

    def _told_by_app(self, frame: Frame) -> None:
        try:
            word = frame[0]
            if word == "events":
                self._queue_events(*frame[1:6])
            elif word in ORDERED:
                if not all(type(each) is int for each in frame[1:3]) or len(frame) < 3:
                    raise TypeError
                self._current = self._current or word == "go"
                self._replay.add(*frame)
            elif word == "names":
                self._numbers.take(int(frame[1]), frame[2])
            else:
                self._obey(word, frame)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError):
            self._bad += 1

    def _obey(self, word: str, frame: Frame) -> None:
        if word == "show":
            self._shown = bool(frame[1])
            for window in self._names.visible():
                window.setOpacity(1.0 if self._shown else 0.0)
        elif word == "raise":
            for window in self._names.visible():
                if not self._names.is_popup(window):
                    window.raise_()
        elif word == "say":
            self._say(frame[1])
        elif word == "stop":
            self._end()

    def _queue_events(
        self, index: int, stamp_ms: int, person: str, t0_ms: int, events: list[Any]
    ) -> None:
        if not all(type(each) is int for each in (index, stamp_ms, t0_ms)):
            raise TypeError
        for place, event in enumerate(events):
            last = place == len(events) - 1
            if forms.is_event(event):
                self._replay.add("event", index, stamp_ms, str(person), t0_ms, event, last)
            else:
                self._bad += 1
                self._replay.add("nothing", index, stamp_ms, last)

    def _say(self, told: Any) -> None:
        """In words what a window of this copy holds."""
        name = self._numbers.name(told)
        for found, lines in self._digests.windows():
            if found == name:
                detail = "; ".join(" ".join(map(str, line[1])) for line in lines)
                self._send("differs", self._seen, detail[:DETAIL_CHARACTERS])
                return
