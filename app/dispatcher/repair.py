"""State divergence: a quorum vouches for another snapshot of the same log than this site made.

Then what this site's rooms mean is wrong, never its log. The others' snapshot is fetched and given
to whoever means; this site's own disk begins at it from then on. Nothing here is guessed: a quorum
of the last primary view says so, under the very chain that this site has.
"""

from __future__ import annotations

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher import rules
from app.dispatcher.compaction import Compaction, Made
from app.dispatcher.desk import Desk, Diverged, Repaired
from app.dispatcher.messages import SnapshotOffered, SnapshotPiece, SnapshotWanted
from app.dispatcher.snapshots import manifest_hash, vouch_bytes
from app.dispatcher.taking import Taking


class Repair:
    """Of one site."""

    def __init__(self, desk: Desk, compaction: Compaction) -> None:
        self.desk = desk
        self.compaction = compaction
        self.taking = Taking(desk)
        self._wrong: Made | None = None
        self._right = b""

    def look(self, now: Micros) -> None:
        """Whether a quorum means something else at the index of this site's last snapshot."""
        made, view = self.compaction.made, self.desk.disk.prim
        if made is None or view is None or made is self._wrong:
            return
        others: dict[bytes, list[Key]] = {}
        for key in view.keys:
            heard = self.desk.heard.get(key)
            vouch = None if heard is None else heard.beat.vouch
            if vouch is None or vouch.index != made.manifest.index or vouch.hash == made.hash:
                continue
            data = vouch_bytes(made.manifest.session, vouch.index, vouch.hash)
            if self.desk.verify(key, data, vouch.signature):
                others.setdefault(vouch.hash, []).append(key)
        for name, keys in others.items():
            if rules.proves_snapshot(view, keys):
                self._wrong, self._right = made, name
                self.desk.out.append(Diverged(made.manifest.index))
                self._ask(keys[0], made)
        del now

    def _ask(self, key: Key, made: Made) -> None:
        """Ask for the manifest: pieces beyond the last."""
        wanted = SnapshotWanted(
            made.manifest.index,
            self._right,
            limits.SNAPSHOT_PIECES_MAX,
            limits.SNAPSHOT_PIECES_ASKED,
        )
        self.desk.send(key, wanted)

    def again(self, sender: Key) -> None:
        """A heartbeat: whoever vouches for the right one may have it by now."""
        heard = self.desk.heard.get(sender)
        vouch = None if heard is None else heard.beat.vouch
        if (
            self._wrong is not None
            and self.taking.proven is None
            and vouch is not None
            and vouch.hash == self._right
        ):
            self._ask(sender, self._wrong)

    def offered(self, sender: Key, frame: SnapshotOffered, now: Micros) -> None:
        """The others' snapshot. Raises `RemoteError` if nobody stands behind it."""
        wrong = self._wrong
        if (
            wrong is not None
            and manifest_hash(frame.proven.manifest) == self._right
            and frame.proven.manifest.chain == wrong.manifest.chain
        ):
            self.taking.offered(sender, frame.proven, now)

    def piece(self, sender: Key, frame: SnapshotPiece, now: Micros) -> None:
        """A piece of it. Raises `RemoteError` if it is another one."""
        whole = self.taking.got(sender, frame, now)
        if whole is None or self._wrong is None:
            return
        proven, image = whole
        disk = self.desk.disk
        rows = disk.log.after(proven.index, disk.log.length)
        self._wrong = None
        if disk.branch is not None or rows is None or disk.plog.begins > proven.index:
            # Too late to apply what follows: the next snapshot repairs.
            return
        if disk.plog.begins < proven.index:
            for place, piece in enumerate(image.pieces):
                disk.write_piece(proven.index, place, piece)
            disk.compact(proven, image.pieces)
        self.desk.flush_stored()
        self.compaction.replaced()
        self.desk.out.append(Repaired(image, tuple(rows)))

    def tick(self, now: Micros) -> None:
        """Pieces may be overdue."""
        if self.taking.proven is not None:
            self.taking.tick(now)
