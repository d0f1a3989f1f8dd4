"""Handshakes and sealed channels: which site is behind a datagram, and how one gets to a site.

Checks go from cheap to dear (type, length, known index, then cryptography), and what costs memory
before a peer is proven is bounded. To an address that proved nothing go at most three times the
bytes that came from it: a hello is 1,200 bytes, the answer less, and each hello gets one answer.
Two sites may open to each other at once; both channels live, and the one that the lower site
opened is used. Never looks into what a sealed packet carries.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key, site_of
from app.core.instant import SECOND, Micros, after
from app.core.rng import Entropy
from app.crypto.box import Box
from app.crypto.handshake import Initiator, Keys, Peer, Responder
from app.crypto.hello import HelloHeader, Lookup, Pattern, parse_hello
from app.crypto.keys import Agreement, Identity
from app.crypto.null import NullBox
from app.node.contract import Address

HELLO, REPLY, PROOF, SEALED = 1, 2, 3, 4
INDEX_BYTES = 4
OUTER_BYTES = 1 + 2 * INDEX_BYTES
SEALED_BYTES = 1 + INDEX_BYTES


@dataclass(slots=True)
class Channel:
    """A proven peer, its address, and a box."""

    peer: Peer
    address: Address
    index: int
    remote_index: bytes
    box: Box | NullBox
    initiated: bool
    invite_id: bytes
    opened_at: Micros
    last_heard: Micros
    proof: bytes = b""
    proof_repeat_at: Micros | None = None
    proof_repeats: int = 0


@dataclass(slots=True)
class Dial:
    """A handshake that this site began."""

    address: Address
    index: int
    initiator: Initiator
    hello: bytes
    invite_id: bytes
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
    invite_id: bytes
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
        self._by_index: dict[int, Channel] = {}
        self._by_peer: dict[Key, list[Channel]] = {}
        self._hellos = 0
        self._hellos_since = Micros(0)
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
        )
        hello = bytes([HELLO]) + _index_bytes(index) + bytes(INDEX_BYTES) + initiator.hello()
        dial = Dial(
            address, index, initiator, hello, invite_id, now, after(now, limits.DIAL_REPEAT_MICROS)
        )
        self._dials[index] = dial
        self.sends.append((address, hello))

    def seal(self, key: Key, packet: bytes) -> bool:
        """Send a packet to a proven peer; False where there is no channel."""
        channel = self.channel(key)
        if channel is None:
            return False
        header = bytes([SEALED]) + channel.remote_index
        self.sends.append((channel.address, header + channel.box.seal(header, packet)))
        return True

    def channel(self, key: Key) -> Channel | None:
        """The channel in use to this peer: the preferred one of those that are not silent.

        A channel can be dead at the other end only, if the proof that opened it was damaged.
        """
        channels = self._by_peer.get(key)
        if not channels:
            return None
        newest = max(channel.last_heard for channel in channels)
        return next(
            channel
            for channel in channels
            if newest - channel.last_heard < limits.CHANNEL_SILENT_MICROS
        )

    def peers(self) -> list[Key]:
        """Everyone a channel leads to."""
        return list(self._by_peer)

    # --- coming in --------------------------------------------------------------------------------

    def receive(self, source: Address, data: bytes, now: Micros) -> tuple[Channel, bytes] | None:
        """A datagram from anywhere; the packet in it if it comes from a proven peer."""
        kind = data[0] if len(data) > SEALED_BYTES else 0
        try:
            if kind == SEALED:
                return self._open(data, now)
            if kind == HELLO:
                self._on_hello(source, data, now)
            elif kind == REPLY:
                self._on_reply(source, data, now)
            elif kind == PROOF:
                self._on_proof(source, data, now)
            else:
                self.count("unknown type")
        except RemoteError as error:
            self.count(f"handshake: {error}" if kind != SEALED else "sealed")
        return None

    def _open(self, data: bytes, now: Micros) -> tuple[Channel, bytes] | None:
        index = int.from_bytes(data[1:SEALED_BYTES], "big")
        channel = self._by_index.get(index)
        if channel is None:
            self.count("unknown channel")
            return None
        packet = channel.box.open(data[:SEALED_BYTES], data[SEALED_BYTES:])
        channel.last_heard = now
        channel.proof_repeat_at = None
        channel.proof = b""
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
            return
        header = parse_hello(hello)
        if self._lookup(header) is None:
            self.count("hello for another session")
            return
        if not self._hello_allowed(now):
            self.count("too many hellos")
            return
        index = self._new_index()
        responder = Responder(
            identity=self._identity,
            agreement=self._agreement,
            incarnation=self._incarnation,
            lookup=self._lookup,
            entropy=self._entropy,
        )
        message2 = responder.receive_hello(hello)
        reply = bytes([REPLY]) + remote_index + _index_bytes(index) + message2
        self._make_room(now)
        self._answers[index] = Answer(
            source, index, remote_index, hello, responder, reply, _invite_of(header), now
        )
        self._answered[(source, remote_index)] = index
        self.sends.append((source, reply))

    def _hello_allowed(self, now: Micros) -> bool:
        """A bound on the cryptography that strangers can make this site do."""
        if now - self._hellos_since >= SECOND:
            self._hellos_since = now
            self._hellos = 0
        self._hellos += 1
        return self._hellos <= limits.HELLOS_PER_SECOND_MAX

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
        proof = bytes([PROOF]) + remote_index + _index_bytes(index) + message3
        self.sends.append((source, proof))
        channel = self._establish(
            dial.initiator.peer,
            dial.initiator.keys,
            source,
            index,
            remote_index,
            initiated=True,
            invite_id=dial.invite_id,
            now=now,
        )
        channel.proof = proof
        channel.proof_repeat_at = after(now, limits.DIAL_REPEAT_MICROS)

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
        self._establish(
            answer.responder.peer,
            answer.responder.keys,
            source,
            index,
            answer.remote_index,
            initiated=False,
            invite_id=answer.invite_id,
            now=now,
        )

    def _establish(
        self,
        peer: Peer,
        keys: Keys,
        address: Address,
        index: int,
        remote_index: bytes,
        *,
        initiated: bool,
        invite_id: bytes,
        now: Micros,
    ) -> Channel:
        make = NullBox if self._null_crypto else Box
        box = make(keys.send, keys.receive)
        channel = Channel(peer, address, index, remote_index, box, initiated, invite_id, now, now)
        known = self._by_peer.setdefault(peer.key, [])
        if known and known[0].peer.incarnation > peer.incarnation:
            self.count("an earlier life of a peer")
            return channel
        for old in list(known):
            if old.peer.incarnation < peer.incarnation:
                self._close(old)
        known = self._by_peer.setdefault(peer.key, [])
        known.insert(0, channel)
        known.sort(key=self._preference)
        self._by_index[index] = channel
        if len(known) > limits.CHANNELS_PER_PEER_MAX:
            self._close(min(known, key=lambda old: old.last_heard))
        self.opened.append(channel)
        return channel

    def _preference(self, channel: Channel) -> tuple[bool, int]:
        """The lower site's channels first, of these the newest: both ends choose alike."""
        own_is_lower = site_of(self._identity.key) < site_of(channel.peer.key)
        return channel.initiated != own_is_lower, -channel.opened_at

    def _close(self, channel: Channel) -> None:
        self._by_index.pop(channel.index, None)
        channels = self._by_peer.get(channel.peer.key, [])
        if channel in channels:
            channels.remove(channel)
        if not channels:
            self._by_peer.pop(channel.peer.key, None)

    def drop(self, key: Key) -> None:
        """Close every channel to a peer."""
        for channel in list(self._by_peer.get(key, [])):
            self._close(channel)

    def heard_at(self, key: Key) -> Micros | None:
        """When any channel to this peer last carried something."""
        channels = self._by_peer.get(key)
        return max(channel.last_heard for channel in channels) if channels else None

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Repeat hellos and proofs; give up."""
        for index, dial in list(self._dials.items()):
            if now - dial.started_at >= limits.DIAL_PATIENCE_MICROS:
                del self._dials[index]
            elif now >= dial.repeat_at:
                dial.repeat_at = after(now, limits.DIAL_REPEAT_MICROS)
                self.sends.append((dial.address, dial.hello))
        for channel in self._by_index.values():
            if channel.proof_repeat_at is not None and now >= channel.proof_repeat_at:
                channel.proof_repeats += 1
                over = channel.proof_repeats >= limits.PROOF_REPEATS_MAX
                channel.proof_repeat_at = None if over else after(now, limits.DIAL_REPEAT_MICROS)
                self.sends.append((channel.address, channel.proof))

    def deadline(self) -> Micros | None:
        """When something is to be repeated."""
        times = [dial.repeat_at for dial in self._dials.values()]
        times += [
            channel.proof_repeat_at
            for channel in self._by_index.values()
            if channel.proof_repeat_at is not None
        ]
        return min(times, default=None)

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
                index not in self._by_index
                and index not in self._dials
                and (index not in self._answers)
            ):
                return index


def _index_bytes(index: int) -> bytes:
    return index.to_bytes(INDEX_BYTES, "big")


def _invite_of(header: HelloHeader) -> bytes:
    return header.invite_id if header.pattern is Pattern.INVITE else b""
