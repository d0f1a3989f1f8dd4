"""From a program on the disk to an offer: what belongs to it, what runs, and clear refusals."""

from __future__ import annotations

import sys

import pytest

from app.core import limits
from app.core.errors import KnownError, LocalError
from app.drivers.blobs import Blobs
from app.drivers.programs import find_program, gather
from app.tkshare.model.manifest import decode_listing, hash_of, require_fits

TK = b"import tkinter\n"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def offered(tmp_path, program, *arguments, python=""):
    blobs = Blobs(tmp_path.parent / f"{tmp_path.name}-content")
    offer, listing = gather(find_program(program, tmp_path), arguments, python, blobs, 7)
    require_fits(offer, listing)
    for file in decode_listing(listing):
        assert blobs.whole(file.hash, file.size) is not None
    return offer, [file.path for file in decode_listing(listing)]


def test_a_file_is_offered_alone(tmp_path):
    write(tmp_path, {"order_form.py": TK, "other.py": b"x"})
    offer, paths = offered(tmp_path, "order_form.py", "--dark", "7")
    assert (offer.kind, offer.entry, offer.title) == ("file", "order_form.py", "Order form")
    assert (offer.toolkit, offer.arguments, offer.seed) == ("tk", ("--dark", "7"), 7)
    assert paths == ["order_form.py"]
    assert dict(offer.versions)["python"].startswith(f"3.{sys.version_info.minor}.")
    assert {"tk", "tcl"} <= dict(offer.versions).keys()


def test_a_folder_is_offered_with_what_belongs_to_it(tmp_path):
    write(
        tmp_path / "app",
        {
            "main.py": b"import part.view",
            "part/view.py": b"from tkinter import ttk",
            "part/__pycache__/view.pyc": b"x",
            ".git/config": b"x",
            "data.csv": b"1,2",
            "env/pyvenv.cfg": b"x",
            "env/lib/thing.py": b"import PySide6",
        },
    )
    offer, paths = offered(tmp_path, "app")
    assert (offer.kind, offer.entry, offer.toolkit) == ("folder", "main.py", "tk")
    assert paths == ["data.csv", "main.py", "part/view.py"]


def test_a_link_out_of_the_folder_does_not_travel(tmp_path):
    (tmp_path / "secret").write_text("mine")
    write(tmp_path / "app", {"main.py": TK})
    (tmp_path / "app" / "here.py").symlink_to(tmp_path / "app" / "main.py")
    (tmp_path / "app" / "out.txt").symlink_to(tmp_path / "secret")
    (tmp_path / "app" / "all").symlink_to(tmp_path)
    assert offered(tmp_path, "app")[1] == ["here.py", "main.py"]


def test_a_module_is_offered_with_its_package(tmp_path):
    write(
        tmp_path,
        {"pack/__main__.py": TK, "pack/part.py": b"", "pack/__init__.py": b"", "other.py": b""},
    )
    offer, paths = offered(tmp_path, "pack.part")
    assert (offer.kind, offer.entry) == ("module", "pack.part")
    assert paths == ["pack/__init__.py", "pack/__main__.py", "pack/part.py"]


def test_a_module_of_the_library_is_found(tmp_path):
    offer, paths = offered(tmp_path, "turtledemo")
    assert (offer.kind, offer.entry, offer.toolkit) == ("module", "turtledemo", "tk")
    assert "turtledemo/__main__.py" in paths


def test_what_runs_in_a_folder_is_found_or_asked_for(tmp_path):
    write(tmp_path / "one", {"only.py": TK, "package/main.py": b""})
    assert offered(tmp_path, "one")[0].entry == "only.py"
    write(tmp_path / "two", {"two.py": TK, "tool.py": b""})
    assert offered(tmp_path, "two")[0].entry == "two.py"
    write(tmp_path / "many", {"a.py": TK, "b.py": TK})
    with pytest.raises(LocalError, match="not clear what runs"):
        find_program("many", tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "toolkit"),
    [
        ("a.tcl", b"button .b", "tk"),
        ("wishes", b'#!/bin/sh\nexec wish "$0" "$@"\n', "tk"),
        ("a.py", b"import sys\nfrom PySide6.QtWidgets import QLabel\n", "qt"),
        ("a.py", b"import os, sys, tkinter as tk\n", "tk"),
        ("a.py", b"import sys, PySide6.QtWidgets\n", "qt"),
        ("b.py", b"def f():\n    import turtle\n", "tk"),
    ],
)
def test_the_toolkit_is_seen(tmp_path, name, text, toolkit):
    (tmp_path / name).write_bytes(text)
    assert offered(tmp_path, name)[0].toolkit == toolkit


@pytest.mark.parametrize(
    "text", [b"print(1)\n", b"# import tkinter\n", b"import PyQt5\n", b"\xff\0"]
)
def test_a_program_without_a_toolkit_is_refused(tmp_path, text):
    (tmp_path / "a.py").write_bytes(text)
    with pytest.raises(LocalError, match="no program with Tk"):
        offered(tmp_path, "a.py")


@pytest.mark.parametrize("name", ["nothing.py", "nothing", "no/such", "", "a b", "os.path.x", "\0"])
def test_what_is_not_there_is_said(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(LocalError):
        offered(tmp_path / "empty", name)


def test_too_many_files_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SHARE_FILES_MAX", 3)
    write(tmp_path / "app", {"main.py": TK, "a.py": b"", "b.py": b""})
    assert offered(tmp_path, "app")[0].files == 3
    write(tmp_path / "app", {"c.py": b""})
    with pytest.raises(LocalError, match="more than 3 files"):
        find_program("app", tmp_path)


def test_too_many_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SHARE_BYTES_MAX", 1_000)
    write(tmp_path / "app", {"main.py": TK, "a.py": b"x" * 900})
    assert offered(tmp_path, "app")[0].size == 900 + len(TK)
    write(tmp_path / "app", {"b.py": b"x" * 200})
    with pytest.raises(LocalError, match="MB"):
        offered(tmp_path, "app")


def test_a_name_that_not_every_system_has_is_refused(tmp_path):
    write(tmp_path / "app", {"main.py": TK})
    (tmp_path / "app" / "what?.txt").write_text("")
    with pytest.raises(LocalError, match=r"what\?.txt"):
        offered(tmp_path, "app")


def test_an_interpreter_that_lacks_the_toolkit_is_said(tmp_path):
    write(tmp_path, {"a.py": b"import PyQt6\n", "b.py": TK})
    lacking = tmp_path / "python"
    lacking.write_text("#!/bin/sh\necho 'no module named tkinter' >&2\nexit 1\n")
    lacking.chmod(0o755)
    with pytest.raises(KnownError, match=r"needs tkinter.*no module named tkinter.*--python"):
        offered(tmp_path, "b.py", python=str(lacking))
    with pytest.raises(KnownError, match="no program that can be started"):
        offered(tmp_path, "b.py", python="/no/such/python")


def test_the_program_is_not_touched(tmp_path):
    write(tmp_path / "app", {"main.py": TK})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    offer, _ = offered(tmp_path, "app")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert offer.size == len(TK)
    assert offer.listing != hash_of(b"")
