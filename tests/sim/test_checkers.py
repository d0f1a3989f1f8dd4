"""Each checker bites: histories made by hand that break one promise, beside some that don't."""

from __future__ import annotations

import pytest

from app.core.ids import site_of
from app.dispatcher.epochs import Epoch, ViewId
from app.dispatcher.records import DropLog, DropQueue, SaveField, SaveLog, SaveQueue
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import Slot
from app.mstreams.migration import State
from app.mstreams.records import STREAM_RECORD, StreamRecord, at_field, out_field
from app.node import api
from app.rooms.bodies import CODECS
from app.rooms.bodies import Stream as StreamBody
from app.sim.violation import Violation
from tests.sim.histories import A, B, C, D, Story, accepted, altered, key_of, number, promised


def broken(checker):
    return pytest.raises(Violation, match=f"^{checker}: ")


@pytest.fixture
def story():
    """A, B and C in view 2; A holds the token."""
    told = Story()
    told.begin((A, B, C))
    return told


def ordered_once(story):
    """A says a1 and orders it; B stores it."""
    first = story.place(story.say(A), view=2)
    story.store(A, first)
    story.store(B, first)
    return first


def decide(story, view, *sites):
    """These sites accept a view; their logs were empty when they promised."""
    for site in sites:
        story.commit(site, number("firm", 0), promised(), accepted(view))


def test_a_plain_history_breaks_nothing(story):
    first = ordered_once(story)
    entry = story.say(B)
    story.queue(B, 1, entry)
    second = story.place(entry, first, view=2)
    story.store(A, second)
    story.store(B, second, dropped=(1,))
    story.store(C, first, second)
    story.show(C, first, second)
    story.show_settled(C, 2)


# --- one order ------------------------------------------------------------------------------------


def test_two_rows_of_one_view_and_index_are_noticed(story):
    ordered_once(story)
    with broken("one order"):
        story.store(C, story.place(story.say(C), view=2))


def test_a_chain_that_does_not_continue_is_noticed(story):
    first = ordered_once(story)
    second = story.place(story.say(A), first, view=2)
    with broken("one order"):
        story.store(A, altered(second, chain=bytes(32)))


def test_an_epoch_that_goes_back_is_noticed(story):
    first = story.place(story.say(A), view=2, k=1)
    story.store(A, first)
    with broken("one order"):
        story.store(A, story.place(story.say(A), first, view=2, k=0))


def test_a_log_with_a_hole_is_noticed(story):
    with broken("readable"):
        story.commit(A, number("length", 3))


# --- authors --------------------------------------------------------------------------------------


def test_a_gap_in_an_authors_numbers_is_noticed(story):
    story.queue(B, 1, story.say(B), second := story.say(B))
    with broken("authors"):
        story.store(A, story.place(second, view=2))


def test_an_entry_that_stands_twice_is_noticed(story):
    first = ordered_once(story)
    with broken("authors"):
        story.store(A, story.place(first.entry, first, view=2))


def test_an_entry_that_nobody_said_is_noticed(story):
    ordered_once(story)
    with broken("authors"):
        story.queue(C, 1, story.say(A))


def test_two_entries_of_one_name_are_noticed(story):
    story.queue(B, 1, story.say(B, b"one thing"))
    other = Story().say(B, b"another")
    with broken("authors"):
        story.queue(B, 2, other)


def test_an_entry_before_one_that_its_author_had_seen_is_noticed():
    story = Story(4)
    story.begin((A, B, C, D))
    ordered_once(story)
    answer = story.say(B)
    story.queue(B, 1, answer)
    view = story.view(3, (C, B), first=C)
    decide(story, view, A, C)
    story.install(C, view)
    with broken("authors"):
        story.store(C, story.place(answer, view=3))


def test_an_entry_before_one_that_its_author_had_not_seen_is_fine(story):
    first = story.place(story.say(A), view=2)
    entry = story.say(B)
    story.queue(B, 1, entry)
    second = story.place(entry, first, view=2)
    story.store(A, first, second)
    story.store(C, first, second)


