"""`python -m tests.window.monkey --seed N --minutes M`: two windows and a monkey before each.

A seed does anything that mouse and keyboard can: every tool, key and menu entry, in two windows of
one session. Then nobody may have complained (each line that a program writes is a complaint), the
memory must be level, both sites must have the same state, and a window must show what it shows when
it is built anew from the disk.

What was done is written to `--log`; `--replay LOG` does it again without thinking, and `--shrink
LOG` leaves out what the failure does not need.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from app.ui.strings import Session, StickPanel
from tests.shots.pictures import differing_share
from tests.window.acts import Act, perform
from tests.window.screen import missing
from tests.window.stage import NotSeen, Person, stage, wait_until
from tests.window.whims import Whims

SIZE = (1_280, 800)
NAMES = ("Ada", "Bram")
TITLE = "Monkeys"
SILENCE_SECONDS = 30.0
"""A window that answers no question for so long hangs."""
SAMPLE_SECONDS = 3.0
LEVEL_SHARE, LEVEL_MB = 1.12, 15.0
"""How much more the last fifth may take than the second: boards and logs grow while they play."""
LEVEL_FROM_SECONDS = 100.0
DIFFERENT_SHARE_MAX = 0.0005
"""A text cursor or a pointer of somebody else may be on one of two pictures."""
_BAR_PIXELS = 130


@dataclass
class Run:
    """What happened: every act, and the first thing that should not have."""

    acts: list[Act] = field(default_factory=list)
    failure: str = ""
    memory: dict[str, list[float]] = field(default_factory=dict)


class Cage:
    """Two people in one session, and what is looked after while they play."""

    def __init__(self, people: list[Person], log: Path | None, keep: Path | None) -> None:
        self.people = people
        self._keep = keep
        self.link = ""
        self.session = ""
        self.run = Run()
        self._log = log.open("w", encoding="utf-8") if log is not None else None
        self._sampled = 0.0
        self._seen = [0.0] * len(people)

    def begin(self) -> None:
        """Both are in one session."""
        first, second = self.people
        for person in self.people:
            person.folder.mkdir()
            kept = json.dumps({"name": person.name})
            (person.folder / "window.json").write_text(kept, "utf-8")
        first.start()
        first.click(first.see("What is it about?", "text"))
        first.write(TITLE)
        first.press("Return")
        first.see("Invite", "push button")
        self.session = first.status()["session"]["id"]
        self.link = first.command("invite").strip()
        second.start(self.link)
        for person in self.people:
            person.see("Together, 2 of 2 computers")
        self._seen = [time.monotonic()] * len(self.people)

    def do(self, act: Act) -> None:
        """Do it and look whether all is well."""
        self.run.acts.append(act)
        if self._log is not None:
            self._log.write(json.dumps(act) + "\n")
            self._log.flush()
        perform(act, self.people, self.link)
        self.look_after()

    def look_after(self) -> None:
        """Raises `NotSeen` at the first complaint; starts again what was closed in order."""
        for place, person in enumerate(self.people):
            if not person.runs:
                code = person.ended()
                self._complaints(person)
                if code:
                    raise NotSeen(f"order at the end: {person.name} ended with {code}")
                self.do({"who": place, "do": "start"})
                self.run.memory.pop(person.name, None)
                person.see("Menu, F10", "push button")
            self._complaints(person)
        now = time.monotonic()
        if now - self._sampled >= SAMPLE_SECONDS:
            self._sampled = now
            for person in self.people:
                self.run.memory.setdefault(person.name, []).append(person.memory_mb())

    @staticmethod
    def _complaints(person: Person) -> None:
        if person.complaints:
            raise NotSeen("silence of " + person.name + ":\n  " + "\n  ".join(person.complaints))

    def play(self, seed: int, seconds: float) -> None:
        """Whims of this seed for so long."""
        whims = Whims(seed, SIZE, quits=(1,))
        end, turn = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            who = turn % 2
            turn += 1
            person = self.people[who]
            things = person.things(rows=False)
            if not things:
                if time.monotonic() - self._seen[who] > SILENCE_SECONDS:
                    raise NotSeen(f"answer of {person.name}'s window: it hangs")
                self.look_after()
                continue
            self._seen[who] = time.monotonic()
            home = any(each.name == Session.BOARD() for each in things)
            for act in whims.next(who, things, home=home):
                self.do(act)

    def again(self, acts: Iterable[Act]) -> None:
        """Do what is written, except starts: who is gone is started anyway."""
        for act in acts:
            if act["do"] != "start":
                self.do(act)

    # --- the end ---

    def compare(self) -> None:
        """Same state at both; a window shows what it would show if it was built anew."""
        first, second = self.people
        for place, person in enumerate(self.people):
            self._bring_home(place, person)
        for person in self.people:
            person.see("Together, 2 of 2 computers", seconds=60)
        wait_until(self._same, "same state at both", 60)
        # Alone, nobody's pointer is on the picture.
        self._quit(second)
        wait_until(lambda: self._is_alone(first), f"{first.name} alone", 60)
        before, grown = self._board(first), first.memory_mb()
        self._quit(first)
        first.start()
        first.see("Invite", "push button", seconds=60)
        after, fresh = self._board(first), first.memory_mb()
        sys.stdout.write(
            f"memory of the same board: {grown:.0f} MB, after a start {fresh:.0f} MB\n"
        )
        share = differing_share(before, after)
        if share > DIFFERENT_SHARE_MAX:
            if self._keep is not None:
                before.save(str(self._keep / "before.png"))
                after.save(str(self._keep / "after.png"))
            raise NotSeen(f"same board after a start: {share:.2%} differ")
        second.start()
        for person in self.people:
            person.see("Together, 2 of 2 computers", seconds=60)
            self._complaints(person)
        wait_until(self._same, "same state after a start", 60)

    @staticmethod
    def _is_alone(person: Person) -> bool:
        """On a busy machine the other may be stopped before it has left in order."""
        names = {each.name for each in person.things(rows=False)}
        return bool(names & {"Only this computer so far", "Apart, 1 of 2 computers"})

    def _quit(self, person: Person) -> None:
        person.press("ctrl+q")
        if code := person.ended():
            raise NotSeen(f"order at the end: {person.name} ended with {code}")
        self._complaints(person)

    def _bring_home(self, place: int, person: Person) -> None:
        """Out of whatever was open, into the session."""

        def home() -> bool:
            things = person.things(rows=False)
            names = [each.name for each in things]
            panel = StickPanel.WINDOW_TITLE(session=TITLE)
            dialogs = any(
                each.role == "dialog" or (each.active and each.name == panel) for each in things
            )
            if dialogs or Session.BOARD() not in names:
                self.do({"who": place, "do": "keys", "keys": ["Escape"]})
            if Session.BOARD() not in names or person.status()["session"]["id"] != self.session:
                self.do({"who": place, "do": "link"})
                return False
            return not dialogs

        wait_until(home, f"{person.name} at home", 60)

    def _same(self) -> bool:
        first, second = (person.status() for person in self.people)
        return all(first[each] == second[each] for each in ("state_hash", "head"))

    def _board(self, person: Person) -> QImage:
        """The whole board, without what floats at its edges; nothing chosen."""
        person.press("alt+2", "Escape", "Escape", "Escape", "shift+1")
        board = person.board()
        person.screen.do("mousemove", board.x + board.width // 2, board.y - 20)
        last: list[QImage] = []

        def still() -> QImage | None:
            last.append(person.screen.picture())
            if len(last) > 15 and last[-1] == last[-10]:
                return last[-1]
            return None

        whole = wait_until(still, "a still board")
        inner = QRect(board.x, board.y, board.width, board.height)
        return whole.copy(inner.adjusted(0, _BAR_PIXELS // 2, 0, -_BAR_PIXELS))

    def level(self, seconds: float) -> None:
        """Memory did not grow more than boards and logs do."""
        for name, samples in self.run.memory.items():
            fifth = len(samples) // 5
            if not fifth or len(samples) * SAMPLE_SECONDS < min(LEVEL_FROM_SECONDS, seconds / 2):
                continue
            before = statistics.median(samples[fifth : 2 * fifth])
            after = statistics.median(samples[-fifth:])
            sys.stdout.write(f"memory of {name}: {before:.0f} MB, at the end {after:.0f} MB\n")
            if after > before * LEVEL_SHARE + LEVEL_MB:
                raise NotSeen(f"level memory of {name}: {before:.0f} MB became {after:.0f} MB")

    def close(self) -> None:
        if self._log is not None:
            self._log.close()


def one_run(given: argparse.Namespace, acts: list[Act] | None, log: Path | None) -> Run:
    """Play whims, or these acts."""
    with stage(NAMES, SIZE, tuple(given.displays)) as people:
        cage = Cage(people, log, given.keep)
        try:
            cage.begin()
            if acts is None:
                cage.play(given.seed, given.minutes * 60)
            else:
                cage.again(acts)
            cage.level(given.minutes * 60)
            cage.compare()
        except (NotSeen, subprocess.TimeoutExpired) as error:
            cage.run.failure = str(error)
            if given.keep is not None:
                for person in people:
                    person.screen.picture().save(str(given.keep / f"{person.name}.png"))
        finally:
            cage.close()
        return cage.run


def shrunk(given: argparse.Namespace, acts: list[Act]) -> list[Act]:
    """The same failure with fewer acts: leaves out halves, quarters, eighths."""
    size = len(acts) // 2
    while size >= 1:
        at = 0
        while at < len(acts):
            fewer = acts[:at] + acts[at + size :]
            failed = bool(fewer) and one_run(given, fewer, None).failure
            sys.stdout.write(f"{len(fewer)} acts: {'fails too' if failed else 'all well'}\n")
            sys.stdout.flush()
            if failed:
                acts = fewer
            else:
                at += size
        size //= 2
    return acts


def read_acts(path: Path) -> list[Act]:
    """A log of an earlier run."""

    def lines() -> Iterator[Act]:
        for line in path.read_text("utf-8").splitlines():
            act: Act = json.loads(line)
            yield act

    return list(lines())


def main() -> int:
    """0: all is well; 1: something is not; 77: a program that is needed is not installed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--log", type=Path, help="write every act to this file")
    parser.add_argument("--replay", type=Path, help="do the acts of a log again")
    parser.add_argument("--shrink", type=Path, help="find fewer acts of a log that fail too")
    parser.add_argument("--keep", type=Path, help="folder for pictures of a failure")
    parser.add_argument(
        "--displays", type=int, nargs=2, default=(), help="numbers of the X servers"
    )
    given = parser.parse_args()
    if lacking := missing():
        sys.stdout.write(f"skipped: {', '.join(lacking)} not installed\n")
        return 77
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
    if given.shrink is not None:
        for act in shrunk(given, read_acts(given.shrink)):
            sys.stdout.write(json.dumps(act) + "\n")
        return 0
    acts = read_acts(given.replay) if given.replay is not None else None
    run = one_run(given, acts, given.log)
    sys.stdout.write(f"seed {given.seed}: {len(run.acts)} acts\n")
    if run.failure:
        sys.stdout.writelines(f"{json.dumps(act)}\n" for act in run.acts[-12:])
        sys.stdout.write(f"FAILED: no {run.failure.removeprefix('no ')}\n")
        return 1
    sys.stdout.write("all is well\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
