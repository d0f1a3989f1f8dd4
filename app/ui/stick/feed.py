"""Asks the site for the panel's figures: at most four times a second, and only while somebody looks."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.node.api import DispatcherMoved, Done, PeopleChanged, ReadStick, StickPanel
from app.ui.bridge import Answer, NodeBridge
from app.ui.stick.model import StickModel

EVERY_MS = 250


class StickFeed(QObject):
    """Between the bridge and the model. Off until `set_on`."""

    def __init__(
        self, bridge: NodeBridge, model: StickModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model
        self._asked = False
        self._on = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._ask)
        bridge.people.connect(self._on_people)
        bridge.stick.connect(self._on_moved)

    def set_on(self, on: bool) -> None:
        """Whether somebody looks."""
        if on == self._on:
            return
        self._on = on
        if on:
            self._ask()
            self._timer.start()
        else:
            self._timer.stop()

    def end(self) -> None:
        """The session is over: hear nothing more."""
        self.set_on(on=False)
        self._bridge.people.disconnect(self._on_people)
        self._bridge.stick.disconnect(self._on_moved)

    def _ask(self) -> None:
        """One question at a time: a slow site is not asked faster than it answers."""
        if not self._asked:
            self._asked = True
            self._bridge.ask(ReadStick, self._learn)

    def _learn(self, answer: Answer) -> None:
        self._asked = False
        if self._on and isinstance(answer, Done) and isinstance(answer.value, StickPanel):
            self._model.learn(answer.value)

    def _on_people(self, event: PeopleChanged) -> None:
        self._model.set_people(event.people)

    def _on_moved(self, event: DispatcherMoved) -> None:
        self._model.moved(event)