def test_an_acknowledged_entry_must_be_on_disk(story):
    story.queue(B, 1, kept := story.say(B))
    story.watch.acknowledged(B, (kept.id,))
    with broken("authors"):
        story.watch.acknowledged(B, (story.say(B).id,))


# --- keeping --------------------------------------------------------------------------------------


def test_an_entry_dropped_from_a_queue_unordered_is_noticed(story):
    story.queue(B, 1, story.say(B))
    with broken("keeping"):
        story.commit(B, DropQueue((1,)))


def test_a_queue_position_written_over_is_a_loss(story):
    story.queue(B, 1, story.say(B))
    with broken("keeping"):
        story.queue(B, 1, story.say(B))


def test_an_entry_in_log_and_queue_is_noticed(story):
    story.queue(B, 1, entry := story.say(B))
    with broken("keeping"):
        story.store(B, story.place(entry, view=2))


def test_an_entry_taken_back_and_not_queued_is_noticed(story):
    view = alone_then_view_3(story)[1]
    with broken("keeping"):
        story.install(A, view, number("length", 0))


def test_an_entry_taken_back_and_queued_is_fine(story):
    first, view = alone_then_view_3(story)
    story.install(A, view, number("length", 0), SaveQueue(1, (first.entry,)))


def alone_then_view_3(story):
    """A orders an entry that nobody else stores; view 3 begins without it."""
    first = story.place(story.say(A), view=2)
    story.store(A, first)
    view = story.view(3, (A, C), first=C)
    decide(story, view, A, C)
    return first, view


# --- one holder -----------------------------------------------------------------------------------


def test_two_holders_in_one_view_are_noticed(story):
    with broken("one holder"):
        story.commit(B, number("hold", 1), number("kmax", 1))


def test_a_move_of_the_token_is_fine(story):
    story.commit(A, number("hold", None), number("kmax", 1))
    story.commit(B, number("hold", 1), number("kmax", 1))


def test_a_token_taken_a_second_time_is_noticed(story):
    story.commit(A, number("hold", None), number("kmax", 1))
    with broken("one holder"):
        story.commit(A, number("hold", 0))


@pytest.mark.parametrize("name", ["kmax", "settled"])
def test_numbers_that_fall_are_noticed(story, name):
    first = ordered_once(story)
    story.store(C, first)
    story.commit(A, number(name, 1))
    with broken("one holder"):
        story.commit(A, number(name, 0))


def test_a_view_that_goes_back_is_noticed(story):
    with broken("one holder"):
        story.commit(A, number("prim", 1), number("hold", None))


# --- one view -------------------------------------------------------------------------------------


def test_a_certificate_without_a_quorum_is_noticed(story):
    view = story.view(3, (A, B))
    story.commit(A, promised(), accepted(view))
    with broken("one view"):
        story.commit(A, story.certificate(view))


def test_two_decided_views_of_one_number_are_noticed(story):
    for owner, view in ((A, story.view(3, (A, B))), (C, story.view(3, (B, C), first=B))):
        story.commit(owner, promised(owner), accepted(view, owner))
        if owner == A:
            story.commit(B, promised(owner), accepted(view, owner))
    with broken("one view"):
        story.commit(B, promised(C, 2), accepted(story.view(3, (B, C), first=B), C))


def test_an_accept_without_the_base_is_noticed(story):
    first = ordered_once(story)
    with broken("one view"):
        story.commit(C, number("firm", 0), promised(), accepted(story.view(3, (A, B, C), first)))


def test_an_entry_that_reaches_a_stranger_is_noticed():
    story = Story(4)
    story.begin((A, B, C))
    first = ordered_once(story)
    with broken("one view"):
        story.commit(D, SaveLog((first,)))


def test_an_entry_that_reaches_somebody_who_came_later_is_fine():
    story = Story(4)
    story.begin((A, B, C))
    first = ordered_once(story)
    view = story.view(3, (A, B, C, D), first)
    for site in (A, B):
        story.commit(site, number("firm", 1), promised(), accepted(view))
    story.commit(D, SaveLog((first,)))


