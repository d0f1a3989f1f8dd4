"""People who share programs: they offer, join, act, restart and end, with toy guests as copies.

A copy lives as long as its site's process. At the end, when all is calm, the copies of a share must
stand at the same step with the same state.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from app.core.instant import MILLI
from app.core.rng import Rng
from app.node.api import (
    Answered,
    Denied,
    Done,
    EndShare,
    JoinShare,
    OfferShare,
    RestartShare,
    SetFloor,
)
from app.node.contract import GuestOutput, GuestSpoke, StartGuest, StopGuest, TellGuest
from app.sim.site import SimSite, State
from app.sim.toys import Sameness, Toy
from app.sim.world import World
from app.tkshare.model.bodies import FLOORS, Offer
from app.tkshare.model.manifest import ProgramFile, encode_listing, hash_of

JOIN_MS = 1_500
HELLO_MS = 30
END_CHANCE = 0.15
RESTART_CHANCE = 0.2

Guest = tuple[int, int, int]
"""Site, its boot, the guest's number there."""


class Programs:
    """All shared programs of one world."""

    def __init__(self, world: World, rng: Rng) -> None:
        self._world = world
        self._rng = rng
        self.sameness = Sameness()
        self.toys: dict[Guest, Toy] = {}
        self._shares: list[str] = []
        if not world.plan.shares:
            return
        world.guests.append(self._output)
        world.answered.append(self._answered)
        world.unfinished.append(self._unfinished)
        for place in range(world.plan.shares):
            part = rng.fork(f"offer {place}")
            at = int(part.uniform(0, world.plan.safety_ms // 3) * MILLI)
            world.later(at, "offer", partial(self._offer, part))

    # --- people -----------------------------------------------------------------------------------

    def _ready(self) -> list[SimSite]:
        return [site for site in self._world.sites if site.ready and site.state is State.UP]

    def _offer(self, rng: Rng) -> None:
        ready = self._ready()
        if not ready or self._world.calm:
            return
        site = rng.choice(ready)
        program = rng.bytes(rng.between(1, 200_000))
        listing = encode_listing([ProgramFile("toy.py", len(program), hash_of(program))])
        site.blobs.put(program)
        offer = Offer(
            title="toy",
            kind="file",
            entry="toy.py",
            arguments=(),
            toolkit="tk",
            files=1,
            size=len(program),
            listing=hash_of(listing),
            listing_size=len(listing),
            versions=(),
            seed=rng.below(2**32),
            floor=rng.choice((*["free"] * 4, *FLOORS)),
        )
        self._world.command(site, OfferShare(self._world.token(), offer, listing))

    def _answered(self, site: SimSite, command: Answered, event: Done | Denied) -> None:
        if not isinstance(command, OfferShare) or not isinstance(event, Done):
            return
        share = str(event.value)
        self._shares.append(share)
        rng = self._rng.fork(f"share {share}")
        for other in self._world.sites:
            if other is not site:
                at = int(rng.uniform(0, JOIN_MS) * MILLI)
                self._world.later(at, "join", partial(self._join, other, share))
        span = self._world.plan.safety_ms
        if rng.chance(END_CHANCE):
            self._world.later(int(rng.uniform(0, span) * MILLI), "end", partial(self._end, share))
        if rng.chance(RESTART_CHANCE):
            at = int(rng.uniform(0, span) * MILLI)
            self._world.later(at, "restart", partial(self._restart, rng, share))

    def _join(self, site: SimSite, share: str) -> None:
        """Join, and come again after a while: the offer may not be ordered here yet, or a crash."""
        if self._world.calm:
            return
        if site.ready and site.state is State.UP and not self._has_copy(site, share):
            self._world.command(site, JoinShare(self._world.token(), share, consent=True))
        self._world.later(JOIN_MS * MILLI, "join", partial(self._join, site, share))

    def _has_copy(self, site: SimSite, share: str) -> bool:
        return any(
            key[:2] == (site.index, site.boots) and toy.share == share and toy.alive
            for key, toy in self.toys.items()
        )

    def _end(self, share: str) -> None:
        ready = self._ready()
        if ready and not self._world.calm:
            self._world.command(ready[0], EndShare(self._world.token(), share))

    def _restart(self, rng: Rng, share: str) -> None:
        ready = self._ready()
        if ready and not self._world.calm:
            site = rng.choice(ready)
            self._world.command(site, RestartShare(self._world.token(), share))
            self._world.command(site, SetFloor(self._world.token(), share, rng.choice(FLOORS)))

    # --- guests -----------------------------------------------------------------------------------

    def _output(self, site: SimSite, output: GuestOutput) -> None:
        match output:
            case StartGuest(guest, _, program) if program:
                self._start(site, guest, json.loads(program)["share"])
            case TellGuest(guest, message):
                toy = self.toys.get((site.index, site.boots, guest))
                if toy is not None and toy.alive:
                    toy.told(message)
                    self._replay_later(site, guest, toy)
            case StopGuest(guest):
                toy = self.toys.get((site.index, site.boots, guest))
                if toy is not None:
                    toy.alive = False
            case _:
                pass

    def _start(self, site: SimSite, guest: int, share: str) -> None:
        boot = site.boots
        rng = self._rng.fork(f"toy {site.index} {boot} {guest}")

        def say(frame: list[Any]) -> None:
            if site.boots == boot and site.machine is not None:
                message = json.dumps(frame).encode()
                self._world.give_later(site, GuestSpoke(guest, message), MILLI)

        def place(index: int) -> bytes:
            log = self._world.watch.facts.ledgers[site.index].log
            return log[index - 1].chain if index <= len(log) else b"gone"

        toy = Toy(site.name, share, self.sameness, say, place)
        self.toys[site.index, boot, guest] = toy

        def greet() -> None:
            if toy.alive:
                say(["hello", "tk", {"tk": "8.6.13"}, "tk", [], "00"])

        self._world.later(int(rng.uniform(1, HELLO_MS) * MILLI), "hello", greet)
        self._act_later(site, boot, toy, rng)

    def _act_later(self, site: SimSite, boot: int, toy: Toy, rng: Rng) -> None:
        def act() -> None:
            if self._world.calm or site.boots != boot or not toy.alive:
                return
            if site.state is State.UP and toy.went:
                toy.act(rng, self._world.now // MILLI)
            self._act_later(site, boot, toy, rng)

        pause = rng.exponential(self._world.plan.act_ms * MILLI)
        self._world.later(int(pause) + MILLI, f"act {site.name}", act)

    def _replay_later(self, site: SimSite, guest: int, toy: Toy) -> None:
        """One frame after another: a frame that takes long delays those behind it."""
        if len(toy.waiting) > 1:
            return
        boot = site.boots

        def replay() -> None:
            if site.boots != boot or not toy.alive:
                return
            toy.replay()
            if toy.waiting:
                self._world.later(self._pause(), f"replay {site.name}", replay)

        self._world.later(self._pause(), f"replay {site.name}", replay)

    def _pause(self) -> int:
        return int(self._rng.uniform(0.1, self._world.plan.replay_ms) * MILLI)

    # --- the end ----------------------------------------------------------------------------------

    def _living(self) -> list[Toy]:
        boots = {site.index: site.boots for site in self._world.sites if site.machine is not None}
        return [
            toy
            for (index, boot, _), toy in self.toys.items()
            if toy.alive and boots.get(index) == boot
        ]

    def _unfinished(self) -> str | None:
        ends: dict[str, tuple[int, str, str]] = {}
        for toy in self._living():
            if toy.waiting:
                return f"the copy of {toy.who} has not replayed everything"
            end = (toy.applied, toy.state, toy.who)
            other = ends.setdefault(toy.share, end)
            if other[:2] != end[:2]:
                return f"the copies of {other[2]} and {toy.who} stand at different places"
        return None
