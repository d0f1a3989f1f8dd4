"""The sessions of a data folder: the open one stands where a site looks, the others on a shelf.

A journal holds one session, and a site resumes the journal of its folder; so another session is
opened by moving files, while no journal is open. What is told about each session (title, when, who)
stands beside its journal and is worth no care: without it the session is still there.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.core import limits
from app.core.errors import KnownError
from app.dispatcher.records import SaveField
from app.drivers.folder import JOURNAL
from app.node.state import read_session
from app.store.journal import Journal

SHELF = "sessions"
ABOUT = "session.json"
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
            seed, field_key = _look_into(journal)
            about = self.current()
            if field_key is None or (about is not None and about.alone):
                self._drop(self._folder)
            else:
                self._move(self._folder, self._shelf / field_key)
        if seed is not None:
            fresh = Journal.open(journal)
            try:
                fresh.commit([SaveField("key", seed)])
            finally:
                fresh.close()

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

    def holds(self, key: str) -> bool:
        """Whether the session is here."""
        return any(about.key == key for about in self.kept())

    def forget(self, key: str) -> None:
        """Delete a session from this computer."""
        current = self.current()
        if current is not None and current.key == key:
            self._drop(self._folder)
        elif key.isalnum():
            shutil.rmtree(self._shelf / key, ignore_errors=True)

    # --- inside -----------------------------------------------------------------------------------

    def _seed_of_shelf(self) -> bytes | None:
        for place in sorted(self._shelf.glob("*/")):
            if (place / JOURNAL).exists():
                with contextlib.suppress(KnownError):
                    return _look_into(place / JOURNAL)[0]
        return None

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


def _look_into(journal: Path) -> tuple[bytes | None, str | None]:
    """The own key's seed and the session's id of a closed journal; also folds its WAL in."""
    opened = Journal.open(journal)
    try:
        saved = opened.saved()
        field = read_session(saved)
        return saved.fields.get("key"), field.session.hex() if field is not None else None
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
