"""Where the control socket is: a short path, named by a pointer file in the data folder.

A Unix socket's path may have 108 bytes at most, which a data folder soon is longer than; so the
socket stands in the runtime folder of this user. Where there are no Unix sockets it is a loopback
TCP port, and the pointer file, which only this user can read, holds a token. The pointer names its
folder, too, so that in a copy of the folder it points nowhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX") and os.name == "posix"
SOCKET_PATH_BYTES_MAX = 104
"""The shortest limit among the systems (macOS, BSD); Linux has 108."""
POINTER = "control"
_SHORT = "/tmp"  # noqa: S108 - a fresh private folder is made in it


@dataclass(frozen=True, slots=True)
class Place:
    """A Unix socket's path, or else a loopback port and its token."""

    path: str = ""
    port: int = 0
    token: str = ""


def socket_path(folder: Path) -> Path:
    """A path for the Unix socket of the site of `folder`, in a folder that only this user enters.

    The same at every start, so that a crash leaves no litter; only if the usual place is not
    private it is a fresh one.
    """
    name = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=8).hexdigest() + ".sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    places = [Path(runtime) / "talkstick"] if runtime and _is_private(Path(runtime)) else []
    places.append(Path(tempfile.gettempdir()) / f"talkstick-{os.getuid()}")
    for place in places:
        if len(os.fsencode(place / name)) <= SOCKET_PATH_BYTES_MAX:
            with contextlib.suppress(OSError):
                place.mkdir(mode=0o700, exist_ok=True)
            if _is_private(place):
                return place / name
    return Path(tempfile.mkdtemp(prefix="talkstick-", dir=_SHORT)) / name


def _is_private(folder: Path) -> bool:
    """A real folder, ours, that nobody else may enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.getuid()
        and not stat.S_IMODE(found.st_mode) & 0o077
    )


def write_pointer(folder: Path, place: Place) -> None:
    """Say where the socket is, readable for this user only, all at once."""
    data: dict[str, Any] = {"folder": _identity(folder)}
    data |= {"path": place.path} if place.path else {"port": place.port, "token": place.token}
    fresh = folder / f"{POINTER}.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(data) + "\n", encoding="utf-8")
    fresh.replace(folder / POINTER)


def read_pointer(folder: Path) -> Place | None:
    """Where the socket of the folder's site is; None if nothing says so, or a copy says so."""
    try:
        data = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        if data["folder"] != _identity(folder):
            return None
        return Place(
            str(data.get("path", "")), int(data.get("port", 0)), str(data.get("token", ""))
        )
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def _identity(folder: Path) -> str:
    """What a folder keeps when it is renamed, and a copy of it does not have."""
    found = folder.stat()
    return f"{found.st_dev}:{found.st_ino}"
