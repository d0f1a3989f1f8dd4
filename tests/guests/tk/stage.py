"""Real Tk guests and a toy order between them: each copy hears everything, later and in order.

The order is a list in this process. It keeps what the real one decides and guests rely on: numbers
for names, the gesture lock, one keeper's ticks, answers for files and clipboards. Each frame
reaches each copy after a delay of its own; a copy never hears them in another sequence.
"""

from __future__ import annotations

import heapq
import json
import os
import random
import selectors
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.bench.share.screen import Screen
from app.tkshare.guest.environment import environment
from app.tkshare.model.speech import Window, hear

ROOT = Path(__file__).resolve().parents[3]
GUEST = ROOT / "app" / "tkshare" / "guest"
START_MS = 1_700_000_000_000
PATIENCE_S = 20.0
UNHEARD_S = 0.15
"""Real input that no copy tells of within this is none for the program."""

Event = list[Any]


@dataclass
class Copy:
    """One guest and its app's end of the line."""

    person: str
    process: subprocess.Popen[bytes]
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    heard: list[list[Any]] = field(default_factory=list)
    windows: dict[str, Window] = field(default_factory=dict)
    digests: dict[int, tuple[str, dict[str, str]]] = field(default_factory=dict)
    detail: dict[str, str] = field(default_factory=dict)
    applied: int = 0
    skipped: int = 0
    ended: int | None = None
    gone: bool = False
    delivered_at: float = 0.0
    folder: Path = Path()

    def say(self, *frame: Any) -> None:
        """A frame of the app, at once."""
        body = json.dumps(frame).encode()
        try:
            self.socket.sendall(struct.pack(">I", len(body)) + body)
        except OSError:
            self.gone = True

    def logs(self) -> str:
        """What the guest said went wrong."""
        return "\n".join(frame[1] for frame in self.heard if frame[0] in ("log", "refused"))

    def output(self) -> str:
        """What the program printed."""
        return (self.folder / "output").read_text("utf-8", "replace")

    def count(self, word: str) -> int:
        """How many frames of this word it has said."""
        return sum(frame[0] == word for frame in self.heard)


