"""Names of a stream's moves (T6): (view in which it last changed home by failure, k).

An epoch is never a bare number: two homes named by two views may each be one move further. The form
is that of the dispatcher's token, branch included, so that streams may move in branches without a
change on the wire. Never decides anything; `rules` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from app.core.schema import Size

LEADER_BYTES_MAX = 10
"""A branch's leader is named by the bytes of its site id."""


@dataclass(frozen=True, slots=True, order=True)
class StreamEpoch:
    """(p, d, leader, k), compared in this order; a primary view has d = 0 and no leader."""

    number: int
    branch: int
    leader: Annotated[bytes, Size(0, LEADER_BYTES_MAX)]
    k: int

    @property
    def view(self) -> tuple[int, int, bytes]:
        """The view that "the present view" of T1 to T5 means for this stream."""
        return (self.number, self.branch, self.leader)

    @property
    def pair(self) -> tuple[int, int]:
        """(view number, k): the short form of control entries and heartbeats."""
        return (self.number, self.k)

    def following(self) -> StreamEpoch:
        """The epoch of the next move."""
        return replace(self, k=self.k + 1)


def primary_epoch(pair: tuple[int, int]) -> StreamEpoch:
    """The epoch (view number, k) of a primary view."""
    return StreamEpoch(pair[0], 0, b"", pair[1])
