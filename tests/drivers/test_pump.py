"""The crank: one commit a turn, before anything is sent or shown; what happens when it fails."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND, Micros, after
from app.dispatcher.epochs import ViewId
from app.dispatcher.records import LoadLog, Saved, SaveField
from app.drivers.pump import Pump, Recipe
from app.node.api import Denied, Done, ReadStatus, SessionClosed, TroubleSeen
from app.node.contract import (
    CommandIssued,
    DatagramReceived,
    Emit,
    Load,
    Loaded,
    Persist,
    SendDatagram,
    TimerFired,
)

PEER = ("127.0.0.1", 9)
RANGE = LoadLog(((ViewId(1), 1, 2),))


class Loop:
    """A loop whose time is set by hand: nothing runs but by `run`."""

    def __init__(self):
        self.now = Micros(0)
        self.soon = []
        self.later = []

    def create_future(self):
        return Future()

    def call_soon(self, call):
        self.soon.append(call)

    def call_later(self, delay, call):
        timer = Timer(after(self.now, round(delay * SECOND)), call, self)
        self.later.append(timer)
        return timer

    def run(self):
        while self.soon:
            self.soon.pop(0)()

    def advance(self, micros):
        self.now = after(self.now, micros)
        for timer in sorted(self.later, key=lambda timer: timer.at):
            if timer in self.later and timer.at <= self.now:
                self.later.remove(timer)
                timer.call()
        self.run()


class Timer:
    def __init__(self, at, call, loop):
        self.at, self.call, self.loop = at, call, loop

    def cancel(self):
        if self in self.loop.later:
            self.loop.later.remove(self)


class Future:
    """As much of asyncio's as the pump uses."""

    error = None
    ended = False

    def done(self):
        return self.ended

    def set_result(self, _):
        self.ended = True

    def set_exception(self, error):
        self.ended, self.error = True, error


class Store:
    """Notes what is committed; fails while the world's disk is full."""

    def __init__(self, world):
        self.world = world

    def saved(self):
        return Saved(fields=dict(self.world.disk))

    def commit(self, records):
        if self.world.full:
            raise KnownError("The disk is full.")
        self.world.happened.append(("commit", len(records)))
        self.world.disk.update({record.name: record.value for record in records})

    def read(self, request):
        self.world.happened.append(("read", request))
        return ()

    def close(self):
        self.world.happened.append(("close",))


class Machine:
    """Does what the test puts in `script`: input -> outputs."""

    def __init__(self, world, saved):
        self.world, self.saved = world, saved
        self.inputs = []
        self.at = None
        self.first = True

    def handle(self, given, now):
        self.inputs.append(given)
        script = self.world.script.get(type(given), lambda _given: [])
        return script(given)

    def finish(self, now):
        self.world.turns += 1
        if self.first:
            self.first = False
            count = int(self.saved.fields.get("incarnation", b"0")) + 1
            return [Persist(SaveField("incarnation", b"%d" % count))]
        return []

    def deadline(self):
        return self.at


class World:
    def __init__(self):
        self.loop = cast("Any", Loop())
        self.disk = {}
        self.full = False
        self.happened: list[Any] = []
        self.script = {}
        self.machines = []
        self.thrown_away: list[Micros] = []
        self.turns = 0
        recipe = Recipe(self.open, lambda saved, _now: self.build(saved), self.revive)
        self.pump = Pump(
            recipe,
            send=lambda target, data: self.happened.append(("send", target, data)),
            emit=lambda event: self.emit(event),  # noqa: PLW0108 - tests replace `emit`
            clock=lambda: self.loop.now,
            loop=self.loop,
            thrown_away=lambda: self.thrown_away.append(self.loop.now),
        )

    def open(self):
        return Store(self)

    def build(self, saved):
        self.machines.append(Machine(self, saved))
        return self.machines[-1]

    def revive(self):
        return [CommandIssued(ReadStatus(99))]

    def emit(self, event):
        self.happened.append(("show", event))

    def start(self):
        self.pump.start()
        self.loop.run()
        self.happened.clear()
        self.turns = 0
        return self

    @property
    def shown(self):
        return [what[1] for what in self.happened if what[0] == "show"]


