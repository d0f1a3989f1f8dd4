"""The queue: in order, others' entries included; only the log takes one out (O5)."""

from __future__ import annotations

from app.dispatcher.queue import Queue
from tests.unit.dispatcher.orders import A, B, entries_of


def test_entries_stand_in_the_order_they_came_with_rising_positions():
    a, b = entries_of(A, 2), entries_of(B, 1)
    queue = Queue()
    assert [queue.add(entry) for entry in (a[0], b[0], a[1])] == [1, 2, 3]
    assert list(queue) == [a[0], b[0], a[1]]


def test_an_ordered_entry_leaves_and_says_where_it_stood():
    (one, two) = entries_of(A, 2)
    queue = Queue([(7, one), (8, two)])
    assert queue.drop(one) == 7
    assert queue.drop(one) is None
    assert list(queue) == [two]
    assert two in queue
    assert one not in queue


def test_positions_go_on_after_those_on_disk():
    (one, two) = entries_of(A, 2)
    queue = Queue([(7, one)])
    assert queue.add(two) == 8


def test_a_reset_names_the_old_positions_and_takes_new_ones():
    (one, two, three) = entries_of(A, 3)
    queue = Queue([(4, one), (6, three)])
    assert queue.reset([one, two, three]) == ((4, 6), 7)
    assert list(queue) == [one, two, three]
    assert queue.drop(three) == 9


def test_the_newest_of_an_incarnation_is_found():
    a, again = entries_of(A, 2), entries_of(A, 1, incarnation=2)
    queue = Queue(enumerate([*a, *again]))
    assert queue.last_of((A, 1)) == a[1]
    assert queue.last_of((A, 2)) == again[0]
    assert queue.last_of((B, 1)) is None
