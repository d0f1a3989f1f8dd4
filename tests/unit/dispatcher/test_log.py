"""The log in memory: its end, the last numbers, and a tail that a view may take back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import Bug
from app.dispatcher.epochs import Epoch
from tests.unit.dispatcher.orders import SESSION, A, B, entries_of, log_of, rows_of

KEPT = limits.TAIL_ENTRIES_KEPT


def test_an_empty_log_ends_at_the_session_id():
    log = log_of([])
    assert (log.length, log.chain, log.epoch) == (0, SESSION, None)
    assert log.chain_at(0) == SESSION


def test_every_index_has_its_chain():
    log = log_of(entries_of(A, 3))
    assert [log.chain_at(index) for index in (1, 2, 3)] == [row.chain for row in rows_of(log)]
    assert log.chain_at(4) is None


def test_last_numbers_are_those_of_each_incarnation():
    log = log_of([*entries_of(A, 3), *entries_of(B, 1), *entries_of(A, 2, incarnation=2)])
    assert [log.last_number(author) for author in ((A, 1), (A, 2), (B, 1), (B, 2))] == [3, 2, 1, 0]


@given(st.integers(0, 9), st.integers(0, 9))
def test_cutting_undoes_appending(kept, more):
    first, again = entries_of(A, kept), entries_of(A, kept + more)[kept:]
    other = entries_of(B, more)
    log = log_of(first)
    before = (log.length, log.chain, log.stamp_ms, log.epoch, dict(log.numbers))
    log_of([*again, *other], Epoch(1, 0, b"", 1), log, stamp_ms=9)
    removed = log.cut(kept)
    assert [row.entry for row in removed] == [*again, *other]
    assert (log.length, log.chain, log.stamp_ms, log.epoch, log.numbers) == before


def test_only_settled_entries_leave_memory_and_some_stay():
    entries = entries_of(A, 3 * KEPT)
    log = log_of(entries)
    log.forget_before(KEPT)
    assert log.after(0, 1) is not None
    log.forget_before(2 * KEPT + 5)
    assert log.after(0, 1) is None
    assert log.chain_at(KEPT) is None
    rows = log.after(KEPT + 5, 2)
    assert rows is not None
    assert [row.entry for row in rows] == entries[KEPT + 5 : KEPT + 7]
    assert log.chain_at(KEPT + 5) is not None
    assert log.last_number((A, 1)) == 3 * KEPT


def test_what_left_memory_is_never_taken_back():
    log = log_of(entries_of(A, 2 * KEPT))
    log.forget_before(2 * KEPT)
    with pytest.raises(Bug):
        log.cut(KEPT - 1)
    log.cut(KEPT)
    assert (log.length, log.epoch) == (KEPT, Epoch(1, 0, b"", 0))
