"""What peers may know of a session, and where the frames they send belong.

A table, one line for each kind of frame. Who has the session's secret is no member yet, and who was
one is none any more: each frame goes on only where its sender has a say. Never takes a frame's word
for more than its sender may say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher.messages import Decide, Fetch, Recall, Refusal, SnapshotWanted
from app.mstreams.frames import (
    STREAM_FRAMES,
    StreamAnswer,
    StreamFrame,
    StreamRefused,
    StreamRequest,
    StreamWish,
)
from app.node.api import Hint as PersonHint
from app.node.frames import (
    About,
    Addresses,
    AskerDone,
    AskerTold,
    AskerVerdict,
    AskHeard,
    Blob,
    BlobWanted,
    ControlAnswer,
    ControlWish,
    Heartbeat,
    Hint,
    KeptRows,
    KeptWanted,
    TurnedAway,
    Welcome,
)
from app.rooms.control import EDITOR_RANK, EVERYBODYS_STREAMS, MODERATOR_RANK

if TYPE_CHECKING:
    from app.node.session import Session


class Peers:
    """The peers of one session: members, whoever comes in, and whoever is on the way out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def listeners(self) -> list[Key]:
        """Peers that may know how things stand here."""
        return [key for key in self._session.wiring.peers() if self.may_hear(key)]

    def may_hear(self, key: Key) -> bool:
        """Whether a peer may know how things stand here.

        Before this site has a view it can't tell who belongs: whoever knows the secret does, and who
        let this site in.
        """
        session = self._session
        if session.people.may_listen(key):
            return True
        admission = session.field.admission
        return session.disk.present is None and (
            session.wiring.channels.table.knows_secret(key)
            or (admission is not None and admission.signer == key)
        )

    def opened(self, key: Key, now: Micros, *, begins: bool) -> None:
        """A channel to a peer opened: say who and where one is.

        Args:
            key: the peer.
            now: the present.
            begins: whether the peer counts its heartbeats from 1.
        """
        session = self._session
        if begins:
            session.pulse.new_life(key)
            if session.window is not None:
                session.window.presence.new_life(key)
        if not self.may_hear(key):
            return
        session.wiring.send(key, Addresses(session.wiring.book.records()))
        session.heartbeats.beat_to([key], now)
        session.order.reconnected(key)

    def receive(  # noqa: C901, PLR0912 - a table: one line for each frame
        self, sender: Key, incarnation: int, frame: object, now: Micros
    ) -> None:
        """Take a frame from an authenticated peer. Raises `RemoteError`."""
        session = self._session
        if isinstance(frame, Heartbeat):
            session.heartbeats.hear(sender, frame, now)
            return
        if session.people.banned(sender) or not (
            # A certificate proves itself: whoever was away for long knows none of the members.
            isinstance(frame, Decide) or self.may_hear(sender)
        ):
            session.wiring.channels.count("a stranger's frame")
            return
        view = session.disk.present
        match frame:
            case Addresses():
                session.whereabouts.learn(sender, frame)
            case ControlWish():
                session.asking.wished(sender, frame, now)
            case ControlAnswer():
                session.asking.answered(sender, frame)
            case Refusal() if view is None or view.session_leader != sender:
                session.wiring.channels.count("an answer of somebody who was not asked")
            case Fetch() | SnapshotWanted():
                if session.people.may_read(sender):
                    session.order.receive(sender, frame, now)
            case Decide() | Recall():
                session.order.receive(sender, frame, now)
                session.people.learn_views()
            case _ if isinstance(frame, STREAM_FRAMES):
                self._stream(sender, incarnation, frame, now)
            case AskerTold() | AskerDone() | AskerVerdict():
                session.asked.told(sender, frame, now)
            case Blob():
                session.fetching.came(sender, frame, now)
            case BlobWanted():
                if session.people.may_read(sender):
                    session.fetching.wanted(sender, frame)
            case KeptWanted():
                if session.people.may_read(sender):
                    session.history.wanted(sender, frame)
            case KeptRows():
                session.history.came(sender, frame, now)
            case Hint():
                self._hint(sender, frame, now)
            case Welcome() | TurnedAway() | AskHeard() | About():
                session.here.trace.mark("a late answer to who came in")
            case _:
                session.order.receive(sender, frame, now)

    def _stream(self, sender: Key, incarnation: int, frame: StreamFrame, now: Micros) -> None:
        """A frame of streams; what only some may ask of the leader is looked at here."""
        session = self._session
        rooms = session.meaning.rooms
        if rooms is not None and isinstance(frame, (StreamRequest, StreamWish)):
            controls = isinstance(frame, StreamRequest) and frame.stream in EVERYBODYS_STREAMS
            if rooms.control.rank(sender) < (MODERATOR_RANK if controls else EDITOR_RANK):
                why = "your role does not allow this"
                if isinstance(frame, StreamRequest):
                    answer: StreamFrame = StreamAnswer(frame.number, ok=False, text=why)
                else:
                    answer = StreamRefused(frame.stream, frame.token, why)
                session.wiring.send(sender, answer)
                return
        session.mailboxes.streams.receive(sender, incarnation, frame, now)

    def show_hint(self, hint: PersonHint) -> None:
        """This site's person lets the members see something, now or never."""
        if self._session.window is not None:
            self._session.window.presence.show(hint)

    def _hint(self, sender: Key, frame: Hint, now: Micros) -> None:
        """A member lets something be seen. Raises `RemoteError`."""
        session = self._session
        if session.window is None:
            return
        if not session.people.may_read(sender):
            session.wiring.channels.count("a hint of somebody who is no member")
            return
        event = session.window.presence.hear(sender, frame, now)
        if event is not None:
            session.events.append(event)

    def send_hints(self, now: Micros) -> None:
        """What this site's person lets be seen, as often as is due."""
        session = self._session
        if session.window is None:
            return
        for frame in session.window.presence.due(now):
            for key in session.desk.others():
                session.wiring.send(key, frame)
