"""Where the stick panel stands: a window of its own, or docked below the session.

Makes the panel when it is wanted first, and remembers the choice and the sizes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSplitter

from app.ui.memory import Memory
from app.ui.stick.panel import StickPanel
from app.ui.stick.part import Part
from app.ui.theme import Looks
from app.ui.windows.places import place_of, put_at

_DOCKED_HEIGHTS = ((2_200, 420), (1_180, 340), (0, 300))
"""From this width on, this height: the cards' of the design and the head."""
_LEAST = 180


class StickPlace(QObject):
    """`floors` is the splitter whose upper part is the session."""

    def __init__(
        self, make: Callable[[], StickPanel], floors: QSplitter, memory: Memory, looks: Looks
    ) -> None:
        super().__init__(floors)
        self._make = make
        self._floors = floors
        self._memory = memory
        self._looks = looks
        self.panel: StickPanel | None = None

    @property
    def docked_panel(self) -> StickPanel | None:
        """The panel, if it is seen below the session."""
        panel = self.panel
        if panel is None or panel.parent() is not self._floors or panel.isHidden():
            return None
        return panel

    def toggle(self) -> None:
        """Show it, or put it away."""
        if self.panel is not None and self.panel.isVisible():
            self._keep_sizes()
            self.panel.hide()
        else:
            self.show()

    def show(self, part: Part | None = None) -> None:
        """Show it, at a part if one is wanted."""
        panel = self._made()
        fresh = not panel.isVisible()
        panel.show()
        if fresh and panel.parent() is self._floors:
            self._set_height()
        if panel.parent() is not self._floors:
            if panel.isMinimized():
                panel.showNormal()
            panel.raise_()
            panel.activateWindow()
        if part is not None:
            panel.show_part(part)

    def come_back(self) -> None:
        """If it stood below the session when that was closed, it stands there again."""
        if self._memory.kept.stick_docked and self._memory.kept.stick_open:
            self.show()

    def enter(self) -> None:
        """Show it and give it the focus."""
        self.show()
        if self.panel is not None:
            self.panel.enter()

    def end(self) -> None:
        """The session is over."""
        self._memory.change(stick_open=self.docked_panel is not None)
        panel, self.panel = self.panel, None
        if panel is not None:
            self._keep_sizes_of(panel)
            panel.end()
            panel.hide()
            panel.setParent(None)
            panel.deleteLater()

    # --- inside -----------------------------------------------------------------------------------

    def _made(self) -> StickPanel:
        if self.panel is None:
            self.panel = self._make()
            self.panel.dock.connect(self._dock)
            self.panel.resize(self.panel.size().boundedTo(self.panel.screen().availableSize()))
            self._put(self.panel, docked=self._memory.kept.stick_docked)
            if self._memory.kept.stick_geometry and not self._memory.kept.stick_docked:
                self._restore(self.panel)
        return self.panel

    def _dock(self, docked: bool) -> None:
        """The person wants it elsewhere."""
        if self.panel is None:
            return
        self._keep_sizes()
        self._memory.change(stick_docked=docked)
        self._put(self.panel, docked=docked)
        self.panel.show()
        if docked:
            self._set_height()
        else:
            self._restore(self.panel)

    def _put(self, panel: StickPanel, *, docked: bool) -> None:
        if docked:
            self._floors.addWidget(panel)
            self._floors.setStretchFactor(0, 1)
            self._floors.setStretchFactor(1, 0)
        elif panel.parent() is self._floors:
            panel.setParent(None)
            panel.setWindowFlags(Qt.WindowType.Window)
        self._looks.theme.dress_again(panel)
        panel.set_docked(docked=docked)

    def _set_height(self) -> None:
        """The height that was left last, or what fits this width; never most of the window."""
        px = self._looks.theme.px
        width, whole = self._floors.width(), self._floors.height()
        usual = next(px(high) for least, high in _DOCKED_HEIGHTS if width >= px(least))
        height = max(min(self._memory.kept.stick_height or usual, whole * 6 // 10), px(_LEAST))
        self._floors.setSizes([max(whole - height, 1), height])

    def _restore(self, panel: StickPanel) -> None:
        kept = self._memory.kept.stick_geometry
        if kept:
            put_at(panel, kept)

    def _keep_sizes(self) -> None:
        if self.panel is not None:
            self._keep_sizes_of(self.panel)

    def _keep_sizes_of(self, panel: StickPanel) -> None:
        if not panel.isVisible():
            return
        if panel.parent() is self._floors:
            self._memory.change(stick_height=panel.height())
        else:
            self._memory.change(stick_geometry=place_of(panel))
