"""Scripts of a shell: their commands, their errors, and how they end; the shell is a fake."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("tkinter")

from app.cli import shell as command
from app.cli.tclshell import Ended, ScriptFailed, TclShell
from app.core.errors import KnownError
from app.core.ids import SiteId
from app.drivers.control.shell import Refused
from app.node.api import AgentRow, StreamRow


class Shell:
    """Says what it was asked; refuses what is called `no`."""

    name, location = "me@2", 2

    def __init__(self):
        self.asked: list[Any] = []

    def __getattr__(self, method):
        def asked(*words, **more):
            self.asked.append((method, *words, *more.items()))
            if words[:1] == ("no",):
                message = "the session says no"
                raise Refused(message)
            if words[:1] == ("gone",):
                message = "the site ended"
                raise KnownError(message)
            return {"create": words[:1] and (words[0] or "temporary-1"), "call": b"h\xc3\xa9"}.get(
                method, 5
            )

        return asked

    def streams(self):
        agent = AgentRow(1, "tcl", True, ("append", "failure"), True, "a {b")
        return (StreamRow("a b", SiteId("a" * 16), 3, "1.0", "home", 1, 0, (agent,), None),)


@pytest.fixture
def shell():
    return Shell()


@pytest.fixture
def tcl(shell):
    return TclShell(shell, ["x.tcl", "one", "two words"])


@pytest.mark.parametrize(
    ("script", "asked", "value"),
    [
        ("stream_create chat", ("create", "chat"), "chat"),
        ("stream_create -temp", ("create", ""), "temporary-1"),
        ("stream_create x -temp", ("create", ""), "temporary-1"),
        ("stream_open chat", ("open", "chat"), "5"),
        ("stream_append chat {a é\n\\0}", ("append", "chat", "a é\n\\0".encode()), "5"),
        ("stream_call chat x", ("call", "chat", b"x"), "hé"),
        ("stream_move chat 3", ("move", "chat", 3), ""),
        ("stream_destroy chat", ("destroy", "chat"), ""),
        ("stream_location chat", ("locate", "chat"), "5"),
        (
            "register_agent chat {a b} {puts $argv}",
            ("register", "chat", "puts $argv", "a b", ("kind", "tcl"), ("controls", False)),
            "5",
        ),
        (
            "register_agent -controller -kind echo@1 chat {} {}",
            ("register", "chat", "", "", ("kind", "echo@1"), ("controls", True)),
            "5",
        ),
        ("unregister_agent chat 4", ("unregister", "chat", 4), ""),
    ],
)
def test_each_command_asks_the_shell(tcl, shell, script, asked, value):
    assert tcl.run(script) == value
    assert shell.asked == [asked]


def test_a_shell_knows_itself(tcl):
    assert tcl.run("list [my_id] [stream_location] [my_name]") == "2 2 me@2"


def test_a_script_gets_its_arguments(tcl):
    assert tcl.run("list $argc $argv0 [lindex $argv 1]") == "2 x.tcl {two words}"


def test_streams_are_a_dictionary_of_dictionaries(tcl):
    script = "set row [dict get [stream_list] {a b}]"
    assert tcl.run(f"{script}; dict get $row location") == "3"
    assert tcl.run(f"{script}; dict get $row reported_ms") == ""
    agent = "set agent [lindex [dict get $row agents] 0]"
    assert tcl.run(f"{script}; {agent}; dict get $agent events") == "append failure"
    assert tcl.run(f"{script}; {agent}; dict get $agent error") == "a {b"


def test_the_value_is_that_of_the_last_command(tcl):
    assert tcl.run("set a 1\nset b {x y}\n# a comment\n") == "x y"


WRONG = [
    ("set a 1\nstream_open no", "the session says no (x.tcl, line 2)"),
    ("stream_append gone x", "the site ended (x.tcl, line 1)"),
    ("stream_move s", 'wrong # args: should be "stream_move stream location" (x.tcl, line 1)'),
    ("stream_location a b", 'wrong # args: should be "stream_location ?name?" (x.tcl, line 1)'),
    ("stream_move s x", 'expected a number but got "x" (x.tcl, line 1)'),
    ("stream_move s -1", 'expected a number but got "-1" (x.tcl, line 1)'),
    (
        "register_agent -x a b c",
        'unknown option "-x": must be -controller or -kind (x.tcl, line 1)',
    ),
    (
        "register_agent a",
        'wrong # args: should be "register_agent ?-controller? ?-kind name? stream argv code"'
        " (x.tcl, line 1)",
    ),
    (
        "stream_create a b",
        'should be "stream_create name" or "stream_create -temp" (x.tcl, line 1)',
    ),
    (
        "proc f {} {\n\n  boom\n}\nset a 1\nf",
        'invalid command name "boom" (x.tcl, line 6, procedure f, line 3)',
    ),
    ("set a {", "missing close-brace (x.tcl, line 1)"),
    ("on_stream_append {}", 'invalid command name "on_stream_append" (x.tcl, line 1)'),
]


@pytest.mark.parametrize(("script", "why"), WRONG)
def test_an_error_says_where(tcl, script, why):
    with pytest.raises(ScriptFailed) as failed:
        tcl.run(script, "x.tcl")
    assert str(failed.value) == why


def test_an_error_in_a_file_that_is_read_names_it(tcl, tmp_path):
    (tmp_path / "part.tcl").write_text("set a 1\nboom\n", encoding="utf-8")
    with pytest.raises(ScriptFailed, match=r"part.tcl, line 2\)$"):
        tcl.run(f"source {tmp_path}/part.tcl", "x.tcl")


def test_a_script_can_catch_a_refusal(tcl):
    assert tcl.run("catch {stream_open no} why; set why") == "the session says no"


def test_after_an_error_the_next_script_runs(tcl):
    with pytest.raises(ScriptFailed):
        tcl.run("boom")
    assert tcl.run("set a 1") == "1"


def test_exit_goes_past_every_catch(tcl, shell):
    with pytest.raises(Ended) as ended:
        tcl.run("proc f {} {catch {exit 3}; stream_open never}\ncatch f\nstream_open never")
    assert ended.value.code == 3
    assert shell.asked == []
    tcl.flush()


def test_commands_may_take_several_lines(tcl):
    assert not tcl.is_complete("proc f {} {\n")
    assert tcl.is_complete("proc f {} {\n}\n")


def test_a_value_is_printed_unless_it_is_empty(tcl, capsys):
    tcl.print_value("x é")
    tcl.print_value("")
    assert capsys.readouterr().out == "x é\n"


def test_no_script_of_a_profile_runs_first(shell, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (".Tk.tcl", ".tclshrc"):
        (tmp_path / name).write_text("set planted 1\n", encoding="utf-8")
    assert TclShell(shell).run("info exists planted") == "0"


def test_without_tcl_it_says_what_to_install(monkeypatch, tmp_path):
    import builtins
    import sys

    real = builtins.__import__

    def without(name, *rest):
        if name == "tkinter":
            message = "No module named 'tkinter'"
            raise ModuleNotFoundError(message)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "app.cli.tclshell")
    monkeypatch.setattr(builtins, "__import__", without)
    from app.cli.parse import parse

    with pytest.raises(KnownError, match="python3-tk"):
        command.run(parse(["shell", "--data", str(tmp_path), "-c", "x"]))
