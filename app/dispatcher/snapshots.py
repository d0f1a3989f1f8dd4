"""Snapshots: what stands in one, how it travels in pieces, and who stands behind it.

All members make the same snapshot at the same index, byte for byte, so a hash names it, and a
quorum's signatures over that hash prove it (docs/adr/0016). Pure functions and values; who makes,
counts, keeps and gives snapshots is `compaction` and `taking`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from app.core import limits
from app.core.codec import Plain, decode_vouched, digest, encode, signed_bytes
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.schema import Codec, Size
from app.dispatcher import rules
from app.dispatcher.entries import Author, Verify
from app.dispatcher.epochs import Epoch
from app.dispatcher.log import Beginning
from app.dispatcher.views import HashField, SignatureField, View, Vote

SNAPSHOT_LABEL = "talkstick snapshot"
PIECE_LABEL = "talkstick snapshot piece"
VOUCH_LABEL = "talkstick vouch"
NUMBERS: Final = "numbers"
"""The items that hold the last number and hash of every incarnation (O3)."""
_LENGTH_BYTES = 4

Item = tuple[str, Plain, Plain]
"""(kind, key, value)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What names a snapshot: the order part at its index, and the hashes of its pieces."""

    session: HashField
    index: Annotated[int, Size(1, 2**53)]
    epoch: Epoch
    stamp_ms: int
    chain: HashField
    pieces: Annotated[tuple[HashField, ...], Size(1, limits.SNAPSHOT_PIECES_MAX)]


@dataclass(frozen=True, slots=True)
class Vouch:
    """A member made the snapshot of this hash at this index, and signs that."""

    index: Annotated[int, Size(1, 2**53)]
    hash: HashField
    signature: SignatureField


@dataclass(frozen=True, slots=True)
class Proven:
    """A snapshot behind which a quorum of the members of primary view `view` stands."""

    manifest: Manifest
    view: Annotated[int, Size(1, 2**53)]
    votes: Annotated[tuple[Vote, ...], Size(1, limits.MEMBERS_MAX)]

    @property
    def index(self) -> int:
        """The index at which it was made."""
        return self.manifest.index


_MANIFEST: Final = Codec(Manifest)
PROVEN_CODEC: Final = Codec(Proven)


@dataclass(frozen=True, slots=True)
class Image:
    """A whole snapshot: what it is, its pieces, and what stands in them."""

    manifest: Manifest
    pieces: tuple[bytes, ...]
    beginning: Beginning
    items: tuple[Item, ...]


def manifest_hash(manifest: Manifest) -> bytes:
    """The name of a snapshot."""
    return digest(SNAPSHOT_LABEL, [_MANIFEST.encode(manifest)])


def vouch_bytes(session: bytes, index: int, name: bytes) -> bytes:
    """What a member signs when it vouches."""
    return signed_bytes(VOUCH_LABEL, [session, index, name])


def check_proven(proven: Proven, session: bytes, view: View, verify: Verify) -> None:
    """Check that a quorum of `view` vouches.

    Raises:
        RemoteError: it does not, or this is another session's.
    """
    manifest = proven.manifest
    data = vouch_bytes(session, manifest.index, manifest_hash(manifest))
    voters = [
        key
        for key, signature in dict(proven.votes).items()
        if view.has(key) and verify(key, data, signature)
    ]
    if manifest.session != session or not rules.proves_snapshot(view, voters):
        message = f"no quorum of view {view.number} vouches for a snapshot"
        raise RemoteError(message)


def piece_hash(piece: bytes) -> bytes:
    """What the manifest names a piece by."""
    return digest(PIECE_LABEL, [piece])


def squeezed(piece: bytes) -> bytes:
    """A piece as it travels: its objects are much alike. The hash is of the piece itself."""
    return zlib.compress(piece, 1)


def unsqueezed(data: bytes) -> bytes:
    """Inverse of `squeezed`.

    Raises:
        RemoteError: it is none, or too long.
    """
    reader = zlib.decompressobj()
    try:
        piece = reader.decompress(data, limits.SNAPSHOT_PIECE_BYTES)
    except zlib.error as error:
        message = f"not a piece of a snapshot: {error}"
        raise RemoteError(message) from None
    if not reader.eof:
        message = "a piece of a snapshot that is too long"
        raise RemoteError(message)
    return piece


class Packing:
    """Items become pieces, some at a time."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.hashes: list[bytes] = []
        self._group: list[Item] = []
        self._rest = bytearray()

    def add(self, item: Item) -> None:
        """The next item."""
        self._group.append(item)
        if len(self._group) == limits.SNAPSHOT_GROUP_ITEMS:
            self._write()

    def _write(self) -> None:
        """Items are written some at a time: ten thousand small ones are read quickly."""
        data = encode(self._group)
        self._group = []
        self._rest += len(data).to_bytes(_LENGTH_BYTES, "big")
        self._rest += data
        while len(self._rest) >= limits.SNAPSHOT_PIECE_BYTES:
            self._cut(limits.SNAPSHOT_PIECE_BYTES)

    def close(self) -> None:
        """There are no more items."""
        if self._group:
            self._write()
        if self._rest or not self.pieces:
            self._cut(len(self._rest))

    def _cut(self, count: int) -> None:
        piece = bytes(self._rest[:count])
        del self._rest[:count]
        self.pieces.append(piece)
        self.hashes.append(piece_hash(piece))


