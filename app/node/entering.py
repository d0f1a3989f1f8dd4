"""How a site gets into a session: founds one, joins by invite or by asking, or goes on with its own.

Holds the session once there is one, and the knocking while there is none. A site is in one session
and stays there; nothing on disk is ever replaced by another session.
"""

from __future__ import annotations

from dataclasses import replace

from app.core.errors import LocalError, RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.crypto.hello import session_tag
from app.dispatcher.placement import parse_policy
from app.dispatcher.records import Saved
from app.dispatcher.views import NONCE_BYTES, founding, genesis_bytes, genesis_id
from app.node.api import (
    AskToJoin,
    CancelAsk,
    CreateSession,
    Denied,
    Done,
    Event,
    JoinSession,
    ResumeSession,
)
from app.node.commands import INVITE_ID_BYTES
from app.node.frames import Welcome
from app.node.joining import Joining, read_invite
from app.node.requesting import Requesting
from app.node.session import Here, Session
from app.node.state import SessionField, damaged, read_session
from app.node.wiring import Wiring
from app.rooms.bodies import Invite, Policy, Profile, Title, checked

SECRET_BYTES = 32
IN_ONE_ALREADY = "this site is in a session already"


class Entering:
    """One site's way into its session."""

    def __init__(
        self, here: Here, saved: Saved, wiring: Wiring, addresses: tuple[str, ...]
    ) -> None:
        self._here = here
        self._saved = saved
        self._wiring = wiring
        self._addresses = addresses
        self.session: Session | None = None
        self.joining: Joining | Requesting | None = None

    def set_addresses(self, addresses: tuple[str, ...], now: Micros) -> None:
        """Where this site can be reached from now on."""
        self._addresses = addresses
        if self.session is not None:
            self.session.whereabouts.set_own(addresses, now)

    def create(self, command: CreateSession, now: Micros) -> Done:
        """Found a session. Raises `LocalError`, `RemoteError`."""
        policy = parse_policy(command.policy)
        title = checked("control.title", Title(command.title))
        checked("profile", Profile(command.name))
        self._nothing_here()
        own = self._here.identity.key
        nonce = self._here.entropy(NONCE_BYTES)
        signature = self._here.identity.sign(genesis_bytes(own, nonce))
        field = SessionField(
            genesis_id(own, nonce),
            self._here.entropy(SECRET_BYTES),
            command.title,
            command.name,
            None,
            left=False,
        )
        session = self._enter(field, now)
        session.found(founding(own, nonce, signature), now)
        entries = [("control.title", title)]
        if str(policy) != session.meaning.policy:
            entries.append(("control.policy", checked("control.policy", Policy(str(policy)))))
        invite = Invite(self._here.entropy(INVITE_ID_BYTES))
        entries.append(("control.invite", checked("control.invite", invite)))
        session.issue(tuple(entries), self._here.wall_ms(now))
        return Done(command.token)

    def join(self, command: JoinSession, now: Micros) -> Done | None:
        """Knock at a session's door; None: the answer comes later. Raises `LocalError`."""
        checked("profile", Profile(command.name))
        invite = read_invite(command.invite, self._here.wall_ms(now))
        session = self.session
        waits = session is not None and not session.knows_itself
        if self.joining is not None or (
            session is not None and not (waits and session.field.session == invite.session)
        ):
            raise LocalError(IN_ONE_ALREADY)
        field = read_session(self._saved)
        if session is None and field is not None and field.session == invite.session:
            session = self._go_on(field, command.name, now)
            waits = not session.knows_itself
        if session is not None and not waits:
            # A known key needs no admission; the link may know newer addresses than the disk.
            session.whereabouts.call_at(invite.addresses, now)
            return Done(command.token)
        if session is None:
            self._nothing_here()
        self.joining = Joining(command, invite, self._wiring, self._here.identity.key, now)
        self.joining.dial(now)
        return None

    def ask(self, command: AskToJoin, now: Micros) -> Done | None:
        """Ask a session nearby to be let in; None: the answer comes later. Raises `LocalError`."""
        checked("profile", Profile(command.name))
        kept = self._kept_as(command.tag)
        resumed = self._go_on(kept, command.name, now) if kept is not None else None
        if resumed is not None and resumed.knows_itself:
            # A known key needs no admission; where the others are may be newer than on disk.
            resumed.whereabouts.call_at(command.addresses, now)
            return Done(command.token)
        session = self.session
        if session is None:
            self._nothing_here()
        else:
            # Let in once, but not taken in for so long that the permission ended.
            tag = session_tag(session.field.session)
            waits = self.joining is None and not session.knows_itself
            if not waits or command.tag not in (b"", tag):
                raise LocalError(IN_ONE_ALREADY)
            command = replace(command, tag=tag)
        self.joining = Requesting(command, self._wiring, self._here.identity.key, now)
        self.joining.dial(now)
        return None

    def _kept_as(self, tag: bytes) -> SessionField | None:
        """The session on disk, if it has this tag and is not open."""
        field = read_session(self._saved)
        idle = self.session is None and self.joining is None
        if not idle or field is None or field.left or tag != session_tag(field.session):
            return None
        return field

    def cancel(self, command: CancelAsk) -> tuple[Denied, Done]:
        """Take the wish to join back. Raises `LocalError`."""
        joining = self.joining
        if not isinstance(joining, Requesting) or joining.field is not None:
            message = "this site does not ask to join"
            raise LocalError(message)
        self.joining = None
        return joining.cancel(), Done(command.token)

    def resume(self, command: ResumeSession, now: Micros) -> Done:
        """Go on with the session on disk. Raises `LocalError`, `RemoteError`."""
        if command.name is not None:
            checked("profile", Profile(command.name))
        field = read_session(self._saved)
        if self.session is not None or self.joining is not None:
            raise LocalError(IN_ONE_ALREADY)
        if field is None:
            message = (
                "there is no session in this folder; create one (--create TITLE) "
                "or join one (--join INVITE)"
            )
            raise LocalError(message)
        if field.left:
            message = "this site left its session for good; join again with an invite"
            raise LocalError(message)
        self._go_on(field, command.name, now)
        return Done(command.token)

    def _nothing_here(self) -> None:
        field = read_session(self._saved)
        if self.session is not None or self.joining is not None:
            raise LocalError(IN_ONE_ALREADY)
        if field is not None:
            message = (
                f"this folder holds the session '{field.title}'; start without --create to go on "
                "with it, or choose another folder with --data DIR"
            )
            raise LocalError(message)

    def _go_on(self, field: SessionField, name: str | None, now: Micros) -> Session:
        """The session on disk, once more."""
        session = self._enter(replace(field, name=name or field.name, left=False), now)
        if session.member:
            session.introduce(now)
        return session

    def _enter(self, field: SessionField, now: Micros) -> Session:
        try:
            session = Session(self._here, field, self._saved, self._wiring, self._addresses, now)
        except RemoteError as error:
            raise damaged(error) from None
        session.save_field()
        self.session = session
        return session

    def answered(self, sender: Key, frame: object, now: Micros) -> Event | None:
        """A member's answer to this site's knocking, and what to tell of it."""
        joining = self.joining
        if joining is None:
            return None
        event = joining.receive(sender, frame, now)
        if isinstance(event, Denied):
            self.joining = None
        elif joining.field is not None and isinstance(frame, Welcome):
            admission = joining.field.admission
            if self.session is None:
                self._enter(joining.field, now).peers.opened(sender, now, begins=True)
            elif admission is not None and self.session.field.admission != admission:
                self.session.adopt(admission)
        return event

    def tick(self, now: Micros) -> Event | None:
        """Knock again; the answer to the command once there is one."""
        if self.joining is None:
            return None
        inside = self.session is not None and self.session.member
        event = self.joining.tick(now, self._here.wall_ms(now), inside=inside)
        if event is not None:
            self.joining = None
        return event

    def deadline(self) -> Micros | None:
        """The earliest timer."""
        return earliest(
            self.session.deadline() if self.session is not None else None,
            self.joining.deadline() if self.joining is not None else None,
        )
