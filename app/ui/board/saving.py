"""Saving the board as a picture: asks where, then writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.errors import KnownError, LocalError
from app.ui.board.desk import Desk
from app.ui.board.render import write_picture
from app.ui.strings import Board, Common


class Saving:
    """One dialog at a time, beside the window's loop."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        self._window = window
        self._desk = desk

    def ask(self) -> None:
        """Ask for a file, unless there is nothing to save."""
        if not self._desk.scene.in_order():
            self._desk.say(Board.EXPORT_EMPTY())
            return
        dialog = QFileDialog(self._window, Board.EXPORT_TITLE())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(Board.EXPORT_FORMS().split(";;"))
        dialog.setDefaultSuffix("png")
        dialog.selectFile(Board.EXPORT_NAME())
        dialog.fileSelected.connect(self.save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, name: str) -> None:
        """Write the board there and say how it went."""
        path = Path(name)
        try:
            write_picture(self._desk.scene.in_order(), path, Common.NAME())
        except (KnownError, LocalError) as error:
            self._desk.say(str(error))
        else:
            self._desk.say(Board.EXPORT_DONE(name=path.name))
