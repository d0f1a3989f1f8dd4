"""A share as people see it: the reduced state and the copy here in one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.core import limits
from app.core.ids import site_of
from app.node.api import CopyState, ShareShown, TakesPart
from app.node.shares.copy import Copy
from app.node.shares.copy import CopyState as State
from app.node.shares.recent import recent_actions
from app.tkshare.model.bodies import Offer
from app.tkshare.model.manifest import inexact
from app.tkshare.model.record import Record
from app.tkshare.model.state import Share

if TYPE_CHECKING:
    from app.node.session import Session
    from app.rooms.share import ShareRoom


_WORDS: Final[dict[State, CopyState]] = {
    State.FETCHING: "fetching",
    State.STARTING: "starting",
    State.REPLAYING: "replaying",
    State.CURRENT: "current",
    State.FAILED: "failed",
    State.ENDED: "ended",
}


def share_shown(
    session: Session, room: ShareRoom, share: Share, record: Record, copy: Copy | None
) -> ShareShown:
    """The snapshot."""
    offer = room.reducer.offer(share.id)
    difference = share.difference
    floor, gesture = share.floor, share.gesture
    return ShareShown(
        id=share.id,
        title=offer.title if offer is not None else "",
        toolkit=offer.toolkit if offer is not None else "",
        program=offer.listing.hex() if offer is not None else "",
        owner=site_of(share.owner),
        phase=share.phase.value,
        people=_people(session, room, share, offer),
        index=record.last_index,
        actions=share.actions,
        events=share.events,
        floor=floor.policy,
        holder=None if floor.holder is None else site_of(floor.holder),
        queue=tuple([site_of(key) for key in floor.queue]),
        dragging=None if gesture is None else site_of(gesture.owner),
        identical=False if difference is not None else True if share.agreed else None,
        agreed=share.agreed,
        copies=share.copies,
        differs=None
        if difference is None
        else (
            site_of(difference.person),
            ""
            if difference.window is None
            else room.reducer.names.text(share.id, difference.window),
        ),
        long=share.events >= limits.SHARE_ACTED_EVENTS_WARN,
        copy="none" if copy is None else _WORDS[copy.state],
        told=0 if copy is None else copy.told,
        steps=len(record),
        hung=copy is not None and copy.hung,
        why=share.why or ("" if copy is None else copy.why),
        recent=recent_actions(record, lambda name: room.reducer.names.text(share.id, name)),
    )


def _people(
    session: Session, room: ShareRoom, share: Share, offer: Offer | None
) -> tuple[TakesPart, ...]:
    found = [(key, room.reducer.participant(share.id, key)) for key in share.attached]
    taking_part = [(key, each) for key, each in found if each is not None]
    look = taking_part[0][1].look if taking_part else b""
    return tuple(
        [
            TakesPart(
                site_of(key),
                session.meaning.name_of(key),
                each.current,
                each.look == look,
                each.door,
                inexact(offer.versions, each.versions) if offer is not None else (),
            )
            for key, each in taking_part
        ]
    )
