"""Copies of shared programs as processes: made ready, spoken to, and every way in which they end.

The guests here are hostile ones: what stands in for the guest's folder gives a program the bare
line.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.core import limits
from app.drivers import sharedprogram, sharefolder, sharelaunch
from app.drivers.blobs import Blobs
from app.drivers.guests import Guests
from app.drivers.sharedprogram import Place
from app.tkshare.model.manifest import ProgramFile, encode_listing

PATIENCE_SECONDS = 20

GUEST = """
import json, os, socket, struct, sys, time
line = socket.socket(fileno=int(sys.argv[1]))
def raw(data): line.sendall(data)
def say(*frame):
    body = json.dumps(frame).encode()
    raw(struct.pack(">I", len(body)) + body)
def take(count):
    data = b""
    while len(data) < count:
        part = line.recv(count - len(data))
        if not part: sys.exit(0)
        data += part
    return data
def hear(): return json.loads(take(struct.unpack(">I", take(4))[0]))
word, start = hear()
exec(open(start["program"]).read())
"""


class Site:
    """A site's guests, and what it heard."""

    def __init__(self, folder: Path) -> None:
        self.blobs = Blobs(folder / "content")
        self.saved = folder / "saved"
        self.heard: list[list[Any]] = []
        self.ended: list[tuple[int, str]] = []
        self.changed = asyncio.Event()
        self.guests = Guests(
            asyncio.get_running_loop(),
            spoke=lambda _guest, message: self._hear(json.loads(message)),
            ended=self._end,
            wrapper=None,
            place=Place(self.blobs, self.saved),
        )

    def _hear(self, message):
        self.heard.append(message)
        self.changed.set()

    def _end(self, guest, why):
        self.ended.append((guest, why))
        self.changed.set()

    def start(self, text, guest=1, share="k7w2mfq4x3ts5aub.3.41", **more):
        content = text.encode()
        files = [ProgramFile("program.py", len(content), self.blobs.put(content))]
        program = {
            "share": share,
            "person": "a" * 16,
            "listing": self.blobs.put(encode_listing(files)).hex(),
            "kind": "file",
            "entry": "program.py",
            "arguments": ["--dark"],
            "seed": 7,
            "pins": {"COLOUR": "petrol", "HOME": "/root"},
            "start_ms": 1_000,
            "python": "",
            **more,
        }
        self.guests.start(guest, "tk", json.dumps(program).encode())

    def tell(self, *frame, guest=1):
        self.guests.tell(guest, json.dumps(frame).encode())

    def said(self, *words):
        return [message for message in self.heard if message[0] in words]

    async def until(self, ready):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not ready():
                self.changed.clear()
                await self.changed.wait()

    async def end(self):
        await self.until(lambda: self.ended)
        return self.ended[0][1]


@pytest.fixture
def at_site(tmp_path, monkeypatch):
    """Run a coroutine that takes a site; nothing of it is left."""
    guests = tmp_path / "guests"
    guests.mkdir()
    (guests / "tk.py").write_text(GUEST)
    root = tmp_path / "root"
    root.mkdir()
    claim = sharefolder.ShareFolder.claim
    monkeypatch.setattr(sharelaunch, "GUESTS", guests)
    monkeypatch.setattr(sharedprogram, "require_display", lambda: None)
    monkeypatch.setattr(
        sharefolder.ShareFolder,
        "claim",
        lambda share, blobs, saved: claim(share, blobs, saved, root),
    )

    @asynccontextmanager
    async def site():
        made = Site(tmp_path)
        try:
            yield made
        finally:
            made.guests.close()

    def run(test):
        async def whole():
            async with site() as made:
                await test(made)

        asyncio.run(whole())
        assert list(root.iterdir()) == [], "no folder is left"

    return run


def test_it_is_started_with_its_files_and_pins(at_site):
    async def test(site):
        site.start(
            "say('log', start, os.getcwd(),"
            " {name: os.environ.get(name) for name in"
            " ('HOME', 'COLOUR', 'TZ', 'PYTHONHASHSEED', 'USER', 'PYTHONPATH')})\nhear()"
        )
        await site.until(lambda: site.said("log"))
        _, start, folder, variables = site.said("log")[0]
        assert start["program"] == f"{folder}/program.py"
        assert start["arguments"] == ["--dark"]
        assert (start["person"], start["seed"], start["start_ms"]) == ("a" * 16, 7, 1_000)
        assert variables == {
            "HOME": folder,
            "COLOUR": "petrol",
            "TZ": "UTC",
            "PYTHONHASHSEED": "0",
            "USER": "talkstick",
            "PYTHONPATH": None,
        }

    at_site(test)


