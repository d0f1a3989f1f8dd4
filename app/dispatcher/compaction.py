"""Making snapshots of the own log, vouching for them, and letting go of what they stand for.

The state is frozen where its index is applied and packed once that is settled; a quorum's vouches
prove it; only then is it written, named as the log's beginning, and rows are deleted. Each part of
that work is small and has a turn of its own. Never decides what a snapshot means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.log import Beginning
from app.dispatcher.messages import SnapshotOffered, SnapshotPiece, SnapshotWanted
from app.dispatcher.snapshots import (
    Item,
    Manifest,
    Packing,
    Proven,
    Vouch,
    manifest_hash,
    number_items,
    squeezed,
    vouch_bytes,
)
from app.dispatcher.views import View


class State(Enum):
    """What is done for the next snapshot."""

    RESTING = "none is being made; the last one may wait for others' vouches"
    FROZEN = "the state is copied; its index is not settled yet"
    PACKING = "the copy becomes pieces"
    WRITING = "it is proven; its pieces go to the disk"


@dataclass(frozen=True, slots=True)
class Freeze:
    """An index at which snapshots are made was applied."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A view took it back, or the log is another one."""


@dataclass(frozen=True, slots=True)
class SettledThere:
    """It is settled: nothing up to it changes any more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """All of it is in pieces."""


@dataclass(frozen=True, slots=True)
class ProvenNow:
    """A quorum vouches for the last one made."""


@dataclass(frozen=True, slots=True)
class Written:
    """All pieces are on the disk."""


Happening = Freeze | Undone | SettledThere | Packed | ProvenNow | Written

TRANSITIONS: dict[tuple[State, type[Happening]], tuple[State, str]] = {
    (State.RESTING, Freeze): (State.FROZEN, "copy"),
    (State.FROZEN, Undone): (State.RESTING, "drop"),
    (State.FROZEN, SettledThere): (State.PACKING, "pack"),
    (State.PACKING, Undone): (State.RESTING, "drop"),
    (State.PACKING, Packed): (State.RESTING, "vouch"),
    (State.RESTING, ProvenNow): (State.WRITING, "write"),
    (State.FROZEN, ProvenNow): (State.WRITING, "write"),
    (State.WRITING, Written): (State.RESTING, "compact"),
    (State.WRITING, Undone): (State.RESTING, "drop"),
}


@dataclass(slots=True)
class _Frozen:
    """A copy that becomes a snapshot."""

    beginning: Beginning
    items: Iterator[Item]
    packing: Packing = field(default_factory=Packing)


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot of this site's own making."""

    manifest: Manifest
    pieces: tuple[bytes, ...]
    hash: bytes
    vouch: Vouch


