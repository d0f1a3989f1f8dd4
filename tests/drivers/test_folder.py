"""One data folder, one process."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from app.core.errors import KnownError
from app.drivers.folder import Folder, owner


def test_a_second_process_is_kept_out_and_told_who_has_it(tmp_path):
    folder = Folder.open(tmp_path / "site")
    with pytest.raises(KnownError, match=rf"in use by process {os.getpid()}"):
        Folder.open(tmp_path / "site")
    folder.close()
    Folder.open(tmp_path / "site").close()


def test_it_is_made_for_its_owner_only(tmp_path):
    folder = Folder.open(tmp_path / "deep" / "site")
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert (folder.path / "lock").stat().st_mode & 0o777 == 0o600
    folder.close()


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError, match="--data"):
        Folder.open(tmp_path / "file")


def test_the_port_is_remembered(tmp_path):
    folder = Folder.open(tmp_path)
    assert folder.port() == 0
    folder.remember_port(4711)
    assert folder.port() == 4711
    (tmp_path / "port").write_text("many")
    assert folder.port() == 0
    folder.close()


class OnFullDisk(io.FileIO):
    def write(self, _data):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_and_the_folder_is_free_again(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, mode, buffering: OnFullDisk(path, mode))
        with pytest.raises(KnownError, match=r"the disk is full.*Make room"):
            Folder.open(tmp_path)
    assert owner(tmp_path) is None


def test_who_looks_learns_the_process_and_keeps_nobody_out(tmp_path):
    assert owner(tmp_path) is None
    folder = Folder.open(tmp_path)
    assert owner(tmp_path) == str(os.getpid())
    folder.close()
    assert owner(tmp_path) is None
    Folder.open(tmp_path).close()
