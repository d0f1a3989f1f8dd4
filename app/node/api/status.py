"""The snapshot of a session that commands show; replaced whole, holds no secret."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.ids import SiteId


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """state is present, unreachable or left; path is direct or none; rtt_ms None if unknown."""

    site: SiteId
    name: str
    state: str
    rtt_ms: float | None
    path: str
    location: int


@dataclass(frozen=True, slots=True)
class Status:
    """A snapshot that is replaced whole; holds no secret.

    Of the log up to `compacted` only lines are left on this disk.
    """

    site: SiteId
    name: str
    session: str
    title: str
    members: tuple[MemberStatus, ...]
    leader: SiteId | None
    dispatcher: SiteId | None
    epoch: str
    head_index: int
    head_chain: str
    settled: int
    moves: int
    policy: str
    state_hash: str
    queue: int
    compacted: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    sent_bytes: int = 0
    """In datagrams to members and whoever asked to be one, since this site started."""
