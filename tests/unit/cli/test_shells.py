"""Shells at the front desk: verbs become commands in the shell's name; it goes with its connection."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.cli.jsonlines import event_lines
from app.core.ids import SiteId
from app.node import api
from app.node.api import AgentRow, Console, Denied, Done, StreamRow
from tests.unit.cli.test_desk import Counter

SHELL = "ann@1"
PAYLOAD = bytes(range(256))
DATA = base64.b64encode(PAYLOAD).decode()


@pytest.fixture
def counter():
    return Counter()


@pytest.fixture
def shell(counter):
    """A desk whose connection has a shell."""
    command = counter.ask(do="shell", verb="connect", name="ann")
    assert command == api.ConnectShell(command.token, "ann")
    assert counter.tell(Done(command.token, SHELL)) == [
        {"request": 7, "value": SHELL, "done": True}
    ]
    return counter


VERBS: list[tuple[dict[str, Any], Any]] = [
    ({"verb": "create", "stream": "s"}, lambda token: api.StreamCreate(token, SHELL, "s")),
    ({"verb": "open", "stream": "s"}, lambda token: api.StreamOpen(token, SHELL, "s")),
    (
        {"verb": "append", "stream": "s", "data": DATA},
        lambda token: api.StreamAppend(token, SHELL, "s", PAYLOAD),
    ),
    (
        {"verb": "call", "stream": "s", "data": DATA},
        lambda token: api.StreamCall(token, SHELL, "s", PAYLOAD),
    ),
    (
        {"verb": "move", "stream": "s", "location": 2},
        lambda token: api.StreamMove(token, SHELL, "s", 2),
    ),
    ({"verb": "destroy", "stream": "s"}, lambda token: api.StreamDestroy(token, SHELL, "s")),
    ({"verb": "locate", "name": "s"}, lambda token: api.StreamLocate(token, SHELL, "s")),
    (
        {
            "verb": "register",
            "stream": "s",
            "kind": "tcl",
            "code": "puts",
            "argv": "1 2",
            "controls": True,
        },
        lambda token: api.RegisterAgent(token, SHELL, "s", "tcl", "puts", "1 2", True),
    ),
    (
        {"verb": "unregister", "stream": "s", "agent": 3},
        lambda token: api.UnregisterAgent(token, SHELL, "s", 3),
    ),
    ({"verb": "list"}, api.ReadStreams),
    ({"verb": "leave"}, lambda token: api.LeaveShell(token, SHELL)),
]


@pytest.mark.parametrize(("fields", "expected"), VERBS, ids=[verb["verb"] for verb, _ in VERBS])
def test_each_verb_is_a_command_in_the_shells_name(shell, fields, expected):
    command = shell.ask(do="shell", **fields)
    assert command == expected(command.token)
    assert shell.connection.answers == []


@pytest.mark.parametrize(("value", "answer"), [("chat", "chat"), (7, 7), (None, "")])
def test_a_value_is_the_answer(shell, value, answer):
    command = shell.ask(do="shell", verb="open", stream="chat")
    assert shell.tell(Done(command.token, value)) == [{"request": 7, "value": answer, "done": True}]


def test_what_handlers_answer_is_bytes(shell):
    command = shell.ask(do="shell", verb="call", stream="s", data=DATA)
    assert shell.tell(Done(command.token, PAYLOAD))[0]["data"] == DATA


def test_a_refusal_carries_its_reason(shell):
    command = shell.ask(do="shell", verb="open", stream="s")
    assert shell.tell(Denied(command.token, "the session says no")) == [
        {"request": 7, "error": "the session says no", "exit": 1}
    ]


def test_streams_are_rows(counter):
    agent = AgentRow(1, "tcl", False, ("append",), True, "boom")
    row = StreamRow("s", SiteId("a" * 16), 1, "1.0", "home", 2, 3, (agent,), None)
    command = counter.ask(do="shell", verb="list")
    (answer,) = counter.tell(Done(command.token, (row,)))
    assert answer["rows"][0]["stream"] == "s"
    assert answer["rows"][0]["agents"][0]["error"] == "boom"


def test_without_a_shell_nothing_is_done(counter):
    assert counter.ask(do="shell", verb="create", stream="s") is None
    assert "connect first" in counter.connection.taken()[0]["error"]


def test_a_connection_has_one_shell(shell):
    assert shell.ask(do="shell", verb="connect", name="ben") is None
    assert "already" in shell.connection.taken()[0]["error"]


def test_two_connections_have_two_shells(shell):
    first = shell.connection
    shell.connection = type(first)()
    shell.desk.opened(shell.connection)
    command = shell.ask(do="shell", verb="connect", name="ben")
    assert shell.tell(Done(command.token, "ben@1"))[0]["value"] == "ben@1"
    assert shell.ask(do="shell", verb="open", stream="s").shell == "ben@1"
    shell.connection = first
    assert shell.ask(do="shell", verb="open", stream="s").shell == SHELL


def test_a_shell_goes_with_its_connection(shell):
    shell.desk.closed(shell.connection)
    (command,) = shell.commands
    assert command == api.LeaveShell(command.token, SHELL)
    assert shell.tell(Denied(command.token, "no such shell")) == []


def test_a_connection_without_a_shell_just_goes(counter):
    counter.desk.closed(counter.connection)
    assert counter.commands == []


def test_a_shell_that_left_does_not_leave_twice(shell):
    shell.ask(do="shell", verb="leave")
    shell.desk.closed(shell.connection)
    assert shell.commands == []


def test_a_connection_that_goes_before_its_shell_came_leaves_none(counter):
    command = counter.ask(do="shell", verb="connect", name="ann")
    counter.desk.closed(counter.connection)
    assert counter.commands == []
    counter.desk.on_event(Done(command.token, SHELL))
    (leaving,) = counter.commands
    assert leaving == api.LeaveShell(leaving.token, SHELL)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"verb": 3},
        {"verb": "create"},
        {"verb": "create", "stream": 3},
        {"verb": "append", "stream": "s", "data": "no base64!"},
        {"verb": "append", "stream": "s"},
        {"verb": "move", "stream": "s", "location": "2"},
        {"verb": "move", "stream": "s", "location": -1},
        {"verb": "unregister", "stream": "s", "agent": 2**40},
        {"verb": "register", "stream": "s", "kind": "tcl", "code": "\ud800", "argv": ""},
    ],
)
def test_a_wrong_request_is_refused(shell, fields):
    assert shell.ask(do="shell", **fields) is None
    (answer,) = shell.connection.taken()
    assert (answer["request"], answer["exit"]) == (7, 2)


def test_a_verb_of_another_version_is_refused(shell):
    assert shell.ask(do="shell", verb="dance") is None
    assert "older" in shell.connection.taken()[0]["error"]


def test_what_agents_say_is_a_line_of_the_site():
    site = SiteId("a" * 16)
    assert event_lines(Console(site, "bar", "Hello world")) == [
        {"event": "console", "site": site, "stream": "bar", "text": "Hello world"}
    ]
