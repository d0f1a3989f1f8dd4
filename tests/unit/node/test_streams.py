"""Streams through the machine's front door: what shells ask, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest

from app.core import limits
from app.core.ids import site_of
from app.node.api import (
    ConnectShell,
    Console,
    Denied,
    Done,
    EntriesOrdered,
    JoinSession,
    LeaveSession,
    LeaveShell,
    MessageConsumed,
    ReadStick,
    ReadStreams,
    RegisterAgent,
    SetPolicy,
    StreamAppend,
    StreamCall,
    StreamCreate,
    StreamDestroy,
    StreamLocate,
    StreamMove,
    StreamOpen,
    UnregisterAgent,
)
from app.node.contract import GuestEnded, GuestSpoke, PlaceFile, StartGuest, StopGuest, TellGuest
from app.rooms.bodies import CODECS, Profile, Role
from tests.unit.mstreams.fake_guest import FakeGuest, Script, quiet
from tests.unit.node.support.world import Site, World


class Guests:
    """The guest of one site: what it is told it hears in the next turn."""

    def __init__(self, site: Site, scripts: dict[str, Script]) -> None:
        self.site = site
        self.scripts = scripts
        self.guest: FakeGuest | None = None
        self.number = 0
        self.read = 0

    def work(self) -> bool:
        outputs, self.read = self.site.guests[self.read :], len(self.site.guests)
        for output in outputs:
            match output:
                case StartGuest(number, kind):
                    assert kind == "tcl"
                    assert number > self.number, "a new number each time"
                    self.guest, self.number = FakeGuest(self.scripts), number
                case TellGuest(number, message):
                    assert number == self.number
                    if self.guest is not None:
                        for said in self.guest.hear(message):
                            self.site.turn(GuestSpoke(number, said))
                case StopGuest():
                    self.guest = None
                case PlaceFile():
                    pytest.fail("streams place no files")
        return bool(outputs)


class Table:
    """Three sites in a session with their guests."""

    def __init__(self, scripts: dict[str, Script], *names: str, windows: bool = False) -> None:
        self.world = World(windows=windows)
        self.sites = self.world.session(*(names or ("Ann", "Ben", "Cay")))
        self.guests = [Guests(site, scripts) for site in self.sites]

    def run(self, seconds: float = 1.0) -> None:
        for _ in range(int(seconds * 20)):
            self.world.run(0.05)
            while sum([guest.work() for guest in self.guests if guest.site.up]):
                pass

    def do(self, place: int, make: Any, *arguments: Any, seconds: float = 1.0) -> Any:
        token = self.sites[place].do(lambda token: make(token, *arguments))
        self.run(seconds)
        return self.sites[place].answer(token)

    def value(self, place: int, make: Any, *arguments: Any, seconds: float = 1.0) -> Any:
        answer = self.do(place, make, *arguments, seconds=seconds)
        assert isinstance(answer, Done), answer
        return answer.value

    def lines(self, place: int) -> list[str]:
        return [event.text for event in self.sites[place].told(Console)]

    def row(self, place: int, stream: str) -> Any:
        rows = self.value(place, ReadStreams)
        rows = self.value(place, ReadStreams)
        return next((row for row in rows if row.stream == stream), None)


def foo_body(agent, _text, _facts):
    agent.variables["ready"] = True
    return []
    yield ()


def foo_append(agent, text, _facts):
    ok, why = yield ("open", "bar")
    assert ok, why
    return [["append", "bar", text]]


def bar_append(agent, text, _facts):
    agent.lines.append(text)
    return [["relocate", 1]]
    yield ()


def bar_relocation(agent, _text, facts):
    agent.lines.append(f"I am at {facts['here']}")
    return []
    yield ()


FIGURE_2: dict[str, Script] = {
    "foo": {"body": foo_body, "append": foo_append},
    "bar": {"append": bar_append, "relocation": bar_relocation},
}


def test_figure_2_says_hello_at_2_and_where_it_is_at_1():
    table = Table(FIGURE_2)
    shell = table.value(0, ConnectShell, "ann")
    assert shell == "ann@1"
    for stream in ("bar", "foo"):
        assert table.value(0, StreamCreate, shell, stream) == stream
        assert table.value(0, RegisterAgent, shell, stream, "tcl", stream) == 1
    assert table.do(0, StreamMove, shell, "foo", 1).__class__ is Done
    assert table.do(0, StreamMove, shell, "bar", 2).__class__ is Done
    assert table.value(0, StreamLocate, shell, "bar") == 2
    assert table.value(0, StreamOpen, shell, "foo") == "foo"
    table.value(0, StreamAppend, shell, "foo", b"Hello world")
    table.run(2)
    assert table.lines(1) == ["I am at 2", "Hello world"]
    assert table.lines(0) == ["I am at 1"]
    assert table.value(2, StreamLocate, "", "bar") == 1
    (message,) = table.sites[1].told(MessageConsumed)
    assert (message.source, message.payload) == ("foo", b"Hello world")


def test_a_shell_appends_to_what_it_has_opened_and_its_name_says_where_it_is():
    table = Table({"who": {"append": who}})
    table.value(0, StreamCreate, "", "s")
    table.value(0, RegisterAgent, "", "s", "tcl", "who")
    shell = table.value(1, ConnectShell, "ben")
    refused = table.do(1, StreamAppend, shell, "s", b"x")
    assert isinstance(refused, Denied)
    assert "open it first" in refused.why
    table.value(1, StreamOpen, shell, "s")
    table.value(1, StreamAppend, shell, "s", b"x")
    assert table.lines(0) == ["ben@2 from 2: x"]
    assert table.value(2, StreamLocate, "", "ben@2") == 2
    table.value(1, LeaveShell, shell)
    assert isinstance(table.do(1, StreamAppend, shell, "s", b"x"), Denied)


def who(agent, text, facts):
    agent.lines.append(f"{facts['sender']} from {facts['sender_location']}: {text}")
    return []
    yield ()


def test_a_call_gives_what_a_handler_answers_or_why_it_failed():
    table = Table({"sum": {"append": add}})
    table.value(0, StreamCreate, "", "s")
    table.value(0, RegisterAgent, "", "s", "tcl", "sum")
    assert table.value(1, StreamCall, "", "s", b"3 4") == b"7"
    failed = table.do(1, StreamCall, "", "s", b"3 x")
    assert isinstance(failed, Denied)
    assert "no number (line 3)" in failed.why
    row = table.row(2, "s")
    assert row.agents[0].failed
    assert row.agents[0].error == "no number (line 3)"


def add(_agent, text, _facts):
    from tests.unit.mstreams.fake_guest import Failure

    try:
        return [["answer", str(sum(int(part) for part in text.split()))]]
    except ValueError:
        raise Failure("no number") from None
    yield ()


def test_only_the_briefcase_moves_and_variables_stay_at_their_site():
    table = Table({"count": {"append": count}})
    table.value(0, StreamCreate, "", "s")
    table.value(0, RegisterAgent, "", "s", "tcl", "count")
    table.value(0, StreamAppend, "", "s", b"")
    table.value(0, StreamMove, "", "s", 2)
    table.value(0, StreamAppend, "", "s", b"")
    table.value(0, StreamMove, "", "s", 1)
    table.value(0, StreamAppend, "", "s", b"")
    assert table.lines(0) == ["case 1 here 1", "case 3 here 2"]
    assert table.lines(1) == ["case 2 here 1"]


def count(agent, _text, _facts):
    case = int(agent.briefcase.get("n", "0")) + 1
    agent.variables["n"] = agent.variables.get("n", 0) + 1
    agent.briefcase["n"] = str(case)
    agent.lines.append(f"case {case} here {agent.variables['n']}")
    return []
    yield ()


def test_handlers_that_wait_keep_messages_and_moves_waiting():
    table = Table({"slow": {"append": ask_other}, "other": {"append": quiet}})
    for stream, code in (("s", "slow"), ("t", "other")):
        table.value(0, StreamCreate, "", stream)
        table.value(0, RegisterAgent, "", stream, "tcl", code)
    hold = table.guests[0]
    table.sites[0].do(lambda token: StreamAppend(token, "", "s", b"1"))
    table.sites[0].do(lambda token: StreamAppend(token, "", "s", b"2"))
    token = table.sites[0].do(lambda token: StreamMove(token, "", "s", 2))
    table.world.run(1)
    assert not table.sites[0].answers(token)
    assert not table.sites[0].told(MessageConsumed)
    assert hold.site is table.sites[0]
    table.run(2)
    assert isinstance(table.sites[0].answer(token), Done)
    assert table.value(0, StreamLocate, "", "s") == 2
    consumed = [m for site in table.sites[:2] for m in site.told(MessageConsumed)]
    assert sorted(m.payload for m in consumed if m.stream == "s") == [b"1", b"2"]


def ask_other(_agent, text, _facts):
    ok, why = yield ("open", "t")
    assert ok, why
    ok, why = yield ("call", "t", text)
    assert ok, why
    return []


def test_an_agent_is_killed_at_every_site_it_has_visited_and_its_stream_lives_on():
    table = Table({"count": {"append": count}})
    table.value(0, StreamCreate, "", "s")
    number = table.value(0, RegisterAgent, "", "s", "tcl", "count")
    table.value(0, StreamMove, "", "s", 3)
    guests = [guest.guest for guest in table.guests]
    assert guests[0] is not None
    assert guests[2] is not None
    table.value(1, UnregisterAgent, "", "s", number)
    assert guests[0].ended == ["s"]
    assert guests[2].ended == ["s"]
    assert table.guests[0].guest is None, "no agent is left: the guest is stopped"
    table.value(0, StreamAppend, "", "s", b"x")
    assert [m.payload for m in table.sites[2].told(MessageConsumed)] == [b"x"]
    assert table.value(0, RegisterAgent, "", "s", "tcl", "count") == number + 1


def test_a_destroyed_stream_is_gone_everywhere_and_its_name_is_free():
    table = Table({"count": {"append": count}})
    table.value(0, StreamCreate, "", "s")
    table.value(0, RegisterAgent, "", "s", "tcl", "count")
    table.value(0, StreamAppend, "", "s", b"")
    table.value(1, StreamDestroy, "", "s")
    for place in range(3):
        assert table.row(place, "s") is None
        assert isinstance(table.do(place, StreamAppend, "", "s", b""), Denied)
    assert table.value(2, StreamCreate, "", "s") == "s"
    table.value(2, RegisterAgent, "", "s", "tcl", "count")
    table.value(0, StreamAppend, "", "s", b"")
    assert table.lines(2) == ["case 1 here 1"]


def test_a_temporary_stream_gets_a_name_of_its_own():
    table = Table({})
    names = {table.value(place, StreamCreate, "", "") for place in (0, 1, 1)}
    assert len(names) == 3


def test_what_can_not_be_is_told_in_a_sentence():
    table = Table({})
    table.value(0, StreamCreate, "", "s")
    for make, arguments, why in [
        (StreamCreate, ("", "s"), "already"),
        (StreamCreate, ("", "dispatcher"), "taken"),
        (StreamCreate, ("", "ann@1"), "taken"),
        (StreamOpen, ("", "nowhere"), "no stream"),
        (StreamMove, ("", "s", 9), "no site at location 9"),
        (StreamDestroy, ("", "nowhere"), "no stream"),
        (RegisterAgent, ("", "s", "robot@1"), "no kind of agent"),
        (UnregisterAgent, ("", "s", 4), "no agent 4"),
        (StreamLocate, ("", "nowhere"), "nobody knows"),
        (StreamAppend, ("who@1", "s", b""), "no shell"),
    ]:
        answer = table.do(1, make, *arguments)
        assert isinstance(answer, Denied), make
        assert why in answer.why


def deny(reason):
    def handler(_agent, _text, _facts):
        return [["deny", reason]]
        yield ()

    return handler


POLICIES: dict[str, Script] = {
    "session": {event: deny(f"session: {event}") for event in ("create", "move", "agent", "open")},
    "site": {event: deny(f"site: {event}") for event in ("open", "arrival", "agent", "shell")},
    "stream": {
        event: deny(f"stream: {event}") for event in ("open", "departure", "agent", "destroy")
    },
    "quiet": {"append": quiet},
}


def test_any_level_denies_and_its_reason_reaches_the_caller():
    table = Table(POLICIES)
    table.value(0, StreamCreate, "", "s")
    table.value(0, RegisterAgent, "", "s", "tcl", "stream", "", True)
    for make, arguments, why in [
        (StreamOpen, ("", "s"), "stream: open"),
        (StreamMove, ("", "s", 2), "stream: departure"),
        (RegisterAgent, ("", "s", "tcl", "quiet"), "stream: agent"),
        (StreamDestroy, ("", "s"), "stream: destroy"),
    ]:
        assert table.do(2, make, *arguments).why == why
    for place in (0, 1):
        table.value(place, RegisterAgent, "", "site", "tcl", "site")
    for make, arguments, why in [
        (StreamOpen, ("", "s"), "site: open"),
        (StreamMove, ("", "s", 2), "site: arrival"),
        (RegisterAgent, ("", "s", "tcl", "quiet"), "site: agent"),
    ]:
        assert table.do(2, make, *arguments).why == why
    assert table.do(1, ConnectShell, "ben").why == "site: shell"
    table.value(0, RegisterAgent, "", "session", "tcl", "session")
    for make, arguments, why in [
        (StreamOpen, ("", "s"), "session: open"),
        (StreamMove, ("", "s", 2), "session: move"),
        (RegisterAgent, ("", "s", "tcl", "quiet"), "session: agent"),
        (StreamCreate, ("", "t"), "session: create"),
    ]:
        assert table.do(2, make, *arguments).why == why
    table.value(0, UnregisterAgent, "", "session", 1)
    table.value(0, UnregisterAgent, "", "site", 1)
    table.value(1, UnregisterAgent, "", "site", 1)
    assert table.do(2, StreamOpen, "", "s").why == "stream: open"
    assert table.value(2, StreamCreate, "", "t") == "t"


def test_a_controller_whose_body_still_runs_has_a_say_already():
    table = Table(POLICIES)
    ann = table.sites[0]
    ann.do(lambda token: RegisterAgent(token, "", "session", "tcl", "session"))
    table.world.run(1)
    token = ann.do(lambda token: StreamCreate(token, "", "t"))
    table.world.run(1)
    assert not ann.answers(token), "the guest has not said a word yet"
    table.run(1)
    assert ann.answer(token) == Denied(token, "session: create")


def test_roles_decide_who_may_ask_at_all():
    table = Table({})
    table.value(0, StreamCreate, "", "s")
    role = Role(table.sites[1].key, "viewer")
    table.sites[0].session.issue((("control.role", CODECS["control.role"].encode(role)),), 0)
    table.run(1)
    assert isinstance(table.do(1, StreamMove, "", "s", 2), Denied)
    assert isinstance(table.do(2, RegisterAgent, "", "session", "tcl", "x"), Denied)


def test_a_guest_that_dies_fails_who_ran_and_the_others_begin_anew():
    table = Table({"slow": {"append": ask_other}, "count": {"append": count}})
    for stream, code in (("s", "slow"), ("t", "count")):
        table.value(0, StreamCreate, "", stream)
        table.value(0, RegisterAgent, "", stream, "tcl", code)
    table.value(0, StreamAppend, "", "t", b"")
    guests = table.guests[0]
    first = guests.number
    table.sites[0].do(lambda token: StreamAppend(token, "", "s", b"x"))
    guests.read = len(table.sites[0].guests)
    table.sites[0].turn(GuestEnded(first, "a handler did not end in time"))
    table.run(1)
    assert guests.number != first
    assert table.row(0, "s").agents[0].error == "a handler did not end in time"
    table.value(0, StreamAppend, "", "t", b"")
    assert table.lines(0)[-1] == "case 2 here 1"
    assert not table.row(0, "t").agents[0].failed


@pytest.mark.parametrize("word", [b"", b"[]", b"{", b'["done",1]', b'["made",1,[],[["fly"]],{}]'])
def test_a_guest_that_says_what_can_not_be_is_stopped(word):
    table = Table({"count": {"append": count}})
    table.value(0, StreamCreate, "", "s")
    table.value(0, RegisterAgent, "", "s", "tcl", "count")
    number = table.guests[0].number
    table.sites[0].turn(GuestSpoke(number, word))
    assert StopGuest(number) in table.sites[0].guests
    table.run(1)
    table.value(0, StreamAppend, "", "s", b"")
    assert table.lines(0)[-1] == "case 1 here 1"


def test_a_site_that_restarts_goes_on_with_its_streams_and_agents():
    table = Table({"count": {"append": count}})
    table.value(1, StreamCreate, "", "s")
    table.value(1, RegisterAgent, "", "s", "tcl", "count")
    table.value(0, StreamAppend, "", "s", b"")
    table.world.restart(table.sites[1])
    table.run(2)
    table.value(0, StreamAppend, "", "s", b"", seconds=2)
    assert table.lines(1) == ["case 2 here 1"]


def begins(agent, _text, _facts):
    agent.lines.append("begins")
    agent.briefcase["n"] = "0"
    return [["append", "s", ""]]
    yield ()


def test_a_body_that_runs_again_at_a_site_wants_and_says_nothing():
    table = Table({"count": {"body": begins, "append": count}})
    table.value(1, StreamCreate, "", "s")
    table.value(1, RegisterAgent, "", "s", "tcl", "count")
    assert table.lines(1) == ["begins", "case 1 here 1"]
    table.world.restart(table.sites[1])
    table.run(2)
    table.value(0, StreamAppend, "", "s", b"", seconds=2)
    assert table.lines(1) == ["case 2 here 1"]
    assert table.value(0, StreamMove, "", "s", 3, seconds=2) == ""
    assert table.lines(2) == ["begins", "case 1 here 1"], "its first visit there"


def strict(agent, text, _facts):
    """A controller that grants one thing only, and says so ever after."""
    first = agent.briefcase.setdefault("granted", text)
    return [] if first == text else [["deny", f"{first} was granted"]]
    yield ()


STRICT: dict[str, Script] = {
    "strict": {"create": strict, "open": strict},
    "quiet": {"append": quiet},
}


def test_the_sites_controller_keeps_its_briefcase_over_a_restart():
    table = Table(STRICT)
    for stream in ("s", "t"):
        table.value(1, StreamCreate, "", stream)
    table.value(1, RegisterAgent, "", "site", "tcl", "strict")
    table.value(0, StreamOpen, "", "s")
    table.world.restart(table.sites[1])
    table.run(2)
    assert table.do(0, StreamOpen, "", "t", seconds=2).why == "s was granted"
    table.value(0, StreamOpen, "", "s")


def test_the_sessions_controller_keeps_its_briefcase_over_a_restart_and_a_change_of_leader():
    table = Table(STRICT)
    table.value(0, RegisterAgent, "", "session", "tcl", "strict")
    table.value(1, StreamCreate, "", "s")
    table.world.restart(table.sites[0])
    table.run(2)
    assert table.do(1, StreamCreate, "", "t", seconds=2).why == "s was granted"
    token = table.sites[0].do(LeaveSession)
    table.run(5)
    assert isinstance(table.sites[0].answer(token), Done)
    assert table.do(1, StreamCreate, "", "t", seconds=2).why == "s was granted"
    table.world.restart(table.sites[1])
    table.run(2)
    assert table.do(2, StreamCreate, "", "t", seconds=2).why == "s was granted"


def test_the_dispatcher_is_one_stream_among_others():
    table = Table({})
    row = table.row(1, "dispatcher")
    assert (row.location, row.agents[0].kind) == (1, "dispatcher@1")
    assert table.do(1, StreamMove, "", "dispatcher", 2, seconds=3).__class__ is Done
    assert table.value(0, StreamLocate, "", "dispatcher") == 2


def test_controllers_have_a_say_in_moves_of_the_dispatcher_as_of_any_stream():
    table = Table(POLICIES)
    table.value(1, RegisterAgent, "", "site", "tcl", "site")
    assert table.do(2, StreamMove, "", "dispatcher", 2).why == "site: arrival"
    assert table.do(2, StreamMove, "", "dispatcher", 3).__class__ is Done
    table.value(0, RegisterAgent, "", "session", "tcl", "session")
    for place in range(3):
        assert table.do(place, StreamMove, "", "dispatcher", 2).why == "session: move"
    assert table.value(0, StreamLocate, "", "dispatcher") == 3
    table.value(0, UnregisterAgent, "", "session", 1)
    table.value(1, UnregisterAgent, "", "site", 1)
    assert table.do(2, StreamMove, "", "dispatcher", 2).__class__ is Done
    assert table.value(0, StreamLocate, "", "dispatcher") == 2


def who_moves(agent, text, facts):
    agent.lines.append(f"{facts['sender']} moves {text}")
    return [["deny", "it stays"]]
    yield ()


def test_a_move_that_placement_wishes_is_vetted_and_the_panel_shows_why_it_stays():
    table = Table({"stay": {"move": who_moves}}, windows=True)
    ann, ben, _ = table.sites
    ann.ask(lambda token: SetPolicy(token, "paper:5"))
    table.value(0, RegisterAgent, "", "session", "tcl", "stay")
    for number in range(6):
        ben.say(f"line {number}")
        table.run(0.5)
    assert table.value(0, StreamLocate, "", "dispatcher") == 1
    assert "dispatcher moves dispatcher" in table.lines(0)
    panel = table.value(0, ReadStick)
    assert {(look.site, look.reason, look.why) for look in panel.looks} == {
        (site_of(ben.key), "REFUSED", "it stays")
    }


def parrot(agent, text, facts):
    agent.lines.append(f"{facts['sender']} says {text}")
    return []
    yield ()


def test_the_rooms_are_the_dispatchers_agents_and_others_hear_beside_them():
    table = Table({"parrot": {"append": parrot}})
    ann, ben, _ = table.sites
    ann.say("before anybody listens")
    table.run(2)
    number = table.value(0, RegisterAgent, "", "dispatcher", "tcl", "parrot")
    board = table.value(0, RegisterAgent, "", "dispatcher", "tcl", "parrot", "profile")
    for number_said in range(3):
        ben.say(f"line {number_said}")
    ann.session.issue((("profile", CODECS["profile"].encode(Profile("Anna"))),), 0)
    table.run(3)
    for place in range(3):
        said = table.lines(place)
        assert [line for line in said if "line" in line] == [
            f"@2 says line {one}" for one in range(3)
        ]
        (profile,) = [line for line in said if "Anna" in line]
        assert profile.startswith('@1 says {"kind": "profile", "name": "Anna"')
    agents = table.row(1, "dispatcher").agents
    assert [(one.agent, one.kind) for one in agents] == [
        (1, "dispatcher@1"),
        (2, "chat@1"),
        (3, "board@1"),
        (4, "profile@1"),
        (5, "share@1"),
        (number, "tcl"),
        (board, "tcl"),
    ]
    assert agents[5].events == ("append",)
    table.value(0, UnregisterAgent, "", "dispatcher", number)
    ben.say("line 3")
    table.run(2)
    assert not [line for site in range(3) for line in table.lines(site) if "line 3" in line]


def listener(agent, _text, _facts):
    heard = int(agent.briefcase.get("heard", "0")) + 1
    agent.briefcase["heard"] = str(heard)
    agent.lines.append(f"heard {heard}")
    return []
    yield ()


def listener_begins(agent, _text, _facts):
    agent.lines.append("listens")
    return []
    yield ()


def test_what_hears_the_dispatcher_keeps_its_briefcase_at_each_site_over_a_restart():
    table = Table({"listener": {"body": listener_begins, "append": listener}})
    ann, ben, _ = table.sites
    table.value(0, RegisterAgent, "", "dispatcher", "tcl", "listener")
    ann.say("one")
    table.run(2)
    before = table.lines(1)
    table.world.restart(ben)
    table.run(2)
    ann.say("two")
    table.run(2)
    heard = ["listens", "heard 1", "heard 2"]
    assert (before, table.lines(0), table.lines(1)) == (heard[:2], heard, heard[2:])


def test_a_stream_that_has_moved_can_be_destroyed():
    table = Table({})
    table.value(0, StreamCreate, "", "s")
    for location in (2, 3):
        table.value(0, StreamMove, "", "s", location)
    table.value(1, StreamDestroy, "", "s")
    assert [table.row(place, "s") for place in range(3)] == [None] * 3


def herald(_agent, text, _facts):
    return [["append", "dispatcher", text]]
    yield ()


def chat_of(site):
    """(author, text) of each line in a site's log."""
    entries = [one.placed.entry for event in site.told(EntriesOrdered) for one in event.entries]
    return [
        (entry.author, CODECS["chat"].decode(entry.body).text)
        for entry in entries
        if entry.kind == "chat"
    ]


