"""Control entries: what this site asks the leader for, and what the leader issues for others.

Policy, invites, title, pin and streams are changed by entries that the leader makes on the wish of
an editor. Every wish gets one answer; nothing here decides about order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import LocalError
from app.core.ids import EntryId, Key, site_of
from app.core.instant import Micros
from app.node.frames import (
    ControlAnswer,
    ControlWish,
)
from app.rooms.bodies import CODECS, Came, Invite
from app.rooms.control import EDITOR_RANK, RANKS

if TYPE_CHECKING:
    from app.node.session import Session


LEADER_ISSUES = (
    "control.policy",
    "control.invite",
    "control.title",
    "control.pin",
    "control.revoke",
)
"""What the leader issues for an editor."""

HIGHER_ROLE = "nobody can invite to a higher role than the own one"


class Asking:
    """Wishes for control entries, in both directions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def issue_control(self, kind: str, body: bytes, token: int, value: object, now: Micros) -> None:
        """Put a control entry into the log, or ask the leader to; one answer follows.

        Raises:
            LocalError: it would have no effect, or too much waits already.
        """
        session = self._session
        if session.wishes.full:
            message = "too many commands wait already; try again later"
            raise LocalError(message)
        rooms = session.meaning.rooms
        view = session.disk.present
        if rooms is None or view is None:
            message = "this site is not a member of the session yet"
            raise LocalError(message)
        if session.leads or rooms.control.moderates(session.own):
            (entry,) = session.issue(((kind, body),), session.here.wall_ms(now))
            session.wishes.await_entry(entry, token, value, now)
        else:
            number = session.wishes.ask(view.session_leader, token, value, now)
            session.wiring.send(view.session_leader, ControlWish(number, kind, body))

    def wished(self, sender: Key, frame: ControlWish, now: Micros) -> None:
        """A member asks for a control entry: the leader's policy decides."""
        session = self._session
        reason = self._objection(sender, frame)
        answer = ControlAnswer(frame.token, reason)
        if not reason:
            try:
                (entry,) = session.issue(((frame.kind, frame.body),), session.here.wall_ms(now))
                answer = ControlAnswer(frame.token, "", entry.incarnation, entry.number)
            except LocalError as error:
                answer = ControlAnswer(frame.token, str(error)[:512] or "this is not possible now")
        session.wiring.send(sender, answer)

    def _objection(self, sender: Key, frame: ControlWish) -> str:
        """Why the leader does not issue this for the sender; empty if it does."""
        session = self._session
        rooms = session.meaning.rooms
        view = session.disk.present
        if not session.leads or rooms is None or view is None:
            return "the leader changed; try again"
        if not view.has(sender):
            return "only a member may ask for this"
        rank = rooms.control.rank(sender)
        if frame.kind not in LEADER_ISSUES or rank < EDITOR_RANK:
            return "your role does not allow this"
        if frame.kind == "control.invite":
            invite: Invite = CODECS[frame.kind].decode(frame.body)
            if RANKS[invite.role] > rank:
                return HIGHER_ROLE
        return ""

    def answered(self, sender: Key, frame: ControlAnswer) -> None:
        """The leader issued an entry for this site, or says why not."""
        session = self._session
        if session.wishes.asked_of(frame.token) != sender:
            session.wiring.channels.count("an answer of somebody who was not asked")
            return
        if frame.reason or not frame.number:
            event = session.wishes.denied(frame.token, frame.reason or "the leader gave no reason")
            session.events += [event] if event is not None else []
            return
        entry = EntryId(site_of(sender), frame.incarnation, frame.number)
        session.wishes.issued(frame.token, entry)
        if session.disk.log.last_number((sender, frame.incarnation)) >= frame.number:
            self.was_ordered(entry)

    def was_ordered(self, entry: EntryId) -> None:
        """An entry got its place: whoever waited for it is answered."""
        event = self._session.wishes.ordered(entry)
        self._session.events += [event] if event is not None else []

    def tell_who_came(self, now: Micros) -> None:
        """What newcomers by an invite used of it goes into the log, so that everybody counts alike."""
        session = self._session
        for key, invite_id in session.people.arrivals():
            body = CODECS["control.came"].encode(Came(key, invite_id))
            try:
                session.issue((("control.came", body),), session.here.wall_ms(now))
            except LocalError as error:
                session.desk.note(now, "room", f"nothing said of a newcomer's invite: {error}")
