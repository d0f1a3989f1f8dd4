"""The end of a run: healed and left alone, all must come to one end within a bound of virtual time.

Invariant 10. After the safety phase there are no more faults, everyone who crashed is started, and
the disks, then the sites themselves, are asked again and again until nothing is missing.
"""

from __future__ import annotations

from app.core import limits
from app.core.instant import MILLI
from app.node.api import Answered, Denied, Done, LeaveSession, ReadStatus, Status
from app.sim.checkers.ending import missing_in_statuses, missing_on_disks
from app.sim.site import SimSite, State
from app.sim.violation import Violation
from app.sim.world import World

ASK_AGAIN_MICROS = 250 * MILLI


class Liveness:
    """Heals one world and waits for its end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._statuses: dict[int, Status] = {}
        world.answered.append(self._take_status)
        world.later(world.plan.safety_ms * MILLI, "heal", self._heal)

    def _heal(self) -> None:
        world = self._world
        world.calm = True
        world.network.heal()
        world.note(None, "heal", "no more faults, no more talk")
        for site in world.sites:
            site.aim = None
            site.disk.full = False
            if site.state is State.PAUSED:
                world.wake(site)
            if site.state is State.DOWN:
                world.start(site)
        world.later(ASK_AGAIN_MICROS, "ask", self._ask_disks)

    def _here(self) -> list[SimSite]:
        return [site for site in self._world.sites if site.state is not State.LEFT]

    def _ask_disks(self) -> None:
        world = self._world
        missing = next(
            (f"{site.name} is not ready" for site in self._here() if not site.ready), None
        )
        if missing is None:
            missing = missing_on_disks(
                world.watch.facts,
                [site.index for site in self._here()],
                world.watch.authors.said.values(),
            )
        if missing is None:
            missing = world.watch.mailboxes.missing([site.index for site in self._here()])
        for unfinished in world.unfinished:
            missing = missing or unfinished()
        if missing is not None:
            self._go_on(missing)
            return
        self._statuses = {}
        for site in self._here():
            world.command(site, ReadStatus(world.token()))
        world.later(ASK_AGAIN_MICROS, "ask", self._ask_sites)

    def _take_status(self, site: SimSite, command: Answered, answer: Done | Denied) -> None:
        del command
        if isinstance(answer, Done) and isinstance(answer.value, Status):
            self._statuses[site.index] = answer.value

    def _ask_sites(self) -> None:
        missing = missing_in_statuses(self._world.watch.facts, self._statuses)
        if missing is None and len(self._statuses) < len(self._here()):
            missing = "somebody does not say how it is"
        # The last member can't leave, only close.
        waiting = [
            type(command).__name__
            for command in self._world.waiting()
            if len(self._here()) > 1 or not isinstance(command, LeaveSession)
        ]
        if missing is None and waiting:
            missing = f"no answer to {waiting[0]}"
        if missing is None:
            self._world.done = True
        else:
            self._go_on(missing)

    def _go_on(self, missing: str) -> None:
        world = self._world
        if world.now > world.plan.safety_ms * MILLI + limits.SIM_CONVERGE_MICROS:
            raise Violation("one end", missing)
        world.later(ASK_AGAIN_MICROS, "ask", self._ask_disks)
