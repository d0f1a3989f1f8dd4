"""Sites on hosts of a lab, for a person to play with: talk, cut, move, pull cables.

Each site is a real process with a data folder of its own, in a folder that is gone at the end. It
is used from another terminal, by the ordinary commands; the weather is changed by the lines here.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.e2e.talkstick import Company, Process, command, environment
from tests.netlab.conditions import parse_conditions
from tests.netlab.lab import Host, Lab, LabError

NAMES = ("ada", "ben", "cleo", "dora", "eve", "finn", "gus")
HELP = """\
link A B delay_ms=80,loss=0.1   conditions of a path, both ways ('path A B ...': from A to B alone)
links delay_ms=50               of all paths
cut A B | partition A,B C,D | heal
unplug A | plug A | pause A | resume A | kill A | start A | move A [NETWORK]
say A TEXT | stick A            a line by A's site; the stick to A
status A | seen A B | tell      what a site knows, what a path did, what the network did
quit"""


class Play:
    """One lab and the sites in it."""

    def __init__(self, lab: Lab, company: Company, folder: Path) -> None:
        self._lab = lab
        self._company = company
        self._folder = folder
        self._sites: dict[str, Process] = {}
        self.words: dict[str, Callable[..., object]] = {
            "link": self._link,
            "path": self._path,
            "links": lambda *text: lab.links(**self._numbers(text)),
            "cut": lambda a, b: lab.cut(self._host(a), self._host(b)),
            "partition": lambda *sides: lab.partition(*(self._side(side) for side in sides)),
            "heal": lab.heal,
            "unplug": lambda a: self._host(a).unplug(),
            "plug": lambda a: self._host(a).plug(),
            "pause": lambda a: self._host(a).pause(),
            "resume": lambda a: self._host(a).resume(),
            "kill": lambda a: self._host(a).end(),
            "start": self.start,
            "move": lambda a, network="": self._host(a).move(network),
            "say": lambda a, *text: self.talkstick(a, "say", "--timeout", "5", " ".join(text)),
            "stick": lambda a: self.talkstick(a, "move", a.capitalize()),
            "status": lambda a: self.talkstick(a, "status"),
            "seen": lambda a, b: lab.seen(self._host(a), self._host(b)).counts,
            "tell": lab.tell,
            "help": lambda: HELP,
        }

    def found(self, names: Sequence[str]) -> None:
        """Everybody in one session; says where each is."""
        first, *others = names
        for name in names:
            self._lab.host(name)
        ready = self.start(first, "--create", "Lab", "--name", first.capitalize())
        for name in others:
            self.start(name, "--join", str(ready["invite"]), "--name", name.capitalize())

    def start(self, name: str, *words: str) -> dict[str, object]:
        """Start a site, or start it again."""
        place = self.data(name)
        options = ("--data", place, "--listen", "0.0.0.0:0", *words)
        process = self._company.start("site", *options, within=self._host(name).within)
        self._sites[name] = process
        return process.wait_for(lambda event: event["event"] == "ready", f"{name} ready")

    def data(self, name: str) -> Path:
        return self._folder / name

    def talkstick(self, name: str, *words: str) -> str:
        """Run a command of the program at a site; what it said."""
        order, *rest = words
        done = subprocess.run(
            command(order, "--data", self.data(name), *rest),
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
        return (done.stdout + done.stderr).strip()

    def obey(self, line: str) -> str:
        """Do one line; what there is to say about it."""
        word, *rest = line.split()
        if word not in self.words:
            return f"'{word}' is not known; 'help' shows what is"
        try:
            answer = self.words[word](*rest)
        except (LabError, ValueError, TypeError, AssertionError) as error:
            return str(error)
        return "" if answer is None else str(answer)

    def _host(self, name: str) -> Host:
        if name not in self._lab.hosts:
            message = f"'{name}' is none of {', '.join(self._lab.hosts)}"
            raise ValueError(message)
        return self._lab.hosts[name]

    def _side(self, names: str) -> list[Host]:
        return [self._host(name) for name in names.split(",")]

    def _link(self, a: str, b: str, *text: str) -> None:
        self._lab.link(self._host(a), self._host(b), **self._numbers(text))

    def _path(self, a: str, b: str, *text: str) -> None:
        self._lab.link(self._host(a), self._host(b), one_way=True, **self._numbers(text))

    @staticmethod
    def _numbers(text: Sequence[str]) -> dict[str, Any]:
        return parse_numbers(" ".join(text))


def parse_numbers(text: str) -> dict[str, Any]:
    """Conditions by their names."""
    made = parse_conditions(text)
    return {name: getattr(made, name) for name in made.__slots__}


def main(arguments: argparse.Namespace) -> int:
    """Play until the input ends or says so."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netlab-")))
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        lab = stack.enter_context(Lab(arguments.seed))
        company = Company(folder)
        stack.callback(company.clear)
        lab.links(delay_ms=arguments.delay, jitter_ms=arguments.jitter, loss=arguments.loss)
        lab.network("wifi")
        play = Play(lab, company, folder)
        names = NAMES[: arguments.sites]
        play.found(names)
        for name in names:
            host = lab.hosts[name]
            say(f"{name:5} {host.address:12} --data {play.data(name)}")
            say(f"      a shell there: {' '.join(host.within)} sh")
        say("'help' shows what can be written here; in another terminal, for example:")
        say(f"      talkstick say --data {play.data(names[-1])} hello")
        for line in sys.stdin:
            if line.strip() == "quit":
                break
            if line.strip():
                say(play.obey(line))
    return 0


def say(text: str) -> None:
    if text:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
