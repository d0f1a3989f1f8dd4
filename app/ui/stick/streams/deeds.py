"""Moving and ending streams by the site's own hand: asks, and says what came of it.

Whoever refuses (role, session, site, stream) gives a reason, which is passed on as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.node.api import Answered, Denied, StreamDestroy, StreamMove, UnregisterAgent
from app.ui.bridge import Answer, NodeBridge
from app.ui.stick.streams.model import StreamsModel
from app.ui.stick.streams.sites_model import SiteRow
from app.ui.strings import Streams as Text

_NO_SHELL = ""
"""The site itself asks."""


class Deeds(QObject):
    """`begun` and `done` carry sentences, `refused` one with the reason."""

    begun = Signal(str)
    done = Signal(str)
    refused = Signal(str)

    def __init__(
        self, bridge: NodeBridge, model: StreamsModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model

    def move(self, stream: str, to: SiteRow) -> None:
        """Move a stream to a computer."""
        name, location = to.face.name, to.location

        def learn(answer: Answer) -> None:
            self._model.sent_to(stream, None)
            if isinstance(answer, Denied):
                self.refused.emit(Text.NOT_MOVED(stream=stream, name=name, why=answer.why))
            else:
                self.done.emit(Text.MOVED(stream=stream, name=name))

        self._model.sent_to(stream, to.face.site)
        self.begun.emit(Text.MOVING(stream=stream, name=name))
        self._bridge.ask(lambda token: StreamMove(token, _NO_SHELL, stream, location), learn)

    def destroy(self, stream: str) -> None:
        """End a stream."""
        self._ask(
            lambda token: StreamDestroy(token, _NO_SHELL, stream),
            Text.DESTROYED(stream=stream),
            lambda why: Text.NOT_DESTROYED(stream=stream, why=why),
        )

    def remove(self, stream: str, agent: int) -> None:
        """Kill an agent."""
        self._ask(
            lambda token: UnregisterAgent(token, _NO_SHELL, stream, agent),
            Text.REMOVED(stream=stream, number=agent),
            lambda why: Text.NOT_REMOVED(stream=stream, number=agent, why=why),
        )

    def _ask(
        self, make: Callable[[int], Answered], done: str, not_done: Callable[[str], str]
    ) -> None:
        def learn(answer: Answer) -> None:
            if isinstance(answer, Denied):
                self.refused.emit(not_done(answer.why))
            else:
                self.done.emit(done)

        self._bridge.ask(make, learn)
