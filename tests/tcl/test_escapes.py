"""Ways out of a Tcl agent that were tried. None leads anywhere, and the others go on.

A try says GOT when it has something that it must not have. It may end in an error, in nothing, or
with the whole process; never in GOT, never with another agent that doesn't answer.
"""

from __future__ import annotations

import pytest

from tests.tcl.server import Server, ServerGone, needs_tcl

pytestmark = needs_tcl

FILES = [
    "open /etc/passwd",
    "open new w",
    "open {|cat /etc/passwd}",
    "file exists /etc/passwd",
    "file mkdir here",
    "file delete -force /",
    "glob /*",
    "source /etc/passwd",
    "cd /",
    "pwd",
    "::tcl::file::exists /etc/passwd",
    "tcl:file:exists /etc/passwd",
    "chan open /etc/passwd",
    "chan pipe",
    "::tcl::chan::pipe",
    "chan create {read write} handler",
    "chan names",
    "file channels",
    "read stdin",
    "fconfigure stdin",
    "fcopy stdin stdout",
    "puts sock3 hello",
    "zlib push gzip stdout",
    "close stdout",
]
NETWORK = [
    "socket 127.0.0.1 80",
    "socket -server handler 0",
    "info hostname",
    "::tcl::info::hostname",
]
PROGRAMS = [
    "exec id",
    "exec sh -c id",
    "pid",
    "load libc.so.6",
    "load {} Tk",
    "unload x",
    "package require Tk",
    "package require http",
    "package ifneeded x 1 {}",
    "package unknown",
    "tclPkgUnknown http 1",
    "auto_load parray",
    "auto_execok ls",
    "auto_import x",
    "tcl::tm::path list",
    "::tcl::pkgconfig list",
    "info nameofexecutable",
    "info library",
    "info loaded",
    "info script",
    "info sharedlibextension",
    "::tcl::unsupported::getbytecode script {set a 1}",
    "::tcl::unsupported::assemble {push 1}",
    "oo::class create c",
    "::safe::interpCreate",
    "::safe::AliasSource x /etc/passwd",
]
INTERPRETERS = [
    "interp create",
    "interp eval {} {set handlers}",
    "interp hidden",
    "interp invokehidden {} open /etc/passwd",
    "interp invokehidden {} cmdcount",
    "interp expose {} open",
    "interp limit {} time",
    "interp limit {} time -seconds {}",
    "interp aliases",
    "interp slaves",
    "interp children",
    "interp recursionlimit {} 100000",
    "interp transfer {} stdin x",
    "interp share {} stdin x",
    "interp marktrusted {}",
    "interp alias {} x {} open",
    "interp bgerror {}",
    "interp cancel",
    "cmdcount",
    "dispatch puts x",
    "command puts x",
    "attempt {open x} {} 1",
    "until 9999999999 0",
    "unfence",
    "set ::handlers(append)",
    "info cmdcount",
    "::tcl::info::cmdcount",
    "::cmdcount",
]
TIME = [
    "after 100 {puts late}",
    "after 100000000",
    "vwait forever",
    "update",
    "fileevent stdin readable x",
    "clock format 0",
    "clock scan today",
    "clock add 0 1 day",
    "::tcl::clock::getenv HOME",
    "::tcl::clock::seconds",
    "tcl::clock::format 0 -locale ../../../../etc/passwd",
    "msgcat::mcload /etc",
]
SURROUNDINGS = [
    "set env(HOME)",
    "set ::env(PATH)",
    "set tcl_library",
    "set auto_path",
    "set tcl_pkgPath",
    "set argv0",
    "set tcl_platform(user)",
    "encoding dirs /",
    "encoding names",
    "encoding system utf-8",
    "::tcl::encoding::dirs",
    "exit 1; puts GOT",
    "history",
    "unknown ls",
    "testexithandler x",
    "tk_getOpenFile",
    "wm title . x",
    "gets stdin",
]
COMMANDS = [*FILES, *NETWORK, *PROGRAMS, *INTERPRETERS, *TIME, *SURROUNDINGS]

