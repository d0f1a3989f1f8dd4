"""Two sites that don't know each other yet get a channel, and each learns who the other is.

Three messages of Noise_XX (asking) or Noise_XXpsk3 (a shared secret, proven in message 3). Noise
authenticates X25519 keys only; payloads 2 and 3 carry the identity key and its signature over the
X25519 key, so that the two can't be pulled apart. The header of message 1 is plain, and part of the
prologue, so both sides have the same or nothing.

What must never happen: that message 3, which names us, goes to another than the expected identity;
that message 2 is larger than `HANDSHAKE_ANSWER_FACTOR` times message 1; that a failed handshake
leaves keys behind. Payload 2 is readable by whoever asks: put nothing secret in its extra bytes.
Retries are the caller's, who keeps the bytes that a machine returned and sends the same again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Final

from app.core import limits
from app.core.codec import digest, encode, signed_bytes
from app.core.errors import Bug, LocalError, RemoteError
from app.core.ids import HASH_BYTES, KEY_BYTES, Key
from app.core.rng import Entropy
from app.core.schema import Codec, Size
from app.crypto.hello import (
    HEADER_BYTES,
    NO_INVITE,
    NO_SESSION,
    HelloHeader,
    Lookup,
    Pattern,
    parse_hello,
    session_tag,
)
from app.crypto.invite import INVITE_ID_BYTES
from app.crypto.keys import AGREEMENT_BYTES, SIGNATURE_BYTES, Agreement, Identity, verify
from app.crypto.noise import TAG_BYTES, HandshakeState


class State(Enum):
    """Where a handshake stands."""

    HELLO = "message 1 is neither made nor read"
    PROVING = "message 1 is through; nobody has proven anything yet"
    KEYED = "the other side has proven itself; keys and peer are known"
    REFUSED = "something was wrong; nothing is kept"


@dataclass(frozen=True, slots=True)
class HelloWanted:
    """The initiator begins."""


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """Message 1 arrived at the responder."""

    data: bytes


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """Message 2 arrived at the initiator."""

    data: bytes


@dataclass(frozen=True, slots=True)
class ProofReceived:
    """Message 3 arrived at the responder."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """A message was wrong."""


Input = HelloWanted | HelloReceived | ReplyReceived | ProofReceived | Failed

TRANSITIONS: Final[dict[tuple[State, type[Input]], tuple[State, str]]] = {
    (State.HELLO, HelloWanted): (State.PROVING, "write_hello"),
    (State.HELLO, HelloReceived): (State.PROVING, "answer_hello"),
    (State.HELLO, Failed): (State.REFUSED, "forget"),
    (State.PROVING, ReplyReceived): (State.KEYED, "answer_reply"),
    (State.PROVING, ProofReceived): (State.KEYED, "check_proof"),
    (State.PROVING, Failed): (State.REFUSED, "forget"),
}


@dataclass(frozen=True, slots=True)
class Keys:
    """Two 32-byte keys for a box, and the handshake hash, equal on both sides, for words."""

    send: bytes = field(repr=False)
    receive: bytes = field(repr=False)
    hash: bytes


@dataclass(frozen=True, slots=True)
class Peer:
    """Who the other side has proven to be, and what it said beside it."""

    key: Key
    incarnation: int
    extra: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """Payloads 2 and 3."""

    key: Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
    signature: Annotated[bytes, Size(SIGNATURE_BYTES, SIGNATURE_BYTES)]
    incarnation: int
    extra: Annotated[bytes, Size(0, limits.HANDSHAKE_EXTRA_BYTES_MAX)]


_PROOFS: Final = Codec(Proof)


def _prologue(header: HelloHeader, session: bytes) -> bytes:
    return encode([header.encode(), session])


def _psk(pattern: Pattern, secret: bytes) -> bytes | None:
    """The 32 bytes that Noise wants; a session's secret never serves as an invite's."""
    return None if pattern is Pattern.ASK else digest("talkstick psk", [int(pattern), secret])


def _check_session(pattern: Pattern, session: bytes) -> None:
    if len(session) != HASH_BYTES and (session or pattern is not Pattern.ASK):
        message = f"a session id has {HASH_BYTES} bytes, not {len(session)}"
        raise Bug(message)


class _Handshake:
    """What both roles share: the state, our own proof, the check of the other's."""

    role = ""
    other_role = ""

    def __init__(
        self,
        *,
        identity: Identity,
        agreement: Agreement,
        incarnation: int,
        entropy: Entropy,
        extra: bytes,
    ) -> None:
        if len(extra) > limits.HANDSHAKE_EXTRA_BYTES_MAX:
            message = f"extra bytes: {len(extra)}, at most {limits.HANDSHAKE_EXTRA_BYTES_MAX}"
            raise Bug(message)
        self.state = State.HELLO
        self._identity = identity
        self._agreement = agreement
        self._incarnation = incarnation
        self._entropy = entropy
        self._extra = extra
        self._session = b""
        self._noise: HandshakeState | None = None
        self._keys: Keys | None = None
        self._peer: Peer | None = None

    @property
    def keys(self) -> Keys:
        """The channel's keys, once KEYED; before that asking is a `Bug`."""
        if self._keys is None:
            message = f"no keys in state {self.state.name}"
            raise Bug(message)
        return self._keys

    @property
    def peer(self) -> Peer:
        """The proven other side, once KEYED; before that asking is a `Bug`."""
        if self._peer is None:
            message = f"no peer in state {self.state.name}"
            raise Bug(message)
        return self._peer

    def _handle(self, event: Input) -> bytes:
        """The one place where `state` changes. A wrong message refuses; one out of turn doesn't."""
        entry = TRANSITIONS.get((self.state, type(event)))
        if entry is None:
            message = f"{type(event).__name__} in state {self.state.name}"
            raise LocalError(message) if isinstance(event, HelloWanted) else RemoteError(message)
        target, action = entry
        try:
            output = self._act(action, event)
        except RemoteError:
            self._handle(Failed())
            raise
        self.state = target
        return output

    def _act(self, action: str, event: Input) -> bytes:
        """The output of a transition; "forget" is the one both roles have."""
        if action == "forget":
            self._noise = None
            return b""
        message = f"a {type(self).__name__} can't {action}"
        raise Bug(message)

    def _begin(self, header: HelloHeader, session: bytes, secret: bytes) -> HandshakeState:
        _check_session(header.pattern, session)
        self._session = session
        return HandshakeState(
            initiator=self.role == "initiator",
            prologue=_prologue(header, session),
            static=self._agreement,
            psk=_psk(header.pattern, secret),
            entropy=self._entropy,
        )

    def _running(self) -> HandshakeState:
        if self._noise is None:
            message = "no handshake is running"
            raise Bug(message)
        return self._noise

    def _statement(self, role: str, static: bytes, incarnation: int) -> bytes:
        return signed_bytes("talkstick handshake", [self._session, role, static, incarnation])

    def _own_proof(self) -> bytes:
        statement = self._statement(self.role, self._agreement.public, self._incarnation)
        signature = self._identity.sign(statement)
        return _PROOFS.encode(Proof(self._identity.key, signature, self._incarnation, self._extra))

    def _check_proof(self, payload: bytes, static: bytes, expected: Key | None) -> Peer:
        proof = _PROOFS.decode(payload)
        if expected is not None and proof.key != expected:
            message = "this is not the site that the invite names"
            raise RemoteError(message)
        if proof.key == self._identity.key:
            message = "this is our own identity"
            raise RemoteError(message)
        statement = self._statement(self.other_role, static, proof.incarnation)
        if not verify(proof.key, statement, proof.signature):
            message = "the identity does not vouch for this channel"
            raise RemoteError(message)
        return Peer(proof.key, proof.incarnation, proof.extra)

    def _finish(self, noise: HandshakeState, peer: Peer) -> None:
        self._keys = Keys(*noise.finish())
        self._peer = peer
        self._noise = None


