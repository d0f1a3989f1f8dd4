"""The prompt of a shell: values, errors, several lines, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("tkinter")

from app.cli import prompt
from app.cli.tclshell import Ended, TclShell
from tests.unit.cli.test_tclshell import Shell


@pytest.fixture
def typed(monkeypatch, tmp_path, capsys):
    """Type lines at a prompt; the prompts that were shown, and what came out."""

    def run(*lines):
        left, shown = list(lines), []

        def read(text):
            shown.append(text.strip())
            line = left.pop(0) if left else EOFError()
            if isinstance(line, BaseException):
                raise line
            return line

        monkeypatch.setattr("builtins.input", read)
        shell: Any = Shell()
        tcl = TclShell(shell)
        prompt.converse(tcl, tcl.run, tmp_path)
        out, err = capsys.readouterr()
        return shown, out, err

    return run


def test_values_are_printed(typed):
    _, out, err = typed("set a {1 2}", "", "set b {}", "llength $a")
    assert out == "1 2\n2\n\n"
    assert err == ""


def test_an_error_is_told_and_the_prompt_goes_on(typed):
    _, out, err = typed("stream_open no", "my_id")
    assert err == "the session says no\n"
    assert out == "2\n\n"


def test_a_command_of_several_lines_is_asked_for_to_its_end(typed):
    shown, out, _ = typed("proc f {} {", "return 5", "}", "f")
    assert shown == ["talkstick%", ">", ">", "talkstick%", "talkstick%"]
    assert out == "5\n\n"


def test_an_interrupt_throws_away_what_was_begun(typed):
    _, out, err = typed("proc f {} {", KeyboardInterrupt(), "my_id")
    assert out == "\n2\n\n"
    assert err == ""


def test_exit_ends_it(typed):
    with pytest.raises(Ended):
        typed("exit 2", "never")


def test_the_history_is_kept_for_this_user_only(typed, tmp_path):
    readline = pytest.importorskip("readline")
    readline.clear_history()
    readline.add_history("stream_list")
    typed("my_id")
    kept = tmp_path / prompt.HISTORY
    assert "stream_list" in kept.read_text(encoding="utf-8").replace("\\040", " ")
    assert kept.stat().st_mode & 0o077 == 0
