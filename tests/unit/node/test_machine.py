from __future__ import annotations

from functools import partial

import pytest

from app.core.errors import KnownError
from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.dispatcher.records import SaveField
from app.node.api import (
    CloseSession,
    CreateSession,
    Denied,
    DispatcherMoved,
    Done,
    Draw,
    Issue,
    JoinSession,
    LeaveSession,
    MakeInvite,
    MemberChanged,
    Moved,
    MoveDispatcher,
    ReadBoard,
    ReadLog,
    ReadStatus,
    ResumeSession,
    SessionClosed,
    SessionReady,
    SetPolicy,
    StreamAppend,
    StreamCreate,
    StreamMove,
    TroubleSeen,
)
from app.node.contract import AddressesChanged, DatagramReceived, TimerFired
from app.node.frames import Addresses, Reachable, reachable_bytes
from app.node.turn import handle_all
from app.rooms.bodies import CODECS, Ban, Role
from tests.unit.node.support.world import WALL_MS, World, chat

NEEDS_A_SESSION = [
    lambda token: Issue(token, (chat("hi"),), 0),
    lambda token: MoveDispatcher(token, SiteId("a" * 16)),
    lambda token: SetPolicy(token, "fixed"),
    MakeInvite,
    LeaveSession,
    CloseSession,
    lambda token: ReadLog(token, 1, 10),
    ReadStatus,
    ReadBoard,
    lambda token: Draw(token, "", "main", 0),
    lambda token: StreamCreate(token, "", "s"),
    lambda token: StreamAppend(token, "", "s", b"x"),
    lambda token: StreamMove(token, "", "s", 1),
    ResumeSession,
]


def rows(site):
    return site.value(site.do(lambda token: ReadLog(token, 1, 1_000)))


def log_of(site):
    return [(row.placed.index, row.placed.entry.id, row.placed.chain) for row in rows(site)]


def texts(site):
    entries = [row.placed.entry for row in rows(site)]
    return [CODECS["chat"].decode(each.body).text for each in entries if each.kind == "chat"]


def read(first, count, token):
    return ReadLog(token, first, count)


def issue(entries, token):
    return Issue(token, entries, 0)


def control(site, kind, body):
    return site.ask(lambda token: Issue(token, ((kind, CODECS[kind].encode(body)),), 0))


# --- before a session -----------------------------------------------------------------------------


@pytest.mark.parametrize("make", NEEDS_A_SESSION)
def test_before_a_session_a_command_that_needs_one_is_denied(make):
    site = World().site()
    assert isinstance(site.ask(make), Denied)


def test_an_empty_site_sends_nothing_and_waits_for_nothing():
    world = World()
    site = world.site()
    world.run(10)
    assert not world.recorded
    assert site.machine.deadline() is None


# --- founding -------------------------------------------------------------------------------------


def test_the_founder_is_ready_once_with_an_invite():
    world = World()
    site = world.founder("Ann", "Tea")
    world.run(5)
    (ready,) = site.told(SessionReady)
    assert (ready.name, ready.title) == ("Ann", "Tea")
    assert ready.invite.startswith("talkstick:")
    assert site.names == ["Ann"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "two\nlines"])
def test_a_name_out_of_bounds_is_denied_and_nothing_is_kept(name):
    world = World()
    site = world.site()
    fields = dict(site.disk.fields)
    answer = site.ask(lambda token: CreateSession(token, "Tea", name))
    assert isinstance(answer, Denied)
    assert "name" in answer.why
    assert site.disk.fields == fields
    assert site.ask(lambda token: CreateSession(token, "Tea", "x" * 64)) == Done(2)


@pytest.mark.parametrize("title", ["", "  ", "x" * 129, "a\tb"])
def test_a_title_out_of_bounds_is_denied_and_nothing_is_kept(title):
    world = World()
    site = world.site()
    answer = site.ask(lambda token: CreateSession(token, title, "Ann"))
    assert isinstance(answer, Denied)
    assert "title" in answer.why
    assert site.machine.session is None


