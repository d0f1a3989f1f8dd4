"""The Python API of shells, over a real control socket to a desk that plays the site."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from app.core.errors import KnownError
from app.drivers.control.server import ControlServer
from app.mstreams.shell import AgentRow, Refused, StreamRow, connect

ROW = {
    "stream": "s",
    "home": "a" * 16,
    "location": 1,
    "epoch": "1.0",
    "state": "home",
    "waiting": 2,
    "unsent": 0,
    "agents": [
        {
            "agent": 1,
            "kind": "tcl",
            "controls": False,
            "events": ["append"],
            "failed": False,
            "error": "",
        }
    ],
    "reported_ms": None,
}


class Desk:
    """Connects shells, and answers every verb with what a site might."""

    def __init__(self):
        self.asked: list[dict[str, Any]] = []
        self.gone = 0

    def opened(self, connection):
        pass

    def request(self, connection, message):
        number = message.pop("request")
        assert message.pop("do") == "shell"
        self.asked.append(message)
        match message["verb"]:
            case "connect" if message["name"] == "taken":
                connection.reply({"request": number, "error": "taken already", "exit": 1})
            case "connect":
                answer = {"value": f"{message['name'] or 'shell-1'}@12"}
                connection.reply({"request": number, **answer, "done": True})
            case "call":
                # An answer to what nobody waits for any more, and then the right one.
                connection.reply({"request": number - 1, "value": "late", "done": True})
                connection.reply({"request": number, "data": message["data"], "done": True})
            case "list":
                connection.reply({"request": number, "rows": [ROW], "done": True})
            case "destroy":
                connection.reply({"request": number, "error": "not yours", "exit": 1})
            case _:
                connection.reply({"request": number, "value": 3, "done": True})

    def closed(self, connection):
        self.gone += 1


@pytest.fixture(autouse=True)
def _runtime(tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))


@pytest.fixture
def desk():
    return Desk()


def with_site(tmp_path, desk, client_side):
    folder = tmp_path / "site"
    folder.mkdir()

    async def run():
        server = await ControlServer.open(folder, desk)
        try:
            return await asyncio.to_thread(client_side, folder)
        finally:
            await server.close()

    return asyncio.run(run())


def test_a_shell_has_a_name_and_a_place_and_leaves(tmp_path, desk):
    def client_side(folder):
        with connect(folder, name="clock") as shell:
            return shell.name, shell.location

    assert with_site(tmp_path, desk, client_side) == ("clock@12", 12)
    assert [message["verb"] for message in desk.asked] == ["connect", "leave"]
    assert desk.gone == 1


def test_every_method_is_one_request(tmp_path, desk):
    payload = bytes(range(256))
    data = base64.b64encode(payload).decode()

    def client_side(folder):
        with connect(str(folder)) as shell:
            results = [
                shell.create(),
                shell.open("s"),
                shell.append("s", payload),
                shell.call("s", payload),
                shell.locate("s"),
                shell.register("s", "puts hi", "a b", controls=True),
                shell.register("s", "", kind="echo@1"),
            ]
            shell.move("s", 2)
            shell.unregister("s", 1)
            return results

    results = with_site(tmp_path, desk, client_side)
    assert results == ["3", "3", 3, payload, 3, 3, 3]
    assert desk.asked[1:-1] == [
        {"verb": "create", "stream": ""},
        {"verb": "open", "stream": "s"},
        {"verb": "append", "stream": "s", "data": data},
        {"verb": "call", "stream": "s", "data": data},
        {"verb": "locate", "name": "s"},
        {
            "verb": "register",
            "stream": "s",
            "kind": "tcl",
            "code": "puts hi",
            "argv": "a b",
            "controls": True,
        },
        {
            "verb": "register",
            "stream": "s",
            "kind": "echo@1",
            "code": "",
            "argv": "",
            "controls": False,
        },
        {"verb": "move", "stream": "s", "location": 2},
        {"verb": "unregister", "stream": "s", "agent": 1},
    ]


def test_streams_are_rows(tmp_path, desk):
    def client_side(folder):
        with connect(folder) as shell:
            return shell.streams()

    agent = AgentRow(1, "tcl", False, ("append",), False, "")
    row = StreamRow("s", "a" * 16, 1, "1.0", "home", 2, 0, (agent,), None)  # type: ignore[arg-type]
    assert with_site(tmp_path, desk, client_side) == (row,)


def test_a_refusal_raises_its_reason_and_the_shell_goes_on(tmp_path, desk):
    def client_side(folder):
        with connect(folder) as shell:
            with pytest.raises(Refused, match="not yours"):
                shell.destroy("s")
            return shell.locate("s")

    assert with_site(tmp_path, desk, client_side) == 3


def test_a_shell_that_is_not_let_in_hangs_up(tmp_path, desk):
    def client_side(folder):
        with pytest.raises(Refused, match="taken already"):
            connect(folder, name="taken")

    with_site(tmp_path, desk, client_side)
    assert desk.gone == 1


def test_without_a_site_it_says_how_to_start_one(tmp_path):
    with pytest.raises(KnownError, match="talkstick site --data"):
        connect(tmp_path)


def test_a_site_that_ends_is_told(tmp_path, desk):
    async def run():
        folder = tmp_path / "site"
        folder.mkdir()
        server = await ControlServer.open(folder, desk)
        shell = await asyncio.to_thread(connect, folder)
        await server.close()
        with pytest.raises(KnownError, match="ended"):
            shell.locate("s")
        shell.leave()

    asyncio.run(run())