def said(site):
    return [text for _, text in chat_of(site)]


def test_an_agent_speaks_in_the_chat_by_an_append_to_the_dispatcher():
    table = Table({"herald": {"append": herald}})
    table.value(0, StreamCreate, "", "bot")
    table.value(0, RegisterAgent, "", "bot", "tcl", "herald")
    table.value(0, StreamMove, "", "bot", 2)
    table.value(0, StreamAppend, "", "bot", b"good morning")
    table.run(2)
    assert [chat_of(site) for site in table.sites] == [
        [(table.sites[1].key, "bot: good morning")]
    ] * 3
    assert not table.row(0, "bot").agents[0].error


def test_agents_of_a_site_do_not_flood_the_chat():
    table = Table({"herald": {"append": herald}})
    table.value(0, StreamCreate, "", "bot")
    table.value(0, RegisterAgent, "", "bot", "tcl", "herald")
    for _ in range(limits.AGENT_LINES_MAX + 5):
        table.sites[0].do(lambda token: StreamAppend(token, "", "bot", b"again"))
    table.run(0.5)
    assert len(said(table.sites[1])) == limits.AGENT_LINES_MAX
    (agent,) = table.row(0, "bot").agents
    assert (agent.failed, agent.error) == (
        False,
        "agents of this site have said too much just now",
    )
    table.run(1)
    table.value(0, StreamAppend, "", "bot", b"later")
    table.run(1)
    assert said(table.sites[1])[-1] == "bot: later"


