"""`talkstick` itself: the window, which is a site, on a data folder of its own.

A second start finds the folder taken, brings this window to the front and hands its link over by the
control socket, which is the same as that of a site without a window. What the window does once it
stands is the household's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.cli.data import data_folder
from app.cli.household import Household, LookOn, complain
from app.cli.outcome import Exit
from app.core.errors import KnownError
from app.drivers.control.client import Client
from app.drivers.folder import Folder
from app.ui.app import make_application
from app.ui.loop import WindowLoop


def run(data: Path | None, link: str, look_on: LookOn = lambda _windows: None) -> Exit:
    """Show the window until it is closed; raises `KnownError`.

    Args:
        data: the data folder, None for the system's.
        link: an invite to follow, or nothing.
        look_on: gets the windows before anything is painted.
    """
    path = data_folder(data)
    try:
        folder = Folder.open(path)
    except KnownError:
        if _handed_over(path, link):
            return Exit.DONE
        raise
    try:
        application = make_application(complain)
        with asyncio.Runner(loop_factory=lambda: WindowLoop(application)) as runner:
            return runner.run(Household(folder, application, link).run(look_on))
    finally:
        folder.close()


def _handed_over(folder: Path, link: str) -> bool:
    """Whether a window runs there already and came to the front."""
    try:
        client = Client.connect(folder)
    except KnownError:
        return False
    try:
        client.send({"do": "raise", "request": 0, "link": link})
        return "error" not in client.receive()
    except (KnownError, ValueError):
        return False
    finally:
        client.close()
