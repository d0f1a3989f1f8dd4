"""One agent server as a process, from start to end.

It ends when it is told to, when it hangs up, breaks a rule of its wire, says nothing for five
seconds, or doesn't stop a handler in time. Then its whole process group is killed, and whoever
listens hears why, once. What it is told while it starts waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.core import limits
from app.core.errors import KnownError
from app.drivers.guestlaunch import NO_TCL, launch
from app.drivers.guestwatch import GuestWatch
from app.drivers.guestwire import Frame, GuestWire
from app.drivers.processes import kill_group, reason

_CHECK_SECONDS = 0.5
_REAP_STEP_SECONDS = 0.01


class AgentServer:
    """One process, from start to end. Used on the thread of its event loop only."""

    heard: Callable[[bytes], None]
    gone: Callable[[str], None]

    def __init__(self, loop: asyncio.AbstractEventLoop, wrapper: str | None) -> None:
        self._loop = loop
        self._wrapper = wrapper
        self._watch = GuestWatch()
        self._told: list[bytes] = []
        self._wire: GuestWire | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._checked = self._born = loop.time()
        self._has_greeted = False
        self._is_stopped = False

    @property
    def process_id(self) -> int | None:
        """The process, or the bubblewrap around it."""
        return None if self._process is None else self._process.pid

    @property
    def is_gone(self) -> bool:
        """Whether no process of it is left to be waited for."""
        return self._process is None or self._process.returncode is not None

    def start(self) -> None:
        """Start the process; what goes wrong is told as its end."""
        self._checked = self._born = self._loop.time()
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="talkstick-guest-"))
            self._process, sock = launch(self._folder, self._wrapper)
        except (KnownError, OSError) as error:
            self._process = None
            self._clean_up()
            self._loop.call_soon(self.gone, str(error))
            return
        self._wire = GuestWire(self._loop, sock, self._hear, self._hung_up)
        for message in self._told:
            self._wire.tell(message)
        self._timer = self._loop.call_later(_CHECK_SECONDS, self._check)

    def tell(self, message: bytes) -> None:
        """Send, now or when it has started."""
        self._watch.told(json.loads(message), self._loop.time())
        if not self._has_greeted:
            self._told.append(message)
        if self._wire is not None:
            self._wire.tell(message)

    def stop(self) -> None:
        """Kill it; nothing is called any more."""
        self._is_stopped = True
        self._close_wire()
        self._clean_up()
        if self._process is not None:
            self._reap("")

    def wait(self) -> None:
        """After `stop`: until it is gone, which takes no time for a process that was killed."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(limits.GUEST_REAP_SECONDS)

    # --- while it runs ----------------------------------------------------------------------------

    def _hear(self, frame: Frame) -> None:
        message, data = frame
        if message[0] == "hello" and not self._has_greeted:
            self._has_greeted = True
            self._told.clear()
            self._watch.greeted(self._loop.time())
        self._watch.heard(message)
        self.heard(data)

    def _check(self) -> None:
        """Twice a second: does it live, and does it stop what it should?"""
        now, wire = self._loop.time(), self._wire
        assert wire is not None
        if now - self._checked > limits.GUEST_HUNG_SECONDS / 2:
            # We stood still ourselves, and heard nobody.
            wire.last_heard = now
            self._watch.greeted(now)
        self._checked = now
        if not self._has_greeted:
            if now - self._born > limits.GUEST_HELLO_SECONDS:
                self._hung_up("it did not start")
                return
        elif now - wire.last_heard > limits.GUEST_HUNG_SECONDS:
            self._hung_up("it hung")
            return
        elif self._watch.is_overdue(now):
            self._hung_up("a handler did not end in its time")
            return
        self._timer = self._loop.call_later(_CHECK_SECONDS, self._check)

    # --- the end ----------------------------------------------------------------------------------

    def _hung_up(self, why: str) -> None:
        """It ends: by our doing if `why` says something, else by itself."""
        self._close_wire()
        if why:
            self._reap(why)
        else:
            # Its own exit status says more than that of a process we killed.
            self._timer = self._loop.call_later(limits.GUEST_EXIT_SECONDS, self._reap, why)

    def _close_wire(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._wire is not None:
            self._wire.close()

    def _reap(self, why: str) -> None:
        """End the whole process group, then wait for the process without standing still."""
        process = self._process
        assert process is not None
        kill_group(process)
        status = process.poll()
        if status is None:
            self._timer = self._loop.call_later(_REAP_STEP_SECONDS, self._reap, why)
            return
        self._clean_up()
        if self._is_stopped:
            return
        if self._wrapper is not None and not self._has_greeted:
            # Bubblewrap is there, but may not work: the kernel can forbid its namespaces.
            self._wrapper = None
            self.start()
            return
        self.gone(why or _reason(status))

    def _clean_up(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _reason(status: int) -> str:
    if status == NO_TCL:
        return "this Python has no Tcl; install its tkinter (Debian: python3-tk)"
    return reason(status)