@pytest.mark.parametrize(
    ("stream", "text", "why"),
    [
        ("dispatcher", "an answer from everywhere", "controllers and what hears the dispatcher"),
        ("bot", "x" * limits.TEXT_CHARACTERS_MAX, "a line has from 1 to"),
    ],
)
def test_an_agent_that_may_not_say_it_fails(stream, text, why):
    def speak(_agent, _text, _facts):
        return [["append", "dispatcher", text]]
        yield ()

    table = Table({"speak": {"append": speak}})
    table.value(0, StreamCreate, "", "bot")
    table.value(0, RegisterAgent, "", stream, "tcl", "speak")
    table.sites[0].say("hello")
    table.value(0, StreamAppend, "", "bot", b"hello")
    table.run(2)
    assert table.row(0, stream).agents[-1].error.startswith(why)
    assert said(table.sites[0]) == ["hello"]


def test_a_shell_says_a_line_as_its_person():
    table = Table({})
    shell = table.value(1, ConnectShell, "clock")
    table.value(1, StreamAppend, shell, "dispatcher", "zwölf Uhr".encode())
    assert table.do(1, StreamAppend, shell, "dispatcher", b"\xff").why == "a line is UTF-8 text"
    table.run(1)
    assert said(table.sites[0]) == ["zwölf Uhr"]


