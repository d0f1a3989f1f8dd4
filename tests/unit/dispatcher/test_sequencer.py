"""Giving indexes (O3), and the order's clock."""

from __future__ import annotations

from app.core.instant import MILLI, Micros
from tests.unit.dispatcher.orders import A, B, C, World, entries_of, entry_of, rows_of


def a_home():
    """A's sequencer in view 2, with A at home."""
    world = World("AB")
    return world["A"], world["A"].order.holder.sequencer


def test_o3_entries_get_the_next_indexes_in_the_present_epoch():
    site, sequencer = a_home()
    placed, waits = sequencer.order([*entries_of(B, 2), *entries_of(C, 1)], Micros(0))
    assert [(row.index, str(row.epoch)) for row in placed] == [(1, "2.0"), (2, "2.0"), (3, "2.0")]
    assert not waits
    assert site.log == ["b1", "b2", "c1"]


def test_o3_a_repeat_is_dropped_and_what_follows_it_is_taken():
    site, sequencer = a_home()
    sequencer.order(entries_of(B, 2), Micros(0))
    placed, waits = sequencer.order(entries_of(B, 3), Micros(0))
    assert [row.entry.number for row in placed] == [3]
    assert not waits
    assert site.log == ["b1", "b2", "b3"]


def test_o3_a_gap_stops_everything_behind_it():
    site, sequencer = a_home()
    placed, waits = sequencer.order([*entries_of(B, 3)[1:], *entries_of(C, 1)], Micros(0))
    assert (placed, waits, site.log) == ([], True, [])


def test_o3_incarnations_are_counted_apart():
    site, sequencer = a_home()
    sequencer.order([*entries_of(B, 2), *entries_of(B, 1, incarnation=2)], Micros(0))
    assert site.log == ["b1", "b2", "b1'"]


def test_an_entry_of_a_forked_author_is_passed_over_and_others_are_not_held_up():
    site, sequencer = a_home()
    sequencer.order(entries_of(B, 1), Micros(0))
    forked = entry_of(B, 2, entry_of(B, 1, body=b"another b1"))
    placed, waits = sequencer.order([forked, entry_of(B, 3, forked), *entries_of(C, 1)], Micros(0))
    assert [row.entry.author for row in placed] == [C]
    assert not waits
    assert site.log == ["b1", "c1"]


def test_the_clock_goes_on_from_the_last_stamp_by_the_holders_own_time():
    site, sequencer = a_home()
    sequencer.order(entries_of(B, 1), Micros(500 * MILLI))
    sequencer.begin(Micros(9_000 * MILLI))
    sequencer.order(entries_of(C, 1), Micros(9_000 * MILLI))
    sequencer.order(entries_of(C, 2), Micros(9_250 * MILLI))
    assert [row.stamp_ms for row in rows_of(site.disk.log)] == [500, 500, 750]


def test_a_new_home_goes_on_where_the_log_ends():
    world = World("AB")
    world["B"].say(2)
    world.flow()
    sequencer = world["B"].order.holder.sequencer
    world["B"].disk.set_token(1, 1)
    sequencer.begin(Micros(0))
    again = [placed.entry for placed in rows_of(world["A"].disk.log)]
    placed, waits = sequencer.order([*again, *entries_of(A, 1)], Micros(0))
    assert [(row.index, str(row.epoch)) for row in placed] == [(3, "2.1")]
    assert not waits
