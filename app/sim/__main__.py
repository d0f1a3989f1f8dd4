"""`python -m app.sim`: one seed with its story, a batch of seeds, or a planted bug.

Exit 0 if every promise held (or the planted bug was found), 1 if not, 2 for wrong use.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext

from app.core.errors import LocalError
from app.sim.plants import PLANTS, Plant, find_plant, planted
from app.sim.report import HEAD, SUBJECTS, Report, summary, verdict
from app.sim.run import Outcome, plan_of, run
from app.sim.shrink import overrides, shrink
from app.sim.whole import MODEL
from app.sim.world import Noted, World

CHUNK_SEEDS = 4
TRACE_SUBJECTS = "life,disk,shown,people"


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        plant = find_plant(options.plant) if options.plant else None
        if options.seed is not None:
            with planted(plant) if plant else nullcontext():
                return _one(options, plant)
        if plant is not None:
            return _find(plant, options)
        return _batch(options)
    except LocalError as error:
        parser.exit(2, f"{error}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.sim", description=__doc__)
    parser.add_argument("--seed", type=int, help="run one seed and print its story")
    parser.add_argument("--seeds", type=int, help="run so many seeds (default 100)")
    parser.add_argument("--first", type=int, help="first seed of a batch (default 1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes for a batch")
    parser.add_argument("--plant", metavar="NAME", help=f"leave a rule out: {' '.join(PLANTS)}")
    parser.add_argument(
        "--plan-override", action="append", default=[], metavar="FIELD=VALUE", dest="overrides"
    )
    parser.add_argument(
        "--trace", default=TRACE_SUBJECTS, help=f"what to print: {','.join(SUBJECTS)}"
    )
    parser.add_argument("--lines", type=int, default=60, help="how many lines of the story")
    parser.add_argument("--shrink", action="store_true", help="look for a smaller plan that fails")
    return parser


def _one(options: argparse.Namespace, plant: Plant | None) -> int:
    subjects = [name for name in options.trace.split(",") if name]
    unknown = [name for name in subjects if name not in SUBJECTS]
    if unknown:
        message = f"--trace takes {','.join(SUBJECTS)}, not '{unknown[0]}'"
        raise LocalError(message)
    drawn = plan_of(options.seed)
    profile = [*(plant.profile if plant else ()), *options.overrides]
    plan = plan_of(options.seed, profile)
    if options.shrink:
        outcome = run(options.seed, plan, MODEL)
        if outcome.failed:
            plan = shrink(outcome, lambda tried: run(options.seed, tried, MODEL)).plan
            profile = overrides(drawn, plan)
    reports: list[Report] = []

    def noted(world: World) -> Noted:
        reports.append(Report(world, subjects))
        return reports[0].note

    outcome = run(options.seed, plan, MODEL, noted)
    print(summary(outcome))
    print(HEAD)
    for line in list(reports[0].lines)[-options.lines :]:
        print(line)
    print(verdict(outcome, _command(options.seed, profile)))
    return 1 if outcome.failed else 0


def _command(seed: int, profile: Sequence[str]) -> str:
    return " ".join(
        [f"python -m app.sim --seed {seed}", *[f"--plan-override {item}" for item in profile]]
    )


def find(plant: Plant, first: int | None = None, seeds: int | None = None) -> Outcome | None:
    """The first run in which a planted bug shows, None if it does not within the budget."""
    start = plant.first if first is None else first
    with planted(plant):
        for seed in range(start, start + (seeds or plant.seeds)):
            outcome = run(seed, plan_of(seed, plant.profile), MODEL)
            if outcome.failed:
                return outcome
    return None


def _find(plant: Plant, options: argparse.Namespace) -> int:
    outcome = find(plant, options.first, options.seeds)
    if outcome is None:
        print(f"NOT FOUND: {plant.name}")
        return 1
    print(f"found {plant.name} with seed {outcome.seed}")
    print(verdict(outcome, f"python -m app.sim --plant {plant.name} --seed {outcome.seed}"))
    return 0


def _run_some(first: int, count: int, profile: tuple[str, ...]) -> list[Outcome]:
    return [run(seed, plan_of(seed, profile), MODEL) for seed in range(first, first + count)]


def _batch(options: argparse.Namespace) -> int:
    count = options.seeds or 100
    first = options.first or 1
    profile = tuple(options.overrides)
    plan_of(first, profile)  # a wrong override is said before any process starts
    starts = range(first, first + count, CHUNK_SEEDS)
    sizes = [min(CHUNK_SEEDS, first + count - start) for start in starts]
    began = time.monotonic()
    totals: dict[str, int] = {}
    failures: list[Outcome] = []
    done = 0
    pool: Executor | None = ProcessPoolExecutor(options.jobs) if options.jobs > 1 else None
    try:
        mapped = pool.map if pool is not None else map
        for outcomes in mapped(_run_some, starts, sizes, [profile] * len(sizes)):
            for outcome in outcomes:
                done += 1
                for name, value in outcome.counts.items():
                    totals[name] = totals.get(name, 0) + value
                if outcome.failed:
                    failures.append(outcome)
                    print(summary(outcome))
                    print(verdict(outcome, _command(outcome.seed, profile)), flush=True)
            if sys.stderr.isatty():
                print(f"\r{done}/{count}", end="", file=sys.stderr, flush=True)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    rate = done / max(1e-9, time.monotonic() - began)
    print(" ".join([f"{name}={value}" for name, value in totals.items()]))
    print(f"{done} runs, {len(failures)} failed, {rate:.1f} runs/s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
