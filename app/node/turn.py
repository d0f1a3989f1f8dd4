"""One turn of the crank: handle what waits, then once commit, send, show (law 3).

The real pump and the simulator share this function, so that what is tested is what runs. If the
commit fails, nothing of the turn is sent or shown; the exception goes to the driver, which throws
the machine away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, assert_never

from app.core.instant import Micros
from app.dispatcher.records import LoadLog
from app.node.api import Event
from app.node.contract import (
    Address,
    BlobOutput,
    DropBlob,
    Emit,
    GuestOutput,
    Input,
    Load,
    Output,
    Persist,
    PlaceFile,
    ReadBlob,
    Record,
    SendDatagram,
    StartGuest,
    StopGuest,
    TellGuest,
    WriteBlob,
)

Send = SendDatagram | Load | GuestOutput | BlobOutput
"""What happens after the commit and before anything is shown."""


class Machine(Protocol):
    """A whole site, or a stand-in for one."""

    def handle(self, given: Input, now: Micros) -> list[Output]:
        """Take one input."""

    def finish(self, now: Micros) -> list[Output]:
        """End a turn: sign, order, pack and seal what its inputs led to."""

    def deadline(self) -> Micros | None:
        """When `TimerFired` is wanted."""


class Ports(Protocol):
    """What a driver can do."""

    def commit(self, records: Sequence[Record]) -> None:
        """All or nothing, durable on return; raises `KnownError`."""

    def send(self, target: Address, data: bytes) -> None:
        """Hand a datagram to the network."""

    def load(self, token: int, request: LoadLog) -> None:
        """Start a read; the answer comes as `Loaded`."""

    def guest(self, output: GuestOutput) -> None:
        """Start, tell or stop a guest process."""

    def blob(self, output: BlobOutput) -> None:
        """Keep, forget or read content; the answer to a read comes as `BlobRead`."""

    def emit(self, event: Event) -> None:
        """Show an event."""


def handle_all(machine: Machine, inputs: Iterable[Input], now: Micros) -> list[Output]:
    """All outputs of one turn."""
    outputs: list[Output] = []
    for given in inputs:
        outputs += machine.handle(given, now)
    outputs += machine.finish(now)
    return outputs


def perform(outputs: Sequence[Output], ports: Ports) -> None:
    """Commit, then send and read, then show."""
    records: list[Record] = []
    sends: list[Send] = []
    shows: list[Event] = []
    for output in outputs:
        match output:
            case Persist(record):
                records.append(record)
            case Emit(event):
                shows.append(event)
            case _:
                sends.append(output)
    if records:
        ports.commit(records)
    for send in sends:
        _send(send, ports)
    for event in shows:
        ports.emit(event)


def _send(send: Send, ports: Ports) -> None:
    match send:
        case SendDatagram(target, data):
            ports.send(target, data)
        case Load(token, request):
            ports.load(token, request)
        case StartGuest() | TellGuest() | StopGuest() | PlaceFile():
            ports.guest(send)
        case WriteBlob() | DropBlob() | ReadBlob():
            ports.blob(send)
        case _:
            assert_never(send)