class Initiator(_Handshake):
    """The side that opens: `hello()`, then `receive(message 2)`."""

    role = "initiator"
    other_role = "responder"

    def __init__(  # noqa: PLR0913 - what a handshake binds, each by its name
        self,
        pattern: Pattern,
        *,
        identity: Identity,
        agreement: Agreement,
        incarnation: int,
        session: bytes,
        secret: bytes,
        entropy: Entropy,
        invite_id: bytes = b"",
        expected: Key | None = None,
        extra: bytes = b"",
    ) -> None:
        """Begin a handshake.

        `session` may be empty for ASK only; `invite_id` is for INVITE only; `expected` is the
        identity that must answer, the invite's maker's.
        """
        super().__init__(
            identity=identity,
            agreement=agreement,
            incarnation=incarnation,
            entropy=entropy,
            extra=extra,
        )
        _check_session(pattern, session)
        if len(invite_id) != (INVITE_ID_BYTES if pattern is Pattern.INVITE else 0):
            message = f"an invite id of {len(invite_id)} bytes with pattern {pattern.name}"
            raise Bug(message)
        self._header = HelloHeader(pattern, invite_id or NO_INVITE, session_tag(session))
        self._noise = self._begin(self._header, session, secret)
        self._expected = expected

    def hello(self) -> bytes:
        """Message 1, `HANDSHAKE_1_BYTES` long; a second call raises `LocalError`."""
        return self._handle(HelloWanted())

    def receive(self, message2: bytes) -> bytes:
        """Message 3, in exchange for message 2; then the state is KEYED.

        Raises:
            RemoteError: message 2 is wrong, from another identity, or out of turn.
        """
        return self._handle(ReplyReceived(message2))

    def _act(self, action: str, event: Input) -> bytes:
        if action == "write_hello":
            return self._write_hello()
        if action == "answer_reply" and isinstance(event, ReplyReceived):
            return self._answer_reply(event.data)
        return super()._act(action, event)

    def _write_hello(self) -> bytes:
        tag_bytes = 0 if self._header.pattern is Pattern.ASK else TAG_BYTES
        padding = limits.HANDSHAKE_1_BYTES - HEADER_BYTES - AGREEMENT_BYTES - tag_bytes
        return self._header.encode() + self._running().write(bytes(padding))

    def _answer_reply(self, message2: bytes) -> bytes:
        noise = self._running()
        payload = noise.read(message2)
        peer = self._check_proof(payload, noise.remote_static, self._expected)
        message3 = noise.write(self._own_proof())
        self._finish(noise, peer)
        return message3


