"""Figure 5 of the paper: two streams that both move, one says, the other consumes, packets get lost.

Whole simulated sites; the sender says K messages and moves, whether they are consumed or not, the
receiver moves after every K that it consumed, both from site to site.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from app.bench.scene import equal_ways
from app.core.errors import KnownError
from app.core.instant import MILLI, SECOND, Micros
from app.node.api import (
    Answered,
    Denied,
    Done,
    Event,
    MessageConsumed,
    RegisterAgent,
    StreamAppend,
    StreamCreate,
)
from app.sim.plan import Plan
from app.sim.site import SimSite
from app.sim.whole import MODEL
from app.sim.world import World

SITES = 4
ONE_WAY_MS = 1.0
"""A local network, as in the paper."""
PATIENCE_MICROS = 600 * SECOND
REST_MICROS = 5 * SECOND
"""After the last message: long enough for a doubled one to show up."""
STEPS_MAX = 50_000_000
SENDER, RECEIVER = "sender", "receiver"


@dataclass(frozen=True, slots=True)
class Cell:
    """One setting: messages, moves that were made, and harm."""

    mean_ms: float
    sender_moves: int
    receiver_moves: int
    lost: int
    doubled: int
    reordered: int


class _Run:
    """Sets the scene, one command after the other, and counts."""

    def __init__(self, world: World, every: int, messages: int, loss: float) -> None:
        self._world = world
        self._messages = messages
        self._loss = loss
        self._ready: dict[int, None] = {}
        self.begun = self.ended = Micros(0)
        self.consumed: list[int] = []
        token = world.token
        self._to_do: list[Answered] = [
            StreamCreate(token(), "", RECEIVER),
            StreamCreate(token(), "", SENDER),
            RegisterAgent(token(), "", RECEIVER, "drifter@1", "", str(every)),
            RegisterAgent(token(), "", SENDER, "source@1", "", f"{RECEIVER} {every} {messages}"),
            StreamAppend(token(), "", SENDER, b"go"),
        ]
        world.became_ready.append(self._gather)
        world.answered.append(self._go_on)
        world.saw.append(self._saw)
        world.later(PATIENCE_MICROS, "end", self._end)

    def _end(self) -> None:
        self._world.done = True

    def _gather(self, site: SimSite) -> None:
        self._ready[site.index] = None
        if len(self._ready) < SITES:
            return
        for pair, way in equal_ways(SITES, ONE_WAY_MS, self._loss).items():
            micros = int(way.one_way_ms * MILLI)
            self._world.network.lay(pair, micros, way.loss, way.jitter_ms * MILLI)
        self._world.later(2 * SECOND, "begin", self._next)

    def _next(self) -> None:
        if self._to_do:
            self.begun = self._world.now
            self._world.command(self._world.sites[0], self._to_do.pop(0))

    def _go_on(self, _site: SimSite, command: Answered, event: Done | Denied) -> None:
        if isinstance(command, (StreamCreate, RegisterAgent)):
            if isinstance(event, Denied):
                raise KnownError(event.why)
            self._world.later(100 * MILLI, "next", self._next)

    def _saw(self, _site: SimSite, event: Event) -> None:
        if isinstance(event, MessageConsumed) and event.stream == RECEIVER:
            self.consumed.append(int(event.payload))
            self.ended = self._world.now
            if len(self.consumed) == self._messages:
                self._world.later(REST_MICROS, "rest", self._end)


def run_cell(every: int, loss: float, messages: int, seed: int) -> Cell:
    """Both ends move every so many messages.

    Raises:
        KnownError: a site refused.
        Violation: a promise of streams or of the order was broken.
    """
    plan = Plan(sites=SITES, policy="fixed", join_ms=50.0, jitter_ms=0.5, delay_ms=1.0)
    world = World(seed, plan, MODEL)
    world.steps_max = STEPS_MAX
    run = _Run(world, every, messages, loss)
    world.run()
    consumed = run.consumed
    once = dict.fromkeys(consumed)
    moves = world.watch.mailboxes.moves
    return Cell(
        mean_ms=(run.ended - run.begun) / MILLI / max(1, len(once)),
        sender_moves=moves(SENDER),
        receiver_moves=moves(RECEIVER),
        lost=messages - len(once),
        doubled=len(consumed) - len(once),
        reordered=sum(later < earlier for earlier, later in pairwise(consumed)),
    )
