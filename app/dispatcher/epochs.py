"""Names of views and of the token's moves: ORDER.md section 1.

Ids are compared as tuples; the empty branch is the lowest, so view p comes before every branch of
p and those before view p + 1. An epoch is never a bare number (T6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.codec import Plain
from app.core.ids import KEY_BYTES, Key, site_from_bytes
from app.core.schema import Size

SITE_BYTES = 10


@dataclass(frozen=True, slots=True, order=True)
class ViewId:
    """(number p, d, branch leader's site bytes); a primary view has d = 0 and no leader."""

    number: int
    branch: int = 0
    leader: Annotated[bytes, Size(0, SITE_BYTES)] = b""

    def __str__(self) -> str:
        if not self.branch:
            return str(self.number)
        return f"{self.number}-{self.branch}@{site_from_bytes(self.leader)[:6]}"


NO_VIEW = ViewId(0)
"""Below every view."""


@dataclass(frozen=True, slots=True, order=True)
class Epoch:
    """(view id, k): the k-th move of the token in that view."""

    number: int
    branch: int
    leader: Annotated[bytes, Size(0, SITE_BYTES)]
    k: int

    @property
    def view(self) -> ViewId:
        """The view whose token this is."""
        return ViewId(self.number, self.branch, self.leader)

    def plain(self) -> list[Plain]:
        """[p, d, leader, k]: what hashes cover."""
        return [self.number, self.branch, self.leader, self.k]

    def __str__(self) -> str:
        return f"{self.view}.{self.k}"


def epoch_of(view: ViewId, k: int) -> Epoch:
    """The epoch of move `k` in `view`."""
    return Epoch(view.number, view.branch, view.leader, k)


@dataclass(frozen=True, slots=True, order=True)
class Ballot:
    """(n, owner): compared as a tuple, so no ballot has two owners (P1)."""

    n: Annotated[int, Size(0, limits.BALLOT_NUMBER_MAX)]
    owner: Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
