"""A reliable link to the next site over datagrams that get lost, doubled and out of order.

Why: everything above wants whole frames, each class in the order it was sent, and one place that
knows how fast a path is. Around it is a layer that authenticates, encrypts and drops replays; below
it are packets with numbers that are never used twice, acknowledged as ranges (QUIC, RFC 9000 and
9002). What a lost packet carried goes out again in a new packet.

Acknowledgements are built in `flush` only, which ends a turn whose commit comes before its sends:
what was received is on disk before its acknowledgement leaves. A link must never read a clock, and
never decide that a peer is gone: it probes a silent one for as long as it has something for it.

States: OPEN, and SILENT after some probe timeouts in a row, when all that is under way counts as
lost and the same packet, sent twice, knocks now and then until the peer is heard. Greeting is the handshake's matter and
closing is dropping the link, so neither is a state here.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

from app.core import limits
from app.core.errors import Bug, RemoteError
from app.core.instant import Micros, earliest
from app.mstreams.acks import Received
from app.mstreams.congestion import Congestion, Pacer
from app.mstreams.fragments import Inbox, Outbox
from app.mstreams.packets import (
    BLOCKS_BYTES_MAX,
    HINT_BYTES_MAX,
    HINT_HEADER_BYTES,
    PIECE_HEADER_BYTES,
    Packet,
    Piece,
    Priority,
    hint_block,
    pack,
    piece_block,
    unpack,
)
from app.mstreams.path import Path
from app.mstreams.recovery import Outcome, Recovery, Sent

__all__ = ["TRANSITIONS", "Heard", "Link", "Priority", "ProbeLate", "ProbesSpent", "State"]


class State(Enum):
    """Whether the peer answers."""

    OPEN = "open"
    """Frames leave as window and pacing allow; what goes unanswered is probed for."""
    SILENT = "silent"
    """Probes went unanswered, or their answers got lost: knock, and keep the rest until heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A new packet of the peer came."""


@dataclass(frozen=True, slots=True)
class ProbeLate:
    """A probe timeout passed, and the peer may still be there."""


@dataclass(frozen=True, slots=True)
class ProbesSpent:
    """One probe timeout too many passed in a row."""


Input = Heard | ProbeLate | ProbesSpent

TRANSITIONS: dict[tuple[State, type[Input]], tuple[State, str]] = {
    (State.OPEN, Heard): (State.OPEN, "go_on"),
    (State.OPEN, ProbeLate): (State.OPEN, "probe"),
    (State.OPEN, ProbesSpent): (State.SILENT, "fall_silent"),
    (State.SILENT, Heard): (State.OPEN, "start_over"),
    (State.SILENT, ProbeLate): (State.SILENT, "give_up"),
    (State.SILENT, ProbesSpent): (State.SILENT, "give_up"),
}

_BOUNDS = {
    Priority.CONTROL: (limits.CONTROL_BYTES_MAX, limits.CONTROL_PIECES_MAX),
    Priority.LIVE: (limits.LIVE_BYTES_MAX, limits.LIVE_PIECES_MAX),
    Priority.BULK: (limits.BULK_BYTES_MAX, limits.BULK_PIECES_MAX),
}


class Link:
    """One end: `send`, `hint`, `receive` in any order, then `flush` once a turn and at `deadline`."""

    def __init__(self, now: Micros) -> None:
        self.state = State.OPEN
        self.last_heard = now
        self.silent_since: Micros | None = None
        self.path = Path()
        self._outboxes = [Outbox(priority, *_BOUNDS[priority]) for priority in Priority]
        self._inboxes = [Inbox(_BOUNDS[priority][1]) for priority in Priority]
        self._hints: deque[bytes] = deque(maxlen=limits.HINTS_MAX)
        self._received = Received()
        self._recovery = Recovery(self.path)
        self._congestion = Congestion()
        self._pacer = Pacer(now)
        self._probes: list[list[Piece]] = []

    def send(self, frame: bytes, priority: Priority) -> bool:
        """Queue a frame of 1 to `FRAME_BYTES_MAX` bytes; False, and nothing kept, if full."""
        return self._outboxes[priority].put(frame)

    def hint(self, frame: bytes) -> bool:
        """Send once at the next flush, whatever becomes of it; False if no packet can hold it.

        Hints come in any order or not at all, never twice. They ask for no acknowledgement and the
        window does not hold them back, so the caller keeps their rate modest.
        """
        if not 1 <= len(frame) <= HINT_BYTES_MAX:
            return False
        self._hints.append(frame)
        return True

    def queued_bytes(self, priority: Priority) -> int:
        """Bytes of a class that the peer has not acknowledged, sent or not; 0 when all arrived."""
        return self._outboxes[priority].queued_bytes

    def waits(self, priority: Priority) -> bool:
        """Whether something of a class has not been sent once, held back by window or pacing."""
        return self._outboxes[priority].ready

    def receive(self, packet: bytes, now: Micros) -> list[bytes]:
        """Take a packet; hints, and frames that are complete now, each class in its order.

        Raises `RemoteError`, with nothing changed, for bytes an honest peer would not send.
        """
        parsed = unpack(packet)
        self._check(parsed)
        if self._received.seen(parsed.number):
            return []
        self._received.note(parsed.number, parsed.floor, bool(parsed.pieces), now)
        self.last_heard = now
        if parsed.ack is not None:
            self._settle(self._recovery.acknowledged(parsed.ack, now))
        self._step(Heard(), now)
        frames = parsed.hints
        for priority, number, data in parsed.pieces:
            frames += self._inboxes[priority].put(number, data)
        return frames

    def _check(self, parsed: Packet) -> None:
        """Does this packet make sense to this link?"""
        if parsed.ack is not None and parsed.ack.ranges[0][1] >= self._recovery.next_number:
            raise RemoteError("ack of a packet that was never sent")
        for priority, number, _ in parsed.pieces:
            if not self._inboxes[priority].expects(number):
                raise RemoteError("piece runs ahead of what may be under way")

    def _settle(self, outcome: Outcome) -> None:
        """Tell the queues and the window what became of packets."""
        congestion = self._congestion
        for sent in outcome.arrived:
            congestion.acknowledged(sent.number)
            for priority, number, _ in sent.pieces:
                self._outboxes[priority].acknowledge(number)
        for number in outcome.found:
            congestion.found(number)
        for sent in outcome.lost:
            congestion.lost(sent.number, self._recovery.next_number)
            self._lose(sent)

    def _lose(self, sent: Sent) -> None:
        for priority, number, _ in sent.pieces:
            self._outboxes[priority].lose(number)

    def flush(self, now: Micros) -> list[bytes]:
        """Packets to send now, as window and pacing allow; acknowledgements and hints always."""
        if self._idle(now):
            self._congestion.limited = False
            return []
        self._run_timers(now)
        if self.state is State.SILENT and self._recovery.in_flight == 0:
            self._knock()
        self._pacer.set_rate(self._congestion, self.path, now)
        packets = [self._packet([], pieces, now) for pieces in self._probes]
        self._probes = []
        ack = self._received.block(now) if self._received.owed else b""
        ack_due = self._received.due(now)
        while True:
            blocks = [ack] if ack else []
            room = BLOCKS_BYTES_MAX - len(ack)
            while self._hints and HINT_HEADER_BYTES + len(self._hints[0]) <= room:
                blocks.append(hint_block(self._hints.popleft()))
                room -= len(blocks[-1])
            open_now = self._may_send(now)
            pieces = self._fill(room) if open_now else []
            if len(blocks) == bool(ack) and not pieces:
                # What waits may not fit beside the acknowledgement, which then goes alone.
                waits = bool(self._hints) or (open_now and self._ready)
                if not (ack and (ack_due or waits)):
                    break
            packets.append(self._packet(blocks, pieces, now))
            if ack:
                self._received.settle()
                ack = b""
        self._congestion.limited = self.state is State.OPEN and self._ready
        return packets

    def _idle(self, now: Micros) -> bool:
        """Nothing waits and nothing is due: the usual case, since most turns concern one peer."""
        if self._hints or self._probes or self._received.owed or self._ready:
            return False
        due = self._recovery.deadline()
        return due is None or now < due

    def deadline(self) -> Micros | None:
        """When to flush though nothing else happened; None if nothing is under way."""
        paced: Micros | None = None
        if self._congestion.limited and self._window_open:
            paced = self._pacer.deadline()
        return earliest(self._received.deadline(), self._recovery.deadline(), paced)

    @property
    def _ready(self) -> bool:
        """Whether pieces wait that only window and pacing hold back."""
        return any(outbox.ready for outbox in self._outboxes)

    @property
    def _window_open(self) -> bool:
        """Whether one more packet may be under way; bytes count, so small packets hardly do."""
        recovery = self._recovery
        if recovery.in_flight >= limits.WINDOW_PACKETS_MAX:
            return False
        return recovery.flight_bytes < self._congestion.window * limits.PACKET_BYTES_MAX

    def _may_send(self, now: Micros) -> bool:
        """Whether a packet with pieces may leave."""
        return self.state is State.OPEN and self._window_open and self._pacer.allows(now)

    def _fill(self, room: int) -> list[Piece]:
        """Pieces for one packet, the urgent classes first."""
        pieces: list[Piece] = []
        for outbox in self._outboxes:
            while outbox.ready and (piece := outbox.take(room)) is not None:
                pieces.append(piece)
                room -= PIECE_HEADER_BYTES + len(piece[2])
        return pieces

    def _packet(self, blocks: list[bytes], pieces: list[Piece], now: Micros) -> bytes:
        """Number a packet and put it under way."""
        recovery = self._recovery
        for priority, number, data in pieces:
            blocks.append(piece_block(priority, number, data))
        packet = pack(recovery.next_number, recovery.floor, blocks)
        recovery.sent(len(packet), pieces, now)
        if pieces:
            self._pacer.sent(now)
        return packet

    def _run_timers(self, now: Micros) -> None:
        """Losses and probes that are due."""
        self._settle(self._recovery.overdue(now))
        probe_at = self._recovery.probe_at()
        if probe_at is None or now < probe_at:
            return
        # A peer that acknowledges only the oldest packets must not make the table grow by probes.
        spent = (
            self._recovery.unanswered >= limits.PROBES_UNANSWERED_MAX
            or self._recovery.in_flight > limits.WINDOW_PACKETS_MAX
        )
        self._recovery.unanswered += 1
        self._step(ProbesSpent() if spent else ProbeLate(), now)

    def _step(self, given: Input, now: Micros) -> None:
        """The only place where the state changes."""
        self.state, action = TRANSITIONS[self.state, type(given)]
        match action:
            case "go_on":
                return
            case "probe":
                self._probe()
            case "fall_silent":
                self.silent_since = now
                self._congestion.collapse(self._recovery.next_number)
                self._give_up()
            case "give_up":
                self._give_up()
            case "start_over":
                self.silent_since = None
                self._give_up()
                self._recovery.unanswered = 0
                self.path.forget_minimum()
            case _:
                raise Bug(f"no such action: {action}")

    def _probe(self) -> None:
        """Send the two oldest packets' pieces again, or the one's twice, beyond the window.

        What waits rides along where there is room.
        A packet whose pieces all arrived by other packets needs no answer and is forgotten.
        """
        for sent in list(self._recovery.flight()):
            pieces = [
                piece for piece in sent.pieces if self._outboxes[piece[0]].waits_for(piece[1])
            ]
            if not pieces:
                self._recovery.forget(sent.number)
                continue
            room = BLOCKS_BYTES_MAX - sum(PIECE_HEADER_BYTES + len(piece[2]) for piece in pieces)
            self._probes.append(pieces + self._fill(room))
            if len(self._probes) == limits.PROBE_PACKETS:
                return
        self._probes = (self._probes * limits.PROBE_PACKETS)[: limits.PROBE_PACKETS]

    def _give_up(self) -> None:
        """Nobody answers: count all that is under way as lost."""
        for sent in self._recovery.give_up():
            self._lose(sent)

    def _knock(self) -> None:
        """With nothing under way to a silent peer, send the next packet, more than once."""
        pieces = self._fill(BLOCKS_BYTES_MAX)
        if pieces:
            self._probes = [pieces] * limits.PROBE_PACKETS
