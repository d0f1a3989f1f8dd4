"""Content kept by one simulated site: what the driver's folder does, in memory.

Survives crashes as a disk does; parts of something unfinished do, too, until they are dropped.
"""

from __future__ import annotations

from app.node.contract import BlobOutput, BlobRead, DropBlob, ReadBlob, WriteBlob
from app.tkshare.model.manifest import hash_of


class Blobs:
    """Whole content by hash."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self._parts: dict[bytes, bytes] = {}

    def put(self, data: bytes) -> bytes:
        """Keep content whole; its hash."""
        self.kept[hash_of(data)] = data
        return hash_of(data)

    def take(self, output: BlobOutput) -> BlobRead | None:
        """Do what the machine says; the answer to a read."""
        match output:
            case WriteBlob(hash_, offset, data, size):
                so_far = self._parts.pop(hash_, b"")[:offset] + data
                if len(so_far) == size:
                    assert hash_of(so_far) == hash_, "content is checked before it is kept"
                    self.kept[hash_] = so_far
                else:
                    self._parts[hash_] = so_far
            case DropBlob(hash_):
                self._parts.pop(hash_, None)
            case ReadBlob(token, hash_, offset, count):
                kept = self.kept.get(hash_)
                return BlobRead(token, None if kept is None else kept[offset : offset + count])
        return None
