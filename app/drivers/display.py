"""Whether there is a display for a window. Looks and knocks; opens no window."""

from __future__ import annotations

import contextlib
import os
import socket
import sys

_X_SERVERS = "/tmp/.X11-unix"  # noqa: S108 - where X servers are, nothing is written there
NO_DISPLAY = "There is no display here for a window"


def has_display() -> bool:
    """Whether the system has windows, or the environment names a display."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def is_display_dead(display: str) -> bool:
    """Whether this names an X display of this machine (":1", ":1.0") at which nobody answers."""
    number = display.removeprefix("unix").removeprefix(":").partition(".")[0]
    if sys.platform != "linux" or not number.isdecimal():
        return False
    place = f"{_X_SERVERS}/X{number}"
    # Servers listen at one of these; the first has no file (unix(7)).
    for path in ("\0" + place, place):
        with socket.socket(socket.AF_UNIX) as door, contextlib.suppress(OSError):
            door.connect(path)
            return False
    return True
