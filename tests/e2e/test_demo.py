"""The demo, whole: real sites, a verdict, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.e2e.talkstick import command, environment

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """Starts a demo whose temporary folder and sockets are in `tmp_path`."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    started = []

    def start(*words):
        process = subprocess.Popen(
            command("demo", "--delay-ms", 20, *words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def left(folder):
    """What a run left behind."""
    return [
        str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if not path.is_dir()
    ]


def until(process, wanted):
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return
    pytest.fail(f"no '{wanted}': {process.stderr.read()}")


def pids(folder):
    return [int(path.read_text("ascii")) for path in sorted(folder.glob("talkstick-demo-*/*/lock"))]


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_ends_with_a_verdict_and_leaves_nothing(demo, tmp_path):
    process = demo("--seconds", 4, "--sites", 2)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    assert "All copies are identical; nothing is missing or doubled." in out
    assert "The stick went to Ben, who talks most" in out
    assert "lines said           40" in out
    assert "the stick moved      once" in out
    assert left(tmp_path) == []


def test_ctrl_c_ends_every_site_and_leaves_nothing(demo, tmp_path):
    process = demo("--seconds", 60)
    until(process, "Ben talks")
    sites = pids(tmp_path)
    assert len(sites) == 3
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (130, "")
    assert [pid for pid in sites if is_running(pid)] == []
    assert left(tmp_path) == []


def test_a_site_that_dies_is_told_of(demo, tmp_path):
    process = demo("--seconds", 60, "--sites", 2)
    until(process, "Ben talks")
    sites = pids(tmp_path)
    os.kill(sites[1], signal.SIGKILL)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 1
    assert error.startswith("talkstick: The site of Ben ended")
    assert error.count("\n") == 1
    assert [pid for pid in sites if is_running(pid)] == []
    assert left(tmp_path) == []
