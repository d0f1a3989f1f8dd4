"""`talkstick site`, `say` and the window as a person starts them: whole processes, from outside."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import app
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND

KIB_PER_MB = 1_000_000 / 1_024


def program() -> list[str]:
    """How the program is started: the installed one, or this copy of it."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


def environment() -> dict[str, str]:
    """The same, with this copy of the app to be found first."""
    return {**os.environ, "PYTHONPATH": str(Path(app.__file__).resolve().parent.parent)}


def say(data: Path, lines: Sequence[str]) -> None:
    """Say lines at a running site and wait until all are ordered; raises `KnownError`."""
    text = "".join([f"{line}\n" for line in lines])
    done = subprocess.run(  # noqa: S603 - our own program
        [*program(), "say", "--data", str(data), "-"],
        input=text,
        stdout=subprocess.DEVNULL,
        text=True,
        timeout=limits.BENCH_PATIENCE_MICROS / SECOND,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise KnownError("'talkstick say' failed at a measured site.")


class Running:
    """A command of the program that goes on; its events are read one by one."""

    def __init__(self, *words: str, display: str = "") -> None:
        self.begun = time.monotonic()
        self._drained: threading.Thread | None = None
        variables = environment() | ({"DISPLAY": display} if display else {})
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*program(), *words], stdout=subprocess.PIPE, text=True, env=variables
        )

    def event(self, name: str) -> dict[str, Any]:
        """The next event of this name; raises `KnownError` if the process ends before it."""
        assert self._process.stdout is not None, "it was asked for"
        # A process that hangs is ended, which ends the wait for it, too.
        patience = threading.Timer(limits.BENCH_PATIENCE_MICROS / SECOND, self._process.kill)
        patience.daemon = True
        patience.start()
        try:
            for line in self._process.stdout:
                event: dict[str, Any] = json.loads(line)
                if event["event"] == name:
                    return event
        finally:
            patience.cancel()
        raise KnownError(f"A measured site ended; its event '{name}' was expected.")

    def drain(self) -> None:
        """Read on and forget: nobody asks for its events any more, and its pipe stays empty."""
        self._drained = threading.Thread(target=lambda: deque(self._lines(), 0), daemon=True)
        self._drained.start()

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None, "it was asked for"
        with contextlib.suppress(ValueError):  # closed below it
            yield from self._process.stdout

    def memory_mb(self) -> float:
        """Resident memory in MB (10^6 bytes); raises `KnownError` where the system doesn't say."""
        pid = self._process.pid
        if sys.platform == "linux":
            for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / KIB_PER_MB
        if os.name == "posix":
            text = subprocess.run(  # noqa: S603 - a fixed program with a number
                ["/bin/ps", "-o", "rss=", "-p", str(pid)],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            return int(text) / KIB_PER_MB
        raise KnownError("Memory can be measured on Linux, macOS and BSD only.")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait()

    def end_ms(self) -> float:
        """Ask it to end; how long that took."""
        asked = time.monotonic()
        self.close()
        return (time.monotonic() - asked) * 1_000

    def close(self) -> None:
        """Ask it to end, and see that it does."""
        self._process.terminate()
        try:
            if self._drained is not None:
                self._process.wait(limits.BENCH_ENDING_MICROS / SECOND)
                self._drained.join()
            self._process.communicate(timeout=limits.BENCH_ENDING_MICROS / SECOND)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class ProgramSite(Running):
    """A running `talkstick site`."""

    def __init__(self, data: Path, *options: str, display: str = "") -> None:
        words = ("site", "--data", str(data), "--listen", "127.0.0.1:0", *options)
        super().__init__(*words, display=display)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is looked at in a window, and what it counts; see `app.ui.bench_window`."""

    name: str
    number: int = 0
    settle_ms: int = 0


class ProgramWindow(Running):
    """A running window with somebody who looks on for one scene."""

    def __init__(self, data: Path, scene: Scene, link: str = "") -> None:
        words = ("bench-window", scene.name, str(scene.number), str(scene.settle_ms), str(data))
        super().__init__(*words, *([link] if link else []))
