"""Coming in by an invite: the newcomer's side before it has a session, and a member's answer.

The newcomer knocks at every address in the link at once. A member proves itself by knowing the
invite's secret, the session by its certificates; the session's secret comes only through that
channel (ORDER.md 5.5a).
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key, SiteId
from app.core.instant import Micros, after
from app.crypto.hello import Pattern
from app.crypto.invite import parse_invite
from app.node.addressbook import parse_address
from app.node.api import Denied, Done, Event, JoinSession
from app.node.frames import Addresses, TurnedAway, Welcome
from app.node.session import Session
from app.node.state import SessionField
from app.node.wiring import Wiring


class Joining:
    """A newcomer at the door.

    Raises:
        LocalError: the link is mangled or has expired.
    """

    def __init__(
        self, command: JoinSession, wiring: Wiring, own: SiteId, wall_ms: int, now: Micros
    ) -> None:
        self.invite = parse_invite(command.invite)
        if self.invite.end_ms and wall_ms > self.invite.end_ms:
            message = "this invite has expired; ask for a new one"
            raise LocalError(message)
        if not self.invite.addresses:
            message = "this invite holds no address; ask for a new one"
            raise LocalError(message)
        self._command = command
        self._wiring = wiring
        self._own = own
        self._until = after(now, limits.JOIN_PATIENCE_MICROS)
        self._again_at = now
        self.field: SessionField | None = None

    def dial(self, now: Micros) -> None:
        """Knock at every address of the link."""
        self._again_at = after(now, limits.DIAL_PAUSE_MICROS)
        for text in self.invite.addresses:
            self._wiring.channels.dial(
                parse_address(text),
                Pattern.INVITE,
                self.invite.session,
                self.invite.secret,
                self.invite.invite_id,
                now,
            )

    def receive(self, frame: object) -> Event | None:
        """A member's answer; `field` is set once it let this site in."""
        match frame:
            case Welcome(admission, secret, title):
                if admission.session != self.invite.session:
                    return None
                self.field = SessionField(
                    admission.session, secret, title, self._command.name, admission, left=False
                )
            case TurnedAway(reason):
                return Denied(self._command.token, reason)
            case Addresses(known):
                for record in known:
                    self._wiring.book.learn(record)
            case _:
                pass
        return None

    def tick(self, now: Micros, *, inside: bool) -> Event | None:
        """Knock again; the answer to the command, once this site is a member or nobody let it in."""
        if inside:
            return Done(self._command.token)
        if self.field is not None:
            # Let in; which view takes this site in is the members' matter now.
            return None
        if now >= self._until:
            tried = ", ".join(self.invite.addresses)
            why = (
                f"nobody answered at {tried}; is the session open, and can this machine reach it? "
                "Nothing was changed here"
            )
            return Denied(self._command.token, why)
        if now >= self._again_at:
            self.dial(now)
        return None

    def deadline(self) -> Micros | None:
        """When to knock again or give up; None once this site is let in."""
        return None if self.field is not None else min(self._again_at, self._until)


def welcome(session: Session, key: Key, invite_id: bytes) -> None:
    """Let a newcomer in: admission, the session's secret, and where members are."""
    admission = session.people.admit(key, invite_id)
    session.wiring.send(key, Welcome(admission, session.field.secret, session.title))


def turn_away(wiring: Wiring, key: Key, reason: str) -> None:
    """Tell a newcomer why not."""
    wiring.send(key, TurnedAway(reason[:512]))
