"""What is ordered: an author part that never changes, a proof beside it, and an order part.

Everything here is recomputed by every receiver and trusted from nobody: hashes are not sent, the
chain is not sent, and an entry counts only when its author's signature, or that of a later entry
of the same incarnation, proves it (ORDER.md section 1). A *run* is how consecutive entries of one
incarnation travel: author, first number and previous hash stand once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from app.core import limits
from app.core.codec import digest, signed_bytes
from app.core.errors import RemoteError
from app.core.ids import HASH_BYTES, KEY_BYTES, EntryId, Key, SiteId, site_of
from app.core.schema import Size
from app.dispatcher.epochs import Epoch

NO_HASH = bytes(HASH_BYTES)
"""The previous hash of an incarnation's first entry."""

SIGNATURE_BYTES = 64
ENTRY_FIELDS_BYTES = 36
"""Key epoch, wall clock and stamp of 9 bytes each, and the lengths before the others."""
RUN_FIELDS_BYTES = 96
"""What a run carries once: author, incarnation, first number, previous hash."""
ENTRY_LABEL = "talkstick entry"
PROOF_LABEL = "talkstick entry proof"
CHAIN_LABEL = "talkstick chain"

Author = tuple[Key, int]
"""(identity key, incarnation)."""

Verify = Callable[[Key, bytes, bytes], bool]
"""(key, data, signature) -> whether it holds; never raises."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The author part, its hash, and a proof that may be empty."""

    author: Key
    incarnation: int
    number: int
    previous: bytes
    kind: str
    body: bytes
    key_epoch: int
    wall_ms: int
    signature: bytes
    hash: bytes

    @property
    def id(self) -> EntryId:
        """The name that never changes."""
        return EntryId(site_of(self.author), self.incarnation, self.number)

    @property
    def site(self) -> SiteId:
        """The author's site."""
        return site_of(self.author)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with the order part that a dispatcher gave it."""

    index: int
    epoch: Epoch
    stamp_ms: int
    chain: bytes
    entry: Entry


RunItem = tuple[
    Annotated[str, Size(1, 32)],
    Annotated[bytes, Size(0, limits.ENTRY_BODY_BYTES_MAX)],
    int,
    int,
    Annotated[bytes, Size(0, SIGNATURE_BYTES)],
]
"""(kind, body, key epoch, wall_ms, signature or empty)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive entries of one incarnation."""

    author: Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
    incarnation: Annotated[int, Size(1, 2**53)]
    first: Annotated[int, Size(1, 2**53)]
    previous: Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]
    items: Annotated[tuple[RunItem, ...], Size(1, limits.RUN_ENTRIES_MAX)]


def make_entry(
    session: bytes,
    author: Author,
    number: int,
    previous: bytes,
    item: RunItem,
) -> Entry:
    """An entry with its hash; `item` is (kind, body, key epoch, wall_ms, signature)."""
    key, incarnation = author
    kind, body, key_epoch, wall_ms, signature = item
    return Entry(
        key,
        incarnation,
        number,
        previous,
        kind,
        body,
        key_epoch,
        wall_ms,
        signature,
        digest(
            ENTRY_LABEL,
            [session, key, incarnation, number, previous, kind, body, key_epoch, wall_ms],
        ),
    )


def proof_bytes(entry: Entry) -> bytes:
    """What the author signs."""
    return signed_bytes(PROOF_LABEL, [entry.hash])


def signed(entry: Entry, sign: Callable[[bytes], bytes]) -> Entry:
    """The same entry with its author's signature beside it."""
    return replace(entry, signature=sign(proof_bytes(entry)))


def next_chain(chain: bytes, epoch: Epoch, stamp_ms: int, entry: Entry) -> bytes:
    """The chain after `entry` got its order part."""
    return digest(CHAIN_LABEL, [chain, epoch.plain(), stamp_ms, entry.hash])


def entry_bytes(entry: Entry) -> int:
    """At most how many bytes an entry and its stamp cost in a frame, its run's fields aside."""
    return len(entry.kind) + len(entry.body) + len(entry.signature) + ENTRY_FIELDS_BYTES


def pack_runs(entries: Iterable[Entry]) -> tuple[Run, ...]:
    """Entries in their order, consecutive ones of an incarnation as one run.

    A stretch longer than a run is cut behind a proof, so that every run of it ends proven.
    """
    runs: list[Run] = []
    stretch: list[Entry] = []
    for entry in entries:
        last = stretch[-1] if stretch else None
        if (
            last is not None
            and last.author == entry.author
            and last.incarnation == entry.incarnation
            and last.number + 1 == entry.number
        ):
            if len(stretch) == limits.RUN_ENTRIES_MAX:
                runs.append(_run(stretch, _proven(stretch)))
                del stretch[: len(runs[-1].items)]
        elif stretch:
            runs.append(_run(stretch, len(stretch)))
            stretch.clear()
        stretch.append(entry)
    if stretch:
        runs.append(_run(stretch, len(stretch)))
    return tuple(runs)


def _proven(entries: Sequence[Entry]) -> int:
    """How many entries the last proof among them covers; all, if there is none."""
    for count in range(len(entries), 0, -1):
        if entries[count - 1].signature:
            return count
    return len(entries)


def _run(entries: Sequence[Entry], count: int) -> Run:
    start = entries[0]
    items = [
        (entry.kind, entry.body, entry.key_epoch, entry.wall_ms, entry.signature)
        for entry in entries[:count]
    ]
    return Run(start.author, start.incarnation, start.number, start.previous, tuple(items))


def unpack_run(session: bytes, run: Run, verify: Verify) -> list[Entry]:
    """The proven entries of a run; what follows its last signature is left off.

    Every signature is checked and kept: a new view may cut the log behind any of them, and what is
    left must still end proven.

    Raises:
        RemoteError: no entry is signed, a signature is not the author's, or the run is larger than
            what may be sent on in one frame.
    """
    items = list(run.items)
    while items and not items[-1][4]:
        items.pop()
    if not items:
        message = "a run without a signature"
        raise RemoteError(message)
    author = (run.author, run.incarnation)
    previous = run.previous
    entries: list[Entry] = []
    for place, item in enumerate(items):
        entry = make_entry(session, author, run.first + place, previous, item)
        if entry.signature and not verify(run.author, proof_bytes(entry), entry.signature):
            message = f"the proof of {entry.id} does not hold"
            raise RemoteError(message)
        entries.append(entry)
        previous = entry.hash
    if RUN_FIELDS_BYTES + sum(map(entry_bytes, entries)) > limits.RUNS_BYTES_MAX:
        message = "a run larger than a frame carries"
        raise RemoteError(message)
    return entries
