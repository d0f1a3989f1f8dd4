"""Saving the board as a picture: asks where, then writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.core.errors import KnownError, LocalError
from app.ui.board.desk import Desk
from app.ui.board.render import write_picture
from app.ui.panes.told import show_told
from app.ui.panes.where import ask_where
from app.ui.strings import Board, Common
from app.ui.theme import Looks


class Saving:
    """One dialog at a time, beside the window's loop."""

    def __init__(self, window: QWidget, desk: Desk, looks: Looks) -> None:
        self._window = window
        self._desk = desk
        self._looks = looks

    def ask(self) -> None:
        """Ask for a file, unless there is nothing to save."""
        if not self._desk.scene.in_order():
            self._desk.say(Board.EXPORT_EMPTY())
            return
        forms = Board.EXPORT_FORMS().split(";;")
        ask_where(self._window, Board.EXPORT_TITLE(), forms, Board.EXPORT_NAME(), self.save)

    def save(self, name: str) -> None:
        """Write the board there and say how it went; a failure is not missed."""
        path = Path(name)
        try:
            write_picture(self._desk.scene.in_order(), path, Common.NAME())
        except (KnownError, LocalError) as error:
            show_told(self._window, self._looks.theme, Board.EXPORT_NOT(), [str(error)])
        else:
            self._desk.say(Board.EXPORT_DONE(name=path.name))
