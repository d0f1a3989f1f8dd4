"""Ends of other processes: kill all that belongs to one, and say in words why it ended.

A program may start others, and these may leave its process group; on Linux they are still known by
the environment that they were given.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads its group, with the group.

    The number of a process that nobody has waited for can't be another's; so this comes before any
    wait, and changes nothing of the status of a process that has ended.
    """
    if process.returncode is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended; it still is there to be waited for, and its number is its own."""
    if sys.platform == "win32":
        return process.poll() is not None
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return process.returncode is not None or os.waitid(os.P_PID, process.pid, options) is not None


def kill_strays(variable: str) -> None:
    """Kill all of our processes that have this `NAME=value` in their environment (Linux)."""
    if sys.platform != "linux":
        return
    wanted = variable.encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)


def reason(status: int) -> str:
    """Why a process ended, from its exit status, for people."""
    number = -status if status < 0 else status - 128
    if number > 0:
        with contextlib.suppress(ValueError):
            return f"it was ended by {signal.Signals(number).name}"
    return f"it ended with status {status}"
