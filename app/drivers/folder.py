"""The data folder of one site: one folder, one process, one open session.

A lock that the system lets go of when the process ends, however it ends, keeps a second process
out; the lock file names the first for people. Keeps the port for the next start. What is said and
who we are stands in the journal, not here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from app.core.errors import KnownError

JOURNAL = "journal.db"
_LOCK = "lock"
_PORT = "port"


class Folder:
    """An open data folder; make one with `Folder.open`."""

    def __init__(self, path: Path, lock: IO[bytes]) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Make the folder if needed, and take it.

        Raises:
            KnownError: another process has it, or it can't be made.
        """
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock_path = path / _LOCK
            lock_path.touch(mode=0o600)
            lock = lock_path.open("r+b")
        except OSError as error:
            message = (
                f"The folder {path} cannot be used ({error.strerror}). Nothing was changed. Give"
                " yourself the right to write there, or choose another with --data."
            )
            raise KnownError(message) from error
        if not _take(lock):
            owner = lock.read(32).decode("ascii", "replace").strip() or "unknown"
            lock.close()
            message = (
                f"The folder {path} is in use by process {owner}. Nothing was changed. Talk to that"
                " site with the other commands, end it, or choose another folder with --data."
            )
            raise KnownError(message)
        lock.truncate(0)
        lock.write(b"%d\n" % os.getpid())
        lock.flush()
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


if sys.platform == "win32":
    import msvcrt

    def _take(lock: IO[bytes]) -> bool:
        """Lock a byte far behind the text, which others may read."""
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

    def _take(lock: IO[bytes]) -> bool:
        """Lock the file for as long as it is open."""
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
