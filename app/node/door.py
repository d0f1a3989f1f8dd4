"""A member's answer to whoever comes with an invite: let in, with the session's secret, or not.

The invite's own bounds and the members' roles decide; a person is not asked. Never tells anything
of the session to somebody it turns away but the reason.
"""

from __future__ import annotations

from app.core.ids import Key
from app.core.instant import Micros
from app.node.frames import TurnedAway, Welcome
from app.node.session import Session


def answer(session: Session, key: Key, invite_id: bytes, now: Micros) -> bool:
    """Welcome a newcomer by an invite, or turn it away; whether it was let in."""
    reason = _objection(session, key, invite_id, now)
    if reason is not None:
        session.wiring.send(key, TurnedAway(reason[:512]))
        return False
    admission = session.people.admit(key, invite_id)
    session.wiring.send(key, Welcome(admission, session.field.secret, session.title))
    return True


def _objection(session: Session, key: Key, invite_id: bytes, now: Micros) -> str | None:
    """Why this site does not let a newcomer in by an invite; None if it does."""
    if session.people.known(key):
        return None
    if not session.people.may_admit(session.own):
        return "this member may not let others in; ask somebody else for an invite"
    return session.people.objection(invite_id, key, session.here.wall_ms(now))
