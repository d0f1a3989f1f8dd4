"""Sites of one network find each other and are let in, with real processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.cli.neighbourhood import Neighbourhood
from app.node.api import NearShown
from tests.e2e.talkstick import PATIENCE_SECONDS, Company, Process, run

pytestmark = pytest.mark.slow


def test_who_asks_sees_the_same_words_and_is_let_in(company, tmp_path):
    ann, zoe = tmp_path / "ann", tmp_path / "zoe"
    title = f"Tea {tmp_path.name}"
    host = company.start("site", "--data", ann, "--name", "Ann", "--create", title)
    host.wait_for(lambda event: event["event"] == "ready", "ready")
    asker = company.start("site", "--data", zoe, "--name", "Zoe", "--near", title)
    there = host.wait_for(lambda event: event["event"] == "asking", "somebody who asks")
    here = asker.wait_for(lambda event: event["event"] == "asking", "the words")
    assert there["words"] == here["words"]
    assert (there["name"], here["name"]) == ("Zoe", "Ann")
    (row,) = run("admit", "--data", ann, "--list").ok().lines
    assert (row["name"], row["words"]) == ("Zoe", there["words"])
    run("admit", "--data", ann, "Zoe").ok()
    asker.wait_for(lambda event: event["event"] == "ready", "ready")
    (said,) = run("say", "--data", zoe, "hello").ok().lines
    assert said["state"] == "ordered"


def test_a_refusal_ends_the_newcomer_with_its_reason(company, tmp_path):
    ann, zoe = tmp_path / "ann", tmp_path / "zoe"
    title = f"Tea {tmp_path.name}"
    host = company.start("site", "--data", ann, "--name", "Ann", "--create", title)
    host.wait_for(lambda event: event["event"] == "ready", "ready")
    asker = company.start("site", "--data", zoe, "--name", "Zoe", "--near", title)
    host.wait_for(lambda event: event["event"] == "asking", "somebody who asks")
    run("admit", "--data", ann, "--deny", "Zoe").ok()
    ended = asker.wait()
    assert ended.code == 1
    assert "Ann did not let you in" in ended.error


def hosting(company: Company, folder: Path, title: str, *options: object) -> Process:
    words = ("--data", folder, "--name", "Ann", "--create", title, *options)
    host = company.start("site", *words)
    host.wait_for(lambda event: event["event"] == "ready", "ready")
    return host


def test_all_are_let_in_without_a_card_where_that_is_wished(company, tmp_path):
    title = f"Tea {tmp_path.name}"
    host = hosting(company, tmp_path / "ann", title, "--admit", "all")
    words = ("--data", tmp_path / "zoe", "--name", "Zoe", "--near", title)
    company.start("site", *words).wait_for(lambda event: event["event"] == "ready", "ready")
    host.wait_for(lambda event: (event["event"], event.get("name")) == ("member", "Zoe"), "Zoe")
    assert not [event for event in host.events if event["event"] == "asking"]


def test_where_nobody_is_let_in_it_says_so_and_what_to_do(company, tmp_path):
    title = f"Tea {tmp_path.name}"
    hosting(company, tmp_path / "ann", title, "--admit", "none")
    ended = run("site", "--data", tmp_path / "zoe", "--name", "Zoe", "--near", title)
    assert ended.code == 1
    assert f"Nobody in '{title}' lets people in who ask. Ask for an invite." in ended.error


class Lobby:
    """What somebody sees who looks around."""

    def __init__(self) -> None:
        self.near: dict[str, NearShown] = {}
        self._changed = asyncio.Event()
        self.around = Neighbourhood(self._show, lambda _code, _text: None)

    def _show(self, sessions: tuple[NearShown, ...]) -> None:
        self.near = {each.title: each for each in sessions}
        self._changed.set()

    async def until(self, fits: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not fits():
                self._changed.clear()
                await self._changed.wait()


def looking(play: Callable[[Lobby], Awaitable[None]]) -> None:
    async def whole() -> None:
        lobby = Lobby()
        await lobby.around.look()
        try:
            await play(lobby)
        finally:
            await lobby.around.close()

    asyncio.run(whole())


def test_a_lobby_shows_who_is_there_until_they_end(company, tmp_path):
    title = f"Tea {tmp_path.name}"
    host = hosting(company, tmp_path / "ann", title)

    async def play(lobby: Lobby) -> None:
        await lobby.until(lambda: title in lobby.near)
        row = lobby.near[title]
        assert [name for name, _colour in row.people] == ["Ann"]
        assert (row.count, row.holder, row.admits, row.too_new) == (1, "Ann", True, False)
        await asyncio.to_thread(host.end)
        await lobby.until(lambda: title not in lobby.near)

    looking(play)


def test_a_typed_address_is_asked_but_who_is_not_visible_does_not_answer(company, tmp_path):
    seen, hidden = f"Tea {tmp_path.name}", f"Cake {tmp_path.name}"
    listen = ("--listen", "127.0.0.1:0")
    shy = hosting(company, tmp_path / "shy", hidden, "--no-lan", *listen)
    host = hosting(company, tmp_path / "ann", seen, *listen)

    async def play(lobby: Lobby) -> None:
        for process in (shy, host):
            (ready,) = [event for event in process.events if event["event"] == "ready"]
            await lobby.around.probe(ready["addresses"][0])
        await lobby.until(lambda: seen in lobby.near)
        assert hidden not in lobby.near

    looking(play)
