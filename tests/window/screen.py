"""One person's screen: an X server that keeps its picture in a file, and a window manager."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage

NEEDED = ("Xvfb", "openbox", "xdotool", "dbus-daemon")
"""Programs that must be there; Debian's packages are xvfb, openbox, xdotool, dbus, at-spi2-core."""

# Main window fills the screen, dialogs have their size and a frame. No keys, no menus: all keys
# are for the program.
_RULES = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
<focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
<placement><policy>Smart</policy><center>yes</center></placement>
<desktops><number>1</number></desktops>
<keyboard/>
<mouse>
<context name="Client">
<mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
</context>
<context name="Titlebar">
<mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
</context>
</mouse>
<applications>
<application title="Talkstick" type="normal"><decor>no</decor><maximized>{fills}</maximized></application>
</applications>
</openbox_config>
"""


def missing() -> list[str]:
    """Which of the needed programs are not installed."""
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    folders = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    services = [Path(folder, "dbus-1/services/org.a11y.Bus.service") for folder in folders]
    return lacking if any(map(Path.exists, services)) else [*lacking, "at-spi2-core"]


class Screen:
    """`size` in pixels; `display` is a number of one's own, or None for the next free one."""

    def __init__(
        self,
        folder: Path,
        size: tuple[int, int],
        display: int | None,
        environment: dict[str, str],
        *,
        fills: bool = True,
    ) -> None:
        self._folder = folder
        self.size = size
        folder.mkdir()
        words = ["Xvfb", *([f":{display}"] if display is not None else [])]
        words += ["-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp"]
        words += ["-fbdir", str(folder), "-displayfd"]
        read, write = os.pipe()
        with (folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [*words, str(write)], pass_fds=(write,), stdout=log, stderr=log
            )
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError(f"no X server: {(folder / 'server.log').read_text()}")
        self.name = f":{number}"
        self.environment = {**environment, "DISPLAY": self.name}
        rules = folder / "rules.xml"
        rules.write_text(_RULES.format(fills="yes" if fills else "no"), "utf-8")
        with (folder / "manager.log").open("wb") as log:
            self._manager = subprocess.Popen(
                ["openbox", "--sm-disable", "--config-file", str(rules)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def do(self, *words: object) -> str:
        """One xdotool command, or several in a row; what it printed."""
        done = subprocess.run(
            ["xdotool", *(str(word) for word in words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout.strip()

    def drag(self, points: Sequence[tuple[int, int]], button: int = 1, step: float = 0.008) -> None:
        """Press at the first point, go along the others, let go at the last."""
        words: list[object] = ["mousemove", *points[0], "mousedown", button]
        for point in points[1:]:
            words += ["mousemove", *point, "sleep", step]
        self.do(*words, "mouseup", button)

    def picture(self) -> QImage:
        """What is on the screen now: the server's file is an X window dump (XWDFile.h)."""
        data = (self._folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack_from(">25I", data)
        start = head[0] + 12 * head[19]
        image = QImage(data[start:], head[4], head[5], head[12], QImage.Format.Format_RGB32)
        return image.copy()

    def close(self) -> None:
        """Turn it off."""
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()