class Compaction:
    """Snapshots of one site.

    `kept` are kinds of entries whose rows stay where they are, for people.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.kept: tuple[str, ...] = ()
        self.state = State.RESTING
        self.made: Made | None = None
        self._frozen: _Frozen | None = None
        self._next: _Frozen | None = None
        self._proven: Proven | None = None
        self._written = 0
        self._work_at: Micros | None = None
        self._votes: dict[Key, Vouch] = {}

    # --- the machine ------------------------------------------------------------------------------

    def _step(self, happening: Happening) -> bool:
        """Take one transition of the table; False for what is not in it."""
        entry = TRANSITIONS.get((self.state, type(happening)))
        if entry is None:
            return False
        self.state, action = entry
        match action:
            case "vouch":
                self._vouch()
            case "write":
                self._frozen = None
                self._written = 0
            case "compact":
                self._compact()
            case "drop":
                self._frozen = None
            case _:
                pass
        waiting = self._next
        if self.state is State.RESTING and waiting is not None:
            # All members come to the last one, however busy they were before.
            self._next = None
            self._begin(waiting)
        return True

    def _begin(self, frozen: _Frozen) -> None:
        if self._step(Freeze()):
            self._frozen = frozen
        else:
            self._next = frozen

    def freeze(self, index: int, items: Iterator[Item]) -> None:
        """The state as it is after `index` becomes a snapshot; `items` must not change any more."""
        beginning = self.desk.disk.log.beginning_at(index)
        if beginning is not None and not beginning.epoch.branch:
            self._begin(_Frozen(beginning, chain(number_items(beginning), items)))

    def taken_back(self, index: int) -> None:
        """The log was cut to `index`."""
        if self._next is not None and self._next.beginning.index > index:
            self._next = None
        if self._frozen is not None and self._frozen.beginning.index > index:
            self._step(Undone())

    def replaced(self) -> None:
        """The log begins at another site's snapshot."""
        self._next = None
        self._step(Undone())
        self.made = None
        self._proven = None

    def _vouch(self) -> None:
        frozen, self._frozen = self._frozen, None
        assert frozen is not None, "PACKING has a copy"
        at, packing = frozen.beginning, frozen.packing
        if len(packing.pieces) > limits.SNAPSHOT_PIECES_MAX:
            self.desk.trace.mark("a state too large for a snapshot")
            return
        session = self.desk.disk.session
        manifest = Manifest(
            session, at.index, at.epoch, at.stamp_ms, at.chain, tuple(packing.hashes)
        )
        name = manifest_hash(manifest)
        signature = self.desk.sign(vouch_bytes(session, at.index, name))
        vouch = Vouch(at.index, name, signature)
        self.made = Made(manifest, tuple(packing.pieces), name, vouch)
        self._votes = {}

    @property
    def vouch(self) -> Vouch | None:
        """What this site vouches for, in its heartbeats."""
        return None if self.made is None else self.made.vouch

    # --- proof ------------------------------------------------------------------------------------

    def count(self, now: Micros) -> None:
        """Whether a quorum vouches for the last one made."""
        made, disk = self.made, self.desk.disk
        view = disk.prim
        if (
            made is None
            or view is None
            or self.state not in (State.RESTING, State.FROZEN)
            or made.manifest.index <= disk.plog.begins
            or not self._may_compact(made.manifest.index)
        ):
            return
        self._collect(made, view)
        if rules.proves_snapshot(view, self._votes):
            votes = tuple(
                [(key, self._votes[key].signature) for key in view.keys if key in self._votes]
            )
            self._proven = Proven(made.manifest, view.number, votes)
            self._step(ProvenNow())
            self._work_at = now

    def _collect(self, made: Made, view: View) -> None:
        data = vouch_bytes(made.manifest.session, made.manifest.index, made.hash)
        self._votes[self.desk.own] = made.vouch
        for key in view.keys:
            heard = self.desk.heard.get(key)
            vouch = None if heard is None else heard.beat.vouch
            if vouch is None or key in self._votes or vouch.hash != made.hash:
                continue
            if self.desk.verify(key, data, vouch.signature):
                self._votes[key] = vouch

    def _may_compact(self, index: int) -> bool:
        disk = self.desk.disk
        return rules.may_compact(
            index,
            disk.settled,
            in_branch=disk.branch is not None,
            following=bool(disk.following_number),
        )

    def _compact(self) -> None:
        made, proven = self.made, self._proven
        self._proven = None
        if made is None or proven is None or not self._may_compact(proven.index):
            return
        if self.desk.disk.plog.begins < proven.index:
            self.desk.flush_stored()
            self.desk.disk.compact(proven, made.pieces)

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """A small part of whatever is to be done."""
        if not self._has_work():
            self._work_at = None
            return
        if self._work_at is not None and now < self._work_at:
            return
        self._work_at = after(now, limits.SNAPSHOT_WORK_MICROS)
        if self.state is State.FROZEN:
            self._step(SettledThere())
        elif self.state is State.PACKING:
            self._pack()
        else:
            self._work_at = after(now, limits.SNAPSHOT_WRITE_MICROS)
            if self.state is State.WRITING:
                self._write()
            else:
                self.desk.disk.drop_rows(limits.DROP_ROWS_PER_TURN, self.kept)

    def _has_work(self) -> bool:
        disk = self.desk.disk
        if self.state is State.FROZEN:
            frozen = self._frozen
            if frozen is not None and frozen.beginning.index <= disk.settled:
                return True
        elif self.state is not State.RESTING:
            return True
        return disk.dropped < disk.plog.begins and self._may_compact(disk.plog.begins)

    def _pack(self) -> None:
        frozen = self._frozen
        assert frozen is not None, "PACKING has a copy"
        size = len(frozen.packing.pieces)
        for packed, item in enumerate(frozen.items, 1):
            frozen.packing.add(item)
            if packed >= limits.SNAPSHOT_WORK_ITEMS or len(frozen.packing.pieces) > size:
                return
        frozen.packing.close()
        self._step(Packed())

    def _write(self) -> None:
        made, proven = self.made, self._proven
        if made is None or proven is None:
            self._step(Undone())
            return
        for _ in range(limits.SNAPSHOT_WRITE_PIECES):
            if self._written < len(made.pieces):
                self.desk.disk.write_piece(proven.index, self._written, made.pieces[self._written])
                self._written += 1
        if self._written == len(made.pieces):
            self._step(Written())

    def deadline(self) -> Micros | None:
        """When there is something to do."""
        if not self._has_work():
            return None
        return Micros(0) if self._work_at is None else self._work_at

    # --- others -----------------------------------------------------------------------------------

    def wanted(self, sender: Key, frame: SnapshotWanted) -> None:
        """Send the pieces that were asked for, or say which snapshot there is."""
        for proven, pieces in self.desk.disk.images.values():
            if proven.index == frame.index and manifest_hash(proven.manifest) == frame.hash:
                if frame.first >= len(pieces):
                    break
                for place in range(frame.first, min(len(pieces), frame.first + frame.count)):
                    data = squeezed(pieces[place])
                    self.desk.send(sender, SnapshotPiece(frame.index, frame.hash, place, data))
                return
        snapshot = self.desk.disk.snapshot
        if snapshot is not None:
            self.desk.send(sender, SnapshotOffered(0, self.desk.disk.cur, snapshot))
