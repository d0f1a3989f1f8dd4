"""A program that does what a button says: raises, ends at once, blocks, starts another program."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from PySide6 import QtWidgets

widgets: Any = QtWidgets
"""Its type stubs don't know all that its classes take."""


def fail() -> None:
    """An error in a slot."""
    message = "on purpose"
    raise RuntimeError(message)


window_is: list[Any] = []


def child() -> None:
    """Another program."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    window_is[0].findChild(widgets.QLabel).setText("child ended")


if __name__ == "__main__":
    application = widgets.QApplication(sys.argv)
    window = widgets.QWidget(objectName="bad")
    window_is.append(window)
    layout = widgets.QVBoxLayout(window)
    layout.addWidget(widgets.QLabel("ready", objectName="label"))
    for name, done in (
        ("raise", fail),
        ("die", lambda: os._exit(7)),
        ("end", lambda: sys.exit(3)),
        ("child", child),
        ("good", lambda: window.findChild(widgets.QLabel).setText("good")),
    ):
        button = widgets.QPushButton(name, objectName=name)
        button.clicked.connect(lambda _checked=False, done=done: done())
        layout.addWidget(button)
    window.show()
    sys.exit(application.exec())
