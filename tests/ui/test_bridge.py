"""Between node and window: order, numbers, and that no answer comes from within the asking."""

from __future__ import annotations

from app.node.api import (
    Denied,
    Done,
    EntriesSettled,
    PeopleChanged,
    ReadStatus,
    SayChat,
    SendHint,
    TypingNow,
)
from app.ui.bridge import FIRST_TOKEN, NodeBridge


def test_an_answer_never_comes_from_within_the_call(qtbot):
    bridge = NodeBridge()
    bridge.attach(lambda _command: bridge.on_event(Done(FIRST_TOKEN, "here")))
    told: list[object] = []
    bridge.ask(ReadStatus, told.append)
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    assert told == [Done(FIRST_TOKEN, "here")]


def test_events_keep_their_order_when_some_are_late(qtbot):
    bridge = NodeBridge()
    bridge.attach(lambda _command: bridge.on_event(EntriesSettled(1)))
    seen: list[object] = []
    bridge.seen.connect(seen.append)
    bridge.submit(SayChat(bridge.token(), "hello"))
    bridge.on_event(EntriesSettled(2))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [EntriesSettled(1), EntriesSettled(2)]


def test_each_family_has_its_signal(qtbot):
    bridge = NodeBridge()
    with qtbot.waitSignals([bridge.people, bridge.order]):
        bridge.on_event(PeopleChanged(()))
        bridge.on_event(EntriesSettled(3))


def test_without_a_session_commands_are_denied_and_hints_dropped(qtbot):
    bridge = NodeBridge()
    told: list[object] = []
    bridge.ask(ReadStatus, told.append)
    bridge.submit(SendHint(TypingNow()))
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], Denied)


def test_who_waits_when_the_session_ends_is_told(qtbot):
    bridge = NodeBridge()
    bridge.attach(lambda _command: None)
    told: list[object] = []
    bridge.ask(ReadStatus, told.append)
    bridge.detach("closed")
    assert told == [Denied(FIRST_TOKEN, "closed")]
    bridge.on_event(Done(FIRST_TOKEN))
    assert len(told) == 1


def test_no_number_is_given_twice(qapp):
    bridge = NodeBridge()
    numbers = [bridge.token() for _each in range(100)]
    assert len(set(numbers)) == 100
    assert min(numbers) >= FIRST_TOKEN
