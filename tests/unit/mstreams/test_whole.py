"""What agents, policies and failures do, one behaviour at a time, over several sites."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.instant import SECOND, Micros, after
from app.mstreams.agent import BUILTINS, Agent, Context, Scene
from app.mstreams.basic import Witness
from app.mstreams.effects import Answered
from app.mstreams.epochs import primary_epoch
from app.mstreams.events import APPEND, Happening, Message
from app.mstreams.frames import REGISTRY, CodeChunk, StreamLuggage, StreamVet
from app.mstreams.records import ControlWanted
from tests.unit.mstreams.test_whole_machine import add
from tests.unit.mstreams.whole import Whole
from tests.unit.mstreams.world import key_of

A, B, C = key_of(0), key_of(1), key_of(2)


@BUILTINS.register("diary", 1)
class Diary(Agent):
    """Says on the console what happens to it."""

    def on_attached(self, context):
        context.say(f"begins at {context.location}")

    def on_append(self, context, message):
        context.say(f"{message.name}@{message.location}: {message.payload.decode()}")

    def on_departure(self, context):
        context.say(f"leaves {context.location} for {context.text}")

    def on_arrival(self, context):
        context.say(f"arrives at {context.location}")

    def on_relocation(self, context):
        context.say(f"has moved to {context.location}")

    def on_failure(self, context):
        context.say(f"{context.text} failed")

    def on_agent(self, context):
        context.say(f"agent {context.text} is new")

    def on_open(self, context):
        context.say(f"{context.asker} opens {context.text}")

    def on_site_joined(self, context):
        context.say(f"{context.text} joined")

    def on_site_left(self, context):
        context.say(f"{context.text} left")

    def on_timer(self, context):
        context.say(f"timer {context.text}")

    def on_closing(self, context):
        context.say(f"ends at {context.location}")

    def on_reply(self, context, call, ok, payload):
        context.say(f"call {call}: {ok} {payload.decode()}")


@BUILTINS.register("obedient", 1)
class Obedient(Agent):
    """Does what the message says."""

    def on_append(self, context, message):
        match message.payload.decode().split():
            case ["timer", name, ms]:
                context.set_timer(name, int(ms))
            case ["call", stream]:
                context.call(stream, b"ping", 7)
            case ["exit"]:
                context.exit()
            case ["move", location]:
                context.move(int(location))
            case ["make", stream]:
                context.create(stream)
            case ["hire", stream]:
                context.register(stream, "diary@1")
            case ["end", stream]:
                context.destroy(stream)
            case ["send", stream, count]:
                for number in range(int(count)):
                    context.append(stream, b"%d " % number + bytes(8_000))
            case _:
                pass
        context.answer(b"pong")


@BUILTINS.register("censor", 1)
class Censor(Agent):
    """A controller: bad words reach nobody, sites 3 on are strangers, nobody leaves on a whim."""

    def on_open(self, context):
        context.say("somebody opens it")
        if context.asker == "@3":
            context.deny("not for 3")

    def on_append(self, context, message):
        if b"bad" in message.payload:
            context.deny("bad words")

    def on_departure(self, context):
        context.deny("stay")


def make(world, key, name):
    world.ask(key, lambda work, token: work.create(token, "", name))
    world.settle(1)


def whole(*streams, sites=3):
    world = Whole(sites)
    for name, kind in streams:
        make(world, A, name)
        add(world, A, name, kind, "")
    world.settle(1)
    return world


def texts(world, stream=None):
    lines = [line.text for line in world.lines if stream in {None, line.stream}]
    world.lines.clear()
    return lines


def send_off(world, name, location):
    return world.ask(A, lambda work, token: work.move("", name, location, token))


def go(world, name, location):
    token = send_off(world, name, location)
    world.settle(3)
    return world.told[token]


def order(world, name, text):
    world.append(A, name, text.encode())
    world.settle(2)


def test_what_an_agent_sees_of_a_life():
    world = whole(("s", "diary@1"))
    assert texts(world) == ["begins at 1"]
    order(world, "s", "hello")
    assert texts(world) == ["@1@1: hello"]
    assert go(world, "s", 2).ok
    assert texts(world) == ["leaves 1 for 2", "begins at 2", "arrives at 2", "has moved to 2"]
    add(world, C, "s", "diary@1", "")
    world.settle(2)
    assert texts(world) == ["begins at 2", "agent 2 is new"]
    token = world.ask(C, lambda work, token: work.open(token, "", "s"))
    world.settle(2)
    assert world.told[token].ok
    assert texts(world) == ["@3 opens s", "@3 opens s"]
    world.ask(A, lambda work, token: work.unregister(token, "", "s", 1))
    world.settle(2)
    assert sorted(texts(world)) == ["ends at 1", "ends at 2"]
    world.ask(A, lambda work, token: work.destroy(token, "", "s"))
    world.settle(2)
    assert texts(world) == ["ends at 2"]
    assert world.where("s") == {None}


def test_agents_are_replaced_while_messages_wait():
    world = whole(("s", "diary@1"))
    world.stop(C)
    for number in range(3):
        world.append(B, "s", b"%d" % number)
    world.ask(A, lambda work, token: work.unregister(token, "", "s", 1))
    add(world, A, "s", "diary@1", "")
    for number in range(3, 6):
        world.append(B, "s", b"%d" % number)
    world.settle(3)
    assert world.payloads("s") == [b"%d" % number for number in range(6)]
    heard = [text.partition(": ")[2] for text in texts(world) if "@2@2" in text]
    assert heard == sorted(heard), "each by whoever was there, in order"
    assert heard[-1] == "5"


def controlled(*kinds):
    """A stream with a censor, and these agents beside it."""
    world = Whole(3)
    make(world, A, "s")

    def control(work, token):
        work.register(token, "", "s", work.define("censor@1", "", "", controls=True))

    world.ask(A, control)
    world.settle(1)
    for kind in kinds:
        add(world, A, "s", kind, "")
        world.settle(1)
    texts(world)
    return world


def opening(world, key):
    token = world.ask(key, lambda work, token: work.open(token, "", "s"))
    world.settle(2)
    return world.told[token]


def test_a_controller_hears_of_an_opening_first_and_decides_whether_the_others_do():
    world = controlled("diary@1")
    assert opening(world, B).ok
    assert texts(world) == ["somebody opens it", "@2 opens s"]
    refused = opening(world, C)
    assert (refused.ok, refused.value) == (False, "not for 3")
    assert texts(world) == ["somebody opens it"]


def test_what_only_controllers_are_asked_is_no_event_for_the_others():
    world = controlled("diary@1")
    add(world, B, "s", "diary@1", "")
    world.settle(2)
    assert texts(world) == ["begins at 1", "agent 3 is new"]


def test_nobody_waits_for_agents_that_are_only_told_of_an_opening():
    world = whole(("s", "diary@1"))
    assert go(world, "s", 3).ok
    world.stop(C)
    token = world.ask(B, lambda work, token: work.open(token, "", "s"))
    for _ in range(40):
        while world.bag:
            world.deliver(0)
        for key in (A, B):
            world.apply_all(key)
            world.tick(key)
        world.now = Micros(world.now + SECOND // 4)
    assert world.told[token].ok


def test_a_call_that_the_controller_denies_gets_its_reason():
    world = controlled("obedient@1")
    answers = []
    for text in (b"good", b"bad"):
        token = world.ask(B, lambda work, token, text=text: work.call(token, "", "s", text))
        world.settle(2)
        answers.append((world.told[token].ok, world.told[token].value))
    assert answers == [(True, b"pong"), (False, "'s': bad words")]


def test_a_controller_withholds_messages_and_keeps_its_stream():
    world = controlled("diary@1")
    order(world, "s", "good")
    order(world, "s", "bad")
    assert texts(world) == ["@1@1: good"]
    assert world.payloads("s") == [b"good", b"bad"]
    answer = go(world, "s", 2)
    assert (answer.ok, answer.value) == (False, "stay")
    token = world.ask(A, lambda work, token: work.unregister(token, "", "s", 1))
    world.settle(2)
    assert "ends with its stream" in str(world.told[token].value)
    token = add(world, A, "s", "censor@1", "")
    world.settle(1)
    assert world.told[token].ok


def test_a_timer_rings_also_after_a_move_and_a_restart():
    world = whole(("s", "obedient@1"))
    add(world, A, "s", "diary@1", "")
    order(world, "s", "timer tea 20000")
    assert go(world, "s", 2).ok
    world.stop(B)
    world.settle(2)
    assert "timer tea" not in texts(world)
    world.now = Micros(world.now + 30 * SECOND)
    world.settle(3)
    assert "timer tea" not in texts(world), "it was the other agent's timer"
    order(world, "s", "exit")
    assert world.sites[A].rosters["s"].find(1) is None


def test_builtin_agents_make_call_hire_and_end():
    world = whole(("s", "obedient@1"), ("t", "obedient@1"))
    order(world, "s", "make u")
    assert len(world.where("u")) == 1
    order(world, "s", "hire u")
    assert texts(world, "u") == ["begins at 1"]
    order(world, "s", "call t")
    order(world, "s", "end u")
    assert world.where("u") == {None}
    order(world, "s", "move 9")
    assert texts(world, "s") == ["agent 1: there is no site at location 9"]
    assert world.payloads("t") == [b"ping"]
    order(world, "s", "move 3")
    assert world.sites[C].streams.location_of("s") == 3


def test_a_reply_reaches_the_agent_that_called():
    world = whole(("t", "obedient@1"))

    @BUILTINS.register("caller", 1)
    class Caller(Agent):
        def on_append(self, context, message):
            context.call("t", b"ping", 3)

        def on_reply(self, context, call, ok, payload):
            context.say(f"call {call}: {ok} {payload.decode()}")

    world.ask(B, lambda work, token: work.create(token, "", "s"))
    world.settle(1)
    add(world, A, "s", "caller@1", "")
    world.settle(1)
    order(world, "s", "x")
    assert texts(world, "s") == ["call 3: True pong"]


def test_a_stream_takes_along_what_it_said_and_nobody_heard_yet():
    world = whole(("s", "obedient@1"), ("t", "diary@1"))
    assert go(world, "t", 3).ok
    world.stop(C)
    for _ in range(2):
        world.append(A, "s", b"send t 15")
    while world.bag:
        world.deliver(0)
    before = len(world.bag)
    world.ask(A, lambda work, token: work.move("", "s", 2, token))
    parts = 0
    for _ in range(50):
        while world.bag:
            frame = REGISTRY.decode(world.bag[0].data)
            parts += isinstance(frame, StreamLuggage)
            world.deliver(0)
        world.tick(A)
        world.now = Micros(world.now + SECOND // 10)
    assert before == 0
    assert parts >= 2, "more than one frame holds"
    world.stop(A)
    world.settle(10)
    assert world.where("s") == {(B, (1, 1))}
    assert [int(p.split(b" ")[0]) for p in world.payloads("t")] == [*range(15), *range(15)]
    assert world.leftovers() == []


def test_what_a_stream_brings_for_another_that_has_ended_is_void():
    world = whole(("s", "obedient@1"), ("t", "diary@1"))
    assert go(world, "t", 3).ok
    world.stop(C)
    world.append(A, "s", b"send t 3")
    world.ask(A, lambda work, token: work.destroy(token, "", "t"))
    world.apply_all(B)
    send_off(world, "s", 2)
    while world.bag:
        world.deliver(0)
    assert world.where("s") == {(B, (1, 1))}
    world.settle(3)
    assert world.leftovers() == []


def test_streams_of_a_lost_site_come_to_the_leader_and_go_on_in_order():
    world = whole(("s", "diary@1"), ("q", "relay@1"))
    world.ask(A, lambda work, token: work.create(token, "", "far"))
    world.settle(1)
    add(world, A, "far", "diary@1", "")
    world.settle(1)
    add(world, A, "q", "relay@1", "far")
    world.settle(1)
    for name in ("s", "q"):
        assert go(world, name, 2).ok
    world.append(C, "q", b"0")
    world.settle(2)
    world.stop(B)
    for number in range(1, 4):
        world.append(C, "s", b"%d" % number)
        world.append(C, "q", b"%d" % number)
    texts(world)
    world.install((A, C))
    world.settle(5)
    assert world.where("s") == {(A, (2, 0))}
    said = texts(world, "s")
    assert "2 failed" in said
    assert [text for text in said if text.startswith("@3")] == [f"@3@3: {n}" for n in (1, 2, 3)]
    assert world.payloads("far")[-3:] == [b"1", b"2", b"3"]
    far = [one for one in world.consumed if one.stream == "far"]
    assert {one.incarnation for one in far if one.payload != b"0"} == {2}, "a new life of q"
    assert world.leftovers() == []


def test_a_stream_that_moved_to_a_site_which_is_gone_is_found_by_who_sent_it_there():
    world = whole(("s", "diary@1"))
    assert go(world, "s", 2).ok
    send_off(world, "s", 3)
    while world.sites[C].streams.home_of("s") != (C, (1, 2)):
        world.deliver(0)
    world.beat(C, B)
    world.bag.clear()
    world.stop(B)
    world.start(B)
    world.bag.clear()
    world.stop(C)
    world.install((A, B))
    world.settle(5)
    assert world.where("s") == {(A, (2, 0))}


def test_sites_that_come_and_go_are_events_at_every_stream():
    world = whole(("s", "diary@1"))
    texts(world)
    world.install((A, C))
    world.settle(1)
    assert texts(world) == ["2 left"]
    world.install((A, C, B))
    world.settle(1)
    assert texts(world) == ["2 joined"]


def test_source_goes_to_a_site_once_and_from_the_leader():
    world = Whole(3)
    world.ask(B, lambda work, token: work.create(token, "", "s"))
    world.settle(1)
    add(world, B, "s", "tcl", "s")
    sent: list[tuple[object, object]] = []
    for location in (3, 2, 3, 1, 3):
        send_off(world, "s", location)
        for _ in range(20):
            for key in world.members:
                while world.sites[key].applied < len(world.order):
                    world.apply_one(key)
                world.hear_guest(key)
                world.tick(key)
            while world.bag:
                parcel = world.bag[0]
                if isinstance(REGISTRY.decode(parcel.data), CodeChunk):
                    sent.append((parcel.sender, parcel.target))
                world.deliver(0)
            world.now = Micros(world.now + SECOND // 10)
    assert sent == [(B, A), (A, C)]


def test_a_site_that_does_not_answer_is_a_refusal():
    world = whole(("s", "diary@1"))
    world.stop(B)
    token = world.ask(A, lambda work, token: work.move("", "s", 2, token))
    assert any(isinstance(REGISTRY.decode(parcel.data), StreamVet) for parcel in world.bag)
    for _ in range(30):
        world.bag.clear()
        world.tick(A)
        world.now = Micros(world.now + SECOND // 4)
    assert not world.told[token].ok
    assert "in time" in str(world.told[token].value)


def test_the_same_request_again_is_not_carried_out_again():
    world = Whole(2)
    world.ask(B, lambda work, token: work.create(token, "", ""))
    (parcel,) = world.bag
    for _ in range(3):
        world.bag.insert(0, parcel)
        world.deliver(0)
    world.settle(2)
    assert len([entry for entry in world.order if entry.what == "created"]) == 1


def test_too_many_shells_are_refused():
    world = Whole(1)
    tokens = [
        world.ask(A, lambda work, token: work.connect(token, "")) for _ in range(limits.SHELLS_MAX)
    ]
    assert all(world.told[token].ok for token in tokens)
    refused = world.ask(A, lambda work, token: work.connect(token, ""))
    assert refused not in world.told


@pytest.mark.parametrize("name", ["", "a b@", "x" * 70])
def test_names_of_shells_have_a_form(name):
    world = Whole(1)
    token = world.ask(A, lambda work, token: work.connect(token, name))
    assert (token in world.told) == (name == "")


def test_a_hopper_goes_round_and_says_when_it_is_done():
    world = Whole(3)
    make(world, A, "s")
    add(world, A, "s", "hopper@1", "7")
    world.settle(1)
    world.append(A, "s", b"go")
    world.settle(10)
    assert texts(world, "s") == ["begun", "done"]
    streams = world.sites[A].streams
    assert streams is not None
    assert streams.location_of("s") == 1 + 7 % 3


def entered(world, name):
    """k of each move that the order has."""
    return [
        entry.epoch[1]
        for entry in world.order
        if isinstance(entry, ControlWanted) and (entry.stream, entry.what) == (name, "moved")
    ]


def test_a_stream_that_moves_on_and_on_is_entered_now_and_then_and_where_it_comes_to_rest():
    world = Whole(3)
    make(world, A, "s")
    add(world, A, "s", "hopper@1", "60")
    world.settle(1)
    world.append(A, "s", b"go")
    world.settle(10)
    moves = entered(world, "s")
    assert (moves[0], moves[-1]) == (1, 60)
    assert len(moves) < 30
    assert world.where("s") == {(A, (1, 60))}


def test_the_next_move_is_entered_once_the_pause_has_ended():
    world = whole(("s", "diary@1"))
    go(world, "s", 2)
    send_off(world, "s", 3)
    while world.bag:
        world.deliver(0)
    assert entered(world, "s") == [1, 2], "the pause after the first had ended"
    send_off(world, "s", 2)
    while world.bag:
        world.deliver(0)
    assert entered(world, "s") == [1, 2]
    streams = world.sites[A].streams
    assert streams is not None
    assert streams.deadline() <= world.now + limits.MOVED_PAUSE_MICROS
    world.now = after(world.now, limits.MOVED_PAUSE_MICROS)
    world.tick(A)
    assert entered(world, "s") == [1, 2, 3]


def test_a_stream_that_moved_on_without_an_entry_is_found_when_its_home_is_lost():
    world = whole(("s", "diary@1"))
    go(world, "s", 2)
    for location in (3, 2, 3):
        send_off(world, "s", location)
        while world.bag:
            world.deliver(0)
    assert entered(world, "s") == [1, 2], "the last two moves are in no log"
    world.stop(C)
    world.install((A, B))
    world.settle(5)
    assert world.where("s") == {(A, (2, 0))}


def test_a_source_says_its_numbers_once_and_in_order_while_both_ends_move():
    world = whole(("t", "drifter@1"))
    make(world, A, "s")
    add(world, A, "s", "source@1", "t 40 90")
    world.settle(1)
    world.append(A, "s", b"go")
    world.settle(20)
    assert world.payloads("t") == [str(number).encode() for number in range(1, 91)]
    streams = world.sites[A].streams
    assert streams is not None
    assert streams.location_of("s") == 3


def test_a_witness_sees_the_order_of_each_sender_wherever_it_is():
    world = whole(("s", "witness@1"))
    for _ in range(3):
        world.append(A, "s", b"x")
        world.append(B, "s", b"y")
        world.settle(1)
        go(world, "s", 2 + len(world.payloads("s")) % 2)
    token = world.ask(B, lambda work, token: work.call(token, "", "s", b"?"))
    world.settle(3)
    assert world.told[token].value == b"0"


def test_a_witness_counts_what_comes_no_later_than_one_before():
    witness, briefcase = Witness(), b""
    for number, early in ((1, 0), (3, 0), (2, 1), (3, 1), (3, 2)):
        scene = Scene("s", A, 1, primary_epoch((1, 0)), Happening(APPEND))
        context = Context(scene, 1, "", briefcase)
        witness.on_append(context, Message(A, "", 1, number, b"", location=1))
        briefcase = context.briefcase
        assert context.effects == [Answered(str(early).encode())]
