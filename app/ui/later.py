"""A call that comes later, or never if its owner is gone by then.

`QTimer.singleShot` with an owner that is deleted first is never freed: PySide keeps what is called,
and a list that had still to scroll stays in memory with all its rows.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def later(owner: QObject, milliseconds: int, then: Callable[[], object]) -> None:
    """Call `then` after a time; 0 is as soon as the events that wait have been handled."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(timer.deleteLater)
    timer.timeout.connect(then)
    timer.start(milliseconds)
