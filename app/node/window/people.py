"""The people of a session as a window lists them, those who left last."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import Key, SiteId, site_of
from app.core.instant import MILLI
from app.dispatcher.desk import Desk
from app.node.api import PersonShown, PersonState
from app.node.meaning import Meaning
from app.node.wiring import Wiring

_NOWHERE = 1 << 62
"""Behind everybody whose place is known."""


def rtt_ms(wiring: Wiring, key: Key) -> float | None:
    """The smoothed round trip to a member; None if it was not measured."""
    link = wiring.link(key)
    if link is None or link.path.min_rtt_micros is None:
        return None
    return link.path.smoothed_rtt_micros / MILLI


def sites_of(desk: Desk) -> list[SiteId]:
    """The members' sites, by seniority."""
    view = desk.disk.present
    return [site_of(key) for key in (view.keys if view is not None else ())]


@dataclass(frozen=True, slots=True)
class Known:
    """What a window remembers.

    States of members and of those who went, shares of the talk, and the last location of everybody
    who was a member.
    """

    states: dict[Key, PersonState]
    shares: dict[SiteId, float]
    locations: dict[Key, int]


def people_shown(
    desk: Desk, meaning: Meaning, wiring: Wiring, known: Known
) -> tuple[PersonShown, ...]:
    """Everybody: members and those who are apart by seniority, then those who left."""
    view = desk.disk.present
    rooms = meaning.rooms
    members = {member.key: member.location for member in (view.members if view else ())}
    profiles = dict(rooms.profile.people()) if rooms is not None else {}
    home = desk.home[1] if desk.home is not None else None
    people: list[PersonShown] = []
    places = {**known.locations, **members}

    def place(key: Key) -> tuple[bool, int]:
        left = key not in members and known.states.get(key, "left") == "left"
        return left, places.get(key, _NOWHERE)

    for key in sorted(dict.fromkeys([*members, *profiles]), key=place):
        profile = profiles.get(key)
        is_self = key == desk.own
        state: PersonState = known.states.get(key, "left" if key not in members else "unreachable")
        present = state == "present"
        people.append(
            PersonShown(
                site=site_of(key),
                name=meaning.name_of(key),
                colour=profile.colour if profile is not None else "",
                shape=profile.shape if profile is not None else "",
                state="present" if is_self and key in members else state,
                rtt_ms=rtt_ms(wiring, key) if present and not is_self else None,
                holds_stick=key == home,
                is_self=is_self,
                talk_share=known.shares.get(site_of(key), 0.0),
                location=members.get(key, 0),
                wanted=profile.wanted if profile is not None else "",
            )
        )
    return tuple(people)
