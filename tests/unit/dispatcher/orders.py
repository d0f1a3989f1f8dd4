"""Whole orders in memory, on a network that a test holds in its hands.

Frames wait in `World.wires` until a test delivers, drops or doubles them; time passes when a test
says so; a crash keeps what was committed. Signatures are keyed hashes: nobody lies unless a test
does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import MILLI, Micros
from app.core.rng import Rng
from app.core.trace import Trace
from app.dispatcher import rules
from app.dispatcher.desk import Desk, OrderOutput, ReadRows, Transmit
from app.dispatcher.disk import Disk
from app.dispatcher.entries import NO_HASH, Entry, Placed, make_entry, signed
from app.dispatcher.epochs import Ballot, Epoch
from app.dispatcher.log import Log
from app.dispatcher.messages import REGISTRY, Decide
from app.dispatcher.order import Order
from app.dispatcher.placement import Stroke
from app.dispatcher.placing import place
from app.dispatcher.records import Saved
from app.dispatcher.views import (
    Certificate,
    Member,
    View,
    accepted_bytes,
    first_view,
    founding,
    genesis_bytes,
)
from app.sim.storage import Disk as Storage

NONCE = bytes(16)
BEAT = 250 * MILLI
EPOCH = Epoch(1, 0, b"", 0)


def key_of(name: str) -> Key:
    return Key(name.encode().ljust(32, b"."))


def seal(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=64).digest()


def sign_as(key: bytes) -> Callable[[bytes], bytes]:
    return lambda data: seal(key, data)


def verify(key: Key, data: bytes, signature: bytes) -> bool:
    return seal(key, data) == signature


A, B, C, D = (key_of(name) for name in "ABCD")
GENESIS = first_view(A, NONCE)
SESSION = GENESIS.session
FOUNDING = founding(A, NONCE, sign_as(A)(genesis_bytes(A, NONCE)))


def entry_of(key, number, before=None, *, incarnation=1, kind="chat", body=b"", proven=True):
    """An entry of `key`; `before` is the author's previous one."""
    previous = before.hash if before is not None else NO_HASH
    entry = make_entry(SESSION, (key, incarnation), number, previous, (kind, body, 0, 0, b""))
    return signed(entry, sign_as(key)) if proven else entry


def entries_of(key, count, *, first=1, proven="last", body=b"", incarnation=1) -> list[Entry]:
    """A row of entries; `proven` says whether the last one or all are signed."""
    made: list[Entry] = []
    for number in range(first, first + count):
        ends = proven == "all" or number == first + count - 1
        before = made[-1] if made else None
        made.append(entry_of(key, number, before, incarnation=incarnation, body=body, proven=ends))
    return made


def log_of(entries, epoch=EPOCH, log: Log | None = None, stamp_ms=0) -> Log:
    log = log or Log(SESSION)
    for entry in entries:
        log.append(place(log, epoch, stamp_ms, entry))
    return log


def rows_of(log: Log) -> list[Placed]:
    rows = log.after(0, log.length)
    assert rows is not None
    return rows


def next_view(before: View, keys, first, base=(0, SESSION)) -> View:
    """The successor of `before`: members keep their locations, new ones get the next."""
    members = []
    location = before.next_location
    for key in keys:
        if before.has(key):
            members.append(Member(key, before.location(key)))
        else:
            members.append(Member(key, location))
            location += 1
    index, chain = base
    return View(
        SESSION, before.number + 1, 0, b"", tuple(members), location, first, index, chain, index
    )


def certify(view: View, voters, ballot=None) -> Certificate:
    ballot = ballot or Ballot(1, voters[0])
    data = accepted_bytes(view, ballot)
    return Certificate(view, ballot, tuple([(key, sign_as(key)(data)) for key in voters]))


def talk_of(kind: str, body: bytes) -> Stroke | None:
    del body
    return Stroke.NONE if kind == "chat" else None


def name_of(entry: Entry) -> str:
    """a1: A's first entry; a1' that of its second incarnation."""
    letter = entry.author[:1].decode().lower()
    return f"{letter}{entry.number}" + "'" * (entry.incarnation - 1)


@dataclass
class Wire:
    sender: Key
    to: Key
    frame: Any


