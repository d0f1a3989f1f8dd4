"""Asks the site for the panel's figures: at most four times a second, and only while somebody looks."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.node.api import DispatcherMoved, Done, PeopleChanged, ReadStick, StickPanel
from app.ui.bridge import Answer, NodeBridge
from app.ui.stick.model import StickModel
from app.ui.stick.poll import Poll

EVERY_MS = 250


class StickFeed(QObject):
    """Between the bridge and the model. Off until `set_on`."""

    def __init__(
        self, bridge: NodeBridge, model: StickModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model
        self._poll = Poll(bridge, ReadStick, self._learn, EVERY_MS, self)
        bridge.people.connect(self._on_people)
        bridge.stick.connect(self._on_moved)

    def set_on(self, *, on: bool) -> None:
        """Whether somebody looks."""
        self._poll.set_on(on=on)

    def end(self) -> None:
        """The session is over: hear nothing more."""
        self.set_on(on=False)
        self._bridge.people.disconnect(self._on_people)
        self._bridge.stick.disconnect(self._on_moved)

    def _learn(self, answer: Answer) -> None:
        if isinstance(answer, Done) and isinstance(answer.value, StickPanel):
            self._model.learn(answer.value)

    def _on_people(self, event: PeopleChanged) -> None:
        self._model.set_people(event.people)

    def _on_moved(self, event: DispatcherMoved) -> None:
        self._model.moved(event)
