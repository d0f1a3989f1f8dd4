"""Coming in by an invite: the newcomer's side until a view takes it in.

The newcomer knocks at every address in the link at once. A member proves itself by knowing the
invite's secret, the session by its certificates; the session's secret comes only through that
channel (ORDER.md 5.5a). Every wait has an end, and the person hears which one it was.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key
from app.core.instant import SECOND, Micros, after
from app.crypto.hello import Pattern
from app.crypto.invite import Invite, parse_invite
from app.crypto.keys import verify
from app.node.addressbook import parse_address
from app.node.api import Denied, Done, Event, JoinSession
from app.node.channeltable import Channel
from app.node.frames import Admission, TurnedAway, Welcome
from app.node.state import SessionField
from app.node.wiring import Wiring

EXPIRED = "this invite has expired; ask for a new one"
PERMISSION_EXPIRED = "the permission to come in has expired; ask again"


def read_invite(text: str, wall_ms: int) -> Invite:
    """An invite that is good for trying.

    Raises:
        LocalError: it is mangled or has expired, or names no address that makes sense.
    """
    invite = parse_invite(text)
    if invite.end_ms and wall_ms > invite.end_ms:
        raise LocalError(EXPIRED)
    if not invite.addresses:
        message = "this invite holds no address; ask for a new one"
        raise LocalError(message)
    for address in invite.addresses:
        parse_address(address)
    return invite


def wait_inside(
    token: int, field: SessionField, until: Micros, now: Micros, wall_ms: int
) -> Event | None:
    """Let in; which view takes this site in is the members' matter now.

    Args:
        token: of the command that waits.
        field: with the admission.
        until: when the person hears that it takes long.
        now: the present.
        wall_ms: the wall clock, for the admission's end.
    """
    admission = field.admission
    if admission is not None and admission.expiry_ms and wall_ms > admission.expiry_ms:
        return Denied(token, EXPIRED if admission.invite else PERMISSION_EXPIRED)
    if now < until:
        return None
    seconds = limits.JOIN_PATIENCE_MICROS // SECOND
    why = (
        f"a member let this site in, but the session did not take it in within {seconds} s: "
        "too few of its members may be there. This site goes on trying and says so once it is a member"
    )
    return Denied(token, why)


class Joining:
    """A newcomer at the door."""

    def __init__(
        self, command: JoinSession, invite: Invite, wiring: Wiring, own: Key, now: Micros
    ) -> None:
        self.invite = invite
        self._command = command
        self._wiring = wiring
        self._own = own
        self._until = after(now, limits.JOIN_PATIENCE_MICROS)
        self._again_at = now
        self.field: SessionField | None = None
        self._turned_away = ""

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

    def opened(self, channel: Channel, now: Micros) -> None:
        """Whoever answers an invite's hello welcomes or turns away by itself."""

    def receive(self, sender: Key, frame: object, now: Micros) -> Event | None:
        """A member's answer; `field` is set once it let this site in."""
        match frame:
            case Welcome(admission, secret, title) if self._is_for_me(admission):
                if self.field is None:
                    self._until = after(now, limits.JOIN_PATIENCE_MICROS)
                self.field = SessionField(
                    admission.session, secret, title, self._command.name, admission, left=False
                )
            case TurnedAway(reason, by_session) if by_session or self.field is None:
                return Denied(self._command.token, reason)
            case TurnedAway(reason):
                # One member's word against another's; it counts once nobody took this site in.
                self._turned_away = reason
            case _:
                pass
        return None

    def _is_for_me(self, admission: Admission) -> bool:
        return (
            admission.session == self.invite.session
            and admission.key == self._own
            and verify(admission.signer, admission.covered(), admission.signature)
        )

    def tick(self, now: Micros, wall_ms: int, *, inside: bool) -> Event | None:
        """Knock again; the answer to the command, once this site is in or the wait is over."""
        token = self._command.token
        if inside:
            return Done(token)
        if self.field is not None:
            event = wait_inside(token, self.field, self._until, now, wall_ms)
            if isinstance(event, Denied) and self._turned_away:
                return Denied(token, self._turned_away)
            return event
        if now >= self._until:
            tried = ", ".join(self.invite.addresses)
            why = (
                f"nobody answered at {tried}; is the session open, and can this machine reach it? "
                "Nothing was changed here"
            )
            return Denied(token, why)
        if now >= self._again_at:
            self.dial(now)
        return None

    def deadline(self) -> Micros:
        """When to knock again or give up."""
        return self._until if self.field is not None else min(self._again_at, self._until)
