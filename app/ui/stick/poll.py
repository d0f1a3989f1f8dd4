"""One question that the panel asks its site again and again, only while somebody looks.

A slow site is not asked faster than it answers. What the answer means is the feeds' business.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.node.api import ReadStick, ReadStreams
from app.ui.bridge import Answer, NodeBridge


class Poll(QObject):
    """Off until `set_on`. `learn` gets the answers that come while it is on."""

    def __init__(
        self,
        bridge: NodeBridge,
        question: Callable[[int], ReadStick | ReadStreams],
        learn: Callable[[Answer], None],
        every_ms: int,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._question = question
        self._learn = learn
        self._asked = False
        self.on = False
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.ask)

    def set_on(self, *, on: bool) -> None:
        """Whether somebody looks."""
        if on == self.on:
            return
        self.on = on
        if on:
            self.ask()
            self._timer.start()
        else:
            self._timer.stop()

    def ask(self) -> None:
        """Now, unless the last answer has not come yet."""
        if not self._asked:
            self._asked = True
            self._bridge.ask(self._question, self._answered)

    def _answered(self, answer: Answer) -> None:
        self._asked = False
        if self.on:
            self._learn(answer)
