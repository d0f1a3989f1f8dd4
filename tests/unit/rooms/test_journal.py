from __future__ import annotations

import pytest

from app.core import limits
from app.core.errors import Bug
from app.rooms.journal import Journal


def _same(value):
    return value


def test_a_revert_gives_back_values_and_hash():
    journal = Journal()
    table = journal.map("t", _same)
    journal.begin(1)
    table.set("a", 1)
    at_one = journal.state_hash()
    journal.begin(2)
    table.set("a", 2)
    table.set("b", 3)
    table.set("a", None)
    assert journal.state_hash() != at_one
    assert sorted(key for _, key in journal.revert_to(1)) == ["a", "b"]
    assert dict(table.items()) == {"a": 1}
    assert journal.state_hash() == at_one


def test_equal_items_hash_alike_whatever_way_led_there():
    one, two = Journal(), Journal()
    first, second = one.map("t", _same), two.map("t", _same)
    for key in ("a", "b", "c"):
        first.set(key, key)
    for key in ("c", "x", "b", "a"):
        second.set(key, key)
        two.state_hash()
    second.set("x", None)
    assert one.state_hash() == two.state_hash()


def test_the_room_and_the_key_are_part_of_the_hash():
    hashes = set()
    for room, key in (("t", "a"), ("t", "b"), ("u", "a")):
        journal = Journal()
        journal.map(room, _same).set(key, 1)
        hashes.add(journal.state_hash())
    assert len(hashes) == 3


def test_waiting_hashes_are_bounded(monkeypatch):
    monkeypatch.setattr(limits, "HASH_DIRTY_MAX", 4)
    journal, whole = Journal(), Journal()
    table, other = journal.map("t", _same), whole.map("t", _same)
    for key in range(20):
        table.set(key % 7, key)
        assert len(table._dirty) <= 4
    for key in range(13, 20):
        other.set(key % 7, key)
    assert journal.state_hash() == whole.state_hash()


def test_what_is_settled_is_forgotten_and_never_reverted():
    journal = Journal()
    table = journal.map("t", _same)
    for index in (1, 2, 3):
        journal.begin(index)
        table.set("a", index)
    journal.settle(2)
    assert len(journal._frames) == 1
    with pytest.raises(Bug):
        journal.revert_to(1)
    journal.revert_to(2)
    assert table.get("a") == 2
