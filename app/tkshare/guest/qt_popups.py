"""Where popups are: they open elsewhere near the edge of another screen, so the doer's copy says."""

from __future__ import annotations

from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_names import Names

LIST_OF_COMBO = "QComboBoxPrivateContainer"


class Popups:
    """Reads and sets place, size and scroll value of a popup."""

    def __init__(self, binding: Binding, names: Names) -> None:
        self._binding = binding
        self._names = names

    def _owner_place(self, window: Any) -> tuple[int, int]:
        owner = self._names.owner(window)
        return (owner.x(), owner.y()) if owner is not None else (0, 0)

    def _bar(self, window: Any) -> Any:
        """The scroll bar of the list in the popup of a combo box, or None."""
        widget = self._names.widget(window)
        if widget is None or widget.metaObject().className() != LIST_OF_COMBO:
            return None
        view = widget.findChild(self._binding.widgets.QAbstractItemView)
        return view.verticalScrollBar() if view is not None else None

    def place(self, window: Any) -> forms.Fields:
        """The fields of a `popup`."""
        x, y = self._owner_place(window)
        bar = self._bar(window)
        scroll = max(0, bar.value()) if bar is not None else 0
        return [
            (window.x() - x) * 8,
            (window.y() - y) * 8,
            window.width(),
            window.height(),
            scroll,
        ]

    def put(self, window: Any, fields: forms.Fields) -> None:
        """As at the doer's."""
        x, y, width, height, scroll = fields
        owner_x, owner_y = self._owner_place(window)
        top = self._names.widget(window) or window
        if (window.width(), window.height()) != (width, height):
            top.resize(width, height)
        place = (owner_x + x // 8, owner_y + y // 8)
        if (window.x(), window.y()) != place:
            (top.move if top is not window else window.setPosition)(*place)
        bar = self._bar(window)
        if bar is not None and bar.value() != scroll:
            bar.setValue(scroll)
