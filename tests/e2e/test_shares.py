"""Programs shared between real sites: everybody acts, all copies stay the same, none breaks a site."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bench.share.screen import Screen, missing
from tests.e2e.shared import SAMPLES, SEATS, Table, children

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(missing("xdotool")), reason="needs Xvfb and xdotool"),
]

BUTTON = """
import os, subprocess, sys, time, tkinter
from tkinter import filedialog
root = tkinter.Tk()
root.geometry("200x100+0+0")
text = tkinter.StringVar(value="ready")
tkinter.Button(root, textvariable=text, command=lambda: act()).pack(fill="both", expand=True)
def act():
    {act}
root.mainloop()
"""


FORGER = """
import json, os, socket, struct, tkinter
root = tkinter.Tk()
root.geometry("200x100+0+0")
def frame(*words):
    body = json.dumps(words).encode()
    return struct.pack(">I", len(body)) + body
def forge():
    for number in range(3, 64):
        try:
            line = socket.socket(fileno=os.dup(number))
            if line.family == socket.AF_UNIX and line.getpeername() == "":
                line.sendall({forged})
        except OSError:
            pass
tkinter.Button(root, text="forge", command=forge).pack(fill="both", expand=True)
root.mainloop()
"""
"""A program that finds its guest's line and says there what no guest says."""


@pytest.fixture(scope="module")
def screens() -> Iterator[list[Screen]]:
    made = [Screen() for _ in range(SEATS)]
    yield made
    for screen in made:
        screen.close()


@pytest.fixture
def table(company, screens, tmp_path) -> Iterator[Table]:
    made = Table(company, screens, tmp_path)
    yield made
    made.leave()


def program(folder: Path, act: str) -> Path:
    """A program with one large button that does this."""
    path = folder / "button.py"
    path.write_text(BUTTON.format(act=act), "utf-8")
    return path


# --- people use a program together ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "place"),
    [
        ("order_form.py", (120, 60)),
        ("drawing.tcl", (150, 150)),
        ("qt_editor.py", (150, 150)),
        ("qt_table.py", (120, 120)),
    ],
)
def test_a_sample_is_used_by_three_people_and_stays_one(table, sample, place):
    ada, ben = table.sit("Ada"), table.sit("Ben")
    share = ada.share(SAMPLES / sample)["id"]
    asked = ben.site.do("share", "--join", share)
    assert asked.code == 1
    assert "--yes" in asked.error
    (facts,) = asked.lines
    assert facts["from"] == {"site": ada.site.id, "name": "Ada"}
    (listed,) = ben.site.do("share", "--list").ok().lines
    assert listed["id"] == share
    assert facts["program"] == listed["program"]
    assert facts["size"] == (SAMPLES / sample).stat().st_size
    ben.share("--join", share, "--yes")
    table.same(share, 0, 2)

    ada.click(*place)
    ada.type("abc 12")
    events = ada.until(share, lambda shown: shown["events"] > 6, "Ada's keys")["events"]
    table.same(share, events, 2)
    before = ben.shown(share)["events"]
    ben.click(place[0] + 8, place[1] + 4)
    ben.type("de")
    events = ben.until(share, lambda shown: shown["events"] > before + 3, "Ben's keys")["events"]
    table.same(share, events, 2)

    cleo = table.sit("Cleo")
    joined = cleo.share("--join", share, "--yes")
    assert joined["copy"] == "current"
    assert joined["events"] >= events
    cleo.click(*place)
    cleo.type("f")
    later = cleo.until(share, lambda shown: shown["events"] > events, "Cleo's click")["events"]
    table.same(share, later, 3)

    assert ben.site.do("share", "--end", share).code == 1, "only who offered it ends it"
    ada.share("--end", share)
    for person in table.people:
        person.until(share, lambda shown: shown["phase"] == "ended", "the end")
        assert children(person.site.process.pid) == []


def test_a_folder_and_a_module_arrive_whole(table, tmp_path):
    folder = tmp_path / "counter"
    folder.mkdir()
    (folder / "main.py").write_text("import tkinter\nfrom part.count import show\nshow()\n")
    (folder / "part").mkdir()
    (folder / "part" / "count.py").write_text(
        "import pathlib, tkinter\n"
        "def show():\n"
        "    root = tkinter.Tk()\n"
        "    tkinter.Label(root, text=pathlib.Path('words.txt').read_text()).pack()\n"
        "    root.mainloop()\n"
    )
    (folder / "words.txt").write_text("one two three")
    ada, ben = table.sit("Ada"), table.sit("Ben")
    for words in ((folder,), ("turtledemo",)):
        share = ada.share(*words)["id"]
        ben.share("--join", share, "--yes")
        table.same(share, 0, 2)


# --- programs that break --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("os._exit(3)", "status 3"),
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("root.destroy()", "the program ended"),
        ("sys.stderr.write('no more tea'); os._exit(1)", "no more tea"),
        ("subprocess.Popen(['sleep', '600']); os._exit(4)", "status 4"),
    ],
)
def test_a_program_that_ends_leaves_its_sites_and_can_be_started_again(table, tmp_path, act, why):
    ada, ben = table.sit("Ada"), table.sit("Ben")
    share = ada.share(program(tmp_path, act))["id"]
    ben.share("--join", share, "--yes")
    ada.click(100, 50)
    for person in table.people:
        assert why in person.copy_is(share, "failed")["why"]
        assert children(person.site.process.pid) == []
    ada.site.say(["still here"], wait="settled")
    again = ada.site.do("share", "--join", share, "--yes")
    assert again.code in {0, 1}, "it replays, and ends again where it ended"
    assert ada.share(SAMPLES / "order_form.py")["copy"] == "current"


