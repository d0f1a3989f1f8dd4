"""Files that a person gives to a shared program: kept by hash, bounded, named."""

from __future__ import annotations

import pytest

from app.core.errors import LocalError
from app.drivers.blobs import Blobs
from app.drivers.chosenfiles import keep_chosen
from app.node.shares.shares import NO_CONTENT


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "content")


def test_a_file_is_kept_whole(blobs, tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(b"hello")
    (chosen,) = keep_chosen("open", (str(file),), blobs)
    assert (chosen.name, chosen.size) == ("a.txt", 5)
    assert blobs.whole(chosen.hash, 5) == b"hello"


def test_a_file_that_is_written_is_a_name_only(blobs, tmp_path):
    (chosen,) = keep_chosen("save", (str(tmp_path / "new.txt"),), blobs)
    assert (chosen.name, chosen.size, chosen.hash) == ("new.txt", 0, NO_CONTENT)


def test_of_a_folder_its_files_come_along_in_order(blobs, tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    for name in ("b", "a", ".hidden"):
        (folder / name).write_text(name)
    assert [each.name for each in keep_chosen("folder", (str(folder),), blobs)] == ["a", "b"]


def test_too_many_or_none_there_are_said(blobs, tmp_path):
    with pytest.raises(LocalError, match="cannot be read"):
        keep_chosen("open", (str(tmp_path / "none"),), blobs)
    with pytest.raises(LocalError, match="at most"):
        keep_chosen("open", (str(tmp_path / "x"),) * 17, blobs)
