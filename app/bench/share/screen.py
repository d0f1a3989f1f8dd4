"""X servers of our own, and real keys and mouse at them: what a person at a desktop is to a program.

The server chooses its display itself (`-displayfd`), so that any number of measurements and tests
may run at once. Nothing here knows of guests or sites; it never touches a display that it has not
started.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, ClassVar, Self

from app.core.errors import KnownError

SIZE = (1280, 1024)
PATIENCE_SECONDS = 20.0
END_SECONDS = 10.0
DRAG_STEPS = 4
"""Moves of the pointer between two places of a drag."""

NAMED = {" ": "space", ".": "period", ",": "comma", "\n": "Return", "-": "minus"}
"""Characters whose key has another name."""


def missing(*programs: str) -> list[str]:
    """Which of the server, the libraries of `Hand` and these programs are not installed."""
    lacking = [name for name in ("Xvfb", *programs) if shutil.which(name) is None]
    for library in ("libX11.so.6", "libXtst.so.6"):
        try:
            ctypes.CDLL(library)
        except OSError:
            lacking.append(library)
    return lacking


class Screen:
    """One X server; with `manager`, openbox on it. `name` is its display.

    Raises:
        KnownError: no X server came.
    """

    def __init__(
        self, *, manager: bool = False, dpi: int = 96, size: tuple[int, int] = SIZE
    ) -> None:
        read, write = os.pipe()
        width, height = size
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            self._start(
                ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24",
                 "-nolisten", "tcp", "-noreset", "-dpi", str(dpi)],
                write,
            )  # fmt: skip
        finally:
            os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            self.close()
            raise KnownError("Xvfb did not start.")
        self.name = f":{number}"
        if manager:
            self._start(["openbox", "--sm-disable"])
            self._await_manager()

    def _start(self, words: list[str], *kept: int) -> None:
        self._processes.append(
            subprocess.Popen(  # noqa: S603 - fixed programs
                words,
                pass_fds=kept,
                env=self.environment() if not kept else None,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def environment(self) -> dict[str, str]:
        """This process's, with this display."""
        return {**os.environ, "DISPLAY": self.name}

    def _await_manager(self) -> None:
        """Until the window manager owns its selection (ICCCM 2.8)."""
        x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XInternAtom.restype = x.XGetSelectionOwner.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x.XOpenDisplay(self.name.encode()))
        manager = ctypes.c_ulong(x.XInternAtom(display, b"WM_S0", 0))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not x.XGetSelectionOwner(display, manager):
            if time.monotonic() > deadline:
                raise KnownError("openbox did not start.")
            select.select([], [], [], 0.02)
        x.XCloseDisplay(display)

    def act(self, *words: object) -> subprocess.Popen[bytes]:
        """Real input, by xdotool, while we go on."""
        return subprocess.Popen(  # noqa: S603 - a fixed program
            ["xdotool", *map(str, words)],  # noqa: S607 - wherever it is installed
            env=self.environment(),
            stdout=subprocess.DEVNULL,
        )

    def close(self) -> None:
        """End the server, and what runs on it loses its display."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(END_SECONDS)
        self._processes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


ERROR_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


def _ignore_error(_display: int, _error: int) -> int:
    """A window that is gone by the time we ask is no reason to end, as Xlib would."""
    return 0


_HANDLER = ERROR_HANDLER(_ignore_error)
"""Kept: Xlib calls it as long as this process lives."""


class Hand:
    """Keys and mouse of one display, by the XTest extension; `pause` is called after each act."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        self._x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._x.XKeysymToKeycode.restype = ctypes.c_ubyte
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XSetErrorHandler(_HANDLER)
        self._d = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        self.pause: Callable[[], None] = lambda: None

    def _done(self) -> None:
        self._x.XSync(self._d, 0)
        self.pause()

    def move(self, x: int, y: int) -> None:
        """The pointer goes there."""
        self._test.XTestFakeMotionEvent(self._d, -1, int(x), int(y), 0)
        self._done()

    def button(self, number: int, *, down: bool) -> None:
        """A button goes down or up."""
        self._test.XTestFakeButtonEvent(self._d, number, int(down), 0)
        self._done()

    def click(self, place: Sequence[int], button: int = 1, times: int = 1) -> None:
        """A click there, or several."""
        self.move(*place)
        for _ in range(times):
            self.button(button, down=True)
            self.button(button, down=False)

    def drag(self, places: Sequence[Sequence[int]], button: int = 1, *, hold: bool = False) -> None:
        """From place to place with a button down; with `hold` it stays down."""
        self.move(*places[0])
        self.button(button, down=True)
        for first, last in itertools.pairwise(places):
            for step in range(1, DRAG_STEPS + 1):
                self.move(
                    first[0] + (last[0] - first[0]) * step // DRAG_STEPS,
                    first[1] + (last[1] - first[1]) * step // DRAG_STEPS,
                )
        if not hold:
            self.button(button, down=False)

    def stroke(self, name: str, *, down: bool) -> None:
        """A key, by X's name of its symbol, goes down or up."""
        code = self._x.XKeysymToKeycode(self._d, self._x.XStringToKeysym(name.encode()))
        self._test.XTestFakeKeyEvent(self._d, code, int(down), 0)
        self._done()

    def key(self, chord: str) -> None:
        """`Control_L+s`, `Return`, ..."""
        names = chord.split("+")
        for name in names:
            self.stroke(name, down=True)
        for name in reversed(names):
            self.stroke(name, down=False)

    def type(self, text: str) -> None:
        """Letter by letter, capitals with Shift."""
        for letter in text:
            name = NAMED.get(letter, letter)
            self.key(f"Shift_L+{name.lower()}" if letter.isupper() else name)

    def resize(self, window: int, width: int, height: int) -> None:
        """As the border of a window does, dragged."""
        self._x.XResizeWindow(self._d, ctypes.c_ulong(window), width, height)
        self._done()

    def windows(self) -> list[tuple[int, int, int, int]]:
        """Place and size (x, y, width, height) of every window that is shown, lowest first."""
        return [box for _, box in self.shown()]

    def shown(self) -> list[tuple[int, tuple[int, int, int, int]]]:
        """Every window that is shown, lowest first, with place and size on the screen."""
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        self._x.XQueryTree(
            self._d, ctypes.c_ulong(self._x.XDefaultRootWindow(self._d)), ctypes.byref(root),
            ctypes.byref(parent), ctypes.byref(children), ctypes.byref(count),
        )  # fmt: skip
        found = [box for place in range(count.value) if (box := self._box(children[place]))]
        if count.value:
            self._x.XFree(children)
        return found

    def _box(self, window: int) -> tuple[int, tuple[int, int, int, int]] | None:
        attributes = _Attributes()
        if not self._x.XGetWindowAttributes(
            self._d, ctypes.c_ulong(window), ctypes.byref(attributes)
        ):
            return None
        told: Any = attributes
        if told.map_state != VIEWABLE or told.input_only == INPUT_ONLY:
            return None
        return window, (told.x, told.y, told.width, told.height)

    def close(self) -> None:
        """Let go of the display."""
        self._x.XCloseDisplay(self._d)


VIEWABLE, INPUT_ONLY = 2, 2


class _Attributes(ctypes.Structure):
    """The fields of XWindowAttributes (Xlib.h) as far as they are read; room for the others."""

    _fields_: ClassVar[Any] = [
        *[(name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")],
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        *[(name, ctypes.c_int) for name in ("input_only", "bit", "win", "store")],
        *[(name, ctypes.c_ulong) for name in ("planes", "pixel")],
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("rest", ctypes.c_byte * 128),
    ]
