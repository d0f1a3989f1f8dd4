"""Name the Debian packages whose libraries Qt would look for in vain on this machine.

Qt reports a missing library only as "could not load the platform plugin", and one at a time. This
asks the dynamic loader for each beforehand and prints the packages, all in one line; nothing when
all are there. It must never import Qt or install anything, and must run with the standard library
alone.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

LIBRARIES = {
    # Qt itself, also offscreen
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    # windows on X
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""Name for the loader -> Debian package. Ubuntu 24.04 finds its own names by these."""

EMOJI_FONT = "NotoColorEmoji.ttf"
EMOJI_PACKAGE = "fonts-noto-color-emoji"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def is_missing(library: str) -> bool:
    """Whether the dynamic loader can't load `library`."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return True
    return False


def missing_packages() -> list[str]:
    """Debian packages to install, in the order of the table."""
    packages = [package for library, package in LIBRARIES.items() if is_missing(library)]
    if not any(next(folder.rglob(EMOJI_FONT), None) for folder in FONT_FOLDERS):
        packages.append(EMOJI_PACKAGE)
    return packages


if __name__ == "__main__":
    sys.stdout.write(" ".join(missing_packages()))
