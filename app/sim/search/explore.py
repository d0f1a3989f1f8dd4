"""Breadth first through every state of a scenario, so what is found is found in the fewest steps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from app.sim.search.invariants import broken
from app.sim.search.scenarios import Scenario
from app.sim.search.state import Numbers, Tables
from app.sim.search.steps import Steps


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search: `story` leads to the broken promise, `whole` if nothing was left out."""

    scenario: str
    states: int
    whole: bool
    broken: str = ""
    story: tuple[str, ...] = ()


def explore(scenario: Scenario, states_max: int) -> Found:
    """Visit every state, or the first `states_max`."""
    tables = Tables()
    steps = Steps(scenario.bounds, tables)
    start = scenario.start(tables)
    came: dict[Numbers, tuple[Numbers | None, str]] = {start: (None, "")}
    waiting = deque([start])
    while waiting:
        key = waiting.popleft()
        world = tables.world(key)
        for name, after in steps.of(world):
            if after in came:
                continue
            came[after] = (key, name)
            wrong = broken(tables.world(after), world)
            if wrong is not None:
                return Found(scenario.name, len(came), False, wrong, _story(came, after))
            waiting.append(after)
        if len(came) >= states_max:
            return Found(scenario.name, len(came), not waiting)
    return Found(scenario.name, len(came), True)


def _story(came: dict[Numbers, tuple[Numbers | None, str]], at: Numbers) -> tuple[str, ...]:
    story: list[str] = []
    before: Numbers | None = at
    while before is not None:
        before, name = came[before]
        story.append(name)
    return tuple(reversed(story))[1:]
