"""A member that lies: frames that are well-formed and say anything.

Frames of a real session are taken apart, some of their values are replaced by others that the
schema allows or just doesn't, and given to a site as if a member had sent them. The site may
believe some of it (a member can always do what a member may do), but it must never fail.

    python -m tests.fuzz.frames --count 100000
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import traceback
from dataclasses import replace
from typing import Any

import pytest

from app.core.codec import decode, encode
from app.core.errors import RemoteError
from app.core.ids import Key, site_of
from app.crypto.hello import session_tag
from app.crypto.keys import Identity, verify
from app.dispatcher.epochs import epoch_of
from app.dispatcher.messages import (
    Accepted,
    Chunk,
    Collect,
    Elsewhere,
    Fetch,
    HandOver,
    Install,
    Ordered,
    Permit,
    Promise,
    Submit,
    Wish,
)
from app.dispatcher.placing import skip_known, unplace
from app.dispatcher.signing import hand_over_bytes, head_bytes, permit_bytes
from app.node.api import AdmitSite, CancelAsk, LeaveSession, MakeInvite, MoveDispatcher, SetPolicy
from app.node.contract import Sighted, TimerFired
from app.node.frames import AboutWanted, AskGone, AskIn
from app.node.wiring import REGISTRY, Wiring
from tests.unit.node.support.strangers import Looker, Stranger, asks, visible
from tests.unit.node.support.world import Site, World

STRANGE_INTS = (0, 1, 2, 3, 5, 64, 127, 255, 1_000, 2**31, 2**53, 2**63 - 1)


def frames_of_a_session() -> list[bytes]:
    """Encoded frames of every kind that a lively session sends."""
    kept: dict[type, dict[bytes, None]] = collections.defaultdict(dict)
    real = Wiring._encode

    def spy(self: Wiring, frame: object) -> bytes:
        data = real(self, frame)
        if len(kept[type(frame)]) < 60:
            kept[type(frame)][data] = None
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wiring, "_encode", spy)
        play(World())
    return [data for group in kept.values() for data in group]


def play(world: World) -> tuple[Site, Site, Site]:
    """Three people, all of what a session does but its end, and strangers who look and ask."""
    ann, ben, cem = visible(world, "Ann", "Ben", "Cem")
    asks(world, ann, "Eve")[0].do(CancelAsk)
    asker, _ = asks(world, ben, "Zoe")
    cem.do(lambda token: AdmitSite(token, site_of(asker.key)))
    asks(world, ben, "Bob")
    Looker(world).turn(Sighted(b"", cem.texts))
    for number in range(12):
        (ann, ben, cem)[number % 3].say(f"line {number}")
        world.run(0.02)
    world.run(1)
    target = cem.status.site
    ben.do(lambda token: MoveDispatcher(token, target))
    world.run(1)
    ben.do(lambda token: SetPolicy(token, "fixed"))
    cem.do(MakeInvite)
    world.run(1)
    cem.say("on")
    guest = world.joined(ann.invite, "Dan")
    guest.say("hi")
    world.run(1)
    guest.do(LeaveSession)
    world.run(4)
    return ann, ben, cem


class Liar:
    """A site in a session, and what a member could tell it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seeds = frames_of_a_session()
        self.counts: collections.Counter[str] = collections.Counter()
        self.begin()

    def begin(self) -> None:
        """A fresh session."""
        self.world = World()
        sites = list(play(self.world))
        self.victim = sites.pop(self.rng.randrange(3))
        self.liars = [site.machine.here.identity for site in sites]
        session = self.victim.machine.session
        assert session is not None
        self.session = session
        self.stranger = Stranger(self.world)
        self.stranger.call(self.victim)
        keys = [session.own, *[liar.key for liar in self.liars]]
        self.places = [session.disk.log.chain, session.field.session, bytes(32), *keys]

    def frame(self) -> Any | None:
        """A frame that somebody made up, None if the schema refuses it."""
        plain = decode(self.rng.choice(self.seeds))
        for _ in range(self.rng.randrange(4)):
            self._twist(plain)
        try:
            return REGISTRY.decode(encode(plain))
        except (RemoteError, OverflowError):
            return None

    def _twist(self, plain: list[Any]) -> None:
        """Replace one value somewhere within."""
        rng = self.rng
        here = plain
        first = 1
        while True:
            if len(here) <= first:
                return
            place = rng.randrange(first, len(here))
            first = 0
            if not isinstance(here[place], list) or rng.random() < 0.1:
                break
            here = here[place]
        here[place] = self._other(here[place])

    def _other(self, value: Any) -> Any:
        rng = self.rng
        match value:
            case bool():
                return not value
            case int():
                near = max(0, value + rng.randrange(-2, 3))
                return rng.choice((near, near, rng.choice(STRANGE_INTS)))
            case bytes():
                if len(value) == 32 and rng.random() < 0.7:
                    return rng.choice(self.places)
                return rng.choice((b"", rng.randbytes(len(value)), value[:-1]))
            case str():
                return rng.choice(("", "x" * 64, value + "!", "a\nb"))
            case list():
                return rng.choice(([], value[:1], value + value))
            case _:
                pass
        return rng.choice((None, 0, b"", []))

    def lie(self) -> None:
        """One frame to the victim from another member, and a turn."""
        frame = self.frame()
        if frame is None:
            self.counts["not a frame"] += 1
            return
        liar = self.rng.choice(self.liars)
        frame = self._timely(frame)
        try:
            if isinstance(frame, (AboutWanted, AskIn, AskGone)):
                self._ask(frame, self.rng.choice((liar.key, self.stranger.key)))
            else:
                self.session.peers.receive(liar.key, 1, self._signed(frame, liar), self.world.now)
            self.counts["taken"] += 1
        except RemoteError:
            self.counts["refused"] += 1
        self.victim.turn(TimerFired())

    def _ask(self, frame: AboutWanted | AskIn | AskGone, key: Key) -> None:
        """What a stranger says counts by its channel."""
        channel = self.session.wiring.channels.table.channel(key)
        if channel is None:
            return
        if isinstance(frame, AskIn):
            tag = session_tag(self.session.field.session)
            frame = replace(frame, mark=channel.hash, tag=self.rng.choice((b"", tag, frame.tag)))
        self.session.asked.receive(channel, frame, self.world.now)

    def _timely(self, frame: Any) -> Any:
        """Mostly about the present view, move and end of the log: the past is ignored anyway."""
        if self.rng.random() < 0.2:
            return frame
        disk = self.session.disk
        length, chain = disk.log.length, disk.log.chain
        match frame:
            case HandOver():
                return replace(
                    frame,
                    view=disk.cur,
                    k=disk.kmax + 1,
                    target=self.session.own,
                    index=length,
                    chain=chain,
                )
            case Ordered():
                return replace(frame, view=disk.cur, first=length + 1, chain_before=chain)
            case Permit():
                return replace(frame, view=disk.cur, k=disk.kmax + 1)
            case Submit() | Wish() | Elsewhere():
                return replace(frame, view=disk.cur)
            case Collect() | Promise() | Install() | Accepted():
                return replace(frame, number=disk.prim_number)
            case Chunk() | Fetch():
                return replace(frame, after=length, after_chain=chain)
            case _:
                return frame

    def _signed(self, frame: Any, liar: Identity) -> Any:
        """What a member signs itself holds: such lies get further."""
        session = self.session.field.session
        match frame:
            case HandOver():
                return replace(frame, signature=liar.sign(hand_over_bytes(session, frame)))
            case Permit():
                data = permit_bytes(session, frame.view, frame.k, frame.target)
                return replace(frame, signature=liar.sign(data))
            case Ordered():
                last = frame.first + len(frame.stamps) - 1
                data = head_bytes(session, frame.view, frame.k, last, self._chain(frame))
                return replace(frame, signature=liar.sign(data))
            case _:
                return frame

    def _chain(self, frame: Ordered) -> bytes:
        """The chain after what an `Ordered` brings to the victim, if that makes sense."""
        log = self.session.disk.log
        try:
            stamps, runs = skip_known(log, frame.first, frame.stamps, frame.runs)
            epoch = epoch_of(frame.view, frame.k)
            placed = unplace(log, epoch, stamps, runs, self.session.field.session, verify)
        except RemoteError:
            return bytes(32)
        return placed[-1].chain if placed else bytes(32)


def lie(count: int, seed: int, *, fresh_every: int = 500) -> tuple[Liar, dict[str, int]]:
    """Tell `count` lies; (who told them, failures by where they were)."""
    liar = Liar(seed)
    failures: collections.Counter[str] = collections.Counter()
    for number in range(count):
        try:
            liar.lie()
            if number % 20 == 0:
                liar.world.run(0.1)
        except Exception as error:  # noqa: BLE001 - what it is, is the finding
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = last.filename.rpartition("/app/")[2]
            failures[f"{place}:{last.lineno} {type(error).__name__}: {error}"[:140]] += 1
            liar.begin()
        if number % fresh_every == fresh_every - 1:
            liar.begin()
    return liar, dict(failures)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    liar, failures = lie(wanted.count, wanted.seed)
    for what, count in [*sorted(liar.counts.items()), *sorted(failures.items())]:
        sys.stdout.write(f"{count:>8} {what}\n")


if __name__ == "__main__":
    main()
