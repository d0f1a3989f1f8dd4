"""Runs the grids behind figures 5 and 7, and those of the scenarios, and keeps what came out; `python benchmarks/grids.py NAME`.

Over the simulator's network, so a run is the same on every machine; only its length is not. What is
in the result file already is not run again: stop it at any time, and go on later.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.bench.pairs import run_cell  # noqa: E402
from app.bench.played import play  # noqa: E402
from app.bench.scene import paper_chat  # noqa: E402
from app.bench.streams import EVERY, POLICIES, SEED  # noqa: E402
from app.core.rng import Rng  # noqa: E402
from benchmarks.scenarios import SCENARIOS  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
LOSSES_PERCENT = (0, 5, 10, 15, 20, 25, 30)
MESSAGES = 500
ONE_WAYS_MS = (50, 10, 150)
TURNS_S = (20, 60, 5)
TOTAL_S = 600.0
SCENARIO_SEEDS = 2

Work = tuple[str, Callable[[], dict[str, object]]]
"""Name of one run, and what runs it."""


def pairs() -> Iterator[Work]:
    """Figure 5: both ends of a flow move, packets get lost."""
    for every in EVERY:
        for percent in LOSSES_PERCENT:
            yield (
                f"k{every}.loss{percent}",
                lambda every=every, percent=percent: asdict(  # type: ignore[misc]
                    run_cell(every, percent / 100, MESSAGES, SEED)
                ),
            )


def chat() -> Iterator[Work]:
    """Figure 7: a chat of three whose talker changes."""
    for turn in TURNS_S:
        for one_way in ONE_WAYS_MS:
            for name, policy in POLICIES.items():
                yield (
                    f"d{one_way}.turn{turn}.{name}",
                    lambda turn=turn, one_way=one_way, policy=policy: asdict(  # type: ignore[misc]
                        play(paper_chat(one_way, turn, TOTAL_S, Rng(str(SEED))), policy, SEED)
                    ),
                )


def scenarios() -> Iterator[Work]:
    """Policies that move, in sessions at measured distances."""
    for seed in range(1, SCENARIO_SEEDS + 1):
        for title, make in SCENARIOS.items():
            scene = make(Rng(f"{title} {seed}"))
            for name, policy in POLICIES.items():
                if name == "fixed":
                    continue
                yield (
                    f"{title}.seed{seed}.{name}",
                    lambda scene=scene, policy=policy, seed=seed: asdict(  # type: ignore[misc]
                        play(scene, policy, seed)
                    ),
                )


GRIDS = {"pairs": pairs, "chat": chat, "scenarios": scenarios}


def main() -> None:
    """Run what is missing of one grid."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(GRIDS))
    name = parser.parse_args().name
    path = RESULTS / f"{name}.json"
    done: dict[str, object] = json.loads(path.read_text()) if path.exists() else {}
    for key, work in GRIDS[name]():
        if key not in done:
            done[key] = {
                field: round(value, 3) if isinstance(value, float) else value
                for field, value in work().items()
            }
            lines = [f"  {json.dumps(each)}: {json.dumps(found)}" for each, found in done.items()]
            path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
            print(key, done[key], f"load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
