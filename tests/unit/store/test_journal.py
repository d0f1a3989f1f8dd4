"""The journal against its environment: permissions, damage, full disks, other programs."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest

from app.core import limits
from app.core.errors import Bug, KnownError
from app.dispatcher.records import SaveField, SaveLog, SaveQueue
from app.store import schema
from app.store.journal import Journal
from tests.entries import a_row, an_entry


@pytest.fixture
def path(tmp_path):
    return tmp_path / "site" / "journal.db"


def refusal(path):
    with pytest.raises(KnownError) as caught:
        Journal.open(path)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_the_file_is_for_its_owner_only(path):
    journal = Journal.open(path)
    journal.commit([SaveField("key", b"secret")])
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    journal.close()
    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_two_processes_never_write_one_journal(path):
    journal = Journal.open(path)
    assert "in use" in refusal(path)
    journal.close()
    Journal.open(path).close()


def test_a_newer_journal_is_left_alone(path):
    Journal.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    assert "newer" in refusal(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title)")
    connection.close()
    before = path.read_bytes()
    assert "not a journal" in refusal(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(path):
    path.parent.mkdir()
    path.write_bytes(b"my diary, " * 1000)
    assert "damaged" in refusal(path)
    assert path.read_bytes() == b"my diary, " * 1000


def test_damage_is_told_and_not_repaired(path):
    journal = Journal.open(path)
    journal.commit([SaveLog(tuple(a_row(an_entry(n), n) for n in range(1, 400)))])
    journal.close()
    data = bytearray(path.read_bytes())
    data[2 * 4096 : -4096] = b"\xff" * (len(data) - 3 * 4096)
    path.write_bytes(data)
    text = refusal(path)
    assert "damaged" in text
    assert "new name" in text
    assert path.read_bytes() == bytes(data)


def test_a_row_without_its_entry_is_damage(path):
    journal = Journal.open(path)
    journal.commit([SaveQueue(1, (an_entry(1),))])
    journal.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM entries")
    connection.close()
    journal = Journal.open(path)
    with pytest.raises(KnownError, match="damaged"):
        journal.saved()
    journal.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "site").write_text("a file where the folder should be")
    assert "cannot be written" in refusal(tmp_path / "site" / "journal.db")


def test_a_full_disk_loses_the_turn_and_nothing_else(path):
    journal = Journal.open(path)
    journal.commit([SaveField("name", b"ann")])
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    rows = tuple(a_row(an_entry(n, body=b"x" * 4096), n) for n in range(1, 20))
    with pytest.raises(KnownError, match="disk is full"):
        journal.commit([SaveField("name", b"ben"), SaveLog(rows)])
    journal.close()
    journal = Journal.open(path)
    saved = journal.saved()
    assert saved.fields == {"name": b"ann"}
    assert list(saved.read_log([(rows[0].epoch.view, 1, 20)])) == []
    journal.close()


def test_a_disk_with_room_for_the_proof_alone_is_full(path, monkeypatch):
    room = [limits.JOURNAL_ROOM_BYTES - 1]
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=room[0]))
    assert "disk is full" in refusal(path)
    room[0] += 1
    Journal.open(path).close()


def test_authors_numbered_in_a_lost_turn_are_numbered_again(path):
    journal = Journal.open(path)
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(KnownError):
        journal.commit([SaveQueue(1, (an_entry(1, body=b"x" * 40_000),))])
    journal._connection.execute("PRAGMA max_page_count = 100000")
    journal.commit([SaveQueue(1, (an_entry(1),))])
    assert journal.saved().queue == ((1, an_entry(1)),)
    journal.close()


def test_a_record_that_cannot_be_stored_is_our_own_mistake(path):
    journal = Journal.open(path)
    with pytest.raises(Bug):
        journal.commit([SaveField("name", object())])  # type: ignore[arg-type]
    journal.close()


def test_an_author_part_stands_once(path):
    journal = Journal.open(path)
    entry = an_entry(1)
    journal.commit([SaveQueue(1, (entry,))])
    journal.commit([SaveLog((a_row(entry, 1),))])
    journal.commit([SaveLog((a_row(entry, 1, view=2),)), SaveQueue(2, (entry,))])
    assert journal._connection.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    journal.close()


def test_a_crash_keeps_what_was_committed(path, tmp_path):
    journal = Journal.open(path)
    journal.commit([SaveField("name", b"ann"), SaveQueue(1, (an_entry(1),))])
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for file in path.parent.iterdir():
        (crashed / file.name).write_bytes(file.read_bytes())
    journal.close()
    journal = Journal.open(crashed / "journal.db")
    assert journal.saved().fields == {"name": b"ann"}
    assert journal.saved().queue == ((1, an_entry(1)),)
    journal.close()


def test_the_wal_is_bounded(path):
    journal = Journal.open(path)
    for turn in range(30):
        rows = tuple(
            a_row(an_entry(n, body=b"x" * 4_000), n)
            for n in range(turn * 200 + 1, turn * 200 + 201)
        )
        journal.commit([SaveLog(rows)])
    wal = path.with_name("journal.db-wal").stat().st_size
    journal.close()
    assert wal <= 2 * limits.JOURNAL_WAL_PAGES * 4_096
