"""One stop of Tab for a bar of buttons: arrows move inside it, Tab leaves it.

The bar remembers where one was. Buttons may come, go, and be off; the next one that can be used
takes the place.
"""

from __future__ import annotations

import itertools

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}
_TAB = Qt.FocusPolicy.TabFocus
_PROPERTY = "ownFocusPolicy"
_INSIDE = "qt_scrollarea_viewport"
"""Qt's name of what a list or canvas stands for. Asked for its proxy it would tell the same, but
then PySide keeps that list or canvas, and all it knows, for ever."""
_LOOK_AGAIN = (
    QEvent.Type.ShowToParent,
    QEvent.Type.HideToParent,
    QEvent.Type.EnabledChange,
)


def read_in_order(*parts: QWidget) -> None:
    """Let Tab go through these parts, and through what is in each, one after the other.

    What opens as a window of its own, such as the list of a choice, has no turn. What lies in two of them, such as a bar over the board, has its turn with the later one.
    """
    found = [
        each
        for part in parts
        for each in (part, *part.findChildren(QWidget))
        if each.focusPolicy() & _TAB
        and each.objectName() != _INSIDE
        and each.window() is part.window()
    ]
    chain = reversed(dict.fromkeys(reversed(found)))
    for before, after in itertools.pairwise(chain):
        QWidget.setTabOrder(before, after)


class Roving(QObject):
    """Watches the widgets of `bar` that take the focus by Tab, and those that come."""

    def __init__(self, bar: QWidget) -> None:
        super().__init__(bar)
        self._bar = bar
        self._current: QWidget | None = None
        self._stop: QWidget | None = None
        """What Tab stops at now."""
        bar.installEventFilter(self)
        for child in bar.findChildren(QWidget):
            self._watch(child)
        self.refresh()

    def enter(self) -> None:
        """Put the focus where it was last in the bar."""
        self.refresh()
        if self._current is not None:
            self._current.setFocus(Qt.FocusReason.TabFocusReason)

    def refresh(self) -> None:
        """Let exactly one widget be a stop, if any can be used."""
        stops = self._stops()
        if self._current not in stops:
            self._current = stops[0] if stops else None
        self._hand_over()
        for each in self._watched():
            own = Qt.FocusPolicy(each.property(_PROPERTY))
            each.setFocusPolicy(own if each == self._current else own & ~_TAB)

    def _hand_over(self) -> None:
        """The new stop stands in the way of Tab where the old one stood."""
        before, self._stop = self._stop, self._current
        if before is None or self._current is None or before == self._current:
            return
        if shiboken6.isValid(before) and before.window() == self._current.window():
            # What takes no focus at all has no place in that way.
            for each in (before, self._current):
                each.setFocusPolicy(Qt.FocusPolicy(each.property(_PROPERTY)))
            QWidget.setTabOrder(before, self._current)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrows, Home and End move; the focus makes its widget the stop."""
        if not shiboken6.isValid(self._bar):
            # The children of a bar that goes still tell that they go.
            return False
        kind = event.type()
        if kind == QEvent.Type.ChildPolished:
            child = event.child()  # type: ignore[attr-defined]
            if isinstance(child, QWidget):
                self._watch(child)
                self.refresh()
        elif kind == QEvent.Type.ChildRemoved or (kind in _LOOK_AGAIN and watched is not self._bar):
            self.refresh()
        elif kind == QEvent.Type.FocusIn and watched is not self._bar:
            if isinstance(watched, QWidget) and watched.property(_PROPERTY) is not None:
                self._current = watched
                self.refresh()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _watch(self, child: QWidget) -> None:
        if (
            child.property(_PROPERTY) is None
            and child.focusPolicy() & _TAB
            and not child.isWindow()
        ):
            child.setProperty(_PROPERTY, child.focusPolicy().value)
            child.installEventFilter(self)

    def _watched(self) -> list[QWidget]:
        return [
            each for each in self._bar.findChildren(QWidget) if each.property(_PROPERTY) is not None
        ]

    def _stops(self) -> list[QWidget]:
        """What can be used, from left to right."""
        found = [
            each for each in self._watched() if each.isVisibleTo(self._bar) and each.isEnabled()
        ]
        return sorted(found, key=lambda each: each.mapTo(self._bar, QPoint()).x())

    def _key(self, event: QKeyEvent) -> bool:
        stops = self._stops()
        focus = self._bar.window().focusWidget()
        focused = next((at for at, each in enumerate(stops) if each == focus), None)
        if focused is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = Qt.Key(event.key())
        if key in _STEPS:
            to = (focused + _STEPS[key]) % len(stops)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            to = 0 if key == Qt.Key.Key_Home else -1
        else:
            return False
        self._current = stops[to]
        self.enter()
        return True
