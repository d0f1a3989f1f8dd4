"""People who share a program: sites with a display each, real keys and mouse, real copies."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bench.share.screen import Screen
from app.drivers.control.client import Client
from tests.e2e.talkstick import PATIENCE_SECONDS, Company, Json, Pace, Site

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
SEATS = 3


@dataclass
class Person:
    """One site, and the screen that its person sits at."""

    site: Site
    screen: Screen | None

    def share(self, *words: object) -> Json:
        """The one row of a `share` command that goes well."""
        (row,) = self.site.do("share", *words).ok().lines
        return row

    def shown(self, share: str) -> Json:
        """What this site knows of a share: what `--list` prints, without a process for each look."""
        client = Client.connect(self.site.folder)
        try:
            client.send({"request": 0, "do": "share-list"})
            rows = client.receive()["rows"]
        finally:
            client.close()
        return next(row for row in rows if row["id"] == share)

    def until(self, share: str, holds: Callable[[Json], Any], what: str) -> Json:
        """Look until something holds."""
        pace = Pace(5)
        for _ in range(int(PATIENCE_SECONDS * 5)):
            shown = self.shown(share)
            if holds(shown):
                return shown
            pace.wait()
        raise AssertionError(f"{self.site.name}: not {what}: {json.dumps(shown)}")

    def copy_is(self, share: str, state: str) -> Json:
        return self.until(share, lambda shown: shown["copy"] == state, f"copy {state}")

    def act(self, *words: object) -> None:
        """Real input, by xdotool."""
        assert self.screen is not None
        self.screen.act(*words).wait(PATIENCE_SECONDS)

    def window(self) -> str:
        """The largest window on the screen: the program's."""
        assert self.screen is not None
        environment = {**os.environ, "DISPLAY": self.screen.name}
        pace = Pace(10)
        for _ in range(int(PATIENCE_SECONDS * 10)):
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", "."],
                env=environment, capture_output=True, text=True, check=False,
            ).stdout.split()  # fmt: skip
            if found:
                return found[-1]
            pace.wait()
        raise AssertionError("no window")

    def click(self, x: int, y: int) -> None:
        """A click in the program's window."""
        self.act("mousemove", "--window", self.window(), x, y, "click", 1)

    def type(self, text: str) -> None:
        self.act("type", "--delay", 30, text)

    def guest(self) -> int:
        """The process of the copy here: a child of the site."""
        return children(self.site.process.pid)[0]


def children(process: int) -> list[int]:
    """Guests among the children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == process and b"tkshare" in words:
            found.append(int(entry.name))
    return sorted(found)


class Table:
    """People around one session, each with a screen."""

    def __init__(self, company: Company, screens: list[Screen], folder: Path) -> None:
        self._company = company
        self._screens = screens
        self._folder = folder
        self.people: list[Person] = []

    def sit(self, name: str, *, screen: bool = True) -> Person:
        """Somebody founds the session, or comes to it."""
        folder = self._folder / name
        way = ("--join", self.people[0].site.invite) if self.people else ("--create", "Garden")
        seat = self._screens[len(self.people)] if screen else None
        person = Person(Site(folder, name, None), seat)  # type: ignore[arg-type]
        self._start(person, "--name", name, *way)
        self.people.append(person)
        return person

    def back(self, person: Person) -> None:
        """The site is started once more."""
        self._start(person)

    def leave(self) -> None:
        """Everybody ends in order: what is killed leaves its copies' folders behind."""
        for person in self.people:
            person.site.process.end()

    def _start(self, person: Person, *words: object) -> None:
        within = () if person.screen is None else ("env", f"DISPLAY={person.screen.name}")
        person.site.process = self._company.start(
            "site", "--data", person.site.folder, "--listen", "127.0.0.1:0", *words, within=within
        )
        person.site.ready = person.site.process.wait_for(
            lambda event: event["event"] == "ready", "ready"
        )

    def same(self, share: str, after: int, copies: int) -> None:
        """All copies were compared after `after` events passed, and are the same everywhere."""
        asked = self.people[0].until(share, lambda shown: shown["events"] >= after, "events")

        def holds(shown: Json) -> bool:
            assert shown["identical"] is not False, shown
            is_whole = shown["copies"] == copies and shown["agreed"] >= asked["index"]
            return bool(shown["identical"] and is_whole)

        for person in self.people:
            person.until(share, holds, f"{copies} identical copies after {after} events")
