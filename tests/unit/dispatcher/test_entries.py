"""ORDER.md 1: entries, proofs, chains and runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import RemoteError
from app.dispatcher.entries import NO_HASH, Entry, next_chain, pack_runs, unpack_run
from app.dispatcher.epochs import Epoch
from tests.unit.dispatcher.orders import SESSION, A, B, entries_of, entry_of, verify

EPOCH = Epoch(1, 0, b"", 0)


def unpack(run):
    return unpack_run(SESSION, run, verify)


def test_a_signature_is_no_part_of_the_hash():
    assert entry_of(A, 1, proven=True).hash == entry_of(A, 1, proven=False).hash


@pytest.mark.parametrize("field", ["epoch", "stamp", "entry", "before"])
def test_the_chain_covers_epoch_stamp_entry_and_everything_before(field):
    entry = entry_of(A, 1)
    chain = next_chain(NO_HASH, EPOCH, 5, entry)
    other = {
        "epoch": lambda: next_chain(NO_HASH, Epoch(1, 0, b"", 1), 5, entry),
        "stamp": lambda: next_chain(NO_HASH, EPOCH, 6, entry),
        "entry": lambda: next_chain(NO_HASH, EPOCH, 5, entry_of(A, 1, body=b"other")),
        "before": lambda: next_chain(bytes([1]) * 32, EPOCH, 5, entry),
    }
    assert other[field]() != chain


def test_a_run_carries_its_author_once_and_comes_back_whole():
    entries = entries_of(A, 5)
    (run,) = pack_runs(entries)
    assert unpack(run) == entries


def test_one_proof_covers_all_entries_before_it():
    entries = entries_of(A, 3)
    assert [bool(entry.signature) for entry in entries] == [False, False, True]
    assert unpack(pack_runs(entries)[0]) == entries


def test_what_follows_the_last_proof_is_left_off():
    entries = entries_of(A, 3)
    loose = entry_of(A, 4, entries[-1], proven=False)
    assert unpack(pack_runs([*entries, loose])[0]) == entries


def test_every_proof_is_kept():
    entries = entries_of(A, 3, proven="all")
    assert unpack(pack_runs(entries)[0]) == entries


def test_a_run_without_a_proof_is_refused():
    (run,) = pack_runs([entry_of(A, 1, proven=False)])
    with pytest.raises(RemoteError):
        unpack(run)


@pytest.mark.parametrize("change", ["author", "incarnation", "first", "previous", "body", "order"])
def test_nobody_but_the_author_can_make_an_entry(change):
    one = entry_of(A, 1, body=b"one", proven=False)
    two = entry_of(A, 2, one, body=b"two", proven=False)
    (run,) = pack_runs([one, two, entry_of(A, 3, two)])
    first, second, third = run.items
    forged = {
        "author": replace(run, author=B),
        "incarnation": replace(run, incarnation=2),
        "first": replace(run, first=2),
        "previous": replace(run, previous=bytes([7]) * 32),
        "body": replace(run, items=((first[0], b"forged", *first[2:]), second, third)),
        "order": replace(run, items=(second, first, third)),
    }
    assert unpack(run)
    with pytest.raises(RemoteError):
        unpack(forged[change])


def test_a_wrong_proof_in_the_middle_is_refused():
    (run,) = pack_runs(entries_of(A, 3, proven="all"))
    items = list(run.items)
    items[1] = (*items[1][:4], bytes(64))
    with pytest.raises(RemoteError):
        unpack(replace(run, items=tuple(items)))


def test_a_run_that_no_frame_could_carry_on_is_refused():
    size = limits.RUNS_BYTES_MAX // 2
    (run,) = pack_runs(entries_of(A, 2, body=bytes(size)))
    with pytest.raises(RemoteError, match="larger"):
        unpack(run)


def test_entries_of_several_incarnations_are_several_runs():
    a, b, again = entries_of(A, 2), entries_of(B, 1), entries_of(A, 1, incarnation=2)
    runs = pack_runs([*a, *b, *again])
    assert [(run.author, run.incarnation, len(run.items)) for run in runs] == [
        (A, 1, 2), (B, 1, 1), (A, 2, 1),
    ]  # fmt: skip


@given(st.lists(st.integers(1, 200), min_size=1, max_size=8))
def test_long_stretches_are_cut_behind_a_proof(bursts):
    entries: list[Entry] = []
    for size in bursts:
        before = entries[-1] if entries else None
        for place in range(size):
            entries.append(entry_of(A, len(entries) + 1, before, proven=place == size - 1))
            before = entries[-1]
    runs = pack_runs(entries)
    assert all(len(run.items) <= limits.RUN_ENTRIES_MAX for run in runs)
    assert [entry for run in runs for entry in unpack(run)] == entries
