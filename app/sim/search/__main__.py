"""`python -m app.sim.search`: search the small worlds whole, or show that a planted bug is found.

Exit 0 if nothing broke (or the planted bug was found), 1 if not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext

from app.sim.plants import find_plant, planted
from app.sim.search.explore import explore
from app.sim.search.scenarios import SCENARIOS

STATES_MAX = 200_000


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app.sim.search", description=__doc__)
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), default=[])
    parser.add_argument("--states", type=int, default=STATES_MAX, help="most states of a scenario")
    parser.add_argument("--plant", metavar="NAME", help="leave a rule out")
    options = parser.parse_args(arguments)
    plant = find_plant(options.plant) if options.plant else None
    states = 0
    with planted(plant) if plant else nullcontext():
        for name in options.scenario or SCENARIOS:
            began = time.monotonic()
            found = explore(SCENARIOS[name], options.states)
            states += found.states
            seconds = time.monotonic() - began
            how = "BROKEN" if found.broken else "whole" if found.whole else "to the limit"
            print(f"{name:10s} {found.states:9,d} states  {seconds:7.1f} s  {how}", flush=True)
            if found.broken:
                print("\n".join([*found.story, found.broken]))
                return 0 if plant else 1
    print(f"{states:,d} states, nothing broke")
    return 1 if plant else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
