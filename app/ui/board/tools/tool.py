"""What every tool is: something that presses, moves and releases, and can be given up.

A tool keeps only the gesture that runs; it never asks where a press came from.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.ui.board.desk import Desk, Spot


class Tool:
    """Does nothing. `name` is that of its action without `tool-`; `stays` after one thing."""

    name = ""
    stays = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def busy(self) -> bool:
        """Whether a gesture runs."""
        return False

    def press(self, spot: Spot) -> None:
        """The pointer goes down."""

    def move(self, spot: Spot) -> None:
        """The pointer moves, down."""

    def hover(self, spot: Spot) -> None:
        """The pointer moves, up."""

    def release(self, spot: Spot) -> None:
        """The pointer goes up."""

    def double(self, spot: Spot) -> bool:
        """The pointer went down twice; False if that means nothing here."""
        return False

    def cancel(self) -> None:
        """Give the gesture up as if it never began."""

    def cursor_at(self, spot: Spot) -> Qt.CursorShape:
        """What the pointer looks like here."""
        return self.cursor
