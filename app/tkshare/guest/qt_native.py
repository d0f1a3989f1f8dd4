"""Qt's window-system interface by its exported symbols: what the tap needs and no binding offers.

Two directions. `Native.inject_*` hands Qt an event as if the platform had seen it, and returns when
it has been handled; `read_*` reads an event that the platform made. The layouts are those of the
Itanium C++ ABI on 64-bit Linux, and the self-test reads back what was injected before anybody
trusts them. Nothing here knows what an event is for.

Source: Qt 6 `qwindowsysteminterface.h` and `qwindowsysteminterface_p.h` (private API).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from ctypes import c_bool, c_double, c_int, c_longlong, c_uint, c_ulonglong, c_ushort, c_void_p
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

CLOSE, GEOMETRY, ENTER, LEAVE, FOCUS = 0x101, 0x2, 0x103, 0x104, 0x5
MOUSE, WHEEL, KEY, TOUCH, TABLET = 0x107, 0x109, 0x10A, 0x10B, 0x114
CONTEXT, GESTURE = 0x118, 0x11A

TEXTS_KEPT = 4096
"""Texts of replayed keys that stay in memory, as Qt may hold on to one that it does not own."""

MAIN_STACK_BYTES = 64 << 20
"""How far below the top of the main thread's stack an address still counts as on it."""

_INTERFACE = "_ZN22QWindowSystemInterface"
_PRIVATE = "_ZN29QWindowSystemInterfacePrivate"
_EVENT = "EPN29QWindowSystemInterfacePrivate17WindowSystemEventE"
_SYNC = "INS_19SynchronousDeliveryEEE"
_FLAGS = "6QFlagsIN2Qt16KeyboardModifierEE"


Layout = Sequence[Any]


class UnreachableError(Exception):
    """This Qt is built in a way that the tap cannot reach."""


class PointF(ctypes.Structure):
    """QPointF."""

    _fields_: ClassVar[Layout] = [("x", c_double), ("y", c_double)]


class Point(ctypes.Structure):
    """QPoint; passed by value in one register."""

    _fields_: ClassVar[Layout] = [("x", c_int), ("y", c_int)]


class _String(ctypes.Structure):
    """QString: no owner, so that Qt never frees it."""

    _fields_: ClassVar[Layout] = [("owner", c_void_p), ("data", c_void_p), ("size", c_longlong)]


class Mouse(NamedTuple):
    """A mouse event; places in native pixels, `buttons` after the event."""

    window: int
    time_ms: int
    modifiers: int
    x: float
    y: float
    screen_x: float
    screen_y: float
    buttons: int
    outside: bool
    button: int
    type: int


class Key(NamedTuple):
    """A key event."""

    window: int
    time_ms: int
    modifiers: int
    key: int
    text: str
    repeats: bool
    type: int
    scan: int


class Wheel(NamedTuple):
    """A wheel event; angles in 1/8 degree."""

    window: int
    time_ms: int
    modifiers: int
    pixel_x: int
    pixel_y: int
    angle_x: int
    angle_y: int
    x: float
    y: float
    screen_x: float
    screen_y: float
    phase: int
    inverted: bool


def _mapped(name: str) -> str:
    """The file of a library as this process has it mapped: the wheel's own, never the system's."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        if line.rstrip().endswith(name):
            return line.split(maxsplit=5)[5].strip()
    message = f"{name} is not loaded"
    raise UnreachableError(message)


def stack_of_main_thread() -> range:
    """Addresses of the main thread's stack: what lies there was made inside this very call."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        if line.endswith("[stack]"):
            top = int(line.split()[0].split("-")[1], 16)
            return range(top - MAIN_STACK_BYTES, top)
    message = "no [stack] in /proc/self/maps"
    raise UnreachableError(message)


def read_type(event: int) -> int:
    """The kind of a window-system event, as the constants above."""
    return c_int.from_address(event + 8).value


def read_window(event: int) -> int:
    """The address of its window, 0 for none. Of all kinds but geometry (`read_geometry`)."""
    return c_void_p.from_address(event + 32).value or 0


def set_accepted(event: int, accepted: bool) -> None:
    """Tell the platform whether somebody took the event."""
    c_bool.from_address(event + 16).value = accepted


def read_mouse(event: int) -> Mouse:
    """A mouse event."""
    raw = ctypes.string_at(event, 116)
    window, time_ms, modifiers = struct.unpack_from("<QQi", raw, 32)
    x, y, screen_x, screen_y, buttons, _source, outside = struct.unpack_from("<4dii?", raw, 64)
    button, kind = struct.unpack_from("<ii", raw, 108)
    return Mouse(
        window, time_ms, modifiers, x, y, screen_x, screen_y, buttons, outside, button, kind
    )


