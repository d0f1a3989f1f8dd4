"""Real Qt guests on X servers of their own, real keys and mouse, and a toy order between them.

The order is a list: what a copy sends gets the next index and goes to all copies, each by its own
delay. It knows as much of the share model as a guest can feel: the gesture lock, one keeper of the
ticks, one answer to a file dialog.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import random
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.bench.share import screen
from app.bench.share.screen import Hand, Screen
from app.tkshare.guest import qt_environment, wire

ROOT = Path(__file__).resolve().parents[2]
GUEST = ROOT / "app/tkshare/guest"
PROGRAMS = Path(__file__).parent / "qt_programs"
FONTS = ROOT / "resources/fonts"
WAIT_SECONDS = 20.0

NOT_SET = "(not set)"
"""As a value in an environment: the variable isn't there."""

POINTING = ("press", "release", "move", "wheel", "enter", "leave")


def missing() -> list[str]:
    """Which needed programs and libraries are not there; Debian: xvfb, libxtst6, openbox."""
    return screen.missing("openbox")


class Screens:
    """X servers with a window manager, or without, started once for all tests of a worker."""

    def __init__(self, *, managed: bool = True) -> None:
        self._made: list[Screen] = []
        self._managed = managed

    def display(self, place: int) -> str:
        while len(self._made) <= place:
            self._made.append(Screen(manager=self._managed, size=(1280, 900)))
        return self._made[place].name

    def close(self) -> None:
        for each in self._made:
            each.close()


