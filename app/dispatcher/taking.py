"""Taking a snapshot from other members: offered by one, its pieces from whoever has them.

Nothing is believed but the proof and the hashes it names, so pieces may come from anybody, late or
twice. One snapshot at a time; a newer one that is offered takes its place. What becomes of it once
it is whole is its owner's matter.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, after
from app.dispatcher.desk import Desk
from app.dispatcher.messages import SnapshotPiece, SnapshotWanted
from app.dispatcher.snapshots import (
    Image,
    Proven,
    Unpacking,
    check_proven,
    manifest_hash,
    piece_hash,
    unsqueezed,
)


class Taking:
    """A snapshot on its way; `proven` is None while there is none."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.proven: Proven | None = None
        self._hash = b""
        self._pieces: list[bytes] = []
        self._early: dict[int, bytes] = {}
        self._unpacking = Unpacking()
        self._source: Key | None = None
        self._asked_to = 0
        self._repeat_at: Micros | None = None
        self._tries = 0

    @property
    def progress(self) -> tuple[int, int] | None:
        """(pieces here, pieces in all), None while nothing is taken."""
        if self.proven is None:
            return None
        return len(self._pieces), len(self.proven.manifest.pieces)

    def stop(self) -> None:
        """Nothing is wanted any more."""
        self.proven = None
        self._pieces = []
        self._early.clear()
        self._unpacking = Unpacking()
        self._repeat_at = None
        self._source = None

    def offered(self, sender: Key, proven: Proven, now: Micros) -> bool:
        """Begin to take this one, unless it is a worse one than that under way.

        Returns:
            Whether it can be taken; not while its view is not known here.

        Raises:
            RemoteError: nobody stands behind it.
        """
        disk = self.desk.disk
        if proven.view > disk.highest:
            return False
        name = manifest_hash(proven.manifest)
        if self.proven is not None and (name == self._hash or proven.index < self.proven.index):
            return True
        view = disk.certificates[proven.view - 1].view
        check_proven(proven, disk.session, view, self.desk.verify)
        self.stop()
        self.proven, self._hash = proven, name
        self._tries = 0
        self._ask(sender, now)
        return True

    def _ask(self, source: Key, now: Micros) -> None:
        proven = self.proven
        assert proven is not None, "asked for a snapshot that is taken"
        first = len(self._pieces)
        count = min(limits.SNAPSHOT_PIECES_ASKED, len(proven.manifest.pieces) - first)
        self._source = source
        self._asked_to = first + count
        self._repeat_at = after(now, limits.FETCH_REPEAT_MICROS)
        self.desk.send(source, SnapshotWanted(proven.index, self._hash, first, count))

    def got(self, sender: Key, frame: SnapshotPiece, now: Micros) -> tuple[Proven, Image] | None:
        """Keep a piece; all of it, once it is whole.

        Raises:
            RemoteError: the piece is another one, or what stands in it makes no sense.
        """
        proven = self.proven
        if proven is None or frame.hash != self._hash or frame.place < len(self._pieces):
            return None
        hashes = proven.manifest.pieces
        data = unsqueezed(frame.data)
        if frame.place >= len(hashes) or piece_hash(data) != hashes[frame.place]:
            message = "not the piece of a snapshot that it is called"
            raise RemoteError(message)
        self._early[frame.place] = data
        before = len(self._pieces)
        while len(self._pieces) in self._early:
            piece = self._early.pop(len(self._pieces))
            self._pieces.append(piece)
            self._unpacking.add(piece)
        if len(self._pieces) > before:
            self._tries = 0
            self._repeat_at = after(now, limits.FETCH_REPEAT_MICROS)
        if len(self._pieces) == len(hashes):
            image = self._unpacking.image(proven.manifest, self._pieces)
            self.stop()
            return proven, image
        if len(self._pieces) >= self._asked_to:
            self._ask(sender, now)
        return None

    def tick(self, now: Micros) -> bool:
        """Pieces are overdue: ask the next member who is present.

        Returns:
            Whether this snapshot is given up.
        """
        if self._repeat_at is None or now < self._repeat_at:
            return False
        self._tries += 1
        others = [key for key in self.desk.heard if self.desk.present(key, now)]
        if self._tries > limits.SNAPSHOT_TRIES_MAX or not others:
            # It may be gone everywhere: whoever is asked for the log offers what there is.
            self.stop()
            return True
        place = others.index(self._source) + 1 if self._source in others else 0
        self._ask(others[place % len(others)], now)
        return False

    def deadline(self) -> Micros | None:
        """When pieces are overdue."""
        return self._repeat_at
