"""The listings of figures 2 and 6 of the paper, as printed, over two or three agent servers.

The middleware here is a toy: one queue, no network. What is looked at is what the scripts see.
"""

from __future__ import annotations

from collections import Counter, deque
from contextlib import ExitStack

import pytest

from tests.tcl.server import needs_tcl, server

pytestmark = needs_tcl

FOO = """
    stream_open bar
    on_stream_append {
        stream_append bar $argv ;#b
    }
"""
BAR = """
    on_stream_append {
        puts $argv
        stream_relocate 1 ;#c
    }
    on_stream_relocation {
        set my_loc [stream_location]
        puts "I am at $my_loc" ;#d
    }
"""
DISPLAY = """
    on_stream_append {
        puts stdout $argv ;#3
    }
"""
DISPATCHER = """
    set consumers $argv
    # find_max is left out in the paper.
    proc find_max {name} {
        upvar $name table
        set best ""
        foreach {who count} [array get table] {
            if { $best == "" || $count > $table($best) } { set best $who }
        }
        return $best
    }
    foreach consumer $consumers {
        stream_open $consumer ;#2
        set counter($consumer) 0 ;#1
    }
    set count 0
    on_stream_append {
        incr count
        set loc [stream_sender_name] ;#3
        incr counter($loc)
        foreach stream $consumers {
            stream_append $stream $argv ;#4
        }
        if { $count == 50 } {
            # find_max finds the max counter value
            set newloc [find_max counter]
            stream_relocate [stream_location $newloc] ;#5
        }
    }
    on_stream_relocation {
        foreach consumer $consumers {
            set counter($consumer) 0 ;#6
        }
        set count 0
    }
"""


class Toy:
    """Streams with one agent each, over sites by location."""

    def __init__(self, sites):
        self.sites = sites
        self.homes = {}
        self.agents = {}
        self.refs = {}
        self.shells = {}
        self.opened: Counter[str] = Counter()
        self.queue: deque[tuple[str, str, str]] = deque()

    def create(self, stream, location=1):
        self.homes[stream] = location

    def register(self, stream, argv, code):
        self.agents[stream] = (argv, code)
        self._make_at(self.homes[stream], stream)

    def append(self, sender, stream, text):
        self.queue.append((sender, stream, text))
        while self.queue:
            sender, stream, text = self.queue.popleft()
            self._run(stream, "append", text, sender)

    def move(self, stream, location):
        self.homes[stream] = location
        self._make_at(location, stream)
        self._run(stream, "arrival", "", "")
        self._run(stream, "relocation", "", "")

    def console(self, location):
        return [text for _, text in self.sites[location].told]

    def _make_at(self, location, stream):
        if (location, stream) in self.refs or stream not in self.agents:
            return
        argv, code = self.agents[stream]
        site = self.sites[location]
        ref = self.refs[location, stream] = site.begin(code, argv, stream=stream)
        assert self._until(site, "made", "unmade")[:2] == ["made", ref]

    def _run(self, stream, event, text, sender):
        site = self.sites[self.homes[stream]]
        facts = {"sender": sender, "here": self.homes[stream]}
        site.start(self.refs[self.homes[stream], stream], event, text, **facts)
        outcome = self._until(site, "done", "failed")
        assert outcome[0] == "done", outcome
        for effect in outcome[2]:
            match effect:
                case ["append", target, said]:
                    self.queue.append((stream, target, said))
                case ["relocate", location]:
                    self.move(stream, location)
                case _:
                    pytest.fail(f"unforeseen: {effect}")

    def _until(self, site, *kinds):
        """What comes of a script; its questions are answered."""
        while (message := site.hear("ask", *kinds))[0] == "ask":
            _, run, ask, verb, name = message
            if verb == "open":
                self.opened[name] += 1
            where = self.homes.get(name) or self.shells.get(name)
            site.say(["reply", run, ask, where is not None, str(where or "no such stream")])
        return message


@pytest.fixture
def toy(request):
    with ExitStack() as stack:
        sites = {number: stack.enter_context(server()) for number in range(1, request.param + 1)}
        yield Toy(sites)


@pytest.mark.parametrize("toy", [2], indirect=True)
def test_figure_2(toy):
    toy.create("bar")
    toy.create("foo")
    toy.register("foo", "", FOO)
    toy.register("bar", "", BAR)
    toy.move("foo", 1)
    toy.move("bar", 2)
    assert toy.console(2) == ["I am at 2"]
    toy.append("shell", "foo", "Hello world")
    assert toy.opened["bar"] == 1
    assert toy.console(2) == ["I am at 2", "Hello world"]
    assert toy.console(1) == ["I am at 1"]


@pytest.mark.parametrize("toy", [3], indirect=True)
def test_figure_6(toy):
    for location in (1, 2, 3):
        toy.create(f"S{location}", location)
        toy.register(f"S{location}", "", DISPLAY)
        toy.shells[f"shell {location}"] = location
    toy.create("M")
    toy.register("M", "S1 S2 S3", DISPATCHER)
    lines = [f"line {number}" for number in range(110)]
    for number, line in enumerate(lines):
        talker = 3 if number % 4 else 2
        toy.append(f"shell {talker}", "M", line)
    assert toy.homes["M"] == 3
    for location in (1, 2, 3):
        assert toy.console(location) == lines
    assert toy.opened["S1"] == 2, "the body ran at sites 1 and 3, once at each"
