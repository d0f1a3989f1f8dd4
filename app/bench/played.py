"""A scene played by whole simulated sites under one policy, and how long people waited.

The sites are the real ones, with journal records, links, signatures and the simulator's checkers;
only clock, network and disk are made up, so the figures hold no processing time but the simulator's
50 microseconds a turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean

from app.bench.scene import Saying, Scene
from app.core.errors import KnownError
from app.core.ids import EntryId
from app.core.instant import MILLI, SECOND, Micros
from app.node.api import Answered, Denied, Done, EntriesOrdered, Event, Issue
from app.rooms.json_form import body_from_json
from app.sim.plan import Plan
from app.sim.site import SimSite
from app.sim.whole import MODEL
from app.sim.world import World

SETTLE_MICROS = 10 * SECOND
"""After everybody is in: round trips are measured before the first word."""
REST_MICROS = 30 * SECOND
"""After the last word, for what is still under way."""
MOVE_PRICE_MS = 500.0
"""What a move counts for in the cost, in waits of one entry (`Tuning.price`)."""
STEPS_MAX = 50_000_000
LINE = body_from_json("chat", {"text": "x" * 30})
PEN = {"tool": "pen", "ink": "ink:ink", "width": 2, "x": 0, "y": 0}
DRAWN = [[0, 0], [1, 1]]


@dataclass(frozen=True, slots=True)
class Played:
    """Mean waits in ms until the own entry is back in order; `cost_ms` weighs moves, too."""

    talker_ms: float
    lurker_ms: float
    cost_ms: float
    moves: int
    entries: int
    lost: int


class _Audience:
    """Notes when each entry is said and when each site shows it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.said: dict[int, tuple[Micros, Saying]] = {}
        self.ids: dict[EntryId, int] = {}
        self.shown: dict[EntryId, dict[int, Micros]] = {}
        self.strokes: dict[int, EntryId] = {}
        world.answered.append(self._answered)
        world.saw.append(self._saw)

    def _answered(self, _site: SimSite, command: Answered, event: Done | Denied) -> None:
        if command.token not in self.said:
            return
        if isinstance(event, Denied) or not isinstance(event.value, tuple):
            text = f"A simulated site refuses to speak: {event}"
            raise KnownError(text)
        (entry,) = event.value
        self.ids[entry] = command.token
        saying = self.said[command.token][1]
        if saying.words == "begin":
            self.strokes[saying.author] = entry

    def _saw(self, site: SimSite, event: Event) -> None:
        if isinstance(event, EntriesOrdered):
            for entry in event.entries:
                at = self.shown.setdefault(entry.placed.entry.id, {})
                at.setdefault(site.index, self._world.now)

    def words(self, saying: Saying) -> tuple[str, bytes]:
        """(kind, body) of what is said."""
        stroke = self.strokes.get(saying.author)
        if saying.words == "begin":
            op: dict[str, object] = {"op": "begin", **PEN}
        elif saying.words == "end" and stroke is not None:
            op = {"op": "end", "id": f"{stroke}.0", "points": DRAWN}
        else:
            return "chat", LINE
        return "board", body_from_json("board", {"board": "main", "ops": [op]})


def play(scene: Scene, policy: str, seed: int) -> Played:
    """Play a scene to its end.

    Raises:
        KnownError: a site refused an entry.
        Violation: a promise of the order was broken.
    """
    plan = Plan(sites=scene.sites, policy=policy, join_ms=50.0, jitter_ms=0.5, delay_ms=1.0)
    world = World(seed, plan, MODEL)
    world.steps_max = STEPS_MAX
    audience = _Audience(world)
    ready: dict[int, None] = {}
    moves_before = [0]

    def begin() -> None:
        moves_before[0] = world.watch.counts()["moves"]
        for saying in scene.sayings:
            world.later(int(saying.at_ms * MILLI), "say", _speaker(world, audience, saying))
        last = int(scene.sayings[-1].at_ms * MILLI)
        world.later(last + REST_MICROS, "end", lambda: setattr(world, "done", True))

    def gather(site: SimSite) -> None:
        ready[site.index] = None
        if len(ready) == scene.sites:
            for pair, way in scene.ways.items():
                micros = int(way.one_way_ms * MILLI)
                world.network.lay(pair, micros, way.loss, way.jitter_ms * MILLI)
            for index, rate in scene.uplinks.items():
                world.network.throttle(index, rate)
            world.later(SETTLE_MICROS, "begin", begin)

    world.became_ready.append(gather)
    world.run()
    return _figures(scene, audience, world.watch.counts()["moves"] - moves_before[0])


def _speaker(world: World, audience: _Audience, saying: Saying) -> Callable[[], None]:
    def speak() -> None:
        token = world.token()
        audience.said[token] = (world.now, saying)
        issue = Issue(token, (audience.words(saying),), world.now // MILLI)
        world.command(world.sites[saying.author], issue)

    return speak


def _figures(scene: Scene, audience: _Audience, moves: int) -> Played:
    own: dict[bool, list[float]] = {True: [], False: []}
    costs: list[float] = []
    lost = 0
    others = scene.sites - 1
    for entry, token in audience.ids.items():
        said, saying = audience.said[token]
        at = audience.shown.get(entry, {})
        if len(at) < scene.sites:
            lost += 1
            continue
        waits = {site: (shown - said) / MILLI for site, shown in at.items()}
        mine = waits.pop(saying.author)
        own[saying.talks].append(mine)
        costs.append((mine + sum(waits.values()) / others) / 2)
    lost += len(audience.said) - len(audience.ids)
    return Played(
        talker_ms=fmean(own[True]),
        lurker_ms=fmean(own[False]) if own[False] else 0.0,
        cost_ms=fmean(costs) + MOVE_PRICE_MS * moves / len(costs),
        moves=moves,
        entries=len(audience.said),
        lost=lost,
    )
