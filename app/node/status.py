"""The snapshot that people and scripts see; replaced whole, holds no secret."""

from __future__ import annotations

from app.core.ids import site_of
from app.core.instant import MILLI
from app.node.api import MemberStatus, Status
from app.node.session import Session


def status_of(session: Session) -> Status:
    """How things stand in this session, as this site knows it."""
    disk = session.disk
    view = disk.present
    home = session.desk.home
    members: list[MemberStatus] = []
    for member in view.members if view is not None else ():
        link = session.wiring.link(member.key) if member.key != session.own else None
        heard = session.heartbeats.present(member.key)
        measured = link is not None and heard and link.path.min_rtt_micros is not None
        rtt = link.path.smoothed_rtt_micros / MILLI if link is not None and measured else None
        path = "self" if member.key == session.own else "direct" if heard else "none"
        members.append(
            MemberStatus(
                site_of(member.key),
                session.meaning.name_of(member.key),
                "present" if heard else "unreachable",
                rtt,
                path,
                member.location,
            )
        )
    return Status(
        site=site_of(session.own),
        name=session.meaning.name_of(session.own),
        session=session.field.session.hex(),
        title=session.title,
        members=tuple(members),
        leader=site_of(view.session_leader) if view is not None else None,
        dispatcher=site_of(home[1]) if home is not None else None,
        epoch=str(session.order.epoch),
        head_index=disk.log.length,
        head_chain=disk.log.chain.hex(),
        settled=disk.settled,
        moves=session.outcomes.moves,
        policy=session.meaning.policy,
        state_hash=session.meaning.state_hash().hex(),
        queue=len(disk.queue),
        compacted=disk.log.begins,
        counters=dict(session.wiring.channels.dropped),
        sent_bytes=session.wiring.sent_bytes,
    )
