"""A stick panel on a fake node: it answers reads with figures that a test chose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.node.api import (
    Command,
    ConnectShell,
    Denied,
    Done,
    PersonShown,
    ReadLog,
    ReadStick,
    ReadStreams,
    SessionReady,
    StreamRow,
)
from app.node.api import StickPanel as Figures
from app.ui.bridge import NodeBridge
from app.ui.models.console import ConsoleModel
from app.ui.models.status import SessionStatus
from app.ui.stick.panel import StickPanel
from app.ui.theme import Looks
from tests.ui.stick.figures import log_entry, typical
from tests.ui.worlds import SELF, SITES, Hands, people

READY = SessionReady(SITES[SELF], "Bram de Wit", b"s", "Ferry timetable", "talkstick:x", ())


@dataclass
class World:
    """`figures` is what the site says; None: it does not answer."""

    looks: Looks
    figures: Figures | None = field(default_factory=typical)
    ordered: int = 10_482
    present: tuple[PersonShown, ...] = field(default_factory=people)
    refuses: str = ""
    streams: tuple[StreamRow, ...] = ()
    values: dict[type, object] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    hands: Hands = field(default_factory=Hands)

    def __post_init__(self) -> None:
        self.bridge = NodeBridge()
        self.bridge.attach(self.submit)
        self.status = SessionStatus(self.hands.clock())
        self.status.begin(READY)
        self.status.ordered, self.status.settled = self.ordered, max(self.ordered - 3, 0)
        self.status.set_people(self.present)
        clock = self.hands.clock()
        self.console = ConsoleModel(clock)
        self.bridge.console.connect(self.console.hear)
        self.panel = StickPanel(self.looks, self.bridge, self.status, clock, self.console)

    def submit(self, command: Command) -> None:
        self.commands.append(command)
        answer = self.answer(command)
        if answer is not None:
            self.bridge.on_event(answer)

    def answer(self, command: Any) -> Done | Denied | None:
        if isinstance(command, ReadStick):
            return None if self.figures is None else Done(command.token, self.figures)
        if isinstance(command, ReadLog):
            last = min(command.first + command.count - 1, self.ordered)
            return Done(
                command.token,
                tuple([log_entry(index) for index in range(command.first, last + 1)]),
            )
        if isinstance(command, ReadStreams):
            return Done(command.token, self.streams)
        if self.refuses:
            return Denied(command.token, self.refuses)
        if isinstance(command, ConnectShell):
            return Done(command.token, "shell1@2")
        return Done(command.token, self.values.get(type(command)))

    def of(self, kind: type) -> list[Any]:
        return [command for command in self.commands if isinstance(command, kind)]
