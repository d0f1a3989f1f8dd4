"""Content by its hash on a disk: whole or not at all, bounded, and a disk that says no."""

from __future__ import annotations

import os

import pytest

from app.core.errors import KnownError
from app.drivers.blobs import Blobs
from app.node.contract import BlobRead, DropBlob, ReadBlob, WriteBlob
from app.tkshare.model.manifest import hash_of


def read(blobs, hash_, offset=0, count=1_000_000):
    answer = blobs.take(ReadBlob(7, hash_, offset, count))
    assert answer is not None
    return answer.data


def test_parts_become_whole_content(tmp_path):
    blobs = Blobs(tmp_path / "content")
    hash_ = hash_of(b"abcdef")
    assert blobs.take(WriteBlob(hash_, 0, b"abc", 6)) is None
    assert blobs.take(ReadBlob(7, hash_, 0, 3)) == BlobRead(7, None), "half is nothing"
    blobs.take(WriteBlob(hash_, 3, b"def", 6))
    assert read(blobs, hash_) == b"abcdef"
    assert read(blobs, hash_, 2, 3) == b"cde"
    assert read(blobs, hash_, 0, 0) == b"", "asked whether it is kept"
    assert Blobs(tmp_path / "content").whole(hash_, 6) == b"abcdef", "it is on the disk"


def test_nothing_is_kept_of_what_was_dropped(tmp_path):
    blobs = Blobs(tmp_path)
    hash_ = hash_of(b"abcdef")
    blobs.take(WriteBlob(hash_, 0, b"xyz", 6))
    blobs.take(DropBlob(hash_))
    blobs.take(DropBlob(hash_))
    blobs.take(WriteBlob(hash_, 0, b"abc", 6))
    blobs.take(WriteBlob(hash_, 3, b"def", 6))
    assert read(blobs, hash_) == b"abcdef"


def test_beginning_again_forgets_longer_parts(tmp_path):
    blobs = Blobs(tmp_path)
    hash_ = hash_of(b"ab")
    blobs.take(WriteBlob(hash_, 0, b"something else", 100))
    blobs.take(WriteBlob(hash_, 0, b"a", 2))
    blobs.take(WriteBlob(hash_, 1, b"b", 2))
    assert read(blobs, hash_) == b"ab"


def test_empty_content_is_content(tmp_path):
    blobs = Blobs(tmp_path)
    blobs.take(WriteBlob(hash_of(b""), 0, b"", 0))
    assert read(blobs, hash_of(b"")) == b""
    assert blobs.whole(hash_of(b""), 0) == b""


def test_an_end_in_the_middle_leaves_nothing_half(tmp_path):
    hash_ = hash_of(b"abcdef")
    Blobs(tmp_path).take(WriteBlob(hash_, 0, b"abc", 6))
    assert len(list(tmp_path.iterdir())) == 1
    again = Blobs(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert again.take(ReadBlob(1, hash_, 0, 0)) == BlobRead(1, None)


def test_what_a_disk_made_something_else_of_is_not_used(tmp_path):
    blobs = Blobs(tmp_path)
    hash_ = blobs.put(b"abcdef")
    blobs.path(hash_).write_bytes(b"abcxef")
    assert blobs.whole(hash_, 6) is None
    assert blobs.take(ReadBlob(1, hash_, 0, 0)) == BlobRead(1, None), "it can be fetched again"


def test_what_was_used_longest_ago_goes_first(tmp_path):
    blobs = Blobs(tmp_path, bytes_max=10)
    old, used, new = b"aaaa", b"bbbb", b"cccc"
    for place, content in enumerate((used, old)):
        os.utime(blobs.path(blobs.put(content)), (place, place))
    assert read(blobs, hash_of(used), count=0) == b""
    blobs.put(new)
    assert blobs.whole(hash_of(old), 4) is None
    assert blobs.whole(hash_of(used), 4) == used
    assert blobs.whole(hash_of(new), 4) == new
    kept = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert kept <= 10


def test_the_same_content_counts_once(tmp_path):
    blobs = Blobs(tmp_path, bytes_max=10)
    other = blobs.put(b"bbbb")
    for _ in range(5):
        blobs.take(WriteBlob(hash_of(b"aaaa"), 0, b"aaaa", 4))
    assert blobs.whole(other, 4) == b"bbbb"


def test_a_disk_that_says_no_is_known(tmp_path):
    (tmp_path / "file").write_text("")
    blobs = Blobs(tmp_path / "file")
    with pytest.raises(KnownError, match="cannot be kept"):
        blobs.take(WriteBlob(hash_of(b"a"), 0, b"a", 1))
