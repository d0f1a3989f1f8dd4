"""Guest processes as a site has them: started, spoken to, watched, ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

import pytest

from app.core import limits
from app.core.errors import KnownError
from app.drivers import agentserver
from app.drivers.guestlaunch import bubblewrap
from app.drivers.guests import Guests
from tests.tcl.server import needs_tcl

pytestmark = needs_tcl


class Site:
    """A site with guests, and what it heard: (guest, message)."""

    def __init__(self, wrapper=None):
        self.heard = []
        self.ended = []
        self.changed = asyncio.Event()
        self.guests = Guests(
            asyncio.get_running_loop(), spoke=self._spoke, ended=self._ended, wrapper=wrapper
        )

    def _spoke(self, guest, message):
        self.heard.append((guest, json.loads(message)))
        self.changed.set()

    def _ended(self, guest, why):
        self.ended.append((guest, why))
        self.changed.set()

    def tell(self, guest, *message):
        self.guests.tell(guest, json.dumps(message).encode())

    def make(self, guest, ref, body):
        self.tell(guest, "agent", ref, "s", f"on_stream_append {{{body}}}", "", {}, [], True)

    def run(self, guest, number, ref):
        self.tell(guest, "run", number, ref, "append", "", {}, None)

    def of(self, *kinds):
        return [message for _, message in self.heard if message[0] in kinds]

    async def until(self, ready):
        async with asyncio.timeout(20):
            while not ready():
                self.changed.clear()
                await self.changed.wait()


def with_site(test, **how):
    async def run():
        site = Site(**how)
        try:
            await test(site)
        finally:
            site.guests.close()

    asyncio.run(run())


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_guest_starts_and_what_it_was_told_before_waits_for_it():
    async def test(site):
        site.guests.start(1, "tcl")
        site.make(1, 7, "puts hello")
        site.run(1, 1, 7)
        await site.until(lambda: site.of("done"))
        assert [message[0] for message in site.of("hello", "made", "console", "done")] == [
            "hello", "made", "console", "done",
        ]  # fmt: skip
        assert site.ended == []

    with_site(test)


def test_hello_says_what_is_in_force():
    async def test(site):
        site.guests.start(1, "tcl")
        await site.until(lambda: site.of("hello"))
        (hello,) = site.of("hello")
        assert {"file-size", "files"} <= set(hello[1]["confinement"])
        assert hello[1]["tcl"].startswith("8.")
        if sys.platform == "linux":
            assert "memory" in hello[1]["confinement"]

    with_site(test)


def test_many_runs_go_through_however_many_there_is_credit_for():
    async def test(site):
        site.guests.start(1, "tcl")
        site.make(1, 1, "incr n; stream_append bar $n")
        for number in range(1, 1001):
            site.run(1, number, 1)
        await site.until(lambda: len(site.of("done")) == 1000)
        assert [message[2][0][2] for message in site.of("done")] == [
            str(number) for number in range(1, 1001)
        ]

    with_site(test)


def test_a_stopped_guest_is_gone_at_once_and_says_nothing_more():
    async def test(site):
        site.guests.start(1, "tcl")
        await site.until(lambda: site.of("hello"))
        process = site.guests.process_id(1)
        site.guests.stop(1)
        site.guests.start(2, "tcl")
        await site.until(lambda: len(site.of("hello")) == 2)
        assert site.ended == []
        assert not is_running(process)

    with_site(test)


def test_a_guest_that_dies_is_told_with_the_reason():
    async def test(site):
        site.guests.start(1, "tcl")
        await site.until(lambda: site.of("hello"))
        os.kill(site.guests.process_id(1), signal.SIGSEGV)
        await site.until(lambda: site.ended)
        assert site.ended == [(1, "it was ended by SIGSEGV")]
        site.tell(1, "limits", {})

    with_site(test)


LONG = {
    "arithmetic": "expr {2 ** 200000000}",
    "a regular expression": r"regexp [string repeat {(a|b)*} 300] [string repeat ab 50]",
}


@pytest.mark.parametrize("body", LONG.values(), ids=LONG.keys())
def test_one_command_that_never_ends_is_ended_from_outside(body, monkeypatch):
    monkeypatch.setattr(limits, "GUEST_RUN_GRACE_SECONDS", 0.2)

    async def test(site):
        site.guests.start(1, "tcl")
        site.tell(1, "limits", {"seconds": 0.2})
        site.make(1, 1, body)
        site.make(1, 2, "puts here")
        site.run(1, 1, 1)
        site.run(1, 2, 2)
        await site.until(lambda: site.ended or site.of("failed"))
        assert site.of("console") == [["console", 2, "here"]], "the other was not kept"
        if not site.of("failed"):
            assert site.ended == [(1, "a handler did not end in its time")]

    with_site(test)


def test_a_guest_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(limits, "GUEST_HUNG_SECONDS", 1.5)

    async def test(site):
        site.guests.start(1, "tcl")
        await site.until(lambda: site.of("hello"))
        process = site.guests.process_id(1)
        os.kill(process, signal.SIGSTOP)
        await site.until(lambda: site.ended)
        assert site.ended == [(1, "it hung")]
        assert not is_running(process)

    with_site(test)


def test_a_guest_that_never_says_hello_is_ended(monkeypatch):
    monkeypatch.setattr(limits, "GUEST_HELLO_SECONDS", 0)

    async def test(site):
        site.guests.start(1, "tcl")
        os.kill(site.guests.process_id(1), signal.SIGSTOP)
        await site.until(lambda: site.ended)
        assert site.ended == [(1, "it did not start")]

    with_site(test)


def test_a_guest_that_cannot_start_has_ended(monkeypatch):
    def refuse(_folder, _wrapper):
        raise KnownError("there is no room")

    monkeypatch.setattr(agentserver, "launch", refuse)

    async def test(site):
        site.guests.start(1, "tcl")
        site.tell(1, "limits", {})
        assert site.ended == [], "told later, not from within the call"
        await site.until(lambda: site.ended)
        site.guests.start(2, "python")
        await site.until(lambda: len(site.ended) == 2)
        assert site.ended == [
            (1, "there is no room"),
            (2, "guests of kind 'python' are not known here"),
        ]

    with_site(test)


def test_a_wrapper_that_does_not_work_is_left_out(tmp_path):
    wrapper = tmp_path / "bwrap"
    wrapper.write_text("#!/bin/sh\nexit 1\n")
    wrapper.chmod(0o755)

    async def test(site):
        site.guests.start(1, "tcl")
        site.make(1, 1, "puts here")
        await site.until(lambda: site.of("made"))
        (hello,) = site.of("hello")
        assert "bubblewrap" not in hello[1]["confinement"]
        assert len(site.of("made")) == 1
        assert site.ended == []

    with_site(test, wrapper=str(wrapper))


@pytest.mark.skipif(bubblewrap() is None, reason="bubblewrap is not installed")
def test_bubblewrap_stands_around_it_where_it_works():
    async def test(site):
        site.guests.start(1, "tcl")
        site.make(1, 1, "puts here")
        site.run(1, 1, 1)
        await site.until(lambda: site.of("done"))
        (hello,) = site.of("hello")
        if "bubblewrap" not in hello[1]["confinement"]:
            pytest.skip("this kernel gives bubblewrap no namespaces")
        assert "processes" in hello[1]["confinement"], "inside it is nobody, so the limit holds"
        process = site.guests.process_id(1)
        site.guests.close()
        assert not is_running(process)

    with_site(test, wrapper=bubblewrap())
