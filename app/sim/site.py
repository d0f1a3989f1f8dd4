"""One simulated site: a machine, its disk, its clock and its socket's buffer.

A crash throws the machine and the buffer away and keeps the disk. Where in a turn it strikes is an
`Aim`: before the commit (the turn is lost), between commit and send, or after some sends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from app.core.ids import SiteId
from app.core.instant import Micros
from app.core.rng import Entropy, Rng
from app.dispatcher.records import LoadLog, OrderRecord, Saved, SaveField
from app.node.api import Event
from app.node.contract import Address, BlobOutput, GuestOutput, Input
from app.node.turn import Machine
from app.sim.blobs import Blobs
from app.sim.storage import Disk

PARTS_PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Boot:
    """What a machine is built from."""

    saved: Saved
    entropy: Entropy
    rng: Rng
    now: Micros
    address: Address
    null_crypto: bool
    snapshot_every: int = 0
    tail_kept: int = 0


@dataclass(frozen=True, slots=True)
class Model:
    """What kind of site is simulated.

    How one is built, who a disk says it is, how one is made to propose a view for no reason.
    """

    build: Callable[[Boot], Machine]
    identify: Callable[[dict[str, bytes]], SiteId | None]
    provoke: Callable[[Machine, Micros], None] = lambda _machine, _now: None


@dataclass(frozen=True, slots=True)
class Clock:
    """A monotonic clock that starts anywhere and runs a little fast or slow."""

    offset: int
    ppm: int

    def local(self, world: int) -> Micros:
        """What this clock shows at the world's time."""
        return Micros(self.offset + world + world * self.ppm // PARTS_PER_MILLION)

    def world(self, local: int) -> int:
        """The first moment of the world at which this clock shows `local` or more."""
        elapsed = local - self.offset
        world = elapsed * PARTS_PER_MILLION // (PARTS_PER_MILLION + self.ppm)
        while self.local(world) < local:
            world += 1
        return world


class State(Enum):
    """Where a site is in its life."""

    UNBORN = "not started yet"
    UP = "running: takes inputs, ticks, sends"
    PAUSED = "asleep: packets wait in its socket, it does nothing"
    DOWN = "crashed or closed; its disk is kept"
    LEFT = "left the session for good"


class Point(Enum):
    """Where in a turn a crash strikes."""

    BEFORE_COMMIT = "the turn is lost"
    AFTER_COMMIT = "on disk, but nothing was sent or shown"
    AFTER_FIRST_SEND = "one datagram went out"


@dataclass(frozen=True, slots=True)
class Aim:
    """Crash in the first turn that commits a record of this name, or of one that begins so.

    Only a name that ends in a colon is a beginning.
    """

    record: str
    point: Point

    def hits(self, records: Sequence[OrderRecord]) -> bool:
        """Whether these records are the ones to crash at."""
        return any(self._is_named(record) for record in records)

    def _is_named(self, record: OrderRecord) -> bool:
        name = record.name if isinstance(record, SaveField) else type(record).__name__
        return name == self.record or (self.record.endswith(":") and name.startswith(self.record))


class Crashed(Exception):
    """The site crashes here."""


@dataclass(slots=True)
class SimSite:
    """A site as the world sees it."""

    index: int
    address: Address
    clock: Clock
    disk: Disk = field(default_factory=Disk)
    blobs: Blobs = field(default_factory=Blobs)
    machine: Machine | None = None
    state: State = State.UNBORN
    boots: int = 0
    inbox: list[Input] = field(default_factory=list)
    turn_posted: bool = False
    timer_at: int | None = None
    paused_at: int = 0
    ready: bool = False
    joined: bool = False
    known: bool = False
    killed: bool = False
    invite: str = ""
    aim: Aim | None = None

    @property
    def name(self) -> str:
        """A, B, C ..."""
        return chr(ord("A") + self.index)


class TurnPorts:
    """What a turn of one site can do to the world; `app.node.turn.Ports`."""

    def __init__(  # noqa: PLR0913 - one for each port
        self,
        site: SimSite,
        *,
        committed: Callable[[Sequence[OrderRecord]], None],
        send: Callable[[Address, bytes], None],
        load: Callable[[int, LoadLog], None],
        emit: Callable[[Event], None],
        guest: Callable[[GuestOutput], None],
        give: Callable[[Input], None],
    ) -> None:
        self._site = site
        self._committed = committed
        self._send = send
        self._load = load
        self._emit = emit
        self._guest = guest
        self._give = give
        self._crash_at_send = False

    def commit(self, records: Sequence[OrderRecord]) -> None:
        """Commit, or crash before or after it."""
        aim = self._site.aim
        struck = aim is not None and aim.hits(records)
        if struck and aim is not None:
            self._site.aim = None
            if aim.point is Point.BEFORE_COMMIT:
                raise Crashed
        self._site.disk.commit(records)
        self._committed(records)
        if struck and aim is not None:
            if aim.point is Point.AFTER_COMMIT:
                raise Crashed
            self._crash_at_send = True

    def send(self, target: Address, data: bytes) -> None:
        """Hand a datagram to the network."""
        self._send(target, data)
        if self._crash_at_send:
            raise Crashed

    def load(self, token: int, request: LoadLog) -> None:
        """Start a read."""
        self._load(token, request)

    def guest(self, output: GuestOutput) -> None:
        """Start, tell or stop a toy guest."""
        self._guest(output)

    def blob(self, output: BlobOutput) -> None:
        """Keep, forget or read content."""
        answer = self._site.blobs.take(output)
        if answer is not None:
            self._give(answer)

    def emit(self, event: Event) -> None:
        """Show an event."""
        self._emit(event)