def test_what_it_is_told_while_it_starts_waits_in_order(at_site):
    async def test(site):
        site.start(
            "for _ in range(3): say('log', hear())\nsay('log', open('files/1/a').read())\nhear()"
        )
        site.tell("one")
        site.guests.place(1, "files/1/a", site.blobs.put(b"content"))
        site.tell("two")
        site.tell("three")
        await site.until(lambda: len(site.said("log")) == 4)
        assert site.said("log") == [
            ["log", ["one"]],
            ["log", ["two"]],
            ["log", ["three"]],
            ["log", "content"],
        ]

    at_site(test)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "raise ValueError('no such recipe')",
            "it ended with status 1: ValueError: no such recipe",
        ),
        ("say('ended', 1)\nprint('Oh\\x1b no')\nsys.exit(1)", "the program ended (code 1): Oh no"),
        ("say('ended', 0)\nprint('bye')", "the program ended"),
        ("os._exit(7)", "it ended with status 7"),
        ("os.kill(os.getpid(), 11)", "it was ended by SIGSEGV"),
        ("say('refused', 'no Qt')\nhear()", "no Qt"),
        ("raw(b'\\xff' * 100)\nhear()", "it sent a message that is too long"),
        ("raw(b'\\0\\0\\0\\x01x')\nhear()", "it sent something that is no message"),
        ("while True: say('input', 1, 1, [0] * 257)", "it sent more events than it may"),
        ("line.close()\ntime.sleep(60)", "it was ended by SIGKILL"),
        ("print('x' * 300_000)\nos._exit(3)", "it ended with status 3: " + "x" * 256),
    ],
)
def test_its_end_is_told_in_words(at_site, text, why):
    async def test(site):
        site.start(text)
        assert await site.end() == why
        assert site.ended == [(1, why)], "once"

    at_site(test)


def test_a_program_that_hangs_is_left_to_its_person(at_site):
    async def test(site):
        site.start("say('hello')\nwhile hear() != ['alive']: pass\nsay('alive')\ntime.sleep(60)")
        await site.until(lambda: site.said("alive"))
        for number in range(2_000):
            site.tell("events", "x" * 1_000, number)
        site.guests.stop(1)
        assert site.ended == []

    at_site(test)


def test_one_that_takes_nothing_is_ended_before_it_costs_much(at_site):
    async def test(site):
        site.start("say('hello')\ntime.sleep(60)")
        await site.until(lambda: site.said("hello"))
        while not site.ended:
            site.tell("events", "x" * 60_000)
            await a_turn()
        assert await site.end() == "it does not take what it is told"

    at_site(test)


def test_a_flood_takes_no_time_of_the_site(at_site, monkeypatch):
    monkeypatch.setattr(limits, "SHARE_FLOOD_SECONDS", 1)

    async def test(site):
        site.start("while True: say('window', None, 'w', 1, 1, True)")
        assert (await site.end()).startswith("it says more than any person makes it say")
        heard = len(site.heard)
        assert heard <= limits.SHARE_FRAMES_BURST + 4 * limits.SHARE_FRAMES_PER_SECOND

    at_site(test)


def test_all_its_processes_end_with_it(at_site):
    async def test(site):
        site.start(
            "import subprocess\n"
            "near = subprocess.Popen(['sleep', '60'])\n"
            "far = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
            "say('log', near.pid, far.pid)\nhear()"
        )
        await site.until(lambda: site.said("log"))
        numbers = site.said("log")[0][1:]
        assert all(lives(number) for number in numbers)
        site.guests.stop(1)
        site.guests.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(lives(number) for number in numbers):
                await a_turn()

    at_site(test)


async def a_turn():
    """One turn of the loop."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


def lives(number):
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_copy_that_is_started_anew_has_the_same_path(at_site):
    async def test(site):
        site.start("say('log', os.getcwd())\nopen('made', 'w').close()\nhear()", guest=1)
        await site.until(lambda: site.said("log"))
        site.guests.stop(1)
        site.start("say('log', os.getcwd(), os.path.exists('made'))\nhear()", guest=2)
        await site.until(lambda: len(site.said("log")) == 2)
        first, second = site.said("log")
        assert second == ["log", first[1], False]
        site.guests.stop(2)

    at_site(test)


def test_what_keeps_it_from_starting_is_told_as_its_end(at_site, monkeypatch):
    async def test(site):
        site.start("hear()", python="/no/such/python")
        assert "no program that can be started" in await site.end()

    at_site(test)


def test_without_a_display_there_is_a_clear_word(at_site, monkeypatch):
    monkeypatch.setattr(sharedprogram, "require_display", sharelaunch.require_display)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    async def test(site):
        site.start("hear()")
        assert "no display here" in await site.end()
        monkeypatch.setenv("DISPLAY", ":1789.0")
        site.start("hear()", guest=2)
        await site.until(lambda: len(site.ended) == 2)
        assert "Nobody answers at the display :1789.0" in site.ended[1][1]

    at_site(test)


def test_one_that_is_stopped_while_it_starts_never_runs(at_site):
    async def test(site):
        site.start("open(os.environ['TMPDIR'] + '/../../../ran', 'w')")
        site.guests.stop(1)
        site.start("say('hello')\nhear()", guest=2)
        await site.until(lambda: site.said("hello"))
        site.guests.stop(2)
        assert site.ended == []

    at_site(test)


def test_a_file_that_cannot_be_placed_ends_the_copy(at_site):
    async def test(site):
        site.start("open('files', 'w').close()\nsay('hello')\nhear()\nhear()")
        await site.until(lambda: site.said("hello"))
        site.guests.place(1, "files/7/a.txt", site.blobs.put(b"x"))
        assert "can't be written" in await site.end()

    at_site(test)


def test_the_environment_of_this_machine_stays_here(monkeypatch, tmp_path):
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    for kind in ("tk", "qt"):
        made = sharelaunch.environment(kind, tmp_path, {"PATH": "/offered", "TZ": "Mars"})
        assert "SECRET_TOKEN" not in made
        assert "PYTHONPATH" not in made
        assert (made["DISPLAY"], made["TZ"]) == (":7", "UTC")
        assert made["PATH"] == os.environ["PATH"]
        assert Path(made["TMPDIR"]).is_relative_to(tmp_path)
