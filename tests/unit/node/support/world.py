"""Whole sites on a small network in virtual time: enough to ask what a site does, fast.

Each site is a real `NodeMachine` over a disk in memory; the network delays and may lose. Faults
belong to the simulator.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from app.core import limits
from app.core.ids import Key
from app.core.instant import MILLI, SECOND, Micros
from app.core.rng import Rng
from app.dispatcher.records import LoadLog, OrderRecord
from app.node.api import (
    Command,
    CreateSession,
    Denied,
    Done,
    Event,
    Issue,
    JoinSession,
    MemberChanged,
    ReadStatus,
    ResumeSession,
    SessionReady,
    Status,
)
from app.node.config import Config
from app.node.contract import (
    Address,
    BlobOutput,
    CommandIssued,
    DatagramReceived,
    GuestOutput,
    Input,
    Loaded,
    TimerFired,
)
from app.node.machine import NodeMachine
from app.node.session import Session
from app.node.turn import handle_all, perform
from app.rooms.bodies import CODECS, Chat
from app.rooms.control import ControlRoom
from app.sim.blobs import Blobs
from app.sim.storage import Disk

T = TypeVar("T")

WALL_MS = 1_700_000_000_000
DELAY_MICROS = 10 * MILLI
RECENT_DATAGRAMS = 4_000


def chat(text: str) -> tuple[str, bytes]:
    return "chat", CODECS["chat"].encode(Chat(text))


class Site:
    """One machine with its disk, its address and what it told."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.address: Address = (f"10.0.0.{number}", 7000)
        self.texts: tuple[str, ...] = (f"{self.address[0]}:{self.address[1]}",)
        self.disk = Disk()
        self.life = 0
        self.up = False
        self.events: list[Event] = []
        self.guests: list[GuestOutput] = []
        self.blobs = Blobs()
        self.records: list[OrderRecord] = []
        self.machine: NodeMachine

    def start(self) -> None:
        self.life += 1
        rng = Rng(f"site {self.address[0]} life {self.life}")
        self.machine = NodeMachine(
            saved=self.disk.saved(),
            entropy=rng.fork("entropy").bytes,
            rng=rng.fork("machine"),
            now=self.world.now,
            config=Config(
                wall_ms=self.world.wall_ms,
                addresses=self.texts,
                window=self.world.windows,
                snapshot_every=self.world.snapshot_every,
                tail_kept=self.world.tail_kept or limits.TAIL_ENTRIES_KEPT,
            ),
        )
        self.up = True
        self.turn()

    def stop(self) -> None:
        """As a power cut."""
        self.up = False

    def turn(self, *inputs: Input) -> None:
        perform(handle_all(self.machine, inputs, self.world.now), self)
        self.arm()

    def arm(self) -> None:
        at = self.machine.deadline()
        if at is not None:
            self.world.at(max(at, self.world.now), self._tick(self.life))

    def _tick(self, life: int) -> Callable[[], None]:
        def tick() -> None:
            if self.up and self.life == life:
                at = self.machine.deadline()
                if at is not None and at <= self.world.now:
                    self.turn(TimerFired())

        return tick

    # --- ports ---

    def commit(self, records: Sequence[OrderRecord]) -> None:
        self.records += records
        self.disk.commit(records)

    def send(self, target: Address, data: bytes) -> None:
        self.world.carry(self.address, target, data)

    def load(self, token: int, request: LoadLog) -> None:
        rows = self.disk.read(request)
        life = self.life

        def loaded() -> None:
            if self.up and self.life == life:
                self.turn(Loaded(token, rows))

        self.world.at(self.world.now, loaded)

    def guest(self, output: GuestOutput) -> None:
        self.guests.append(output)

    def blob(self, output: BlobOutput) -> None:
        answer = self.blobs.take(output)
        if answer is not None:
            life = self.life

            def read() -> None:
                if self.up and self.life == life:
                    self.turn(answer)

            self.world.at(self.world.now, read)

    def emit(self, event: Event) -> None:
        self.events.append(event)

    # --- people ---

    def do(self, make: Callable[[int], Command]) -> int:
        """Issue a command with a fresh token."""
        token = next(self.world.tokens)
        self.turn(CommandIssued(make(token)))
        return token

    def answers(self, token: int) -> list[Done | Denied]:
        return [
            event
            for event in self.events
            if isinstance(event, (Done, Denied)) and event.token == token
        ]

    def answer(self, token: int) -> Done | Denied:
        (answer,) = self.answers(token)
        return answer

    def value(self, token: int) -> Any:
        """What a command that is done has given."""
        answer = self.answer(token)
        assert isinstance(answer, Done), answer
        return answer.value

    def ask(self, make: Callable[[int], Command]) -> Done | Denied:
        """The answer to a command that is answered at once."""
        return self.answer(self.do(make))

    def say(self, text: str) -> Done | Denied:
        return self.ask(lambda token: Issue(token, (chat(text),), 0))

    @property
    def status(self) -> Status:
        status: Status = self.value(self.do(ReadStatus))
        return status

    @property
    def session(self) -> Session:
        assert self.machine.session is not None
        return self.machine.session

    @property
    def control(self) -> ControlRoom:
        rooms = self.session.meaning.rooms
        assert rooms is not None
        return rooms.control

    @property
    def key(self) -> Key:
        return self.machine.here.identity.key

    @property
    def invite(self) -> str:
        return self.told(SessionReady)[-1].invite

    @property
    def names(self) -> list[str]:
        return [member.name for member in self.status.members]

    def told(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def changes(self, state: str) -> list[str]:
        return [event.name for event in self.told(MemberChanged) if event.state == state]


class Ears(Protocol):
    """Whatever datagrams can get to."""

    up: bool

    def turn(self, *inputs: DatagramReceived) -> None: ...


class World:
    """The network and the clock."""

    def __init__(
        self,
        *,
        windows: bool = False,
        snapshot_every: int = limits.SNAPSHOT_EVERY,
        tail_kept: int = 0,
    ) -> None:
        self.windows = windows
        self.snapshot_every = snapshot_every
        self.tail_kept = tail_kept
        self.now = Micros(0)
        self.wall_start = WALL_MS
        self.sites: dict[Address, Site] = {}
        self._others: dict[Address, Ears] = {}
        self.cut: set[frozenset[Address]] = set()
        self.loss = 0.0
        self.recorded: deque[tuple[Address, Address, bytes]] = deque(maxlen=RECENT_DATAGRAMS)
        self.held: list[tuple[Address, Address, bytes]] | None = None
        self.tokens = itertools.count(1)
        self._rng = Rng("network")
        self._agenda: list[tuple[Micros, int, Callable[[], None]]] = []
        self._number = itertools.count()

    @property
    def wall_ms(self) -> int:
        return self.wall_start + self.now // MILLI

    def at(self, when: Micros, happen: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._number), happen))

    def hold_back(self) -> list[tuple[Address, Address, bytes]]:
        """From now on nothing arrives; what would have is in the list."""
        self.held = []
        return self.held

    def let_go(self) -> None:
        """Deliver what was held back, and everything from now on."""
        held, self.held = self.held or [], None
        for source, target, data in held:
            self.carry(source, target, data)

    def carry(self, source: Address, target: Address, data: bytes) -> None:
        self.recorded.append((source, target, data))
        if self.held is not None:
            self.held.append((source, target, data))
            return
        site = self.sites.get(target) or self._others.get(target)
        if site is None or frozenset((source, target)) in self.cut or self._rng.chance(self.loss):
            return

        def arrive() -> None:
            if site.up:
                site.turn(DatagramReceived(source, data))

        self.at(Micros(self.now + DELAY_MICROS), arrive)

    def join_network(self, address: Address, other: Ears) -> None:
        """Somebody is there who is no site of a session."""
        self._others[address] = other

    def run(self, seconds: float) -> None:
        until = Micros(self.now + int(seconds * SECOND))
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, happen = heapq.heappop(self._agenda)
            happen()
        self.now = until

    # --- people ---

    def site(self) -> Site:
        site = Site(self, len(self.sites) + 1)
        self.sites[site.address] = site
        site.start()
        return site

    def founder(self, name: str = "Ann", title: str = "Tea") -> Site:
        site = self.site()
        site.do(lambda token: CreateSession(token, title, name))
        return site

    def joined(self, invite: str, name: str) -> Site:
        site = self.site()
        token = site.do(lambda token: JoinSession(token, invite, name))
        self.run(2)
        assert site.answer(token) == Done(token)
        return site

    def session(self, *names: str) -> list[Site]:
        """A session of these people, the first its founder."""
        founder = self.founder(names[0])
        return [founder, *[self.joined(founder.invite, name) for name in names[1:]]]

    def restart(self, site: Site) -> int:
        """A crashed or closed site comes back and resumes; the command's token."""
        site.events.clear()
        site.start()
        return site.do(ResumeSession)
