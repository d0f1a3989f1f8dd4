"""Handshakes and sealed channels: which site is behind a datagram, and how one gets to a site.

Checks go from cheap to dear (type, length, known index, then cryptography), and what costs memory
before a peer is proven is bounded. To an address that proved nothing go at most three times the
bytes that came from it: a hello is 1,200 bytes, the answer less, and each hello gets one answer.
What becomes of a channel once it is open is told in channeltable.py. Never looks into what a sealed
packet carries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.core.rng import Entropy
from app.crypto.box import Box
from app.crypto.handshake import Initiator, Keys, Peer, Responder
from app.crypto.hello import HelloHeader, Lookup, Pattern, parse_hello
from app.crypto.keys import Agreement, Identity
from app.crypto.null import NullBox
from app.node.channeltable import Channel, ChannelTable, Life
from app.node.contract import Address
from app.node.hellorates import HelloRates


class Kind(IntEnum):
    """First byte of a datagram."""

    HELLO = 1
    REPLY = 2
    PROOF = 3
    SEALED = 4


INDEX_BYTES = 4
OUTER_BYTES = 1 + 2 * INDEX_BYTES
SEALED_BYTES = 1 + INDEX_BYTES


@dataclass(slots=True)
class Dial:
    """A handshake that this site began."""

    address: Address
    index: int
    initiator: Initiator
    hello: bytes
    pattern: Pattern
    invite_id: bytes
    forgotten: int
    started_at: Micros
    repeat_at: Micros


@dataclass(slots=True)
class Answer:
    """A handshake that another began and has not proven yet."""

    address: Address
    index: int
    remote_index: bytes
    hello: bytes
    responder: Responder
    reply: bytes
    pattern: Pattern
    invite_id: bytes
    forgotten: int
    created_at: Micros


class Channels:
    """All of one site's handshakes and channels."""

    def __init__(
        self,
        *,
        identity: Identity,
        incarnation: int,
        entropy: Entropy,
        lookup: Lookup,
        null_crypto: bool,
    ) -> None:
        self._identity = identity
        self._agreement = Agreement(entropy(32))
        self._incarnation = incarnation
        self._entropy = entropy
        self._lookup = lookup
        self._null_crypto = null_crypto
        self._dials: dict[int, Dial] = {}
        self._answers: dict[int, Answer] = {}
        self._answered: dict[tuple[Address, bytes], int] = {}
        self._rates = HelloRates()
        self.table = ChannelTable(identity.key)
        self.sends: list[tuple[Address, bytes]] = []
        self.opened: list[Channel] = []
        self.dropped: dict[str, int] = {}

    # --- going out --------------------------------------------------------------------------------

    def dial(
        self,
        address: Address,
        pattern: Pattern,
        session: bytes,
        secret: bytes,
        invite_id: bytes,
        now: Micros,
    ) -> None:
        """Begin a handshake with whoever is at `address`, unless one is under way."""
        if len(self._dials) >= limits.DIALS_MAX or any(
            dial.address == address for dial in self._dials.values()
        ):
            return
        index = self._new_index()
        initiator = Initiator(
            pattern,
            identity=self._identity,
            agreement=self._agreement,
            incarnation=self._incarnation,
            session=session,
            secret=secret,
            entropy=self._entropy,
            invite_id=invite_id,
            extra=encode(self.table.forgotten),
        )
        hello = bytes([Kind.HELLO]) + _index_bytes(index) + bytes(INDEX_BYTES) + initiator.hello()
        self._dials[index] = Dial(
            address,
            index,
            initiator,
            hello,
            pattern,
            invite_id,
            self.table.forgotten,
            now,
            after(now, limits.DIAL_REPEAT_MICROS),
        )
        self.sends.append((address, hello))

    def stop_asking(self) -> None:
        """Give up the handshakes that would prove no secret."""
        self._dials = {
            index: dial for index, dial in self._dials.items() if dial.pattern is not Pattern.ASK
        }

    def seal(self, key: Key, packet: bytes) -> bool:
        """Send a packet to a proven peer; False where there is no channel."""
        channel = self.table.channel(key)
        if channel is None:
            return False
        header = bytes([Kind.SEALED]) + channel.remote_index
        self.sends.append((channel.address, header + channel.box.seal(header, packet)))
        return True

    # --- coming in --------------------------------------------------------------------------------

    def receive(self, source: Address, data: bytes, now: Micros) -> tuple[Channel, bytes] | None:
        """A datagram from anywhere; the packet in it if it comes from a proven peer."""
        if not SEALED_BYTES < len(data) <= limits.DATAGRAM_BYTES_MAX:
            self.count("wrong length")
            return None
        match data[0]:
            case Kind.SEALED:
                return self._open(data, now)
            case Kind.HELLO:
                self._try("hello", self._on_hello, source, data, now)
            case Kind.REPLY:
                self._try("reply", self._on_reply, source, data, now)
            case Kind.PROOF:
                self._try("proof", self._on_proof, source, data, now)
            case _:
                self.count("unknown type")
        return None

    def _try(
        self,
        name: str,
        take: Callable[[Address, bytes, Micros], None],
        source: Address,
        data: bytes,
        now: Micros,
    ) -> None:
        """One message of a handshake; what is wrong with it is counted, not raised."""
        try:
            take(source, data, now)
        except RemoteError:
            self.count(f"{name} refused")

    def _open(self, data: bytes, now: Micros) -> tuple[Channel, bytes] | None:
        index = int.from_bytes(data[1:SEALED_BYTES], "big")
        channel = self.table.find(index)
        if channel is None:
            self.count("unknown channel")
            return None
        replayed = channel.box.replayed
        try:
            packet = channel.box.open(data[:SEALED_BYTES], data[SEALED_BYTES:])
        except RemoteError:
            self.count("replayed" if channel.box.replayed > replayed else "forged")
            return None
        self.table.heard(channel, now)
        return channel, packet

    def _on_hello(self, source: Address, data: bytes, now: Micros) -> None:
        if len(data) != limits.DATAGRAM_BYTES_MAX:
            self.count("hello of another length")
            return
        remote_index = data[1 : 1 + INDEX_BYTES]
        hello = data[OUTER_BYTES:]
        known = self._answers.get(self._answered.get((source, remote_index), -1))
        if known is not None:
            if known.hello == hello:
                self.sends.append((source, known.reply))
            else:
                self.count("another hello with a known number")
            return
        header = parse_hello(hello)
        if self._lookup(header) is None:
            self.count("hello for another session")
            return
        if not self._rates.allow(source[0], header.pattern, now):
            self.count("too many hellos")
            return
        index = self._new_index()
        responder = Responder(
            identity=self._identity,
            agreement=self._agreement,
            incarnation=self._incarnation,
            lookup=self._lookup,
            entropy=self._entropy,
            extra=encode(self.table.forgotten),
        )
        message2 = responder.receive_hello(hello)
        reply = bytes([Kind.REPLY]) + remote_index + _index_bytes(index) + message2
        self._make_room(now)
        self._answers[index] = Answer(
            source,
            index,
            remote_index,
            hello,
            responder,
            reply,
            header.pattern,
            _invite_of(header),
            self.table.forgotten,
            now,
        )
        self._answered[(source, remote_index)] = index
        self.sends.append((source, reply))

    def _make_room(self, now: Micros) -> None:
        """Forget unproven handshakes that are old, then the oldest."""
        for index, answer in list(self._answers.items()):
            if now - answer.created_at >= limits.ANSWER_LIFE_MICROS:
                self._forget_answer(index)
        while len(self._answers) >= limits.ANSWERS_MAX:
            self._forget_answer(next(iter(self._answers)))

    def _forget_answer(self, index: int) -> None:
        answer = self._answers.pop(index)
        self._answered.pop((answer.address, answer.remote_index), None)

    def _on_reply(self, source: Address, data: bytes, now: Micros) -> None:
        index = int.from_bytes(data[1 : 1 + INDEX_BYTES], "big")
        dial = self._dials.get(index)
        if dial is None or dial.address != source:
            self.count("reply to nothing")
            return
        remote_index = data[1 + INDEX_BYTES : OUTER_BYTES]
        try:
            message3 = dial.initiator.receive(data[OUTER_BYTES:])
        except RemoteError:
            del self._dials[index]
            raise
        del self._dials[index]
        proof = bytes([Kind.PROOF]) + remote_index + _index_bytes(index) + message3
        channel = Channel(
            dial.initiator.peer,
            _life(dial.initiator.peer, dial.forgotten),
            source,
            index,
            remote_index,
            self._box(dial.initiator.keys),
            dial.pattern,
            dial.initiator.keys.hash,
            initiated=True,
            invite_id=dial.invite_id,
            opened_at=now,
            last_heard=now,
            confirmed=False,
            proof=proof,
            proof_repeat_at=after(now, limits.DIAL_REPEAT_MICROS),
        )
        self._establish(channel, dial.forgotten)

    def _on_proof(self, source: Address, data: bytes, now: Micros) -> None:
        index = int.from_bytes(data[1 : 1 + INDEX_BYTES], "big")
        answer = self._answers.get(index)
        if answer is None or answer.address != source:
            self.count("proof of nothing")
            return
        if data[1 + INDEX_BYTES : OUTER_BYTES] != answer.remote_index:
            self.count("proof of another")
            return
        try:
            answer.responder.receive_proof(data[OUTER_BYTES:])
        finally:
            self._forget_answer(index)
        channel = Channel(
            answer.responder.peer,
            _life(answer.responder.peer, answer.forgotten),
            source,
            index,
            answer.remote_index,
            self._box(answer.responder.keys),
            answer.pattern,
            answer.responder.keys.hash,
            initiated=False,
            invite_id=answer.invite_id,
            opened_at=now,
            last_heard=now,
            confirmed=True,
        )
        self._establish(channel, answer.forgotten)

    def _box(self, keys: Keys) -> Box | NullBox:
        return (NullBox if self._null_crypto else Box)(keys.send, keys.receive)

    def _establish(self, channel: Channel, forgotten: int) -> None:
        if not self.table.add(channel, forgotten):
            self.count("an earlier life")
            return
        if channel.initiated:
            self.sends.append((channel.address, channel.proof))
        self.opened.append(channel)

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Repeat hellos and proofs; give up."""
        for index, dial in list(self._dials.items()):
            if now - dial.started_at >= limits.DIAL_PATIENCE_MICROS:
                del self._dials[index]
            elif now >= dial.repeat_at:
                dial.repeat_at = after(now, limits.DIAL_REPEAT_MICROS)
                self.sends.append((dial.address, dial.hello))
        self.sends += self.table.repeats(now)

    def deadline(self) -> Micros | None:
        """When something is to be repeated."""
        return earliest(
            *[dial.repeat_at for dial in self._dials.values()],
            self.table.deadline(),
        )

    def count(self, what: str) -> None:
        """Count what was dropped, and why; the table is bounded."""
        if what not in self.dropped and len(self.dropped) >= limits.DROP_REASONS_MAX:
            what = "other"
        self.dropped[what] = self.dropped.get(what, 0) + 1

    def _new_index(self) -> int:
        """An index that is hard to guess, so a forged message must meet a handshake to end it."""
        while True:
            index = int.from_bytes(self._entropy(INDEX_BYTES), "big")
            if (
                index not in self.table
                and index not in self._dials
                and (index not in self._answers)
            ):
                return index


def _index_bytes(index: int) -> bytes:
    return index.to_bytes(INDEX_BYTES, "big")


def _invite_of(header: HelloHeader) -> bytes:
    return header.invite_id if header.pattern is Pattern.INVITE else b""


def _life(peer: Peer, forgotten: int) -> Life:
    """The life of a channel that came of a handshake. Raises `RemoteError`."""
    told = decode(peer.extra)
    if type(told) is not int or told < 0:
        message = "a handshake that does not tell whom it forgot"
        raise RemoteError(message)
    return peer.incarnation, forgotten + told
