"""From a failing plan to the smallest plan that still fails in the same way.

Each fault and each count is tried at nothing, then sites and time are cut down; what still breaks
the same promise is kept. Every concern draws from its own generator, so leaving one out leaves the
others as they were. Reruns the seed some dozens of times.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from app.sim.plan import Plan, override
from app.sim.run import Outcome

RUNS_MAX = 120
"""Reruns for one shrink: a minute or so."""


def shrink(outcome: Outcome, rerun: Callable[[Plan], Outcome]) -> Outcome:
    """The smallest failing outcome found; `outcome` itself if nothing can be left out."""
    best = outcome
    runs = 0
    progress = True
    while progress and runs < RUNS_MAX:
        progress = False
        for candidate in _candidates(best.plan):
            runs += 1
            tried = rerun(candidate)
            if tried.checker == outcome.checker:
                best = tried
                progress = True
                break
            if runs >= RUNS_MAX:
                break
    return best


def _candidates(plan: Plan) -> list[Plan]:
    quiet = Plan()
    kept = ("sites", "safety_ms", "null_crypto", "delay_ms", "talk_ms", "join_ms", "policy")
    found: list[Plan] = []
    if plan.sites > 1:
        found.append(dataclasses.replace(plan, sites=plan.sites - 1))
    if plan.safety_ms > 500:
        found.append(dataclasses.replace(plan, safety_ms=plan.safety_ms * 2 // 3))
    for field in dataclasses.fields(plan):
        value = getattr(plan, field.name)
        if field.name in kept or not value or isinstance(value, str):
            continue
        found.append(override(plan, [f"{field.name}=0"]))
        if isinstance(value, int) and value > 1:
            found.append(override(plan, [f"{field.name}={value // 2}"]))
    if plan.talk_ms < 4 * quiet.talk_ms:
        found.append(dataclasses.replace(plan, talk_ms=2 * plan.talk_ms))
    return found


def overrides(drawn: Plan, plan: Plan) -> list[str]:
    """What turns the drawn plan into `plan`, as `field=value`."""
    return [
        f"{field.name}={getattr(plan, field.name)}"
        for field in dataclasses.fields(plan)
        if getattr(plan, field.name) != getattr(drawn, field.name)
    ]
