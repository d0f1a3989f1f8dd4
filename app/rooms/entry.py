"""What a reducer sees of an entry.

Signatures, hashes and epochs are the dispatcher's business and are gone here; whether the author
led its view is told, so that a reducer never asks about views.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import RemoteError
from app.core.ids import EntryId, Key


@dataclass(frozen=True, slots=True)
class OrderedEntry:
    """One entry at its index; `by_leader`: its author led the view in which it was ordered."""

    index: int
    id: EntryId
    author: Key
    kind: str
    body: bytes
    wall_ms: int
    stamp_ms: int
    by_leader: bool


class Refusal(RemoteError):
    """The entry has no effect; the text says why, for people.

    `early` is False where the reason may be gone once the author's entries before it are ordered
    (an object that is still in the queue): the author's own site then lets the entry pass.
    """

    def __init__(self, why: str, *, early: bool = True) -> None:
        super().__init__(why)
        self.early = early


class Newer(RemoteError):
    """Part of the entry is of a later version; it is kept and has no effect."""
