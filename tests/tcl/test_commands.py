"""What each command of a Tcl agent does, and what a site hears of it."""

from __future__ import annotations

import pytest

from tests.tcl.server import needs_tcl, server

pytestmark = needs_tcl


@pytest.fixture(scope="module")
def site():
    with server(seconds=1) as one:
        yield one


@pytest.fixture(autouse=True)
def _fresh(request):
    """Agents of a test are gone after it."""
    yield
    if "site" in request.fixturenames:
        request.getfixturevalue("site").clear()


def wants(site, script, **more):
    """The effects of a handler."""
    outcome = site.do(script, **more)
    assert outcome[0] == "done", outcome
    return outcome[2]


def says(site, script, **more):
    """What a handler writes to the console."""
    before = len(site.told)
    wants(site, script, **more)
    return [text for _, text in site.told[before:]]


def fails(site, script, **more):
    outcome = site.do(script, **more)
    assert outcome[0] == "failed", outcome
    return outcome[2:]


# --- effects --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "effect"),
    [
        ("stream_append bar {a b}", ["append", "bar", "a b"]),
        ("stream_reply 42", ["answer", "42"]),
        ("stream_move bar 3", ["move", "bar", 3]),
        ("stream_relocate 2", ["relocate", 2]),
        ("stream_destroy bar", ["destroy", "bar"]),
        ("register_agent bar {1 2} {puts hi}", ["register", "bar", "1 2", "puts hi"]),
        ("unregister_agent bar 4", ["unregister", "bar", 4]),
        ("set_timer tick 250", ["timer", "tick", 250]),
        ("deny {not today}", ["deny", "not today"]),
        ("inject {proc f {} {}}", ["inject", "proc f {} {}"]),
        ("exit", ["exit"]),
    ],
)
def test_a_command_is_recorded(site, script, effect):
    assert wants(site, script) == [effect]


def test_effects_come_in_the_order_of_the_script(site):
    script = "foreach s {a b c} { stream_append $s x }; stream_relocate 2"
    assert [effect[:2] for effect in wants(site, script)] == [
        ["append", "a"], ["append", "b"], ["append", "c"], ["relocate", 2],
    ]  # fmt: skip


def test_exit_ends_the_script_from_any_depth(site):
    assert wants(site, "proc f {} { exit; puts no }; f; stream_append a b") == [["exit"]]


def test_a_handler_that_fails_wants_nothing_and_keeps_what_it_had(site):
    code = """
        on_stream_append {
            briefcase set n 1
            on_timer {puts no}
            stream_append bar x
            error "that was it"
        }
    """
    ref, _ = site.make(code)
    failed = site.run(ref)
    assert failed[0] == "failed"
    assert failed[2:] == ["that was it", "on_stream_append, line 6"]
    done = site.run(ref, "timer")
    assert done[2:] == [[], {}, ["append"]]


def test_a_place_names_the_procedure(site):
    why, place = fails(site, "proc inner {} {\n\n  error no\n}\ninner")
    assert (why, place) == ("no", "on_stream_append, procedure inner, its line 3")


@pytest.mark.parametrize("word", ["two", "-1", "1.5", "1_0", "", "9999999999", "٣"])
def test_a_location_is_a_number(site, word):
    assert fails(site, f"stream_relocate {{{word}}}")[0].startswith("expected a number")


@pytest.mark.parametrize("script", ["stream_append", "stream_append a", "stream_append a b c"])
def test_wrong_arguments_are_an_error(site, script):
    assert fails(site, script)[0] == "wrong # args for stream_append"


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "question"),
    [
        ("stream_open bar", ["open", "bar"]),
        ("stream_create bar", ["create", "bar"]),
        ("stream_create web -temp", ["create", ""]),
        ("stream_call bar hello", ["call", "bar", "hello"]),
        ("stream_location ann", ["location", "ann"]),
    ],
)
def test_a_question_waits_for_its_answer(site, script, question):
    ref, _ = site.make(f"on_stream_append {{ puts [{script}] }}")
    run = site.start(ref)
    ask = site.hear("ask")
    assert ask[:2] == ["ask", run]
    assert ask[3:] == question
    site.say(["reply", run, ask[2], True, "the answer"])
    assert site.hear("done")[1] == run
    assert site.told[-1] == (ref, "the answer")


def test_a_refusal_is_an_error_in_the_script_with_its_reason(site):
    ref, _ = site.make("on_stream_append { puts [catch {stream_open bar} why]; puts $why }")
    run = site.start(ref)
    ask = site.hear("ask")
    site.say(["reply", run, ask[2], False, "bar is for members"])
    site.hear("done")
    assert [text for _, text in site.told] == ["1", "bar is for members"]


def test_one_who_waits_keeps_nobody_else(site):
    waiting, _ = site.make("on_stream_append { stream_call bar x }")
    other, _ = site.make("on_stream_append { puts here }")
    run = site.start(waiting)
    ask = site.hear("ask")
    assert site.run(other)[0] == "done"
    site.say(["reply", run, ask[2], True, ""])
    assert site.hear("done")[1] == run


def test_a_body_may_ask_and_its_number_is_the_agents_own(site):
    ref = site.begin("stream_open bar; on_stream_append {x}")
    ask = site.hear("ask")
    assert ask[1] == -ref
    site.say(["reply", -ref, ask[2], True, ""])
    assert site.hear("made")[2] == ["append"]


# --- what a handler knows -------------------------------------------------------------------------


