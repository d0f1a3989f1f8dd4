"""How a shared program is started: in a process group of its own, with pins around it.

What would differ between machines is taken out of the environment or set to one value
(`app.tkshare.guest.environment`); what leads to the display, to programs and to libraries stays.
Starts; never waits, and never touches the program.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO, Final

from app.core.errors import KnownError
from app.drivers.display import NO_DISPLAY, has_display, is_display_dead
from app.tkshare.guest import environment as tk_environment
from app.tkshare.guest import qt_environment

GUESTS: Final = Path(__file__).resolve().parents[1] / "tkshare/guest"
FONTS: Final = Path(__file__).resolve().parents[2] / "resources/fonts"

_KEPT: Final = ("PATH", "DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH", "SHELL")
"""Of this machine's environment: what leads to the display, to programs and to libraries."""
_USER: Final = "talkstick"
"""The name of the user, in all copies."""


def require_display() -> None:
    """Raises `KnownError` where no program can show a window."""
    if not has_display():
        message = (
            f"{NO_DISPLAY}, so the program can't run here. Start this site with DISPLAY set, for"
            " example to that of an Xvfb; the share goes on without this copy."
        )
        raise KnownError(message)
    display = os.environ.get("DISPLAY", "")
    if is_display_dead(display):
        message = (
            f"Nobody answers at the display {display}, so the program can't run here. Start an X"
            " server there, or this site with another DISPLAY."
        )
        raise KnownError(message)


def interpreter(given: str) -> str:
    """The Python that runs a copy: `given`, or the app's own. Raises `KnownError`."""
    if given:
        found = shutil.which(given)
        if found is None:
            message = f"'{given}' is no program that can be started; name a Python with --python."
            raise KnownError(message)
        return found
    if getattr(sys, "frozen", False):
        found = shutil.which("python3")
        if found is None:
            message = "Shared programs need a Python on this machine; name one with --python."
            raise KnownError(message)
        return found
    return sys.executable


def environment(kind: str, folder: Path, offered: dict[str, str]) -> dict[str, str]:
    """All that the program's process finds in its environment.

    Args:
        kind: the toolkit, tk or qt.
        folder: the share's.
        offered: what the offer adds; the pins come first.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    home = Path.home()
    if "XAUTHORITY" not in kept and (home / ".Xauthority").exists():
        # With another HOME it would not be found.
        kept["XAUTHORITY"] = str(home / ".Xauthority")
    if kind == "qt":
        pins = qt_environment.environment(folder, FONTS)
    else:
        pins = tk_environment.environment(folder, [FONTS])
    return {
        **offered,
        **kept,
        "USER": _USER,
        "LOGNAME": _USER,
        "PYTHONUSERBASE": str(home / ".local"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:replace",
        **pins,
    }


def launch(
    kind: str, python: str, folder: Path, environment_: dict[str, str]
) -> tuple[subprocess.Popen[bytes], socket.socket, IO[bytes]]:
    """Start the guest of a toolkit; the process, our end of its line, and what it prints.

    Raises:
        KnownError: this system can't, or has no room for another process.
    """
    if sys.platform == "win32":
        message = "Shared programs run on Linux and macOS so far."
        raise KnownError(message)
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(  # noqa: S603 - what a person has consented to
            [python, str(GUESTS / f"{kind}.py"), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            cwd=folder,
            env=environment_,
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        message = f"'{python}' cannot be started ({error.strerror})."
        raise KnownError(message) from error
    finally:
        theirs.close()
    assert process.stdout is not None
    return process, ours, process.stdout
