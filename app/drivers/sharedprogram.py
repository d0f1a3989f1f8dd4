"""One copy of a shared program as a process: made ready, started, told, watched, ended.

Its files are unpacked in a thread of their own, and what it is told waits for that. It ends when it
is told to, when it hangs up or breaks a rule of its line; then all its processes are killed, and
whoever listens hears why, once. A program that hangs is not ended: its person may wait. It decides
nothing of what a program is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.core import limits
from app.core.errors import KnownError
from app.drivers.blobs import Blobs
from app.drivers.processes import has_ended, kill_group, kill_strays, reason
from app.drivers.programoutput import ProgramOutput
from app.drivers.sharefolder import ShareFolder
from app.drivers.sharelaunch import environment, interpreter, launch, require_display
from app.drivers.shareline import ShareLine

_REAP_STEP_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Place:
    """Where copies find and leave things: kept content, and what a person saved."""

    blobs: Blobs
    saved: Path


@dataclass(frozen=True, slots=True)
class _Ready:
    """All that is needed to start."""

    folder: ShareFolder
    python: str
    environment: dict[str, str]
    start: bytes


class SharedProgram:
    """One process, from start to end. Used on the thread of its event loop only.

    Args:
        loop: the running loop.
        place: where its files are.
        kind: the toolkit, tk or qt.
        program: what `StartGuest` says.
    """

    heard: Callable[[bytes], None]
    gone: Callable[[str], None]

    def __init__(
        self, loop: asyncio.AbstractEventLoop, place: Place, kind: str, program: bytes
    ) -> None:
        self._loop = loop
        self._place = place
        self._kind = kind
        self._program = program
        self._waiting: deque[Callable[[], None]] = deque()
        self._line: ShareLine | None = None
        self._output: ProgramOutput | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: ShareFolder | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._mark = ""
        self._said_why = ""
        self._is_over = False

    @property
    def process_id(self) -> int | None:
        """The process, once it is started."""
        return None if self._process is None else self._process.pid

    @property
    def is_gone(self) -> bool:
        """Whether no process of it is left to be waited for."""
        return self._process is None or self._process.returncode is not None

    def start(self) -> None:
        """Make it ready and start it; what goes wrong is told as its end."""
        work = self._loop.run_in_executor(None, _make_ready, self._place, self._kind, self._program)
        work.add_done_callback(self._started)

    def tell(self, message: bytes) -> None:
        """Send, now or when it has started."""
        self._in_turn(lambda: self._line.tell(message) if self._line is not None else None)

    def place(self, path: str, hash_: bytes) -> None:
        """Put a file in its folder before it is told what comes next."""
        self._in_turn(lambda: self._put(path, hash_))

    def stop(self) -> None:
        """Kill it; nothing is called any more."""
        self._is_over = True
        self._hang_up()
        if self._process is None:
            self._clean_up()
        else:
            self._reap()

    def wait(self) -> None:
        """After `stop`: until it is gone, which takes no time for a process that was killed."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(limits.GUEST_REAP_SECONDS)
            if self._timer is not None:
                self._timer.cancel()
            self._clean_up()

    # --- the beginning ----------------------------------------------------------------------------

    def _started(self, work: asyncio.Future[_Ready]) -> None:
        """The files are in place, or can't be."""
        try:
            ready = work.result()
        except (KnownError, asyncio.CancelledError) as error:
            self._fail(str(error))
            return
        self._folder = ready.folder
        self._mark = f"TMPDIR={ready.environment['TMPDIR']}"
        if self._is_over:
            self._clean_up()
            return
        try:
            self._process, sock, output = launch(
                self._kind, ready.python, ready.folder.path, ready.environment
            )
        except KnownError as error:
            self._fail(str(error))
            return
        self._watch(ShareLine(self._loop, sock, self._hear, self._hung_up), output)
        self._line_up(ready.start)

    def _watch(self, line: ShareLine, output: IO[bytes]) -> None:
        self._line = line
        self._output = ProgramOutput(self._loop, output)
        self._timer = self._loop.call_later(limits.SHARE_BEAT_SECONDS, self._beat)

    def _line_up(self, start: bytes) -> None:
        assert self._line is not None
        self._line.tell(start)
        while self._waiting:
            self._waiting.popleft()()

    def _in_turn(self, act: Callable[[], None]) -> None:
        if self._line is None and not self._is_over:
            self._waiting.append(act)
        else:
            act()

    def _put(self, path: str, hash_: bytes) -> None:
        if self._folder is None or self._is_over:
            return
        try:
            self._folder.place(path, hash_)
        except KnownError as error:
            self._said_why = str(error)
            self._hung_up(self._said_why)

    # --- while it runs ----------------------------------------------------------------------------

    def _hear(self, message: list[Any], data: bytes) -> None:
        """Its last words are kept for its end, which says more; all else goes on."""
        match message:
            case ["ended", int(code)]:
                self._said_why = f"the program ended (code {code})" if code else "the program ended"
            case ["refused", str(why)]:
                self._said_why = why
                self._hung_up("")
            case _:
                self.heard(data)

    def _beat(self) -> None:
        """Each second: does its loop turn, is its process there?"""
        assert self._line is not None
        assert self._process is not None
        self._timer = self._loop.call_later(limits.SHARE_BEAT_SECONDS, self._beat)
        if has_ended(self._process):
            # A child of it may still hold the line.
            self._hung_up("")
        else:
            self._line.beat()

    # --- the end ----------------------------------------------------------------------------------

    def _fail(self, why: str) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._clean_up()
        self.gone(why)

    def _hung_up(self, why: str) -> None:
        """It ends: by our doing if `why` says something, else by itself."""
        if self._is_over:
            return
        self._hang_up()
        self._said_why = why or self._said_why
        # Its own exit status says more than that of a process we killed.
        pause = 0.0 if why else limits.GUEST_EXIT_SECONDS
        self._timer = self._loop.call_later(pause, self._reap)

    def _hang_up(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._line is not None:
            self._line.close()

    def _reap(self) -> None:
        """End the whole process group, then wait for the process without standing still."""
        process = self._process
        assert process is not None
        kill_group(process)
        status = process.poll()
        if status is None:
            self._timer = self._loop.call_later(_REAP_STEP_SECONDS, self._reap)
            return
        why = self._why(status)
        self._clean_up()
        if not self._is_over:
            self._is_over = True
            self.gone(why)

    def _why(self, status: int) -> str:
        """In words: what we know, and the last that it printed if it failed."""
        words = "" if self._output is None else self._output.last_words()
        why = self._said_why or reason(status)
        return f"{why}: {words}" if status not in {0, -9} and words else why

    def _clean_up(self) -> None:
        if self._output is not None:
            self._output.close()
        if self._folder is not None:
            kill_strays(self._mark)
            self._folder.close()
            self._folder = None


def _make_ready(place: Place, kind: str, program: bytes) -> _Ready:
    """Everything before the process, in a thread; raises `KnownError`."""
    said = json.loads(program)
    require_display()
    python = interpreter(said["python"])
    folder = ShareFolder.claim(said["share"], place.blobs, place.saved)
    try:
        variables = environment(kind, folder.path, said["pins"])
        folder.unpack(bytes.fromhex(said["listing"]))
    except KnownError:
        folder.close()
        raise
    except OSError as error:
        folder.close()
        message = f"The program's folder {folder.path} cannot be used ({error.strerror})."
        raise KnownError(message) from error
    entry = said["entry"] if said["kind"] == "module" else str(folder.path / said["entry"])
    start = {
        "program": entry,
        "kind": "module" if said["kind"] == "module" else "file",
        "arguments": said["arguments"],
        "folder": str(folder.path),
        "person": said["person"],
        "seed": said["seed"],
        "start_ms": said["start_ms"],
    }
    return _Ready(folder, python, variables, json.dumps(["start", start]).encode())
