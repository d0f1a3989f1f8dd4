"""What a site tells of people who work apart, and come together again."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import SiteId


@dataclass(frozen=True, slots=True)
class WorkedApart:
    """Work goes on without these members; `settles` says whether anything settles meanwhile."""

    sites: tuple[SiteId, ...]
    settles: bool


@dataclass(frozen=True, slots=True)
class CameTogether:
    """These members are back: a separator stands before entry `index`.

    They were apart for so long; `queued` lines of this side are put into the order anew; `settles`
    says whether anything settles now: two small groups that meet may still be without the others.
    """

    sites: tuple[SiteId, ...]
    apart_ms: int
    index: int
    queued: int
    settles: bool = True


ApartEvent = WorkedApart | CameTogether
