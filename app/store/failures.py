"""What SQLite says, in words for people.

Every text says what happened, what is safe and what to do, in one line. Which failures are the
environment's (`KnownError`) and which are our own (`Bug`) is decided here and nowhere else.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.core.errors import Bug, KnownError

_FULL = (
    "The disk is full: {path} could not be written. Everything saved before is safe, what is said"
    " from now on is not. Make room on that disk."
)
_FAILED = (
    "The disk failed while {path} was read or written. Everything saved before is kept as it is."
    " Check the disk and the permissions, then start again."
)
_READONLY = (
    "{path} cannot be written. Nothing was changed. Give yourself the right to write there, or"
    " choose another folder with --data."
)
_DAMAGED = (
    "The journal {path} is damaged; it was left as it is. What the others stored is safe with"
    " them. Move it away together with its -wal file and join again by an invite: this site comes"
    " back under a new name."
)
_FOREIGN = (
    "{path} is not a journal of Talkstick; it was left as it is. Choose another folder with --data,"
    " or move that file away."
)
_BUSY = (
    "{path} is in use by another program. Nothing was changed. End that program, or choose another"
    " folder with --data."
)
_NEWER = (
    "{path} was written by a newer Talkstick (format {found}, this one knows {known}); it was left"
    " as it is. Install the newer version, or choose another folder with --data."
)

_TEXTS = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FAILED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _READONLY,
    sqlite3.SQLITE_CANTOPEN: _READONLY,
    sqlite3.SQLITE_PERM: _READONLY,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_NOMEM: _FAILED,
}


def known(error: sqlite3.Error, path: Path) -> KnownError:
    """The failure of `error` in words.

    Raises:
        Bug: the statement was wrong, not the environment.
    """
    code = getattr(error, "sqlite_errorcode", None)
    text = None if code is None else _TEXTS.get(code & 0xFF)
    if text is None:
        message = f"the journal refused a statement: {error}"
        raise Bug(message) from error
    return KnownError(text.format(path=path))


def not_writable(path: Path) -> KnownError:
    """The file or its folder can't be made."""
    return KnownError(_READONLY.format(path=path))


def full(path: Path) -> KnownError:
    """There is room for a commit, but not for more of them."""
    return KnownError(_FULL.format(path=path))


def damaged(path: Path) -> KnownError:
    """What is in the file contradicts itself."""
    return KnownError(_DAMAGED.format(path=path))


def foreign(path: Path) -> KnownError:
    """A database of another program."""
    return KnownError(_FOREIGN.format(path=path))


def newer(path: Path, found: int, version: int) -> KnownError:
    """A database of a version to come."""
    return KnownError(_NEWER.format(path=path, found=found, known=version))
