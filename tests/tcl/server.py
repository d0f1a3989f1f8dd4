"""A real agent server in its process, and a test that speaks to it as a site would."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import struct
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from app.drivers.guestlaunch import launch

needs_tcl = pytest.mark.skipif(
    sys.platform == "win32" or importlib.util.find_spec("_tkinter") is None,
    reason="this system has no Tcl, or no way to confine it",
)
PATIENCE_SECONDS = 20


class ServerGone(Exception):
    """The process has ended."""


class Server:
    """One process; `told` are its console lines, as (agent, text)."""

    def __init__(self, wrapper=None, seconds=None):
        self.folder = Path(tempfile.mkdtemp(prefix="talkstick-test-"))
        self.process, self._sock = launch(self.folder, wrapper)
        self._sock.settimeout(PATIENCE_SECONDS)
        self._taken = 0
        self.told = []
        self._heard: deque[Any] = deque()
        self._last_run = 0
        self._last_ref = 0
        self.agents = {}
        self.hello = self.hear("hello")
        if seconds is not None:
            self.say(["limits", {"seconds": seconds}])

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)
        self._sock.close()
        self.folder.rmdir()

    # --- words ------------------------------------------------------------------------------------

    def say(self, message):
        frame = json.dumps(message).encode()
        self.say_bytes(frame)

    def say_bytes(self, frame):
        try:
            self._sock.sendall(struct.pack(">I", len(frame)) + frame)
        except OSError:
            raise ServerGone from None

    def hear(self, *kinds):
        """The next message of one of these kinds; lines for the console go to `told`."""
        for message in list(self._heard):
            if message[0] in kinds:
                self._heard.remove(message)
                return message
        while True:
            message = self._next()
            match message:
                case ["alive"] | ["credit", _]:
                    continue
                case ["console", ref, text]:
                    self.told.append((ref, text))
                    if "console" in kinds:
                        return message
                case [kind, *_] if kind in kinds:
                    if kind == "made":
                        self.agents[message[1]] = None
                    return message
                case _:
                    self._heard.append(message)

    def _next(self):
        (length,) = struct.unpack(">I", self._read(4))
        message = json.loads(self._read(length))
        self._taken += message[0] not in {"alive", "credit"}
        if self._taken == 64:
            self._taken = 0
            self.say(["credit", 64])
        return message

    def _read(self, count):
        data = b""
        while len(data) < count:
            try:
                piece = self._sock.recv(count - len(data))
            except ConnectionError:
                piece = b""
            if not piece:
                raise ServerGone
            data += piece
        return data

    def clear(self):
        """End all agents, so that the next test begins with none."""
        for ref in self.agents:
            self.say(["end", ref])
        while self.agents:
            del self.agents[self.hear("ended")[1]]
        self.told.clear()

    # --- agents -----------------------------------------------------------------------------------

    def begin(self, code, argv="", *, stream="s", briefcase=None, site_code=(), first=True):
        """Tell it to make an agent; its number."""
        self._last_ref += 1
        what = [code, argv, briefcase or {}, list(site_code), first]
        self.say(["agent", self._last_ref, stream, *what])
        return self._last_ref

    def make(self, code, argv="", **more):
        """Make an agent; its number, and what the server says."""
        ref = self.begin(code, argv, **more)
        return ref, self.hear("made", "unmade")

    def start(self, ref, event="append", argv="", *, briefcase=None, **facts):
        """Tell it to run a handler; the run's number."""
        self._last_run += 1
        known = {"sender": "", "sender_location": 0, "here": 1, "locations": {}, "time_ms": 0}
        self.say(["run", self._last_run, ref, event, argv, known | facts, briefcase])
        return self._last_run

    def run(self, ref, event="append", argv="", **more):
        """Run a handler to its end, without answers."""
        self.start(ref, event, argv, **more)
        return self.hear("done", "failed")

    def do(self, script, **more):
        """Run a script as the only handler of a new agent; what comes of it."""
        _, made = self.make("on_stream_append {\n" + script + "\n}")
        assert made[0] == "made", made
        return self.run(made[1], **more)


@contextlib.contextmanager
def server(**how):
    one = Server(**how)
    try:
        yield one
    finally:
        one.close()
