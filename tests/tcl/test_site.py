"""A whole site, journal and socket included, with its agent server."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from app.cli.engine import Engine
from app.drivers.folder import Folder
from app.node import api
from app.node.config import Config
from tests.tcl.server import needs_tcl
from tests.tcl.test_figures import BAR, FOO

pytestmark = needs_tcl
ENDLESS = "on_stream_append {regexp [string repeat {(a|b)*} 300] [string repeat ab 50]}"
"""One command that no limit of the interpreter stops: minutes long, so that only the watch ends it.

A shorter one may end by itself between the handler's time and the watch's, and say so.
"""


class Person:
    """Somebody at a site who waits for answers, and for lines of the console."""

    def __init__(self, folder):
        self._answers: asyncio.Queue[api.Event] = asyncio.Queue()
        self._lines: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.engine = Engine(folder, self._show, lambda: None, Config(0))

    def _show(self, event):
        if isinstance(event, api.Done | api.Denied):
            self._answers.put_nowait(event)
        elif isinstance(event, api.Console):
            self._lines.put_nowait((event.stream, event.text))

    async def do(self, command):
        self.engine.submit(command)
        answer = await asyncio.wait_for(self._answers.get(), 30)
        assert isinstance(answer, api.Done), answer

    async def line(self):
        return await asyncio.wait_for(self._lines.get(), 30)


@pytest.mark.slow
def test_figure_2_runs_at_a_site_and_outlives_an_agent_that_never_ends(tmp_path):
    async def run(folder):
        ann = Person(folder)
        async with contextlib.AsyncExitStack() as stack:
            await ann.engine.open(stack, ("127.0.0.1", 0), None)
            await ann.do(api.CreateSession(1, "T", "ann", "adaptive"))
            for token, stream, code in ((2, "bar", BAR), (4, "foo", FOO), (6, "evil", ENDLESS)):
                await ann.do(api.StreamCreate(token, "", stream))
                await ann.do(api.RegisterAgent(token + 1, "", stream, "tcl", code))
            await ann.do(api.StreamAppend(8, "", "foo", b"Hello world"))
            assert await ann.line() == ("bar", "Hello world")
            await ann.do(api.StreamAppend(9, "", "evil", b""))
            failed = await ann.line()
            assert failed == ("evil", "agent 1 has failed: a handler did not end in its time")
            await ann.do(api.StreamAppend(10, "", "foo", b"still here"))
            assert await ann.line() == ("bar", "still here")

    folder = Folder.open(tmp_path / "data")
    try:
        asyncio.run(run(folder))
    finally:
        folder.close()
