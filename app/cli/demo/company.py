"""The sites of the demo as real processes: start them, listen to them, talk to them, end them.

Threads read what they say; everything comes to one queue, so the demo itself is one thread without
locks. Whatever happens, `close` leaves no process and no file behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.control.client import Client
from app.drivers.control.place import read_pointer

Json = dict[str, Any]

_PACKAGE_PARENT = Path(__file__).resolve().parents[3]
_ENDING_SECONDS = limits.CLOSING_MICROS / SECOND + 2.0
"""A site ends anyway after its own bound; then it is killed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A site printed an event."""

    position: int
    event: Json


@dataclass(frozen=True, slots=True)
class Answered:
    """A site answered a request."""

    position: int
    answer: Json


@dataclass(frozen=True, slots=True)
class LogRead:
    """A site's whole log."""

    position: int
    rows: list[Json]


@dataclass(frozen=True, slots=True)
class Ended:
    """A site's process is gone."""

    position: int
    why: str


Message = Told | Answered | LogRead | Ended


@dataclass(slots=True)
class _Member:
    folder: Path
    process: subprocess.Popen[bytes]
    client: Client | None = None


class Company:
    """All sites of one run, in a temporary folder."""

    def __init__(self, delay_ms: int) -> None:
        self.messages: queue.Queue[Message] = queue.Queue()
        self._delay_ms = delay_ms
        self._top = tempfile.TemporaryDirectory(
            prefix="talkstick-demo-", ignore_cleanup_errors=True
        )
        self._members: list[_Member] = []

    def start(self, name: str, words: Sequence[str]) -> None:
        """Start a site; the first event it tells is `ready`."""
        position = len(self._members)
        folder = Path(self._top.name) / f"{position}"
        folder.mkdir()
        site = ("site", "--data", str(folder), "--name", name, *words)
        network = ("--listen", "127.0.0.1:0", "--no-lan", "--sim-net", f"delay={self._delay_ms}")
        with (folder / "errors.txt").open("wb") as errors:
            # A group of its own: the terminal's Ctrl-C is for the demo, which ends them in order.
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "app", *site, *network],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": str(_PACKAGE_PARENT)},
                process_group=0 if os.name == "posix" else None,
            )
        member = _Member(folder, process)
        self._members.append(member)
        threading.Thread(target=self._listen, args=(position, member), daemon=True).start()

    def connect(self, position: int) -> None:
        """Open the connection that requests go through; raises `KnownError`."""
        member = self._members[position]
        member.client = client = Client.connect(member.folder)
        threading.Thread(target=self._hear, args=(position, client), daemon=True).start()

    def ask(self, position: int, request: Json) -> None:
        """Ask a site something; the answers come as messages."""
        client = self._members[position].client
        if client is not None:
            # A site that ended is told of by its own message.
            with contextlib.suppress(KnownError):
                client.send(request)

    def read_log(self, position: int) -> None:
        """Read a site's whole log, by a connection of its own."""
        threading.Thread(target=self._read_log, args=(position,), daemon=True).start()

    def kill(self, position: int) -> None:
        """End a site as a power cut would; it is told of as ended."""
        self._members[position].process.kill()

    def close(self, patience_seconds: float = _ENDING_SECONDS) -> None:
        """End every site in order, kill what doesn't in time, and remove every file."""
        try:
            if patience_seconds:
                for member in self._members:
                    member.process.terminate()
                for member in self._members:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        member.process.wait(patience_seconds)
        finally:
            for member in self._members:
                # All of them first: each is waited for below.
                member.process.kill()
            for member in self._members:
                self._clear(member)
            self._top.cleanup()

    @staticmethod
    def _clear(member: _Member) -> None:
        member.process.wait()
        # A killed site leaves its socket, which stands outside its folder.
        place = read_pointer(member.folder)
        if place is not None and place.path:
            Path(place.path).unlink(missing_ok=True)

    # --- threads ----------------------------------------------------------------------------------

    def _listen(self, position: int, member: _Member) -> None:
        assert member.process.stdout is not None
        with member.process.stdout as lines:
            for line in lines:
                self.messages.put(Told(position, json.loads(line)))
        code = member.process.wait()
        self.messages.put(Ended(position, f"exit code {code}{_last_words(member.folder)}"))

    def _hear(self, position: int, client: Client) -> None:
        # The end of the site ends this, too, and is told of by its other thread.
        with contextlib.closing(client), contextlib.suppress(KnownError, ValueError):
            while True:
                self.messages.put(Answered(position, client.receive()))

    def _read_log(self, position: int) -> None:
        with contextlib.suppress(KnownError):
            client = Client.connect(self._members[position].folder)
            rows: list[Json] = []
            while True:
                client.send({"do": "log", "request": 0, "from": len(rows) + 1})
                page = client.receive().get("rows")
                if not page:
                    break
                rows += page
            client.close()
            self.messages.put(LogRead(position, rows))


def _last_words(folder: Path) -> str:
    """What a site that ended said last on stderr."""
    with contextlib.suppress(OSError):
        lines = (folder / "errors.txt").read_text("utf-8", "replace").split("\n")
        said = [line for line in lines if line.strip()]
        if said:
            return f": {said[-1].strip().removeprefix('talkstick: ')}"
    return ""
