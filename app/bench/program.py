"""`talkstick bench NAME`: run one benchmark and print a table, or one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from app.bench import (
    board,
    failover,
    host,
    join,
    memory,
    move,
    near,
    order,
    start,
    streams,
    throughput,
    ui,
)
from app.bench.figures import Figures, over_runs
from app.bench.share import measure as share
from app.core.errors import KnownError, LocalError

RUNS_MAX = 99

BENCHMARKS: dict[str, Callable[..., Figures]] = {
    "order": order.run,
    "move": move.run,
    "failover": failover.run,
    "throughput": throughput.run,
    "streams": streams.run,
    "memory": memory.run,
    "start": start.run,
    "near": near.run,
    "join": join.run,
    "ui": ui.run,
    "board": board.run,
    "share": share.run,
}
"""Each takes a folder that is empty and `quick`, and gives its figures."""


def main(argv: Sequence[str]) -> int:
    """Run `bench` with its arguments; raises `KnownError` when a measured site fails.

    Raises:
        LocalError: the arguments are wrong.
    """
    arguments = _parse(argv)
    base = arguments.data
    if base is not None:
        try:
            base.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = f"The folder {base} cannot be used ({error.strerror}). Choose another."
            raise KnownError(text) from error
    with tempfile.TemporaryDirectory(prefix="talkstick-bench-", dir=base) as name:
        folder = Path(name)
        machine = host.describe(folder)
        runs = [_one_run(arguments.name, folder, quick=arguments.quick, number=number)
                for number in range(arguments.runs)]  # fmt: skip
    figures = over_runs(runs)
    if arguments.json:
        result = {"name": arguments.name, "figures": figures, "machine": machine}
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        sys.stdout.write(table(figures, machine))
    return 0


def _one_run(name: str, folder: Path, *, quick: bool, number: int) -> Figures:
    place = folder / f"run-{number + 1}"
    place.mkdir()
    return BENCHMARKS[name](place, quick=quick)


def table(figures: Figures, machine: dict[str, object]) -> str:
    """Figures below each other, and under them the machine."""
    width = max(len(name) for name in figures)
    rows = [f"{name:<{width}}  {value:>12,.3f}" for name, value in figures.items()]
    rows.append("")
    rows += [f"{name}: {value}" for name, value in machine.items()]
    return "\n".join(rows) + "\n"


class _Parser(argparse.ArgumentParser):
    """One line instead of a page when something is wrong."""

    def error(self, message: str) -> NoReturn:
        """Raises `LocalError`, which says what is wrong and where the help is."""
        text = f"bench: {message} (see '{self.prog} --help')"
        raise LocalError(text)


def _runs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= RUNS_MAX:
        message = f"'{text}' is not a number from 1 to {RUNS_MAX}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="talkstick bench",
        description="Measure the app on this machine, with real processes, sockets and disks.",
    )
    parser.add_argument("name", choices=list(BENCHMARKS), help="what to measure")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument(
        "--runs", type=_runs, default=1, metavar="N", help="repeat, and give the medians"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a tiny run, to see that it works; its figures say little",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where journals are made (default: temporary files)",
    )
    return parser.parse_args(argv)