TRICKS = {
    "an alias renamed is still what it was": """
        rename puts say; say "said"
        catch {rename stream_append {}}; catch {stream_append a b} why
    """,
    "a command of the fence is put in place of another": """
        proc set {args} {return GOT}
        proc info {args} {return {}}
        proc catch {args} {return 0}
    """,
    "words that look like code stay words": """
        stream_append {[open /etc/passwd]} {$handlers [puts GOT]; exit}
        stream_append "\\}; open x w; \\{" "\\x00\\xff"
        briefcase set {[puts GOT]} {}
        catch {stream_open "a\\nputs GOT"}
    """,
    "a handler's text is code of the fence only": """
        on_timer {catch {dispatch puts GOT}; catch {attempt {puts GOT} {} 10}; interp eval {} {}}
        on_timer "\\}; puts GOT; \\{"
        on_stream_append "a \\{ b"
    """,
    "a trace sees its own variables": """
        trace add variable ::argv {read write} {apply {{args} {catch {open x w} w; set w}}}
        trace add execution on_timer enter {apply {{args} {catch {exec id}}}}
        trace add command puts rename {apply {{args} {catch {exec id}}}}
        on_timer x
    """,
    "levels end at the agent's own": """
        catch {uplevel #0 {interp eval {} {}}}
        if {![catch {uplevel 1 {set handlers}}]} {puts GOT}
        if {![catch {upvar #0 handlers h; array get h} x] && $x ne ""} {puts GOT}
        if {![catch {uplevel #-1 {}}]} {puts GOT}
        if {![catch {uplevel 10 {}}]} {puts GOT}
    """,
    "no namespace leads out": """
        namespace eval ::tcl {catch {file exists /}}
        foreach n [info commands ::tcl::*::*] {
            if {[regexp {chan|file|encoding|zlib|clock|hostname|library|loaded} $n]} {puts GOT}
        }
        if {[namespace children ::] ne "::tcl"} {puts "GOT [namespace children ::]"}
        foreach n {open socket exec load source file glob interp package encoding chan} {
            if {[info commands ::$n] ne ""} {puts "GOT $n"}
            if {![catch {namespace origin ::$n}]} {puts "GOT $n"}
        }
    """,
    "what is deleted can't be imported back": """
        catch {namespace import ::tcl::chan::*}
        catch {namespace eval :: {namespace path ::tcl::file}}
        if {![catch {pipe}]} {puts GOT}
        catch {namespace unknown {apply {args {puts GOT}}}}
        namespace unknown {}
    """,
    "an ensemble can't be given parts it has lost": """
        catch {namespace ensemble configure info -map {hostname ::tcl::info::hostname}}
        if {![catch {info hostname}]} {puts GOT}
        catch {namespace ensemble create -command ::file -map {exists ::tcl::file::exists}}
        if {![catch {file exists /}]} {puts GOT}
    """,
    "a coroutine runs inside, too": """
        coroutine c apply {{} {yield; if {![catch {open /etc/passwd}]} {puts GOT}}}
        catch {c}
        coroutine d apply {{} {yieldto return -level 0 x; catch {stream_open x}}}
    """,
    "the global namespace deleted hurts the agent alone": "namespace delete ::",
    "the language deleted hurts the agent alone": """
        foreach name [info commands] {if {$name ni {if rename foreach}} {rename $name {}}}
    """,
    "no return code leaves the handler": "return -code 99999 x",
    "a return to above the top ends the handler": "return -level 100000 -code error x",
    "a break at the top is an error": "break",
    "errors with strange options are errors": """
        return -code error -errorinfo [string repeat x 100000] -errorcode {a {b} "c} -level 0 e
    """,
    "an expression can't call what is gone": """
        if {![catch {expr {[open /etc/passwd]}}]} {puts GOT}
        catch {proc ::tcl::mathfunc::f {} {open /etc/passwd}; expr {f()}} w
        if {![catch {expr {srand(1)}}]} {expr {rand()}}
    """,
    "substitution and format find nothing": """
        catch {subst {[open /etc/passwd]}}
        catch {format %n x}
        catch {scan x %10000000000s a}
        catch {binary format a1000000000 x}
        catch {binary format x2000000000}
        catch {string repeat a -1}
        catch {lrepeat 1000000000 x}
    """,
    "text that is no text": """
        stream_append a \\ud800; stream_append a "\\udfff\\u0000\\uffff"
        puts "\\ud800 alone"; puts "\\x00"
        briefcase set \\udc00 \\udc00
        stream_append [binary format H* 00ff80c0c1f5] [binary format H* eda080]
    """,
    "briefcases of the wrong form": """
        catch {briefcase}; catch {briefcase set}; catch {briefcase get}; catch {briefcase get a b c}
        catch {briefcase nonsense}; catch {briefcase set __class__ x}; catch {briefcase names x}
    """,
    "names of Python are only names": """
        catch {stream_append __import__('os').system('id') {}}
        catch {on_stream_append.__globals__ x}
        puts {%s %(x)s {0.__class__}}
    """,
    "the time limit can't be caught": "while 1 {catch {while 1 {}}}",
    "nor by a procedure that calls itself for good": "proc f {} {catch {f}; f}; f",
    "an empty loop ends": "while 1 {}",
    "a loop of expressions ends": "set i 0; while 1 {incr i}",
    "a loop in time ends": "time {} 2000000000",
    "a loop in lsort ends": "lsort -command {apply {{a b} {while 1 {}}}} {1 2}",
    "a loop in a trace ends": """
        trace add variable ::argv write {apply {{args} {while 1 {}}}}
        set ::argv 1
    """,
    "a loop that waits inside a try ends": "while 1 {try {while 1 {}} finally {while 1 {}}}",
    "deep recursion ends": "proc f n {f [incr n]}; f 0",
    "deep nesting of scripts ends": "set s {}; time {set s [list if 1 $s]} 5000; eval $s",
    "deep nesting of substitutions ends": """
        set s x; time {set s "\\[set $s\\]"} 3000; catch {subst $s}
    """,
    "deep nesting of expressions ends": """
        set s [string repeat ( 20000]1[string repeat ) 20000]; expr $s
    """,
    "deep nesting of lists ends": "set s {}; time {set s [list $s]} 20; llength $s",
    "a regular expression that backtracks ends": """
        regexp {(x+x+)+y} [string repeat x 3000]
        regexp {^(a|b|ab)*(c|d)\\1\\1$} [string repeat ab 2000]
    """,
    "a regular expression nested very deep": """
        regexp [string repeat ( 100000]a[string repeat ) 100000] a
    """,
    "memory: one wide field": "format %1000000000s x",
    "memory: one long text": "string repeat a 2000000000",
    "memory: a text that grows": "set a aaaaaaaa; while 1 {append a $a}",
    "memory: a list that grows": "set a {1 2 3}; while 1 {lappend a {*}$a}",
    "memory: many variables": "while 1 {set v([incr i]) [string repeat x 10000]}",
    "memory: many procedures": "while 1 {proc p[incr i] {} [string repeat {set a 1;} 1000]}",
    "memory: in a dictionary": "while 1 {dict set d [incr i] [string repeat y 100000]}",
    "memory: a long message": "stream_append a [string repeat x 100000000]",
    "memory: a long error": "error [string repeat x 50000000]",
    "memory: a long briefcase": "briefcase set a [string repeat x 100000000]",
    "memory: a long line": "puts [string repeat x 50000000]",
    "memory: a long question": "stream_open [string repeat x 50000000]",
    "a thousand agents": """
        for {set i 0} {$i < 1000} {incr i} {register_agent s {} {on_stream_append {while 1 {}}}}
    """,
    "a thousand streams moved": "for {set i 0} {$i < 1000} {incr i} {stream_move s$i 1}",
    "a thousand coroutines": "while 1 {coroutine c[incr i] apply {{} {yield}}}",
    "a thousand handlers": "while 1 {on_timer [incr i]}",
    "a flood of lines": "while 1 {catch {puts x}}",
}


