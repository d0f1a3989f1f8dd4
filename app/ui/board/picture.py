"""A board as a picture, drawn by a program that shows no window: `talkstick export`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.node.api import BoardObjectShown
from app.ui.board.render import write_picture
from app.ui.fonts import load_fonts


def draw_without_window(objects: Iterable[BoardObjectShown], path: Path, title: str) -> None:
    """Write a picture in the form of the file's ending; needs no display.

    Raises:
        LocalError: the ending is not one of ours.
        KnownError: the file can't be written.
    """
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        application = QApplication(["talkstick"])
        load_fonts()
        write_picture(objects, path, title)
        application.quit()
    else:
        write_picture(objects, path, title)
