"""The folder of a copy: one path for all, made anew, nobody else's; what was saved stays."""

from __future__ import annotations

import os

import pytest

from app.core.errors import KnownError
from app.drivers.blobs import Blobs
from app.drivers.sharefolder import ShareFolder
from app.tkshare.model.manifest import ProgramFile, encode_listing, hash_of

SHARE = "k7w2mfq4x3ts5aub.3.41"


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "content")


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "root"
    made.mkdir()
    return made


def claim(blobs, root, share=SHARE):
    return ShareFolder.claim(share, blobs, root.parent / "saved", root)


def listed(blobs, **files):
    kept = [
        ProgramFile(name.replace("__", "/") + ".py", len(data), blobs.put(data))
        for name, data in files.items()
    ]
    return blobs.put(encode_listing(kept))


def test_a_share_has_the_same_path_each_time(blobs, root):
    first = claim(blobs, root)
    (first.path / "made").write_text("by the program")
    path = first.path
    first.close()
    assert list(root.iterdir()) == [], "nothing is left"
    again = claim(blobs, root)
    assert again.path == path
    assert list(again.path.iterdir()) == [], "a copy begins with nothing"
    again.close()
    other = claim(blobs, root, "k7w2mfq4x3ts5aub.3.42")
    assert other.path != path
    other.close()


def test_files_are_unpacked_to_be_read(blobs, root):
    folder = claim(blobs, root)
    folder.unpack(listed(blobs, main=b"import part", part__deep=b"x"))
    assert (folder.path / "main.py").read_bytes() == b"import part"
    assert (folder.path / "part" / "deep.py").read_bytes() == b"x"
    assert (folder.path / "main.py").stat().st_mode & 0o777 == 0o444
    folder.close()


def test_a_damaged_file_is_never_run(blobs, root):
    folder = claim(blobs, root)
    listing = listed(blobs, main=b"good")
    blobs.path(hash_of(b"good")).write_bytes(b"evil")
    with pytest.raises(KnownError, match="damaged"):
        folder.unpack(listing)
    assert not (folder.path / "main.py").exists()
    folder.close()


def test_a_damaged_list_is_never_used(blobs, root):
    folder = claim(blobs, root)
    listing = listed(blobs, main=b"good")
    blobs.path(listing).write_bytes(b"evil")
    with pytest.raises(KnownError, match="damaged"):
        folder.unpack(listing)
    folder.close()


def test_what_somebody_else_made_there_is_not_entered(blobs, root, tmp_path):
    mine = claim(blobs, root)
    outer = mine.path.parent
    mine.close()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    outer.symlink_to(elsewhere)
    folder = claim(blobs, root)
    assert folder.path.parent != outer
    assert list(elsewhere.iterdir()) == []
    folder.close()
    outer.unlink()
    outer.mkdir()
    outer.chmod(0o777)
    folder = claim(blobs, root)
    assert folder.path.parent != outer, "others could put something there"
    folder.close()


def test_two_people_of_one_machine_have_a_folder_each(blobs, root):
    first = claim(blobs, root)
    lock = first.path.parent / "lock"
    lock.write_text(f"{os.getppid()}\n")
    second = claim(blobs, root)
    assert second.path != first.path
    assert len(str(second.path)) == len(str(first.path))
    first.close()
    second.close()


def test_files_are_placed_where_the_guest_is_told(blobs, root):
    folder = claim(blobs, root)
    folder.place("files/7/list.txt", blobs.put(b"milk"))
    assert (folder.path / "files/7/list.txt").read_bytes() == b"milk"
    folder.place("files/8/gone.txt", hash_of(b"nobody has this"))
    assert not (folder.path / "files/8").exists()
    for path in ("../out", "/etc/passwd", "files/../../out", "", "a//b"):
        with pytest.raises(KnownError):
            folder.place(path, blobs.put(b"milk"))
    folder.close()


def test_what_a_person_saved_is_kept(blobs, root):
    folder = claim(blobs, root)
    folder.place("files/9/letter.txt", b"")
    assert (folder.path / "files/9").is_dir(), "the program writes there"
    (folder.path / "files/9/letter.txt").write_text("Dear all")
    (folder.path / "scratch.txt").write_text("not asked for")
    folder.close()
    saved = list((root.parent / "saved").rglob("*.txt"))
    assert [path.read_text() for path in saved] == ["Dear all"]
