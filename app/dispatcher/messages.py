"""The dispatcher's frames (ORDER.md 5.2). Numbers never change; fields are only added at the end.

All come over an authenticated link and may be lost, doubled, late or out of order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.ids import KEY_BYTES
from app.core.schema import Registry, Size
from app.dispatcher.entries import Run
from app.dispatcher.epochs import NO_VIEW, Ballot, Epoch, ViewId
from app.dispatcher.snapshots import Proven, Vouch
from app.dispatcher.views import Certificate, HashField, KeyField, SignatureField, View

REGISTRY = Registry()

Runs = Annotated[tuple[Run, ...], Size(0, limits.ARRAY_ITEMS_MAX)]
Stamps = Annotated[tuple[int, ...], Size(0, limits.ARRAY_ITEMS_MAX)]
Briefcase = Annotated[bytes, Size(0, limits.FRAME_BYTES_MAX)]


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head: who signs two for one view id and index with different chains lies (H1)."""

    signer: KeyField
    view: ViewId
    k: int
    index: int
    chain: HashField
    signature: SignatureField


@dataclass(frozen=True, slots=True)
class OrderBeat:
    """The dispatcher's part of a heartbeat."""

    cur: ViewId
    prim: int
    highest: int
    length: int
    chain: HashField
    settled: int
    firm: int
    kmax: int
    holds: bool
    fenced: bool
    leaving: bool
    head: Head | None
    state_index: int
    state_hash: Annotated[bytes, Size(0, 32)]
    move_reason: Annotated[str, Size(0, 64)]
    move_gain_micros: int
    vouch: Vouch | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Entries that one epoch placed one after the other, with a stamp for each."""

    epoch: Epoch
    stamps: Stamps
    runs: Runs


Pieces = Annotated[tuple[Piece, ...], Size(0, limits.ARRAY_ITEMS_MAX)]


@REGISTRY.frame(16)
@dataclass(frozen=True, slots=True)
class Submit:
    """Entries from the head of the sender's queue, for the holder of the view's token (O2)."""

    view: ViewId
    runs: Runs


@REGISTRY.frame(17)
@dataclass(frozen=True, slots=True)
class Ordered:
    """New entries of the log, from the holder to the members of the view (O4)."""

    view: ViewId
    k: int
    first: Annotated[int, Size(1, 2**53)]
    chain_before: HashField
    stamps: Stamps
    runs: Runs
    settled: int
    signature: SignatureField


@REGISTRY.frame(18)
@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Answer to a submission that was not taken: the newest (view id, k, home) known (O2)."""

    view: ViewId
    k: int
    home: KeyField


@REGISTRY.frame(19)
@dataclass(frozen=True, slots=True)
class Permit:
    """The leader lets the holder hand move k to `target` (T1); void for any other view or k."""

    view: ViewId
    k: int
    target: KeyField
    signature: SignatureField
    asker: Annotated[bytes, Size(0, KEY_BYTES)]
    """Whose command it is, empty where placement wished; for people to read, not signed."""


@REGISTRY.frame(20)
@dataclass(frozen=True, slots=True)
class HandOver:
    """The token's move k to `target`, with the log it goes on from (T2, T3)."""

    view: ViewId
    k: int
    target: KeyField
    index: int
    chain: HashField
    first: int
    chain_before: HashField
    tail: Pieces
    briefcase: Briefcase
    signature: SignatureField


@REGISTRY.frame(21)
@dataclass(frozen=True, slots=True)
class Wish:
    """Placement or a person asks the leader to let the token go to `target`.

    `token` names the request in a `Refusal`; 0 asks for no answer.
    """

    view: ViewId
    target: KeyField
    by_person: bool
    token: int


@REGISTRY.frame(22)
@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a wish is not granted, in words for people."""

    token: int
    reason: Annotated[str, Size(0, 512)]


@REGISTRY.frame(24)
@dataclass(frozen=True, slots=True)
class Collect:
    """A proposer asks for promises about the successor of view p (P1)."""

    number: int
    ballot: Ballot


@REGISTRY.frame(25)
@dataclass(frozen=True, slots=True)
class Promise:
    """The answer: how long the sender's primary log is, and what it accepted (P2)."""

    number: int
    ballot: Ballot
    length: int
    chain: HashField
    accepted_ballot: Ballot | None
    accepted_view: View | None


