"""Two people at two screens, and all that must run for them; everything is ended at the end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from tests.window.access import Sight, Thing, accessibility_bus
from tests.window.bus import Bus
from tests.window.screen import Screen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 20.0
"""For what takes a second on an idle machine: this one may be busy."""
_LOOK_SECONDS = 0.1
"""How often it is looked whether something is there: a screen sends no event to a test."""

# Said by Qt's bridge when it is asked about something that has just gone: our question, not a fault.
_HARMLESS = "Could not find accessible on path"

Found = TypeVar("Found")
Json = dict[str, Any]


class NotSeen(AssertionError):
    """What should have come did not."""


def wait_until(
    find: Callable[[], Found | None], what: str, seconds: float = PATIENCE_SECONDS
) -> Found:
    """What `find` finds, once it finds something."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while True:
        found = find()
        if found:
            return found
        if time.monotonic() > end:
            raise NotSeen(f"no {what} within {seconds:g} s")
        pause.wait(_LOOK_SECONDS)


class Person:
    """Somebody with a screen, a data folder, two hands and eyes. Positions are screen pixels."""

    def __init__(self, name: str, screen: Screen, folder: Path, address: str) -> None:
        self.name = name
        self.screen = screen
        self.folder = folder
        self.complaints: list[str] = []
        """Every line the program wrote: it should write none."""
        self._address = address
        self._process: subprocess.Popen[str] | None = None
        self._sight: Sight | None = None
        self._holder: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    # --- the program ---

    def start(self, *words: object) -> None:
        """Start the program, as a click on its icon would."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app", "--data", str(self.folder), *map(str, words)],
            env=self.screen.environment,
            cwd=self.screen.environment["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._sight = Sight(self._address, self._process.pid)
        self._reader = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._reader.start()

    def hand_over(self, link: str) -> None:
        """Start the program once more, with a link: the window that runs gets it."""
        subprocess.run(
            [sys.executable, "-P", "-m", "app", "--data", str(self.folder), link],
            env=self.screen.environment,
            cwd=self.screen.environment["HOME"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if _HARMLESS not in line:
                    self.complaints.append(line.rstrip())

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait for the end of the program; its exit code."""
        assert self._process is not None
        assert self._reader is not None
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        if self._sight is not None:
            self._sight.close()
            self._sight = None
        return code

    def memory_mb(self) -> float:
        """Memory that the program has now."""
        assert self._process is not None
        text = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        (kilobytes,) = [line.split()[1] for line in text.splitlines() if line.startswith("VmRSS")]
        return int(kilobytes) / 1024

    def command(self, verb: str, *words: str) -> str:
        """A `talkstick` command on this person's folder: what it printed."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [sys.executable, "-P", "-m", "app", verb, "--data", str(self.folder), *words],
            env=self.screen.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise NotSeen(f"answer to {verb}: {done.stderr.strip()}")
        return done.stdout

    def status(self) -> Json:
        """What `talkstick status` says."""
        status: Json = json.loads(self.command("status"))
        return status

    # --- eyes ---

    def things(self, *, rows: bool = True) -> list[Thing]:
        """All that is shown."""
        return self._sight.things(rows=rows) if self._sight is not None else []

    def find(self, name: str, *roles: str) -> Thing | None:
        """What has this name (or begins with it, if it ends with an ellipsis)."""
        prefix = name.removesuffix("…") if len(name) > 1 else name
        for thing in self.things():
            named = thing.name == name or (prefix != name and thing.name.startswith(prefix))
            if named and thing.width > 0 and (not roles or thing.role in roles):
                return thing
        return None

    def see(self, name: str, *roles: str, seconds: float = PATIENCE_SECONDS) -> Thing:
        """Wait until it is there."""
        return wait_until(
            lambda: self.find(name, *roles), f"“{name}” on {self.name}'s screen", seconds
        )

    def read(self, text: str, seconds: float = PATIENCE_SECONDS) -> Thing:
        """Wait until something says this among other words."""

        def found() -> Thing | None:
            return next((each for each in self.things() if text in each.name), None)

        return wait_until(found, f"“{text}” on {self.name}'s screen", seconds)

    def board(self) -> Thing:
        """The board's canvas."""
        return self.see("Board", "canvas", "scroll pane", "viewport", "filler", "panel")

    # --- hands ---

    def click(self, thing: Thing, button: int = 1) -> None:
        self.screen.do("mousemove", *thing.middle, "click", button)

    def press(self, *keys: str) -> None:
        """Keys, one after another; `ctrl+z` is one."""
        self.screen.do("key", "--delay", 30, *keys)

    def write(self, text: str) -> None:
        self.screen.do("type", "--delay", 12, text)

    # --- clipboard ---

    def copied(self) -> str:
        """What is in the clipboard."""
        return self._clipboard("read").communicate(timeout=PATIENCE_SECONDS)[0]

    def hold(self, text: str) -> None:
        """Have this in the clipboard, as if it was copied from a letter."""
        self.let_go()
        self._holder = self._clipboard("hold")
        assert self._holder.stdin is not None
        assert self._holder.stdout is not None
        self._holder.stdin.write(text)
        self._holder.stdin.close()
        self._holder.stdout.readline()

    def let_go(self) -> None:
        if self._holder is not None:
            self._holder.terminate()
            self._holder.wait()
            assert self._holder.stdout is not None
            self._holder.stdout.close()
            self._holder = None

    def _clipboard(self, verb: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.window.clipboard", verb],
            env=self.screen.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def clear(self) -> None:
        """Leave nothing behind."""
        self.let_go()
        if self.runs:
            assert self._process is not None
            self._process.send_signal(signal.SIGKILL)
        if self._process is not None:
            self.ended()


@contextlib.contextmanager
def stage(
    names: tuple[str, ...],
    size: tuple[int, int],
    displays: tuple[int, ...] = (),
    *,
    fills: bool = True,
) -> Iterator[list[Person]]:
    """People before their screens; nobody has started anything yet."""
    with (
        tempfile.TemporaryDirectory(prefix="talkstick-window-") as name,
        contextlib.ExitStack() as end,
    ):
        folder = Path(name)
        runtime, home = folder / "run", folder / "home"
        runtime.mkdir(mode=0o700)
        home.mkdir()
        environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "PYTHONFAULTHANDLER": "1",
            "XDG_RUNTIME_DIR": str(runtime),
            "HOME": str(home),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        bus = end.enter_context(_session_bus(environment, folder))
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        session = Bus(bus)
        end.callback(session.close)
        address = accessibility_bus(session)
        people = []
        for place, person in enumerate(names):
            display = displays[place] if place < len(displays) else None
            screen = Screen(folder / f"screen-{person}", size, display, environment, fills=fills)
            end.callback(screen.close)
            people.append(Person(person, screen, folder / person, address))
            end.callback(people[-1].clear)
        yield people


@contextlib.contextmanager
def _session_bus(environment: dict[str, str], folder: Path) -> Iterator[str]:
    with (folder / "bus.log").open("wb") as log:
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert bus.stdout is not None
    try:
        yield bus.stdout.readline().strip()
    finally:
        bus.terminate()
        bus.wait()
        bus.stdout.close()
