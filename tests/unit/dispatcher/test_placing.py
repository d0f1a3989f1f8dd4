"""Parts of the log as they travel: whole frames, proven ends, nothing that does not continue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import RemoteError
from app.dispatcher.entries import pack_runs
from app.dispatcher.epochs import Epoch
from app.dispatcher.log import Log
from app.dispatcher.messages import REGISTRY, Chunk
from app.dispatcher.placing import (
    first_runs,
    fitting,
    pieces_of,
    skip_known,
    unplace,
    within_frame,
)
from tests.unit.dispatcher.orders import (
    EPOCH,
    SESSION,
    A,
    B,
    entries_of,
    entry_of,
    log_of,
    rows_of,
    verify,
)

NEXT = Epoch(1, 0, b"", 1)


def unpieced(log: Log, pieces):
    rows = []
    for piece in pieces:
        placed = unplace(log, piece.epoch, piece.stamps, piece.runs, SESSION, verify)
        for row in placed:
            log.append(row)
        rows += placed
    return rows


@st.composite
def logs(draw):
    """Bursts of several authors, each ending with a proof, over several moves."""
    log = Log(SESSION)
    numbers = {A: 0, B: 0}
    last = {A: None, B: None}
    k = 0
    for _ in range(draw(st.integers(1, 12))):
        key = draw(st.sampled_from([A, B]))
        k += draw(st.integers(0, 1))
        size = draw(st.integers(1, 5))
        body = bytes(draw(st.sampled_from([0, 10, 6_000])))
        for place in range(size):
            numbers[key] += 1
            entry = entry_of(key, numbers[key], last[key], body=body, proven=place == size - 1)
            last[key] = entry
            log_of([entry], Epoch(1, 0, b"", k), log)
    return log


@given(logs())
def test_a_log_travels_in_frames_that_end_proven_and_comes_back_the_same(log):
    rows = rows_of(log)
    copy = Log(SESSION)
    rest = rows
    while rest:
        part = within_frame(rest)
        assert part, "something always fits"
        assert part[-1].entry.signature
        assert len(REGISTRY.encode(Chunk(0, SESSION, pieces_of(part), 9))) < limits.FRAME_BYTES_MAX
        unpieced(copy, pieces_of(part))
        rest = rest[len(part) :]
    assert rows_of(copy) == rows


@pytest.mark.parametrize("size", [0, 1, 40, 500])
def test_short_entries_of_many_authors_fit_a_frame_too(size):
    log = Log(SESSION)
    last = {A: None, B: None}
    for number in range(1, 700):
        for key in (A, B):
            last[key] = entry_of(key, number, last[key], body=bytes(size), kind="k" * 32)
            log_of([last[key]], log=log, stamp_ms=2**40)
    part = within_frame(rows_of(log)[: limits.ARRAY_ITEMS_MAX])
    frame = REGISTRY.encode(Chunk(0, SESSION, pieces_of(part), 2**40))
    assert limits.RUNS_BYTES_MAX / 3 < len(frame) <= limits.RUNS_BYTES_MAX + 200


def test_a_frame_never_ends_between_an_entry_and_its_proof():
    entries = [*entries_of(A, 2, body=bytes(20_000)), *entries_of(B, 2, body=bytes(20_000))]
    assert fitting((entry, EPOCH) for entry in entries) == 2
    assert fitting((entry, None) for entry in entries[:1]) == 0


def test_a_frame_carries_no_more_entries_than_an_array_may():
    entries = entries_of(A, limits.ARRAY_ITEMS_MAX + 10, proven="all")
    assert fitting((entry, None) for entry in entries) <= limits.ARRAY_ITEMS_MAX


def test_each_epoch_has_its_piece():
    log = log_of(entries_of(B, 1), NEXT, log_of(entries_of(A, 2)))
    pieces = pieces_of(rows_of(log))
    assert [(piece.epoch, len(piece.stamps)) for piece in pieces] == [(EPOCH, 2), (NEXT, 1)]


def piece(log, entries, *, stamps=None, epoch=EPOCH):
    stamps = [5] * len(entries) if stamps is None else stamps
    return unplace(log, epoch, stamps, pack_runs(entries), SESSION, verify)


def test_what_continues_the_log_is_placed_and_not_stored():
    log = log_of(entries_of(A, 1), stamp_ms=5)
    (row,) = piece(log, entries_of(A, 2)[1:])
    assert (row.index, row.stamp_ms, row.epoch) == (2, 5, EPOCH)
    assert log.length == 1


REFUSED = {
    "a number with a gap": lambda log: piece(log, entries_of(A, 3)[2:]),
    "a number again": lambda log: piece(log, entries_of(A, 1)),
    "another previous entry": lambda log: piece(log, [entry_of(A, 2, entry_of(B, 1))]),
    "a new author in the middle": lambda log: piece(log, entries_of(B, 3)[1:]),
    "a stamp before the log's": lambda log: piece(log, entries_of(B, 1), stamps=[4]),
    "a stamp that goes back": lambda log: piece(log, entries_of(B, 2), stamps=[7, 6]),
    "an epoch that goes back": lambda log: piece(
        log_of(entries_of(B, 1), NEXT, log), entries_of(B, 2)[1:], stamps=[9]
    ),
    "stamps too few": lambda log: piece(log, entries_of(B, 2), stamps=[5]),
    "stamps too many": lambda log: piece(log, entries_of(B, 2), stamps=[5, 5, 5]),
    "an end that is not proven": lambda log: piece(
        log, [*entries_of(B, 1), entry_of(B, 2, entries_of(B, 1)[0], proven=False)]
    ),
    "a forged proof": lambda log: piece(log, [replace(entry_of(B, 1), signature=bytes(64))]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_continue_the_log_is_refused(name):
    log = log_of(entries_of(A, 1), stamp_ms=5)
    with pytest.raises(RemoteError):
        REFUSED[name](log)


@given(logs(), st.data())
def test_what_is_known_already_is_left_off(log, data):
    frame = within_frame(rows_of(log))
    rows = [row for row in frame if row.epoch == frame[0].epoch]
    stamps, runs = [row.stamp_ms for row in rows], pack_runs([row.entry for row in rows])
    known = data.draw(st.integers(0, len(rows)))
    have = Log(SESSION)
    for row in rows[:known]:
        have.append(row)
    rest = unplace(have, rows[0].epoch, *skip_known(have, 1, stamps, runs), SESSION, verify)
    assert rest == rows[known:]


def test_runs_shorter_than_what_is_known_are_refused():
    log = log_of(entries_of(A, 3))
    with pytest.raises(RemoteError):
        skip_known(log, 1, [0, 0, 0, 0], pack_runs(entries_of(A, 2)))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9])
def test_the_runs_of_the_first_entries(count):
    entries = [*entries_of(A, 2), *entries_of(B, 2)]
    runs = first_runs(pack_runs(entries), count)
    assert sum(len(run.items) for run in runs) == min(count, 4)
    assert [run.author for run in runs] == [A, B][: (min(count, 4) + 1) // 2]