def read_key(event: int) -> Key:
    """A key event."""
    raw = ctypes.string_at(event, 116)
    window, time_ms, modifiers = struct.unpack_from("<QQi", raw, 32)
    (key,) = struct.unpack_from("<i", raw, 72)
    data, size, repeats = struct.unpack_from("<Qq?", raw, 88)
    kind, scan = struct.unpack_from("<iI", raw, 108)
    if not 0 <= size <= 1 << 16:
        size = 0
    text = ctypes.string_at(data, size * 2).decode("utf-16-le", "replace") if data and size else ""
    return Key(window, time_ms, modifiers, key, text, repeats, kind, scan)


def read_wheel(event: int) -> Wheel:
    """A wheel event."""
    raw = ctypes.string_at(event, 132)
    window, time_ms, modifiers = struct.unpack_from("<QQi", raw, 32)
    pixel_x, pixel_y, angle_x, angle_y = struct.unpack_from("<4i", raw, 64)
    x, y, screen_x, screen_y, phase, _source, inverted = struct.unpack_from("<8x4dii?", raw, 80)
    return Wheel(
        window, time_ms, modifiers, pixel_x, pixel_y, angle_x, angle_y, x, y, screen_x, screen_y,
        phase, inverted,
    )  # fmt: skip


def read_enter(event: int) -> tuple[float, float]:
    """Where the pointer came in, native pixels in the window."""
    x, y = struct.unpack_from("<2d", ctypes.string_at(event + 40, 16))
    return x, y


class Geometry:
    """A change of a window's place and size; the size can be written over."""

    def __init__(self, event: int) -> None:
        self._corners = (c_int * 8).from_address(event + 40)

    @property
    def size(self) -> tuple[int, int]:
        """The new size, native pixels."""
        left, top, right, bottom = self._corners[4:8]
        return right - left + 1, bottom - top + 1

    def keep_size(self, width: int, height: int) -> None:
        """The place may change, the size stays this."""
        for first in (0, 4):
            self._corners[first + 2] = self._corners[first] + width - 1
            self._corners[first + 3] = self._corners[first + 1] + height - 1