class Share:
    """Copies of one program, a toy order, and a clock that is the order's."""

    def __init__(
        self,
        folder: Path,
        program: str,
        screens: list[Screen],
        *,
        kind: str = "file",
        arguments: tuple[str, ...] = (),
        jitter_ms: int = 0,
        seed: int = 1,
        without: str = "",
        python: str = sys.executable,
        variables: Callable[[int], dict[str, str]] = lambda number: {},
        fonts: list[Path] | None = None,
        prepare: Callable[[Path], None] = lambda folder: None,
    ) -> None:
        self._selector = selectors.DefaultSelector()
        self._random = random.Random(seed)
        self._jitter_ms = jitter_ms
        self._began = time.monotonic()
        self._later: list[tuple[float, int, Copy, list[Any]]] = []
        self._sequence = 0
        self._owner: str | None = None
        self._buttons: set[int] = set()
        self._names: dict[str, int] = {}
        self._logged = 0
        self.index = 0
        self.held = 0
        self.log: list[list[Any]] = []
        self.told: list[list[Any]] = []
        self.files: Callable[[str, str, str], list[str]] = lambda how, title, person: []
        self.answer_texts = True
        self.copies: list[Copy] = []
        self.screens = screens
        for number, screen in enumerate(screens):
            # One name for the share's folder in all copies: programs show it.
            own = folder / str(number) / "share"
            own.mkdir(parents=True)
            prepare(own)
            self.copies.append(
                self._start(
                    own,
                    screen,
                    f"{'abcdefgh'[number]}" * 16,
                    {
                        "program": program,
                        "kind": kind,
                        "arguments": list(arguments),
                        "seed": seed,
                        "start_ms": START_MS,
                    },
                    {
                        **environment(own, fonts or []),
                        "TALKSTICK_WITHOUT": without,
                        "python": python,
                        **variables(number),
                    },
                )
            )

    def _start(
        self,
        folder: Path,
        screen: Screen,
        person: str,
        start: dict[str, Any],
        variables: dict[str, str],
    ) -> Copy:
        here, there = socket.socketpair()
        python = variables.pop("python")
        with there, (folder / "output").open("wb") as output:
            process = subprocess.Popen(
                [python, str(GUEST / "tk.py"), str(there.fileno())],
                pass_fds=(there.fileno(),),
                env={
                    **os.environ,
                    "DISPLAY": screen.name,
                    **variables,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        here.setblocking(True)
        copy = Copy(person, process, here, folder=folder)
        copy.say("start", {**start, "folder": str(folder), "person": person})
        self._selector.register(here, selectors.EVENT_READ, copy)
        return copy

    # --- the loop ---------------------------------------------------------------------------------

    def now_ms(self) -> int:
        """The order's clock."""
        return int((time.monotonic() - self._began) * 1000)

    def run(self, done: Callable[[], bool], patience_s: float = PATIENCE_S, why: str = "") -> None:
        """Turn until `done`; fails with what the guests said."""
        end = time.monotonic() + patience_s
        while not done():
            if time.monotonic() > end:
                said = "\n".join(copy.logs() + copy.output() for copy in self.copies)
                raise AssertionError(f"not in time: {why or done}\n{said[-3000:]}")
            self._turn()

    def _turn(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            _, _, copy, frame = heapq.heappop(self._later)
            copy.say(*frame)
        wait = 0.01 if not self._later else max(0.0, min(0.01, self._later[0][0] - now))
        for key, _ in self._selector.select(wait):
            self._read(key.data)

    def pass_ms(self, ms: float) -> None:
        """Let the order's clock go on."""
        end = time.monotonic() + ms / 1000
        self.run(lambda: time.monotonic() >= end)

    def close(self) -> None:
        for copy in self.copies:
            if copy.process.poll() is None:
                copy.process.kill()
            copy.process.wait(10)
            copy.socket.close()
        self._selector.close()

    # --- what copies say --------------------------------------------------------------------------

    def _read(self, copy: Copy) -> None:
        try:
            data = copy.socket.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            copy.gone = True
            self._selector.unregister(copy.socket)
            return
        copy.received += data
        while len(copy.received) >= 4:
            (length,) = struct.unpack_from(">I", copy.received)
            if len(copy.received) < 4 + length:
                return
            frame = json.loads(bytes(copy.received[4 : 4 + length]))
            del copy.received[: 4 + length]
            hear(frame)  # the model takes every frame of a guest
            self._heard(copy, frame)

    def _heard(self, copy: Copy, frame: list[Any]) -> None:
        copy.heard.append(frame)
        word = frame[0]
        if word == "input":
            copy.say("credit", len(frame[3]))
            self.order(copy.person, frame[2], frame[3], frame[1])
        elif word == "window":
            copy.windows[frame[2]] = Window(*frame[1:])
        elif word == "applied":
            copy.applied, copy.skipped = frame[1], frame[3]
        elif word == "digest":
            copy.digests[frame[1]] = (frame[2], {str(key): each for key, each in frame[3]})
        elif word == "ended":
            copy.ended = frame[1]
        elif word == "wants":
            self._wanted(copy, frame)

    def _wanted(self, copy: Copy, frame: list[Any]) -> None:
        if frame[1] == "tick" and copy is self._keeper():
            self._say_all("clock", [])
        elif frame[1] == "file" and frame[2] == copy.person:
            paths = self.files(frame[3], frame[4], copy.person)
            self._say_all("file", copy.person, paths, "")
        elif frame[1] == "clipboard" and self.answer_texts:
            self._say_all("clipboard", copy.person, frame[2], frame[3])

    def _keeper(self) -> Copy | None:
        return next((copy for copy in self.copies if not copy.gone), None)

    # --- the order --------------------------------------------------------------------------------

    def order(
        self, person: str, start_ms: int, events: list[Event], seen: int | None = None
    ) -> int:
        """What one person did, through the gesture lock, to all copies; its index.

        `seen` None: whoever did it had seen everything.
        """
        passed = [event for event in events if self._passes(person, event)]
        if passed:
            self._number(passed)
            return self._say_all(
                "events", person, start_ms, passed, self.index if seen is None else seen
            )
        return self.index

    def _passes(self, person: str, event: Event) -> bool:
        kind = event[0]
        if kind not in ("press", "release", "move", "wheel"):
            return True
        if self._owner not in (None, person):
            self.held += 1
            return False
        if kind == "press" and event[4] <= 3:
            self._owner = person
            self._buttons.add(event[4])
        elif kind == "release":
            self._buttons.discard(event[4])
            if not self._buttons:
                self._owner = None
        return True

    def _number(self, events: list[Event]) -> None:
        for event in events:
            for name in (event[1], event[-2][0] if isinstance(event[-2], list) else 0):
                if isinstance(name, str) and name not in self._names:
                    self._tell_all(["names", len(self._names), [name]])
                    self._names[name] = len(self._names)
            event[1] = self._names.get(event[1], event[1])

    def _say_all(self, word: str, *rest: Any) -> int:
        self.index += 1
        frame = [word, self.index, self.now_ms(), *rest]
        self.log.append(frame)
        self._tell_all(frame)
        return self.index

    def _tell_all(self, frame: list[Any]) -> None:
        self.told.append(frame)
        for copy in self.copies:
            self._deliver(copy, frame)

    def _deliver(self, copy: Copy, frame: list[Any]) -> None:
        delay = self._random.uniform(0, self._jitter_ms) / 1000
        copy.delivered_at = max(copy.delivered_at, time.monotonic() + delay)
        self._sequence += 1
        heapq.heappush(self._later, (copy.delivered_at, self._sequence, copy, frame))

    # --- what tests do ----------------------------------------------------------------------------

    def living(self) -> list[Copy]:
        return [copy for copy in self.copies if not copy.gone]

    def attach(self) -> None:
        """Wait for the program's window everywhere."""
        self.run(
            lambda: all(any(w.shown for w in copy.windows.values()) for copy in self.copies),
            why="no window",
        )

    def go(self) -> None:
        """When all copies are there, let the share's clock run."""
        self.attach()
        self._say_all("go")
        self.settle()

    def replay(self, told: list[list[Any]], marks_from: int) -> int | None:
        """What another share was told, with a mark after every entry from an index on.

        The first index at which the copies differ, or None.
        """
        self.attach()
        marks: list[int] = []
        for frame in told:
            self._tell_all(frame)
            if frame[0] not in ("names", "mark") and frame[1] >= marks_from:
                marks.append(frame[1])
                self._tell_all(["mark", frame[1], frame[2]])
        self.index = max((frame[1] for frame in told if frame[0] != "names"), default=0)
        self.run(
            lambda: all(
                copy.gone or (not marks or marks[-1] in copy.digests) for copy in self.copies
            ),
            120.0,
            "replayed",
        )
        for index in marks:
            if len({c.digests[index][0] for c in self.copies if index in c.digests}) > 1:
                return index
        return None

    def settle(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until everything ordered has been applied everywhere and nothing comes any more."""

        def done() -> bool:
            return all(copy.applied >= self.index for copy in self.living()) and not self._later

        while True:
            index = self.index
            self.run(done, patience_s, f"applied {[c.applied for c in self.copies]} of {index}")
            self.pass_ms(30)
            if index == self.index:
                return

    def wait_for(self, *tools: subprocess.Popen[bytes]) -> None:
        """Until these have given their input."""
        self.run(lambda: all(tool.poll() is not None for tool in tools), 60, "xdotool")

    def act(self, number: int, *words: object) -> None:
        """Real input at one copy's screen, and all that follows from it."""
        before = self.copies[number].count("input")
        self.wait_for(self.screens[number].act(*words))
        end = time.monotonic() + UNHEARD_S
        self.run(lambda: self.copies[number].count("input") > before or time.monotonic() > end)
        self.settle()

    def places(self, number: int) -> dict[str, tuple[int, int, int, int]]:
        """Where each mapped window of a watched program is on its screen: x, y, width, height."""
        folder = self.copies[number].folder
        (folder / "ask").touch()
        places = folder / "places"
        self.run(places.exists, why="no places")
        found: dict[str, tuple[int, int, int, int]] = json.loads(places.read_text("utf-8"))
        places.unlink()
        return found

    def point(
        self, number: int, path: str, at: tuple[int, int] | None = None
    ) -> tuple[object, ...]:
        """Words that move the pointer into a window, to its middle or to a place in it."""
        x, y, width, height = self.places(number)[path]
        dx, dy = at or (width // 2, height // 2)
        return ("mousemove", x + dx, y + dy)

    def click(
        self, number: int, path: str, at: tuple[int, int] | None = None, button: int = 1
    ) -> None:
        """A real click into a window."""
        self.act(number, *self.point(number, path, at), "click", button)

    def logged(self) -> list[str]:
        """The lines that a watched program has logged since the last time, equal in all copies."""
        found = [(copy.folder / "log").read_text("utf-8").splitlines() for copy in self.copies]
        assert all(each == found[0] for each in found), found
        new, self._logged = found[0][self._logged :], len(found[0])
        return new

    def check(self) -> dict[str, str]:
        """A mark, and the same digest at it everywhere; the digests by window."""
        index = self._say_all("mark")
        self.run(lambda: all(index in copy.digests for copy in self.living()), why="no digest")
        found = [copy.digests[index] for copy in self.living()]
        if any(each[0] != found[0][0] for each in found):
            raise AssertionError(self._difference(index))
        return found[0][1]

    def same(self) -> bool:
        """A mark: whether all copies are equal."""
        try:
            self.check()
        except AssertionError:
            return False
        return True

    def _difference(self, index: int) -> str:
        windows = sorted({key for copy in self.living() for key in copy.digests[index][1]})
        for window in windows:
            name: Any = int(window) if window.isdecimal() else window
            for copy in self.living():
                copy.say("say", name)
        self.run(
            lambda: all(copy.count("differs") >= len(windows) for copy in self.living()),
            why="no detail",
        )
        texts = [[f[2] for f in copy.heard if f[0] == "differs"] for copy in self.living()]
        lines = [f"differ at {index} after {self.log[-6:-1]}"]
        for at in range(len(windows)):
            found = [each[at].splitlines() for each in texts]
            common = set(found[0]).intersection(*found)
            lines += [
                f"copy {copy.person[0]}: {line[:400]!r}"
                for copy, own in zip(self.living(), found, strict=True)
                for line in own
                if line not in common
            ]
        lines.append(f"skipped {[copy.skipped for copy in self.living()]}")
        return "\n".join(lines)
