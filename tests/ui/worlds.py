"""People, lines and a fake node for tests of the window: everything has a fixed time and place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.core.ids import EntryId, SiteId
from app.core.instant import Micros
from app.node.api import (
    Answered,
    ChatRow,
    Command,
    Denied,
    Done,
    PersonShown,
    ReadChat,
    ReadInvites,
    ReadStatus,
    SendHint,
    Status,
)
from app.ui.moments import Clock

WALL_MS = 1_764_077_520_000
NAMES = (
    ("Ada Moreira", "azure", "square", 64.0),
    ("Bram de Wit", "fern", "circle", None),
    ("Chidi Okafor", "cherry", "hexagon", 38.0),
    ("Dilara Kaya", "violet", "leaf", 52.0),
    ("Emi Sato", "brick", "leaf", 71.0),
)
SITES = tuple([SiteId(letter * 16) for letter in "abcde"])
SELF = 1


@dataclass
class Hands:
    """A clock that a test moves."""

    micros: int = 5_000_000_000
    wall_ms: int = WALL_MS

    def clock(self) -> Clock:
        return Clock(lambda: Micros(self.micros), lambda: self.wall_ms)

    def wait(self, seconds: float) -> None:
        self.micros += int(seconds * 1_000_000)
        self.wall_ms += int(seconds * 1_000)


def person(place: int, *, holds: bool = False, state: Any = "present") -> PersonShown:
    name, colour, shape, rtt = NAMES[place]
    return PersonShown(
        SITES[place], name, colour, shape, state, rtt, holds, place == SELF, 0.2, place + 1, colour
    )


def people(holder: int | None = 0, gone: tuple[int, ...] = ()) -> tuple[PersonShown, ...]:
    return tuple(
        [
            person(
                place,
                holds=place == holder,
                state="unreachable" if place in gone else "present",
            )
            for place in range(len(NAMES))
        ]
    )


def line(number: int, place: int, text: str = "A line", **more: Any) -> ChatRow:
    """Line `number` of person `place`; ordered at that index unless it waits or is refused."""
    state = more.pop("state", "ordered")
    wall_ms = WALL_MS - 3_600_000 + number * 30_000
    values: dict[str, Any] = {
        "index": number if state in {"ordered", "settled"} else None,
        "id": EntryId(SITES[place], 1, number),
        "site": SITES[place],
        "name": NAMES[place][0],
        "text": text,
        "reply_to": None,
        "reply_text": "",
        "wall_ms": wall_ms,
        "stamp_ms": 0,
        "state": state,
        "why": "",
        "edited": False,
        "deleted": False,
        "reactions": (),
        "own": place == SELF,
    }
    return ChatRow(**{**values, **more})


@dataclass
class FakeNode:
    """Notes every command; answers reads, and the rest with done or, if told so, denied."""

    rows: tuple[ChatRow, ...] = ()
    refuses: str = ""
    commands: list[Command] = field(default_factory=list)
    values: dict[type, object] = field(default_factory=dict)
    numbers: int = 0

    def submit(self, command: Command) -> None:
        self.commands.append(command)

    def ask(self, make: Any, then: Any = None) -> None:
        self.numbers += 1
        command: Answered = make(self.numbers)
        self.commands.append(command)
        answer = self.answer(command)
        if then is not None:
            then(answer)

    def answer(self, command: Any) -> Done | Denied:
        if isinstance(command, ReadChat):
            before = command.before_index
            rows = [
                row
                for row in self.rows
                if before is None or (row.index is not None and row.index < before)
            ]
            return Done(command.token, tuple(rows[-command.count :]))
        if isinstance(command, ReadStatus):
            status = Status(
                SITES[SELF],
                "Bram de Wit",
                "s",
                "Ferry timetable",
                (),
                None,
                None,
                "1.2",
                10_482,
                "",
                10_479,
                3,
                "adaptive",
                "",
                0,
            )
            return Done(command.token, status)
        if isinstance(command, ReadInvites):
            return Done(command.token, self.values.get(ReadInvites, ()))
        if self.refuses:
            return Denied(command.token, self.refuses)
        return Done(command.token, self.values.get(type(command)))

    def on_bridge(self, bridge: Any) -> None:
        """Stand behind a bridge."""

        def submit(command: Command) -> None:
            self.commands.append(command)
            if not isinstance(command, SendHint):
                bridge.on_event(self.answer(command))

        bridge.attach(submit)

    def of(self, kind: type) -> list[Any]:
        return [command for command in self.commands if isinstance(command, kind)]
