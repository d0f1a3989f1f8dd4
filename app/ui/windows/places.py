"""Where a window stood, as one line of text, and putting it there again.

Qt's own form knows states and screens, but moves and shortens a window for a title bar it only
guesses. A place that fits its screen as it was is taken as it was.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_NUMBERS = 4


def place_of(window: QWidget) -> str:
    """The window's place: Qt's form, and the rectangle inside the frame while it is its own."""
    text = bytes(window.saveGeometry().toHex().data()).decode("ascii")
    if window.isMaximized() or window.isFullScreen() or window.isMinimized():
        return text
    rect = window.geometry()
    return f"{text}@{rect.x()},{rect.y()},{rect.width()},{rect.height()}"


def put_at(window: QWidget, place: str) -> None:
    """Put a window where another stood; a text that says nothing changes nothing."""
    form, _, numbers = place.partition("@")
    if not window.restoreGeometry(QByteArray.fromHex(form.encode("ascii", "ignore"))):
        return
    rect, screens = _rect(numbers), QGuiApplication.screens()
    if rect.isValid() and any(each.availableGeometry().contains(rect) for each in screens):
        window.setGeometry(rect)


def _rect(numbers: str) -> QRect:
    try:
        found = [int(each) for each in numbers.split(",")]
    except ValueError:
        return QRect()
    return QRect(*found) if len(found) == _NUMBERS else QRect()