def test_facts_are_known_without_a_question(site):
    script = (
        "puts [list [stream_sender_name] [stream_sender_location] [stream_location]"
        " [stream_location ann] [my_id] [clock milliseconds] [clock seconds]]"
    )
    facts = {"sender": "ann", "sender_location": 3, "here": 2, "time_ms": 61_500}
    said = says(site, script, locations={"ann": 3}, **facts)
    assert said == ["ann 3 2 3 2 61500 61"]


def test_argv_is_what_was_registered_and_then_the_message(site):
    ref, _ = site.make("puts <$argv>; on_stream_append { puts <$argv> }", "S1 S2")
    site.run(ref, argv="Hello {world")
    assert [text for _, text in site.told] == ["<S1 S2>", "<Hello {world>"]


def test_variables_of_handlers_are_the_agents_globals_and_procedures_stay(site):
    code = """
        proc twice {name} { upvar $name n; set n [expr {2 * $n}] }
        set count 3
        on_stream_append { twice count }
        on_timer { puts $count }
    """
    ref, _ = site.make(code)
    site.run(ref)
    site.run(ref, "timer")
    assert site.told[-1] == (ref, "6")


def test_agents_know_nothing_of_each_other(site):
    site.make("set secret 1; proc f {} {}")
    assert says(site, "puts [info exists secret][llength [info procs f]]") == ["00"]


def test_puts_takes_the_forms_of_the_paper(site):
    assert says(site, 'puts a; puts stdout "b c"; puts -nonewline d; puts stderr e') == [
        "a", "b c", "d", "e",
    ]  # fmt: skip


def test_gets_belongs_to_shells(site):
    assert "in a shell" in fails(site, "set line [gets]")[0]


def test_text_of_any_kind_arrives(site):
    text = 'ä 漢 😀 "quotes" \\ {braces \x01'
    assert wants(site, "stream_append bar $argv", argv=text) == [["append", "bar", text]]


# --- handlers and briefcase -----------------------------------------------------------------------


def test_the_body_says_which_handlers_there_are(site):
    code = "on_stream_append {a}; on_stream_relocation {b}; on_timer {c}; on_closing {d}"
    _, made = site.make(code)
    assert made[2] == ["append", "relocation", "timer", "closing"]


def test_a_handler_may_replace_and_remove_handlers(site):
    ref, _ = site.make(
        "on_stream_append { on_stream_append {puts new}; on_timer {} }; on_timer {x}"
    )
    assert site.run(ref)[4] == ["append"]
    site.run(ref)
    assert site.told[-1] == (ref, "new")


def test_an_event_without_a_handler_wants_nothing(site):
    ref, _ = site.make("")
    assert site.run(ref, "failure")[2:] == [[], {}, []]


def test_the_briefcase_is_what_moves(site):
    code = """
        briefcase set seen 0
        on_stream_append {
            briefcase set seen [expr {[briefcase get seen] + 1}]
            briefcase set last $argv
        }
        on_timer { puts "[briefcase names] [briefcase exists seen] [briefcase get x none]" }
    """
    ref, made = site.make(code)
    assert made[4] == {"seen": "0"}
    assert site.run(ref, argv="hi")[3] == {"seen": "1", "last": "hi"}
    assert site.run(ref, argv="ho", briefcase={"seen": "7"})[3] == {"seen": "8", "last": "ho"}
    site.run(ref, "timer")
    assert site.told[-1] == (ref, "seen last 1 none")


def test_a_full_briefcase_refuses(site):
    assert "full" in fails(site, "briefcase set x [string repeat a 20000]")[0]
    assert "full" in fails(site, "for {set i 0} {$i < 300} {incr i} {briefcase set $i $i}")[0]


def test_an_agent_made_again_wants_and_says_nothing(site):
    code = "puts again; stream_append bar x; on_stream_append {puts ran}"
    ref, made = site.make(code, first=False, briefcase={"n": "1"})
    assert made[2:] == [["append"], [], {"n": "1"}]
    assert site.told == []
    site.run(ref)
    assert site.told == [(ref, "ran")]


def test_the_sites_own_code_runs_first(site):
    _, made = site.make("stream_append bar [guard]", site_code=["proc guard {} {return safe}"])
    assert made[3] == [["append", "bar", "safe"]]


def test_a_body_that_fails_is_no_agent(site):
    ref, unmade = site.make("set x 1\nno_such_command")
    assert unmade == ["unmade", ref, 'invalid command name "no_such_command"', "body, line 2"]


def test_the_last_handler_runs_when_an_agent_is_killed(site):
    ref, _ = site.make("on_closing {puts bye}")
    site.say(["end", ref])
    assert site.hear("ended") == ["ended", ref]
    del site.agents[ref]
    assert site.told == [(ref, "bye")]


def test_what_is_too_much_is_refused(site):
    assert "not more" in fails(site, "while 1 {stream_append a b}")[0]
    assert "not more" in fails(site, "stream_append a [string repeat x 60000]")[0]
    assert "not more" in fails(site, "while 1 {puts a}")[0]
    assert "longer than 64" in fails(site, "stream_append a [string repeat \\u1234 20000]")[0]


def test_more_agents_than_there_is_room_for_are_refused():
    with server() as site:
        answers = [site.make("")[1] for _ in range(66)]
        assert [answer[0] for answer in answers] == ["made"] * 64 + ["unmade"] * 2
        site.say(["end", 5])
        site.hear("ended")
        assert site.make("")[1][0] == "made"
