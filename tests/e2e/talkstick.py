"""Real processes of the program, for tests: start one, wait for what it says, end it.

Nothing here waits for a length of time: whoever waits names an event and a time-out, and a failure
shows what the site said instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30.0
"""For what takes a second on an idle machine: this one may be busy."""

Json = dict[str, Any]


def command(*words: object) -> list[str]:
    """The command line of the program under test."""
    return [sys.executable, "-P", "-m", "app", *(str(word) for word in words)]


def environment() -> dict[str, str]:
    """The program finds itself, and no window system."""
    kept = {name: value for name, value in os.environ.items() if name not in _DISPLAYS}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}


_DISPLAYS = {"DISPLAY", "WAYLAND_DISPLAY"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    error: str

    @property
    def lines(self) -> list[Json]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    def ok(self) -> Outcome:
        """Itself, if it went well."""
        assert self.code == 0, f"exit {self.code}: {self.error}"
        return self


def run(*words: object, stdin: str | None = None, timeout: float = PATIENCE_SECONDS) -> Outcome:
    """Run one command to its end."""
    done = subprocess.run(
        command(*words),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        env=environment(),
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


class Process:
    """A command that goes on; what it prints is kept, line by line."""

    def __init__(
        self, *words: object, stdin: int = subprocess.DEVNULL, within: Sequence[str] = ()
    ) -> None:
        self.events: list[Json] = []
        """What it printed: JSON lines."""
        self.errors: list[str] = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [*within, *command(*words)],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(),
        )
        self._readers = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def write(self, text: str) -> None:
        """Give it input."""
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def end_input(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait_for(
        self, wanted: Callable[[Json], bool], what: str, timeout: float = PATIENCE_SECONDS
    ) -> Json:
        """The first event, past or to come, that is wanted."""
        found: Json = self.wait_until(
            lambda events: next((event for event in events if wanted(event)), None), what, timeout
        )
        return found

    def wait_until(
        self,
        find: Callable[[list[Json]], Any],
        what: str,
        timeout: float = PATIENCE_SECONDS,
    ) -> Any:
        """What `find` finds in the events, once it finds something."""
        found: Any = None

        def there() -> bool:
            nonlocal found
            found = find(self.events)
            return bool(found)

        with self._changed:
            if not self._changed.wait_for(there, timeout):
                last = "\n".join(str(event)[:200] for event in self.events[-10:])
                text = f"no {what} within {timeout:g} s; exit {self._process.poll()}, {self.errors}\n{last}"
                raise AssertionError(text)
        return found

    def end(self, number: int = signal.SIGTERM, timeout: float = PATIENCE_SECONDS) -> Outcome:
        """Send a signal and see how it ends."""
        self._process.send_signal(number)
        return self.wait(timeout)

    def wait(self, timeout: float = PATIENCE_SECONDS) -> Outcome:
        """See how it ends."""
        code = self._process.wait(timeout)
        for reader in self._readers:
            reader.join(timeout)
        return Outcome(
            code, "".join(f"{json.dumps(event)}\n" for event in self.events), "".join(self.errors)
        )

    def clear(self) -> None:
        """Make sure that nothing of it is left."""
        if self._process.stdout is not None and self._process.stdout.closed:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def _read_events(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                # It was killed in the middle of a line.
                return
            with self._changed:
                self.events.append(json.loads(line))
                self._changed.notify_all()

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.errors.append(line)


@dataclass(slots=True)
class Site:
    """One person's site: its folder, and the process that runs in it now."""

    folder: Path
    name: str
    process: Process
    ready: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.ready["site"])

    @property
    def invite(self) -> str:
        return str(self.ready["invite"])

    def do(self, *words: object, stdin: str | None = None, timeout: float = 60.0) -> Outcome:
        """Run a command that talks to this site."""
        return run(*words[:1], "--data", self.folder, *words[1:], stdin=stdin, timeout=timeout)

    def say(self, texts: Sequence[str], wait: str = "ordered") -> list[Json]:
        """Say lines, one message each, and see what becomes of them."""
        given = "".join(f"{text}\n" for text in texts)
        return self.do("say", "--wait", wait, "-", stdin=given).ok().lines

    def kill(self) -> None:
        """As a power cut does."""
        self.process.end(signal.SIGKILL)

    def status(self) -> Json:
        return self.do("status").ok().lines[0]

    def log(self) -> list[Json]:
        return self.do("log").ok().lines

    def member(self, site: str, state: str, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until this site has said so of another."""
        self.process.wait_for(
            lambda event: (
                (event["event"], event.get("site"), event.get("state")) == ("member", site, state)
            ),
            f"{site} {state}",
            timeout,
        )


def _said_hello(site: str) -> Callable[[Json], bool]:
    """Its first entry: it is a member, and whoever sees this knows its name."""
    return lambda row: row.get("kind") == "profile" and row["author"].startswith(site)


class Company:
    """All processes of one test; every one is gone when it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[Process] = []

    def start(
        self, *words: object, stdin: int = subprocess.DEVNULL, within: Sequence[str] = ()
    ) -> Process:
        """`within` goes before the command line, as `ip netns exec NAME` does."""
        process = Process(*words, stdin=stdin, within=within)
        self._processes.append(process)
        return process

    def site(self, name: str, *words: object, options: Sequence[object] = ()) -> Site:
        """Start a site and wait until it is ready."""
        folder = self._folder / name
        site = Site(folder, name, self._start(folder, name, *words, *options))
        self._wait_until_ready(site)
        return site

    def sites(self, *names: str, options: Sequence[object] = ()) -> list[Site]:
        """The first founds a session, the others join it; all are members when this returns."""
        first = self.site(names[0], "--create", "Garden", options=options)
        others = []
        for name in names[1:]:
            folder = self._folder / name
            process = self._start(folder, name, "--join", first.invite, *options)
            others.append(Site(folder, name, process))
        for other in others:
            self._wait_until_ready(other)
        everyone = [first, *others]
        for site in everyone:
            log = self.follow(site)
            for other in everyone:
                log.wait_for(_said_hello(other.id), f"{other.name} in the log of {site.name}")
            log.clear()
        return everyone

    def follow(self, site: Site) -> Process:
        """The log of a site, as it grows."""
        return self.start("log", "--data", site.folder, "--follow")

    def again(self, site: Site, *options: object) -> None:
        """Start the site of a folder once more."""
        listen = ("--listen", "127.0.0.1:0")
        site.process = self.start("site", "--data", site.folder, *listen, *options)
        self._wait_until_ready(site)

    def clear(self) -> None:
        for process in self._processes:
            process.clear()

    def _start(self, folder: Path, name: str, *words: object) -> Process:
        listen = () if "--listen" in words else ("--listen", "127.0.0.1:0")
        return self.start("site", "--data", folder, "--name", name, *listen, *words)

    @staticmethod
    def _wait_until_ready(site: Site) -> None:
        site.ready = site.process.wait_for(lambda event: event["event"] == "ready", "ready")


# --- what must hold -------------------------------------------------------------------------------


def converged(sites: Sequence[Site], timeout: float = PATIENCE_SECONDS) -> list[Json]:
    """The one log of all sites, settled; fails if two of them differ anywhere.

    The last line is said here, so that there is a place up to which everything must be the same.
    """
    (mark,) = sites[0].do("say", "--wait", "settled", "--timeout", timeout, "mark").ok().lines
    for site in sites:
        follower = Process("log", "--data", site.folder, "--follow", "--from", mark["index"])
        try:
            follower.wait_for(lambda row: row.get("id") == mark["id"], f"mark at {site.name}")
        finally:
            follower.clear()
    logs = [site.log()[: mark["index"]] for site in sites]
    for log in logs:
        assert [row["index"] for row in log] == list(range(1, mark["index"] + 1))
        assert [_identity(row) for row in log] == [_identity(row) for row in logs[0]]
    ids = [row["id"] for row in logs[0]]
    assert len(ids) == len(dict.fromkeys(ids)), "an entry has two places"
    for author, numbers in _numbers(logs[0]).items():
        assert numbers == list(range(1, len(numbers) + 1)), author
    return logs[0]


def _identity(row: Json) -> Json:
    """All that is the same everywhere; `settled` is each site's own knowledge."""
    return {name: value for name, value in row.items() if name != "settled"}


def _numbers(log: Iterable[Json]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for row in log:
        numbers.setdefault(row["author"], []).append(row["number"])
    return numbers


def texts_of(log: Iterable[Json], site: Site) -> list[str]:
    """What a person said, in the log's order."""
    return [
        row["body"]["text"]
        for row in log
        if row["kind"] == "chat" and row["author"].startswith(site.id)
    ]


class Pace:
    """Lets so many things happen in a second, however long each takes."""

    def __init__(self, rate: float) -> None:
        self._every = 1.0 / rate
        self._next = time.monotonic()
        self._never = threading.Event()

    def begin(self) -> None:
        """Count from now on."""
        self._next = time.monotonic()

    def wait(self) -> None:
        self._next += self._every
        self._never.wait(max(0.0, self._next - time.monotonic()))