@REGISTRY.frame(26)
@dataclass(frozen=True, slots=True)
class Install:
    """The proposer's one value for its ballot (P4)."""

    number: int
    ballot: Ballot
    view: View


@REGISTRY.frame(27)
@dataclass(frozen=True, slots=True)
class Accepted:
    """A member accepted the view with this hash under this ballot (P6)."""

    number: int
    ballot: Ballot
    hash: HashField
    signature: SignatureField


@REGISTRY.frame(28)
@dataclass(frozen=True, slots=True)
class Decide:
    """A decided view with its certificate (P7)."""

    certificate: Certificate


@REGISTRY.frame(29)
@dataclass(frozen=True, slots=True)
class Recall:
    """Ask for the certificates after view `after`: the sender is behind."""

    after: int


@REGISTRY.frame(30)
@dataclass(frozen=True, slots=True)
class Gather:
    """Who is present and stands where, before a branch is made (D1)."""

    number: int


@REGISTRY.frame(31)
@dataclass(frozen=True, slots=True)
class Gathered:
    """The answer: best root, and the log that stands on it (D2).

    `of_branch` says that it is the log of `cur`, a branch; else it is the primary log.
    """

    number: int
    root_view: int
    root_length: int
    root_chain: HashField
    cur: ViewId
    length: int
    chain: HashField
    of_branch: bool = False


@REGISTRY.frame(32)
@dataclass(frozen=True, slots=True)
class Branch:
    """A branch's view, announced by its maker (D2)."""

    view: View


@REGISTRY.frame(33)
@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask whoever has it for the log of `view` after `after`, up to `upto` (0: to its end)."""

    after: int
    after_chain: HashField
    upto: int
    view: ViewId = NO_VIEW


@REGISTRY.frame(34)
@dataclass(frozen=True, slots=True)
class Chunk:
    """Entries after `after`, or none where the sender's log does not pass through that chain."""

    after: int
    after_chain: HashField
    pieces: Pieces
    length: int
    view: ViewId = NO_VIEW


@REGISTRY.frame(35)
@dataclass(frozen=True, slots=True)
class Probe:
    """Does the receiver hear `target`? Asked before somebody is suspected (5.6)."""

    target: KeyField


@REGISTRY.frame(36)
@dataclass(frozen=True, slots=True)
class Probed:
    """Answer: so long ago. Who never heard it does not answer."""

    target: KeyField
    age_micros: int


@REGISTRY.frame(37)
@dataclass(frozen=True, slots=True)
class TwoOrders:
    """Proof that one signer gave two orders (H1)."""

    one: Head
    other: Head


@dataclass(frozen=True, slots=True)
class Vote:
    """A signed `Accepted`, with what it speaks of."""

    number: int
    ballot: Ballot
    hash: HashField
    signature: SignatureField


@REGISTRY.frame(38)
@dataclass(frozen=True, slots=True)
class TwoVotes:
    """Proof that one member accepted two views under one ballot (H2)."""

    signer: KeyField
    one: Vote
    other: Vote


@REGISTRY.frame(39)
@dataclass(frozen=True, slots=True)
class SnapshotWanted:
    """Ask for `count` pieces, from `first` on, of the snapshot of this name."""

    index: Annotated[int, Size(1, 2**53)]
    hash: HashField
    first: Annotated[int, Size(0, limits.SNAPSHOT_PIECES_MAX)]
    count: Annotated[int, Size(1, limits.SNAPSHOT_PIECES_ASKED)]


@REGISTRY.frame(62)
@dataclass(frozen=True, slots=True)
class SnapshotOffered:
    """Answer to a `Fetch` of what is compacted here, or to a `SnapshotWanted` of what is gone.

    `after` is the fetch's; 0 in the other case.
    """

    after: int
    view: ViewId
    proven: Proven


@REGISTRY.frame(63)
@dataclass(frozen=True, slots=True)
class SnapshotPiece:
    """A piece that was asked for, squeezed (zlib)."""

    index: Annotated[int, Size(1, 2**53)]
    hash: HashField
    place: Annotated[int, Size(0, limits.SNAPSHOT_PIECES_MAX)]
    data: Annotated[bytes, Size(1, limits.RUNS_BYTES_MAX)]
