"""Parts of the Tk guest that need no window."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("tkinter", reason="this Python has no tkinter")

from app.tkshare.guest.environment import environment
from app.tkshare.guest.start import read_start
from app.tkshare.guest.tk_capture import PLACE_MAX, TEXT_BYTES, eighths, pieces
from app.tkshare.guest.tk_library import RefusedError, open_library
from app.tkshare.guest.tk_names import NAMES_MAX, Names, key_of, split
from app.tkshare.guest.tk_pointer import ClickTimes
from app.tkshare.guest.tk_program import is_script
from app.tkshare.guest.tk_replay import items_of

GUEST = Path(__file__).resolve().parents[3] / "app" / "tkshare" / "guest"


# --- names ----------------------------------------------------------------------------------------


def test_a_name_is_a_path_with_the_number_of_its_root():
    for root, path in ((0, "."), (0, ".!frame.!button"), (1, "."), (12, ".a:b")):
        assert split(key_of(root, path)) == (root, path)


@pytest.mark.parametrize("key", ["", "button", "1:", "1:x", "99:.", "001:.", ".a\0b", ":.", "-1:."])
def test_what_is_no_name(key):
    assert split(key) is None


def test_names_go_both_ways_once_the_order_has_numbered_them():
    names = Names()
    assert names.short(".a") == ".a"
    names.learn(0, [".a", ".b"])
    names.learn(2, [".c"])
    assert [names.short(key) for key in (".a", ".b", ".c", ".d")] == [0, 1, 2, ".d"]
    assert [names.key(name) for name in (0, 2, ".d", 3, -1)] == [".a", ".c", ".d", None, None]
    nothing: list[object] = [True, None, [], 1.0]
    assert [names.key(name) for name in nothing] == [None] * 4


def test_numbers_out_of_sequence_or_beyond_the_bound_are_not_learnt():
    names = Names()
    names.learn(1, [".a"])
    names.learn(0, [f".{n}" for n in range(NAMES_MAX + 1)])
    assert names.key(0) is None


# --- times of clicks ------------------------------------------------------------------------------


def test_one_persons_clicks_keep_their_distances():
    times = ClickTimes()
    pressed = [times.of("a", "press", at) for at in (5_000, 5_040, 5_940)]
    assert [later - earlier for earlier, later in pairwise(pressed)] == [
        40,
        900,
    ]


def test_another_persons_click_is_later_than_any_double_click():
    times = ClickTimes()
    first = times.of("a", "press", 5_000)
    second = times.of("b", "press", 5_010)
    third = times.of("a", "press", 5_020)
    assert second - first >= 600
    assert third - second >= 600


def test_what_another_person_does_between_does_not_part_a_double_click():
    times = ClickTimes()
    first = times.of("a", "press", 5_000)
    times.of("b", "move", 77)
    times.of("b", "key", 99)
    assert times.of("a", "press", 5_040) - first == 40


def test_times_never_go_back_not_even_with_the_doers_clock():
    times = ClickTimes()
    seen = [times.of("a", word, at) for word, at in (("press", 900), ("release", 10), ("press", 3))]
    assert seen == sorted(seen)


# --- what comes and goes --------------------------------------------------------------------------


def test_an_entry_is_one_step_for_each_event():
    steps = list(items_of(["events", 7, 99, "p", 1_000, [["key", ".", 3], ["move", ".", 9]], 5]))
    assert [(step.index, step.stamp_ms, step.person, step.doer_ms) for step in steps] == [
        (7, 99, "p", 1_003),
        (7, 99, "p", 1_009),
    ]


def test_other_frames_of_the_order_are_one_step():
    (step,) = items_of(["file", 7, 99, "p", ["a"], ""])
    assert (step.word, step.index, step.data) == ("file", 7, ["p", ["a"], ""])


@pytest.mark.parametrize(
    "frame", [["mark"], ["mark", 1], ["mark", "1", 2], ["mark", True, 2], ["mark", 1, 2**60]]
)
def test_a_frame_without_index_and_stamp_is_refused(frame):
    with pytest.raises(ValueError, match=r"expected|too short"):
        list(items_of(frame))


@pytest.mark.parametrize("text", ["", "a", "é" * 100, "日本語" * 30, "👍" * 25])
def test_a_long_text_goes_in_pieces_that_are_whole_characters(text):
    parts = pieces(text)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= TEXT_BYTES for part in parts)


def test_places_are_eighths_within_their_bound():
    assert [eighths(3), eighths(-2), eighths(10**6)] == [24, -16, PLACE_MAX]


# --- starting -------------------------------------------------------------------------------------

START = {
    "program": "/p.py", "kind": "file", "arguments": [], "folder": "/", "person": "a",
    "seed": 1, "start_ms": 2,
}  # fmt: skip


def test_a_start_is_read():
    assert read_start(["start", START]).program == "/p.py"


@pytest.mark.parametrize(
    "frame",
    [
        ["go"],
        ["start"],
        ["start", []],
        ["start", {}],
        ["start", {**START, "seed": "1"}],
        ["start", {**START, "seed": True}],
        ["start", {**START, "arguments": "x"}],
    ],
)
def test_a_start_that_is_none(frame):
    with pytest.raises(ValueError, match="a start names"):
        read_start(frame)


@pytest.mark.parametrize(
    ("name", "text", "script"),
    [
        ("a.tcl", "", True),
        ("a", "#!/usr/bin/wish\n", True),
        ("a", '#!/bin/sh\n# \\\nexec wish "$0"', True),
        ("a.py", "# not wish", False),
        ("a", "#!/usr/bin/python3\n", False),
    ],
)
def test_scripts_are_told_from_python(tmp_path, name, text, script):
    (tmp_path / name).write_text(text, "utf-8")
    assert is_script(str(tmp_path / name)) is script


def test_a_module_is_no_script():
    assert not is_script("idlelib")


@pytest.mark.parametrize(
    ("level", "system"), [("8.7.0", "x11"), ("9.0", "x11"), ("8.6.13", "aqua")]
)
def test_another_tk_is_refused(level, system):
    with pytest.raises(RefusedError, match="has not been tried"):
        open_library("", level, system)


def test_a_tk_without_the_needed_functions_is_refused():
    with pytest.raises(RefusedError, match="cannot reach"):
        open_library("libc.so.6", "8.6.13", "x11")


def test_the_environment_has_one_folder_and_its_own_fonts(tmp_path):
    fonts = tmp_path / "fonts"
    pins = environment(tmp_path / "share", [fonts])
    assert pins["HOME"] == str(tmp_path / "share")
    assert Path(pins["TMPDIR"]).is_dir()
    assert f"<dir>{fonts}</dir>" in Path(pins["FONTCONFIG_FILE"]).read_text("utf-8")
    assert "FONTCONFIG_FILE" not in environment(tmp_path / "other", [])


def test_without_an_app_a_guest_says_what_it_is():
    ended = subprocess.run(
        [sys.executable, str(GUEST / "tk.py")], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "started by Talkstick" in ended.stderr


def test_the_guest_imports_nothing_but_itself_the_library_and_the_toolkit():
    allowed = {*sys.stdlib_module_names, "tkinter", "app", "__future__"}
    for path in sorted(GUEST.glob("*.py")):
        if path.name.startswith("qt"):
            continue
        for line in path.read_text("utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                name = words[1]
                assert name.split(".")[0] in allowed, f"{path.name}: {line}"
                if name.startswith("app"):
                    assert name.startswith("app.tkshare.guest"), f"{path.name}: {line}"
                    assert line == line.lstrip(), f"{path.name}: at the top only: {line}"
