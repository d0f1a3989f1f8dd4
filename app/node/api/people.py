"""Who is here, and who may come by invite: people, profiles, invites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.core.ids import SiteId

PersonState = Literal["present", "unreachable", "left"]


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody of the session as this site knows it.

    `colour` and `shape` are empty before the person's profile is ordered; `rtt_ms` is None if not
    measured; `talk_share` is the share of the recent talk, 0 to 1; `location` is 0 once they left;
    `wanted` is the colour they asked for, which somebody else may wear.
    """

    site: SiteId
    name: str
    colour: str
    shape: str
    state: PersonState
    rtt_ms: float | None
    holds_stick: bool
    is_self: bool
    talk_share: float
    location: int
    wanted: str


@dataclass(frozen=True, slots=True)
class InviteShown:
    """An invite of the log; `end_ms` is wall-clock time, 0 for never, `uses` 0 for any number.

    `used` is how often as far as this site saw; invites for any number of uses are not counted.
    """

    id_hex: str
    link: str
    end_ms: int
    uses: int
    used: int
    role: str
    revoked: bool
    maker: SiteId


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Change the own name and colour; `Done.value` is the `EntryId`."""

    token: int
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class RevokeInvite:
    """Take an invite back; done when that is ordered."""

    token: int
    id_hex: str


@dataclass(frozen=True, slots=True)
class ReadInvites:
    """`Done.value` is a tuple of `InviteShown`."""

    token: int


PeopleCommand = SetProfile | RevokeInvite | ReadInvites


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """Everybody, in order of seniority, those who left last."""

    people: tuple[PersonShown, ...]


PeopleEvent = PeopleChanged
