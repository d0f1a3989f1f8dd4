"""A whole site: one input in, all outputs out (law 2).

Routes datagrams to the wiring, frames and commands to the session, and gathers what they lead to.
Before there is a session it only founds, joins or resumes one. Bytes from outside that are wrong
are counted and dropped here and in the channels, and nowhere else.
"""

from __future__ import annotations

from typing import assert_never

from app.core import limits
from app.core.codec import encode
from app.core.errors import LocalError, RemoteError
from app.core.instant import MILLI, Micros, earliest
from app.core.rng import Entropy, Rng
from app.core.trace import Trace
from app.crypto.hello import NO_SESSION, HelloHeader, Pattern, Terms, session_tag
from app.crypto.invite import invite_secret
from app.crypto.keys import Identity
from app.dispatcher import rules
from app.dispatcher.records import Saved, SaveField
from app.node import commands, door
from app.node.api import (
    Answered,
    AskToJoin,
    CancelAsk,
    Command,
    CreateSession,
    Denied,
    Done,
    Event,
    JoinSession,
    ResumeSession,
    SendHint,
    SetAdmitting,
    SetVisible,
)
from app.node.channels import Channels
from app.node.channeltable import Channel
from app.node.config import Config
from app.node.contract import (
    Address,
    AddressesChanged,
    BlobRead,
    CommandIssued,
    DatagramReceived,
    Emit,
    GuestEnded,
    GuestSpoke,
    Input,
    Load,
    Loaded,
    Output,
    Persist,
    SendDatagram,
    TimerFired,
    Woke,
)
from app.node.entering import Entering
from app.node.frames import AboutWanted, AskGone, AskHeard, AskIn, TurnedAway, Welcome
from app.node.guests import SHARED_FROM
from app.node.joining import Joining
from app.node.manners import Manners
from app.node.requesting import Requesting
from app.node.session import Here, Session
from app.node.state import read_incarnation
from app.node.wiring import Wiring


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
        self._start = now
        self._outputs: list[Output] = []
        seed = saved.fields.get("key")
        if seed is None:
            seed = entropy(32)
            self._persist(SaveField("key", seed))
        before = read_incarnation(saved)
        incarnation, queue = rules.restart(before, saved.queue)
        self._persist(SaveField("incarnation", encode(incarnation)))
        self.here = Here(
            Identity(seed),
            incarnation,
            self._wall_ms,
            entropy,
            rng,
            self.trace,
            Manners(config.visible, config.admitting),
            window=config.window,
            snapshot_every=config.snapshot_every,
            tail_kept=config.tail_kept,
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
        self._entering = Entering(
            self.here,
            Saved(saved.fields, saved.certificates, queue, saved.read_log),
            self.wiring,
            config.addresses,
        )
        self._closed = False
        self._turned_at = now

    @property
    def session(self) -> Session | None:
        """The session this site is in."""
        return self._entering.session

    @property
    def joining(self) -> Joining | Requesting | None:
        """The knocking at a session's door, while it lasts."""
        return self._entering.joining

    def _wall_ms(self, now: Micros) -> int:
        return self.config.wall_ms + (now - self._start) // MILLI

    def _lookup(self, header: HelloHeader) -> Terms | None:
        """The secret for a hello: the session's, or that of an invite to it."""
        session = self.session
        if header.pattern is Pattern.ASK:
            known = session is not None and session.member and self.here.manners.visible
            return Terms(b"", b"") if known and header.session_tag == NO_SESSION else None
        if session is None or header.session_tag != session_tag(session.field.session):
            return None
        if header.pattern is Pattern.MEMBER:
            return Terms(session.field.session, session.field.secret)
        if header.pattern is Pattern.INVITE and session.member:
            secret = invite_secret(session.field.secret, header.invite_id)
            return Terms(session.field.session, secret)
        return None

    # --- the contract -----------------------------------------------------------------------------

    def handle(self, given: Input, now: Micros) -> list[Output]:  # noqa: C901, PLR0912 - a table
        """Take one input; never raises on what a peer sent."""
        if self._closed:
            return self._after_the_end(given)
        match given:
            case DatagramReceived(source, data):
                self._datagram(source, data, now)
            case CommandIssued(command):
                self._issued(command, now)
            case Loaded(token, rows):
                if self.session is not None:
                    self.session.reading.loaded(token, rows)
            case AddressesChanged(addresses):
                self._entering.set_addresses(addresses, now)
            case Woke():
                if self.session is not None:
                    self.session.order.woke(now)
            case GuestSpoke() | GuestEnded():
                self._guest(given, now)
            case BlobRead(token, content):
                if self.session is not None:
                    self.session.fetching.answered(token, content, now)
            case TimerFired():
                # Timers run in `finish`, which ends every turn.
                pass
            case _:
                assert_never(given)
        outputs, self._outputs = self._outputs, []
        return outputs

    def _after_the_end(self, given: Input) -> list[Output]:
        """Only commands are heard: each gets its answer."""
        if not isinstance(given, CommandIssued) or isinstance(given.command, SendHint):
            return []
        return [Emit(Denied(given.command.token, "this site is closed"))]

    def _guest(self, given: GuestSpoke | GuestEnded, now: Micros) -> None:
        """A guest runs foreign source: what it says is checked like a peer's word."""
        if self.session is None:
            return
        if given.guest >= SHARED_FROM:
            shares = self.session.shares
            if isinstance(given, GuestEnded):
                shares.guest_ended(given.guest, given.why, now)
            else:
                shares.guest_spoke(given.guest, given.message, now)
            return
        streams = self.session.mailboxes.streams
        if isinstance(given, GuestEnded):
            streams.guest_ended(given.guest, given.why, now)
            return
        try:
            streams.guest_spoke(given.guest, given.message, now)
        except RemoteError:
            self.wiring.channels.count("a guest's word refused")

    def _datagram(self, source: Address, data: bytes, now: Micros) -> None:
        received = self.wiring.receive(source, data, now)
        self._open_peers(now)
        if received is not None:
            session = self.session
            if session is not None:
                session.whereabouts.heard_from(received[0], source, now)
            self._frames(*received, now)

    def finish(self, now: Micros) -> list[Output]:
        """End a turn: run due timers, order, send, show."""
        if self._closed:
            return []
        self._tell(self._entering.tick(now))
        session = self.session
        if session is not None and now - self._turned_at >= limits.STALL_MICROS:
            # Heartbeats make a turn four times a second: this process was stopped or starved.
            session.order.woke(now)
        self._turned_at = now
        if session is not None:
            session.tick(now)
            for record in session.finish(now):
                self._persist(record)
            for number, request in session.reading.loads:
                self._outputs.append(Load(number, request))
            session.reading.loads.clear()
            for event in session.events:
                self._tell(event)
            session.events.clear()
            self._closed = session.ending.over
            if self._closed:
                session.shares.stop_all()
            self._outputs += session.fetching.outputs
            session.fetching.outputs.clear()
            self._outputs += session.guests.outputs
            session.guests.outputs.clear()
        for target, data in self.wiring.flush(now):
            self._outputs.append(SendDatagram(target, data))
        outputs, self._outputs = self._outputs, []
        return outputs

    def deadline(self) -> Micros | None:
        """The earliest timer."""
        if self._closed:
            return None
        return earliest(self.wiring.deadline(), self._entering.deadline())

    def _tell(self, event: Event | None) -> None:
        if event is not None:
            self._outputs.append(Emit(event))

    def _persist(self, record: object) -> None:
        self._outputs.append(Persist(record))  # type: ignore[arg-type]

    # --- peers ------------------------------------------------------------------------------------

    def _open_peers(self, now: Micros) -> None:
        """A peer proved itself: greet it, or answer its invite."""
        for channel, begins in self.wiring.new_peers(now):
            key = channel.peer.key
            session = self.session
            if self.joining is not None:
                self.joining.opened(channel, now)
            if session is None:
                continue
            if session.people.banned(key):
                self.wiring.forget(key)
                continue
            if session.strangers.is_one(key):
                session.strangers.opened(channel, now)
                continue
            if channel.invite_id and not channel.initiated:
                if not door.answer(session, key, channel.invite_id, now):
                    continue
            session.peers.opened(key, now, begins=begins)

    def _frames(self, channel: Channel, frames: list[object], now: Micros) -> None:
        key = channel.peer.key
        for frame in frames:
            if isinstance(frame, (Welcome, TurnedAway, AskHeard)):
                self._tell(self._entering.answered(key, frame, now))
            if self.session is not None:
                self._frame(self.session, channel, frame, now)

    def _frame(self, session: Session, channel: Channel, frame: object, now: Micros) -> None:
        """One frame inside a session: of a stranger only its own few are taken."""
        key = channel.peer.key
        stranger = session.strangers.is_one(key)
        if stranger and session.strangers.too_often(key, now):
            self.wiring.channels.count("a stranger says too much")
        elif isinstance(frame, (AboutWanted, AskIn, AskGone)):
            session.asked.receive(channel, frame, now)
        elif stranger:
            self.wiring.channels.count("a stranger's frame")
        else:
            try:
                session.peers.receive(key, channel.peer.incarnation, frame, now)
            except RemoteError:
                self.wiring.channels.count(f"{type(frame).__name__} refused")

    # --- people -----------------------------------------------------------------------------------

    def _issued(self, command: Command, now: Micros) -> None:
        if isinstance(command, SendHint):
            if self.session is not None:
                self.session.peers.show_hint(command.hint)
            return
        try:
            self._command(command, now)
        except (LocalError, RemoteError) as error:
            # A body that makes no sense says so in the words of its schema.
            self._tell(Denied(command.token, str(error)))

    def _command(self, command: Answered, now: Micros) -> None:
        match command:
            case CreateSession():
                self._tell(self._entering.create(command, now))
            case JoinSession():
                self._tell(self._entering.join(command, now))
            case ResumeSession():
                self._tell(self._entering.resume(command, now))
            case AskToJoin():
                self._tell(self._entering.ask(command, now))
            case CancelAsk():
                for event in self._entering.cancel(command):
                    self._tell(event)
            case SetVisible(token, visible):
                self.here.manners.visible = visible
                self._tell(Done(token))
            case SetAdmitting(token, how):
                self.here.manners.admitting = how
                self._tell(Done(token))
            case _:
                session = self.session
                if session is None:
                    message = "there is no session here yet; create, join or resume one first"
                    raise LocalError(message)
                commands.obey(session, command, now)
