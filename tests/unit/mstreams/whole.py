"""Whole middleware at several sites over a bag of frames: requests, agents, guests, faults.

Beside `world` (one fixed agent, moves and faults) this one has everything that goes through the
leader: an order of entries that each site applies in its own time, streams that send and move, and
guests that answer when they like. A site is its disk and how much of the order it has applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app.core.errors import LocalError
from app.core.ids import Key
from app.core.instant import SECOND, Micros
from app.mstreams.agent import BUILTINS
from app.mstreams.basic import KINDS
from app.mstreams.directory import Roster
from app.mstreams.frames import REGISTRY
from app.mstreams.records import (
    KEPT_PREFIX,
    OUT_PREFIX,
    AgentWanted,
    Consumed,
    ControlWanted,
    GuestTold,
    GuestUnwanted,
    GuestWanted,
    Line,
    SaveStream,
    StreamOutput,
    Told,
    Transmit,
)
from app.mstreams.streams import Streams
from tests.unit.mstreams.fake_guest import FakeGuest, Script
from tests.unit.mstreams.world import Crash, Parcel, key_of

assert "relay@1" in KINDS

Entry = ControlWanted | AgentWanted


def relay(agent: Any, text: str, _facts: dict[str, Any]) -> Any:
    """Pass a message on to the stream that the argument names, and count it in the briefcase."""
    ok, _why = yield ("open", agent.argv)
    agent.briefcase["n"] = str(int(agent.briefcase.get("n", "0")) + 1)
    return [["append", agent.argv, text]] if ok else []


SCRIPTS: dict[str, Script] = {"relay": {"append": relay}}


@dataclass
class Site:
    key: Key
    disk: dict[str, bytes] = field(default_factory=dict)
    applied: int = 0
    incarnation: int = 0
    streams: Streams | None = None
    guest: FakeGuest | None = None
    guest_number: int = 0
    words: list[bytes] = field(default_factory=list)
    rosters: dict[str, Roster] = field(default_factory=dict)


class Whole:
    """Sites, the bag, the order, and what must hold."""

    def __init__(self, sites: int) -> None:
        self.now = Micros(1_000_000)
        self.members = tuple([key_of(number) for number in range(sites)])
        self.sites = {key: Site(key) for key in self.members}
        self.view = 1
        self.order: list[Entry] = []
        self.bag: list[Parcel] = []
        self.told: dict[int, Told] = {}
        self.lines: list[Line] = []
        self.consumed: list[Consumed] = []
        self.said: list[tuple[str, bytes]] = []
        self.token = 0
        for key in self.members:
            self.start(key)

    @property
    def leader(self) -> Key:
        return self.members[0]

    # --- life -------------------------------------------------------------------------------------

    def start(self, key: Key) -> None:
        site = self.sites[key]
        site.incarnation += 1
        site.streams = Streams(key, site.incarnation, site.disk, BUILTINS)
        site.guest, site.guest_number, site.words = None, 0, []
        entries, site.applied, site.rosters = self.order[: site.applied], 0, {}
        final: dict[str, ControlWanted] = {}
        for entry in entries:
            if isinstance(entry, ControlWanted):
                self.reduce_home(final, entry)
            self.reduce(site.rosters, entry)

        def begin(streams: Streams) -> None:
            places = {other: place for place, other in enumerate(self.sites, start=1)}
            streams.view_installed(self.members, self.leader, self.view, places)
            for entry in final.values():
                streams.homed(entry.stream, entry.home, entry.epoch, self.now)
            for name, roster in site.rosters.items():
                streams.staffed(name, roster, self.now)

        site.applied = len(entries)
        self.turn(key, begin)

    def stop(self, key: Key) -> None:
        site = self.sites[key]
        site.streams, site.guest, site.words = None, None, []

    @staticmethod
    def reduce_home(final: dict[str, ControlWanted], entry: ControlWanted) -> bool:
        """What the control room does with an entry about a home; whether it has an effect."""
        present = final.get(entry.stream)
        if (present is None) != (entry.what == "created"):
            return False
        if present is not None and entry.what != "destroyed" and entry.epoch <= present.epoch:
            return False
        if entry.what == "destroyed":
            del final[entry.stream]
        else:
            final[entry.stream] = entry
        return True

    @staticmethod
    def reduce(rosters: dict[str, Roster], entry: Entry) -> str | None:
        """The same for agents; the stream whose agents changed."""
        if isinstance(entry, ControlWanted):
            if entry.what == "destroyed":
                rosters.pop(entry.stream, None)
            return None
        before = rosters.get(entry.stream, Roster())
        if entry.what == "kept":
            if entry.count > before.count and entry.agent in before.agents:
                rosters[entry.stream] = replace(
                    before, briefcase=entry.briefcase, count=entry.count
                )
            return entry.stream
        others = tuple([one for one in before.agents if one.number != entry.agent.number])
        if entry.what == "registered":
            if entry.agent.number <= before.last:
                return None
            others = (*others, entry.agent)
        last = max(before.last, entry.agent.number)
        rosters[entry.stream] = Roster(others, before.revision + 1, last, b"", before.count)
        return entry.stream

    def turn(
        self,
        key: Key,
        given: Callable[[Streams], None],
        crash: Crash = Crash.NEVER,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        site = self.sites[key]
        if site.streams is None:
            return
        try:
            given(site.streams)
        except LocalError:
            return
        outputs = site.streams.drain()
        if crash is Crash.BEFORE_COMMIT:
            self.stop(key)
            return
        committed()
        for output in outputs:
            self.commit(site, output)
        if crash is Crash.BEFORE_SEND:
            self.stop(key)
            return
        for output in outputs:
            self.perform(site, output)

    def commit(self, site: Site, output: StreamOutput) -> None:
        match output:
            case SaveStream(name, None):
                site.disk.pop(name, None)
            case SaveStream(name, bytes() as value):
                site.disk[name] = value
            case ControlWanted() | AgentWanted():
                self.order.append(output)
            case Consumed():
                self.check_consumed(output)
            case _:
                pass

    def perform(self, site: Site, output: StreamOutput) -> None:
        match output:
            case Transmit(target, frame):
                data = REGISTRY.encode(frame)
                self.bag.append(Parcel(site.key, site.incarnation, target, data))
            case Told():
                assert output.token not in self.told, "each command has one answer"
                self.told[output.token] = output
            case Line():
                self.lines.append(output)
            case GuestWanted(number, _):
                site.guest, site.guest_number = FakeGuest(SCRIPTS), number
                site.words = []
            case GuestTold(number, message):
                if site.guest is not None and number == site.guest_number:
                    site.words += site.guest.hear(message)
            case GuestUnwanted():
                site.guest = None
            case _:
                pass

    # --- inputs -----------------------------------------------------------------------------------

    def ask(self, key: Key, begin: Callable[[Any, int], None], crash: Crash = Crash.NEVER) -> int:
        """A command of the site itself; its token."""
        self.token += 1
        token = self.token

        def give(streams: Streams) -> None:
            streams.at(self.now)
            begin(streams.shells, token)
            streams.do(self.now)

        self.turn(key, give, crash)
        return token

    def append(self, key: Key, name: str, payload: bytes, crash: Crash = Crash.NEVER) -> None:
        self.token += 1
        token = self.token

        def say(streams: Streams) -> None:
            streams.at(self.now)
            streams.shells.append(token, "", name, payload)
            streams.do(self.now)

        self.turn(key, say, crash, committed=lambda: self.said.append((name, payload)))

    def deliver(self, index: int, *, keep: bool = False, crash: Crash = Crash.NEVER) -> None:
        parcel = self.bag[index] if keep else self.bag.pop(index)
        frame = REGISTRY.decode(parcel.data)
        assert frame is not None
        self.turn(
            parcel.target,
            lambda streams: streams.receive(parcel.sender, parcel.incarnation, frame, self.now),
            crash,
        )

    def apply_one(self, key: Key, crash: Crash = Crash.NEVER) -> None:
        site = self.sites[key]
        if site.streams is None or site.applied >= len(self.order):
            return
        homes: dict[str, ControlWanted] = {}
        for earlier in self.order[: site.applied]:
            if isinstance(earlier, ControlWanted):
                self.reduce_home(homes, earlier)
        entry = self.order[site.applied]
        rosters = dict(site.rosters)
        named = self.reduce(rosters, entry)
        moved = isinstance(entry, ControlWanted) and self.reduce_home(homes, entry)

        def apply(streams: Streams) -> None:
            if isinstance(entry, ControlWanted):
                if moved and entry.what == "destroyed":
                    streams.ended(entry.stream, self.now)
                elif moved:
                    streams.homed(entry.stream, entry.home, entry.epoch, self.now)
            elif named is not None:
                streams.staffed(named, rosters[named], self.now)

        def committed() -> None:
            site.applied += 1
            site.rosters = rosters

        self.turn(key, apply, crash, committed)

    def hear_guest(self, key: Key, crash: Crash = Crash.NEVER) -> None:
        site = self.sites[key]
        if site.words and site.streams is not None:
            word, number = site.words.pop(0), site.guest_number
            self.turn(key, lambda streams: streams.guest_spoke(number, word, self.now), crash)

    def kill_guest(self, key: Key) -> None:
        site = self.sites[key]
        if site.guest is not None:
            number, site.guest, site.words = site.guest_number, None, []
            self.turn(key, lambda streams: streams.guest_ended(number, "killed", self.now))

    def beat(self, sender: Key, hearer: Key) -> None:
        source = self.sites[sender].streams
        if source is not None and sender != hearer:
            ks = source.beat()
            self.turn(hearer, lambda streams: streams.heard(sender, ks, self.now))

    def tick(self, key: Key, crash: Crash = Crash.NEVER) -> None:
        self.turn(key, lambda streams: streams.tick(self.now), crash)

    def install(self, members: tuple[Key, ...]) -> None:
        """A view; those left out don't hear of it and are gone with their disks' say."""
        self.view += 1
        self.members = members
        places = {other: place for place, other in enumerate(self.sites, start=1)}
        for key in members:
            self.turn(
                key,
                lambda streams: streams.view_installed(members, members[0], self.view, places),
            )

    def settle(self, seconds: float = 5.0) -> None:
        """Everything arrives, everybody answers, time passes, until nothing is under way."""
        for round_ in range(int(seconds * 4)):
            if round_ > 3 and self.quiet():
                return
            for key in self.members:
                if self.sites[key].streams is None:
                    self.start(key)
                self.apply_all(key)
                for other in self.members:
                    self.beat(other, key)
                self.tick(key)
            self.exchange()
            self.now = Micros(self.now + SECOND // 4)

    def apply_all(self, key: Key) -> None:
        while self.sites[key].streams is not None and self.sites[key].applied < len(self.order):
            self.apply_one(key)

    def exchange(self) -> None:
        """All frames and all words of guests."""
        budget = 20_000
        while self.bag or any(self.sites[key].words for key in self.members):
            budget -= 1
            assert budget, "frames beget frames without end"
            if self.bag:
                self.deliver(0)
            for key in self.members:
                self.hear_guest(key)
                self.apply_all(key)

    def quiet(self) -> bool:
        """Whether nothing is under way."""
        return (
            not self.bag
            and not self.leftovers()
            and all(self.sites[key].streams is not None for key in self.members)
            and all(self.sites[key].applied == len(self.order) for key in self.members)
            and all(len(self.where(entry.stream)) == 1 for entry in self.order)
        )

    # --- what must hold ---------------------------------------------------------------------------

    def check_consumed(self, output: Consumed) -> None:
        """Every flow of a stream or a site is consumed as 1, 2, 3 ..., each once."""
        flow = (output.stream, output.sender, output.source, output.incarnation)
        earlier = [
            one.number
            for one in self.consumed
            if (one.stream, one.sender, one.source, one.incarnation) == flow
        ]
        assert output.number == len(earlier) + 1, "FIFO without gap, each exactly once"
        self.consumed.append(output)

    def payloads(self, name: str) -> list[bytes]:
        return [one.payload for one in self.consumed if one.stream == name]

    def leftovers(self) -> list[str]:
        """Messages that are still kept somewhere."""
        return [
            field_name
            for key in self.members
            for field_name in self.sites[key].disk
            if field_name.startswith((OUT_PREFIX, KEPT_PREFIX))
        ]

    def where(self, name: str) -> set[object]:
        running = [self.sites[key].streams for key in self.members]
        return {streams.home_of(name) for streams in running if streams is not None}