class Program:
    """A Qt program that can be looked into; alone, or (`Copy`) with a guest in it."""

    def __init__(
        self, screens: Screens, place: int, folder: Path, command: Sequence[Any],
        environment: dict[str, str] | None = None, *, platform: str = "xcb",
    ) -> None:  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.display = screens.display(place)
        self._spy_path = str(folder / "spy")
        self.environment = {
            **os.environ,
            **qt_environment.environment(folder, FONTS),
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": platform,
            "PYTHONPATH": str(Path(__file__).parent / "qt_spy"),
            "SPY_SOCKET": self._spy_path,
            "SPY_GUEST": str(GUEST),
            **(environment or {}),
        }
        self.environment = {k: v for k, v in self.environment.items() if v is not NOT_SET}
        self._spy: socket.socket | None = None
        self.output = folder / "output.txt"
        self.process = self._start([*map(str, command)])
        self.hand = Hand(self.display)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            return subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)

    def ask(self, expression: str) -> Any:
        """What the expression is in the program; see `qt_spy`."""
        self.send_ask(expression)
        return self.answer()

    def send_ask(self, expression: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while self._spy is None:
            spy = socket.socket(socket.AF_UNIX)
            try:
                spy.connect(self._spy_path)
                self._spy = spy
            except OSError:
                spy.close()
                assert self.process.poll() is None, self.output.read_text()
                assert time.monotonic() < deadline, "no spy"
                select.select([], [], [], 0.02)
        self._spy.sendall(json.dumps(expression).encode() + b"\n")

    def answer(self) -> Any:
        assert self._spy is not None
        data = b""
        while not data.endswith(b"\n"):
            part = self._spy.recv(1 << 16)
            if not part:
                raise ConnectionError
            data += part
        word, value = json.loads(data)
        assert word == "ok", value
        return value

    def state(self) -> str:
        return str(self.ask("state()"))

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hand.close()
        if self._spy is not None:
            self._spy.close()


class Alone(Program):
    """The program as it is without us."""

    def __init__(self, screens: Screens, place: int, folder: Path, command: Sequence[Any]) -> None:
        super().__init__(screens, place, folder, command)
        self.hand.pause = lambda: select.select([], [], [], 0.004) and None

    def settle(self) -> None:
        """Until it looks the same for a while."""
        last, same = "", 0
        deadline = time.monotonic() + WAIT_SECONDS
        while same < 3 and time.monotonic() < deadline:
            select.select([], [], [], 0.03)
            now = self.state()
            same, last = (same + 1 if now == last else 0), now


class Copy(Program):
    """A copy with a guest; `person` is its site's id."""

    def __init__(
        self, screens: Screens, place: int, folder: Path, program: Sequence[Any],
        start: dict[str, Any] | None = None, environment: dict[str, str] | None = None, *,
        python: str = sys.executable, platform: str = "xcb",
    ) -> None:  # fmt: skip
        self.person = "abc"[place] * 16
        ours, theirs = socket.socketpair()
        self._theirs = theirs
        self.wire = wire.Wire(ours)
        self._ours = ours
        self.frames: list[list[Any]] = []
        self.events = 0
        self.applied = 0
        self.skipped = 0
        self.digests: dict[int, str] = {}
        self.windows: dict[int, list[Any]] = {}
        self.gone = False
        self.shown: dict[str, bool] = {}
        command = [python, str(GUEST / "qt.py"), str(theirs.fileno())]
        super().__init__(screens, place, folder, command, environment, platform=platform)
        theirs.close()
        first = {
            "program": str(program[0]),
            "kind": "file",
            "arguments": [str(each) for each in program[1:]],
            "folder": str(folder),
            "person": self.person,
            "seed": 7,
            "start_ms": 1_800_000_000_000,
        }
        self.wire.send("start", first | (start or {}))

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            return subprocess.Popen(
                command, env=self.environment, stdout=output, stderr=output,
                pass_fds=[self._theirs.fileno()],
            )  # fmt: skip

    def of(self, word: str) -> list[list[Any]]:
        """All frames of a kind so far."""
        return [frame for frame in self.frames if frame[0] == word]

    def close(self) -> None:
        super().close()
        self._ours.close()


class Order:
    """One order for all copies; `jitter` is the largest delay of a frame in seconds."""

    def __init__(self, copies: list[Copy], jitter: float = 0.0, seed: int = 1) -> None:
        self.copies = copies
        self.jitter = jitter
        self.index = 0
        self.lock = True
        self.mute = False
        self.ticks = True
        self.answers: list[tuple[list[str], str]] = []
        self.refused = 0
        self.entries = 0
        self.log: list[list[Any]] = []
        self._random = random.Random(seed)
        self._due: list[tuple[float, int, Copy, list[Any]]] = []
        self._count = itertools.count()
        self._last: dict[int, float] = {}
        self._owner: str | None = None
        self._stamp = 0
        self._wanted: dict[tuple[str, int], None] = {}
        self._clock_at = 0.0
        for copy in copies:
            copy.hand.pause = lambda: self.turn(0.001)

    # --- the order --------------------------------------------------------------------------------

    def tell(self, frame: list[Any], only: Copy | None = None) -> None:
        """To all copies, each after its delay, in order for each."""
        now = time.monotonic()
        for place, copy in enumerate(self.copies):
            if copy.gone or (only is not None and copy is not only):
                continue
            at = max(self._last.get(place, 0.0), now + self._random.random() * self.jitter)
            self._last[place] = at
            heapq.heappush(self._due, (at, next(self._count), copy, frame))

    def order(self, word: str, *rest: Any) -> int:
        self.index += 1
        self._stamp = max(self._stamp + 1, int(time.monotonic() * 1000))
        frame = [word, self.index, self._stamp, *rest]
        self.log.append(frame)
        self.tell(frame)
        return self.index

    def _passes(self, copy: Copy, event: list[Any]) -> bool:
        if not self.lock or event[0] not in POINTING:
            return True
        if self._owner not in (None, copy.person):
            self.refused += 1
            return False
        if event[0] == "press":
            self._owner = copy.person
        if event[0] == "release" and not event[5] & ~event[4] & 0xFFFFFF:
            self._owner = None
        return True

    def _heard(self, copy: Copy, frame: list[Any]) -> None:
        copy.frames.append(frame)
        word = frame[0]
        if word == "input":
            copy.events += len(frame[3])
            copy.wire.send("credit", len(frame[3]))
            events = [event for event in frame[3] if self._passes(copy, event)]
            if events and not self.mute:
                self.entries += 1
                self.order("events", copy.person, frame[2], events)
        elif word == "applied":
            copy.applied, copy.skipped = frame[1], frame[3]
        elif word == "digest":
            copy.digests[frame[1]] = frame[2]
            copy.windows[frame[1]] = frame[3]
        elif word == "window":
            copy.shown[frame[2]] = frame[5]
        elif word == "wants":
            self._wants(copy, frame)

    def _wants(self, copy: Copy, frame: list[Any]) -> None:
        if frame[1] == "clipboard" and not self.mute:
            self.order("clipboard", copy.person, *frame[2:4])
        elif frame[1] == "tick" and copy is self.copies[0] and self.ticks:
            self._wanted.update(dict.fromkeys((name, ms) for name, ms in frame[2]))
        elif frame[1] == "file" and frame[2] == copy.person:
            paths, kind = self.answers.pop(0) if self.answers else ([], "")
            self.order("file", copy.person, paths, kind)

    # --- time -------------------------------------------------------------------------------------

    def _tell_due(self, now: float) -> None:
        if self._wanted and now >= self._clock_at:
            self._clock_at = now + 0.02
            due, self._wanted = list(self._wanted), {}
            self.order("clock", [list(each) for each in due])
        while self._due and self._due[0][0] <= now:
            _at, _n, copy, frame = heapq.heappop(self._due)
            try:
                copy.wire.send(*frame)
                copy.wire.flush()
            except wire.GoneError:
                copy.gone = True

    def _hear(self, seconds: float) -> None:
        for copy in self.copies:
            if copy.wire.unsent and not copy.gone:
                copy.wire.flush()
                seconds = min(seconds, 0.002)
        ears = {copy.wire.fileno(): copy for copy in self.copies if not copy.gone}
        for descriptor in select.select(list(ears), [], [], max(0.0, seconds))[0]:
            copy = ears[descriptor]
            try:
                for frame in copy.wire.receive():
                    self._heard(copy, frame)
            except wire.GoneError:
                copy.gone = True

    def turn(self, seconds: float) -> None:
        """Hear and tell what is due, for at most so long."""
        until = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            self._tell_due(now)
            left = until - now
            if self._due:
                left = min(left, self._due[0][0] - now)
            if self._wanted:
                left = min(left, self._clock_at - now)
            self._hear(left)
            if time.monotonic() >= until:
                return

    def until(self, done: Callable[[], bool], what: str = "") -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not done():
            assert time.monotonic() < deadline, f"never: {what}"
            self.turn(0.005)

    def attach(self) -> None:
        """Wait for the program's window everywhere."""
        for copy in self.copies:
            self.until(lambda c=copy: bool(c.of("hello")) or c.gone, "hello")  # type: ignore[misc]
            assert not copy.gone, copy.output.read_text()
        self.until(lambda: all(copy.shown for copy in self.copies), "a window")

    def go(self) -> None:
        """All attached: the share runs."""
        self.attach()
        first = self.order("go")
        self.until(lambda: all(copy.applied >= first for copy in self.copies), "go")

    def replay(self, told: list[list[Any]], marks_from: int) -> int | None:
        """What another order told, with a mark after every entry from an index on.

        The first index at which the copies differ, or None.
        """
        self.attach()
        self.mute, self.ticks = True, False
        marks: list[int] = []
        for frame in told:
            if frame[0] != "mark":
                self.tell(frame)
            if frame[1] >= marks_from:
                marks.append(frame[1])
                self.tell(["mark", frame[1], frame[2]])
        self.until(
            lambda: all(copy.gone or marks[-1] in copy.digests for copy in self.copies), "replayed"
        )
        for index in marks:
            if len({copy.digests[index] for copy in self.copies if index in copy.digests}) > 1:
                return index
        return None

    def settle(self, quiet: float = 0.03) -> None:
        """Until every copy has applied everything, and nobody says anything for a while."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            heard = sum(len(copy.frames) for copy in self.copies), self.index
            self.turn(quiet)
            living = [copy for copy in self.copies if not copy.gone]
            applied = all(copy.applied >= self.index for copy in living)
            now = sum(len(copy.frames) for copy in self.copies), self.index
            if applied and not self._due and heard == now:
                return
        stands = [(copy.applied, copy.gone, copy.of("log")[-2:]) for copy in self.copies]
        message = f"never quiet: {self.index}, {stands}, {self.log[-4:]}, {self._due[:3]}"
        raise AssertionError(message)

    def ask(self, copy: Copy, expression: str) -> Any:
        """As `Copy.ask`, while the order goes on."""
        copy.send_ask(expression)
        assert copy._spy is not None
        while not select.select([copy._spy], [], [], 0)[0]:
            self.turn(0.002)
        return copy.answer()

    def digest(self) -> list[str]:
        """Of every copy, at one mark."""
        index = self.order("mark")
        living = [copy for copy in self.copies if not copy.gone]
        self.until(lambda: all(index in copy.digests or copy.gone for copy in living), "digests")
        return [copy.digests[index] for copy in living if index in copy.digests]
