"""The menu of the board: what can be done with what is chosen, or with the board where nothing is.

A right click chooses what it hits first, so that the menu never speaks of something else. It shows
actions of the pane and has none of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.board.desk import Desk

WITH_CHOSEN = (
    ("cut", "copy", "paste"),
    ("duplicate", "delete"),
    ("front", "back"),
    ("group", "ungroup", "lock"),
)
WITHOUT_CHOSEN = (("paste", "select-all"), ("undo", "redo"), ("zoom-all", "zoom-100"))


class BoardMenu:
    """Opens over `board`, the widget whose pixels the places are of."""

    def __init__(
        self,
        desk: Desk,
        actions: Mapping[str, QAction],
        board: QWidget,
        take_select: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._actions = actions
        self._board = board
        self._take_select = take_select

    def open(self, pixel: QPoint | None) -> QMenu:
        """Open at a pixel of the pointer, or for the keyboard where the eyes are."""
        if pixel is None:
            pixel = self._place_for_keys()
        else:
            self._choose_at(QPointF(pixel))
        menu = QMenu(self._board)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(len(self._desk.selection))
        for names in WITH_CHOSEN if chosen else WITHOUT_CHOSEN:
            menu.addSeparator()
            menu.addActions([self._actions[name] for name in names])
        menu.popup(self._board.mapToGlobal(pixel))
        return menu

    def _choose_at(self, pixel: QPointF) -> None:
        """What is chosen stays so inside its frame: an empty shape is hit at its line only."""
        desk = self._desk
        hit = desk.scene.at(desk.camera.to_board(pixel), desk.reach)
        if hit is not None and hit.id not in desk.selection:
            self._take_select()
            desk.selection.choose([hit.id])
        elif hit is None and not desk.marks.selection_rect().contains(pixel):
            desk.selection.clear()

    def _place_for_keys(self) -> QPoint:
        marks, camera = self._desk.marks, self._desk.camera
        if len(self._desk.selection):
            place = marks.selection_rect().center()
        else:
            place = camera.to_view(camera.middle if marks.cross is None else marks.cross)
        inside = self._board.rect()
        return QPoint(
            min(max(round(place.x()), inside.left()), inside.right()),
            min(max(round(place.y()), inside.top()), inside.bottom()),
        )
