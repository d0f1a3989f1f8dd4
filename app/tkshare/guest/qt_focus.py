"""Logical focus: which window has the keyboard follows from the order and the program alone.

The desktop's own focus changes never reach the program, so every copy believes that it is active
while its person works in another program. A newly shown window takes the focus, its owner gets it
back, a replayed press or key names its window, and the program may ask for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_names import Names

ACTIVE_WINDOW_REASON = 3


class LogicalFocus:
    """`move` makes Qt believe that a window has the focus (the door knows how)."""

    def __init__(self, binding: Binding, names: Names, move: Callable[[Any], None]) -> None:
        self._binding = binding
        self._names = names
        self._move = move
        self._wishes: list[Callable[[], None]] = []
        self._timer = binding.timer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.settle)

    def _later(self, wish: Callable[[], None]) -> None:
        self._wishes.append(wish)
        self._timer.start()

    def settle(self) -> None:
        """Do what waits: in the next turn of the loop, and before the next replayed event."""
        wishes, self._wishes = self._wishes, []
        for wish in wishes:
            wish()

    def start(self) -> None:
        """At attach: the newest window."""
        for window in self._names.visible():
            self.give(window)

    def give(self, window: Any) -> None:
        """The focus goes to this window, if it can take it."""
        if (
            self._binding.alive(window)
            and window.isVisible()
            and self._names.takes_focus(window)
            and self._binding.gui.QGuiApplication.focusWindow() is not window
        ):
            self._move(window)

    def shown(self, window: Any) -> None:
        """A window appears."""
        if self._names.takes_focus(window):
            self._later(lambda: self.give(window))

    def hidden(self, window: Any) -> None:
        """A window goes; its owner, or else the newest, gets the focus that it had."""
        if window is not self._binding.gui.QGuiApplication.focusWindow():
            return
        owner = self._names.owner(window)

        def back() -> None:
            if owner is not None and self._binding.alive(owner) and owner.isVisible():
                self.give(owner)
                return
            rest = [other for other in self._names.visible() if self._names.takes_focus(other)]
            if rest:
                self.give(rest[-1])

        self._later(back)

    def asked(self, window: Any) -> None:
        """The program itself activates a window."""
        self._later(lambda: self.give(window))
