"""`python -m tests.netlab`: `demo` to play with sites in a lab, `measure` for what a lab does."""

from __future__ import annotations

import argparse
import sys

from tests.netlab import demo, measure
from tests.netlab.lab import why_not


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.netlab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("measure", help="measure what the lab does on this machine")
    play = commands.add_parser("demo", help="sites in a lab, and a prompt to change the weather")
    play.add_argument("--sites", type=int, choices=range(2, len(demo.NAMES) + 1), default=3)
    play.add_argument("--delay", type=float, default=50.0, metavar="MS", help="one way")
    play.add_argument("--jitter", type=float, default=0.0, metavar="MS")
    play.add_argument("--loss", type=float, default=0.0, metavar="P", help="from 0 to 1")
    play.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    reason = why_not()
    if reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return measure.main() if arguments.command == "measure" else demo.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