class Responder(_Handshake):
    """The side that is called: `receive_hello(message 1)`, then `receive_proof(message 3)`."""

    role = "responder"
    other_role = "initiator"

    def __init__(
        self,
        *,
        identity: Identity,
        agreement: Agreement,
        incarnation: int,
        lookup: Lookup,
        entropy: Entropy,
        extra: bytes = b"",
    ) -> None:
        super().__init__(
            identity=identity,
            agreement=agreement,
            incarnation=incarnation,
            entropy=entropy,
            extra=extra,
        )
        self._lookup = lookup

    def receive_hello(self, message1: bytes) -> bytes:
        """Message 2, in exchange for message 1.

        Raises:
            RemoteError: message 1 is wrong, out of turn, or asks for what we don't have.
        """
        return self._handle(HelloReceived(message1))

    def receive_proof(self, message3: bytes) -> None:
        """Check message 3; then the state is KEYED.

        Raises:
            RemoteError: message 3 is wrong (another secret, say) or out of turn.
        """
        self._handle(ProofReceived(message3))

    def _act(self, action: str, event: Input) -> bytes:
        if action == "answer_hello" and isinstance(event, HelloReceived):
            return self._answer_hello(event.data)
        if action == "check_proof" and isinstance(event, ProofReceived):
            return self._accept_proof(event.data)
        return super()._act(action, event)

    def _answer_hello(self, message1: bytes) -> bytes:
        header = parse_hello(message1)
        terms = self._lookup(header)
        if terms is None:
            message = f"no {header.pattern.name} with these ids here"
            raise RemoteError(message)
        unnamed = header.pattern is Pattern.ASK and header.session_tag == NO_SESSION
        session = b"" if unnamed else terms.session
        if header.session_tag != session_tag(session):
            message = "a hello for another session"
            raise RemoteError(message)
        self._noise = self._begin(header, session, terms.secret)
        if any(self._noise.read(message1[HEADER_BYTES:])):
            message = "padding that is not zero"
            raise RemoteError(message)
        return self._noise.write(self._own_proof())

    def _accept_proof(self, message3: bytes) -> bytes:
        noise = self._running()
        payload = noise.read(message3)
        self._finish(noise, self._check_proof(payload, noise.remote_static, None))
        return b""
