"""What a person reads of a run: the plan on top, one line an event, the promise that broke.

Columns are explained in `docs/internals/simulator.md`. A run is repeated to be reported, since a
seed gives the same run again; so a batch costs nothing for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from app.core import limits
from app.core.instant import SECOND, Micros
from app.sim.run import Outcome
from app.sim.site import SimSite
from app.sim.world import World

SUBJECTS = {
    "life": ("start", "crash", "aimed", "sleep", "wake", "heal"),
    "disk": ("commit",),
    "shown": ("shows",),
    "people": ("wish",),
    "packets": ("packet",),
    "site": ("site",),
}
"""What `--trace` can name, and the events it stands for."""


class Report:
    """The last lines of one world's story."""

    def __init__(self, world: World, subjects: Iterable[str]) -> None:
        self._world = world
        self._wanted = {what for subject in subjects for what in SUBJECTS[subject]}
        self.lines: deque[str] = deque(maxlen=limits.SIM_TRACE_LINES_MAX)

    def note(self, now: Micros, site: SimSite | None, what: str, text: str) -> None:
        """Take one event; `World.noted`."""
        if what in self._wanted:
            self.lines.append(f"{now / SECOND:11.6f}  {self._columns(site)}  {what:6s}  {text}")

    def _columns(self, site: SimSite | None) -> str:
        if site is None:
            return " " * 34
        ledger = self._world.watch.facts.ledgers[site.index]
        role = "H" if ledger.hold is not None else "."
        role += "F" if ledger.fenced else "."
        epoch = f"{ledger.cur}.{ledger.kmax if ledger.hold is None else ledger.hold}"
        if ledger.following:
            epoch += f">{ledger.following}"
        mark = self._world.watch.facts.marks[site.index]
        order = f"{mark}/{len(ledger.log)}"
        return f"{site.name} {role}  {epoch:8s} {order:11s} q{len(ledger.queue):<5d}"


HEAD = "          t  site role epoch  settled/len queue   event   note"


def summary(outcome: Outcome) -> str:
    """The first lines of a report."""
    counts = "  ".join([f"{name} {count}" for name, count in outcome.counts.items() if count])
    return (
        f"seed {outcome.seed}  steps {outcome.steps}  {outcome.micros / SECOND:.1f} s\n"
        f"plan {outcome.plan.describe()}\n{counts}"
    )


def verdict(outcome: Outcome, command: str) -> str:
    """The last lines: what broke, and the one command that shows it again."""
    if not outcome.failed:
        return f"every promise held; digest {outcome.digest[:16]}"
    return f"FAILED {outcome.checker}: {outcome.text}\nreproduce: {command}"