def test_what_hears_the_dispatcher_runs_at_every_site_and_so_is_a_moderators_matter():
    table = Table({"parrot": {"append": parrot}})
    refused = table.do(1, RegisterAgent, "", "dispatcher", "tcl", "parrot")
    assert refused.why == "your role does not allow this"
    assert isinstance(
        table.do(0, RegisterAgent, "", "dispatcher", "tcl", "parrot", "", True), Denied
    )


def test_the_sessions_controller_may_keep_newcomers_out():
    table = Table({"door": {"new_peer": deny("it is full")}}, "Ann", "Ben")
    table.value(0, RegisterAgent, "", "session", "tcl", "door")
    late = table.world.site()
    token = late.do(lambda token: JoinSession(token, table.sites[0].invite, "Cay"))
    table.run(2)
    assert late.answer(token) == Denied(token, "it is full")
    table.run(25)
    assert table.sites[0].names == ["Ann", "Ben"]


def test_an_agent_whose_source_travels_appends_to_what_its_stream_has_open():
    table = Table({"blind": {"append": blind}, "quiet": {"append": quiet}})
    for stream, code in (("s", "blind"), ("t", "quiet")):
        table.value(0, StreamCreate, "", stream)
        table.value(0, RegisterAgent, "", stream, "tcl", code)
    table.value(0, StreamAppend, "", "s", b"x")
    assert "open it first" in table.row(0, "s").agents[0].error
    assert not [one for one in table.sites[0].told(MessageConsumed) if one.stream == "t"]


def blind(_agent, text, _facts):
    return [["append", "t", text]]
    yield ()
