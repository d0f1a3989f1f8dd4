"""The data folder of one site: one folder, one process, one open session.

A lock that the system lets go of when the process ends, however it ends, keeps a second process
out; the lock file names the first for people. Keeps the port for the next start. What is said and
who we are stands in the journal, not here.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path
from typing import IO

from app.core.errors import KnownError

JOURNAL = "journal.db"
_LOCK = "lock"
_PORT = "port"
_TRIES = 5
_PAUSE_SECONDS = 0.01


class Folder:
    """An open data folder; make one with `Folder.open`."""

    def __init__(self, path: Path, lock: IO[bytes]) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Make the folder if needed, and take it.

        Raises:
            KnownError: another process has it, it can't be made, or its disk is full.
        """
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock_path = path / _LOCK
            lock_path.touch(mode=0o600)
            lock = lock_path.open("r+b", buffering=0)
        except OSError as error:
            raise _unusable(path, error) from error
        if not _take_patiently(lock):
            process = _read_owner(lock)
            lock.close()
            message = (
                f"The folder {path} is in use by process {process}. Nothing was changed. Talk to that"
                " site with the other commands, end it, or choose another folder with --data."
            )
            raise KnownError(message)
        try:
            lock.truncate(0)
            lock.write(b"%d\n" % os.getpid())
        except OSError as error:
            lock.close()
            raise _unusable(path, error) from error
        return cls(path, lock)

    @property
    def journal(self) -> Path:
        """Where the journal is."""
        return self.path / JOURNAL

    def port(self) -> int:
        """The port of the last start, 0 if there was none."""
        try:
            port = int((self.path / _PORT).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0
        return port if 0 < port <= 65_535 else 0

    def remember_port(self, port: int) -> None:
        """Keep the port; on a full disk the next start takes another one."""
        try:
            (self.path / _PORT).write_text(f"{port}\n", encoding="ascii")
        except OSError:
            return

    def close(self) -> None:
        """Let others have it."""
        self._lock.close()


def owner(path: Path) -> str | None:
    """The process that has a data folder, None if nobody has; changes nothing."""
    try:
        with (path / _LOCK).open("r+b", buffering=0) as lock:
            return None if _take_patiently(lock) else _read_owner(lock)
    except OSError:
        return None


def _take_patiently(lock: IO[bytes]) -> bool:
    """Take the lock, even if somebody who only looks has it for a moment."""
    for _ in range(_TRIES):
        if take_lock(lock):
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _read_owner(lock: IO[bytes]) -> str:
    return lock.read(32).decode("ascii", "replace").strip() or "unknown"


def _unusable(path: Path, error: OSError) -> KnownError:
    """What happened, what is safe, what to do."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        why, advice = "the disk is full", "Make room there"
    else:
        why, advice = str(error.strerror), "Give yourself the right to write there"
    return KnownError(
        f"The folder {path} cannot be used ({why}). Nothing that was saved is lost. {advice}, or"
        " choose another with --data."
    )


if sys.platform == "win32":
    import msvcrt

    def take_lock(lock: IO[bytes]) -> bool:
        """Lock a file for as long as it is open, if nobody has; others may read its text."""
        lock.seek(1 << 20)
        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            lock.seek(0)
        return True

else:
    import fcntl

    def take_lock(lock: IO[bytes]) -> bool:
        """Lock a file for as long as it is open, if nobody has."""
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
