"""A whole site: one input in, all outputs out (law 2).

Routes datagrams to the wiring, frames and commands to the session, and gathers what they lead to.
Before there is a session it only founds, joins or resumes one. Bytes from outside that are wrong
are counted and dropped here and in the channels, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from app.core import limits
from app.core.codec import encode
from app.core.errors import Bug, LocalError, RemoteError
from app.core.ids import Key
from app.core.instant import MILLI, Micros, after, earliest
from app.core.rng import Entropy, Rng
from app.core.trace import Trace
from app.crypto.hello import HelloHeader, Pattern, Terms, session_tag
from app.crypto.invite import invite_secret
from app.crypto.keys import Identity
from app.dispatcher import rules
from app.dispatcher.placement import parse_policy
from app.dispatcher.records import Saved, SaveField
from app.dispatcher.views import NONCE_BYTES, founding, genesis_bytes, genesis_id
from app.node.api import (
    Answered,
    AppendToStream,
    CloseSession,
    Command,
    CreateSession,
    CreateStream,
    Denied,
    Done,
    Draw,
    Event,
    Issue,
    JoinSession,
    LeaveSession,
    MakeInvite,
    MoveDispatcher,
    MoveStream,
    ReadBoard,
    ReadLog,
    ReadStatus,
    ResumeSession,
    SendHint,
    SessionClosed,
    SetPolicy,
)
from app.node.asking import HIGHER_ROLE
from app.node.channels import Channel, Channels
from app.node.config import Config
from app.node.contract import (
    Address,
    AddressesChanged,
    CommandIssued,
    DatagramReceived,
    Emit,
    Input,
    Load,
    Loaded,
    Output,
    Persist,
    SendDatagram,
    TimerFired,
    Woke,
)
from app.node.frames import TurnedAway, Welcome
from app.node.joining import Joining, read_invite, turn_away, welcome
from app.node.session import Here, Session
from app.node.state import SessionField, damaged, read_incarnation, read_session
from app.node.status import status_of
from app.node.window.commands import obey
from app.node.wiring import Wiring
from app.rooms.board.drawfile import parse_draw_file
from app.rooms.board.export import board_to_json
from app.rooms.bodies import CODECS, Profile, Title
from app.rooms.bodies import Invite as InviteBody
from app.rooms.bodies import Policy as PolicyBody
from app.rooms.control import RANKS

SECRET_BYTES = 32
INVITE_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ending:
    """Leaving for good or closing; `at` is when to look again, or to stop anyway."""

    token: int
    at: Micros
    leaves: bool


class NodeMachine:
    """One site, without I/O.

    Args:
        saved: what the store found.
        entropy: unpredictable bytes, for keys and nonces.
        rng: repeatable randomness, for timing.
        now: the present.
        config: what does not change.

    Raises:
        KnownError: the journal is damaged.
        Bug: the journal contradicts itself; it must not be used.
    """

    def __init__(
        self, *, saved: Saved, entropy: Entropy, rng: Rng, now: Micros, config: Config
    ) -> None:
        self.config = config
        self.trace = Trace()
        self._saved = saved
        self._entropy = entropy
        self._start = now
        self._outputs: list[Output] = []
        self._addresses = config.addresses
        seed = saved.fields.get("key")
        if seed is None:
            seed = entropy(32)
            self._persist(SaveField("key", seed))
        before = read_incarnation(saved)
        incarnation, queue = rules.restart(before, saved.queue)
        self._persist(SaveField("incarnation", encode(incarnation)))
        self._saved = Saved(saved.fields, saved.certificates, queue, saved.read_log)
        self.here = Here(
            Identity(seed), incarnation, self._wall_ms, rng, self.trace, window=config.window
        )
        self.wiring = Wiring(
            Channels(
                identity=self.here.identity,
                incarnation=incarnation,
                entropy=entropy,
                lookup=self._lookup,
                null_crypto=config.null_crypto,
            )
        )
        self.session: Session | None = None
        self.joining: Joining | None = None
        self._ending: Ending | None = None
        self._closed = False
        self._turned_at = now

    def _wall_ms(self, now: Micros) -> int:
        return self.config.wall_ms + (now - self._start) // MILLI

    def _lookup(self, header: HelloHeader) -> Terms | None:
        """The secret for a hello: the session's, or that of an invite to it."""
        session = self.session
        if session is None or header.session_tag != session_tag(session.field.session):
            return None
        if header.pattern is Pattern.MEMBER:
            return Terms(session.field.session, session.field.secret)
        if header.pattern is Pattern.INVITE and session.member:
            secret = invite_secret(session.field.secret, header.invite_id)
            return Terms(session.field.session, secret)
        return None

    # --- the contract -----------------------------------------------------------------------------

    def handle(self, given: Input, now: Micros) -> list[Output]:  # noqa: C901 - a table of inputs
        """Take one input; never raises on what a peer sent."""
        if self._closed:
            return self._after_the_end(given)
        match given:
            case DatagramReceived(source, data):
                self._datagram(source, data, now)
            case CommandIssued(command):
                self._issued(command, now)
            case Loaded(token, rows):
                page = (
                    self.session.reading.loaded(token, rows) if self.session is not None else None
                )
                if page is not None:
                    self._emit(Done(*page))
            case AddressesChanged(addresses):
                self._addresses = addresses
                if self.session is not None:
                    self.session.set_addresses(addresses, now)
            case Woke():
                if self.session is not None:
                    self.session.order.woke(now)
            case TimerFired():
                # Timers run in `finish`, which ends every turn.
                pass
            case _:
                assert_never(given)
        outputs, self._outputs = self._outputs, []
        return outputs

    def _issued(self, command: Command, now: Micros) -> None:
        if isinstance(command, SendHint):
            if self.session is not None:
                self.session.show_hint(command.hint)
            return
        try:
            self._command(command, now)
        except (LocalError, RemoteError) as error:
            # A body that makes no sense says so in the words of its schema.
            self._emit(Denied(command.token, str(error)))

    def _after_the_end(self, given: Input) -> list[Output]:
        """Only commands are heard: each gets its answer."""
        if not isinstance(given, CommandIssued) or isinstance(given.command, SendHint):
            return []
        return [Emit(Denied(given.command.token, "this site is closed"))]

    def _datagram(self, source: Address, data: bytes, now: Micros) -> None:
        received = self.wiring.receive(source, data, now)
        self._open_peers(now)
        if received is not None:
            self._frames(*received, now)

    def finish(self, now: Micros) -> list[Output]:
        """End a turn: run due timers, order, send, show."""
        if self._closed:
            return []
        session = self.session
        if session is not None and now - self._turned_at >= limits.STALL_MICROS:
            # Heartbeats make a turn four times a second: this process was stopped or starved.
            session.order.woke(now)
        self._turned_at = now
        if self.joining is not None:
            inside = session is not None and session.member
            event = self.joining.tick(now, self._wall_ms(now), inside=inside)
            if event is not None:
                self.joining = None
                self._emit(event)
        if session is not None:
            session.tick(now)
            for record in session.finish(now):
                self._persist(record)
            session.announce_ready()
            session.show(now)
            self._end(session, now)
            for number, request in session.reading.loads:
                self._outputs.append(Load(number, request))
            session.reading.loads.clear()
            for event in session.events:
                self._emit(event)
            session.events.clear()
        for target, data in self.wiring.flush(now):
            self._outputs.append(SendDatagram(target, data))
        outputs, self._outputs = self._outputs, []
        return outputs

    def deadline(self) -> Micros | None:
        """The earliest timer."""
        if self._closed:
            return None
        return earliest(
            self.wiring.deadline(),
            self.session.deadline() if self.session is not None else None,
            self.joining.deadline() if self.joining is not None else None,
            self._ending.at if self._ending is not None else None,
        )

    def _emit(self, event: Event) -> None:
        self._outputs.append(Emit(event))

    def _persist(self, record: object) -> None:
        self._outputs.append(Persist(record))  # type: ignore[arg-type]

    # --- peers ------------------------------------------------------------------------------------

    def _open_peers(self, now: Micros) -> None:
        """A peer proved itself: greet it, or answer its invite."""
        for channel, begins in self.wiring.new_peers(now):
            key = channel.peer.key
            session = self.session
            if session is None:
                continue
            if session.people.banned(key):
                self.wiring.forget(key)
                continue
            if channel.invite_id and not channel.initiated:
                reason = self._door(session, channel.invite_id, key, now)
                if reason is not None:
                    turn_away(self.wiring, key, reason)
                    continue
                welcome(session, key, channel.invite_id)
            session.peer_opened(key, now, begins=begins)

    def _door(self, session: Session, invite_id: bytes, key: Key, now: Micros) -> str | None:
        """Why this site does not let a newcomer in by an invite; None if it does."""
        if session.people.known(key):
            return None
        if not session.people.may_admit(session.own):
            return "this member may not let others in; ask somebody else for an invite"
        return session.people.objection(invite_id, key, self._wall_ms(now))

    def _frames(self, channel: Channel, frames: list[object], now: Micros) -> None:
        key = channel.peer.key
        for frame in frames:
            if self.joining is not None and isinstance(frame, (Welcome, TurnedAway)):
                self._at_the_door(self.joining, key, frame, now)
            if self.session is not None:
                try:
                    self.session.receive(key, channel.peer.incarnation, frame, now)
                except RemoteError:
                    self.wiring.channels.count(f"{type(frame).__name__} refused")

    def _at_the_door(self, joining: Joining, key: Key, frame: object, now: Micros) -> None:
        """An answer to this site's knocking."""
        event = joining.receive(frame, now)
        if event is not None:
            self.joining = None
            self._emit(event)
        elif joining.field is not None and isinstance(frame, Welcome):
            admission = joining.field.admission
            if self.session is None:
                self._enter(joining.field, now).peer_opened(key, now, begins=True)
            elif admission is not None and self.session.field.admission != admission:
                self.session.adopt(admission)

    # --- sessions ---------------------------------------------------------------------------------

    def _enter(self, field: SessionField, now: Micros) -> Session:
        try:
            session = Session(self.here, field, self._saved, self.wiring, self._addresses, now)
        except RemoteError as error:
            raise damaged(error) from None
        session.save_field()
        self.session = session
        return session

    def _command(self, command: Answered, now: Micros) -> None:
        match command:
            case CreateSession():
                self._create(command, now)
            case JoinSession():
                self._join(command, now)
            case ResumeSession():
                self._resume(command.token, command.name, now)
            case _:
                session = self.session
                if session is None:
                    message = "there is no session here yet; create, join or resume one first"
                    raise LocalError(message)
                self._session_command(session, command, now)

    def _nothing_here(self) -> None:
        field = read_session(self._saved)
        if self.session is not None or self.joining is not None:
            message = "this site is in a session already"
            raise LocalError(message)
        if field is not None:
            message = (
                f"this folder holds the session '{field.title}'; start without --create to go on "
                "with it, or choose another folder with --data DIR"
            )
            raise LocalError(message)

    def _create(self, command: CreateSession, now: Micros) -> None:
        policy = parse_policy(command.policy)
        title = checked("control.title", Title(command.title))
        checked("profile", Profile(command.name))
        self._nothing_here()
        own = self.here.identity.key
        nonce = self._entropy(NONCE_BYTES)
        signature = self.here.identity.sign(genesis_bytes(own, nonce))
        field = SessionField(
            genesis_id(own, nonce),
            self._entropy(SECRET_BYTES),
            command.title,
            command.name,
            None,
            left=False,
        )
        session = self._enter(field, now)
        session.found(founding(own, nonce, signature), now)
        wall_ms = self._wall_ms(now)
        entries = [("control.title", title)]
        if str(policy) != session.meaning.policy:
            entries.append(("control.policy", checked("control.policy", PolicyBody(str(policy)))))
        invite = InviteBody(self._entropy(INVITE_ID_BYTES))
        entries.append(("control.invite", checked("control.invite", invite)))
        session.issue(tuple(entries), wall_ms)
        self._emit(Done(command.token))

    def _join(self, command: JoinSession, now: Micros) -> None:
        checked("profile", Profile(command.name))
        invite = read_invite(command.invite, self._wall_ms(now))
        session = self.session
        waits = session is not None and not session.knows_itself
        if self.joining is not None or (
            session is not None and not (waits and session.field.session == invite.session)
        ):
            message = "this site is in a session already"
            raise LocalError(message)
        field = read_session(self._saved)
        if session is None and field is not None and field.session == invite.session:
            session = self._go_on(field, command.name, now)
            waits = not session.knows_itself
        if session is not None and not waits:
            # A known key needs no admission; the link may know newer addresses than the disk.
            session.call_at(invite.addresses, now)
            self._emit(Done(command.token))
            return
        if session is None:
            self._nothing_here()
        self.joining = Joining(command, invite, self.wiring, self.here.identity.key, now)
        self.joining.dial(now)

    def _resume(self, token: int, name: str | None, now: Micros) -> None:
        if name is not None:
            checked("profile", Profile(name))
        field = read_session(self._saved)
        if self.session is not None or self.joining is not None:
            message = "this site is in a session already"
            raise LocalError(message)
        if field is None:
            message = (
                "there is no session in this folder; create one (--create TITLE) "
                "or join one (--join INVITE)"
            )
            raise LocalError(message)
        if field.left:
            message = "this site left its session for good; join again with an invite"
            raise LocalError(message)
        self._go_on(field, name, now)
        self._emit(Done(token))

    def _go_on(self, field: SessionField, name: str | None, now: Micros) -> Session:
        """The session on disk, once more."""
        session = self._enter(replace(field, name=name or field.name, left=False), now)
        if session.member:
            session.introduce(now)
        return session

    # --- commands in a session --------------------------------------------------------------------

    def _session_command(  # noqa: C901, PLR0912 - a table: one line for each command
        self, session: Session, command: Answered, now: Micros
    ) -> None:
        match command:
            case Issue(token, entries, wall_ms):
                self._emit(Done(token, session.issue(entries, wall_ms)))
            case MoveDispatcher(token, target):
                key = session.key_of(target)
                if key is None:
                    message = f"{target} is not a member"
                    raise LocalError(message)
                session.wish(key, token, now)
            case SetPolicy(token, policy):
                body = checked("control.policy", PolicyBody(str(parse_policy(policy))))
                session.asking.issue_control("control.policy", body, token, None, now)
            case MakeInvite():
                self._invite(session, command, now)
            case LeaveSession(token):
                self._leave(session, token, now)
            case CloseSession(token):
                self._close(session, token, now)
            case ReadLog(token, first, count):
                page = session.reading.read(
                    max(1, first), min(count, limits.LOG_PAGE_ENTRIES_MAX), token
                )
                if page is not None:
                    self._emit(Done(token, page))
            case ReadStatus(token):
                self._emit(Done(token, status_of(session)))
            case ReadBoard(token, board):
                self._emit(Done(token, self._board(session, board)))
            case Draw():
                self._draw(session, command)
            case CreateStream(token, stream):
                session.asking.create_stream(stream, token, now)
            case AppendToStream(token, stream, payload):
                self._emit(Done(token, session.mailboxes.append(stream, payload, now)))
            case MoveStream(token, stream, target):
                session.mailboxes.move(stream, session.key_of(target), now)
                self._emit(Done(token))
            case CreateSession() | JoinSession() | ResumeSession():
                message = f"{type(command).__name__} does not belong here"
                raise Bug(message)
            case _:
                obey(session, command, now)

    def _invite(self, session: Session, command: MakeInvite, now: Micros) -> None:
        invite_id = self._entropy(INVITE_ID_BYTES)
        if command.end_ms and command.end_ms <= self._wall_ms(now):
            message = "an invite ends in the future, or never (0)"
            raise LocalError(message)
        link = session.people.new_link(
            invite_id,
            self.here.identity.key,
            command.end_ms,
            command.uses,
            command.role,
            session.link_addresses(),
        )
        invite = InviteBody(invite_id, command.end_ms, command.uses, command.role)
        body = checked("control.invite", invite)
        rooms = session.meaning.rooms
        if rooms is not None and RANKS[command.role] > rooms.control.rank(session.own):
            raise LocalError(HIGHER_ROLE)
        session.asking.issue_control("control.invite", body, command.token, link, now)

    def _board(self, session: Session, board: str) -> object:
        rooms = session.meaning.rooms
        found = rooms.board.find(board) if rooms is not None else None
        if rooms is None or found is None:
            message = f"there is no board '{board}'"
            raise LocalError(message)
        return board_to_json(rooms.board.objects(found))

    def _draw(self, session: Session, command: Draw) -> None:
        rooms = session.meaning.rooms
        board = rooms.board.find(command.board) if rooms is not None else None
        if board is None:
            message = f"there is no board '{command.board}'"
            raise LocalError(message)
        try:
            bodies = parse_draw_file(command.text, board, session.order.proposer.next_id)
        except LocalError as error:
            self._emit(Denied(command.token, f"{error}; nothing was drawn", usage=True))
            return
        entries = tuple([("board", body) for body in bodies])
        self._emit(Done(command.token, session.issue(entries, command.wall_ms)))

    # --- ending -----------------------------------------------------------------------------------

    def _leave(self, session: Session, token: int, now: Micros) -> None:
        view = session.disk.prim
        if self._ending is not None:
            message = "this site is closing or leaving already"
            raise LocalError(message)
        if view is None or not session.member:
            message = "this site is not a member yet, so there is nothing to leave; close it"
            raise LocalError(message)
        if len(view.members) == 1:
            message = (
                "you are the only member, so nobody could go on; closing keeps the session on "
                "this disk"
            )
            raise LocalError(message)
        session.order.leave()
        self._ending = Ending(token, after(now, limits.HEARTBEAT_MICROS), leaves=True)

    def _close(self, session: Session, token: int, now: Micros) -> None:
        """Stop soon, also while leaving: then it was not for good."""
        ending = self._ending
        if ending is not None and not ending.leaves:
            message = "this site is closing already"
            raise LocalError(message)
        if ending is not None:
            self._emit(Denied(ending.token, "this site closes before it has left for good"))
        session.order.leave()
        self._ending = Ending(token, after(now, limits.CLOSING_PATIENCE_MICROS), leaves=False)

    def _end(self, session: Session, now: Micros) -> None:
        """S4: stop once a quorum of a view without this site has installed it."""
        ending = self._ending
        if ending is None:
            return
        alone = not session.member or not session.desk.others()
        if session.order.may_stop() or (not ending.leaves and (alone or now >= ending.at)):
            self._stop(session, ending)
        elif ending.leaves and now >= ending.at:
            self._ending = replace(ending, at=after(now, limits.HEARTBEAT_MICROS))

    def _stop(self, session: Session, ending: Ending) -> None:
        if ending.leaves:
            session.mark_left()
            for record in session.disk.drain():
                self._persist(record)
        session.abandon()
        session.reading.loads.clear()
        session.events += [Done(ending.token), SessionClosed(left=ending.leaves)]
        self._closed = True


def checked(kind: str, body: object) -> bytes:
    """The encoding of an entry's body that a person's words went into.

    Raises:
        RemoteError: it is out of bounds; the text names the field.
    """
    codec = CODECS[kind]
    codec.from_plain(codec.to_plain(body))
    return codec.encode(body)