class House:
    """A server, and another agent in it; a new one where a try has ended the process."""

    def __init__(self):
        self.site = None

    def open(self):
        if self.site is None:
            self.site = Server(seconds=0.3)
        self.other, made = self.site.make("on_stream_append {puts here}")
        assert made[0] == "made"
        return self.site

    def clear(self):
        """Begin the next try with no agents; a process that was out of memory may end by that."""
        assert self.site is not None
        try:
            self.site.clear()
        except ServerGone:
            assert self.site.process.wait(10) != 0
            self.close()

    def close(self):
        if self.site is not None:
            self.site.close()
            self.site = None


@pytest.fixture(scope="module")
def house():
    one = House()
    yield one
    one.close()


def run_to_the_end(site, ref):
    """Run a handler whose questions are all refused; what came of it."""
    run = site.start(ref)
    while (outcome := site.hear("done", "failed", "ask"))[0] == "ask":
        site.say(["reply", run, outcome[2], False, "no"])
    return outcome[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_not_there(house, command):
    site = house.open()
    site.do(f"if {{![catch {{{command}}} got]}} {{puts GOT:$got}}")
    assert not any("GOT" in text for _, text in site.told)
    assert site.run(house.other)[0] == "done"
    assert list(site.folder.iterdir()) == []
    site.clear()


@pytest.mark.parametrize("script", TRICKS.values(), ids=TRICKS.keys())
def test_a_trick_fails(house, script):
    site = house.open()
    try:
        ref, made = site.make("on_stream_append {" + script + "\n}\non_timer {}\n")
        if made[0] == "made":
            run_to_the_end(site, ref)
            run_to_the_end(site, ref)
        assert site.run(house.other)[0] == "done"
    except ServerGone:
        # Out of memory or stack: the process is the wall then. It didn't end well, and a new one
        # has to serve at once.
        assert site.process.wait(10) != 0
        house.close()
        assert house.open().run(house.other)[0] == "done"
    assert not any("GOT" in text for _, text in site.told)
    assert not site.folder.exists() or list(site.folder.iterdir()) == []
    house.clear()


def test_every_try_is_counted():
    assert len(COMMANDS) + len(TRICKS) >= 40
