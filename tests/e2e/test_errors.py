"""What can go wrong around a site: one line that helps, the right exit code, and nothing lost."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess

import pytest

from tests.e2e.talkstick import Pace, run

pytestmark = pytest.mark.slow


def complaint(outcome, code):
    """The one line of a command that failed as it should."""
    assert outcome.code == code, outcome
    assert re.fullmatch(r"talkstick: [^\n]+\n", outcome.error), outcome.error
    return outcome.error


def test_a_folder_in_use(company):
    ada = company.site("Ada", "--create", "Garden")
    text = complaint(run("site", "--data", ada.folder, "--name", "Eve"), 1)
    assert f"in use by process {ada.process.pid}" in text
    assert ada.say(["still here"])[0]["state"] == "ordered"


def test_a_busy_port(company, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        listen = f"127.0.0.1:{port}"
        start = ("site", "--data", tmp_path / "x", "--name", "Ada", "--create", "Garden")
        assert f"port {port}" in complaint(run(*start, "--listen", listen), 1)
    again = company.start(*start, "--listen", listen)
    again.wait_for(lambda event: event["event"] == "ready", "ready, once the port is free")


def test_a_mangled_invite(company, tmp_path):
    invite = company.site("Ada", "--create", "Garden").invite
    middle = len(invite) // 2
    other = "A" if invite[middle] != "A" else "B"
    for wrong in (invite[:-5], invite[:middle] + other + invite[middle + 1 :], "talkstick:", "x"):
        join = ("site", "--data", tmp_path / "x", "--name", "Ben", "--join", wrong)
        complaint(run(*join), 2)
    assert not (tmp_path / "x" / "journal.db").exists()


def test_an_expired_invite(company, tmp_path):
    ada = company.site("Ada", "--create", "Garden")
    invite = ada.do("invite", "--expires", "1s").ok().out.strip()
    Pace(0.8).wait()
    join = ("site", "--data", tmp_path / "x", "--name", "Ben", "--listen", "127.0.0.1:0")
    assert "expired" in complaint(run(*join, "--join", invite), 1)
    assert [member["name"] for member in ada.status()["members"]] == ["Ada"]


def test_an_invite_that_was_used_up(company, tmp_path):
    ada = company.site("Ada", "--create", "Garden")
    invite = ada.do("invite", "--uses", 1).ok().out.strip()
    company.site("Ben", "--join", invite)
    join = ("site", "--data", tmp_path / "x", "--name", "Eve", "--listen", "127.0.0.1:0")
    complaint(run(*join, "--join", invite), 1)


def test_a_journal_of_a_newer_version(company):
    ada = company.site("Ada", "--create", "Garden")
    ada.say(["kept"])
    ada.process.end().ok()
    journal = ada.folder / "journal.db"
    with sqlite3.connect(journal) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        database.execute("PRAGMA user_version = 999")
    database.close()
    complaint(run("site", "--data", ada.folder), 1)
    with sqlite3.connect(journal) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (999,)
        database.execute(f"PRAGMA user_version = {version}")
    database.close()
    company.again(ada)
    assert [row["body"]["text"] for row in ada.log() if row["kind"] == "chat"] == ["kept"]


def test_nobody_answers_at_the_address_of_an_invite(company, tmp_path):
    ada = company.site("Ada", "--create", "Garden")
    ada.process.end().ok()
    join = ("site", "--data", tmp_path / "x", "--name", "Ben", "--listen", "127.0.0.1:0")
    complaint(run(*join, "--join", ada.invite, timeout=60), 1)


def test_nothing_runs_in_the_folder(tmp_path):
    for words in (("say", "x"), ("log",), ("status",), ("leave",)):
        assert "No site runs" in complaint(run(*words, "--data", tmp_path), 1)


def test_nobody_here_has_that_name(company):
    ada = company.site("Ada", "--create", "Garden")
    assert "Ada" in complaint(ada.do("move", "Zoe"), 2)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill_up(path):
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


def test_a_full_disk_and_one_that_has_room_again(company, small_disk):
    ada = company.site("Ada", "--create", "Garden")
    ben = company.site(small_disk.name, "--join", ada.invite)
    assert ben.folder == small_disk
    ben.say(["before"], wait="settled")
    fill = small_disk / "fill"
    fill_up(fill)

    ordered = []
    for number in range(2_000):
        outcome = ben.do("say", f"{number} " + "x" * 7_000)
        if outcome.code:
            break
        ordered += [line["id"] for line in outcome.lines]
    text = complaint(outcome, 1)
    assert "disk" in text
    trouble = ben.process.wait_for(lambda event: event["event"] == "trouble", "trouble")
    assert trouble["code"] == "disk"
    ada.say(["meanwhile"])

    fill.unlink()
    ben.process.wait_for(lambda event: event.get("code") == "disk-works", "a disk that works")
    ben.say(["after"], wait="settled")
    log = ben.log()
    ids = [row["id"] for row in log]
    assert [each for each in ordered if each not in ids] == []
    texts = [row["body"]["text"] for row in log if row["kind"] == "chat"]
    assert texts[0] == "before"
    assert texts[-1] == "after"
    assert "meanwhile" in texts
    assert [row["chain"] for row in ada.log()][: len(log)] == [row["chain"] for row in log]
    assert ben.process.end(signal.SIGTERM).ok().lines[-1] == {"event": "closing"}
