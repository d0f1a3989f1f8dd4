"""How an agent server's process is started: nothing inherited, nothing to see, no network.

Where bubblewrap is installed it stands around the process; what the process gives up by itself it
does on its own (`app/mstreams/agents/tcl/guest`), and says what is in force. Starts; never waits.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.core import limits
from app.core.errors import KnownError

SERVER = Path(__file__).resolve().parents[1] / "mstreams/agents/tcl/guest/serve.py"
NO_TCL = 3
"""Exit status of a server whose Python has no Tcl."""
_NOBODY = "65534"


def bubblewrap() -> str | None:
    """The program, where it is installed."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def launch(folder: Path, wrapper: str | None) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a Tcl agent server in the empty folder `folder`, in a process group of its own.

    Returns the process, and our end of its socket.

    Raises:
        KnownError: this system can't, or has no room for another process.
    """
    if sys.platform == "win32":
        message = (
            "Tcl agents need a system that can confine a process: Linux or macOS. Agents that are"
            " built in run everywhere."
        )
        raise KnownError(message)
    ours, theirs = socket.socketpair()
    try:
        # `exec`: no shell, no environment; the socket is its standard input.
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*_wrapped(wrapper), *_command(wrapper is not None)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        message = f"The server for Tcl agents cannot be started ({error.strerror})."
        raise KnownError(message) from error
    finally:
        theirs.close()
    return process, ours


def _command(is_wrapped: bool) -> list[str]:
    confinement = {
        "wrapped": int(is_wrapped),
        "memory_bytes": limits.GUEST_MEMORY_BYTES,
        "agents": limits.INTERPRETERS_MAX,
        "seconds": limits.GUEST_HANDLER_SECONDS,
        "commands": limits.GUEST_COMMANDS_MAX,
    }
    # The interpreter itself, not that of a virtual environment: the server needs no package.
    python = str(Path(sys.executable).resolve())
    return [python, "-I", "-S", "-B", str(SERVER), json.dumps(confinement)]


def _wrapped(wrapper: str | None) -> list[str]:
    """bwrap(1) and its options: own namespaces of all kinds, programs to read, nothing else."""
    if wrapper is None:
        return []
    words = [wrapper, "--unshare-all", "--unshare-user", "--uid", _NOBODY, "--gid", _NOBODY]
    words += ["--die-with-parent", "--clearenv", "--cap-drop", "ALL", "--dir", "/empty"]
    for path in _programs():
        words += (
            ["--symlink", str(path.readlink()), str(path)]
            if path.is_symlink()
            else ["--ro-bind", str(path), str(path)]
        )
    return [*words, "--chdir", "/empty", "--"]


def _programs() -> Iterator[Path]:
    """What Python and Tcl are made of."""
    system = map(Path, ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"))
    yield from (path for path in system if path.exists())
    base = Path(sys.base_prefix).resolve()
    if not base.is_relative_to("/usr"):
        yield base
    yield SERVER.parent
