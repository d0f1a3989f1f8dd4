"""The tables, and how an older journal becomes one of today.

`user_version` counts formats. Each step is a function; a released step is never changed. Author
parts stand once, clustered by author and number, so that a growing log writes at the end of a tree
and needs no second index; rows of log and queue name them by (author, number, hash).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x54_4B_53_54
"""'TKST': tells our files from other SQLite databases."""

_FIRST = (
    "CREATE TABLE opened (only INTEGER PRIMARY KEY CHECK (only = 1), times INTEGER NOT NULL)",
    "CREATE TABLE fields (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE authors (
        author INTEGER PRIMARY KEY, key BLOB NOT NULL, incarnation INTEGER NOT NULL,
        UNIQUE (key, incarnation))""",
    """CREATE TABLE entries (
        author INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
        previous BLOB NOT NULL, kind TEXT NOT NULL, key_epoch INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL, signature BLOB NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (author, number, hash)) WITHOUT ROWID""",
    """CREATE TABLE log (
        view INTEGER NOT NULL, branch INTEGER NOT NULL, leader BLOB NOT NULL,
        position INTEGER NOT NULL, k INTEGER NOT NULL, stamp_ms INTEGER NOT NULL,
        chain BLOB NOT NULL, author INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (view, branch, leader, position)) WITHOUT ROWID""",
    """CREATE TABLE queue (
        position INTEGER PRIMARY KEY,
        author INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL)""",
    """CREATE TABLE views (
        view INTEGER NOT NULL, branch INTEGER NOT NULL, leader BLOB NOT NULL,
        certificate BLOB NOT NULL, PRIMARY KEY (view, branch, leader)) WITHOUT ROWID""",
)


def upgrade_0_to_1(connection: sqlite3.Connection) -> None:
    """An empty file becomes a journal."""
    for statement in _FIRST:
        connection.execute(statement)
    connection.execute("INSERT INTO opened VALUES (1, 0)")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


UPGRADES: tuple[Callable[[sqlite3.Connection], None], ...] = (upgrade_0_to_1,)
"""The step from format n is at place n."""

VERSION = len(UPGRADES)


def upgrade(connection: sqlite3.Connection, found: int) -> None:
    """Bring a journal of format `found` to today's, inside the caller's transaction."""
    for step in UPGRADES[found:]:
        step(connection)
    if found != VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
