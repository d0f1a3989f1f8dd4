"""Programs that nobody here wrote, unmodified: three people act at random, the copies stay equal."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.bench.share.screen import missing
from tests.guests.tk.monkey import KEYS, Monkey
from tests.guests.tk.stage import Share

pytestmark = [pytest.mark.long, pytest.mark.display, pytest.mark.timeout(300)]

ACTIONS = 180
JITTER_MS = 60
DEMOS = (Path(os.environ.get("TK_DEMOS", "")), Path("/usr/share/tcltk/tk8.6/demos"))
"""Where the demonstrations that come with Tk may be: `TK_DEMOS`, Tk's own folder."""


def demo(name: str) -> Path:
    """A demonstration of Tk's; skips where they are not installed."""
    for folder in DEMOS:
        if folder != Path() and (folder / name).is_file():
            return folder / name
    pytest.skip("Tk's demonstrations are not installed; name their folder in TK_DEMOS")


def module(name: str) -> str:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"this Python has no {name}")
    return name


def repository(folder: Path) -> None:
    """A small history, the same in every folder."""
    steady = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (
            ("NAME", "ada"),
            ("EMAIL", "ada@example.org"),
            ("DATE", "@1700000000 +0000"),
        )
    }
    commit = ["-c", "gc.auto=0", "commit", "-q", "--allow-empty", "-m"]
    for words in (["init", "-q", "-b", "main"], *[[*commit, f"step {n}"] for n in range(12)]):
        subprocess.run(["git", *words], cwd=folder, env={**os.environ, **steady}, check=True)


def act_at_random(share: Share) -> None:
    keys = tuple(key for key in KEYS if key not in ("F10", "alt+f"))
    monkey = Monkey(share, 1)
    monkey.run(ACTIONS, every=60, keys=keys)
    # A program that somebody has quit has ended in all copies.
    assert monkey.equal > 0 or not share.living()
    assert all("Traceback" not in copy.logs() for copy in share.copies)


def test_the_widget_demonstration(share):
    act_at_random(share(demo("widget"), 3, jitter_ms=JITTER_MS))


@pytest.mark.parametrize("name", ["rolodex", "tcolor", "browse"])
def test_a_small_demonstration(share, name):
    act_at_random(share(demo(name), 3, jitter_ms=JITTER_MS))


def test_gitk(share):
    if missing("gitk", "git"):
        pytest.skip("not installed: gitk")
    act_at_random(share(Path("/usr/bin/gitk"), 3, jitter_ms=JITTER_MS, prepare=repository))


def test_the_editor_of_idle(share):
    act_at_random(
        share(
            Path(module("idlelib")), 3, kind="module", arguments=("-n", "-e"), jitter_ms=JITTER_MS
        )
    )


def test_the_turtle_demonstration(share):
    act_at_random(share(Path(module("turtledemo")), 3, kind="module", jitter_ms=JITTER_MS))


def test_tkinters_own_window(share):
    act_at_random(share(Path(module("tkinter")), 3, kind="module", jitter_ms=JITTER_MS))


def test_the_interpreter_is_the_one_that_was_picked(share):
    other = "/usr/bin/python3"
    if missing(other) or subprocess.run([other, "-c", "import tkinter"], check=False).returncode:
        pytest.skip("no other Python with tkinter")
    copies = share("import tkinter as tk\nroot = tk.Tk()\nroot.mainloop()\n", 2, python=other)
    hello = copies.copies[0].heard[0]
    assert hello[2]["python"] != ".".join(map(str, sys.version_info[:3])) or other == sys.executable
    copies.check()
