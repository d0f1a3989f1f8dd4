"""The tap: an object of ours in front of Qt's window-system queue, and its self-test.

Qt hands every event of the window system to one handler, if there is one, before any of its own
state changes: so what the handler keeps never happened for Qt. The handler is a C++ object made of
a table of three functions. What it does with an event is the host's business.
"""

from __future__ import annotations

import ctypes
import traceback
from collections.abc import Callable
from ctypes import CFUNCTYPE, addressof, c_bool, c_void_p, cast
from typing import Any

from app.tkshare.guest import qt_native as native

_SEND = CFUNCTYPE(c_bool, c_void_p, c_void_p)
_DESTROY = CFUNCTYPE(None, c_void_p)


class Tap:
    """`receive(address of the event)` is called for each; it lets the event happen, or doesn't."""

    def __init__(self, qt: native.Native, receive: Callable[[int], None]) -> None:
        self._qt = qt
        self._receive = receive
        self._send = _SEND(self._called)
        self._destroy = _DESTROY(lambda this: None)
        destroy = cast(self._destroy, c_void_p)
        self._table = (c_void_p * 3)(destroy, destroy, cast(self._send, c_void_p))
        self._object = (c_void_p * 2)(addressof(self._table), None)
        qt.install_handler(addressof(self._object))

    def _called(self, _this: int, event: int) -> bool:
        # An exception must not leave a function that C++ called.
        try:
            self._receive(event)
        except Exception:  # noqa: BLE001
            traceback.print_exc()
        return True

    def remove(self) -> None:
        """Events go to Qt again."""
        self._qt.remove_handler(addressof(self._object))


class LogicalCursor:
    """`QCursor.pos()` answers where the replayed pointer is; `setPos` moves nobody's mouse.

    The platform's cursor gets a copy of its own table of functions with two of them exchanged; the
    two are found by address, never by their place.
    """

    def __init__(self, qt: native.Native, screens: list[int]) -> None:
        library = qt.library
        self._where = qt.last_cursor
        self._kept: list[Any] = []
        base = [
            ctypes.cast(getattr(library, symbol), c_void_p).value
            for symbol in ("_ZNK15QPlatformCursor3posEv", "_ZN15QPlatformCursor6setPosERK6QPoint")
        ]
        table = addressof(c_void_p.in_dll(library, "_ZTV15QPlatformCursor")) + 16
        slots = [c_void_p.from_address(table + 8 * place).value for place in range(32)]
        places = [slots.index(address) for address in base]
        handle_of = library["_ZNK7QScreen6handleEv"]
        handle_of.restype, handle_of.argtypes = c_void_p, [c_void_p]
        cursor_slot = self._slot_of_cursor(library)
        for screen in screens:
            handle = handle_of(screen)
            functions = c_void_p.from_address(handle).value or 0
            cursor_of = CFUNCTYPE(c_void_p, c_void_p)(
                c_void_p.from_address(functions + 8 * cursor_slot).value or 0
            )
            cursor = cursor_of(handle)
            if cursor:
                self._exchange(cursor, places, len(slots))

    @staticmethod
    def _slot_of_cursor(library: ctypes.CDLL) -> int:
        wanted = ctypes.cast(library["_ZNK15QPlatformScreen6cursorEv"], c_void_p).value
        table = addressof(c_void_p.in_dll(library, "_ZTV15QPlatformScreen")) + 16
        slots = [c_void_p.from_address(table + 8 * place).value for place in range(48)]
        return int(slots.index(wanted))

    def _exchange(self, cursor: int, places: list[int], count: int) -> None:
        old = c_void_p.from_address(cursor).value or 0
        # Two words before the table belong to it (offset to top, type information).
        table = (c_void_p * (count + 2))(
            *[c_void_p.from_address(old + 8 * place).value for place in range(-2, count)]
        )
        pos = CFUNCTYPE(ctypes.c_longlong, c_void_p)(self._pos)
        set_pos = CFUNCTYPE(None, c_void_p, c_void_p)(lambda this, place: None)
        table[places[0] + 2] = cast(pos, c_void_p).value
        table[places[1] + 2] = cast(set_pos, c_void_p).value
        self._kept += [table, pos, set_pos]
        c_void_p.from_address(cursor).value = addressof(table) + 16

    def _pos(self, _this: int) -> int:
        x, y = round(self._where.x), round(self._where.y)
        packed = (y & 0xFFFFFFFF) << 32 | x & 0xFFFFFFFF
        return int(packed - (1 << 64) if packed >= 1 << 63 else packed)


def faults_of_layout(qt: native.Native, window: int) -> list[str]:
    """Inject events with odd values and read them back unprocessed; what came back wrong.

    None of them is handled, so the program sees nothing of the test.
    """
    seen: dict[int, Any] = {}
    readers: dict[int, Callable[[int], Any]] = {
        native.MOUSE: native.read_mouse,
        native.KEY: native.read_key,
        native.WHEEL: native.read_wheel,
        native.CLOSE: native.read_window,
        native.ENTER: lambda event: (native.read_window(event), native.read_enter(event)),
        native.CONTEXT: native.read_window,
    }

    def receive(event: int) -> None:
        kind = native.read_type(event)
        if kind in readers:
            seen[kind] = readers[kind](event)
        else:
            qt.process(event)

    mouse = native.Mouse(window, 12345, 0x02000000, 11.5, 7.25, 111.5, 57.25, 1, False, 1, 2)
    key = native.Key(window, 777, 0x04000000, 0x41, "aé漢", True, 6, 38)
    wheel = native.Wheel(window, 99, 0, 1, 2, 0, -120, 5.0, 6.0, 50.0, 60.0, 0, False)
    tap = Tap(qt, receive)
    try:
        qt.inject_mouse(mouse)
        qt.inject_native_key(key)
        qt.inject_wheel(wheel)
        qt.inject_close(window)
        qt.inject_enter(window, native.PointF(3, 4), native.PointF(3, 4))
        qt.inject_context(window, native.Point(1, 2), native.Point(1, 2), 0)
    finally:
        tap.remove()
    expected = {
        native.MOUSE: mouse, native.KEY: key, native.WHEEL: wheel, native.CLOSE: window,
        native.ENTER: (window, (3.0, 4.0)), native.CONTEXT: window,
    }  # fmt: skip
    return [
        f"event {kind:#x}: {value!r} came back as {seen.get(kind)!r}"
        for kind, value in expected.items()
        if seen.get(kind) != value
    ]
