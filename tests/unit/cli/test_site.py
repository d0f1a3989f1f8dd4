"""A whole site without a window, on a disk that fails again and again."""

from __future__ import annotations

import asyncio

import pytest

from app.cli.outcome import CommandFailed, Exit
from app.cli.output import Output
from app.cli.site import Site
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import MILLI
from app.dispatcher.records import SaveField
from app.drivers.folder import Folder
from app.node import api
from app.node.contract import CommandIssued, Emit, Persist, TimerFired
from app.store.journal import Journal

LISTEN = ("127.0.0.1", 0)


class Disk:
    """Fails so many commits, then works."""

    def __init__(self, fails):
        self.fails = fails

    def commit(self, records):
        if records and self.fails:
            self.fails -= 1
            message = "The disk is full."
            raise KnownError(message)


class Machine:
    """Saves something once a session is made, and when it is resumed, which then ends."""

    def __init__(self, resumed, refusal):
        self.resumed = resumed
        self.refusal = refusal
        self.at = None

    def handle(self, given, now):
        match given:
            case CommandIssued(api.CreateSession(token)):
                self.at = now
                return [Emit(api.Done(token))]
            case TimerFired():
                self.at = None
                return [Persist(SaveField("said", b"x"))]
            case CommandIssued(api.ResumeSession(token)):
                self.resumed.append(token)
                if self.refusal:
                    return [Emit(api.Denied(token, self.refusal))]
                ended = [Emit(api.Done(token)), Emit(api.SessionClosed(left=False))]
                return [Persist(SaveField("resumed", b"x")), *ended]
            case _:
                return []

    def finish(self, _now):
        return []

    def deadline(self):
        return self.at


@pytest.fixture
def run(tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(limits, "REOPEN_MICROS", MILLI)

    def run_site(fails, refusal=""):
        """How it ends, and how often the session was resumed."""
        disk = Disk(fails)
        resumed: list[int] = []
        monkeypatch.setattr(Journal, "commit", disk.commit)
        folder, output = Folder.open(tmp_path / "site"), Output()

        def create(token):
            return api.CreateSession(token, "Garden", "Ada", "adaptive")

        async def whole():
            site = Site(folder, output, create, lambda *_given: Machine(resumed, refusal))
            async with asyncio.timeout(10):
                return await site.run(LISTEN, None)

        try:
            return asyncio.run(whole()), len(resumed)
        finally:
            output.close()
            folder.close()

    return run_site


def test_a_site_whose_disk_fails_again_while_it_resumes_goes_on_trying(run):
    assert run(fails=4) == (Exit.DONE, 4)


def test_a_session_that_says_no_when_it_is_resumed_ends_the_site(run):
    with pytest.raises(CommandFailed, match="no such session"):
        run(fails=1, refusal="no such session")
