"""What every store promises: the one on disk and each stand-in for it pass this suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Protocol

import pytest

from app.dispatcher.epochs import ViewId
from app.dispatcher.records import (
    DropLog,
    DropQueue,
    LoadLog,
    Saved,
    SaveField,
    SaveLog,
    SaveQueue,
    SaveView,
)
from app.sim.storage import Disk
from app.store.journal import Journal
from tests.entries import BEN, a_row, an_entry


class Store(Protocol):
    """What the driver needs of a store."""

    def commit(self, records): ...

    def saved(self) -> Saved: ...

    def read(self, request): ...

    def close(self) -> None: ...


class Simulated(Disk):
    """The simulator's disk, which needs no closing."""

    by_folder: ClassVar[dict[Path, Simulated]] = {}

    def close(self):
        """What was committed stays."""


FACTORIES: dict[str, Callable[[Path], Store]] = {
    "journal": lambda folder: Journal.open(folder / "journal.db"),
    "simulated": lambda folder: Simulated.by_folder.setdefault(folder, Simulated()),
}
"""name -> opens the store of a folder; opening again finds what was committed."""


def _number(entry):
    return entry.number


V1, V2 = ViewId(1), ViewId(2)


@pytest.fixture(params=FACTORIES)
def reopened(request, tmp_path):
    """Commits each list of records, closes, and opens again."""
    stores: list[Store] = []

    def open_again(*turns):
        if stores:
            stores.pop().close()
        store = FACTORIES[request.param](tmp_path)
        for turn in turns:
            store.commit(turn)
        store.close()
        stores.append(FACTORIES[request.param](tmp_path))
        return stores[0]

    yield open_again
    for store in stores:
        store.close()


def test_a_new_store_is_empty(reopened):
    saved = reopened().saved()
    assert (dict(saved.fields), saved.certificates, saved.queue) == ({}, (), ())
    assert list(saved.read_log([(V1, 1, 100)])) == []


def test_a_field_keeps_its_last_value_and_none_forgets_it(reopened):
    store = reopened(
        [SaveField("name", b"ann"), SaveField("hold", b"0")],
        [SaveField("name", b"ben"), SaveField("hold", None), SaveField("kmax", b"")],
    )
    assert store.saved().fields == {"name": b"ben", "kmax": b""}


def test_a_field_forgotten_and_set_in_one_turn_is_set(reopened):
    store = reopened([SaveField("hold", b"1")], [SaveField("hold", None), SaveField("hold", b"2")])
    assert store.saved().fields == {"hold": b"2"}


def test_queue_entries_come_back_in_the_order_of_their_positions(reopened):
    late, early = an_entry(2), an_entry(1, author=BEN)
    store = reopened([SaveQueue(7, (late,))], [SaveQueue(3, (early,))])
    assert store.saved().queue == ((3, early), (7, late))


def test_dropped_positions_leave_the_queue_and_others_stay(reopened):
    entries = tuple(an_entry(number) for number in range(1, 7))
    store = reopened([SaveQueue(1, entries)], [DropQueue((1, 2, 4, 99))])
    assert store.saved().queue == ((3, entries[2]), (5, entries[4]), (6, entries[5]))


def test_put_and_taken_in_one_turn_is_not_in_the_queue(reopened):
    store = reopened([SaveQueue(1, (an_entry(1), an_entry(2))), DropQueue((1,))])
    assert store.saved().queue == ((2, an_entry(2)),)


def test_taken_and_put_at_the_same_position_in_one_turn_is_the_new_entry(reopened):
    store = reopened(
        [SaveQueue(1, (an_entry(1),))], [DropQueue((1,)), SaveQueue(1, (an_entry(2),))]
    )
    assert store.saved().queue == ((1, an_entry(2)),)


def test_log_rows_are_kept_by_view_and_index(reopened):
    first, second = an_entry(1), an_entry(2)
    store = reopened(
        [SaveLog((a_row(first, 1), a_row(second, 2)))], [SaveLog((a_row(second, 2, view=2),))]
    )
    rows = list(store.saved().read_log([(V1, 1, 1), (V2, 2, 2)]))
    assert rows == [a_row(first, 1), a_row(second, 2, view=2)]
    assert list(store.saved().read_log([(V1, 1, 9)])) == [a_row(first, 1), a_row(second, 2)]


