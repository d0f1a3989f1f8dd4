"""A program that does what a button says: raises, ends at once, blocks, starts another program."""

from __future__ import annotations

import os
import subprocess
import sys

from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget


def fail() -> None:
    """An error in a slot."""
    message = "on purpose"
    raise RuntimeError(message)


window_is: list[QWidget] = []


def child() -> None:
    """Another program."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    window_is[0].findChild(QLabel).setText("child ended")


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = QWidget(objectName="bad")
    window_is.append(window)
    layout = QVBoxLayout(window)
    layout.addWidget(QLabel("ready", objectName="label"))
    for name, done in (
        ("raise", fail),
        ("die", lambda: os._exit(7)),
        ("end", lambda: sys.exit(3)),
        ("child", child),
        ("good", lambda: window.findChild(QLabel).setText("good")),
    ):
        button = QPushButton(name, objectName=name)
        button.clicked.connect(lambda _checked=False, done=done: done())
        layout.addWidget(button)
    window.show()
    sys.exit(application.exec())
