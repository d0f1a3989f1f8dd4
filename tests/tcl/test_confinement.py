"""What the process itself can't do any more, should somebody get out of Tcl and into Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.drivers.guestlaunch import SERVER
from tests.tcl.server import needs_tcl

pytestmark = needs_tcl

BEGIN = """
import ctypes, os, resource, socket, sys, threading
sys.path.insert(0, sys.argv[1])
import tclconfine
def tried(attempt):
    try:
        return repr(attempt())
    except (OSError, RuntimeError, MemoryError) as error:
        return type(error).__name__
"""
FILES = (
    BEGIN
    + """
if not tclconfine.forbid_files([sys.argv[2]]):
    sys.exit(77)
print(tried(lambda: os.listdir(sys.argv[2])))
print(tried(lambda: open("/etc/passwd")))
print(tried(lambda: open(sys.argv[2] + "/new", "w")))
print(tried(lambda: os.unlink(sys.argv[2] + "/old")))
print(tried(lambda: os.listdir("/")))
"""
)
CALLS = (
    BEGIN
    + """
library = ctypes.CDLL(None)
if not tclconfine.forbid_calls():
    sys.exit(77)
print(tried(socket.socket))
print(tried(lambda: socket.socketpair()))
print(tried(os.fork))
print(tried(lambda: os.execv("/bin/true", ["true"])))
print(tried(lambda: threading.Thread(target=print).start()))
print(tried(lambda: os.kill(os.getppid(), 0)))
print(tried(lambda: os.unlink(sys.argv[2] + "/old")))
print(tried(lambda: library.ptrace(0, 0, 0, 0)))
print(tried(lambda: os.getpid() > 0))
"""
)
RESOURCES = (
    BEGIN
    + """
print(sorted(tclconfine.limit_resources(200 * 1024 * 1024)))
print(tried(lambda: len(bytearray(300 * 1024 * 1024))))
print(tried(lambda: [os.pipe() for _ in range(30)]))
print(tried(lambda: os.write(os.open(sys.argv[2] + "/new", os.O_CREAT | os.O_WRONLY), b"x")))
"""
)
CPU = (
    BEGIN
    + """
tclconfine.allow_cpu(1)
while True:
    pass
"""
)


def run(script, folder):
    words = [sys.executable, "-I", "-c", script, str(SERVER.parent), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel doesn't have it")
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old").touch()
    return tmp_path


def test_landlock_leaves_reading_in_one_folder(folder):
    done = run(FILES, folder)
    denied = ["PermissionError"] * 4
    assert done.stdout.splitlines() == ["['old']", *denied], done.stderr


def test_seccomp_leaves_no_way_to_the_network_to_processes_and_to_the_folder(folder):
    done = run(CALLS, folder)
    denied = "PermissionError"
    assert done.stdout.splitlines() == [
        denied, denied, denied, denied, "RuntimeError", denied, denied, "-1", "True",
    ], done.stderr  # fmt: skip


def test_limits_hold_for_memory_and_files(folder):
    done = run(RESOURCES, folder)
    assert done.stdout.splitlines() == [
        "['core', 'file-size', 'files', 'memory']", "MemoryError", "OSError", "OSError",
    ], done.stderr  # fmt: skip


def test_processor_time_ends_a_process_that_spins(folder):
    assert run(CPU, folder).returncode < 0
