"""The control socket: requests and answers between two ends, and its bounds."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
from typing import Any

import pytest

from app.core import limits
from app.core.errors import KnownError
from app.drivers.control.client import Client
from app.drivers.control.place import POINTER, read_pointer, socket_path
from app.drivers.control.server import ControlServer
from app.drivers.folder import Folder

KINDS = pytest.mark.parametrize("unix", [True, False], ids=["unix", "tcp"])


class Desk:
    """Answers each request with itself."""

    def __init__(self):
        self.happened: list[Any] = []

    def opened(self, _connection):
        self.happened.append("opened")

    def request(self, connection, message):
        self.happened.append(message)
        for _ in range(message.get("times", 1)):
            connection.reply({"echo": message.get("text")})

    def closed(self, _connection):
        self.happened.append("closed")


@pytest.fixture(autouse=True)
def _runtime(tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))


def with_server(tmp_path, client_side, desk=None, *, unix=True):
    """Run `client_side(folder)` in a thread beside a server; its result."""
    folder = tmp_path / "site"
    folder.mkdir()

    async def run():
        server = await ControlServer.open(folder, desk or Desk(), unix=unix)
        try:
            return await asyncio.to_thread(client_side, folder)
        finally:
            await server.close()

    return asyncio.run(run())


@KINDS
def test_requests_are_answered_in_order(tmp_path, unix):
    def client_side(folder):
        client = Client.connect(folder)
        for text in ("one", "zwei ⋯ \n\t"):
            client.send({"text": text})
        answers = [client.receive(), client.receive()]
        client.close()
        return answers

    answers = with_server(tmp_path, client_side, unix=unix)
    assert answers == [{"echo": "one"}, {"echo": "zwei ⋯ \n\t"}]


@KINDS
def test_the_pointer_is_private_and_goes_with_the_server(tmp_path, unix):
    def client_side(folder):
        return (folder / POINTER).stat().st_mode & 0o777

    assert with_server(tmp_path, client_side, unix=unix) == 0o600
    assert not (tmp_path / "site" / POINTER).exists()


def test_a_wrong_token_is_hung_up_on(tmp_path):
    desk = Desk()

    def client_side(folder):
        pointer = folder / POINTER
        pointer.write_text(pointer.read_text().replace('"token": "', '"token": "x'))
        client = Client.connect(folder)
        try:
            client.send({"text": "let me in"})
            client.receive()
        finally:
            client.close()

    with pytest.raises(KnownError, match="ended"):
        with_server(tmp_path, client_side, desk, unix=False)
    assert desk.happened == ["opened", "closed"]


@pytest.mark.parametrize("line", [b"hello\n", b"[1]\n", b"\xff\n", b"[" * 200_000 + b"\n"])
def test_what_is_no_request_is_answered_and_hung_up_on(tmp_path, line):
    def client_side(folder):
        client = Client.connect(folder)
        client._socket.sendall(line)
        answer = client.receive()
        with pytest.raises(KnownError):
            client.receive()
        client.close()
        return answer

    assert with_server(tmp_path, client_side)["exit"] == 2


def test_a_line_beyond_the_bound_ends_that_client_only(tmp_path):
    def client_side(folder):
        client = Client.connect(folder)
        with contextlib.suppress(KnownError):
            client.send({"text": "x" * (3 * limits.CONTROL_LINE_BYTES_MAX)})
            assert client.receive()["exit"] == 2
            client.receive()
            pytest.fail("the server did not hang up")
        client.close()
        other = Client.connect(folder)
        other.send({"text": "still there"})
        answer = other.receive()
        other.close()
        return answer

    assert with_server(tmp_path, client_side) == {"echo": "still there"}


@KINDS
def test_a_client_too_many_is_told_even_if_it_asks_first(tmp_path, unix):
    def client_side(folder):
        clients = [Client.connect(folder) for _ in range(limits.CONTROL_CLIENTS_MAX)]
        for client in clients:
            client.send({"text": "hello"})
            client.receive()
        one_more = Client.connect(folder)
        one_more.send({"text": "hello"})
        answer = one_more.receive()
        for client in [*clients, one_more]:
            client.close()
        return answer

    answer = with_server(tmp_path, client_side, unix=unix)
    assert answer["exit"] == 1
    assert "try again" in answer["error"]


def test_a_client_that_reads_nothing_is_hung_up_on(tmp_path):
    gone = threading.Event()

    class Watching(Desk):
        def closed(self, _connection):
            gone.set()

    def client_side(folder):
        client = Client.connect(folder)
        client.send({"text": "x" * 500_000, "times": 100})
        assert gone.wait(10)
        client.close()

    with_server(tmp_path, client_side, Watching())


def test_without_a_site_it_says_how_to_start_one(tmp_path):
    with pytest.raises(KnownError, match="talkstick site --data"):
        Client.connect(tmp_path)


def test_a_pointer_left_behind_by_a_crash_is_no_site(tmp_path):
    (tmp_path / POINTER).write_text('{"path": "/nowhere/x.sock"}')
    with pytest.raises(KnownError, match="No site runs"):
        Client.connect(tmp_path)
    (tmp_path / POINTER).write_text("garbage")
    assert read_pointer(tmp_path) is None


def test_the_end_of_the_site_is_told(tmp_path):
    clients = []

    def client_side(folder):
        client = Client.connect(folder)
        client.send({"text": "hello"})
        client.receive()
        clients.append(client)

    with_server(tmp_path, client_side)
    with pytest.raises(KnownError, match="What it had taken is saved"):
        clients[0].receive()
    clients[0].close()


def test_a_short_private_path(tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 200)
    path = socket_path(deep)
    assert len(str(path)) <= 104
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert socket_path(tmp_path) != path
    assert socket_path(deep) == path
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "not-there"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert socket_path(tmp_path).parent.parent == tmp_path


def test_a_usual_place_that_is_open_to_others_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("app.drivers.control.place._SHORT", str(tmp_path))
    usual = socket_path(tmp_path).parent
    usual.chmod(0o777)
    other = socket_path(tmp_path).parent
    assert other != usual
    assert other.stat().st_mode & 0o777 == 0o700


@KINDS
def test_a_copy_of_the_folder_points_nowhere_and_a_renamed_one_still_does(tmp_path, unix):
    def client_side(folder):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        with pytest.raises(KnownError, match=f"No site runs in {copy}"):
            Client.connect(copy)
        renamed = folder.rename(tmp_path / "renamed")
        Client.connect(renamed).close()
        renamed.rename(folder)

    with_server(tmp_path, client_side, unix=unix)


def test_a_site_whose_socket_is_gone_is_told_to_run(tmp_path):
    folder = Folder.open(tmp_path)
    with pytest.raises(KnownError, match=r"runs \(process [0-9]+\).* start it again"):
        Client.connect(tmp_path)
    folder.close()
    with pytest.raises(KnownError, match="No site runs"):
        Client.connect(tmp_path)
