"""Asks the site for its streams: once a second, and only while somebody looks.

Each question makes the site ask the other homes for a report, so it is not asked more often.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.node.api import DispatcherMoved, Done, ReadStreams, StreamRow
from app.ui.bridge import Answer, NodeBridge
from app.ui.stick.poll import Poll
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
        self._poll = Poll(bridge, ReadStreams, self._learn, EVERY_MS, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._poll.ask)
        bridge.stick.connect(self._on_moved)

    def set_on(self, *, on: bool) -> None:
        """Whether somebody looks."""
        self._poll.set_on(on=on)
        if not on:
            self._soon.stop()

    def ask_soon(self) -> None:
        """What is shown may be old."""
        if self._poll.on and not self._soon.isActive():
            self._soon.start()

    def end(self) -> None:
        """The session is over: hear nothing more."""
        self.set_on(on=False)
        self._bridge.stick.disconnect(self._on_moved)

    def _learn(self, answer: Answer) -> None:
        if isinstance(answer, Done) and isinstance(answer.value, tuple):
            rows = [row for row in answer.value if isinstance(row, StreamRow)]
            self._model.learn(rows)

    def _on_moved(self, _event: DispatcherMoved) -> None:
        self.ask_soon()
