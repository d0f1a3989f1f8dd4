"""Asks the site for its streams: once a second, and only while somebody looks.

Each question makes the site ask the other homes for a report, so it is not asked more often.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.node.api import DispatcherMoved, Done, ReadStreams, StreamRow
from app.ui.bridge import Answer, NodeBridge
from app.ui.stick.streams.model import StreamsModel

EVERY_MS = 1_000
SOON_MS = 60
"""After something was done; several at once are one question."""


class StreamsFeed(QObject):
    """Between the bridge and the model. Off until `set_on`."""

    def __init__(
        self, bridge: NodeBridge, model: StreamsModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model
        self._asked = False
        self._on = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._ask)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._ask)
        bridge.stick.connect(self._on_moved)

    def set_on(self, *, on: bool) -> None:
        """Whether somebody looks."""
        if on == self._on:
            return
        self._on = on
        if on:
            self._ask()
            self._timer.start()
        else:
            self._timer.stop()
            self._soon.stop()

    def ask_soon(self) -> None:
        """What is shown may be old."""
        if self._on and not self._soon.isActive():
            self._soon.start()

    def end(self) -> None:
        """The session is over: hear nothing more."""
        self.set_on(on=False)
        self._bridge.stick.disconnect(self._on_moved)

    def _ask(self) -> None:
        """One question at a time: a slow site is not asked faster than it answers."""
        if not self._asked:
            self._asked = True
            self._bridge.ask(ReadStreams, self._learn)

    def _learn(self, answer: Answer) -> None:
        self._asked = False
        if self._on and isinstance(answer, Done) and isinstance(answer.value, tuple):
            rows = [row for row in answer.value if isinstance(row, StreamRow)]
            self._model.learn(rows)

    def _on_moved(self, _event: DispatcherMoved) -> None:
        self.ask_soon()