def test_compacted_rows_go_but_for_those_of_kept_kinds(reopened):
    lines = [an_entry(number) for number in (1, 3)]
    strokes = [
        replace(an_entry(number), kind="board", hash=bytes([number]) * 32) for number in (2, 4)
    ]
    rows = [a_row(entry, entry.number) for entry in sorted([*lines, *strokes], key=_number)]
    store = reopened([SaveLog(tuple(rows))], [DropLog(((V1, 1, 3),), ("chat",))])
    assert list(store.saved().read_log([(V1, 1, 9)])) == [rows[0], rows[2], rows[3]]


def test_what_waits_keeps_its_author_part_when_others_are_compacted(reopened):
    first = replace(an_entry(1), kind="board")
    second = replace(an_entry(2), kind="board")
    store = reopened(
        [SaveLog((a_row(first, 1),)), SaveQueue(1, (second,))], [DropLog(((V1, 1, 1),), ())]
    )
    assert store.saved().queue == ((1, second),)
    assert list(store.saved().read_log([(V1, 1, 9)])) == []


def test_a_log_row_of_the_same_key_is_replaced(reopened):
    store = reopened([SaveLog((a_row(an_entry(1), 1),))], [SaveLog((a_row(an_entry(2), 1, k=3),))])
    assert store.read(LoadLog(((V1, 1, 5),))) == (a_row(an_entry(2), 1, k=3),)


def test_ranges_are_answered_in_the_order_asked(reopened):
    rows = tuple(a_row(an_entry(number), number) for number in range(1, 6))
    store = reopened([SaveLog(rows)])
    answer = store.read(LoadLog(((V1, 4, 5), (V1, 1, 2))))
    assert [row.index for row in answer] == [4, 5, 1, 2]


def test_an_entry_can_stand_in_the_queue_and_in_the_log_of_an_older_view(reopened):
    entry = an_entry(1, signature=b"s" * 64)
    store = reopened(
        [SaveQueue(1, (entry,))],
        [SaveLog((a_row(entry, 1),)), DropQueue((1,))],
        [SaveQueue(2, (entry,))],
    )
    saved = store.saved()
    assert saved.queue == ((2, entry),)
    assert list(saved.read_log([(V1, 1, 1)])) == [a_row(entry, 1)]


def test_entries_of_one_number_but_other_content_are_told_apart(reopened):
    one, other = an_entry(1, body=b"one"), an_entry(1, body=b"other")
    store = reopened([SaveLog((a_row(one, 1), a_row(other, 2)))])
    assert [row.entry for row in store.read(LoadLog(((V1, 1, 2),)))] == [one, other]


def test_a_proof_is_kept_and_a_later_one_is_added(reopened):
    bare, proven = an_entry(1), an_entry(1, signature=b"s" * 64)
    store = reopened(
        [SaveLog((a_row(bare, 1),))], [SaveLog((a_row(proven, 1),))], [SaveQueue(1, (bare,))]
    )
    assert store.read(LoadLog(((V1, 1, 1),)))[0].entry == proven


def test_authors_are_incarnations(reopened):
    entries = (an_entry(1), an_entry(1, incarnation=2), an_entry(1, author=BEN))
    store = reopened([SaveQueue(1, entries)])
    assert tuple(entry for _, entry in store.saved().queue) == entries


def test_certificates_come_in_the_order_of_their_views(reopened):
    branch = ViewId(1, 1, b"0123456789")
    store = reopened(
        [SaveView(ViewId(10), b"ten"), SaveView(branch, b"branch")], [SaveView(V1, b"one")]
    )
    assert store.saved().certificates == (b"one", b"branch", b"ten")


def test_a_certificate_of_the_same_view_is_replaced(reopened):
    assert reopened([SaveView(V1, b"old")], [SaveView(V1, b"new")]).saved().certificates == (
        b"new",
    )


def test_reading_stops_where_the_reader_stops(reopened):
    rows = tuple(a_row(an_entry(number), number) for number in range(1, 301))
    store = reopened([SaveLog(rows)])
    stretch = iter(store.saved().read_log([(V1, 1, 300)]))
    assert next(stretch).index == 1
    store.commit([SaveField("name", b"ann")])
    assert store.saved().fields == {"name": b"ann"}
