"""Snapshots as values: pieces, names, and who stands behind one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core import limits
from app.core.errors import RemoteError
from app.dispatcher.log import Beginning
from app.dispatcher.snapshots import (
    Manifest,
    Packing,
    Proven,
    check_proven,
    manifest_hash,
    number_items,
    piece_hash,
    read_image,
    squeezed,
    unsqueezed,
    vouch_bytes,
)
from tests.unit.dispatcher.orders import (
    EPOCH,
    GENESIS,
    SESSION,
    A,
    B,
    C,
    D,
    next_view,
    sign_as,
    verify,
)

CHAIN = b"c" * 32
BEGINNING = Beginning(7, EPOCH, 12, CHAIN, {(B, 2): (3, b"b" * 32), (A, 1): (4, b"a" * 32)})
ITEMS = [("x", "key", ["value", 1]), ("y", [b"k", 1], None)]
VIEW = next_view(GENESIS, (A, B, C), A)


def packed(items):
    packing = Packing()
    for item in [*number_items(BEGINNING), *items]:
        packing.add(item)
    packing.close()
    manifest = Manifest(SESSION, 7, EPOCH, 12, CHAIN, tuple(packing.hashes))
    return manifest, packing.pieces


def proven(manifest, *voters, view=2):
    data = vouch_bytes(SESSION, manifest.index, manifest_hash(manifest))
    return Proven(manifest, view, tuple([(key, sign_as(key)(data)) for key in voters]))


def test_pieces_give_back_the_numbers_and_everything_else():
    manifest, pieces = packed(ITEMS)
    image = read_image(manifest, pieces)
    assert image.beginning == BEGINNING
    assert list(image.items) == ITEMS


def test_items_may_be_longer_than_a_piece():
    long = ("x", "key", bytes(3 * limits.SNAPSHOT_PIECE_BYTES))
    manifest, pieces = packed([long, *ITEMS])
    assert len(pieces) == 4
    assert max(map(len, pieces)) <= limits.SNAPSHOT_PIECE_BYTES
    assert list(read_image(manifest, pieces).items) == [long, *ITEMS]


def test_an_array_in_an_item_may_be_longer_than_in_a_frame():
    many = ("x", "key", [0] * (2 * limits.ARRAY_ITEMS_MAX))
    manifest, pieces = packed([many])
    assert list(read_image(manifest, pieces).items) == [many]


def test_pieces_travel_squeezed():
    piece = bytes(limits.SNAPSHOT_PIECE_BYTES)
    assert len(squeezed(piece)) < 1_000
    assert unsqueezed(squeezed(piece)) == piece
    for wrong in (b"x", squeezed(piece + b"x"), squeezed(piece)[:-5]):
        with pytest.raises(RemoteError, match="a piece of a snapshot"):
            unsqueezed(wrong)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x05abc",
        b"\x00\x00\x00\x01\x05",
        b"\x00\x00\x00\x02\x91\x05",
        b"\x00\x00\x00\x0c\x91\x93\xa7numbers\x01\x02",
        b"\x00\x00\x00\x01\xc0",
    ],
)
def test_pieces_that_make_no_sense_are_refused(data):
    manifest, _ = packed(ITEMS)
    with pytest.raises(RemoteError):
        read_image(manifest, [data])


def test_a_quorum_of_the_view_proves_it():
    manifest, _ = packed(ITEMS)
    check_proven(proven(manifest, B, C), SESSION, VIEW, verify)


@pytest.mark.parametrize("voters", [(B,), (B, B), (B, D), (D,)])
def test_fewer_do_not(voters):
    manifest, _ = packed(ITEMS)
    with pytest.raises(RemoteError, match="no quorum"):
        check_proven(proven(manifest, *voters), SESSION, VIEW, verify)


def test_signatures_count_for_nothing_else():
    manifest, _ = packed(ITEMS)
    given = proven(manifest, B, C)
    for other in (
        replace(manifest, index=8),
        replace(manifest, chain=bytes(32)),
        replace(manifest, stamp_ms=13),
        replace(manifest, pieces=(piece_hash(b"other"),)),
        replace(manifest, session=bytes(32)),
    ):
        with pytest.raises(RemoteError, match="no quorum"):
            check_proven(replace(given, manifest=other), SESSION, VIEW, verify)