def test_a_copy_that_was_killed_comes_back_to_the_same_state(table):
    ada, ben = table.sit("Ada"), table.sit("Ben")
    share = ada.share(SAMPLES / "order_form.py")["id"]
    ben.share("--join", share, "--yes")
    ada.click(120, 60)
    ada.type("hello")
    events = ada.until(share, lambda shown: shown["events"] > 6, "Ada's keys")["events"]
    os.kill(ben.guest(), signal.SIGKILL)
    assert "SIGKILL" in ben.copy_is(share, "failed")["why"]
    ben.site.process.wait_for(
        lambda event: event["event"] == "share" and "SIGKILL" in event["why"], "a line about it"
    )
    ada.type("more")
    ben.share("--join", share, "--yes")
    table.same(share, events, 2)


def test_a_program_that_hangs_is_seen_and_left_to_its_person(table, tmp_path):
    ada = table.sit("Ada")
    share = ada.share(program(tmp_path, "time.sleep(600)"))["id"]
    ada.click(100, 50)
    ada.copy_is(share, "hung")
    ada.site.say(["still here"])
    ada.share("--end", share)
    assert children(ada.site.process.pid) == []


def test_a_program_that_prints_and_draws_without_end_takes_no_site_with_it(table, tmp_path):
    ada = table.sit("Ada")
    act = "print('x' * 1000); text.set(str(time.monotonic())); root.after_idle(act)"
    share = ada.share(program(tmp_path, act))["id"]
    ada.click(100, 50)
    for _ in range(10):
        ada.site.say(["still here"])
    ada.share("--end", share)
    assert children(ada.site.process.pid) == []


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ("struct.pack('>I', 4) + b'nope'", "no message"),
        ("struct.pack('>I', 1 << 31)", "too long"),
        ("frame('input', 0, 0, [['key', '.', 65, 0, 0, 'a', 0, 0]] * 300)", "more events"),
        ("frame('input', 0, 0, [['launch', '.', 0], 7, None]) * 50", ""),
        ("frame('digest', 1, 'zz', 7) + frame('wants', 'file', 'a' * 16, 'open', 5, 5)", ""),
    ],
)
def test_a_program_that_forges_its_guest_harms_nobody_else(table, tmp_path, forged, why):
    path = tmp_path / "forger.py"
    path.write_text(FORGER.replace("{forged}", forged), "utf-8")
    ada, ben = table.sit("Ada"), table.sit("Ben")
    share = ada.share(path)["id"]
    before = ada.site.status()["head"]["index"]
    ada.click(100, 50)
    if why:
        assert why in ada.copy_is(share, "failed")["why"]
    ada.site.say(["still here"], wait="settled")
    ben.site.say(["here too"], wait="settled")
    # The click, marks, what was said: nothing of what was forged is in the log.
    assert ada.site.status()["head"]["index"] - before < 25
    assert ben.shown(share)["phase"] != "ended"


def test_a_file_dialog_where_nobody_can_choose_is_cancelled(table, tmp_path):
    act = "text.set(repr(filedialog.askopenfilename()))"
    ada, ben = table.sit("Ada"), table.sit("Ben")
    share = ada.share(program(tmp_path, act))["id"]
    ben.share("--join", share, "--yes")
    ada.click(100, 50)
    ada.site.process.wait_for(lambda event: event["event"] == "share-file", "the dialog")
    table.same(share, 2, 2)


# --- sites ----------------------------------------------------------------------------------------


def test_the_copies_of_a_site_end_with_it(table):
    ada = table.sit("Ada")
    ada.share(SAMPLES / "qt_editor.py")
    ada.share(SAMPLES / "drawing.tcl")
    guests = children(ada.site.process.pid)
    assert len(guests) == 2
    ada.site.process.end().ok()
    assert not any(Path(f"/proc/{guest}").exists() for guest in guests)


def test_a_site_that_was_killed_joins_again(table):
    ada, ben = table.sit("Ada"), table.sit("Ben")
    share = ada.share(SAMPLES / "order_form.py")["id"]
    ben.share("--join", share, "--yes")
    ben.site.kill()
    table.back(ben)
    assert ben.shown(share)["copy"] == "none"
    ben.share("--join", share, "--yes")
    table.same(share, 0, 2)


def test_without_a_display_it_says_so_in_one_line(table):
    ada = table.sit("Ada", screen=False)
    done = ada.site.do("share", SAMPLES / "order_form.py")
    assert done.code == 1
    assert done.error.count("\n") == 1
    assert "no display here" in done.error
    assert ada.site.do("say", "still here").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--join", "abcdefghij234567.1.1", "--yes"], 1, "no such share"),
        (["--end", "nonsense"], 1, "no such share"),
        (["/no/such/program.py"], 2, "no program"),
        (["/etc/hostname"], 2, "no program with Tk"),
        (["--python", "/no/python", str(SAMPLES / "order_form.py")], 1, "--python"),
        ([], 2, "which program"),
        (["--yes"], 2, "which program"),
        (["--list", "--end", "x"], 2, "not allowed"),
    ],
)
def test_errors_are_one_line(company, words, code, said):
    (ada,) = company.sites("Ada")
    done = ada.do("share", *words)
    assert (done.code, done.error.count("\n")) == (code, 1), done.error
    assert said in done.error
