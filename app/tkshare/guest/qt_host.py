"""The guest in a Qt program, put together: what people do goes to the app, what the order says is
replayed.

Runs in the program's main thread only, by a notifier on the socket: some calls of the bindings keep
the interpreter's lock inside a loop of their own, and a thread would never run again. It decides
nothing about what passes; it captures, suppresses, sends and replays.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest import qt_native as native
from app.tkshare.guest import qt_pins as pins
from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_clipboard import Clipboard
from app.tkshare.guest.qt_clock import ClickTimes, ShareClock
from app.tkshare.guest.qt_digest import Digests
from app.tkshare.guest.qt_files import FileDialogs
from app.tkshare.guest.qt_filter_door import CHORDS, REFUSED, FilterDoor, has_chords
from app.tkshare.guest.qt_focus import LogicalFocus
from app.tkshare.guest.qt_names import Names
from app.tkshare.guest.outbox import FRAME_MS, Outbox
from app.tkshare.guest.qt_pump import Pump
from app.tkshare.guest.qt_refusals import refusals
from app.tkshare.guest.qt_tap import faults_of_layout
from app.tkshare.guest.qt_tap_door import TapDoor
from app.tkshare.guest.qt_ticks import Ticks
from app.tkshare.guest.wire import Frame, GoneError, Wire

DOOR = "TALKSTICK_QT_DOOR"
"""`filter` takes the second door even where the first one fits: to see what it can do."""

HEARTBEAT_MS = 1000
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
        self._clock = clock
        self._me = person
        self._times = ClickTimes()
        self._seen = 0
        self._person = ""
        self._current = False
        self._shown = True
        self._giving_text = False
        self._told = 0
        self._skipped = 0
        self._bad = 0
        self._sizes_alone = 0
        self._keys: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._sent_sizes: dict[str, tuple[int, int]] = {}
        if "application" not in unpinned:
            pins.pin_application(binding)
        self._names = Names(binding)
        self._digests = Digests(binding, self._names)
        self._clipboard = Clipboard(binding, self._carry)
        self._ticks = Ticks(binding, self._names, made, self._tick_due)
        self._files = FileDialogs(binding, self._ask_file)
        self._frame_timer = binding.timer()
        self._frame_timer.setSingleShot(True)
        self._frame_timer.timeout.connect(self._frame_over)
        self._outbox = Outbox(wire)
        self._pump = Pump(binding, self._play, self._ready)
        self._door = self._open_door()
        self._focus = LogicalFocus(binding, self._names, self._door.move_focus)
        self._watch()
        self._listen()
        self._hello()
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
                    return host._ticks.held(watched, event)  # noqa: SLF001
                if kind == method:
                    return host._heard_text(event)  # noqa: SLF001
                if kind in (show, hide) and isinstance(watched, gui.QWindow):
                    host._came_or_went(watched, shown=kind == show)  # noqa: SLF001
                return False

        self._watcher = Watch()
        self._binding.application().installEventFilter(self._watcher)
        self._listen_to_activation()

    def _listen_to_activation(self) -> None:
        """The program's own wish for the focus is the same in every copy; the desktop's isn't."""
        focus_asked = lambda window: self._focus.asked(window) if window is not None else None  # noqa: E731
        window_class = self._binding.gui.QWindow
        ask = window_class.requestActivate

        def request(window: Any) -> None:
            ask(window)
            focus_asked(window)

        window_class.requestActivate = request
        if self._binding.widgets is not None:
            widget_class = self._binding.widgets.QWidget
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
        self._heart = self._binding.timer()
        self._heart.timeout.connect(lambda: self._send("alive"))
        self._heart.start(HEARTBEAT_MS)

    def _hello(self) -> None:
        found = refusals(self._binding, self._names)
        self._send(
            "hello", "qt", pins.versions(self._binding), self._door.word,
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
        return self._numbers.get(name, name) if name is not None else None

    def _tell_window(self, window: Any, *, shown: bool) -> None:
        name = self._names.name(window)
        if name is not None and not self._names.is_popup(window):
            place = self._numbers.get(name)
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
        if self._giving_text:
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
        self._send("wants", "tick", [[self._numbers.get(name, name), interval]])

    def _ask_file(self, how: str, title: str, kind: str) -> bool:
        if not self._person:
            return False
        self._send("wants", "file", self._person, how, title, kind)
        return True

    def _came_or_went(self, window: Any, *, shown: bool) -> None:
        later = self._binding.timer.singleShot
        if self._names.is_popup(window):
            if shown and self._pump.depth and self._person == self._me:
                later(0, lambda: self._tell_popup(window))
            return
        if shown:
            self._focus.shown(window)
            if not self._shown:
                window.setOpacity(0.0)
            later(0, lambda: self._tell_if_alive(window))
            return
        self._tell_window(window, shown=False)
        self._focus.hidden(window)

    def _tell_if_alive(self, window: Any) -> None:
        if self._binding.alive(window):
            self._tell_window(window, shown=True)

    def _owner_place(self, window: Any) -> tuple[int, int]:
        owner = self._names.owner(window)
        return (owner.x(), owner.y()) if owner is not None else (0, 0)

    def _list_of(self, window: Any) -> Any:
        """The list in the popup of a combo box, or None."""
        widget = self._names.widget(window)
        if widget is None or widget.metaObject().className() != "QComboBoxPrivateContainer":
            return None
        return widget.findChild(self._binding.widgets.QAbstractItemView)

    def _tell_popup(self, window: Any) -> None:
        """Where a popup opened here: at another place on the screen it would open elsewhere."""
        if not self._binding.alive(window) or not window.isVisible():
            return
        x, y = self._owner_place(window)
        view = self._list_of(window)
        scroll = view.verticalScrollBar().value() if view is not None else 0
        self._hear(
            "popup",
            window,
            [
                (window.x() - x) * 8, (window.y() - y) * 8, window.width(), window.height(),
                max(0, scroll),
            ],
        )  # fmt: skip

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
            elif word in ("clock", "focus", "mark", "file", "clipboard", "go"):
                self._pump.add((word, *frame[1:]))
            elif word == "names":
                self._take_names(int(frame[1]), frame[2])
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

    def _take_names(self, first: int, names: list[Any]) -> None:
        for place, name in enumerate(names, start=first):
            if isinstance(name, str):
                self._keys[place] = name
                self._numbers[name] = place

    def _name_of(self, told: Any) -> str:
        return told if isinstance(told, str) else self._keys.get(told, "")

    def _queue_events(
        self, index: int, stamp_ms: int, person: str, t0_ms: int, events: list[Any]
    ) -> None:
        if not all(type(each) is int for each in (index, stamp_ms, t0_ms)):
            raise TypeError
        for place, event in enumerate(events):
            last = place == len(events) - 1
            if forms.is_event(event):
                self._pump.add(("event", index, stamp_ms, str(person), t0_ms, event, last))
            else:
                self._bad += 1
                self._pump.add(("nothing", index, stamp_ms, last))

    # --- replay -----------------------------------------------------------------------------------

    def _ready(self, item: Any) -> bool:
        if item[0] != "event" or self._files.waiting:
            return True
        event = item[5]
        return self._names.find(self._name_of(event[1])) is not None

    def _play(self, item: Any) -> None:
        word, index, stamp_ms = item[:3]
        self._focus.settle()
        if word == "go":
            self._clock.started(int(stamp_ms))
            self._current = self._ticks.running = True
            self._applied(int(index), 0)
            return
        self._clock.at(int(stamp_ms))
        if word in ("event", "nothing"):
            last = item[-1]
            self._applied(index if last else self._seen, 1)
            if word == "event":
                self._play_event(item[3], item[4], item[5])
            return
        self._applied(int(index), 0)
        if word == "clock":
            for name, interval in item[3]:
                self._skipped += not self._ticks.deliver(self._name_of(name), int(interval))
        elif word == "mark":
            whole, parts = self._digests.digest(self._skipped)
            self._send("digest", index, whole, [[self._numbers.get(n, n), h] for n, h in parts])
        elif word == "file":
            self._files.answered([str(path) for path in item[4]], str(item[5]))
        elif word == "clipboard":
            self._clipboard.set(str(item[4]), str(item[5]))

    def _applied(self, index: int, events: int) -> None:
        """Said before the replay, as that may return only when a dialog has ended."""
        if index != self._seen:
            self._send_input()
        self._seen = self._outbox.seen = max(self._seen, index)
        self._told += events
        if not len(self._pump) or self._told >= APPLIED_EVENTS:
            self._send("applied", self._seen, self._told, self._skipped)
            self._told = 0

    def _play_event(self, person: str, t0_ms: int, event: list[Any]) -> None:
        kind, told, *fields, offset_ms = event
        name = self._name_of(told)
        window = self._names.find(name)
        if window is None or (self._files.waiting and kind not in ("size", "popup")):
            self._skipped += 1
            return
        self._person = person
        time_ms = self._times.time_of(person, t0_ms + offset_ms, press=kind == "press")
        if kind == "popup":
            self._place_popup(window, person, fields)
        elif kind == "size":
            if person == self._me:
                self._sent_sizes.pop(str(told), None)
            top = self._names.widget(window) or window
            top.resize(fields[0], fields[1])
            self._tell_window(window, shown=True)
        elif kind == "text":
            self._give_text(window, fields)
        else:
            if kind in ("press", "key"):
                self._focus.give(window)
            self._door.give(kind, window, fields, time_ms)

    def _place_popup(self, window: Any, person: str, fields: forms.Fields) -> None:
        if person == self._me:
            return
        x, y, width, height, scroll = fields
        owner_x, owner_y = self._owner_place(window)
        top = self._names.widget(window) or window
        if (window.width(), window.height()) != (width, height):
            top.resize(width, height)
        place = (owner_x + x // 8, owner_y + y // 8)
        if (window.x(), window.y()) != place:
            mover = top.move if hasattr(top, "move") else top.setPosition
            mover(*place)
        view = self._list_of(window)
        if view is not None and view.verticalScrollBar().value() != scroll:
            view.verticalScrollBar().setValue(scroll)

    def _give_text(self, window: Any, fields: forms.Fields) -> None:
        gui, core = self._binding.gui, self._binding.core
        widget = self._names.widget(window)
        target = gui.QGuiApplication.focusObject() or (widget.focusWidget() if widget else None)
        if target is None:
            self._skipped += 1
            return
        event = gui.QInputMethodEvent(fields[1], [])
        event.setCommitString(fields[0], fields[2], fields[3])
        self._giving_text = True
        try:
            core.QCoreApplication.sendEvent(target, event)
        finally:
            self._giving_text = False

    def _say(self, told: Any) -> None:
        """In words what a window of this copy holds."""
        name = self._name_of(told)
        for found, lines in self._digests.windows():
            if found == name:
                detail = "; ".join(" ".join(map(str, line[1])) for line in lines)
                self._send("differs", self._seen, detail[:DETAIL_CHARACTERS])
                return
