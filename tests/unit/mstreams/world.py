"""Several `Streams` over a bag of frames: whatever is in it may be lost, doubled, late.

A site is its disk (fields and how much of the order it has applied) and what runs on it. A turn is
one input; it may be lost before its commit, or after the commit but before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from app.core.ids import Key
from app.core.instant import SECOND, Micros
from app.mstreams.agent import Agent, Builtins, Context
from app.mstreams.directory import Roster
from app.mstreams.events import Message
from app.mstreams.frames import REGISTRY, Definition
from app.mstreams.migration import State
from app.mstreams.records import (
    AT_PREFIX,
    OUT_PREFIX,
    Consumed,
    ControlWanted,
    SaveStream,
    StreamOutput,
    Told,
    Transmit,
    read_at,
    read_out,
)
from app.mstreams.streams import Streams

BUILTINS = Builtins()


@BUILTINS.register("counter", 1)
class Counter(Agent):
    """Counts in its briefcase what it consumed, and where it has been."""

    def on_append(self, context: Context, message: Message) -> None:
        context.briefcase = context.briefcase + b"."

    def on_arrival(self, context: Context) -> None:
        assert context.briefcase is not None


COUNTERS = Roster((Definition(1, "counter", 1, b"", "", controls=False),), 1, 1)


def key_of(number: int) -> Key:
    return Key(bytes([number + 65]) * 32)


class Crash(Enum):
    NEVER = 0
    BEFORE_COMMIT = 1
    BEFORE_SEND = 2


@dataclass
class Parcel:
    sender: Key
    incarnation: int
    target: Key
    data: bytes


@dataclass
class Site:
    key: Key
    disk: dict[str, bytes] = field(default_factory=dict)
    applied: int = 0
    incarnation: int = 0
    streams: Streams | None = None


class World:
    """Sites, the bag, the order of control entries, and what must hold of them all."""

    def __init__(self, sites: int, names: tuple[str, ...] = ("s",)) -> None:
        self.now = Micros(1_000_000)
        self.members = tuple([key_of(number) for number in range(sites)])
        self.sites = {key: Site(key) for key in self.members}
        self.view = 1
        self.names = names
        self.order: list[tuple[str, Key, tuple[int, int]]] = [
            (name, self.members[0], (1, 0)) for name in names
        ]
        self.bag: list[Parcel] = []
        self.said: dict[tuple[str, Key, int, int], bytes] = {}
        self.asked: dict[int, tuple[str, Key, bytes]] = {}
        self.tokens = 0
        self.consumed: dict[str, list[tuple[Key, int, int]]] = {name: [] for name in names}
        self.homes: dict[tuple[str, tuple[int, int]], Key] = {}
        for key in self.members:
            self.start(key)

    # --- life of a site ---------------------------------------------------------------------------

    def start(self, key: Key) -> None:
        site = self.sites[key]
        site.incarnation += 1
        site.streams = Streams(key, site.incarnation, site.disk, BUILTINS)
        applied = site.applied

        def begin(streams: Streams) -> None:
            streams.view_installed(self.members, self.members[0], self.view)
            for name, home, epoch in self.order[:applied]:
                streams.homed(name, home, epoch, self.now)
                streams.staffed(name, COUNTERS, self.now)

        self.turn(key, begin, Crash.NEVER)

    def start_if_stopped(self, key: Key) -> None:
        if self.sites[key].streams is None:
            self.start(key)

    def stop_if(self, key: Key, crashes: bool) -> None:
        if crashes:
            self.stop(key)

    def stop(self, key: Key) -> None:
        self.sites[key].streams = None

    def turn(
        self,
        key: Key,
        given: Callable[[Streams], None],
        crash: Crash,
        applies: int = 0,
    ) -> None:
        site = self.sites[key]
        streams = site.streams
        if streams is None:
            return
        given(streams)
        outputs = streams.drain()
        if crash is Crash.BEFORE_COMMIT:
            self.stop(key)
            return
        site.applied += applies
        self.commit(site, outputs)
        if crash is Crash.BEFORE_SEND:
            self.stop(key)
            return
        for output in outputs:
            if isinstance(output, Transmit):
                assert output.site != key
                data = REGISTRY.encode(output.frame)
                self.bag.append(Parcel(key, site.incarnation, output.site, data))

    def commit(self, site: Site, outputs: list[StreamOutput]) -> None:
        for output in outputs:
            if isinstance(output, Told) and output.token in self.asked:
                name, key, payload = self.asked.pop(output.token)
                assert isinstance(output.value, int)
                self.said[name, key, site.incarnation, output.value] = payload
        for output in outputs:
            match output:
                case SaveStream(name, None):
                    site.disk.pop(name, None)
                case SaveStream(name, bytes() as value):
                    site.disk[name] = value
                case Consumed():
                    self.count(output)
                case ControlWanted(_, stream, home, epoch):
                    self.order.append((stream, home, epoch))
                case _:
                    pass
        self.check(site.key)

    # --- inputs -----------------------------------------------------------------------------------

    def append(self, key: Key, name: str, payload: bytes, crash: Crash = Crash.NEVER) -> None:
        token = self.tokens = self.tokens + 1
        self.asked[token] = (name, key, payload)

        def say(streams: Streams) -> None:
            streams.at(self.now)
            streams.shells.append(token, "", name, payload)
            streams.do(self.now)

        if name in self.known(key):
            self.turn(key, say, crash)

    def move(self, key: Key, name: str, target: Key, crash: Crash = Crash.NEVER) -> None:
        if name in self.known(key):
            place = self.members.index(target) + 1

            def wish(streams: Streams) -> None:
                streams.at(self.now)
                streams.shells.move("", name, place, None)
                streams.do(self.now)

            self.turn(key, wish, crash)

    def known(self, key: Key) -> list[str]:
        return [name for name, _, _ in self.order[: self.sites[key].applied]]

    def apply_one(self, key: Key, crash: Crash = Crash.NEVER) -> None:
        site = self.sites[key]
        if site.streams is not None and site.applied < len(self.order):
            name, home, epoch = self.order[site.applied]

            def apply(streams: Streams) -> None:
                streams.homed(name, home, epoch, self.now)
                streams.staffed(name, COUNTERS, self.now)

            self.turn(key, apply, crash, applies=1)

    def deliver(self, index: int, *, keep: bool, crash: Crash = Crash.NEVER) -> None:
        parcel = self.bag[index] if keep else self.bag.pop(index)
        frame = REGISTRY.decode(parcel.data)
        assert frame is not None
        self.turn(
            parcel.target,
            lambda streams: streams.receive(parcel.sender, parcel.incarnation, frame, self.now),
            crash,
        )

    def beat(self, sender: Key, hearer: Key) -> None:
        source = self.sites[sender].streams
        if source is not None and sender != hearer:
            ks = source.beat()
            self.turn(hearer, lambda streams: streams.heard(sender, ks, self.now), Crash.NEVER)

    def tick(self, key: Key, crash: Crash = Crash.NEVER) -> None:
        self.turn(key, lambda streams: streams.tick(self.now), crash)

    def install(self, members: tuple[Key, ...]) -> None:
        """A view without some of the sites; those left out don't hear of it."""
        self.view += 1
        self.members = members
        for key in members:
            self.turn(
                key,
                lambda streams: streams.view_installed(members, members[0], self.view),
                Crash.NEVER,
            )

    def heal(self, seconds: int = 120) -> None:
        """No more faults: everyone runs, every frame arrives, time passes."""
        for key in self.members:
            if self.sites[key].streams is None:
                self.start(key)
        for _ in range(seconds * 2):
            if self.quiet():
                return
            for key in self.members:
                while self.sites[key].applied < len(self.order):
                    self.apply_one(key)
                for other in self.members:
                    self.beat(other, key)
                self.tick(key)
            budget = 5_000
            while self.bag:
                budget -= 1
                assert budget, "frames beget frames without end"
                self.deliver(0, keep=False)
            self.now = Micros(self.now + SECOND // 2)

    def quiet(self) -> bool:
        return (
            not self.bag
            and all(site.applied == len(self.order) for site in self.present())
            and all(not self.unfinished(site) for site in self.present())
            and all(len(self.homes_now(name)) == 1 for name in self.names)
            and all(self.agreed(name) for name in self.names)
            and all(
                read_at(field, value)[1].hand_over is None
                for site in self.present()
                for field, value in site.disk.items()
                if field.startswith(AT_PREFIX)
            )
        )

    def agreed(self, name: str) -> bool:
        running = [site.streams for site in self.present() if site.streams is not None]
        return len({streams.home_of(name) for streams in running}) == 1

    # --- what must hold ---------------------------------------------------------------------------

    def present(self) -> list[Site]:
        return [self.sites[key] for key in self.members]

    def unfinished(self, site: Site) -> list[str]:
        return [name for name in site.disk if name.startswith(OUT_PREFIX)]

    def homes_now(self, name: str) -> list[Key]:
        homes: list[Key] = []
        for site in self.present():
            value = site.disk.get(f"{AT_PREFIX}{name}")
            if value is not None:
                if read_at(f"{AT_PREFIX}{name}", value)[1].state == State.HOME.value:
                    homes.append(site.key)
        return homes

    def count(self, output: Consumed) -> None:
        author = (output.sender, output.incarnation)
        earlier = [
            number
            for key, incarnation, number in self.consumed[output.stream]
            if (key, incarnation) == author
        ]
        assert output.number == len(earlier) + 1, "FIFO without gap, each exactly once"
        last = [
            incarnation
            for key, incarnation, _ in self.consumed[output.stream]
            if key == output.sender
        ]
        assert not last or last[-1] <= output.incarnation, "older incarnations come first"
        said = self.said[output.stream, output.sender, output.incarnation, output.number]
        assert output.payload == said
        self.consumed[output.stream].append((output.sender, output.incarnation, output.number))

    def check(self, key: Key) -> None:
        """After each commit of a site."""
        site = self.sites[key]
        for field_name, value in site.disk.items():
            if field_name.startswith(AT_PREFIX):
                name, record = read_at(field_name, value)
                if record.state == State.HOME.value:
                    home = self.homes.setdefault((name, record.epoch.pair), key)
                    assert home == key, "at most one home per stream and epoch"
        kept = {read_out(name, b"\x91\xc4\x00")[:3] for name in self.unfinished(site)}
        for name, author, incarnation, number in self.said:
            if author == key and (incarnation, number, name) not in kept:
                assert (key, incarnation, number) in self.consumed[name], "forgotten too early"

    def check_end(self) -> None:
        """After `heal`."""
        for name in self.names:
            wanted = [
                (key, inc, number) for stream, key, inc, number in self.said if stream == name
            ]
            assert sorted(self.consumed[name]) == sorted(wanted), "all consumed exactly once"
            homes = self.homes_now(name)
            assert len(homes) == 1, "exactly one home"
            record = read_at(AT_PREFIX, self.sites[homes[0]].disk[f"{AT_PREFIX}{name}"])[1]
            assert record.agents[0].briefcase == b"." * len(wanted), "the briefcase moved along"
            assert not record.agents[0].failed
            for site in self.present():
                assert site.streams is not None
                assert site.streams.home_of(name) == (homes[0], record.epoch.pair)