def test_the_longest_title_still_makes_invites():
    world = World()
    founder = world.founder("Ann", "t" * 128)
    guest = world.joined(founder.invite, "Ben")
    assert guest.status.title == "t" * 128


def test_a_wrong_policy_is_denied_and_nothing_is_kept():
    site = World().site()
    answer = site.ask(lambda token: CreateSession(token, "Tea", "Ann", "wild"))
    assert isinstance(answer, Denied)
    assert site.machine.session is None


def test_a_folder_in_use_takes_no_second_session():
    world = World()
    site = world.founder()
    assert isinstance(site.ask(lambda token: CreateSession(token, "New", "Ann")), Denied)
    site.stop()
    site.start()
    answer = site.ask(lambda token: CreateSession(token, "New", "Ann"))
    assert isinstance(answer, Denied)
    assert "'Tea'" in answer.why


def test_a_used_folder_does_not_join_another_session():
    world = World()
    ann, eve = world.founder("Ann"), world.founder("Eve", "Other")
    ann.stop()
    ann.start()
    answer = ann.ask(lambda token: JoinSession(token, eve.invite, "Ann"))
    assert isinstance(answer, Denied)
    assert "'Tea'" in answer.why


# --- joining and talking --------------------------------------------------------------------------


def test_three_sites_have_one_log_and_one_state():
    world = World()
    sites = world.session("Ann", "Ben", "Cem")
    for turn in range(5):
        for site in sites:
            assert isinstance(site.say(f"{site.address[0]} {turn}"), Done)
        world.run(0.05)
    world.run(1)
    logs = [log_of(site) for site in sites]
    assert logs[0] == logs[1] == logs[2]
    assert [len(texts(site)) for site in sites] == [15, 15, 15]
    assert len({site.status.state_hash for site in sites}) == 1
    assert [site.names for site in sites] == [["Ann", "Ben", "Cem"]] * 3
    assert all(site.status.settled == len(logs[0]) for site in sites)


def test_everybody_is_ready_once_and_hears_of_everybody_once():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.run(20)
    for site in (ann, ben, cem):
        assert len(site.told(SessionReady)) == 1
    own = ann.status.site
    joined = [event.site for event in ann.told(MemberChanged) if event.state == "joined"]
    assert sorted(joined) == sorted([ben.status.site, cem.status.site])
    assert own not in joined
    assert ann.changes("unreachable") == ann.changes("left") == []


def test_joining_works_with_a_third_of_all_datagrams_lost():
    world = World()
    ann = world.founder()
    world.loss = 0.3
    ben = world.site()
    token = ben.do(lambda token: JoinSession(token, ann.invite, "Ben"))
    world.run(15)
    assert ben.answer(token) == Done(token)
    ben.say("here")
    world.run(5)
    assert texts(ann) == ["here"]


def test_a_site_in_a_session_does_not_join_another_one():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    answer = ben.ask(lambda token: JoinSession(token, ann.invite, "Ben"))
    assert isinstance(answer, Denied)


def test_joining_twice_at_once_is_denied():
    world = World()
    ann = world.founder()
    ben = world.site()
    first = ben.do(lambda token: JoinSession(token, ann.invite, "Ben"))
    second = ben.do(lambda token: JoinSession(token, ann.invite, "Ben"))
    assert isinstance(ben.answer(second), Denied)
    world.run(2)
    assert ben.answer(first) == Done(first)


# --- moving and policies --------------------------------------------------------------------------


def test_a_member_moves_the_dispatcher_and_everybody_hears_of_it_once():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    target = cem.status.site
    token = ben.do(lambda token: MoveDispatcher(token, target))
    world.run(2)
    answer = ben.answer(token)
    assert isinstance(answer, Done)
    assert isinstance(answer.value, Moved)
    assert answer.value.site == target
    for site in (ann, ben, cem):
        assert site.status.dispatcher == target
        assert [event.target for event in site.told(DispatcherMoved)] == [target]