# --- settling -------------------------------------------------------------------------------------


def test_a_mark_that_no_majority_holds_is_noticed(story):
    first = story.place(story.say(A), view=2)
    story.store(A, first)
    with broken("settling"):
        story.show_settled(A, 1)


def test_a_mark_that_a_majority_holds_is_fine(story):
    ordered_once(story)
    story.show_settled(A, 1)


def test_what_is_ordered_behind_a_fence_does_not_settle(story):
    first = story.place(story.say(A), view=2)
    story.store(A, first)
    story.commit(B, number("firm", 0), promised())
    story.store(B, first)
    with broken("settling"):
        story.show_settled(A, 1)


def test_a_view_that_begins_before_the_settled_mark_is_noticed(story):
    ordered_once(story)
    view = story.view(3, (A, C))
    story.commit(A, number("firm", 1), promised(), accepted(view))
    with broken("settling"):
        story.commit(C, number("firm", 0), promised(), accepted(view))


def test_a_settled_entry_taken_back_is_noticed(story):
    first = ordered_once(story)
    story.show_settled(B, 1)
    assert story.watch.facts.marks[B] == 1
    with broken("settling"):
        story.commit(B, number("length", 0), SaveQueue(1, (first.entry,)))


# --- shown ----------------------------------------------------------------------------------------


def test_an_entry_shown_and_not_on_disk_is_noticed(story):
    with broken("shown"):
        story.show(A, story.place(story.say(A), view=2))


def test_entries_shown_with_a_gap_are_noticed(story):
    first = ordered_once(story)
    second, third = _two_more(story, first)
    story.store(A, second, third)
    story.show(A, first)
    with broken("shown"):
        story.show(A, third)


def _two_more(story, first):
    second = story.place(story.say(A), first, view=2)
    return second, story.place(story.say(A), second, view=2)


def test_a_settled_entry_shown_as_reverted_is_noticed(story):
    first = ordered_once(story)
    story.show(A, first)
    story.show_settled(A, 1)
    with broken("shown"):
        story.watch.shown(A, api.LogReverted(1, "2.0"))


# --- streams --------------------------------------------------------------------------------------


def at(site_state, k, received=0, sender=C):
    """The field of a stream `box` at a site, with what it consumed of one sender."""
    vector = (Slot(key_of(sender), "", 1, received, 0),)
    record = StreamRecord(site_state.value, StreamEpoch(2, 0, b"", k), (), vector, None)
    return SaveField(at_field("box"), STREAM_RECORD.encode(record))


def consumed(story, site, number):
    story.watch.shown(site, api.MessageConsumed("box", site_of(key_of(C)), "", 1, number, b""))


def test_two_homes_in_one_epoch_are_noticed(story):
    story.commit(A, at(State.HOME, 1))
    with broken("streams"):
        story.commit(B, at(State.HOME, 1))


def test_a_stream_that_moves_is_fine(story):
    story.commit(A, at(State.HOME, 0, 1))
    consumed(story, A, 1)
    story.commit(A, at(State.GONE, 1))
    story.commit(B, at(State.HOME, 1, 2))
    consumed(story, B, 2)
    story.commit(C, SaveField(out_field(1, 2, "box"), None))


def test_a_stream_whose_epoch_goes_back_is_noticed(story):
    story.commit(A, at(State.GONE, 2))
    with broken("streams"):
        story.commit(A, at(State.HOME, 1))


@pytest.mark.parametrize("number", [1, 3])
def test_a_message_consumed_again_or_out_of_turn_is_noticed(story, number):
    story.commit(A, at(State.HOME, 0, 1))
    consumed(story, A, 1)
    with broken("streams"):
        consumed(story, A, number)


def test_a_message_forgotten_before_it_is_consumed_is_noticed(story):
    story.commit(A, at(State.HOME, 0, 1))
    with broken("streams"):
        story.commit(C, SaveField(out_field(1, 2, "box"), None))


