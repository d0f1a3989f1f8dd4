"""Content by its hash, kept in the data folder: files of chats, programs that are shared.

A file lies under the hex of its hash, whole or not at all: parts grow in a file beside it that takes
the name once it is complete, so an end at any moment leaves nothing half. What a power cut makes of
a file is found out where it is used: whoever needs it whole checks it, and peers check what they are
sent. Bounded: the content that was used longest ago goes first. May be used by several threads, as
programs are read in one of their own. Never knows what content is for.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Final

from app.core import limits
from app.core.errors import KnownError
from app.node.contract import BlobOutput, BlobRead, DropBlob, ReadBlob, WriteBlob
from app.tkshare.model.manifest import hash_of

_PART: Final = ".part"


class Blobs:
    """The content of one data folder; the only one who writes there.

    Args:
        folder: made at the first write.
        bytes_max: all content together.
    """

    def __init__(self, folder: Path, bytes_max: int = limits.BLOBS_BYTES_MAX) -> None:
        self._folder = folder
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        self._bytes = self._tidy()

    def take(self, output: BlobOutput) -> BlobRead | None:
        """Do what the machine says; the answer to a read.

        Raises:
            KnownError: the disk is full, or broken.
        """
        try:
            with self._lock:
                return self._taken(output)
        except OSError as error:
            message = (
                f"Files cannot be kept in {self._folder} ({error.strerror}). What was said is safe."
                " Make room there, or give yourself the right to write."
            )
            raise KnownError(message) from error

    def put(self, data: bytes) -> bytes:
        """Keep content whole; its hash. Raises `KnownError`."""
        hash_ = hash_of(data)
        if not self.path(hash_).exists():
            self.take(WriteBlob(hash_, 0, data, len(data)))
        return hash_

    def whole(self, hash_: bytes, size: int) -> bytes | None:
        """All of some content; None if it isn't kept, or isn't that content any more.

        What a disk made something else of is removed, so that it can be fetched again.
        """
        path = self.path(hash_)
        with contextlib.suppress(OSError):
            if path.stat().st_size == size:
                data = path.read_bytes()
                if hash_of(data) == hash_:
                    return data
            path.unlink()
        return None

    def path(self, hash_: bytes) -> Path:
        """Where content is, if it is kept."""
        return self._folder / hash_.hex()

    def _part(self, hash_: bytes) -> Path:
        return self._folder / (hash_.hex() + _PART)

    def _taken(self, output: BlobOutput) -> BlobRead | None:
        match output:
            case WriteBlob(hash_, offset, data, size):
                self._write(hash_, offset, data, size)
            case DropBlob(hash_):
                self._part(hash_).unlink(missing_ok=True)
            case ReadBlob(token, hash_, offset, count):
                return BlobRead(token, self._read(hash_, offset, count))
        return None

    def _write(self, hash_: bytes, offset: int, data: bytes, size: int) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part, known = self._part(hash_), self.path(hash_).exists()
        if offset == 0 and not known:
            self._make_room(size)
        with part.open("wb" if offset == 0 else "r+b") as file:
            file.seek(offset)
            file.truncate()
            file.write(data)
        if offset + len(data) == size:
            part.replace(self.path(hash_))
            self._bytes += 0 if known else size

    def _read(self, hash_: bytes, offset: int, count: int) -> bytes | None:
        path = self.path(hash_)
        try:
            if count == 0:
                # Somebody asks before they use it: now it is not the one used longest ago.
                path.touch(exist_ok=True) if path.exists() else path.stat()
                return b""
            with path.open("rb") as file:
                file.seek(offset)
                return file.read(count)
        except FileNotFoundError:
            return None

    # --- bounds -----------------------------------------------------------------------------------

    def _tidy(self) -> int:
        """Forget what was not finished; the bytes that are kept."""
        total = 0
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.iterdir()):
                if path.suffix == _PART:
                    path.unlink(missing_ok=True)
                else:
                    total += path.stat().st_size
        return total

    def _make_room(self, size: int) -> None:
        if self._bytes + size <= self._bytes_max:
            return
        known = [path for path in sorted(self._folder.iterdir()) if path.suffix != _PART]
        aged = sorted(known, key=lambda path: path.stat().st_mtime_ns)
        for path in aged:
            if self._bytes + size <= self._bytes_max:
                return
            self._bytes -= path.stat().st_size
            path.unlink()
