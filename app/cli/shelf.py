"""The sessions of a data folder: the open one stands where a site looks, the others on a shelf.

A journal holds one session, and a site resumes the journal of its folder; so another session is
opened by moving files, while no journal is open. What is told about each session (title, when, who)
stands beside its journal and is worth no care: without it the session is still there.

All have one key, so they count their starts together, also those of sessions that were deleted: what
a site says is known by its key, the start and a number, and a start that comes twice would make two
things one, or never be heard by whoever knows the first.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.core import limits
from app.core.codec import encode
from app.core.errors import KnownError
from app.dispatcher.records import SaveField
from app.drivers.folder import JOURNAL
from app.node.state import read_incarnation, read_session
from app.store.journal import Journal

SHELF = "sessions"
ABOUT = "session.json"
STARTS = "starts"
_TAILS = ("-wal", "-shm")
_PEOPLE_MAX = 8


@dataclass(frozen=True, slots=True)
class About:
    """`key` is the session's id in hexadecimal; `people` are (name, colour) of the others."""

    key: str
    title: str
    last_ms: int
    people: tuple[tuple[str, str], ...] = ()
    left: bool = False
    alone: bool = False


class Shelf:
    """All sessions of one folder. Nothing here may be called while a journal is open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shelf = folder / SHELF

    def kept(self) -> tuple[About, ...]:
        """Every session, the one opened last first."""
        places = [self._folder, *sorted(self._shelf.glob("*/"))]
        found = [_read_about(place) for place in places if (place / JOURNAL).exists()]
        known = [about for about in found if about is not None and about.key and not about.alone]
        return tuple(sorted(known, key=lambda about: -about.last_ms))

    def current(self) -> About | None:
        """The session in the folder itself."""
        return _read_about(self._folder) if (self._folder / JOURNAL).exists() else None

    def remember(self, about: About) -> None:
        """What the lobby will say of the session in the folder itself."""
        fresh = self._folder / f"{ABOUT}.new"
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps(asdict(about), ensure_ascii=False), encoding="utf-8")
            fresh.replace(self._folder / ABOUT)

    def make_room(self) -> None:
        """Put the folder's session on the shelf; the next one to come has the same key.

        Raises:
            KnownError: a journal can't be read or moved.
        """
        journal = self._folder / JOURNAL
        if not journal.exists():
            seed = self._seed_of_shelf()
        else:
            found = _look_into(journal)
            seed = found.seed
            self._count(found.starts)
            about = self.current()
            if found.key is None or (about is not None and about.alone):
                self._drop(self._folder)
            else:
                self._move(self._folder, self._shelf / found.key)
        if seed is not None:
            _commit(journal, SaveField("key", seed), self._starts())

    def take(self, key: str) -> None:
        """Put this session where a site looks, and the one that is there on the shelf.

        Raises:
            KnownError: there is no such session, or it can't be moved.
        """
        current = self.current()
        if current is not None and current.key == key:
            return
        if not key.isalnum() or not (self._shelf / key / JOURNAL).exists():
            message = "This session is no longer on this computer. Join it again with an invite."
            raise KnownError(message)
        self.make_room()
        self._drop(self._folder)
        self._move(self._shelf / key, self._folder)
        shutil.rmtree(self._shelf / key, ignore_errors=True)
        _commit(self._folder / JOURNAL, self._starts())

    def holds(self, key: str) -> bool:
        """Whether the session is here."""
        return any(about.key == key for about in self.kept())

    def forget(self, key: str) -> None:
        """Delete a session from this computer."""
        current = self.current()
        if current is not None and current.key == key:
            with contextlib.suppress(KnownError):
                self._count(_look_into(self._folder / JOURNAL).starts)
            self._drop(self._folder)
        elif key.isalnum():
            # Its starts were counted when it was put away, unless that was before there was a count.
            self._count(0)
            shutil.rmtree(self._shelf / key, ignore_errors=True)

    # --- inside -----------------------------------------------------------------------------------

    def _seed_of_shelf(self) -> bytes | None:
        return next((found.seed for found in self._on_shelf()), None)

    def _on_shelf(self) -> Iterator[_Found]:
        for place in sorted(self._shelf.glob("*/")):
            if (place / JOURNAL).exists():
                with contextlib.suppress(KnownError):
                    yield _look_into(place / JOURNAL)

    def _starts(self) -> SaveField:
        """How often all the sessions were started, for a journal that goes on counting."""
        return SaveField("incarnation", encode(self._count(0)))

    def _count(self, starts: int) -> int:
        """Nothing that is counted is ever counted again; the most there was so far."""
        path = self._folder / STARTS
        try:
            before = int(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            before = max([found.starts for found in self._on_shelf()], default=0)
        most = max(before, starts)
        # On a full disk the journals still know; only that of a deleted session does not.
        with contextlib.suppress(OSError):
            path.write_text(f"{most}\n", encoding="ascii")
        return most

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        """A journal, closed and so one file, and what is told about it."""
        try:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            (source / JOURNAL).replace(target / JOURNAL)
            if (source / ABOUT).exists():
                (source / ABOUT).replace(target / ABOUT)
        except OSError as error:
            message = (
                f"A session could not be put away ({error.strerror}). Nothing is lost; check the"
                f" permissions of {source} and try again."
            )
            raise KnownError(message) from error

    @staticmethod
    def _drop(place: Path) -> None:
        for name in (JOURNAL, *[f"{JOURNAL}{tail}" for tail in _TAILS], ABOUT):
            (place / name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """Of a closed journal: the own key's seed, the session's id, and how often it was started."""

    seed: bytes | None
    key: str | None
    starts: int


def _look_into(journal: Path) -> _Found:
    """What a closed journal holds; also folds its WAL in."""
    opened = Journal.open(journal)
    try:
        saved = opened.saved()
        field = read_session(saved)
        key = field.session.hex() if field is not None else None
        return _Found(saved.fields.get("key"), key, read_incarnation(saved))
    finally:
        opened.close()


def _commit(journal: Path, *records: SaveField) -> None:
    opened = Journal.open(journal)
    try:
        opened.commit(records)
    finally:
        opened.close()


def _read_about(place: Path) -> About | None:
    try:
        plain: dict[str, Any] = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        return About(
            str(plain["key"]),
            str(plain["title"])[: limits.TITLE_CHARACTERS_MAX],
            int(plain["last_ms"]),
            tuple([(str(name), str(colour)) for name, colour in plain["people"]][:_PEOPLE_MAX]),
            bool(plain["left"]),
            bool(plain["alone"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
