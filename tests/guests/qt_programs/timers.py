"""A program that moves by itself: a game's timer, a delayed answer, chance and the time of day."""

from __future__ import annotations

import random
import sys
import time
from typing import Any

from PySide6 import QtCore, QtWidgets

widgets: Any = QtWidgets
"""Its type stubs don't know all that its classes take."""


class Game(widgets.QWidget):  # type: ignore[misc]
    """Steps by two timers of its own."""

    def __init__(self) -> None:
        super().__init__(objectName="game")
        self.steps, self.beats = 0, 0
        self.label, self.when = (
            widgets.QLabel(objectName="steps"),
            widgets.QLabel(objectName="when"),
        )
        later = widgets.QPushButton("Later", objectName="later")
        layout = widgets.QVBoxLayout(self)
        for each in (self.label, self.when, later):
            layout.addWidget(each)
        self.timer = QtCore.QTimer()
        self.timer.timeout.connect(self.step)
        self.timer.start(15)
        self.startTimer(40)
        later.clicked.connect(lambda: QtCore.QTimer.singleShot(120, self.answer))

    def timerEvent(self, event: Any) -> None:  # noqa: N802
        """The slow one."""
        self.beats += 1
        self.show_it()

    def step(self) -> None:
        """The fast one."""
        self.steps += 1
        self.show_it()

    def show_it(self) -> None:
        """Both, with chance."""
        chance = random.randrange(1000) + QtCore.QRandomGenerator.global_().bounded(1000)
        self.label.setText(f"{self.steps} {self.beats} {chance}")

    def answer(self) -> None:
        """After a while."""
        now = QtCore.QDateTime.currentDateTime().toString("yyyy-MM-dd HH:mm")
        self.when.setText(f"{self.steps} at {now} {int(time.time()) // 60}")


if __name__ == "__main__":
    application = widgets.QApplication(sys.argv)
    game = Game()
    game.show()
    sys.exit(application.exec())
