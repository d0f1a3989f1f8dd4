"""What people do becomes one entry for each frame; nothing is reordered, little is left out."""

from __future__ import annotations

from app.core import limits
from app.core.instant import MILLI, Micros
from app.tkshare.model.batches import Batches
from app.tkshare.model.events import Event
from tests.unit.tkshare.stage import key, move, press, release

SHARE = "a" * 16 + ".1.1"


def at(millis: int) -> Micros:
    return Micros(millis * MILLI)


def kinds(batches: Batches, now: Micros) -> list[list[str]]:
    return [[event.kind for event in entry.events] for entry in batches.due(now)]


def later(event: Event, offset_ms: int) -> Event:
    return Event(event.kind, event.window, event.fields, offset_ms)


def test_the_first_event_goes_at_once_and_the_rest_of_the_frame_together():
    batches = Batches(SHARE)
    batches.take(1, 100, (press(),))
    assert kinds(batches, at(0)) == [["press"]]
    batches.take(1, 105, (release(),))
    batches.take(1, 110, (key(),))
    assert kinds(batches, at(15)) == []
    assert batches.deadline() == at(16)
    (entry,) = batches.due(at(16))
    assert [(event.kind, event.offset_ms) for event in entry.events] == [("release", 0), ("key", 5)]
    assert (entry.seen, entry.t0_ms) == (1, 105)
    assert batches.deadline() is None


def test_moves_without_a_button_are_coalesced_but_never_across_something_else():
    batches = Batches(SHARE)
    batches.take(1, 0, (move(1, state=0), later(move(2, state=0), 3), key(), later(move(3), 9)))
    (entry,) = batches.due(at(0))
    assert [event.kind for event in entry.events] == ["move", "key", "move"]
    assert entry.events[0].field("x") == 2


def test_moves_of_a_drag_are_all_kept():
    batches = Batches(SHARE)
    batches.take(1, 0, (press(), move(1), move(2), move(3), release(), move(4), move(5)))
    (entry,) = batches.due(at(0))
    assert [event.kind for event in entry.events].count("move") == 4


def test_what_was_captured_after_another_index_is_another_entry():
    batches = Batches(SHARE)
    batches.take(1, 0, (key("a"),))
    batches.take(2, 1, (key("b"),))
    assert [entry.seen for entry in batches.due(at(0))] == [1, 2]


def test_a_flood_is_bounded_and_releases_are_lost_last():
    batches = Batches(SHARE)
    many = limits.SHARE_EVENTS_MAX * limits.SHARE_BATCHES_MAX
    for number in range(2 * many):
        batches.take(1, number, (key(),))
    batches.take(2, 0, (release(),))
    entries = batches.due(at(0))
    assert len(entries) == limits.SHARE_BATCHES_MAX + 1
    assert batches.lost == many
    assert entries[-1].events[0].kind == "release"


def test_a_clock_that_goes_back_begins_another_entry():
    batches = Batches(SHARE)
    batches.take(1, 100, (key(),))
    batches.take(1, 50, (key(),))
    assert [entry.t0_ms for entry in batches.due(at(0))] == [100, 50]