def test_a_message_that_nobody_consumed_is_missing_at_the_end(story):
    missing = story.watch.mailboxes.missing
    story.commit(A, at(State.HOME, 0))
    assert missing([A, B, C]) is None
    story.commit(C, SaveField(out_field(1, 1, "box"), b""))
    assert missing([A, B, C]) == "a message of C is not consumed (stream:out:1:1:box)"


def told_of_box(story, *said):
    """Entries about a stream `box`, stored by A: (what, view number of the epoch, k)."""
    before = None
    for what, view, k in said:
        body = StreamBody("box", site_of(key_of(A)), Epoch(view, 0, b"", k), what)
        entry = story.say(A, CODECS["control.stream"].encode(body), kind="control.stream")
        before = story.place(entry, before, view=2)
        story.store(A, before)


@pytest.mark.parametrize(
    "said",
    [
        [("created", 2, 0), ("destroyed", 2, 0)],
        [("created", 2, 0), ("moved", 2, 1), ("destroyed", 2, 0)],
    ],
)
def test_a_stream_that_is_at_home_though_the_log_destroyed_it_is_noticed(story, said):
    story.commit(A, at(State.HOME, 0))
    told_of_box(story, *said)
    assert story.watch.mailboxes.missing([A, B, C]) == "box has been destroyed and is at home at A"


@pytest.mark.parametrize(
    "said",
    [
        [("created", 2, 0), ("recovered", 3, 0), ("destroyed", 2, 0)],
        [("created", 2, 0), ("destroyed", 2, 0), ("created", 3, 0)],
        [("destroyed", 2, 0)],
    ],
)
def test_what_was_said_of_an_earlier_life_of_a_stream_destroys_nothing(story, said):
    story.commit(A, at(State.HOME, 0))
    told_of_box(story, *said)
    assert story.watch.mailboxes.missing([A, B, C]) is None


def test_the_sites_of_a_history_have_different_keys():
    assert len({key_of(site) for site in range(4)}) == 4


# --- snapshots ------------------------------------------------------------------------------------


def settled_twice(story):
    """Two lines of A that all have and call settled."""
    first = story.place(story.say(A), view=2)
    second = story.place(story.say(A), first, view=2)
    for site in (A, B, C):
        story.store(site, first, second)
    for site in (A, B, C):
        story.commit(site, number("settled", 2))
    return second


def compact(story, site, index):
    story.commit(site, DropLog(((ViewId(2), 1, index),), ("chat",)), number("dropped", index))


def test_what_is_settled_and_vouched_for_may_go(story):
    second = settled_twice(story)
    story.snapshot(B, second, {A: 2}, A, C)
    compact(story, B, 2)


def test_rows_beyond_the_snapshot_are_needed(story):
    first = settled_twice(story)
    story.snapshot(B, first, {A: 2}, A, C)
    with broken("snapshots"):
        compact(story, B, 3)


def test_rows_without_a_snapshot_are_needed(story):
    settled_twice(story)
    with broken("snapshots"):
        compact(story, B, 1)


def test_a_snapshot_without_a_quorum_is_noticed(story):
    second = settled_twice(story)
    with broken("snapshots"):
        story.snapshot(B, second, {A: 2}, B)


def test_wrong_numbers_in_a_snapshot_are_noticed(story):
    second = settled_twice(story)
    with broken("snapshots"):
        story.snapshot(B, second, {A: 1}, A, C)


def test_a_snapshot_of_what_nobody_had_is_noticed(story):
    second = settled_twice(story)
    with broken("snapshots"):
        story.snapshot(B, altered(second, index=2, chain=bytes(32)), {A: 2}, A, C)


def test_two_snapshots_of_one_log_are_noticed(story):
    second = settled_twice(story)
    story.snapshot(B, second, {A: 2}, A, C)
    with broken("snapshots"):
        story.snapshot(C, second, {A: 2, B: 1}, A, B)


def test_only_a_snapshot_on_the_disk_is_shown(story):
    second = settled_twice(story)
    story.snapshot(C, second, {A: 2}, A, B)
    story.watch.shown(C, api.SnapshotTaken(2))
    with broken("shown"):
        story.watch.shown(B, api.SnapshotTaken(2))
