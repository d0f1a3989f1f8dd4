"""Names of windows and widgets that are the same in every copy of the program.

A window without a parent widget: `Class#objectName~n`, the n-th visible one of that base name in
order of creation. One with a parent: `<parent>/Class#objectName.i`, the i-th child of that class.
Never a window id, a title or a creation counter: they differ between copies.
"""

from __future__ import annotations

from typing import Any

from app.tkshare.guest.qt_binding import Binding, number

TYPE_OF_WINDOW = 0xFF
POPUP = 0x9
TAKES_FOCUS = (0x1, 0x3, 0x5, 0xB)  # Window, Dialog, Sheet, Tool
REFUSES_FOCUS = 0x00200000
NAME_CHARACTERS = 240


class Names:
    """Finds names of windows and windows by name, always from the living tree."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._gui = binding.gui.QGuiApplication

    def windows(self) -> list[Any]:
        """All windows, oldest first."""
        # The list keeps the wrappers alive while they are used.
        return [each for each in reversed(self._gui.allWindows()) if self._binding.alive(each)]

    def visible(self) -> list[Any]:
        """Those that are shown, oldest first."""
        return [window for window in self.windows() if window.isVisible()]

    def at(self, address: int) -> Any:
        """The window at this address, or None."""
        for window in self.windows():
            if self._binding.address(window) == address:
                return window
        return None

    def widget(self, window: Any) -> Any:
        """The top-level widget that lives in a visible window, or None."""
        widgets = self._binding.widgets
        if widgets is None or not window.isVisible():
            return None
        return widgets.QWidget.find(window.winId())

    def window_of(self, widget: Any) -> Any:
        """The visible window that shows a top-level widget, or None.

        Never by `widget.windowHandle()`: PySide makes what it returns a child of the widget's
        wrapper, and takes the one away with the other. The same holds for `transientParent()`.
        """
        for window in self.visible():
            if self.widget(window) is widget:
                return window
        return None

    def owner(self, window: Any) -> Any:
        """The window that a dialog or popup belongs to, or None."""
        found = window.property("transientParent")
        return found if isinstance(found, self._binding.gui.QWindow) else None

    def is_popup(self, window: Any) -> bool:
        """Menus, lists of combo boxes and the like."""
        return number(window.flags()) & TYPE_OF_WINDOW == POPUP

    def takes_focus(self, window: Any) -> bool:
        """Whether the window can be the active one."""
        flags = number(window.flags())
        return (
            flags & TYPE_OF_WINDOW in TAKES_FOCUS
            and not flags & REFUSES_FOCUS
            and window.parent() is None
        )

    def path(self, widget: Any) -> str:
        """The name of a widget, without `~n`."""
        kind = widget.metaObject().className()
        label = widget.objectName()
        step = f"{kind}#{label}" if label else str(kind)
        parent = widget.parent()
        if not isinstance(parent, self._binding.widgets.QWidget):
            return step
        place = 0
        for sibling in parent.children():
            if sibling is widget:
                break
            place += sibling.metaObject().className() == kind
        return f"{self.path(parent)}/{step}.{place}"

    def _base(self, window: Any) -> tuple[str, bool]:
        """(name without `~n`, whether it needs one)."""
        widget = self.widget(window)
        if widget is not None:
            return self.path(widget), not isinstance(widget.parent(), self._binding.widgets.QWidget)
        kind = window.metaObject().className().split("_QMLTYPE")[0].split("_QML_")[0]
        return f"W:{kind}", True

    def name(self, window: Any) -> str | None:
        """The name of a visible window; None for one that is hidden or has too long a name."""
        if not window.isVisible():
            return None
        base, numbered = self._base(window)
        if numbered:
            place = 0
            for other in self.visible():
                if other is window:
                    break
                place += self._base(other) == (base, True)
            base = f"{base}~{place}"
        return base if len(base) <= NAME_CHARACTERS and base.isprintable() else None

    def find(self, name: str) -> Any:
        """The visible window of this name, or None."""
        for window in self.visible():
            if self.name(window) == name:
                return window
        return None

    def find_widget(self, path: str) -> Any:
        """The widget of this path, or None; the first one where several top-levels share it."""
        first, *steps = path.split("/")
        widgets = self._binding.widgets
        for top in widgets.QApplication.topLevelWidgets() if widgets else ():
            if isinstance(top.parent(), widgets.QWidget) or self.path(top) != first:
                continue
            found = top
            for step in steps:
                found = self._child(found, step)
                if found is None:
                    break
            else:
                return found
        return None

    @staticmethod
    def _child(parent: Any, step: str) -> Any:
        kind, _, place = step.rpartition(".")
        kind, _, label = kind.partition("#")
        same = [child for child in parent.children() if child.metaObject().className() == kind]
        if not place.isdecimal() or int(place) >= len(same):
            return None
        found = same[int(place)]
        return found if found.objectName() == label else None
