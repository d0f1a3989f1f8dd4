"""What people do, taken before Tk hears of it.

One C hook sees every event of the program first. What a person does (and what the desktop does with
pointer and focus in consequence) is told to `hear` and never reaches Tk; what carries our mark, and
everything else, passes. The hook runs inside Tk's loop: it never calls Tcl, as that would end the
process, and never lets an exception out.
"""

from __future__ import annotations

import ctypes
import traceback
from collections.abc import Callable
from ctypes import POINTER, byref
from typing import Any, Final

from app.tkshare.guest import tk_library as tk
from app.tkshare.guest.tk_root import Root, text_of

PLACE_MAX: Final = 1 << 18
UNITS: Final = 8
"""Places travel in 1/8 px."""
TEXT_BYTES: Final = 40
"""UTF-8 of one key's text: an input method's longer one goes as several keys."""
CONTROL, ALT = 4, 8
KEYS_FOR_US: Final = {
    (0, 0xFFC3): "back",
    (CONTROL | ALT, 0x67): "floor",
    (CONTROL | ALT, 0x47): "floor",
    (CONTROL | ALT, 0xFF1B): "stop",
}
"""F6, Ctrl+Alt+G, Ctrl+Alt+Escape."""
WHEEL: Final = {4: (0, 120), 5: (0, -120), 6: (120, 0), 7: (-120, 0)}
"""Buttons that are a wheel on X11: (dx, dy) in 1/8 degree."""
SHIFTS: Final = 1 | CONTROL | ALT

Found = tuple[Root, str]
Hear = Callable[[list[Any]], None]


