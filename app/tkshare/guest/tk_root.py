"""One interpreter with a main window of its own, as the host deals with it.

A program may have several (`tkinter.Tk()` twice). Here is what is asked of Tk about windows, partly
by C, so that it may be asked inside the capture, where calling Tcl would end the process. The pins
of `tk_pins.tcl` are put in here, and nothing about events is known.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from app.tkshare.guest.tk_library import MAPPED, SERIAL, TOP_LEVEL
from app.tkshare.guest.tk_names import key_of

PINS: Final = (
    "event",
    "grab",
    "focus",
    "winfo",
    "update",
    "fileevent",
    "clock",
    "after",
    "random",
    "scaling",
    "appname",
    "wm",
    "interp",
    "files",
    "clipboard",
)
"""Procs `pin_...` of tk_pins.tcl, in the order in which they are put in."""

_HERE = Path(__file__).resolve().parent
_SCRIPTS = tuple((_HERE / name).read_text("utf-8") for name in ("tk_pins.tcl", "tk_digest.tcl"))

Host = Callable[..., object]


class Root:
    """`number` counts the roots of the program; `app` is `_tkinter`'s interpreter."""

    def __init__(self, number: int, app: Any, library: Any) -> None:
        self.number = number
        self.app = app
        self.library = library
        self._interpreter = app.interpaddr()
        main = library.Tk_MainWindow(self._interpreter)
        self.main_pointer: int = main[0].main
        self.display = ctypes.c_void_p(main[0].display)
        self.grabbed = ""

    def prepare(
        self, values: dict[str, object], seed: int, pins: Sequence[str], host: Host
    ) -> None:
        """Put the pins in; `values` are variables of `tk_pins.tcl`."""
        for script in _SCRIPTS:
            self.app.eval(script)
        for name, value in (*values.items(), ("serial", SERIAL)):
            self.app.call("set", f"::talkstick::{name}", value)
        self.app.createcommand("::talkstick::host", host)
        self.app.call("::talkstick::watch_toplevels")
        for pin in pins:
            arguments = (seed,) if pin == "random" else ()
            self.app.call(f"::talkstick::pin_{pin}", *arguments)

    def call(self, command: str, *arguments: object) -> Any:
        """A command of Tk's own, pinned or not."""
        return self.app.call("::talkstick::call", command, *arguments)

    def alive(self) -> bool:
        """Whether the main window is still there."""
        return bool(self.main())

    def main(self) -> Any:
        """The main window, a null pointer once it is destroyed: Tk's names are gone with it."""
        return self.library.Tk_MainWindow(self._interpreter)

    def window(self, path: str) -> Any:
        """The C window, or a null pointer."""
        main = self.main()
        if not main:
            return main
        return self.library.Tk_NameToWindow(None, path.encode("utf-8", "replace"), main)

    def exists(self, path: str) -> bool:
        """Whether there is such a window."""
        return bool(self.window(path))

    def place(self, path: str) -> tuple[int, int]:
        """Where the window's top left corner is on this screen, px."""
        x, y = ctypes.c_int(), ctypes.c_int()
        window = self.window(path)
        if window:
            self.library.Tk_GetRootCoords(window, ctypes.byref(x), ctypes.byref(y))
        return x.value, y.value

    def size(self, path: str) -> tuple[int, int]:
        """Width and height, px."""
        window = self.window(path)
        return (window[0].changes.width, window[0].changes.height) if window else (0, 0)

    def mapped(self, path: str) -> bool:
        """Whether it is on the screen as far as Tk knows."""
        window = self.window(path)
        return bool(window and window[0].flags & MAPPED)

    def kind(self, path: str) -> str:
        """The window's class."""
        window = self.window(path)
        return (window[0].kind or b"").decode("utf-8", "replace") if window else ""

    def chain(self, path: str) -> list[str]:
        """The window and those around it up to its toplevel, outermost first."""
        found: list[str] = []
        window = self.window(path)
        while window:
            found.append(text_of(window[0].path))
            if window[0].flags & TOP_LEVEL:
                break
            window = ctypes.cast(window[0].parent, type(window))
        return found[::-1]

    def toplevel(self, path: str) -> str:
        """The toplevel that holds the window, "" if there is none."""
        chain = self.chain(path)
        return chain[0] if chain else ""

    def takes_focus(self, top: str) -> bool:
        """Whether a person's press or key moves the focus to this toplevel."""
        window = self.window(top)
        return bool(
            window and self.kind(top) != "Menu" and not window[0].attributes.override_redirect
        )

    def inside_grab(self, path: str) -> bool:
        """Whether the grab lets this window have the pointer."""
        grabbed = self.grabbed
        return not grabbed or path == grabbed or path.startswith(grabbed.rstrip(".") + ".")

    def wrapper(self, top: str) -> Any:
        """The window of the window manager around a toplevel; null before its first layout."""
        window = self.window(top)
        return self.library.TkpGetWrapperWindow(window) if window else window

    def key(self, path: str) -> str:
        """The window's name."""
        return key_of(self.number, path)


def text_of(path: bytes | None) -> str:
    """A path as Python has it."""
    return (path or b"").decode("utf-8", "replace")
