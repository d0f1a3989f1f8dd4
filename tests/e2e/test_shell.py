"""Shells at real sites: the listings of the paper's figures 2 and 6, from `talkstick shell`."""

from __future__ import annotations

import subprocess

import pytest

from app.mstreams.shell import Refused, connect
from tests.e2e.talkstick import ROOT

CHAT = ROOT / "resources" / "samples" / "chat"
FIGURE_2 = """
stream_create bar
stream_create foo
register_agent foo {} {
    stream_open bar
    on_stream_append {
        stream_append bar $argv ;#b
    }
}
register_agent bar {} {
    on_stream_append {
        puts $argv
        stream_relocate 1 ;#c
    }
    on_stream_relocation {
        set my_loc [stream_location]
        puts "I am at $my_loc" ;#d
    }
}
stream_move foo 1
stream_move bar 2
stream_open foo
stream_append foo "Hello world" ;#a
"""


def heard(site, stream, count):
    """The first lines of a stream on a site's console, once there are so many."""

    def find(events):
        lines = [
            event["text"]
            for event in events
            if event["event"] == "console" and event["stream"] == stream
        ]
        return lines if len(lines) >= count else None

    return site.process.wait_until(find, f"{count} lines of {stream} at {site.name}", 60.0)


def says(site, text):
    """Wait until an agent at a site says this."""
    site.process.wait_for(
        lambda event: event["event"] == "console" and event["text"] == text, f"'{text}'", 60.0
    )


@pytest.mark.slow
def test_figure_2_runs_as_printed(company):
    ann, ben = company.sites("Ann", "Ben")
    ann.do("shell", "-c", FIGURE_2).ok()
    assert heard(ben, "bar", 2) == ["I am at 2", "Hello world"]
    assert heard(ann, "bar", 1) == ["I am at 1"]


@pytest.mark.slow
def test_the_chat_of_figure_6_follows_who_talks_and_survives_the_site_that_holds_it(company):
    # One after the other, so that Ann is at location 1, Ben at 2, and Cleo at 3.
    ann = company.site("Ann", "--create", "Garden")
    ben, cleo = [company.site(name, "--join", ann.invite) for name in ("Ben", "Cleo")]
    sites = [ann, ben, cleo]
    for number, site in enumerate(sites, 1):
        assert site.do("shell", CHAT / "display.tcl").ok().out == f"S{number}\n"
    ann.do("shell", CHAT / "dispatcher.tcl", "S1", "S2", "S3").ok()

    def talk(site, lines):
        text = "".join(f"{line}\n" for line in lines)
        site.do("shell", CHAT / "input.tcl", stdin=text).ok()

    said = [f"Cleo says {number}" for number in range(60)]
    talk(cleo, said)
    says(cleo, "the dispatcher is at 3")
    for number, site in enumerate(sites, 1):
        assert heard(site, f"S{number}", 60) == said
    assert cleo.do("shell", "-c", "stream_location M").ok().out == "3\n"

    cleo.kill()
    says(ann, "the dispatcher is at 1: its site failed")
    more = [f"Ben says {number}" for number in range(20)]
    talk(ben, more)
    assert heard(ben, "S2", 80) == [*said, *more]
    assert heard(ann, "S1", 80) == [*said, *more]
    assert heard(ann, "S3", 20) == more, "the display of Cleo's site lives on at Ann's"


@pytest.mark.slow
def test_a_shell_may_go_and_what_it_started_lives_on(company):
    (ann,) = company.sites("Ann")
    script = "stream_create echo\nregister_agent echo {} {on_stream_append {stream_reply $argv!}}"
    assert ann.do("shell", "-c", script).ok().out == "1\n"
    with connect(ann.folder, name="tester") as shell:
        assert shell.name == "tester@1"
        with pytest.raises(Refused, match="not open"):
            shell.append("echo", b"too early")
        shell.open("echo")
        assert shell.call("echo", b"hello") == b"hello!"
        with pytest.raises(Refused, match="already"):
            connect(ann.folder, name="tester")
    with connect(ann.folder, name="tester") as shell:
        assert [row.stream for row in shell.streams()] == ["dispatcher", "echo"]
        shell.destroy("echo")


@pytest.mark.slow
def test_an_error_is_one_line_with_its_place_and_exit_1(company, tmp_path):
    (ann,) = company.sites("Ann")
    script = tmp_path / "wrong.tcl"
    script.write_text("set a 1\n\nproc go {} {\n    stream_open nowhere\n}\ngo\n", encoding="utf-8")
    ended = ann.do("shell", script)
    assert ended.code == 1
    assert ended.out == ""
    assert ended.error == (
        "talkstick: there is no stream 'nowhere' (wrong.tcl, line 6, procedure go, line 2)\n"
    )
    typed = ann.do("shell", stdin="set a 1\nputs [gets]\na line\nstream_open nowhere\n")
    assert (typed.code, typed.out) == (1, "a line\n")
    assert typed.error == "talkstick: there is no stream 'nowhere' (standard input, line 4)\n"


@pytest.mark.slow
def test_a_script_ends_with_its_input_or_as_it_says(company):
    (ann,) = company.sites("Ann")
    assert ann.do("shell", "-c", "expr {6 * 7}").ok().out == "42\n"
    assert ann.do("shell", "-c", "catch {exit 3}; puts never").code == 3
    read = ann.do("shell", "-c", "while {1} {puts <[gets]>}", stdin="a\nbé\n").ok()
    assert read.out == "<a>\n<bé>\n"


@pytest.mark.slow
def test_a_shell_is_told_that_its_site_ended(company):
    (ann,) = company.sites("Ann")
    shell = company.start("shell", "--data", ann.folder, stdin=subprocess.PIPE)
    shell.write("puts [my_id]\n")
    shell.wait_for(lambda line: line == 1, "an answer")
    ann.kill()
    shell.write("stream_location dispatcher\n")
    shell.end_input()
    ended = shell.wait()
    assert ended.code == 1
    assert "ended" in ended.error
    assert ended.error.count("\n") == 1
