"""One file, one writer: commits the records of a turn, and reads them back.

SQLite in WAL mode with `synchronous=FULL`: what was committed survives a power cut, because others
count on it (law 3, S1). The file is locked for as long as it is open, so that two processes never
write as one site. Never repairs or replaces a damaged file (S2), never decides anything about the
order. After a `KnownError` the object is to be closed and thrown away.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import assert_never

from app.core import limits
from app.core.errors import Bug
from app.core.ids import Key
from app.dispatcher.entries import Author, Entry, Placed
from app.dispatcher.epochs import Epoch
from app.dispatcher.records import (
    DropLog,
    DropQueue,
    LoadLog,
    OrderRecord,
    Range,
    Saved,
    SaveField,
    SaveLog,
    SaveQueue,
    SaveView,
)
from app.store import failures, schema

_ENTRY = """INSERT INTO entries
    (author, number, hash, previous, kind, key_epoch, wall_ms, signature, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET signature = excluded.signature
    WHERE signature = x'' AND excluded.signature <> x''"""
"""An entry that is there already gains at most the proof that it lacked."""
_COMPACTED = """SELECT l.position, l.author, l.number, l.hash FROM log l JOIN entries e
    ON e.author = l.author AND e.number = l.number AND e.hash = l.hash
    WHERE l.view = ? AND l.branch = ? AND l.leader = ? AND l.position BETWEEN ? AND ?
    AND e.kind NOT IN ({})"""
_DROP_LOG = "DELETE FROM log WHERE view = ? AND branch = ? AND leader = ? AND position = ?"
_DROP_ENTRY = "DELETE FROM entries WHERE author = ? AND number = ? AND hash = ?"
_LOG = "INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_QUEUE = "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?)"
_FIELD = "INSERT OR REPLACE INTO fields VALUES (?, ?)"
_VIEW = "INSERT OR REPLACE INTO views VALUES (?, ?, ?, ?)"

_ENTRY_COLUMNS = (
    "e.author, e.number, e.previous, e.kind, e.body, e.key_epoch, e.wall_ms, e.signature, e.hash"
)
_READ_QUEUE = f"""SELECT q.position, {_ENTRY_COLUMNS} FROM queue q LEFT JOIN entries e
    ON e.author = q.author AND e.number = q.number AND e.hash = q.hash ORDER BY q.position"""  # noqa: S608 - no values in it
_READ_LOG = f"""SELECT l.position, l.k, l.stamp_ms, l.chain, {_ENTRY_COLUMNS}
    FROM log l LEFT JOIN entries e
    ON e.author = l.author AND e.number = l.number AND e.hash = l.hash
    WHERE l.view = ? AND l.branch = ? AND l.leader = ? AND l.position BETWEEN ? AND ?
    ORDER BY l.position"""  # noqa: S608 - no values in it


class Journal:
    """An open journal; make one with `Journal.open`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._author_numbers: dict[Author, int] = {}
        self._authors: dict[int, Author] = {}

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Open or make the journal at `path`, and prove that the disk takes a commit and more.

        Raises:
            KnownError: newer than the program, not a journal, damaged, in use, not writable, or
                the disk is full. Nothing that was on disk is changed in any of these.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shutil.disk_usage(path.parent).free < limits.JOURNAL_ROOM_BYTES:
                raise failures.full(path)
            path.touch(mode=0o600)
        except OSError:
            raise failures.not_writable(path) from None
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(path, timeout=0.0, isolation_level=None)
            _prepare(connection, path)
            journal = cls(path, connection)
            journal._load_authors()
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            raise failures.known(error, path) from error
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        return journal

    def close(self) -> None:
        """Let go of the file; what was committed is on disk already."""
        self._connection.close()

    def commit(self, records: Sequence[OrderRecord]) -> None:
        """All or nothing, durable on return.

        Raises:
            KnownError: nothing of `records` is on disk.
        """
        changes = _Changes(records)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._write(changes)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise failures.known(error, self.path) from error
        except BaseException:
            self._undo()
            raise

    def saved(self) -> Saved:
        """What was on disk; `read_log` stays usable until the journal is closed."""
        try:
            fields = dict(self._connection.execute("SELECT name, value FROM fields ORDER BY name"))
            certificates = self._connection.execute(
                "SELECT certificate FROM views ORDER BY view, branch, leader"
            )
            return Saved(
                fields=fields,
                certificates=tuple([row[0] for row in certificates]),
                queue=tuple(
                    [
                        (position, self._entry(columns))
                        for position, *columns in self._connection.execute(_READ_QUEUE)
                    ]
                ),
                read_log=self._rows,
            )
        except sqlite3.Error as error:
            raise failures.known(error, self.path) from error

    def read(self, request: LoadLog) -> tuple[Placed, ...]:
        """The rows of the stretches that are there, in order; raises `KnownError`."""
        return tuple(self._rows(request.ranges))

    def _rows(self, ranges: Sequence[Range]) -> Iterator[Placed]:
        try:
            for view, first, last in ranges:
                key = (view.number, view.branch, view.leader)
                epoch = Epoch(*key, 0)
                for row in self._connection.execute(_READ_LOG, (*key, first, last)):
                    position, k, stamp_ms, chain, *columns = row
                    if k != epoch.k:
                        epoch = Epoch(*key, k)
                    yield Placed(position, epoch, stamp_ms, chain, self._entry(columns))
        except sqlite3.Error as error:
            raise failures.known(error, self.path) from error

    def _entry(self, columns: Sequence[object]) -> Entry:
        author, *rest = columns
        known = self._authors.get(author) if isinstance(author, int) else None
        if known is None:
            raise failures.damaged(self.path)
        return Entry(*known, *rest)  # type: ignore[arg-type]  # the columns' declared types

    def _load_authors(self) -> None:
        for number, key, incarnation in self._connection.execute("SELECT * FROM authors"):
            self._authors[number] = (Key(key), incarnation)
            self._author_numbers[Key(key), incarnation] = number

    def _author_number(self, author: Author) -> int:
        number = self._author_numbers.get(author)
        if number is None:
            cursor = self._connection.execute(
                "INSERT INTO authors (key, incarnation) VALUES (?, ?)", author
            )
            if cursor.lastrowid is None:
                message = "an inserted row has a number"
                raise Bug(message)
            number = cursor.lastrowid
            self._author_numbers[author] = number
            self._authors[number] = author
        return number

    def _write(self, changes: _Changes) -> None:
        run = self._connection
        if changes.entries:
            run.executemany(_ENTRY, [self._entry_row(entry) for entry in changes.entries.values()])
        for first, last in _stretches(changes.dropped):
            run.execute("DELETE FROM queue WHERE position BETWEEN ? AND ?", (first, last))
        for dropped in changes.compacted:
            self._drop_log(dropped)
        if changes.queue:
            run.executemany(
                _QUEUE,
                [(place, *self._reference(entry)) for place, entry in changes.queue.items()],
            )
        if changes.log:
            run.executemany(_LOG, [self._log_row(placed) for placed in changes.log.values()])
        for name, value in changes.fields.items():
            if value is None:
                run.execute("DELETE FROM fields WHERE name = ?", (name,))
            else:
                run.execute(_FIELD, (name, value))
        if changes.views:
            run.executemany(_VIEW, [(*key, data) for key, data in changes.views.items()])

    def _drop_log(self, record: DropLog) -> None:
        """Rows and their author parts go; those of kept kinds stay."""
        run = self._connection
        marks = ", ".join("?" * len(record.kept))
        for view, first, last in record.ranges:
            key = (view.number, view.branch, view.leader)
            found = run.execute(_COMPACTED.format(marks), (*key, first, last, *record.kept))
            rows = found.fetchall()
            run.executemany(_DROP_LOG, [(*key, row[0]) for row in rows])
            run.executemany(_DROP_ENTRY, [row[1:] for row in rows])

    def _reference(self, entry: Entry) -> tuple[int, int, bytes]:
        author = self._author_number((entry.author, entry.incarnation))
        return author, entry.number, entry.hash

    def _entry_row(self, entry: Entry) -> tuple[object, ...]:
        return (
            self._author_number((entry.author, entry.incarnation)),
            entry.number,
            entry.hash,
            entry.previous,
            entry.kind,
            entry.key_epoch,
            entry.wall_ms,
            entry.signature,
            entry.body,
        )

    def _log_row(self, placed: Placed) -> tuple[object, ...]:
        epoch, entry = placed.epoch, placed.entry
        return (
            epoch.number,
            epoch.branch,
            epoch.leader,
            placed.index,
            epoch.k,
            placed.stamp_ms,
            placed.chain,
            self._author_number((entry.author, entry.incarnation)),
            entry.number,
            entry.hash,
        )

    def _undo(self) -> None:
        """Numbers given to authors in the lost transaction are forgotten with it."""
        self._author_numbers.clear()
        self._authors.clear()
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._load_authors()
        except sqlite3.Error:
            # The failure that led here is reported; closing the file rolls back as well.
            self._connection.close()


class _Changes:
    """The net effect of one turn's records: what is put and taken in one turn is never written."""

    def __init__(self, records: Sequence[OrderRecord]) -> None:
        self.fields: dict[str, bytes | None] = {}
        self.queue: dict[int, Entry] = {}
        self.dropped: dict[int, None] = {}
        self.log: dict[tuple[int, int, bytes, int], Placed] = {}
        self.compacted: list[DropLog] = []
        self.views: dict[tuple[int, int, bytes], bytes] = {}
        for record in records:
            self._add(record)
        self.entries: dict[bytes, Entry] = {entry.hash: entry for entry in self.queue.values()}
        for placed in self.log.values():
            known = self.entries.get(placed.entry.hash)
            if known is None or not known.signature:
                self.entries[placed.entry.hash] = placed.entry

    def _add(self, record: OrderRecord) -> None:
        match record:
            case SaveField(name, value):
                self.fields[name] = value
            case SaveQueue(first, entries):
                self.queue.update(enumerate(entries, first))
            case DropQueue(positions):
                for position in positions:
                    self.queue.pop(position, None)
                    self.dropped[position] = None
            case SaveLog(rows):
                for row in rows:
                    epoch = row.epoch
                    self.log[epoch.number, epoch.branch, epoch.leader, row.index] = row
            case SaveView(view, certificate):
                self.views[view.number, view.branch, view.leader] = certificate
            case DropLog():
                self.compacted.append(record)
            case _:
                assert_never(record)


def _stretches(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Positions as (first, last) of runs without a gap."""
    first = last = None
    for position in sorted(positions):
        if first is None or last is None:
            first = last = position
        elif position == last + 1:
            last = position
        else:
            yield first, last
            first = last = position
    if first is not None and last is not None:
        yield first, last


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the file is ours and whole, upgrade it, and commit once.

    Raises:
        KnownError: it is newer, foreign or damaged.
        sqlite3.Error: SQLite says so itself.
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if (tables or found) and application != schema.APPLICATION_ID:
        raise failures.foreign(path)
    if found > schema.VERSION:
        raise failures.newer(path, found, schema.VERSION)
    if path.stat().st_size <= limits.JOURNAL_CHECK_BYTES_MAX:
        result = connection.execute("PRAGMA quick_check(1)").fetchone()
        if result is None or result[0] != "ok":
            raise failures.damaged(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {limits.JOURNAL_WAL_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {limits.JOURNAL_WAL_PAGES * 8192}")
    connection.execute(f"PRAGMA cache_size = -{limits.JOURNAL_CACHE_KIB}")
    connection.execute("BEGIN IMMEDIATE")
    schema.upgrade(connection, found)
    connection.execute("UPDATE opened SET times = times + 1")
    connection.execute("COMMIT")
