"""Whoever is in the network of a small world without being in a session."""

from __future__ import annotations

from typing import Any

from app.core.ids import Key
from app.core.rng import Rng
from app.crypto.hello import Pattern, Terms, session_tag
from app.crypto.keys import Identity
from app.node.api import AskToJoin, Done, NearChanged, NearShown, SetVisible
from app.node.channels import Channels
from app.node.contract import DatagramReceived, Emit, Input, SendDatagram, TimerFired
from app.node.onlooker import Looked, Onlooker
from app.node.wiring import Wiring
from tests.unit.node.support.world import Site, World


class Stranger:
    """Proves itself as a stranger, then says whatever a test wants; hears in `heard`.

    `answers`: whether it answers others' hellos as if it were a session.
    """

    def __init__(self, world: World, number: int = 77, *, answers: bool = False) -> None:
        entropy = Rng(f"stranger {number}").bytes
        self.world = world
        self.up = True
        self.address = (f"10.1.{number // 250}.{1 + number % 250}", 9000)
        self.identity = Identity(entropy(32))
        self.heard: list[object] = []
        self.wiring = Wiring(
            Channels(
                identity=self.identity,
                incarnation=1,
                entropy=entropy,
                lookup=lambda _header: Terms(b"", b"") if answers else None,
                null_crypto=False,
            )
        )
        world.join_network(self.address, self)

    @property
    def key(self) -> Key:
        return self.identity.key

    def call(self, site: Site) -> None:
        self.wiring.channels.dial(site.address, Pattern.ASK, b"", b"", b"", self.world.now)
        self.turn()
        self.world.run(0.1)

    def send(self, site: Site, *frames: object) -> None:
        for frame in frames:
            self.wiring.send(site.key, frame)
        self.turn()
        self.world.run(0.1)

    def told(self, kind: type) -> list[Any]:
        return [frame for frame in self.heard if isinstance(frame, kind)]

    def turn(self, *inputs: Input) -> None:
        for given in inputs:
            if isinstance(given, DatagramReceived):
                received = self.wiring.receive(given.source, given.data, self.world.now)
                self.wiring.new_peers(self.world.now)
                self.heard += received[1] if received is not None else []
        for target, data in self.wiring.flush(self.world.now):
            self.world.carry(self.address, target, data)


class Looker:
    """An onlooker in the network, and what it shows in `near`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.up = True
        self.address = ("10.2.0.1", 9000)
        self.machine = Onlooker(Rng("onlooker").bytes)
        self.key = Identity(Rng("onlooker").bytes(32)).key
        self.near: tuple[NearShown, ...] = ()
        world.join_network(self.address, self)

    def turn(self, *inputs: Looked) -> None:
        for given in inputs:
            for output in self.machine.handle(given, self.world.now):
                self._perform(output)
        at = self.machine.deadline()
        if at is not None:
            self.world.at(max(at, self.world.now), self._tick)

    def _tick(self) -> None:
        at = self.machine.deadline()
        if at is not None and at <= self.world.now:
            self.turn(TimerFired())

    def _perform(self, output: SendDatagram | Emit) -> None:
        if isinstance(output, SendDatagram):
            self.world.carry(self.address, output.target, output.data)
        elif isinstance(output.event, NearChanged):
            self.near = output.event.sessions


def visible(world: World, *names: str) -> list[Site]:
    """A session whose people want to be seen."""
    sites = world.session(*names)
    for site in sites:
        assert site.ask(lambda token: SetVisible(token, visible=True)) == Done(site_token(site))
    return sites


def site_token(site: Site) -> int:
    return max(event.token for event in site.told(Done))


def asks(world: World, at: Site, name: str = "Zoe", site: Site | None = None) -> tuple[Site, int]:
    """Somebody new asks at one site."""
    asker = site or world.site()
    tag = session_tag(at.session.field.session)
    token = asker.do(lambda token: AskToJoin(token, tag, at.texts, name, "fern"))
    world.run(1)
    return asker, token
