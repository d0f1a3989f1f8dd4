"""Random people at shared programs, by seeds, for as long as wanted: do the copies ever differ?

`python -m tests.guests.monkey PROGRAM... --seeds 1-20 --actions 500` prints one JSON line for each
program and seed. Three people act at once with real input; each frame reaches each copy after 0 to
`--jitter` ms of its own. Where copies differ, what was ordered goes once more to new copies, with a
mark after every entry: that names the first entry after which they differ. A program that its
people end, ends in all copies; it is started again, and they go on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.bench.share.screen import Screen
from tests.guests import qt_monkey, qt_stage
from tests.guests.tk import monkey as tk_monkey
from tests.guests.tk import stage as tk_stage

PEOPLE = 3
LOCATING_TRIES = 3
CHECK_EVERY = 50
DETAIL_CHARACTERS = 4000


def is_qt(program: Path) -> bool:
    return b"PySide6" in program.read_bytes()


@dataclass
class Outcome:
    """What became of one program with one seed."""

    program: str
    seed: int
    actions: int = 0
    events: int = 0
    checks: int = 0
    starts: int = 0
    differs: str = ""
    first: dict[str, Any] = field(default_factory=dict)
    """The entry after which new copies of the same order differ, if they do."""


class Party(Protocol):
    """Copies of one program with people at them."""

    checks: int

    def act(self, actions: int) -> int:
        """Act and compare; how many actions until the end or the program's. AssertionError."""

    def told(self) -> list[list[Any]]:
        """All frames that copies were told."""

    def replay(self, told: list[list[Any]], marks_from: int) -> int | None:
        """Be told the same; the first index at which copies differ."""

    def close(self) -> None: ...


class TkParty:
    """By the Tk stage."""

    def __init__(
        self, folder: Path, program: Path, screens: list[Screen], seed: int, jitter_ms: int
    ) -> None:
        self._share = tk_stage.Share(folder, str(program), screens, jitter_ms=jitter_ms, seed=seed)
        self._monkey = tk_monkey.Monkey(self._share, seed)
        self.checks = 0

    def act(self, actions: int) -> int:
        self._share.go()
        try:
            return self._monkey.run(actions)
        finally:
            self.checks = self._monkey.checks

    def told(self) -> list[list[Any]]:
        return self._share.told

    def replay(self, told: list[list[Any]], marks_from: int) -> int | None:
        return self._share.replay(told, marks_from)

    def close(self) -> None:
        self._share.close()


class QtParty:
    """By the Qt stage."""

    def __init__(
        self, folder: Path, program: Path, screens: qt_stage.Screens, seed: int, jitter_ms: int
    ) -> None:
        self._copies = [
            qt_stage.Copy(screens, place, folder / f"copy{place}", [program])
            for place in range(PEOPLE)
        ]
        self._order = qt_stage.Order(self._copies, jitter_ms / 1000, seed)
        self._monkey = qt_monkey.Monkey(self._order, seed)
        self.checks = 0

    def act(self, actions: int) -> int:
        self._order.go()
        try:
            return self._monkey.run(actions, CHECK_EVERY, at_once=True)
        finally:
            self.checks = self._monkey.checks

    def told(self) -> list[list[Any]]:
        return self._order.log

    def replay(self, told: list[list[Any]], marks_from: int) -> int | None:
        return self._order.replay(told, marks_from)

    def close(self) -> None:
        for copy in self._copies:
            copy.close()


class Stages:
    """X servers for both toolkits; parties on them."""

    def __init__(self, jitter_ms: int) -> None:
        self._jitter_ms = jitter_ms
        self.screens = [Screen() for _ in range(PEOPLE)]
        self.managed = qt_stage.Screens()

    @contextmanager
    def party(self, program: Path, seed: int) -> Iterator[Party]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            party: Party
            if not is_qt(program):
                party = TkParty(folder, program, self.screens, seed, self._jitter_ms)
            else:
                party = QtParty(folder, program, self.managed, seed, self._jitter_ms)
            try:
                yield party
            finally:
                party.close()

    def close(self) -> None:
        for screen in self.screens:
            screen.close()
        self.managed.close()


def run_one(
    stages: Stages, program: Path, seed: int, actions: int, keep: Path | None = None
) -> Outcome:
    """One program, one seed, so many actions; what differed is kept as a file in `keep`."""
    outcome = Outcome(program.name, seed)
    while outcome.actions < actions:
        told: list[list[Any]] = []
        with stages.party(program, seed + 1000 * outcome.starts) as party:
            outcome.starts += 1
            try:
                outcome.actions += party.act(actions - outcome.actions)
            except AssertionError as error:
                outcome.differs = str(error)[:DETAIL_CHARACTERS]
            told = party.told()
            outcome.checks += party.checks
        outcome.events += sum(len(frame[5]) for frame in told if frame[0] == "events")
        if outcome.differs:
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                path = keep / f"{program.stem}-{seed}.json"
                path.write_text(json.dumps(told), encoding="utf-8")
            outcome.first = first_difference(stages, program, seed, told)
            break
    return outcome


def first_difference(
    stages: Stages, program: Path, seed: int, told: list[list[Any]]
) -> dict[str, Any]:
    """Where copies that are told the same differ first; nothing if they don't, this time."""
    marks = [frame[1] for frame in told if frame[0] == "mark"]
    last_equal = marks[-2] if len(marks) > 1 else 0
    for attempt in range(LOCATING_TRIES):
        with stages.party(program, seed + attempt) as party:
            try:
                index = party.replay(told, last_equal)
            except AssertionError as error:
                return {"replay": str(error)[:DETAIL_CHARACTERS]}
        if index is not None:
            ordered = [frame for frame in told if frame[0] not in ("names", "mark")]
            place = next(n for n, frame in enumerate(ordered) if frame[1] == index)
            return {"frame": ordered[place], "before": ordered[max(0, place - 6) : place]}
    return {}


def seeds_of(text: str) -> range:
    """`7`, or `1-20`."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main(argv: list[str]) -> int:
    """Run all; 1 if any copies differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.guests.monkey", description=__doc__)
    parser.add_argument("programs", nargs="+", type=Path)
    parser.add_argument("--seeds", type=seeds_of, default=range(1, 2))
    parser.add_argument("--actions", type=int, default=500)
    parser.add_argument("--jitter", type=int, default=120, metavar="MS")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="for what was told when copies differed"
    )
    parser.add_argument(
        "--replay", type=Path, metavar="FILE", help="tell new copies what is kept there"
    )
    arguments = parser.parse_args(argv)
    stages = Stages(arguments.jitter)
    differed = 0
    try:
        for program in arguments.programs:
            if arguments.replay:
                told = json.loads(arguments.replay.read_text(encoding="utf-8"))
                found = first_difference(stages, program.resolve(), 1, told)
                sys.stdout.write(json.dumps(found) + "\n")
                continue
            for seed in arguments.seeds:
                outcome = run_one(
                    stages, program.resolve(), seed, arguments.actions, arguments.keep
                )
                differed += bool(outcome.differs)
                sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
                sys.stdout.flush()
    finally:
        stages.close()
    return int(differed > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
