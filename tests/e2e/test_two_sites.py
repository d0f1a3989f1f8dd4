"""Two real processes with real sockets and journals, driven by the command line alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30

pytestmark = pytest.mark.slow


class Site:
    """A running `talkstick site`."""

    def __init__(self, folder: Path, *options: str):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "site", "--data", str(folder), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.ready = self.event()

    def event(self):
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            assert self.process.stderr is not None
            pytest.fail(self.process.stderr.read().decode())
        return json.loads(line)

    def until(self, name):
        """Events up to the next one of this name."""
        events = [self.event()]
        while events[-1]["event"] != name:
            events.append(self.event())
        return events

    def run(self, *arguments, given=None):
        """(exit code, lines, errors) of a command that talks to this site."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *arguments, "--data", str(self.folder)],
            cwd=ROOT,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout.splitlines(), done.stderr

    def lines(self, *arguments, given=None):
        code, out, errors = self.run(*arguments, given=given)
        assert (code, errors) == (0, "")
        return [json.loads(line) for line in out]

    def end(self, how=signal.SIGTERM):
        """(exit code, last events)."""
        self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], errors


@pytest.fixture
def start(tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    sites = []

    def start(name, *options, folder=None):
        place = tmp_path / (folder or name)
        sites.append(Site(place, "--name", name, "--listen", "127.0.0.1:0", *options))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.process.kill()
        site.process.communicate()


def test_a_session_from_beginning_to_end(start):
    ann = start("ann", "--create", "Team")
    assert ann.ready["event"] == "ready"
    assert ann.ready["session"]["title"] == "Team"
    ben = start("ben", "--join", ann.ready["invite"])
    assert ben.ready["session"]["id"] == ann.ready["session"]["id"]

    (line,) = ann.lines("say", "hello", "ben")
    assert line["state"] == "ordered"
    said = ben.lines("say", "--wait", "settled", "-", given="one\ntwo\nthree\n")
    assert [line["state"] for line in said] == ["settled"] * 3
    logs = [site.lines("log") for site in (ann, ben)]
    for log in logs:
        for row in log:
            del row["settled"]
    assert logs[0] == logs[1]
    texts = [row["body"]["text"] for row in logs[0] if row["kind"] == "chat"]
    assert texts == ["hello ben", "one", "two", "three"]
    assert [row["index"] for row in logs[0]] == list(range(1, len(logs[0]) + 1))

    (status,) = ann.lines("status")
    here = status["dispatcher"]["name"]
    there = "ben" if here == "ann" else "ann"
    (moved,) = ann.lines("move", there)
    assert moved["epoch"] != status["dispatcher"]["epoch"]
    code, _, errors = ann.run("move", "carl")
    assert (code, errors.count("\n")) == (2, 1)

    code, events, errors = ben.end(signal.SIGINT)
    assert (code, errors) == (0, b"")
    assert events[-1] == {"event": "closing"}
    code, events, _ = ann.end()
    assert (code, events[-1]) == (0, {"event": "closing"})


def test_a_killed_site_resumes_with_everything_it_had_said(start):
    ann = start("ann", "--create", "Alone")
    said = ann.lines("say", "-", given="".join(f"{number}\n" for number in range(300)))
    assert len(said) == 300
    ann.process.kill()
    ann.process.communicate()
    again = start("ann")
    assert again.ready["site"] == ann.ready["site"]
    assert again.ready["addresses"] == ann.ready["addresses"]
    ids = [row["id"] for row in again.lines("log") if row["kind"] == "chat"]
    assert ids == [line["id"] for line in said]
    (line,) = again.lines("say", "back")
    assert line["id"].split(".")[1] == "2"


def test_one_folder_is_one_process(start, tmp_path):
    ann = start("ann", "--create", "Team")
    second = subprocess.run(
        [sys.executable, "-m", "app", "site", "--data", str(tmp_path / "ann"), "--name", "x"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    assert f"in use by process {ann.process.pid}" in second.stderr
    assert second.stderr.count("\n") == 1


def test_nobody_reading_the_events_does_not_stop_a_site(start):
    ann = start("ann", "--create", "Team")
    assert ann.process.stdout is not None
    ann.process.stdout.close()
    ann.process.stdout = open(os.devnull, "rb")  # noqa: PTH123, SIM115 - for `communicate`
    for _ in range(2):
        assert ann.lines("say", "hello")[0]["state"] == "ordered"
    assert ann.end()[0] == 0


def test_following_the_log_shows_what_comes(start, tmp_path):
    ann = start("ann", "--create", "Team")
    follower = subprocess.Popen(
        [sys.executable, "-m", "app", "log", "--follow", "--data", str(tmp_path / "ann")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert follower.stdout is not None
    assert json.loads(follower.stdout.readline())["index"] == 1
    ann.lines("say", "fresh")
    rows = iter(follower.stdout.readline, b"")
    assert any("fresh" in row.decode() for row in rows)
    assert ann.end()[0] == 0
    follower.communicate(timeout=PATIENCE)
    assert follower.returncode == 1