class Capture:
    """`hear` gets events without offset; `notice` hears that a toplevel's size changed."""

    def __init__(
        self,
        library: Any,
        hear: Hear,
        say_key: Callable[[str], None],
        notice: Callable[[str], None],
    ) -> None:
        self._library = library
        self._hear = hear
        self._say_key = say_key
        self._notice = notice
        self._roots: dict[int, Root] = {}
        self._ours: set[int] = set()
        self._muted: dict[tuple[int, int], int] = {}
        self.shut = False
        """Whether what people begin is lost: while the program waits for a file's name. What they
        end is not: else a button would stay down for everybody."""
        self._handlers: dict[int, Callable[[Any, Any, Found], bool]] = {
            tk.KEY_PRESS: self._key,
            tk.KEY_RELEASE: self._key,
            tk.BUTTON_PRESS: self._button,
            tk.BUTTON_RELEASE: self._button,
            tk.MOTION: self._motion,
            tk.ENTER: self._swallow,
            tk.LEAVE: self._swallow,
            tk.FOCUS_IN: self._swallow,
            tk.FOCUS_OUT: self._swallow,
            tk.SELECTION_CLEAR: self._swallow,
            tk.CLIENT_MESSAGE: self._message,
            tk.CONFIGURE: self._configure,
            tk.MAP: self._mapping,
            tk.UNMAP: self._mapping,
        }
        self._hook = tk.HANDLER(self._called)

    def add(self, root: Root) -> None:
        """A new main window; making it has emptied Tk's list of hooks."""
        self._roots[root.main_pointer] = root
        self._library.Tk_DeleteGenericHandler(self._hook, None)
        self._library.Tk_CreateGenericHandler(self._hook, None)

    def _called(self, _data: object, pointer: Any) -> int:
        event = pointer[0]
        handler = self._handlers.get(event.type)
        if handler is None or event.serial == tk.SERIAL:
            return 0
        if (event.send & 0xFFFFFFFF) in tk.TK_MADE:
            return 0
        try:
            window = self._library.Tk_IdToWindow(event.display, event.window)
            found = self._find(window)
            if found is None:
                return int(event.type == tk.SELECTION_CLEAR)
            return int(handler(window, pointer, found))
        except Exception:  # noqa: BLE001 - nothing may leave a function that C called
            traceback.print_exc()
            return 1

    def _find(self, window: Any) -> Found | None:
        if not window:
            return None
        if window[0].path is None:  # the wrapper of a toplevel
            window = self._library.TkWmFocusToplevel(window)
            if not window or window[0].path is None:
                return None
        root = self._roots.get(window[0].main)
        return None if root is None else (root, text_of(window[0].path))

    def _swallow(self, _window: Any, _pointer: Any, _found: Found) -> bool:
        return True

    def mute(self, kind: int, window: int) -> None:
        """Tk shall not hear of the next event of this kind of that X window: it is our doing."""
        self._muted[kind, window] = self._muted.get((kind, window), 0) + 1

    def _mapping(self, _window: Any, pointer: Any, _found: Found) -> bool:
        # XMapEvent and XUnmapEvent: the window that it is about stands after the one that hears.
        event = pointer[0]
        key = (event.type, event.root)
        if not self._muted.get(key):
            return False
        self._muted[key] -= 1
        return True

    def _configure(self, _window: Any, pointer: Any, found: Found) -> bool:
        root, path = found
        if root.toplevel(path) == path:
            self._notice(root.key(path))
        return False

    def _message(self, window: Any, pointer: Any, found: Found) -> bool:
        event = ctypes.cast(pointer, POINTER(tk.ClientEvent))[0]
        if event.format != 32:
            return False
        protocols = self._library.Tk_InternAtom(window, b"WM_PROTOCOLS")
        delete = self._library.Tk_InternAtom(window, b"WM_DELETE_WINDOW")
        if event.kind != protocols or event.data[0] != delete:
            return False
        root, path = found
        self._tell(["close", root.key(path)])
        return True

    def _tell(self, event: list[Any]) -> None:
        if not self.shut or event[0] in ("release", "keyup"):
            self._hear(event)

    # --- pointer ----------------------------------------------------------------------------------

    def _button(self, window: Any, pointer: Any, found: Found) -> bool:
        event = pointer[0]
        button, pressed = event.code, event.type == tk.BUTTON_PRESS
        name, x, y, under = self._where(window, event, found)
        if button in WHEEL:
            if pressed:
                self._tell(["wheel", name, x, y, *WHEEL[button], 0, 0, event.state, 0, under])
            return True
        word = "press" if pressed else "release"
        self._tell([word, name, x, y, button, event.state, under])
        return True

    def _motion(self, window: Any, pointer: Any, found: Found) -> bool:
        event = pointer[0]
        name, x, y, under = self._where(window, event, found)
        self._tell(["move", name, x, y, event.state, under])
        return True

    def _where(self, window: Any, event: Any, found: Found) -> tuple[str, int, int, Any]:
        """The window, the place in it, and the window under the pointer if it is another one."""
        root, path = found
        under = None
        below = self._library.Tk_CoordsToWindow(event.x_root, event.y_root, window)
        below_path = text_of(below[0].path) if below else ""
        if below_path and below_path != path:
            left, top = root.place(below_path)
            under = [
                root.key(below_path),
                eighths(event.x_root - left),
                eighths(event.y_root - top),
            ]
        return root.key(path), eighths(event.x), eighths(event.y), under

    # --- keys -------------------------------------------------------------------------------------

    def _key(self, window: Any, pointer: Any, found: Found) -> bool:
        event = pointer[0]
        text = self._text(window, pointer) if event.type == tk.KEY_PRESS else ""
        symbol = self._library.TkpGetKeySym(window[0].disp, pointer) & 0xFFFFFFFF
        if self._is_ours(event, symbol):
            return True
        root, path = found
        name = root.key(path)
        if event.type == tk.KEY_RELEASE:
            self._tell(["keyup", name, symbol, event.code, event.state, "", 0])
            return True
        for piece in pieces(text):
            self._tell(["key", name, symbol, event.code, event.state, piece, 0])
        return True

    def _text(self, window: Any, pointer: Any) -> str:
        string = tk.TclString()
        self._library.Tcl_DStringInit(byref(string))
        self._library.TkpGetString(window, pointer, byref(string))
        text = ctypes.string_at(string.text, string.length).decode("utf-8", "replace")
        self._library.Tcl_DStringFree(byref(string))
        return text

    def _is_ours(self, event: Any, symbol: int) -> bool:
        """Keys of the app: told to it at the press; neither half goes to the program."""
        if event.type == tk.KEY_RELEASE and event.code in self._ours:
            self._ours.discard(event.code)
            return True
        which = KEYS_FOR_US.get((event.state & SHIFTS, symbol))
        if which is None or event.type == tk.KEY_RELEASE:
            return False
        self._ours.add(event.code)
        self._say_key(which)
        return True


def eighths(pixels: int) -> int:
    """What travels for so many pixels."""
    return max(-PLACE_MAX, min(PLACE_MAX, pixels * UNITS))


def pieces(text: str) -> list[str]:
    """The text in parts that fit an event; one empty part for no text."""
    parts = [""]
    for character in text:
        if len((parts[-1] + character).encode("utf-8", "replace")) > TEXT_BYTES:
            parts.append("")
        parts[-1] += character
    return parts