class Unpacking:
    """Pieces become items again, some at a time."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._rest = bytearray()

    def add(self, piece: bytes) -> None:
        """The next piece, whose hash was checked.

        Raises:
            RemoteError: what it holds makes no sense.
        """
        self._rest += piece
        start = 0
        while len(self._rest) - start >= _LENGTH_BYTES:
            length = int.from_bytes(self._rest[start : start + _LENGTH_BYTES], "big")
            begin, end = start + _LENGTH_BYTES, start + _LENGTH_BYTES + length
            if end > len(self._rest):
                break
            group = decode_vouched(bytes(self._rest[begin:end]), limits.SNAPSHOT_ITEMS_MAX)
            for item in group if type(group) is list else [None]:
                if type(item) is not list or len(item) != 3 or type(item[0]) is not str:
                    message = "an item of a snapshot that makes no sense"
                    raise RemoteError(message)
                self.items.append((item[0], item[1], item[2]))
            start = end
        del self._rest[:start]

    def image(self, manifest: Manifest, pieces: Sequence[bytes]) -> Image:
        """All of it.

        Raises:
            RemoteError: something is missing at the end, or the numbers make no sense.
        """
        numbers: dict[Author, tuple[int, bytes]] = {}
        rest: list[Item] = []
        try:
            for item in self.items:
                if item[0] == NUMBERS:
                    (key, incarnation), (number, last) = item[1], item[2]
                    numbers[Key(key), incarnation] = (number, last)
                else:
                    rest.append(item)
        except (TypeError, ValueError) as error:
            message = f"numbers that make no sense: {error}"
            raise RemoteError(message) from None
        if self._rest:
            message = "a snapshot that ends within an item"
            raise RemoteError(message)
        beginning = Beginning(
            manifest.index,
            manifest.epoch,
            manifest.stamp_ms,
            manifest.chain,
            dict(rules.numbers_in_snapshot(numbers)),
        )
        return Image(manifest, tuple(pieces), beginning, tuple(rest))


def number_items(beginning: Beginning) -> list[Item]:
    """The numbers as items, in the one order that all sites give them."""
    numbers = beginning.numbers
    return [
        (NUMBERS, [key, incarnation], list(numbers[key, incarnation]))
        for key, incarnation in sorted(numbers)
    ]


def read_image(manifest: Manifest, pieces: Iterable[bytes]) -> Image:
    """A snapshot whose pieces are all here. Raises `RemoteError`."""
    unpacking = Unpacking()
    kept = tuple(pieces)
    for piece in kept:
        unpacking.add(piece)
    return unpacking.image(manifest, kept)
