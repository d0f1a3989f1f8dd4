"""A whole site: one input in, all outputs out (law 2).

Routes datagrams to the wiring, frames and commands to the session, and gathers what they lead to.
Before there is a session it only founds, joins or resumes one. Bytes from outside that are wrong
are counted and dropped here and in the channels, and nowhere else.
"""

from __future__ import annotations

from typing import assert_never

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import Bug, LocalError, RemoteError
from app.core.ids import site_of
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
    SessionClosed,
    SetPolicy,
)
from app.node.channels import Channel, Channels
from app.node.config import Config
from app.node.contract import (
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
from app.node.frames import Welcome
from app.node.joining import Joining, turn_away, welcome
from app.node.session import Here, Session
from app.node.state import SessionField, read_session
from app.node.status import status_of
from app.node.wiring import Wiring
from app.rooms.board.drawfile import parse_draw_file
from app.rooms.board.export import board_to_json
from app.rooms.bodies import CODECS, Title
from app.rooms.bodies import Invite as InviteBody
from app.rooms.bodies import Policy as PolicyBody

SECRET_BYTES = 32
INVITE_ID_BYTES = 16


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
        before = decode(saved.fields["incarnation"]) if "incarnation" in saved.fields else 0
        incarnation, queue = rules.restart(before, saved.queue)
        self._persist(SaveField("incarnation", encode(incarnation)))
        self._saved = Saved(saved.fields, saved.certificates, queue, saved.read_log)
        self.here = Here(Identity(seed), incarnation, self._wall_ms, rng, self.trace)
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
        self._ending: tuple[int, bool, Micros] | None = None
        self._closed = False

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

    def handle(self, given: Input, now: Micros) -> list[Output]:
        """Take one input; never raises on what a peer sent."""
        if self._closed:
            return []
        match given:
            case DatagramReceived(source, data):
                try:
                    received = self.wiring.receive(source, data, now)
                    self._open_peers(now)
                    if received is not None:
                        self._frames(*received, now)
                except RemoteError as error:
                    self.wiring.channels.count(str(error))
            case CommandIssued(command):
                try:
                    self._command(command, now)
                except LocalError as error:
                    self._emit(Denied(command.token, str(error)))
            case Loaded(token, rows):
                page = self.session.loaded(token, rows) if self.session is not None else None
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

    def finish(self, now: Micros) -> list[Output]:
        """End a turn: run due timers, order, send, show."""
        if self._closed:
            return []
        session = self.session
        if self.joining is not None:
            event = self.joining.tick(now, inside=session is not None and session.member)
            if event is not None:
                self.joining = None
                self._emit(event)
        if session is not None:
            session.tick(now)
            for record in session.finish(now):
                self._persist(record)
            session.announce_ready()
            for number, request in session.loads:
                self._outputs.append(Load(number, request))
            session.loads.clear()
            for event in session.events:
                self._emit(event)
            session.events.clear()
            self._end(session, now)
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
            self._ending[2] if self._ending is not None else None,
        )

    def _emit(self, event: Event) -> None:
        self._outputs.append(Emit(event))

    def _persist(self, record: object) -> None:
        self._outputs.append(Persist(record))  # type: ignore[arg-type]

    # --- peers ------------------------------------------------------------------------------------

    def _open_peers(self, now: Micros) -> None:
        """A peer proved itself: greet it, or answer its invite."""
        for channel in self.wiring.new_peers(now):
            key = channel.peer.key
            session = self.session
            if session is None:
                continue
            if session.people.banned(key):
                self.wiring.forget(key)
                continue
            if channel.invite_id and not channel.initiated:
                reason = session.people.objection(channel.invite_id, key, self._wall_ms(now))
                if reason is not None and not session.people.known(key):
                    turn_away(self.wiring, key, reason)
                    continue
                welcome(session, key, channel.invite_id)
            session.peer_opened(key, now)

    def _frames(self, channel: Channel, frames: list[object], now: Micros) -> None:
        for frame in frames:
            if self.session is not None:
                try:
                    self.session.receive(channel.peer.key, channel.peer.incarnation, frame, now)
                except RemoteError as error:
                    self.wiring.channels.count(f"{type(frame).__name__}: {error}")
            elif self.joining is not None:
                event = self.joining.receive(frame)
                if isinstance(frame, Welcome) and self.joining.field is not None:
                    self._enter(self.joining.field, now).peer_opened(channel.peer.key, now)
                elif event is not None:
                    self.joining = None
                    self._emit(event)

    # --- sessions ---------------------------------------------------------------------------------

    def _enter(self, field: SessionField, now: Micros) -> Session:
        session = Session(self.here, field, self._saved, self.wiring, self._addresses, now)
        session.save_field()
        self.session = session
        return session

    def _command(self, command: Command, now: Micros) -> None:
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
        policy = str(parse_policy(command.policy))
        self._nothing_here()
        title = CODECS["control.title"].encode(Title(command.title))
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
        invite = InviteBody(self._entropy(INVITE_ID_BYTES))
        entries = [("control.title", title)]
        if policy != session.meaning.policy:
            entries.append(("control.policy", CODECS["control.policy"].encode(PolicyBody(policy))))
        entries.append(("control.invite", CODECS["control.invite"].encode(invite)))
        session.issue(tuple(entries), wall_ms)
        self._emit(Done(command.token))

    def _join(self, command: JoinSession, now: Micros) -> None:
        if self.session is not None or self.joining is not None:
            message = "this site is in a session already"
            raise LocalError(message)
        joining = Joining(
            command, self.wiring, site_of(self.here.identity.key), self._wall_ms(now), now
        )
        field = read_session(self._saved)
        if field is not None and field.session == joining.invite.session:
            self._resume(command.token, command.name, now, again=True)
            return
        self._nothing_here()
        joining.dial(now)
        self.joining = joining

    def _resume(self, token: int, name: str | None, now: Micros, *, again: bool = False) -> None:
        field = read_session(self._saved)
        if self.session is not None or field is None:
            message = (
                "there is no session in this folder; create one (--create TITLE) "
                "or join one (--join INVITE)"
            )
            raise LocalError(message)
        if field.left and not again:
            message = "this site left its session for good; join again with an invite"
            raise LocalError(message)
        session = self._enter(
            SessionField(
                field.session,
                field.secret,
                field.title,
                name or field.name,
                field.admission,
                left=False,
            ),
            now,
        )
        if session.member:
            session.introduce(now)
        self._emit(Done(token))

    # --- commands in a session --------------------------------------------------------------------

    def _session_command(self, session: Session, command: Command, now: Micros) -> None:
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
                body = CODECS["control.policy"].encode(PolicyBody(str(parse_policy(policy))))
                session.issue_control("control.policy", body, token, None, now)
            case MakeInvite():
                self._invite(session, command, now)
            case LeaveSession(token):
                self._leave(session, token, now)
            case CloseSession(token):
                session.order.leave()
                self._ending = (token, False, after(now, limits.CLOSING_PATIENCE_MICROS))
            case ReadLog(token, first, count):
                page = session.read(max(1, first), min(count, limits.LOG_PAGE_ENTRIES_MAX), token)
                if page is not None:
                    self._emit(Done(token, page))
            case ReadStatus(token):
                self._emit(Done(token, status_of(session)))
            case ReadBoard(token, board):
                self._emit(Done(token, self._board(session, board)))
            case Draw():
                self._draw(session, command)
            case CreateStream(token, stream):
                session.create_stream(stream, token, now)
            case AppendToStream(token, stream, payload):
                self._emit(Done(token, session.mailboxes.append(stream, payload, now)))
            case MoveStream(token, stream, target):
                session.mailboxes.move(stream, session.key_of(target), now)
                self._emit(Done(token))
            case _:
                message = f"{type(command).__name__} does not belong here"
                raise Bug(message)

    def _invite(self, session: Session, command: MakeInvite, now: Micros) -> None:
        invite_id = self._entropy(INVITE_ID_BYTES)
        body = CODECS["control.invite"].encode(
            InviteBody(invite_id, command.end_ms, command.uses, command.role)
        )
        link = session.people.new_link(
            invite_id,
            self.here.identity.key,
            command.end_ms,
            command.uses,
            command.role,
            session.link_addresses(),
        )
        session.issue_control("control.invite", body, command.token, link, now)

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
        bodies = parse_draw_file(command.text, board, session.order.proposer.next_id)
        entries = tuple([("board", body) for body in bodies])
        self._emit(Done(command.token, session.issue(entries, command.wall_ms)))

    # --- ending -----------------------------------------------------------------------------------

    def _leave(self, session: Session, token: int, now: Micros) -> None:
        view = session.disk.prim
        if view is not None and len(view.members) == 1 and session.member:
            message = (
                "you are the only member, so nobody could go on; closing keeps the session on "
                "this disk"
            )
            raise LocalError(message)
        session.order.leave()
        self._ending = (token, True, after(now, limits.HEARTBEAT_MICROS))

    def _end(self, session: Session, now: Micros) -> None:
        """S4: stop once a quorum of a view without this site has installed it."""
        if self._ending is None:
            return
        token, leaves, until = self._ending
        alone = not session.member or not session.desk.others()
        if session.order.may_stop() or (not leaves and (alone or now >= until)):
            if leaves:
                session.mark_left()
                for record in session.disk.drain():
                    self._persist(record)
            self._emit(Done(token))
            self._emit(SessionClosed(left=leaves))
            self._closed = True
        elif leaves and now >= until:
            self._ending = (token, leaves, after(now, limits.HEARTBEAT_MICROS))
