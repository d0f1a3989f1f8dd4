"""Order parts: giving them, sending them, and checking that they continue a log.

What a frame carries is as little as possible (stamps and runs); epochs, indexes, hashes and chains
are computed here, so a frame can't contradict itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core import limits
from app.core.errors import RemoteError
from app.dispatcher.entries import (
    NO_HASH,
    RUN_FIELDS_BYTES,
    Author,
    Entry,
    Placed,
    Run,
    Verify,
    entry_bytes,
    next_chain,
    pack_runs,
    unpack_run,
)
from app.dispatcher.epochs import Epoch
from app.dispatcher.log import Log
from app.dispatcher.messages import Piece

PIECE_FIELDS_BYTES = 64
"""What a piece carries once: its epoch and the lengths of its arrays."""


def place(log: Log, epoch: Epoch, stamp_ms: int, entry: Entry) -> Placed:
    """Give `entry` the next index of `log`."""
    chain = next_chain(log.chain, epoch, stamp_ms, entry)
    return Placed(log.length + 1, epoch, stamp_ms, chain, entry)


def pieces_of(placed: Sequence[Placed]) -> tuple[Piece, ...]:
    """Consecutive entries of a log as pieces, one for each epoch."""
    pieces: list[Piece] = []
    start = 0
    for end in range(1, len(placed) + 1):
        if end == len(placed) or placed[end].epoch != placed[start].epoch:
            part = placed[start:end]
            pieces.append(
                Piece(
                    placed[start].epoch,
                    tuple([item.stamp_ms for item in part]),
                    pack_runs([item.entry for item in part]),
                )
            )
            start = end
    return tuple(pieces)


def within_frame(placed: Sequence[Placed]) -> Sequence[Placed]:
    """The longest beginning of a part of the log that fits a frame and ends proven."""
    return placed[: fitting((item.entry, item.epoch) for item in placed)]


def fitting(items: Iterable[tuple[Entry, Epoch | None]]) -> int:
    """How many entries from the first on fit a frame and end proven.

    A run is placed as a whole and ends with a signature, so a cut behind a signed entry whose
    predecessors of the same incarnation stand before it leaves nothing unproven. What one proof
    covers came in one run, or was signed as one, and so always fits (`unpack_run`, `prove`).
    """
    proven = size = 0
    open_authors: dict[Author, None] = {}
    before: tuple[Author, int, Epoch | None] | None = None
    for count, (entry, epoch) in enumerate(items):
        author = (entry.author, entry.incarnation)
        if before != (author, entry.number - 1, epoch):
            size += RUN_FIELDS_BYTES
            if before is None or before[2] != epoch:
                size += PIECE_FIELDS_BYTES
        before = (author, entry.number, epoch)
        size += entry_bytes(entry)
        if proven and (size > limits.RUNS_BYTES_MAX or count >= limits.ARRAY_ITEMS_MAX):
            break
        if entry.signature:
            open_authors.pop(author, None)
        else:
            open_authors[author] = None
        if not open_authors:
            proven = count + 1
    return proven


def unplace(
    log: Log,
    epoch: Epoch,
    stamps: Sequence[int],
    runs: Sequence[Run],
    session: bytes,
    verify: Verify,
) -> list[Placed]:
    """The entries of one piece, placed after the end of `log`, checked but not stored.

    Raises:
        RemoteError: not proven, numbers with a gap, a clock or epoch that goes back.
    """
    entries: list[Entry] = []
    for run in runs:
        unpacked = unpack_run(session, run, verify)
        if len(unpacked) != len(run.items):
            message = "an ordered run does not end proven"
            raise RemoteError(message)
        entries += unpacked
    if len(entries) != len(stamps):
        message = f"{len(stamps)} stamps for {len(entries)} entries"
        raise RemoteError(message)
    return _chain_up(log, epoch, stamps, entries)


def _chain_up(
    log: Log, epoch: Epoch, stamps: Sequence[int], entries: Sequence[Entry]
) -> list[Placed]:
    placed: list[Placed] = []
    seen: dict[Author, tuple[int, bytes]] = {}
    if log.epoch is not None and epoch < log.epoch:
        message = f"epoch {epoch} after epoch {log.epoch}"
        raise RemoteError(message)
    index, chain, clock = log.length, log.chain, log.stamp_ms
    for stamp_ms, entry in zip(stamps, entries, strict=True):
        author = (entry.author, entry.incarnation)
        number, previous = seen.get(author) or log.numbers.get(author, (0, NO_HASH))
        if entry.number != number + 1 or entry.previous != previous:
            message = f"{entry.id} does not follow number {number} of its author"
            raise RemoteError(message)
        if stamp_ms < clock:
            message = "the order's clock goes back"
            raise RemoteError(message)
        seen[author] = (entry.number, entry.hash)
        index += 1
        clock = stamp_ms
        chain = next_chain(chain, epoch, stamp_ms, entry)
        placed.append(Placed(index, epoch, stamp_ms, chain, entry))
    return placed


def first_runs(runs: Sequence[Run], count: int) -> list[Run]:
    """The runs of the first `count` entries."""
    kept: list[Run] = []
    for run in runs:
        if count <= 0:
            break
        kept.append(replace(run, items=run.items[:count]))
        count -= len(run.items)
    return kept


def skip_known(
    log: Log, first: int, stamps: Sequence[int], runs: Sequence[Run]
) -> tuple[Sequence[int], Sequence[Run]]:
    """Leave off the entries from index `first` on that `log` has already.

    Raises:
        RemoteError: the runs are shorter than that.
    """
    known = log.length - first + 1
    if known <= 0:
        return stamps, runs
    surplus = known
    kept: list[Run] = []
    for run in runs:
        if surplus >= len(run.items):
            surplus -= len(run.items)
        elif surplus:
            author = (run.author, run.incarnation)
            previous = log.numbers.get(author, (0, NO_HASH))[1]
            kept.append(Run(*author, run.first + surplus, previous, run.items[surplus:]))
            surplus = 0
        else:
            kept.append(run)
    if surplus:
        message = "runs shorter than their stamps"
        raise RemoteError(message)
    return stamps[known:], kept
