"""Compaction takes nothing that is not settled, and a snapshot says what the log said (O3, O5).

What a snapshot holds is read from the pieces on the disk and compared with a recount of the log that
stood there row by row; that a taken snapshot is of a log some disk had, the ledger itself demands.
"""

from __future__ import annotations

from app.dispatcher.entries import Author, Placed
from app.dispatcher.snapshots import NUMBERS, Proven, Unpacking, piece_hash
from app.dispatcher.views import is_quorum
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation


class Snapshots(Checker):
    """What disks let go of, and what they begin at."""

    name = "snapshots"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self.compactions = 0
        self.taken = 0
        self._checked: dict[bytes, bytes] = {}

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        ledger = self.facts.ledgers[site]
        where = self.facts.name(site)
        for _, _, last in delta.compacted:
            if last > ledger.settled or ledger.snapshot is None or last > ledger.snapshot.index:
                raise Violation(self.name, f"{where} drops entry {last}, which is needed")
            if ledger.branch is not None or ledger.following:
                raise Violation(self.name, f"{where} compacts on its way or in a branch")
        for proven in delta.snapshots:
            self._check(site, proven)
        if delta.snapshots:
            if "dropped" in delta.fields or not delta.added:
                self.compactions += 1
            else:
                self.taken += 1

    def _check(self, site: int, proven: Proven) -> None:
        manifest, where = proven.manifest, self.facts.name(site)
        view = self.facts.views.get(proven.view)
        voters = [key for key, _ in proven.votes]
        if view is None or not is_quorum(view, voters):
            raise Violation(self.name, f"{where} has a snapshot without a quorum behind it")
        known = self._checked.get(manifest.chain)
        if known is not None:
            if known != b"".join(manifest.pieces):
                raise Violation(self.name, f"{where} has another snapshot at {manifest.index}")
            return
        ledger = self.facts.ledgers[site]
        pieces = ledger.pieces(manifest.index, len(manifest.pieces))
        if tuple([piece_hash(piece) for piece in pieces]) != manifest.pieces:
            raise Violation(self.name, f"{where} has not the pieces of its snapshot")
        unpacking = Unpacking()
        for piece in pieces:
            unpacking.add(piece)
        found = {
            (key[0], key[1]): value[0] for name, key, value in unpacking.items if name == NUMBERS
        }
        if found != _count(ledger.primary_to(proven)):
            raise Violation(
                self.name, f"{where} has wrong numbers in the snapshot at {proven.index}"
            )
        self._checked[manifest.chain] = b"".join(manifest.pieces)


def _count(rows: list[Placed]) -> dict[Author, int]:
    last: dict[Author, int] = {}
    for placed in rows:
        last[placed.entry.author, placed.entry.incarnation] = placed.entry.number
    return last
