"""The first door: the tap. It hears every event before Qt does, and replays as the platform would.

An event of ours comes through the tap as well and is let happen at once; whatever else was made
inside this very call (the program's own `close()`) lies on the main thread's stack and passes too.
All the rest comes from a person and never happens here, only in the order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest import qt_native as native
from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_focus import ACTIVE_WINDOW_REASON
from app.tkshare.guest.qt_names import Names
from app.tkshare.guest.qt_tap import LogicalCursor, Tap


class TapDoor:
    """`size_agreed(window)` is the size that a top-level has by the order and the program."""

    word = "tap"

    def __init__(self, binding: Binding, names: Names, qt: native.Native, hear: forms.Hear) -> None:
        self._binding = binding
        self._names = names
        self._qt = qt
        self._hear = hear
        self._ours = False
        self._stack = native.stack_of_main_thread()
        self._handlers: dict[int, Callable[[int, Any], None]] = {
            native.MOUSE: self._mouse,
            native.KEY: self._key,
            native.WHEEL: self._wheel,
            native.CLOSE: self._close,
            native.ENTER: self._enter,
            native.LEAVE: lambda event, window: hear("leave", window, []),
            native.CONTEXT: self._context,
            native.GEOMETRY: self._geometry,
            native.FOCUS: self._drop,
            native.TOUCH: self._drop,
            native.TABLET: self._drop,
            native.GESTURE: self._drop,
        }
        gui = binding.gui.QGuiApplication
        self._cursor = LogicalCursor(qt, [binding.address(screen) for screen in gui.screens()])
        self._tap = Tap(qt, self._receive)

    def remove(self) -> None:
        """Let all events go to Qt again."""
        self._tap.remove()

    # --- capture ----------------------------------------------------------------------------------

    def _receive(self, event: int) -> None:
        kind = native.read_type(event)
        if self._ours:
            # Off before anything is handled: a loop inside it hears people again.
            self._ours = False
            self._qt.asynchronous()
            self._qt.process(event)
            return
        of_program = event in self._stack and kind not in (native.GEOMETRY, native.FOCUS)
        handler = self._handlers.get(kind)
        if of_program or handler is None:
            self._qt.process(event)
            return
        window = self._names.at(native.read_window(event))
        if window is not None or kind == native.GEOMETRY:
            handler(event, window)

    def _drop(self, _event: int, _window: Any) -> None:
        """Nobody hears of it."""

    def _target(
        self, window: Any, x: float, y: float, screen_x: float, screen_y: float
    ) -> tuple[Any, float, float]:
        """While a popup is open Qt goes by the place on the screen: name the popup that is there."""
        widgets = self._binding.widgets
        popup = widgets.QApplication.activePopupWidget() if widgets else None
        if popup is None:
            return window, x, y
        below = [
            other
            for other in self._names.visible()
            if self._names.is_popup(other)
            and other.geometry().contains(int(screen_x), int(screen_y))
        ]
        best = below[-1] if below else self._names.window_of(popup)
        if best is None or best is window:
            return window, x, y
        place = best.mapFromGlobal(self._binding.core.QPointF(screen_x, screen_y))
        return best, place.x(), place.y()

    def _mouse(self, event: int, window: Any) -> None:
        found = native.read_mouse(event)
        native.set_accepted(event, True)
        if found.outside or found.type not in (forms.PRESS, forms.RELEASE, forms.MOVE):
            return
        ratio = window.devicePixelRatio()
        window, x, y = self._target(
            window, found.x / ratio, found.y / ratio, found.screen_x / ratio, found.screen_y / ratio
        )
        kind, fields = forms.pointer(found.type, x, y, found.button, found.buttons, found.modifiers)
        self._hear(kind, window, fields)

    def _key(self, event: int, window: Any) -> None:
        found = native.read_key(event)
        if found.type == forms.SHORTCUT_OVERRIDE:
            self._qt.process(event)
            return
        native.set_accepted(event, True)
        kind = "key" if found.type == forms.KEY_PRESS else "keyup"
        state = found.modifiers & forms.MODIFIERS
        fields = [found.key & 0xFFFFFFFF, found.scan, state, found.text, int(found.repeats)]
        self._hear(kind, window, fields)

    def _wheel(self, event: int, window: Any) -> None:
        found = native.read_wheel(event)
        ratio = window.devicePixelRatio()
        self._hear(
            "wheel",
            window,
            [
                forms.eighths(found.x / ratio), forms.eighths(found.y / ratio),
                found.angle_x, found.angle_y, found.pixel_x, found.pixel_y,
                found.modifiers & forms.MODIFIERS, found.phase, None,
            ],
        )  # fmt: skip

    def _close(self, event: int, window: Any) -> None:
        native.set_accepted(event, False)
        self._hear("close", window, [])

    def _enter(self, event: int, window: Any) -> None:
        x, y = native.read_enter(event)
        ratio = window.devicePixelRatio()
        self._hear("enter", window, [forms.eighths(x / ratio), forms.eighths(y / ratio)])

    def _context(self, _event: int, window: Any) -> None:
        self._hear("context", window, [0, 0, 0, 0])

    def _geometry(self, event: int, window: Any) -> None:
        if window is not None and window.isVisible() and self._names.takes_focus(window):
            ratio = window.devicePixelRatio()
            geometry = native.Geometry(event)
            width, height = (round(side / ratio) for side in geometry.size)
            top = self._names.widget(window) or window
            if (top.width(), top.height()) != (width, height):
                # The place may change; the size waits for its turn in the order.
                geometry.keep_size(round(top.width() * ratio), round(top.height() * ratio))
                self._hear("size", window, [width, height])
        self._qt.process(event)

    # --- replay -----------------------------------------------------------------------------------

    def move_focus(self, window: Any) -> None:
        """As the platform tells that a window became active."""
        self._inject(self._qt.inject_focus, self._binding.address(window), ACTIVE_WINDOW_REASON)

    def _inject(self, function: Callable[..., None], *arguments: Any) -> None:
        self._ours = True
        try:
            function(*arguments)
        finally:
            self._ours = False

    def _places(self, window: Any, x: int, y: int) -> tuple[float, float, float, float]:
        """Native pixels in the window and on this copy's screen, of eighths."""
        ratio = window.devicePixelRatio()
        screen = window.mapToGlobal(self._binding.core.QPointF(x / 8, y / 8))
        return x / 8 * ratio, y / 8 * ratio, screen.x() * ratio, screen.y() * ratio

    def give(self, kind: str, window: Any, fields: forms.Fields, time_ms: int) -> None:
        """Replay."""
        getattr(self, f"_give_{kind}")(window, fields, time_ms)

    def _give_mouse(
        self, kind: str, window: Any, place: tuple[int, int, int, int], ms: int
    ) -> None:
        x, y, button, state = place
        places = self._places(window, x, y)
        number = {"press": forms.PRESS, "release": forms.RELEASE, "move": forms.MOVE}[kind]
        buttons = forms.pressed(state, kind, button)
        self._inject(
            self._qt.inject_mouse,
            native.Mouse(
                self._binding.address(window), ms, state & forms.MODIFIERS, *places, buttons,
                False, button, number,
            ),
        )  # fmt: skip

    def _give_press(self, window: Any, fields: forms.Fields, ms: int) -> None:
        self._give_mouse("press", window, (fields[0], fields[1], fields[2], fields[3]), ms)

    def _give_release(self, window: Any, fields: forms.Fields, ms: int) -> None:
        self._give_mouse("release", window, (fields[0], fields[1], fields[2], fields[3]), ms)

    def _give_move(self, window: Any, fields: forms.Fields, ms: int) -> None:
        self._give_mouse("move", window, (fields[0], fields[1], 0, fields[2]), ms)

    def _give_wheel(self, window: Any, fields: forms.Fields, ms: int) -> None:
        x, y, angle_x, angle_y, pixel_x, pixel_y, state, phase, _under = fields
        places = self._places(window, x, y)
        self._inject(
            self._qt.inject_wheel,
            native.Wheel(
                self._binding.address(window), ms, state & forms.MODIFIERS, pixel_x, pixel_y,
                angle_x, angle_y, *places, phase, False,
            ),
        )  # fmt: skip

    def _give_key(self, window: Any, fields: forms.Fields, ms: int) -> None:
        self._give_stroke(forms.KEY_PRESS, window, fields, ms)

    def _give_keyup(self, window: Any, fields: forms.Fields, ms: int) -> None:
        self._give_stroke(forms.KEY_RELEASE, window, fields, ms)

    def _give_stroke(self, number: int, window: Any, fields: forms.Fields, ms: int) -> None:
        symbol, code, state, text, repeat = fields
        symbol = symbol - (1 << 32) if symbol >= 1 << 31 else symbol
        self._inject(
            self._qt.inject_key,
            native.Key(
                self._binding.address(window), ms, state & forms.MODIFIERS, symbol, text,
                bool(repeat), number, code,
            ),
        )  # fmt: skip

    def _give_context(self, window: Any, fields: forms.Fields, _ms: int) -> None:
        where = self._binding.gui.QCursor.pos()
        place = window.mapFromGlobal(where)
        self._inject(
            self._qt.inject_context,
            self._binding.address(window),
            native.Point(place.x(), place.y()),
            native.Point(where.x(), where.y()),
            fields[2] & forms.MODIFIERS,
        )

    def _give_close(self, window: Any, _fields: forms.Fields, _ms: int) -> None:
        self._inject(self._qt.inject_close, self._binding.address(window))

    def _give_enter(self, window: Any, fields: forms.Fields, _ms: int) -> None:
        x, y, screen_x, screen_y = self._places(window, fields[0], fields[1])
        self._inject(
            self._qt.inject_enter,
            self._binding.address(window),
            native.PointF(x, y),
            native.PointF(screen_x, screen_y),
        )

    def _give_leave(self, window: Any, _fields: forms.Fields, _ms: int) -> None:
        self._inject(self._qt.inject_leave, self._binding.address(window))