def test_moving_to_a_stranger_or_to_where_it_is():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    assert isinstance(ben.ask(lambda token: MoveDispatcher(token, SiteId("a" * 16))), Denied)
    home = ann.status.site
    answer = ben.ask(lambda token: MoveDispatcher(token, home))
    assert isinstance(answer, Done)


def test_a_wish_that_nobody_grants_is_denied_in_time():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    target = cem.status.site
    ann.stop()
    token = ben.do(lambda token: MoveDispatcher(token, target))
    world.run(11)
    assert isinstance(ben.answer(token), Denied)


def test_a_policy_by_somebody_who_does_not_lead_goes_through_the_leader():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    token = ben.do(lambda token: SetPolicy(token, "fixed"))
    assert ben.answers(token) == []
    world.run(1)
    assert ben.answer(token) == Done(token)
    assert ann.status.policy == ben.status.policy == "fixed"


def test_a_policy_of_no_such_name_is_denied_at_once():
    world = World()
    _, ben = world.session("Ann", "Ben")
    assert isinstance(ben.ask(lambda token: SetPolicy(token, "wild")), Denied)


def test_a_viewer_sets_no_policy_through_the_leader():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    control(ann, "control.role", Role(ben.key, "viewer"))
    world.run(1)
    token = ben.do(lambda token: SetPolicy(token, "fixed"))
    world.run(1)
    assert isinstance(ben.answer(token), Denied)
    assert ann.status.policy == "adaptive"


# --- invites --------------------------------------------------------------------------------------


def test_an_invite_of_somebody_who_does_not_lead_works_the_moment_it_is_told():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    token = ben.do(lambda token: MakeInvite(token, uses=1))
    while not ben.answers(token):
        world.run(0.001)
    world.joined(ben.value(token), "Cem")
    assert ann.names == ["Ann", "Ben", "Cem"]


@pytest.mark.parametrize(
    "make",
    [
        lambda token: MakeInvite(token, end_ms=1),
        lambda token: MakeInvite(token, end_ms=-1),
        lambda token: MakeInvite(token, end_ms=2**70),
        lambda token: MakeInvite(token, uses=-1),
        lambda token: MakeInvite(token, uses=2**70),
        lambda token: MakeInvite(token, role="owner"),
        lambda token: MakeInvite(token, role="king"),
        lambda token: MakeInvite(token, role=""),
    ],
)
def test_an_invite_that_makes_no_sense_is_denied(make):
    world = World()
    ann, ben = world.session("Ann", "Ben")
    assert isinstance(ann.ask(make), Denied)
    assert isinstance(ben.ask(make), Denied)


def test_an_editor_invites_no_moderator():
    world = World()
    _, ben = world.session("Ann", "Ben")
    answer = ben.ask(lambda token: MakeInvite(token, role="moderator"))
    assert isinstance(answer, Denied)


def test_the_role_of_an_invite_is_the_newcomers_role():
    world = World()
    ann = world.founder()
    token = ann.do(lambda token: MakeInvite(token, role="viewer"))
    link = ann.value(token)
    guest = world.joined(link, "Vic")
    world.run(1)
    assert ann.control.role(guest.key) == "viewer"
    token = guest.do(lambda token: SetPolicy(token, "fixed"))
    world.run(1)
    assert isinstance(guest.answer(token), Denied)


def test_addresses_of_others_that_fit_no_invite_break_none():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    identity = ben.machine.here.identity
    addresses = ("h" * 75 + ":7000", "nonsense", "10.0.0.2:7000")
    number = 2**60
    signature = identity.sign(reachable_bytes(identity.key, number, addresses))
    record = Reachable(identity.key, number, addresses, signature)
    ben.machine.wiring.send(ann.key, Addresses((record,)))
    world.run(1)
    assert ann.machine.wiring.book.number_of(identity.key) == number
    assert isinstance(ann.ask(MakeInvite), Done)
    ann.stop()
    world.restart(ann)
    world.run(1)
    assert len(ann.told(SessionReady)) == 1


