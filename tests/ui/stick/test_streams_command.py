"""A command line means what it would mean in a Tcl script, or is refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import LocalError
from app.node.api import (
    RegisterAgent,
    StreamAppend,
    StreamCall,
    StreamCreate,
    StreamDestroy,
    StreamLocate,
    StreamMove,
    StreamOpen,
    UnregisterAgent,
)
from app.ui.stick.streams.command import NAMES, Unfinished, help_text, read, words_of


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("   \n  ", []),
        ("# only a remark", []),
        ("# a remark\nhelp", ["help"]),
        ("stream_append chat hello", ["stream_append", "chat", "hello"]),
        ("  a   b\t c ", ["a", "b", "c"]),
        ("a {b c} d", ["a", "b c", "d"]),
        ("a {b {c d} $e [f] \\{ g}", ["a", "b {c d} $e [f] \\{ g"]),
        ('a "b c" d', ["a", "b c", "d"]),
        ('a "b\\nc\\"d"', ["a", 'b\nc"d']),
        ("a b\\ c \\$d \\[e", ["a", "b c", "$d", "[e"]),
        ('a b"c d{e', ["a", 'b"c', "d{e"]),
        ("a {}", ["a", ""]),
        ('a ""', ["a", ""]),
        ("a \\\n   b", ["a", "b"]),
        ("a {b \\\n   c}", ["a", "b  c"]),
        ("a {b\nc}", ["a", "b\nc"]),
        ("a b # c", ["a", "b", "#", "c"]),
    ],
)
def test_words_are_those_of_tcl(line, words):
    assert words_of(line) == words


@pytest.mark.parametrize("line", ["a {b", "a {b {c}", 'a "b', "a {b \\}", "a \\"])
def test_what_is_open_waits_for_more_lines(line):
    with pytest.raises(Unfinished):
        words_of(line)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a $b", "$"),
        ('a "$b"', "$"),
        ("a [b]", "["),
        ("a {*}$b", "{*}"),
        ("a \\x41", "\\x"),
        ("a \\u00e4", "\\u"),
        ("a {b}c", "space"),
        ('a "b"c', "space"),
        ("a; b", "One command"),
        ("; b", "One command"),
        ("a {b}; c", "One command"),
        ("a\nb", "One command"),
    ],
)
def test_what_would_need_an_interpreter_is_refused(line, why):
    with pytest.raises(LocalError, match=r".") as caught:
        words_of(line)
    assert why in str(caught.value)


SIGNS = st.text(alphabet='ab {}"\\\n$[];#x\u00e4', max_size=14)


@given(SIGNS)
@settings(max_examples=600, deadline=None)
def test_every_line_that_is_taken_means_the_same_to_tcl(tail):
    tkinter = pytest.importorskip("tkinter")
    line = f"said {tail}"
    try:
        words = words_of(line)
    except (LocalError, Unfinished):
        return
    tcl = tkinter.Tcl()
    heard = []
    tcl.createcommand("said", lambda *words: heard.append(list(words)))
    tcl.eval(line)
    assert heard == [words[1:]]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("stream_create chat", StreamCreate(7, "me@1", "chat")),
        ("stream_create -temp", StreamCreate(7, "me@1", "")),
        ("stream_open chat", StreamOpen(7, "me@1", "chat")),
        ("stream_append chat {a b}", StreamAppend(7, "me@1", "chat", b"a b")),
        ("stream_call chat ä", StreamCall(7, "me@1", "chat", "ä".encode())),
        ("stream_move chat 2", StreamMove(7, "me@1", "chat", 2)),
        ("stream_destroy chat", StreamDestroy(7, "me@1", "chat")),
        ("stream_location chat", StreamLocate(7, "me@1", "chat")),
        (
            "register_agent chat {a b} {on_stream_append {puts $argv}}",
            RegisterAgent(7, "me@1", "chat", "tcl", "on_stream_append {puts $argv}", "a b"),
        ),
        (
            "register_agent -controller -kind count@1 chat {} {}",
            RegisterAgent(7, "me@1", "chat", "count@1", "", "", controls=True),
        ),
        ("unregister_agent chat 3", UnregisterAgent(7, "me@1", "chat", 3)),
    ],
)
def test_a_command_is_one_of_the_api(line, command):
    assert read(words_of(line))(7, "me@1") == command


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("stream_create", "It is written stream_create NAME"),
        ("stream_append chat a b", "It is written stream_append STREAM TEXT"),
        ("stream_move chat Ada", "Ada is not a number"),
        ("stream_move chat -1", "-1 is not a number"),
        ("stream_move chat 12345678901", "is not a number"),
        ("register_agent -loud chat {} {}", "It is written register_agent"),
        ("register_agent chat", "It is written register_agent"),
        ("exec rm", "There is no command exec. Type help"),
    ],
)
def test_what_is_written_wrong_is_told_how_to_write_it(line, why):
    with pytest.raises(LocalError) as caught:
        read(words_of(line))
    assert why in str(caught.value)


def test_help_names_every_command():
    assert all(name in help_text() for name in NAMES if name != "help")
