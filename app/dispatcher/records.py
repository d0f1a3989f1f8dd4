"""What the order keeps on disk (ORDER.md 5.1), as values that a driver commits.

One turn's records are one transaction, in their order. The store reads them back as `Saved`.

Fields by name, each `encode`d with `app.core.codec`: incarnation int · session [..] · name str ·
prim, following: number of a view · length int: the log's end · promised [n, owner] ·
accepted [[n, owner], view] · firm, settled, kmax: int · hold: k · handover: a frame ·
branch [view, [[p, d, leader, first, last], ...]]: the branch one works in, and where the rows of
its base stand; blength int: the end of its log, whose rows above its base are under its own id ·
snapshot, bsnapshot: the proven manifest that the primary log, and that of the branch, begins at;
snap.INDEX.PLACE: pieces of these, or of one that is being written; dropped int: how far rows up to
the snapshot are deleted.
The log of length n is the rows of its *path* above its snapshot: index i stands under the greatest view q, not above
the site's (following, else prim), whose base is below i.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.dispatcher.entries import Entry, Placed
from app.dispatcher.epochs import ViewId


@dataclass(frozen=True, slots=True)
class SaveField:
    """A single value by name; None forgets it."""

    name: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class SaveQueue:
    """Entries added to the queue at ascending positions; author parts are stored once, by hash."""

    first_position: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class DropQueue:
    """Entries that left the queue, by position; their author parts stay while a log row names them."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SaveLog:
    """Log rows, keyed by (view of the epoch, index); a row of the same key is replaced."""

    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class SaveView:
    """A decided view's certificate."""

    view: ViewId
    certificate: bytes


Range = tuple[ViewId, int, int]
"""(view, first index, last index): a stretch of log rows, both ends included."""


@dataclass(frozen=True, slots=True)
class DropLog:
    """Delete the rows of these stretches with their author parts, but for those of `kept` kinds."""

    ranges: tuple[Range, ...]
    kept: tuple[str, ...]


OrderRecord = SaveField | SaveQueue | DropQueue | SaveLog | SaveView | DropLog


@dataclass(frozen=True, slots=True)
class LoadLog:
    """Ask for stretches of the log, in order; the answer is a tuple of `Placed`."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What was on disk at start.

    `queue` holds (position, entry) in order; `read_log` yields rows of the given stretches and is
    used only while the machine is built.
    """

    fields: dict[str, bytes] = field(default_factory=dict)
    certificates: tuple[bytes, ...] = ()
    queue: tuple[tuple[int, Entry], ...] = ()
    read_log: Callable[[Sequence[Range]], Iterable[Placed]] = lambda _ranges: ()