# --- leaving and closing --------------------------------------------------------------------------


def test_a_member_leaves_for_good():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    token = ben.do(LeaveSession)
    world.run(5)
    assert ben.answer(token) == Done(token)
    assert ben.told(SessionClosed) == [SessionClosed(left=True)]
    assert ann.names == cem.names == ["Ann", "Cem"]
    assert ann.changes("left") == cem.changes("left") == ["Ben"]
    assert ann.changes("unreachable") == []


def test_the_leader_leaves_and_the_next_one_leads():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    token = ann.do(LeaveSession)
    world.run(8)
    assert ann.answer(token) == Done(token)
    assert ben.status.leader == ben.status.site
    assert ben.status.dispatcher in (ben.status.site, cem.status.site)
    ben.say("go on")
    world.run(1)
    assert texts(cem) == ["go on"]


def test_the_only_member_does_not_leave():
    world = World()
    ann = world.founder()
    answer = ann.ask(LeaveSession)
    assert isinstance(answer, Denied)
    assert isinstance(ann.say("still here"), Done)


def test_whoever_left_comes_back_by_an_invite_only():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    ben.do(LeaveSession)
    world.run(5)
    ben.start()
    assert isinstance(ben.ask(ResumeSession), Denied)
    token = ben.do(lambda token: JoinSession(token, ann.invite, "Ben"))
    world.run(5)
    assert isinstance(ben.answer(token), Done)
    assert ben.status.head_chain == cem.status.head_chain
    assert cem.names == ["Ann", "Cem", "Ben"]


def test_leaving_waits_for_as_long_as_nobody_answers():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.cut.add(frozenset((ann.address, ben.address)))
    token = ben.do(LeaveSession)
    world.run(10)
    assert ben.answers(token) == []
    world.cut.clear()
    world.run(15)
    assert ben.answer(token) == Done(token)
    assert ben.told(SessionClosed) == [SessionClosed(left=True)]


def test_closing_ends_within_its_patience_and_keeps_everything():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.cut.add(frozenset((ann.address, ben.address)))
    token = ben.do(CloseSession)
    world.run(2.5)
    assert ben.answer(token) == Done(token)
    assert ben.told(SessionClosed) == [SessionClosed(left=False)]
    assert ben.machine.deadline() is None


def test_the_only_member_closes_at_once():
    world = World()
    ann = world.founder()
    token = ann.do(CloseSession)
    assert ann.answer(token) == Done(token)


def test_nothing_is_said_while_leaving():
    world = World()
    _, ben = world.session("Ann", "Ben")
    ben.do(LeaveSession)
    assert isinstance(ben.say("one more"), Denied)


def test_every_command_that_waits_is_answered_when_the_site_closes():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    target = cem.status.site
    ann.stop()
    waiting = [
        ben.do(lambda token: MoveDispatcher(token, target)),
        ben.do(lambda token: SetPolicy(token, "fixed")),
        ben.do(LeaveSession),
        ben.do(CloseSession),
    ]
    world.run(3)
    answers = [ben.answer(token) for token in waiting]
    assert [type(answer) for answer in answers] == [Denied, Denied, Denied, Done]


def test_leaving_or_closing_twice_is_denied():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.cut.add(frozenset((ann.address, ben.address)))
    ben.do(LeaveSession)
    assert isinstance(ben.ask(LeaveSession), Denied)
    ben.do(CloseSession)
    assert isinstance(ben.ask(CloseSession), Denied)
    assert isinstance(ben.ask(LeaveSession), Denied)


def test_a_closed_site_answers_commands_and_nothing_else():
    world = World()
    ann = world.founder()
    ann.do(CloseSession)
    assert isinstance(ann.ask(ReadStatus), Denied)
    outputs = handle_all(
        ann.machine, [TimerFired(), DatagramReceived(("1.1.1.1", 1), b"x" * 100)], world.now
    )
    assert outputs == []


