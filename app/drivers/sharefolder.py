"""The folder of a shared program: one path on every machine, made anew for each copy.

Programs show paths, so a copy's folder lies at the same place everywhere, named after the share.
The program's files are put there from kept content, checked and read-only; around them is what the
program makes itself. People who share one machine get a number each. What a person saved in the
program is kept when the folder goes. Never follows a link that somebody else made there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Final

from app.core import limits
from app.core.errors import KnownError, RemoteError
from app.drivers.blobs import Blobs
from app.drivers.folder import take_lock
from app.tkshare.model.manifest import ProgramFile, decode_listing, is_safe

ROOT: Final = Path(tempfile.gettempdir() if sys.platform == "win32" else "/tmp")  # noqa: S108 - owner and mode are checked
_PAUSE_SECONDS: Final = 0.01
_READ_ONLY: Final = 0o444
_LOCK: Final = "lock"


class ShareFolder:
    """The folder of one copy; make one with `ShareFolder.claim`. `path` is the program's."""

    def __init__(self, outer: Path, lock: IO[bytes], blobs: Blobs, saved: Path) -> None:
        self._outer = outer
        self._lock = lock
        self._blobs = blobs
        self._saved = saved
        self._to_save: dict[str, bool] = {}
        self.path = outer / "share"

    @classmethod
    def claim(cls, share: str, blobs: Blobs, saved: Path, root: Path = ROOT) -> ShareFolder:
        """An empty folder for a copy of this share; may wait for the copy before to be gone.

        Args:
            share: its id.
            blobs: where the program's files are kept.
            saved: where to put what the person saved, when the copy ends.
            root: where such folders are; for tests.

        Raises:
            KnownError: there is no room, or no right to write.
        """
        name = hashlib.blake2b(share.encode(), digest_size=8).hexdigest()
        try:
            for number in range(1, limits.SHARE_FOLDERS_MAX + 1):
                outer = root / f"talkstick-{name}-{number}"
                lock = _claimed(outer)
                if lock is not None:
                    folder = cls(outer, lock, blobs, saved)
                    _remove(folder.path)
                    folder.path.mkdir(mode=0o700)
                    return folder
        except OSError as error:
            message = f"There is no room for the program's folder in {root} ({error.strerror})."
            raise KnownError(message) from error
        message = f"All folders for this program in {root} are in use or somebody else's."
        raise KnownError(message)

    def unpack(self, listing: bytes) -> None:
        """Put the program's files in place.

        Raises:
            KnownError: a file is not what it should be any more, or there is no room.
        """
        for file in self._listed(listing):
            content = self._blobs.whole(file.hash, file.size)
            if content is None:
                message = f"The program's file '{file.path}' is damaged here; start the copy anew."
                raise KnownError(message)
            self._write(file.path, content)

    def place(self, path: str, hash_: bytes) -> None:
        """Put a chosen file in place, or make room for one that the program will write.

        Raises:
            KnownError: it can't be had, or there is no room.
        """
        if not is_safe(path):
            message = f"A file of this name can't be placed here: '{path}'."
            raise KnownError(message)
        if not hash_:
            self._to_save[path] = True
            self._parent(path)
            return
        kept = self._blobs.path(hash_)
        content = self._blobs.whole(hash_, kept.stat().st_size) if kept.exists() else None
        if content is not None:
            # Where nobody has it any more the program finds no file, and says so.
            self._write(path, content, read_only=False)

    def close(self) -> None:
        """Keep what the person saved, remove the rest, let others have the folder."""
        with contextlib.suppress(OSError):
            self._keep()
        _remove(self.path)
        with contextlib.suppress(OSError):
            (self._outer / _LOCK).unlink()
            self._outer.rmdir()
        self._lock.close()

    def _keep(self) -> None:
        """Nothing that was saved before is written over: an index is used once."""
        for path in self._to_save:
            made = self.path / path
            if made.is_file() and not made.is_symlink():
                target = self._saved / self._outer.name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(made, target)

    def _listed(self, listing: bytes) -> tuple[ProgramFile, ...]:
        kept = self._blobs.path(listing)
        try:
            data = self._blobs.whole(listing, kept.stat().st_size)
            return decode_listing(data or b"")
        except (OSError, RemoteError):
            message = "The list of the program's files is damaged here; start the copy anew."
            raise KnownError(message) from None

    def _parent(self, path: str) -> Path:
        """Where a file belongs; its folder is there. Raises `KnownError`."""
        target = self.path / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _no_room(path, error) from error
        return target

    def _write(self, path: str, content: bytes, *, read_only: bool = True) -> None:
        target = self._parent(path)
        try:
            target.write_bytes(content)
            if read_only:
                target.chmod(_READ_ONLY)
        except OSError as error:
            raise _no_room(path, error) from error


def _no_room(path: str, error: OSError) -> KnownError:
    return KnownError(f"'{path}' can't be written for the program ({error.strerror}).")


def _claimed(outer: Path) -> IO[bytes] | None:
    """The lock of a folder that is ours alone; None if another site has it, or somebody else.

    A copy of this process that is about to be gone is waited for: the one after it has its path.
    """
    with contextlib.suppress(FileExistsError):
        outer.mkdir(mode=0o700)
    if not _is_ours(outer):
        return None
    path = outer / _LOCK
    path.touch(mode=0o600)
    lock = path.open("r+b", buffering=0)
    until = time.monotonic() + limits.SHARE_FOLDER_SECONDS
    while not take_lock(lock):
        lock.seek(0)
        if lock.read(32) != _mark() or time.monotonic() > until:
            lock.close()
            return None
        time.sleep(_PAUSE_SECONDS)
    if not path.exists() or not os.path.samestat(os.fstat(lock.fileno()), path.stat()):
        # Whoever had it has just removed it.
        lock.close()
        return _claimed(outer)
    lock.truncate(0)
    lock.seek(0)
    lock.write(_mark())
    return lock


def _mark() -> bytes:
    return b"%d\n" % os.getpid()


def _is_ours(outer: Path) -> bool:
    """Whether nobody else can put anything there."""
    facts = outer.lstat()
    if not stat.S_ISDIR(facts.st_mode):
        return False
    return sys.platform == "win32" or (
        facts.st_uid == os.getuid() and not facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )


def _remove(path: Path) -> None:
    """A folder with all in it; of what a program made unremovable a part may stay."""
    shutil.rmtree(path, ignore_errors=True)
