"""The command line: what is understood, and one line that helps where it is not."""

from __future__ import annotations

import pytest

from app.__main__ import main
from app.cli.parse import duration, parse
from app.core.errors import LocalError
from app.crypto.invite import Invite, invite_text

LINK = invite_text(
    Invite(b"i" * 16, b"s" * 32, b"n" * 32, b"k" * 32, "Team", ("127.0.0.1:1",), 0, 0, "editor")  # type: ignore[arg-type]
)

WRONG = [
    "fly",
    "--fly",
    "site --create Team",
    "site --join x",
    f"site --join {LINK}",
    "site --name ann --create",
    "site --name  --create Team",
    f"site --name ann --create Team --join {LINK}",
    f"site --name ann --join {LINK[:-5]}",
    "site --name ann --policy adaptive",
    "site --name ann --create Team --policy best",
    "site --name ann --create Team --listen here",
    "site --name ann --create Team --listen example.org:1",
    "site --name ann --create Team --sim-net lag=1",
    "site --near Team",
    "site --name ann --near Team --no-lan",
    "site --name ann --near Team --create Team",
    "site --name ann --create Team --admit some",
    "say",
    "say --wait forever hello",
    "say --timeout soon hello",
    "say --timeout -1 hello",
    "log --from 0",
    "log --from x",
    "log extra",
    "status extra",
    "move",
    "move a b",
    "policy",
    "policy paper:0",
    "invite --expires soon",
    "invite --expires 999999999d",
    "invite --uses 0",
    "invite --role king",
    "leave --later",
    "draw",
    "export",
    "export picture.gif",
    "shell script.tcl -c code",
    "share",
    "admit --list ann",
    "admit --deny",
    "doctor",
]


@pytest.mark.parametrize("line", WRONG)
def test_wrong_use_is_one_line_that_helps_and_exit_2(line, capsys, tmp_path):
    arguments = [*line.split(" "), "--data", str(tmp_path)] if line else []
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code  # type: ignore[assignment]
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("talkstick: ")
    assert len(err) > 40


def test_a_folder_alone_is_the_window_which_needs_a_display(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main(["--data", str(tmp_path)]) == 1
    assert "talkstick site --name NAME --create TITLE" in capsys.readouterr().err


def test_the_folder_may_stand_before_or_behind_the_command():
    assert parse(["--data", "x", "status"]).data == parse(["status", "--data", "x"]).data
    assert parse(["status"]).data is None


def test_say_waits_for_the_order_by_default():
    given = parse(["say", "hello", "world"])
    assert (given.wait, given.timeout, given.text) == ("ordered", 30.0, ["hello", "world"])


def test_a_dash_stands_for_the_input():
    assert parse(["say", "--wait", "settled", "-"]).text == ["-"]


def test_a_site_may_resume_without_a_name():
    given = parse(["site"])
    assert (given.create, given.join, given.name) == (None, None, None)


def test_policies_are_read_in_their_one_form():
    assert parse(["policy", "paper:10"]).policy == "paper:10"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1_800), ("1h", 3_600), ("7d", 604_800)]
)
def test_durations(text, seconds):
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "h", "1", "0h", "1.5h", "-1h", "1w", "1 h", "3651d", "999999999d"]
)
def test_what_is_no_duration(text):
    with pytest.raises(LocalError):
        duration(text)


def test_without_a_site_the_commands_say_so_and_end_with_1(tmp_path, capsys):
    assert main(["status", "--data", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "talkstick site" in err


def test_the_version_names_its_build(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("talkstick 0.")


def test_an_invite_without_a_window_says_how_to_join(capsys, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main([LINK]) == 1
    assert "--join INVITE" in capsys.readouterr().err