# --- starting again -------------------------------------------------------------------------------


def test_a_restart_is_a_new_incarnation_that_goes_on():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    ben.say("before")
    world.run(1)
    ben.stop()
    token = world.restart(ben)
    assert ben.answer(token) == Done(token)
    ben.say("after")
    world.run(3)
    assert texts(ann) == texts(ben) == ["before", "after"]
    incarnations = [item[1].incarnation for item in log_of(ann) if item[1].site == ben.status.site]
    assert sorted(set(incarnations)) == [1, 2]
    assert len(ben.told(SessionReady)) == 1


def test_the_incarnation_is_committed_before_anything_else():
    world = World()
    ann = world.founder()
    ann.records.clear()
    ann.stop()
    ann.start()
    first = ann.records[0]
    assert isinstance(first, SaveField)
    assert first.name == "incarnation"


@pytest.mark.parametrize("who", [0, 1])
def test_whoever_restarts_is_talked_to_again_well_within_a_second(who):
    world = World()
    sites = world.session("Ann", "Ben")
    back, stays = sites[who], sites[1 - who]
    back.stop()
    world.run(0.3)
    world.restart(back)
    world.run(0.2)
    stays.say("welcome back")
    world.run(0.3)
    assert "welcome back" in texts(back)
    assert back.say("thanks") is not None
    world.run(0.3)
    assert "thanks" in texts(stays)


def test_all_restart_at_once_and_go_on():
    world = World()
    sites = world.session("Ann", "Ben", "Cem")
    for site in sites:
        site.stop()
    world.run(1)
    for site in sites:
        world.restart(site)
    world.run(2)
    for site in sites:
        site.say("hello")
    world.run(2)
    assert [texts(site) for site in sites] == [["hello"] * 3] * 3


def test_an_invite_to_a_session_that_this_folder_knows_resumes_it():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    ben.stop()
    ben.events.clear()
    ben.start()
    token = ben.do(lambda token: JoinSession(token, ann.invite, "Benjamin"))
    world.run(2)
    assert ben.answer(token) == Done(token)
    assert ben.names == ann.names == ["Ann", "Benjamin"]


def test_a_member_that_was_left_out_finds_the_members_of_today_by_an_invite():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    cem = world.joined(ann.invite, "Cem")
    ben.stop()
    world.run(15)
    assert ann.names == ["Ann", "Cem"]
    token = cem.do(MakeInvite)
    world.run(1)
    link = cem.value(token)
    ann.do(LeaveSession)
    world.run(5)
    assert cem.names == ["Cem"]
    ben.start()
    token = ben.do(lambda token: JoinSession(token, link, "Ben"))
    world.run(5)
    assert ben.answer(token) == Done(token)
    assert cem.names == ["Cem", "Ben"]


def test_silence_and_return_of_a_member_are_told_once_each():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.cut |= {
        frozenset((ben.address, ann.address)),
        frozenset((ben.address, cem.address)),
    }
    world.run(5)
    assert ann.changes("unreachable") == cem.changes("unreachable") == ["Ben"]
    ann.events.clear()
    cem.events.clear()
    world.cut.clear()
    world.run(5)
    assert ann.changes("present") == cem.changes("present") == ["Ben"]
    assert ann.changes("unreachable") == cem.changes("unreachable") == []


def test_reading_past_the_end_gives_nothing():
    world = World()
    ann = world.founder()
    for part in [(10_000, 5), (1, 0), (1, -3), (-5, 0)]:
        assert ann.value(ann.do(partial(read, *part))) == ()


def test_old_entries_are_read_from_the_disk():
    world = World()
    ann = world.founder()
    for part in range(9):
        entries = tuple([chat(f"{part} {number}") for number in range(600)])
        ann.do(partial(issue, entries))
        world.run(0.1)
    token = ann.do(lambda token: ReadLog(token, 10, 3))
    world.run(0.1)
    assert [row.placed.index for row in ann.value(token)] == [10, 11, 12]


