"""Whether there is a display for a window. Looks at the environment only; opens nothing."""

from __future__ import annotations

import os
import sys

NO_DISPLAY = "There is no display here for a window"


def has_display() -> bool:
    """Whether the system has windows, or the environment names a display."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
