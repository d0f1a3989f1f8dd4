"""Logical focus: which toplevel has the keyboard follows from the order and the program alone.

The desktop's focus changes never reach Tk. A copy whose person works elsewhere believes in the same
focus as all others, and no replay ever takes a keyboard from anybody: Tk is told by raw events.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from app.tkshare.guest import tk_library as tk
from app.tkshare.guest.tk_pointer import At
from app.tkshare.guest.tk_root import Root

NONLINEAR = 3
DERIVED_MAX = 8
"""Events that Tk derives from one change of focus, at most."""


class LogicalFocus:
    """`roots` are all roots that still live."""

    def __init__(self, library: Any, roots: Callable[[], list[Root]]) -> None:
        self._library = library
        self._roots = roots

    def now(self) -> At | None:
        """The window that gets the keys."""
        for root in self._roots():
            path = str(root.call("focus"))
            if path:
                return At(root, path)
        return None

    def top(self) -> str:
        """The name of its toplevel, "" if nothing has the focus."""
        at = self.now()
        return at.root.key(at.root.toplevel(at.path)) if at else ""

    def move(self, root: Root, path: str, *, pressed: bool) -> None:
        """A person pressed in that window, or typed there, having gone there by hand."""
        top = root.toplevel(path)
        if not top or not root.takes_focus(top):
            return
        if root.grabbed and root.exists(root.grabbed):
            if root.toplevel(root.grabbed) != top and not root.inside_grab(top):
                return
        now = self.now()
        if now is not None:
            if now.root is root and now.root.toplevel(now.path) == top:
                return
            if not pressed and now.root.kind(now.path) == "Menu":
                return
        if not root.wrapper(top):
            root.call("update", "idletasks")
            if not root.wrapper(top):
                return
        if now is not None:
            self._queue(now.root, now.root.toplevel(now.path), tk.FOCUS_OUT)
        self._queue(root, top, tk.FOCUS_IN)

    def _queue(self, root: Root, top: str, kind: int) -> None:
        wrapper = root.wrapper(top)
        if not wrapper:
            return
        event = tk.FocusEvent(
            type=kind,
            serial=tk.SERIAL,
            display=wrapper[0].display,
            window=wrapper[0].window,
            mode=0,
            detail=NONLINEAR,
        )
        self._library.Tk_QueueWindowEvent(ctypes.byref(event), tk.HEAD)
        for _ in range(1 + DERIVED_MAX):
            if not root.app.dooneevent(ONE_WINDOW_EVENT):
                break


ONE_WINDOW_EVENT = 6
"""TCL_WINDOW_EVENTS | TCL_DONT_WAIT."""


def give_key(root: Root, path: str, fields: list[Any], *, pressed: bool, place: Any) -> None:
    """Give Tk a key as if X had: symbol and text are those of the doer's keyboard.

    `fields` are symbol, code, state, text; `place` is (x, y) of the pointer in the window. Preset in
    the event as Tk itself caches them, symbol and text need nothing of the local keyboard map.
    """
    window = root.window(path)
    symbol, code, state, text = fields
    encoded = text.encode("utf-8", "replace")
    memory = root.library.Tcl_Alloc(len(encoded) + 1)
    ctypes.memmove(memory, encoded + b"\0", len(encoded) + 1)
    event = tk.KeyEvent(
        type=tk.KEY_PRESS if pressed else tk.KEY_RELEASE,
        serial=tk.SERIAL,
        display=window[0].display,
        window=window[0].window,
        time=place[2],
        x=place[0],
        y=place[1],
        state=state & 0xFFFF,
        code=code & 0xFF,
        same_screen=1,
        text=memory,  # Tk frees it
        text_bytes=len(encoded),
        symbol=symbol,
    )
    root.library.Tk_QueueWindowEvent(ctypes.byref(event), tk.HEAD)
    root.app.dooneevent(ONE_WINDOW_EVENT)