def test_a_damaged_folder_is_told_and_not_used():
    world = World()
    ann = world.founder()
    ann.stop()
    for name in ("session", "addresses"):
        before = ann.disk.fields.get(name)
        ann.disk.fields[name] = b"\xc1"
        ann.start()
        with pytest.raises(KnownError, match="damaged"):
            ann.do(ResumeSession)
        if before is None:
            del ann.disk.fields[name]
        else:
            ann.disk.fields[name] = before
    ann.disk.fields["incarnation"] = b"\xc1"
    with pytest.raises(KnownError, match="damaged"):
        ann.start()


# --- what divides ---------------------------------------------------------------------------------


def test_sites_that_see_the_same_entries_differently_say_so_once():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    ben.control._codes.set(b"c" * 32, True)
    for number in range(130):
        ann.say(str(number))
    world.run(3)
    assert [event.code for event in ann.told(TroubleSeen)] == ["diverged"]
    assert [event.code for event in ben.told(TroubleSeen)] == ["diverged"]


def test_sites_that_agree_have_no_trouble():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    for number in range(200):
        (ann, ben)[number % 2].say(str(number))
    world.run(3)
    assert ann.status.head_index >= 200
    assert ann.told(TroubleSeen) == ben.told(TroubleSeen) == []
    assert ann.session.meaning.state == ben.session.meaning.state


# --- the banned -----------------------------------------------------------------------------------


def test_the_banned_are_forgotten_by_all_and_may_come_back_when_forgiven():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    key = ben.key
    control(ann, "control.ban", Ban(key))
    world.run(15)
    assert ann.names == cem.names == ["Ann", "Cem"]
    assert key not in ann.machine.wiring.peers()
    ben.say("hello?")
    world.run(5)
    assert texts(ann) == []
    control(ann, "control.role", Role(key, "editor"))
    world.run(15)
    assert ann.names == ["Ann", "Cem", "Ben"]
    assert ben.status.head_chain == ann.status.head_chain


def test_a_banned_person_does_not_come_in_by_an_invite():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    control(ann, "control.ban", Ban(ben.key))
    world.run(13)
    ben.stop()
    ben.start()
    ben.do(lambda token: JoinSession(token, ann.invite, "Ben"))
    world.run(10)
    assert ann.names == ["Ann"]


def test_the_wall_clock_may_go_back():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    ben.stop()
    world.wall_start = WALL_MS - 10_000_000
    world.restart(ben)
    world.run(3)
    ben.turn(AddressesChanged(("10.9.9.9:9",)))
    world.run(1)
    assert ann.machine.wiring.book.texts(ben.key) == ("10.9.9.9:9",)


def test_who_was_away_is_found_again_though_all_it_knew_have_left():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    ben.stop()
    cleo = world.joined(ann.invite, "Cleo")
    world.run(15)
    assert sorted(cleo.names) == ["Ann", "Cleo"]
    ann.do(LeaveSession)
    world.run(5)
    assert cleo.names == ["Cleo"]
    cleo.stop()
    world.restart(cleo)
    world.restart(ben)
    world.run(40)
    assert sorted(cleo.names) == sorted(ben.names) == ["Ben", "Cleo"]
    ben.say("here I am")
    world.run(2)
    assert cleo.status.head_chain == ben.status.head_chain


def test_who_joins_is_told_by_name():
    world = World()
    ann, _ = world.session("Ann", "Ben")
    world.run(1)
    assert ann.changes("joined") == ["Ben"]


def test_a_site_that_was_stopped_hears_first_and_suspects_later():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.run(1)
    ann.events.clear()
    ben.stop()
    world.now = Micros(world.now + 5 * SECOND)
    ann.turn(TimerFired())
    assert ann.changes("unreachable") == []
    world.run(4)
    assert ann.changes("unreachable") == ["Ben"]
