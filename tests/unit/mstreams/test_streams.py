"""What a site does with streams, one behaviour at a time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import KnownError, LocalError, RemoteError
from app.core.instant import SECOND, Micros, after
from app.mstreams.agent import Agent, Builtins
from app.mstreams.directory import Roster
from app.mstreams.epochs import primary_epoch
from app.mstreams.frames import (
    REGISTRY,
    AgentState,
    Append,
    AppendAck,
    Definition,
    Held,
    Slot,
    StreamElsewhere,
    StreamHandOver,
    StreamPermit,
    StreamVerdict,
    StreamWish,
)
from app.mstreams.records import Consumed, ControlWanted, SaveStream, Told, Transmit
from app.mstreams.streams import Streams
from tests.unit.mstreams.world import World, key_of

A, B, C = key_of(0), key_of(1), key_of(2)
NOW = Micros(1_000_000)
LATER = Micros(NOW + 60 * SECOND)


def site(key, *, home=A, builtins=None, agents=(), saved=None, incarnation=1, streams=("s",)):
    made = Streams(key, incarnation, saved or {}, builtins or Builtins())
    made.view_installed((A, B, C), A, 1)
    for other in (A, B, C):
        if other != key:
            made.receive(other, 1, StreamVerdict(9, "", guarded=False), NOW)
    for name in streams:
        made.homed(name, home, (1, 0), NOW)
        made.staffed(name, staff(*agents), NOW)
    return made


def move(streams, target, now):
    """This site wishes that the stream s moves."""
    streams.at(now)
    streams.shells.move("", "s", (A, B, C).index(target) + 1, None)
    streams.do(now)


def staff(*agents):
    """A roster of builtin agents without arguments."""
    definitions = [
        Definition(number, kind, version, b"", "", controls=False)
        for number, (kind, version) in enumerate(agents, start=1)
    ]
    return Roster(tuple(definitions), len(definitions), len(definitions))


def state(kind, version, briefcase, *, failed, error=""):
    return AgentState(staff((kind, version)).agents[0], briefcase, failed, error)


def frames(outputs, kind=object):
    return [
        (output.site, output.frame)
        for output in outputs
        if isinstance(output, Transmit) and isinstance(output.frame, kind)
    ]


def disk(outputs, before=None):
    fields = dict(before or {})
    for output in outputs:
        if isinstance(output, SaveStream):
            if output.value is None:
                fields.pop(output.name, None)
            else:
                fields[output.name] = output.value
    return fields


def say(streams, name, payload, token=1):
    """Append as the site itself; the answer stands among the outputs."""
    streams.at(NOW)
    streams.shells.append(token, "", name, payload)
    streams.do(NOW)


def told(outputs):
    return [
        (output.token, output.ok, output.value) for output in outputs if isinstance(output, Told)
    ]


def numbers(outputs):
    return [output.number for output in outputs if isinstance(output, Consumed)]


def message(number, *, incarnation=1, oldest=1, payload=b"x"):
    return Append("s", "", incarnation, number, oldest, payload)


def permit_to(target, k=1):
    return StreamPermit("s", primary_epoch((1, k)), target, C, 0)


# --- sending --------------------------------------------------------------------------------------


def test_an_append_is_saved_and_sent_to_the_home():
    b = site(B)
    say(b, "s", b"one", token=7)
    say(b, "s", b"two", token=8)
    outputs = b.drain()
    assert told(outputs) == [(7, True, 1), (8, True, 2)]
    assert [frame.number for _, frame in frames(outputs, Append)] == [1, 2]
    assert {target for target, _ in frames(outputs)} == {A}
    assert sorted(disk(outputs)) == ["stream:out:1:1:s", "stream:out:1:2:s"]


def test_a_message_is_kept_and_repeated_until_it_is_consumed():
    b = site(B)
    say(b, "s", b"one")
    kept = disk(b.drain())
    b.tick(LATER)
    assert frames(b.drain(), Append)
    b.receive(A, 1, AppendAck("s", "", 1, 1, primary_epoch((1, 0))), LATER)
    assert disk(b.drain(), kept) == {}
    assert b.deadline() is None


def test_repeating_pauses_grow():
    b = site(B)
    say(b, "s", b"one")
    instants = [b.deadline()]
    for _ in range(6):
        b.tick(instants[-1])
        instants.append(b.deadline())
    pauses = [after - before for before, after in pairwise(instants)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == limits.APPEND_REPEAT_LONGEST_MICROS


def test_only_a_window_is_under_way():
    b = site(B)
    for _ in range(limits.FLOW_WINDOW_MESSAGES + 10):
        say(b, "s", b"x")
    assert len(frames(b.drain(), Append)) == limits.FLOW_WINDOW_MESSAGES
    b.receive(A, 1, AppendAck("s", "", 1, 4, primary_epoch((1, 0))), NOW)
    sent = [frame.number for _, frame in frames(b.drain(), Append)]
    assert sent == [limits.FLOW_WINDOW_MESSAGES + 1 + place for place in range(4)]


def full(*extra):
    """A site whose flow to the stream is full, and these messages that wait for room."""
    b = site(B)
    for _ in range(limits.FLOW_MESSAGES_MAX):
        say(b, "s", b"")
    b.drain()
    for token, payload in enumerate(extra, start=1):
        say(b, "s", payload, token)
    return b


def test_a_full_flow_makes_an_append_wait_for_room():
    b = full(b"first", b"second")
    assert b.drain() == [], "nothing is kept and nobody is told"
    b.receive(A, 1, AppendAck("s", "", 1, 1, primary_epoch((1, 0))), NOW)
    outputs = b.drain()
    assert told(outputs) == [(1, True, limits.FLOW_MESSAGES_MAX + 1)]
    b.receive(A, 1, AppendAck("s", "", 1, 4, primary_epoch((1, 0))), NOW)
    assert told(b.drain()) == [(2, True, limits.FLOW_MESSAGES_MAX + 2)]
    say(b, "s", b"third", 3)
    assert told(b.drain()) == [(3, True, limits.FLOW_MESSAGES_MAX + 3)]


def test_later_messages_wait_behind_those_that_wait_for_room():
    b = full(bytes(limits.APPEND_BYTES_MAX), b"")
    b.receive(A, 1, AppendAck("s", "", 1, 2, primary_epoch((1, 0))), NOW)
    assert [token for token, _, _ in told(b.drain())] == [1, 2]


def test_an_append_that_waited_too_long_for_room_is_an_error():
    b = full(b"x")
    b.tick(after(NOW, limits.REQUEST_PATIENCE_MICROS))
    ((token, ok, why),) = told(b.drain())
    assert (token, ok) == (1, False)
    assert "was not kept" in why
    b.receive(A, 1, AppendAck("s", "", 1, 1, primary_epoch((1, 0))), NOW)
    assert told(b.drain()) == []


def test_what_waits_for_room_at_a_stream_that_ends_is_refused():
    b = full(b"x")
    b.ended("s", NOW)
    assert told(b.drain()) == [(1, False, "there is no stream 's'")]


def test_only_so_many_messages_wait_for_room():
    b = full(*[b""] * limits.REQUESTS_MAX)
    with pytest.raises(LocalError):
        say(b, "s", b"")


def test_an_unknown_stream_and_a_long_message_are_refused():
    b = site(B)
    with pytest.raises(LocalError):
        say(b, "t", b"")
    with pytest.raises(LocalError):
        say(b, "s", bytes(limits.APPEND_BYTES_MAX + 1))


def test_an_acknowledgement_of_what_was_never_said_is_an_error_of_the_peer():
    b = site(B)
    say(b, "s", b"one")
    for frame in (
        AppendAck("s", "", 1, 2, primary_epoch((1, 0))),
        AppendAck("s", "", 2, 1, primary_epoch((1, 0))),
    ):
        with pytest.raises(RemoteError):
            b.receive(A, 1, frame, NOW)


def test_after_a_restart_the_old_incarnation_goes_first_under_its_own_numbers():
    b = site(B)
    say(b, "s", b"old")
    b = site(B, saved=disk(b.drain()), incarnation=2)
    say(b, "s", b"new")
    sent = [frame for _, frame in frames(b.drain(), Append)]
    assert {(frame.incarnation, frame.number, frame.payload) for frame in sent} == {(1, 1, b"old")}
    b.receive(A, 1, AppendAck("s", "", 1, 1, primary_epoch((1, 0))), NOW)
    sent = [frame for _, frame in frames(b.drain(), Append)]
    assert [(frame.incarnation, frame.number) for frame in sent] == [(2, 1)]


def test_a_newer_home_gets_the_whole_window_at_once():
    b = site(B)
    say(b, "s", b"one")
    say(b, "s", b"two")
    b.drain()
    b.receive(A, 1, StreamElsewhere("s", primary_epoch((1, 1)), C), NOW)
    sent = frames(b.drain(), Append)
    assert [(target, frame.number) for target, frame in sent] == [(C, 1), (C, 2)]
    b.receive(A, 1, StreamElsewhere("s", primary_epoch((1, 1)), C), NOW)
    assert frames(b.drain()) == []


# --- at home --------------------------------------------------------------------------------------


def test_messages_are_consumed_in_their_order_whatever_comes_first():
    a = site(A)
    a.receive(B, 1, message(2), NOW)
    outputs = a.drain()
    assert numbers(outputs) == []
    assert frames(outputs) == []
    a.receive(B, 1, message(1), NOW)
    outputs = a.drain()
    assert numbers(outputs) == [1, 2]
    assert frames(outputs) == [(B, AppendAck("s", "", 1, 2, primary_epoch((1, 0))))]


def test_the_vector_is_saved_in_the_turn_that_acknowledges():
    a = site(A)
    a.drain()
    a.receive(B, 1, message(1), NOW)
    outputs = a.drain()
    assert isinstance(outputs[0], SaveStream)
    assert outputs[0].name == "stream:at:s"
    again = site(A, saved=disk(outputs), incarnation=2)
    again.drain()
    again.receive(B, 1, message(1), NOW)
    outputs = again.drain()
    assert numbers(outputs) == []
    assert frames(outputs) == [(B, AppendAck("s", "", 1, 1, primary_epoch((1, 0))))]


def test_one_acknowledgement_answers_a_burst():
    a = site(A)
    for number in range(1, 11):
        a.receive(B, 1, message(number), NOW)
    assert [frame.consumed for _, frame in frames(a.drain(), AppendAck)] == [10]


def test_an_older_incarnation_is_a_repeat():
    a = site(A)
    a.receive(B, 2, message(1, incarnation=1), NOW)
    a.receive(B, 2, message(1, incarnation=2), NOW)
    a.drain()
    a.receive(B, 2, message(1, incarnation=1), NOW)
    a.receive(B, 2, message(2, incarnation=1), NOW)
    assert numbers(a.drain()) == []


def test_a_home_without_vector_goes_on_at_the_oldest_unfinished_message():
    a = site(A)
    a.receive(B, 1, message(8, oldest=7), NOW)
    a.receive(B, 1, message(7, oldest=7), NOW)
    assert numbers(a.drain()) == [7, 8]


@pytest.mark.parametrize(
    "frame", [message(1, incarnation=2), message(1, oldest=2)], ids=["incarnation", "oldest"]
)
def test_numbers_that_cannot_be_are_an_error_of_the_peer(frame):
    with pytest.raises(RemoteError):
        site(A).receive(B, 1, frame, NOW)


def test_hold_back_is_bounded():
    a = site(A)
    a.receive(B, 1, message(2), NOW)
    a.receive(B, 1, message(limits.FLOW_WINDOW_MESSAGES + 1), NOW)
    a.receive(B, 1, message(limits.FLOW_WINDOW_MESSAGES), NOW)
    a.receive(B, 1, message(1), NOW)
    assert numbers(a.drain()) == [1, 2]
    for number in range(3, limits.FLOW_WINDOW_MESSAGES):
        a.receive(B, 1, message(number), NOW)
    assert numbers(a.drain())[-1] == limits.FLOW_WINDOW_MESSAGES


def test_who_is_no_member_is_not_heard():
    a = site(A)
    a.receive(key_of(7), 1, message(1), NOW)
    assert numbers(a.drain()) == []


def test_who_is_not_home_says_where_it_is_and_keeps_nothing():
    b = site(B)
    b.drain()
    b.receive(C, 1, message(1), NOW)
    assert b.drain() == [Transmit(C, StreamElsewhere("s", primary_epoch((1, 0)), A))]


def test_a_stream_at_home_consumes_own_messages_in_the_same_turn():
    a = site(A)
    say(a, "s", b"own")
    outputs = a.drain()
    assert numbers(outputs) == [1]
    assert frames(outputs) == []
    assert sorted(disk(outputs)) == ["stream:at:s"]


# --- moving ---------------------------------------------------------------------------------------


def test_a_wish_becomes_a_permit_a_hand_over_and_a_home():
    world = World(3)
    for key in world.members:
        world.apply_one(key)
    world.move(C, "s", B)
    world.heal()
    assert world.homes_now("s") == [B]
    assert world.order[-1] == ("s", B, (1, 1))


def test_a_release_is_saved_before_the_hand_over_leaves_and_repeated_after_a_restart():
    a = site(A)
    a.receive(B, 1, message(1), NOW)
    move(a, B, NOW)
    outputs = a.drain()
    assert [target for target, _ in frames(outputs, StreamHandOver)] == [B]
    again = site(A, saved=disk(outputs), incarnation=2)
    again.tick(LATER)
    sent = frames(again.drain(), StreamHandOver)
    assert sent == frames(outputs, StreamHandOver)
    assert again.beat() == ()


def test_hold_back_and_vector_travel():
    a = site(A)
    a.receive(C, 1, message(1), NOW)
    a.receive(C, 1, message(3), NOW)
    move(a, B, NOW)
    [(_, hand_over)] = frames(a.drain(), StreamHandOver)
    b = site(B)
    b.receive(A, 1, hand_over, NOW)
    b.receive(C, 1, message(2), NOW)
    assert numbers(b.drain()) == [2, 3]


def test_a_hand_over_that_comes_again_changes_nothing():
    a, b = site(A), site(B)
    move(a, B, NOW)
    [(_, hand_over)] = frames(a.drain(), StreamHandOver)
    b.receive(A, 1, hand_over, NOW)
    b.receive(C, 1, message(1), NOW)
    b.drain()
    b.receive(A, 1, hand_over, NOW)
    b.receive(C, 1, message(1), NOW)
    assert numbers(b.drain()) == []


def test_hearsay_of_the_release_does_not_end_it_but_the_target_does():
    a = site(A)
    move(a, B, NOW)
    a.drain()
    a.receive(C, 1, StreamElsewhere("s", primary_epoch((1, 1)), B), NOW)
    a.heard(C, (("s", 1, 1),), NOW)
    a.tick(LATER)
    assert frames(a.drain(), StreamHandOver)
    a.heard(B, (("s", 1, 1),), LATER)
    a.tick(Micros(LATER + 60 * SECOND))
    assert frames(a.drain(), StreamHandOver) == []
    assert a.deadline() is None


def test_the_leader_has_a_move_registered_once_the_target_is_home():
    a = site(A)
    move(a, B, NOW)
    assert [output for output in a.drain() if isinstance(output, ControlWanted)] == []
    a.heard(B, (("s", 1, 1),), NOW)
    a.heard(B, (("s", 1, 1),), NOW)
    wanted = [output for output in a.drain() if isinstance(output, ControlWanted)]
    assert wanted == [ControlWanted("control.stream", "s", B, (1, 1), "moved")]


def test_a_void_permit_moves_nothing():
    b = site(B, home=B)
    b.drain()
    b.receive(C, 1, permit_to(A), NOW)
    b.receive(A, 1, permit_to(A, k=2), NOW)
    b.receive(A, 1, permit_to(B), NOW)
    b.receive(A, 1, permit_to(key_of(9)), NOW)
    assert frames(b.drain()) == []
    b.receive(A, 1, permit_to(C), NOW)
    assert [target for target, _ in frames(b.drain(), StreamHandOver)] == [C]


def test_only_the_leader_permits_and_only_to_members():
    wish = StreamWish("s", primary_epoch((1, 0)), C, 0)
    a, b = site(A, home=B), site(B)
    b.receive(C, 1, wish, NOW)
    assert frames(b.drain(), StreamPermit) == []
    a.receive(C, 1, wish, NOW)
    assert frames(a.drain(), StreamPermit) == [(B, permit_to(C))]
    a.receive(C, 1, StreamWish("s", primary_epoch((1, 0)), key_of(9), 0), NOW)
    assert frames(a.drain(), StreamPermit) == []


def test_a_hand_over_of_what_is_at_home_here_is_an_error_of_the_peer():
    a = site(A)
    with pytest.raises(RemoteError):
        a.receive(B, 1, StreamHandOver("s", primary_epoch((1, 1)), A, (), (), ()), NOW)


def test_a_wish_is_repeated_and_then_given_up():
    b = site(B)
    move(b, C, NOW)
    b.drain()
    b.tick(Micros(NOW + 2 * SECOND))
    assert [target for target, _ in frames(b.drain(), StreamWish)] == [A]
    b.tick(LATER)
    assert frames(b.drain()) == []
    assert b.deadline() is None


def test_two_wishes_for_one_stream_are_granted_one_after_the_other():
    world = World(3)
    for key in world.members:
        world.apply_one(key)
    world.move(B, "s", B)
    world.move(C, "s", C)
    world.heal(seconds=5)
    assert {home for _, home, _ in world.order} == {A, B, C}


def test_the_largest_hand_over_fits_a_frame_and_a_record():
    agents = tuple([state("k" * 32, 2**53, b"", failed=False)] * (limits.AGENTS_MAX - 1))
    full = state("k" * 32, 2**53, bytes(limits.BRIEFCASES_BYTES_MAX), failed=False)
    name = "n" * limits.STREAM_NAME_CHARACTERS_MAX
    vector = tuple(
        [
            Slot(key_of(place % 64), name, 2**53, 2**53, 2**53)
            for place in range(limits.VECTOR_SLOTS_MAX)
        ]
    )
    held = Held(A, name, 2**53, 2**53, bytes(limits.HAND_OVER_HOLD_BACK_BYTES_MAX // 4 - 128))
    offer = StreamHandOver(name, primary_epoch((1, 1)), B, (*agents, full), vector, (held,) * 4)
    assert len(REGISTRY.encode(offer)) < limits.FRAME_BYTES_MAX - 200


# --- failure --------------------------------------------------------------------------------------


def test_streams_of_a_site_left_out_come_to_the_leader_and_nothing_unfinished_is_lost():
    world = World(3)
    world.order = [("s", B, (1, 0))]
    for key in world.members:
        world.apply_one(key)
    world.stop(B)
    world.append(C, "s", b"one")
    world.append(C, "s", b"two")
    world.install((A, C))
    world.heal()
    assert world.homes_now("s") == [A]
    assert world.order[-1] == ("s", A, (2, 0))
    world.check_end()
    world.start(B)
    world.install((A, C, B))
    world.heal()
    assert world.homes_now("s") == [A]


def test_a_stream_on_its_way_to_a_site_left_out_comes_to_the_leader():
    world = World(4)
    world.order = [("s", B, (1, 0))]
    for key in world.members:
        world.apply_one(key)
    world.move(B, "s", C)
    while world.homes_now("s"):
        world.deliver(0, keep=False)
    world.stop(C)
    world.install((A, B, key_of(3)))
    world.heal()
    assert world.homes_now("s") == [A]


# --- agents ---------------------------------------------------------------------------------------


class Echo(Agent):
    """Answers every message to the other stream."""

    def on_append(self, context, message):
        context.append("t" if context.stream == "s" else "s", message.payload)


class Traveller(Agent):
    """Notes where it was."""

    def on_arrival(self, context):
        context.briefcase += b"+" + context.here[:1]

    def on_departure(self, context):
        context.briefcase += b"-" + context.here[:1]

    def on_relocation(self, context):
        context.briefcase += b"*"


class Fragile(Agent):
    def on_append(self, context, message):
        context.briefcase += b"x"
        context.append("s", b"never")
        if message.payload == b"bad":
            raise ValueError


class Greedy(Agent):
    def on_append(self, context, message):
        context.briefcase = bytes(limits.BRIEFCASES_BYTES_MAX + 1)


def builtins_of(**kinds):
    made = Builtins()
    for kind, agent in kinds.items():
        made.register(kind, 1)(agent)
    return made


def test_agents_that_answer_each_other_do_not_hold_a_turn():
    a = site(A, builtins=builtins_of(echo=Echo), agents=[("echo", 1)], streams=("s", "t"))
    say(a, "s", b"ping")
    first = len(numbers(a.drain()))
    assert 0 < first <= limits.LOCAL_FRAMES_PER_CALL_MAX
    assert a.deadline() == NOW
    a.tick(NOW)
    assert numbers(a.drain())


def test_a_briefcase_travels_and_handlers_run_on_leaving_and_arriving():
    builtins = builtins_of(traveller=Traveller)
    a = site(A, builtins=builtins, agents=[("traveller", 1)])
    move(a, B, NOW)
    [(_, hand_over)] = frames(a.drain(), StreamHandOver)
    b = site(B, builtins=builtins)
    b.receive(A, 1, hand_over, NOW)
    b.heard(A, (), NOW)
    b.receive(A, 1, permit_to(C, k=2), NOW)
    [(_, hand_over)] = frames(b.drain(), StreamHandOver)
    assert hand_over.agents[0].briefcase == b"-A+B*-B"


@pytest.mark.parametrize("agent", [Fragile, Greedy])
def test_a_handler_that_fails_has_no_effects_and_its_stream_lives_on(agent):
    a = site(A, builtins=builtins_of(agent=agent), agents=[("agent", 1)])
    a.receive(B, 1, message(1, payload=b"bad"), NOW)
    a.receive(B, 1, message(2), NOW)
    assert numbers(a.drain()) == [1, 2]
    move(a, B, NOW)
    [(_, hand_over)] = frames(a.drain(), StreamHandOver)
    (agent,) = hand_over.agents
    assert (agent.briefcase, agent.failed, bool(agent.error)) == (b"", True, True)


def test_a_kind_that_is_not_known_here_passes_on():
    a = site(A, agents=[("future", 3)])
    a.receive(B, 1, message(1), NOW)
    move(a, B, NOW)
    [(_, hand_over)] = frames(a.drain(), StreamHandOver)
    assert hand_over.agents == (state("future", 3, b"", failed=False),)


# --- heartbeats, disk, wire -----------------------------------------------------------------------


def test_a_long_heartbeat_names_all_streams_in_turn():
    names = [f"s{number}" for number in range(limits.STREAMS_PER_BEAT_MAX + 5)]
    a = site(A, streams=names)
    first, second = a.beat(), a.beat()
    assert len(first) == limits.STREAMS_PER_BEAT_MAX
    assert {name for name, _, _ in first + second} == set(names)


def test_hearsay_adds_no_stream_and_none_of_another_view():
    b = site(B)
    b.heard(C, (("t", 1, 0), ("s", 2, 5)), NOW)
    b.receive(C, 1, StreamElsewhere("t", primary_epoch((1, 1)), C), NOW)
    assert b.home_of("t") is None
    assert b.home_of("s") == (A, (1, 0))


def test_damaged_fields_are_told_to_people():
    for saved in ({"stream:at:s": b"\x00"}, {"stream:out:1:s": b"\x91\xc4\x00"}):
        with pytest.raises(KnownError):
            Streams(A, 1, saved)


def test_streams_are_told_apart_by_their_whole_name():
    a = site(B, streams=("s", "1:s", "s:1"))
    for name in ("s", "1:s", "s:1"):
        say(a, name, name.encode())
    again = site(B, streams=("s", "1:s", "s:1"), saved=disk(a.drain()), incarnation=2)
    sent = frames(again.drain(), Append)
    assert {frame.stream: frame.payload for _, frame in sent} == {
        "s": b"s",
        "1:s": b"1:s",
        "s:1": b"s:1",
    }


def test_frame_numbers_stay():
    assert {number: kind.__name__ for number, kind in REGISTRY.kinds().items()} == {
        40: "Append",
        41: "AppendAck",
        42: "StreamElsewhere",
        43: "StreamWish",
        44: "StreamPermit",
        45: "StreamHandOver",
        46: "StreamLuggage",
        47: "StreamRefused",
        48: "CallReply",
        49: "StreamRequest",
        50: "StreamAnswer",
        51: "StreamVet",
        52: "StreamVerdict",
        53: "SiteGuarded",
        54: "CodeWanted",
        55: "CodeChunk",
        56: "ReportWanted",
        57: "StreamReport",
    }


@given(st.binary(max_size=200))
def test_random_bytes_are_no_frame_or_an_error_of_the_peer(data):
    try:
        frame = REGISTRY.decode(data)
        if frame is not None:
            site(A).receive(B, 1, frame, NOW)
    except RemoteError:
        pass


def test_who_takes_a_stream_tells_its_source_and_the_leader_at_once():
    a = site(A)
    move(a, B, NOW)
    [(_, hand_over)] = frames(a.drain(), StreamHandOver)
    b = site(B)
    b.receive(A, 1, hand_over, NOW)
    [(target, told)] = frames(b.drain(), StreamElsewhere)
    assert (target, told.home, told.epoch) == (A, B, hand_over.epoch)
    a.receive(B, 1, told, NOW)
    a.drain()
    a.tick(LATER)
    assert not frames(a.drain(), StreamHandOver), "nothing is handed over any more"
