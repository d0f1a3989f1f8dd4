"""People: they talk, in bursts and all at once, move the dispatcher, invite, leave, close.

What they say is checked where it counts: the ids that `Issue` answers with must be on the author's
disk with the very content that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable

from app.core.instant import MILLI
from app.core.rng import Rng
from app.node.api import (
    Answered,
    CloseSession,
    Denied,
    Done,
    Issue,
    LeaveSession,
    MakeInvite,
    MoveDispatcher,
    RegisterAgent,
    SetPolicy,
    StreamAppend,
    StreamCreate,
    StreamDestroy,
    StreamMove,
    UnregisterAgent,
)
from app.sim.faults import SPLIT_AT, SPLIT_LEAD_MS
from app.sim.plan import POLICIES
from app.sim.sayings import Sayings
from app.sim.site import SimSite, State
from app.sim.violation import Violation
from app.sim.world import World

BURST_ENTRIES_MAX = 40
REOPEN_MS = 3_000


class People:
    """Everybody at their machines, by one plan."""

    def __init__(self, world: World, rng: Rng) -> None:
        self._world = world
        self._rng = rng
        self._talk = [rng.fork(f"talk {site.index}") for site in world.sites]
        plan = world.plan
        self._sayings = Sayings(plan)
        self._schedule(rng.fork("moves"), plan.moves, "move", self._move)
        self._schedule(rng.fork("storms"), plan.storms, "storm", self._storm)
        self._schedule(rng.fork("policies"), plan.policy_changes, "policy", self._change_policy)
        self._schedule(rng.fork("invites"), plan.invites, "invite", self._invite)
        self._schedule(rng.fork("leaves"), plan.leaves, "leave", self._leave)
        self._schedule(rng.fork("closings"), plan.closings, "close", self._close)
        self._streams: list[str] = []
        if plan.streams:
            early = plan.safety_ms // 3
            self._schedule(rng.fork("streams"), plan.streams, "stream", self._create_stream, early)
            self._schedule(rng.fork("appends"), plan.appends, "append", self._append)
            self._schedule(rng.fork("sails"), plan.stream_moves, "sail", self._move_stream)
            self._schedule(rng.fork("agents"), plan.agents, "agent", self._change_agents)
            self._schedule(rng.fork("control"), plan.controllers, "control", self._change_control)
            self._schedule(rng.fork("endings"), plan.endings, "end", self._end_stream)
        if plan.split_ms and plan.sites > 2:
            lead_micros = (plan.safety_ms // SPLIT_AT - SPLIT_LEAD_MS) * MILLI
            world.later(max(0, lead_micros), "split move", lambda: self._move_to(plan.sites - 2))
        world.became_ready.append(self._sit_down)
        world.answered.append(self._check_answer)

    def _schedule(
        self,
        rng: Rng,
        count: int,
        name: str,
        act: Callable[[Rng], None],
        within_ms: int | None = None,
    ) -> None:
        world = self._world
        span = world.plan.safety_ms if within_ms is None else within_ms
        for place in range(count):
            part = rng.fork(str(place))

            def happen(part: Rng = part) -> None:
                if not world.calm:
                    act(part)

            world.later(int(part.uniform(0, span) * MILLI), name, happen)

    def _ready(self) -> list[SimSite]:
        return [site for site in self._world.sites if site.ready and site.state is State.UP]

    # --- talk -------------------------------------------------------------------------------------

    def _sit_down(self, site: SimSite) -> None:
        boot = site.boots
        rng = self._talk[site.index]
        pause = self._world.plan.talk_ms * rng.uniform(0.3, 3.0) * MILLI

        def speak() -> None:
            if self._world.calm or site.boots != boot or not site.ready:
                return
            if site.state is State.UP:
                self._say(site, rng)
            self._world.later(int(rng.exponential(pause)), f"talk {site.name}", speak)

        self._world.later(int(rng.exponential(pause)), f"talk {site.name}", speak)

    def _say(self, site: SimSite, rng: Rng) -> None:
        plan = self._world.plan
        count = rng.between(2, BURST_ENTRIES_MAX) if rng.chance(plan.burst_talk) else 1
        entries = tuple([self._sayings.draw(rng, site.name) for _ in range(count)])
        wall_ms = self._world.now // MILLI + site.index * 1_000
        self._command(site, Issue(self._world.token(), entries, wall_ms))

    def _check_answer(self, site: SimSite, command: Answered, event: Done | Denied) -> None:
        if not isinstance(command, Issue) or not isinstance(event, Done):
            return
        watch = self._world.watch
        ids = event.value if isinstance(event.value, tuple) else ()
        if len(ids) != len(command.entries):
            raise Violation("answers", f"{site.name} gives {len(ids)} ids to {command}")
        watch.acknowledged(site.index, ids)
        for entry_id, (kind, body) in zip(ids, command.entries, strict=True):
            entry = watch.entry(site.index, entry_id)
            if entry is None or (entry.kind, entry.body) != (kind, body):
                raise Violation("answers", f"{entry_id} of {site.name} is not what was said")
            self._sayings.remember(entry_id)

    # --- wishes -----------------------------------------------------------------------------------

    def _command(self, site: SimSite, command: Answered) -> None:
        self._world.note(site, "wish", type(command).__name__)
        self._world.command(site, command)

    def _move(self, rng: Rng) -> None:
        ready = self._ready()
        if ready:
            self._wish_move(rng.choice(ready), rng.choice(ready))

    def _wish_move(self, by: SimSite, to: SimSite) -> None:
        self._command(by, MoveDispatcher(self._world.token(), self._world.watch.id_of(to.index)))

    def _move_to(self, target: int) -> None:
        """Somebody wants the dispatcher at this site, if both are there."""
        ready = self._ready()
        to = self._world.sites[target]
        if to in ready:
            self._wish_move(ready[0], to)

    def _storm(self, rng: Rng) -> None:
        """Several people want the dispatcher at once, each somewhere else."""
        for site in self._ready():
            target = rng.choice(self._ready())
            self._wish_move(site, target)

    # --- streams ----------------------------------------------------------------------------------

    def _create_stream(self, rng: Rng) -> None:
        ready = self._ready()
        if ready:
            name = f"box {len(self._streams)}"
            self._streams.append(name)
            self._command(rng.choice(ready), StreamCreate(self._world.token(), "", name))

    def _append(self, rng: Rng) -> None:
        """Some messages in a row, to one stream, from one site."""
        ready = self._ready()
        if ready and self._streams:
            site, name = rng.choice(ready), rng.choice(self._streams)
            for _ in range(rng.between(1, 4)):
                payload = rng.bytes(rng.below(100))
                self._command(site, StreamAppend(self._world.token(), "", name, payload))

    def _move_stream(self, rng: Rng) -> None:
        """Sometimes two people want the same stream somewhere else at once."""
        ready = self._ready()
        if ready and self._streams:
            name = rng.choice(self._streams)
            for _ in range(rng.between(1, 2)):
                by, to = rng.choice(ready), rng.choice(ready)
                # Locations are given in the order of joining; where it has none yet it is refused.
                self._command(by, StreamMove(self._world.token(), "", name, to.index + 1))

    def _change_agents(self, rng: Rng) -> None:
        """An agent comes or goes, whatever is under way; relays lead to later streams only."""
        ready = self._ready()
        if not ready or not self._streams:
            return
        site, place = rng.choice(ready), rng.below(len(self._streams))
        name, later = self._streams[place], self._streams[place + 1 :]
        token = self._world.token()
        if rng.chance(0.3):
            self._command(site, UnregisterAgent(token, "", name, rng.between(1, 4)))
        elif later and rng.chance(0.6):
            argv = f"{rng.choice(later)} {rng.choice((0, 1, 3, 10))}"
            self._command(site, RegisterAgent(token, "", name, "relay@1", "", argv))
        else:
            argv = str(rng.choice((1, 2, 5)))
            self._command(site, RegisterAgent(token, "", name, "drifter@1", "", argv))

    def _end_stream(self, rng: Rng) -> None:
        """A stream is destroyed, or not, whatever is under way; perhaps another one begins."""
        ready = self._ready()
        if ready and self._streams:
            name = rng.choice(self._streams)
            self._world.watch.facts.ending[name] = None
            self._command(rng.choice(ready), StreamDestroy(self._world.token(), "", name))
            if rng.chance(0.5):
                self._create_stream(rng)

    def _change_control(self, rng: Rng) -> None:
        """Somebody lets dice decide about the session or a site, or has had enough of it."""
        ready = self._ready()
        if ready:
            site, stream = rng.choice(ready), rng.choice(("session", "site"))
            token = self._world.token()
            if rng.chance(0.3):
                self._command(site, UnregisterAgent(token, "", stream, rng.between(1, 2)))
            else:
                self._command(site, RegisterAgent(token, "", stream, "dice@1", "", "50"))

    # --- the session ------------------------------------------------------------------------------

    def _change_policy(self, rng: Rng) -> None:
        ready = self._ready()
        if ready:
            self._command(rng.choice(ready), SetPolicy(self._world.token(), rng.choice(POLICIES)))

    def _invite(self, rng: Rng) -> None:
        ready = self._ready()
        if ready:
            wall_ms = self._world.now // MILLI
            self._command(rng.choice(ready), MakeInvite(self._world.token(), wall_ms=wall_ms))

    def _leave(self, rng: Rng) -> None:
        ready = self._ready()
        if len(ready) > 1:
            self._command(rng.choice(ready), LeaveSession(self._world.token()))

    def _close(self, rng: Rng) -> None:
        ready = self._ready()
        if not ready:
            return
        site = rng.choice(ready)
        self._command(site, CloseSession(self._world.token()))
        boot = site.boots

        def reopen() -> None:
            if site.boots == boot and site.state is State.DOWN:
                self._world.start(site)

        self._world.later(int(rng.uniform(0, REOPEN_MS) * MILLI), f"reopen {site.name}", reopen)
