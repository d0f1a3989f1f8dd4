"""Seeing what somebody else sees: the own camera goes where theirs is, until the person moves it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.core.ids import SiteId
from app.ui.board.camera import ZOOM_MAX, Camera
from app.ui.board.model import BoardModel
from app.ui.board.presence import Presence

STEP_MS = 120
"""A followed view moves up to 30 times a second; each move glides this long."""


class Following(QObject):
    """Whom the view follows; `changed` when that changes."""

    changed = Signal()

    def __init__(
        self, camera: Camera, model: BoardModel, presence: Presence, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._camera = camera
        self._model = model
        self._presence = presence
        self.site: SiteId | None = None
        self.glides = True
        presence.view_moved.connect(self._go)
        camera.taken.connect(self.stop)
        model.people_changed.connect(self._check)

    def follow(self, site: SiteId | None) -> None:
        """Follow somebody, or nobody."""
        if site != self.site:
            self.site = site
            self.changed.emit()
            if site is not None:
                self._go(site)

    def stop(self) -> None:
        """Follow nobody."""
        self.follow(None)

    def _go(self, site: SiteId) -> None:
        seen = self._presence.views.get(site)
        if site == self.site and seen is not None:
            self._camera.cover(seen, STEP_MS if self.glides else 0, ZOOM_MAX)

    def _check(self) -> None:
        if self.site is not None and self.site not in self._model.people:
            self.stop()