class Site:
    """One order with its disk."""

    def __init__(self, world: World, key: Key, certificates=()) -> None:
        self.world = world
        self.key = key
        self.storage = Storage()
        self.incarnation = 0
        self.out: list[OrderOutput] = []
        disk = Disk(key, SESSION, Saved())
        for certificate in certificates:
            disk.add_certificate(certificate)
        if certificates:
            view = certificates[-1].view
            disk.set_prim(view.number)
            disk.set_token(0 if view.first == key else None, 0)
        self.storage.commit(disk.drain())
        self.start()

    def start(self) -> None:
        """Start, or start again from what was committed (S1)."""
        saved = self.storage.saved()
        self.incarnation, queue = rules.restart(self.incarnation, saved.queue)
        saved = replace(saved, queue=queue)
        self.disk = Disk(self.key, SESSION, saved)
        list(self.disk.replay(saved))
        self.desk = Desk(self.disk, sign_as(self.key), verify, Trace())
        self.order = Order(
            self.desk,
            incarnation=self.incarnation,
            talk_of=talk_of,
            rng=Rng("test").fork(self.key.hex()),
            now=self.world.now,
        )

    def say(self, count: int = 1, body: bytes = b"") -> None:
        for _ in range(count):
            self.order.issue("chat", body, 0)
        self.turn()

    def take(self, sender: Key, frame: Any) -> None:
        """Receive a frame and end the turn; a peer's mistake is dropped."""
        try:
            self.order.receive(sender, frame, self.world.now)
        except RemoteError:
            self.world.refused += 1
        self.turn()

    def learn(self, certificate: Certificate, sender: Key = D) -> None:
        """A certificate comes from some other site."""
        self.take(sender, Decide(certificate))

    def turn(self) -> None:
        """End a turn: commit, then send."""
        self.order.finish(self.world.now)
        out, records = self.order.drain()
        self.storage.commit(records)
        for output in out:
            self.out.append(output)
            if isinstance(output, Transmit):
                frame = REGISTRY.decode(REGISTRY.encode(output.frame))
                self.world.wires.append(Wire(self.key, output.to, frame))
            elif isinstance(output, ReadRows):
                self.order.loaded(output.token, self.storage.read(output.request))
                self.turn()

    @property
    def log(self) -> list[str]:
        return [name_of(placed.entry) for placed in rows_of(self.disk.log)]

    @property
    def queue(self) -> list[str]:
        return [name_of(entry) for entry in self.disk.queue]

    @property
    def holds(self) -> bool:
        return self.disk.hold is not None


class World:
    """Sites of one session and the frames between them."""

    def __init__(self, names: str = "ABC", first: str = "A", strangers: str = "") -> None:
        self.now = Micros(0)
        self.wires: list[Wire] = []
        self.refused = 0
        self.cut: set[frozenset[Key]] = set()
        keys = [key_of(name) for name in names]
        self.view = next_view(GENESIS, keys, key_of(first))
        certificates = (FOUNDING, certify(self.view, [A]))
        self.sites = {key: Site(self, key, certificates) for key in keys}
        for name in strangers:
            self.sites[key_of(name)] = Site(self, key_of(name))

    def __getitem__(self, name: str) -> Site:
        return self.sites[key_of(name)]

    def pick(self, kind=object, *, to: str = "", sender: str = "") -> list[Wire]:
        """Frames under way of this kind, in order."""
        return [
            wire
            for wire in self.wires
            if isinstance(wire.frame, kind)
            and (not to or wire.to == key_of(to))
            and (not sender or wire.sender == key_of(sender))
        ]

    def successor(self, names: str, first: str, *, base=(0, SESSION), voters=None) -> Certificate:
        """The view after the present one, decided by `voters` (names; else a quorum)."""
        view = next_view(self.view, [key_of(name) for name in names], key_of(first), base)
        return certify(view, [key_of(name) for name in voters] if voters else self.view.keys)

    def drop(self, kind=object, *, to: str = "", sender: str = "") -> list[Wire]:
        """Lose them, or keep them for later."""
        lost = self.pick(kind, to=to, sender=sender)
        self.wires = [wire for wire in self.wires if wire not in lost]
        return lost

    def deliver(self, kind=object, *, to: str = "", sender: str = "") -> None:
        """Deliver what is under way now, not what that leads to."""
        for wire in self.drop(kind, to=to, sender=sender):
            if wire.to in self.sites and frozenset((wire.sender, wire.to)) not in self.cut:
                self.sites[wire.to].take(wire.sender, wire.frame)

    def flow(self) -> None:
        """Deliver until nothing is under way."""
        for _ in range(1_000):
            if not self.wires:
                return
            self.deliver()
        raise AssertionError("frames answer frames for ever")

    def beat(self, sender: str, to: str = "") -> None:
        site = self[sender]
        beat = site.order.beat()
        for key, other in self.sites.items():
            if frozenset((site.key, key)) in self.cut:
                continue
            if key != site.key and (not to or key == key_of(to)):
                other.order.heard(site.key, beat, self.now)
                other.turn()

    def part(self, *groups: str) -> None:
        """Only sites of one group reach each other, e.g. "AB", "C"; without groups all do."""
        together = [{key_of(name) for name in group} for group in groups]
        self.cut = {
            frozenset((one, other))
            for one in self.sites
            for other in self.sites
            if one != other and groups and not any({one, other} <= group for group in together)
        }

    def passes(self, micros: int) -> None:
        """Time passes; what is due happens."""
        self.now = Micros(self.now + micros)
        for site in list(self.sites.values()):
            site.order.tick(self.now)
            site.turn()

    def admit(self) -> None:
        """Whoever is known and not in a member's view may come back, as its window would say."""
        for site in self.sites.values():
            view = site.disk.prim
            for key in self.sites:
                if view is not None and not view.has(key):
                    site.order.recovery.candidates[key] = None

    def round(self, count: int = 1) -> None:
        """Heartbeats from everybody, all frames, a quarter of a second."""
        for _ in range(count):
            for key in list(self.sites):
                self.beat(key[:1].decode())
            self.flow()
            self.passes(BEAT)
            self.flow()