@pytest.fixture
def world():
    return World()


def packet(number=0):
    return DatagramReceived(PEER, b"%d" % number)


def test_the_first_turn_is_committed_before_start_returns(world):
    world.pump.start()
    assert world.disk == {"incarnation": b"1"}


def test_a_start_on_a_full_disk_is_refused_and_closes_the_journal(world):
    world.full = True
    with pytest.raises(KnownError, match="full"):
        world.pump.start()
    assert world.happened == [("close",)]


def test_a_turn_commits_then_sends_then_shows(world):
    world.start()
    world.script[DatagramReceived] = lambda _given: [
        Emit(Done(1)),
        SendDatagram(PEER, b"x"),
        Persist(SaveField("kmax", b"1")),
    ]
    world.pump.submit(packet())
    assert [what[0] for what in world.happened] == ["commit", "send", "show"]


def test_inputs_that_come_together_share_a_turn_and_a_commit(world):
    world.start()
    world.script[DatagramReceived] = lambda _given: [Persist(SaveField("kmax", b"1"))]
    world.pump.submit_all([packet(number) for number in range(100)])
    assert world.happened == [("commit", 100)]


def test_a_flood_is_cut_into_turns_and_the_loop_comes_between(world):
    world.start()
    count = 2 * limits.INPUTS_PER_TURN_MAX + 1
    world.pump.submit_all([packet(number) for number in range(count)])
    assert (world.turns, len(world.machines[0].inputs)) == (1, limits.INPUTS_PER_TURN_MAX)
    world.loop.run()
    assert world.turns == 3
    assert world.machines[0].inputs == [packet(number) for number in range(count)]


def test_datagrams_beyond_the_inbox_are_dropped_and_counted(world):
    world.start()
    world.pump.submit_all([packet()] * (limits.INBOX_INPUTS_MAX + 5))
    assert world.pump.dropped == 5


def test_what_is_submitted_while_an_event_is_shown_waits_for_the_next_turn(world):
    world.start()
    world.script[DatagramReceived] = lambda _given: [Emit(Done(1)), Emit(Done(2))]
    seen = []

    def emit(event):
        seen.append(event)
        if event == Done(1):
            world.pump.submit(TimerFired())
            seen.append(len(world.machines[0].inputs))

    world.emit = emit
    world.pump.submit(packet())
    assert seen == [Done(1), 1, Done(2)]
    world.loop.run()
    assert world.machines[0].inputs == [packet(), TimerFired()]


def test_a_load_is_read_after_the_commit_and_answered_in_a_later_turn(world):
    world.start()
    world.script[DatagramReceived] = lambda _given: [
        Load(7, RANGE),
        Persist(SaveField("kmax", b"1")),
        Emit(Done(1)),
    ]
    world.pump.submit(packet())
    assert [what[0] for what in world.happened] == ["commit", "show", "read"]
    world.loop.run()
    assert world.machines[0].inputs[-1] == Loaded(7, ())


def test_one_timer_fires_at_the_deadline(world):
    world.start()
    world.machines[0].at = Micros(1_000)
    world.pump.submit(packet())
    world.pump.submit(packet())
    assert [timer.at for timer in world.loop.later] == [1_000]
    world.machines[0].at = None
    world.loop.advance(1_000)
    assert world.machines[0].inputs[-1] == TimerFired()
    assert world.loop.later == []


def test_an_earlier_deadline_replaces_the_timer(world):
    world.start()
    for at in (Micros(5_000), Micros(2_000)):
        world.machines[0].at = at
        world.pump.submit(packet())
    assert [timer.at for timer in world.loop.later] == [2_000]


def test_a_deadline_that_has_passed_fires_at_once(world):
    world.start()
    world.loop.advance(9_000)
    world.machines[0].at = Micros(5)
    world.pump.submit(packet())
    assert [timer.at for timer in world.loop.later] == [9_000]


def fail_a_turn(world):
    world.start()
    world.script[CommandIssued] = lambda _given: [
        SendDatagram(PEER, b"acknowledged"),
        Persist(SaveField("name", b"ben")),
        Emit(Done(5, "taken")),
    ]
    world.full = True
    world.pump.submit(CommandIssued(ReadStatus(5)))


