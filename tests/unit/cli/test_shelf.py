"""Sessions on one disk: one where a site looks, the others on the shelf, all with one key."""

from __future__ import annotations

import pytest

from app.cli.shelf import STARTS, About, Shelf
from app.core.codec import encode
from app.core.errors import KnownError
from app.dispatcher.records import SaveField
from app.drivers.folder import JOURNAL
from app.node.state import SESSION_CODEC, SessionField, read_incarnation
from app.store.journal import Journal

SEED = bytes(range(32))


def session(number: int) -> bytes:
    return bytes([number]) * 32


def open_session(shelf: Shelf, folder, number: int, title: str, *, alone: bool = False) -> str:
    """What a site leaves behind in its folder."""
    journal = Journal.open(folder / JOURNAL)
    field = SessionField(session(number), bytes(32), title, "Bram", None, left=False)
    records = [SaveField("session", SESSION_CODEC.encode(field))]
    if "key" not in journal.saved().fields:
        records.append(SaveField("key", SEED))
    journal.commit(records)
    journal.close()
    key = session(number).hex()
    shelf.remember(About(key, title, number, (("Ada", "azure"),), alone=alone))
    return key


def seed_of(folder) -> bytes | None:
    journal = Journal.open(folder / JOURNAL)
    try:
        return journal.saved().fields.get("key")
    finally:
        journal.close()


def title_of(folder) -> str:
    journal = Journal.open(folder / JOURNAL)
    try:
        return SESSION_CODEC.decode(journal.saved().fields["session"]).title
    finally:
        journal.close()


def test_an_empty_folder_has_nothing_to_put_away(tmp_path):
    shelf = Shelf(tmp_path)
    assert shelf.kept() == ()
    shelf.make_room()
    assert not (tmp_path / JOURNAL).exists()


def test_the_next_session_has_the_key_of_the_one_before(tmp_path):
    shelf = Shelf(tmp_path)
    open_session(shelf, tmp_path, 1, "First")
    shelf.make_room()
    assert seed_of(tmp_path) == SEED
    assert [about.title for about in shelf.kept()] == ["First"]
    assert shelf.current() is None


def test_sessions_change_places(tmp_path):
    shelf = Shelf(tmp_path)
    first = open_session(shelf, tmp_path, 1, "First")
    shelf.make_room()
    second = open_session(shelf, tmp_path, 2, "Second")
    assert [about.key for about in shelf.kept()] == [second, first]
    shelf.take(first)
    assert title_of(tmp_path) == "First"
    shelf.take(second)
    assert title_of(tmp_path) == "Second"
    assert {about.title for about in shelf.kept()} == {"First", "Second"}


def test_taking_the_open_one_changes_nothing(tmp_path):
    shelf = Shelf(tmp_path)
    key = open_session(shelf, tmp_path, 1, "First")
    shelf.take(key)
    assert title_of(tmp_path) == "First"


@pytest.mark.parametrize("key", ["aa", "../..", ""])
def test_a_session_that_is_not_here_can_not_be_taken(tmp_path, key):
    shelf = Shelf(tmp_path)
    open_session(shelf, tmp_path, 1, "First")
    with pytest.raises(KnownError, match="no longer"):
        shelf.take(key)
    assert title_of(tmp_path) == "First"


def test_what_was_only_tried_is_not_kept(tmp_path):
    shelf = Shelf(tmp_path)
    open_session(shelf, tmp_path, 1, "Try it alone", alone=True)
    assert shelf.kept() == ()
    shelf.make_room()
    assert seed_of(tmp_path) == SEED
    assert shelf.kept() == ()


def test_a_forgotten_session_is_gone(tmp_path):
    shelf = Shelf(tmp_path)
    first = open_session(shelf, tmp_path, 1, "First")
    shelf.make_room()
    second = open_session(shelf, tmp_path, 2, "Second")
    shelf.forget(first)
    shelf.forget(second)
    assert shelf.kept() == ()
    assert not (tmp_path / JOURNAL).exists()


def test_a_session_without_its_note_is_put_away_all_the_same(tmp_path):
    shelf = Shelf(tmp_path)
    key = open_session(shelf, tmp_path, 1, "First")
    (tmp_path / "session.json").unlink()
    shelf.make_room()
    assert (tmp_path / "sessions" / key / JOURNAL).exists()


# --- starts ---------------------------------------------------------------------------------------


def start(folder, times: int = 1) -> int:
    """As a site that starts: the number of this start."""
    journal = Journal.open(folder / JOURNAL)
    starts = read_incarnation(journal.saved()) + times
    journal.commit([SaveField("incarnation", encode(starts))])
    journal.close()
    return starts


def test_a_start_never_comes_twice_whatever_becomes_of_the_sessions(tmp_path):
    shelf = Shelf(tmp_path)
    first = open_session(shelf, tmp_path, 1, "First")
    seen = [start(tmp_path, 3)]
    shelf.make_room()
    seen.append(start(tmp_path))  # it asked somewhere, and was not let in
    shelf.make_room()
    second = open_session(shelf, tmp_path, 2, "Second")
    seen.append(start(tmp_path))
    shelf.take(first)
    seen.append(start(tmp_path))
    shelf.forget(first)
    shelf.make_room()
    seen.append(start(tmp_path))
    shelf.make_room()
    open_session(shelf, tmp_path, 3, "Try it alone", alone=True)
    seen.append(start(tmp_path))
    shelf.take(second)
    seen.append(start(tmp_path))
    assert seen == sorted(set(seen))


def test_starts_of_a_folder_that_did_not_count_yet_are_those_of_its_journals(tmp_path):
    shelf = Shelf(tmp_path)
    open_session(shelf, tmp_path, 1, "First")
    start(tmp_path, 7)
    shelf.make_room()
    (tmp_path / STARTS).write_text("not a number", "ascii")
    shelf.make_room()
    assert start(tmp_path) == 8
