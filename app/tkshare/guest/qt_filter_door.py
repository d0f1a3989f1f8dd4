"""The second door: an event filter at the windows, where the tap doesn't fit this Qt.

Public API only. By the time a filter runs Qt has changed its own state, so six things must be put
right by hand (double clicks, closing, filters of the program, inactive copies, the menu key, sizes),
and some can't be: see `REFUSED`. A program that needs one of those is refused at attach.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest.qt_binding import Binding, number
from app.tkshare.guest.qt_names import Names

REFUSED = (
    "On this system: dragging to the edge scrolls differently in each copy.",
    "On this system: Return in a list inside a dialog doesn't press the dialog's button.",
)
CHORDS = "Shortcuts like Ctrl+K, Ctrl+L can't be shared on this system."

CLIENT_MESSAGE = 33


def has_chords(binding: Binding) -> bool:
    """Whether the program has a shortcut of several keys: its second key makes no event at all."""
    shortcut = binding.gui.QShortcut
    for top in binding.widgets.QApplication.topLevelWidgets() if binding.widgets else ():
        found = [*top.findChildren(binding.gui.QAction), *top.actions()]
        keys = [key for action in found for key in action.shortcuts()]
        keys += [each.key() for each in top.findChildren(shortcut)]
        if any(key.count() > 1 for key in keys):
            return True
    return False


class FilterDoor:
    """Captures spontaneous events at QWindow, replays with `sendEvent` to the QWindow."""

    word = "filter"

    def __init__(self, binding: Binding, names: Names, hear: forms.Hear) -> None:
        self._binding = binding
        self._names = names
        self._hear = hear
        self._last_press = (0, 0, 0, 0)
        self._swallows_press = False
        self._closed_by_person: dict[int, None] = {}
        events = binding.events
        self._mouse = {
            number(each): each
            for each in (
                events.MouseButtonPress,
                events.MouseButtonRelease,
                events.MouseMove,
                events.MouseButtonDblClick,
            )
        }
        self._dropped = frozenset(
            number(getattr(events, name))
            for name in (
                "Enter", "Leave", "TouchBegin", "TouchUpdate", "TouchEnd", "TouchCancel",
                "TabletMove", "TabletPress", "TabletRelease", "HoverMove", "HoverEnter",
                "HoverLeave",
            )
        )  # fmt: skip
        door = self
        core = binding.core
        window_class = binding.gui.QWindow

        class Filter(core.QObject):  # type: ignore[misc, name-defined]
            """Application-wide; only windows are looked at."""

            def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802
                kind = number(event.type())
                if door._swallows_press and kind == forms.PRESS:
                    if not isinstance(watched, window_class):
                        door._swallows_press = False
                        return True
                    return False
                if not event.spontaneous() or not isinstance(watched, window_class):
                    return False
                return door._captured(watched, event, kind)

        self._filter = Filter()
        binding.application().installEventFilter(self._filter)
        self._watch_closing()

    # --- capture ----------------------------------------------------------------------------------

    def _watch_closing(self) -> None:
        """Note WM_DELETE_WINDOW: a person's close looks like the program's own otherwise."""
        try:
            x11 = ctypes.CDLL("libX11.so.6")
        except OSError:
            return
        x11.XOpenDisplay.restype = ctypes.c_void_p
        display = x11.XOpenDisplay(None)
        if not display:
            return
        wish = x11.XInternAtom(ctypes.c_void_p(display), b"WM_DELETE_WINDOW", 0)
        closed = self._closed_by_person

        class Watch(self._binding.core.QAbstractNativeEventFilter):  # type: ignore[misc, name-defined]
            """xcb_client_message_event_t: type, window, data."""

            def nativeEventFilter(self, _kind: Any, message: Any) -> tuple[bool, int]:  # noqa: N802
                address = int(message)
                if (
                    ctypes.c_ubyte.from_address(address).value & 0x7F == CLIENT_MESSAGE
                    and ctypes.c_uint.from_address(address + 12).value == wish
                ):
                    closed[ctypes.c_uint.from_address(address + 4).value] = None
                return False, 0

        self._watch = Watch()
        self._binding.application().installNativeEventFilter(self._watch)

    def _captured(self, window: Any, event: Any, kind: int) -> bool:
        events = self._binding.events
        if kind in self._mouse:
            self._heard_mouse(window, event, kind)
            return True
        if kind in self._dropped:
            return True
        if kind == number(events.Resize):
            return self._heard_size(window)
        if kind == number(events.Close):
            if int(window.winId()) not in self._closed_by_person:
                return False
            del self._closed_by_person[int(window.winId())]
            event.ignore()
            self._hear("close", window, [])
            return True
        if kind == forms.SHORTCUT_OVERRIDE:
            event.accept()
            return True
        if kind in (forms.KEY_PRESS, forms.KEY_RELEASE, number(events.Wheel)):
            self._heard_stroke(window, event, kind)
            return True
        if kind == number(events.ContextMenu) and number(event.reason()) == 1:
            state = number(event.modifiers()) & forms.MODIFIERS
            place = event.pos()
            self._hear("context", window, [place.x() * 8, place.y() * 8, state, 0])
            return True
        return False

    def _heard_mouse(self, window: Any, event: Any, kind: int) -> None:
        # Before a double click Qt sends the press as well; the replay makes a double click of two
        # presses again, by their times.
        if kind not in (forms.PRESS, forms.RELEASE, forms.MOVE):
            return
        place = event.position()
        word, fields = forms.pointer(
            kind, place.x(), place.y(), number(event.button()), number(event.buttons()),
            number(event.modifiers()),
        )  # fmt: skip
        self._hear(word, window, fields)

    def _heard_size(self, window: Any) -> bool:
        top = self._names.widget(window)
        size = (window.width(), window.height())
        if (
            top is None
            or not self._names.takes_focus(window)
            or size == (top.width(), top.height())
        ):
            return False
        self._hear("size", window, list(size))
        return True

    def _heard_stroke(self, window: Any, event: Any, kind: int) -> None:
        state = number(event.modifiers()) & forms.MODIFIERS
        if kind in (forms.KEY_PRESS, forms.KEY_RELEASE):
            self._hear(
                "key" if kind == forms.KEY_PRESS else "keyup",
                window,
                [
                    event.key() & 0xFFFFFFFF, event.nativeScanCode(), state, event.text(),
                    int(event.isAutoRepeat()),
                ],
            )  # fmt: skip
            return
        place, angle, pixel = event.position(), event.angleDelta(), event.pixelDelta()
        self._hear(
            "wheel",
            window,
            [
                forms.eighths(place.x()), forms.eighths(place.y()), angle.x(), angle.y(),
                pixel.x(), pixel.y(), state, number(event.phase()), None,
            ],
        )  # fmt: skip

    # --- replay -----------------------------------------------------------------------------------

    def move_focus(self, window: Any) -> None:
        """By the public, deprecated call: the only one that needs no platform."""
        top = self._names.widget(window)
        application = self._binding.widgets.QApplication if self._binding.widgets else None
        if top is not None and application is not None:
            with contextlib.suppress(AttributeError):
                application.setActiveWindow(top)

    def give(self, kind: str, window: Any, fields: forms.Fields, time_ms: int) -> None:
        """Replay; enter and leave can't be told from the person's own here and are nothing."""
        if kind in ("enter", "leave"):
            return
        # A program's own application filter runs before ours if it came later.
        self._binding.timer.singleShot(0, self._to_front)
        if kind in ("press", "release", "move"):
            self._give_mouse(kind, window, fields, time_ms)
        elif kind in ("key", "keyup"):
            self._send(window, self._stroke(kind, fields, time_ms))
        elif kind == "wheel":
            self._send(window, self._turn(window, fields, time_ms))
        elif kind == "close":
            self._send(window, self._binding.gui.QCloseEvent())
        elif kind == "context":
            self._send(window, self._menu_key(window, fields))

    def _modifiers(self, state: int) -> Any:
        return self._binding.core.Qt.KeyboardModifier(state & forms.MODIFIERS)

    def _places(self, window: Any, x: int, y: int) -> tuple[Any, Any]:
        place = self._binding.core.QPointF(x / 8, y / 8)
        return place, self._binding.core.QPointF(window.mapToGlobal(place))

    def _is_double(self, window: Any, button: int, x: int, y: int, time_ms: int) -> bool:
        """Two presses of one button, near each other: as QGuiApplication decides it."""
        hints = self._binding.gui.QGuiApplication.styleHints()
        identity = self._binding.address(window) * 32 + button
        last, last_x, last_y, last_ms = self._last_press
        reach = 8 * hints.mouseDoubleClickDistance()
        double = (
            identity == last
            and time_ms - last_ms < hints.mouseDoubleClickInterval()
            and abs(x - last_x) <= reach
            and abs(y - last_y) <= reach
        )
        self._last_press = (0, 0, 0, 0) if double else (identity, x, y, time_ms)
        return double

    def _give_mouse(self, kind: str, window: Any, fields: forms.Fields, time_ms: int) -> None:
        x, y, button, state, _under = fields if kind != "move" else [*fields[:2], 0, *fields[2:]]
        types = self._binding.events
        if kind == "press" and self._is_double(window, button, x, y, time_ms):
            # The window must see the press (it notes the widget under it), the widget must not.
            press = self._mouse_event(types.MouseButtonPress, window, fields, time_ms)
            self._swallows_press = True
            self._send(window, press)
            self._swallows_press = False
            self._send(
                window, self._mouse_event(types.MouseButtonDblClick, window, fields, time_ms)
            )
            return
        number_of = {
            "press": types.MouseButtonPress,
            "release": types.MouseButtonRelease,
            "move": types.MouseMove,
        }
        given = [x, y, button, state, None]
        self._send(window, self._mouse_event(number_of[kind], window, given, time_ms))

    def _mouse_event(self, kind: Any, window: Any, fields: forms.Fields, time_ms: int) -> Any:
        x, y, button, state, _under = fields
        place, screen = self._places(window, x, y)
        words = {2: "press", 3: "release", 4: "press", 5: "move"}
        buttons = forms.pressed(state, words[number(kind)], button)
        mouse = self._binding.core.Qt.MouseButton
        event = self._binding.gui.QMouseEvent(
            kind, place, place, screen, mouse(button), mouse(buttons), self._modifiers(state),
            self._binding.gui.QPointingDevice.primaryPointingDevice(),
        )  # fmt: skip
        event.setTimestamp(time_ms)
        return event

    def _stroke(self, kind: str, fields: forms.Fields, time_ms: int) -> Any:
        symbol, code, state, text, repeat = fields
        symbol = symbol - (1 << 32) if symbol >= 1 << 31 else symbol
        types = self._binding.events
        event = self._binding.gui.QKeyEvent(
            types.KeyPress if kind == "key" else types.KeyRelease, symbol, self._modifiers(state),
            code, 0, 0, text, bool(repeat), 1,
        )  # fmt: skip
        event.setTimestamp(time_ms)
        return event

    def _turn(self, window: Any, fields: forms.Fields, time_ms: int) -> Any:
        x, y, angle_x, angle_y, pixel_x, pixel_y, state, phase, _under = fields
        place, screen = self._places(window, x, y)
        core = self._binding.core
        event = self._binding.gui.QWheelEvent(
            place, screen, core.QPoint(pixel_x, pixel_y), core.QPoint(angle_x, angle_y),
            core.Qt.MouseButton(0), self._modifiers(state), core.Qt.ScrollPhase(phase), False,
        )  # fmt: skip
        event.setTimestamp(time_ms)
        return event

    def _menu_key(self, window: Any, fields: forms.Fields) -> Any:
        place = self._binding.core.QPoint(fields[0] // 8, fields[1] // 8)
        menu = self._binding.gui.QContextMenuEvent
        return menu(
            menu.Reason.Keyboard, place, window.mapToGlobal(place), self._modifiers(fields[2])
        )

    def _send(self, window: Any, event: Any) -> None:
        self._binding.core.QCoreApplication.sendEvent(window, event)

    def _to_front(self) -> None:
        application = self._binding.application()
        application.removeEventFilter(self._filter)
        application.installEventFilter(self._filter)