def test_of_a_turn_that_was_not_committed_nothing_is_sent_or_shown(world):
    fail_a_turn(world)
    assert [what[0] for what in world.happened] == ["close", "show", "show"]
    assert [type(event) for event in world.shown] == [TroubleSeen, Denied]
    assert world.shown[0].code == "disk"
    assert world.shown[1].token == 5


def test_what_belongs_to_a_machine_goes_with_it(world):
    fail_a_turn(world)
    assert world.thrown_away == [world.loop.now]


def test_after_a_failed_commit_commands_are_denied_and_packets_ignored(world):
    fail_a_turn(world)
    world.happened.clear()
    world.pump.submit_all([packet(), CommandIssued(ReadStatus(6))])
    assert [(type(event), event.token) for event in world.shown] == [(Denied, 6)]
    assert "full" in world.shown[0].why


def test_it_tries_every_two_seconds_and_goes_on_as_a_new_incarnation(world):
    fail_a_turn(world)
    old = world.machines[-1]
    world.loop.advance(limits.REOPEN_MICROS)
    assert world.disk == {"incarnation": b"1"}
    world.full = False
    world.loop.advance(limits.REOPEN_MICROS - 1)
    assert world.disk == {"incarnation": b"1"}
    world.loop.advance(1)
    assert world.machines[-1] is not old
    assert world.disk["incarnation"] == b"2"
    assert world.machines[-1].inputs == [CommandIssued(ReadStatus(99))]
    assert [event.code for event in world.shown if isinstance(event, TroubleSeen)] == [
        "disk",
        "disk-works",
    ]
    assert world.shown[-1] == Done(5, "taken")


def test_a_command_of_an_earlier_turn_that_has_no_answer_yet_is_denied(world):
    world.start()
    world.pump.submit(CommandIssued(ReadStatus(3)))
    world.script[DatagramReceived] = lambda _given: [Persist(SaveField("kmax", b"1"))]
    world.full = True
    world.pump.submit(packet())
    assert [event.token for event in world.shown if isinstance(event, Denied)] == [3]


def test_a_failing_read_counts_as_a_failed_disk(world):
    world.start()
    world.script[DatagramReceived] = lambda _given: [Load(7, RANGE)]

    def read(_request):
        raise KnownError("The journal is damaged.")

    world.pump._store.read = read
    world.pump.submit(packet())
    assert [event.code for event in world.shown] == ["disk"]


def test_a_mistake_of_ours_stops_the_pump_and_shows_nothing(world):
    world.start()

    def mistake(_given):
        raise ZeroDivisionError

    world.script[DatagramReceived] = mistake
    world.pump.submit(packet())
    assert isinstance(world.pump.done.error, ZeroDivisionError)
    world.pump.submit(packet())
    assert (world.happened, world.loop.later) == ([], [])


def test_the_session_ends_with_its_closing_event(world):
    world.start()
    world.script[CommandIssued] = lambda given: [
        Emit(Done(given.command.token)),
        Emit(SessionClosed(left=False)),
    ]
    world.pump.submit(CommandIssued(ReadStatus(1)))
    assert world.pump.done.done()
    world.pump.submit(CommandIssued(ReadStatus(2)))
    assert world.shown[-1] == Denied(2, "This session is closed.")


def test_closing_lets_go_of_the_journal_and_the_timer(world):
    world.start()
    world.machines[0].at = Micros(1_000)
    world.pump.submit(packet())
    world.pump.close()
    assert (world.happened[-1], world.loop.later) == (("close",), [])
    assert world.pump.done.done()


def test_it_runs_on_a_real_loop():
    async def session():
        world = World()
        world.loop = asyncio.get_running_loop()
        pump = Pump(
            Recipe(world.open, lambda saved, _now: world.build(saved), world.revive),
            send=lambda *_: None,
            emit=world.emit,
            clock=lambda: Micros(round(world.loop.time() * SECOND)),
            loop=world.loop,
        )
        world.script[TimerFired] = lambda _given: [Emit(SessionClosed(left=False))]
        pump.start()
        world.machines[0].at = Micros(round(world.loop.time() * SECOND))
        pump.submit(packet())
        await pump.done
        pump.close()

    asyncio.run(session())