class Native:
    """The functions of libQt6Gui.

    Raises:
        UnreachableError: a symbol is missing, or this is not 64-bit Linux.
    """

    def __init__(self) -> None:
        self.library = ctypes.CDLL(_mapped("libQt6Gui.so.6"))
        point = c_void_p
        self._process = self._function(
            "_ZN22QGuiApplicationPrivate24processWindowSystemEvent" + _EVENT, None, c_void_p
        )
        self._install = self._function(
            _PRIVATE + "31installWindowSystemEventHandlerEP25QWindowSystemEventHandler",
            None, c_void_p,
        )  # fmt: skip
        self._remove = self._function(
            _PRIVATE + "30removeWindowSystemEventhandlerEP25QWindowSystemEventHandler",
            None, c_void_p,
        )  # fmt: skip
        self._synchronous = self._function(
            _INTERFACE + "32setSynchronousWindowSystemEventsEb", None, c_bool
        )
        self._mouse = self._function(
            _INTERFACE + "16handleMouseEvent" + _SYNC + "bP7QWindowmRK7QPointFS6_6QFlagsIN2Qt11"
            "MouseButtonEES9_N6QEvent4TypeES7_INS8_16KeyboardModifierEENS8_16MouseEventSourceE",
            c_bool, c_void_p, c_ulonglong, point, point, c_int, c_int, c_int, c_int, c_int,
        )  # fmt: skip
        self._key = self._function(
            _INTERFACE + "14handleKeyEvent" + _SYNC + "bP7QWindowmN6QEvent4TypeEi" + _FLAGS
            + "RK7QStringbt",
            c_bool, c_void_p, c_ulonglong, c_int, c_int, c_int, c_void_p, c_bool, c_ushort,
        )  # fmt: skip
        self._extended_key = self._function(
            _INTERFACE + "22handleExtendedKeyEventEP7QWindowmN6QEvent4TypeEi" + _FLAGS
            + "jjjRK7QStringbt",
            c_bool, c_void_p, c_ulonglong, c_int, c_int, c_int, c_uint, c_uint, c_uint, c_void_p,
            c_bool, c_ushort,
        )  # fmt: skip
        self._wheel = self._function(
            _INTERFACE + "16handleWheelEventEP7QWindowmRK7QPointFS4_6QPointS5_" + _FLAGS
            + "NS7_11ScrollPhaseENS7_16MouseEventSourceEb",
            c_bool, c_void_p, c_ulonglong, point, point, Point, Point, c_int, c_int, c_int, c_bool,
        )  # fmt: skip
        self._close = self._function(
            _INTERFACE + "16handleCloseEvent" + _SYNC + "bP7QWindow", c_bool, c_void_p
        )
        self._enter = self._function(
            _INTERFACE + "16handleEnterEvent" + _SYNC + "vP7QWindowRK7QPointFS6_",
            None, c_void_p, point, point,
        )  # fmt: skip
        self._leave = self._function(
            _INTERFACE + "16handleLeaveEvent" + _SYNC + "vP7QWindow", None, c_void_p
        )
        self._context = self._function(
            _INTERFACE + "22handleContextMenuEvent" + _SYNC + "bP7QWindowbRK6QPointS6_" + _FLAGS,
            c_bool, c_void_p, c_bool, point, point, c_int,
        )  # fmt: skip
        self._focus = self._function(
            _INTERFACE + "24handleFocusWindowChanged" + _SYNC + "vP7QWindowN2Qt11FocusReasonE",
            None, c_void_p, c_int,
        )  # fmt: skip
        self.last_cursor = PointF.in_dll(
            self.library, self._known("_ZN22QGuiApplicationPrivate18lastCursorPositionE")
        )
        self._texts: list[tuple[_String, Any]] = []

    def _known(self, symbol: str) -> str:
        if not hasattr(self.library, symbol):
            message = f"libQt6Gui has no {symbol}"
            raise UnreachableError(message)
        return symbol

    def _function(self, symbol: str, result: Any, *arguments: Any) -> Callable[..., Any]:
        function = getattr(self.library, self._known(symbol))
        function.restype = result
        function.argtypes = list(arguments)
        return function  # type: ignore[no-any-return]

    def _text(self, text: str) -> Any:
        units = text.encode("utf-16-le", "replace")
        data = ctypes.create_string_buffer(units + b"\0\0")
        string = _String(None, ctypes.addressof(data), len(units) // 2)
        self._texts.append((string, data))
        if len(self._texts) > TEXTS_KEPT:
            del self._texts[: TEXTS_KEPT // 2]
        return ctypes.byref(string)

    def process(self, event: int) -> None:
        """Let Qt handle an event that the tap was given."""
        self._process(event)

    def install_handler(self, handler: int) -> None:
        """Every event of the window system goes to this object first."""
        self._install(handler)

    def remove_handler(self, handler: int) -> None:
        """Undo `install_handler`."""
        self._remove(handler)

    def inject_mouse(self, event: Mouse) -> None:
        """A press, release or move."""
        self._mouse(
            event.window, event.time_ms, ctypes.byref(PointF(event.x, event.y)),
            ctypes.byref(PointF(event.screen_x, event.screen_y)), event.buttons, event.button,
            event.type, event.modifiers, 0,
        )  # fmt: skip

    def inject_key(self, event: Key) -> None:
        """A key press or release, with the text that it types."""
        self._key(
            event.window, event.time_ms, event.type, event.key, event.modifiers,
            self._text(event.text), event.repeats, 1,
        )  # fmt: skip

    def inject_native_key(self, event: Key) -> None:
        """The same with its scan code: for the self-test, as it comes from a platform."""
        self._synchronous(True)
        try:
            self._extended_key(
                event.window, event.time_ms, event.type, event.key, event.modifiers, event.scan,
                0, 0, self._text(event.text), event.repeats, 1,
            )  # fmt: skip
        finally:
            self._synchronous(False)

    def inject_wheel(self, event: Wheel) -> None:
        """A turn of the wheel."""
        # There is no synchronous form of it: all events are, while the switch is on, and
        # the tap turns it off again (a handler may open a dialog with a loop of its own).
        self._synchronous(True)
        try:
            self._wheel(
                event.window, event.time_ms, ctypes.byref(PointF(event.x, event.y)),
                ctypes.byref(PointF(event.screen_x, event.screen_y)),
                Point(event.pixel_x, event.pixel_y), Point(event.angle_x, event.angle_y),
                event.modifiers, event.phase, 0, event.inverted,
            )  # fmt: skip
        finally:
            self._synchronous(False)

    def asynchronous(self) -> None:
        """Events wait in Qt's queue, as they do by default."""
        self._synchronous(False)

    def inject_close(self, window: int) -> None:
        """The window manager's wish to close a window."""
        self._close(window)

    def inject_enter(self, window: int, place: PointF, screen: PointF) -> None:
        """The pointer comes in."""
        self._enter(window, ctypes.byref(place), ctypes.byref(screen))

    def inject_leave(self, window: int) -> None:
        """The pointer goes out."""
        self._leave(window)

    def inject_context(self, window: int, place: Point, screen: Point, modifiers: int) -> None:
        """The menu key."""
        self._context(window, False, ctypes.byref(place), ctypes.byref(screen), modifiers)

    def inject_focus(self, window: int, reason: int) -> None:
        """The keyboard focus goes to a window; 0 for none."""
        self._focus(window or None, reason)
