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

    def _scrolled(self, window: Any, to: int | None = None) -> int:
        """How far the list in the popup of a combo box is scrolled, after `to` if given; else 0.

        By the box's own `view`: `findChild` would make the list a child of a wrapper of ours, and
        PySide would take it away from the program together with that.
        """
        widget = self._names.widget(window)
        if widget is None or widget.metaObject().className() != LIST_OF_COMBO:
            return 0
        box = widget.parentWidget()
        if not isinstance(box, self._binding.widgets.QComboBox):
            return 0
        view = box.view()
        bar = view.verticalScrollBar()
        if to is not None and bar.value() != to:
            bar.setValue(to)
        return max(0, int(bar.value()))

    def place(self, window: Any) -> forms.Fields:
        """The fields of a `popup`."""
        x, y = self._owner_place(window)
        return [
            (window.x() - x) * 8,
            (window.y() - y) * 8,
            window.width(),
            window.height(),
            self._scrolled(window),
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
        self._scrolled(window, scroll)
