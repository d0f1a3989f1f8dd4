"""One seed, whole: plan, world, faults and people put together, and what came of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.core.rng import Rng
from app.sim import plan as plans
from app.sim.faults import Faults
from app.sim.liveness import Liveness
from app.sim.plan import Plan
from app.sim.programs import Programs
from app.sim.site import Model
from app.sim.violation import Violation
from app.sim.workload import People
from app.sim.world import Noted, World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; `checker` is "" if every promise held."""

    seed: int
    plan: Plan
    checker: str
    text: str
    steps: int
    micros: int
    digest: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether a checker objected."""
        return self.checker != ""


def plan_of(seed: int, overrides: Sequence[str] = ()) -> Plan:
    """What the seed draws, with some fields replaced.

    Raises:
        LocalError: an override is not `field=value`.
    """
    return plans.override(plans.draw(Rng(f"{seed}/plan"), seed), list(overrides))


def run(
    seed: int, plan: Plan, model: Model, noted: Callable[[World], Noted] | None = None
) -> Outcome:
    """Run one seed to its end or to the first broken promise."""
    world = World(seed, plan, model)
    if noted is not None:
        world.noted = noted(world)
    Faults(world, world.rng.fork("faults"))
    People(world, world.rng.fork("people"))
    programs = Programs(world, world.rng.fork("programs"))
    Liveness(world)
    checker = text = ""
    try:
        world.run()
    except Violation as violation:
        checker, text = violation.checker, violation.text
    except Exception:  # noqa: BLE001 - a machine that raises is what a run is there to find
        checker, text = "raised", traceback.format_exc()
    counts = {**world.counts(), "compared": programs.sameness.compared}
    return Outcome(seed, plan, checker, text, world.steps, world.now, world.digest, counts)
