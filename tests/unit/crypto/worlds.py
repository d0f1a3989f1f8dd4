"""Two sites with fixed keys, and handshakes between them, for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import Key
from app.core.rng import Rng
from app.crypto.handshake import Initiator, Responder
from app.crypto.hello import HelloHeader, Lookup, Pattern, Terms
from app.crypto.invite import invite_secret
from app.crypto.keys import Agreement, Identity

SESSION = bytes(range(32))
SESSION_SECRET = bytes([7]) * 32
INVITE_ID = bytes(range(100, 116))


@dataclass
class Site:
    """One side's long-lived keys."""

    name: str

    def __post_init__(self) -> None:
        rng = Rng(self.name)
        self.identity = Identity(rng.bytes(32))
        self.agreement = Agreement(rng.bytes(32))
        self.entropy = rng.fork("entropy").bytes


def secret_of(pattern: Pattern) -> bytes:
    """What the initiator of this pattern knows."""
    if pattern is Pattern.INVITE:
        return invite_secret(SESSION_SECRET, INVITE_ID)
    return SESSION_SECRET if pattern is Pattern.MEMBER else b""


def lookup(header: HelloHeader) -> Terms | None:
    """What a member of the session answers with."""
    if header.pattern is Pattern.INVITE and header.invite_id != INVITE_ID:
        return None
    return Terms(SESSION, secret_of(header.pattern))


def initiator(
    pattern: Pattern,
    *,
    site: Site | None = None,
    secret: bytes | None = None,
    session: bytes | None = None,
    expected: Key | None = None,
    extra: bytes = b"from ann",
) -> Initiator:
    """Ann, who knows what `pattern` says unless told otherwise."""
    site = site or Site("ann")
    return Initiator(
        pattern,
        identity=site.identity,
        agreement=site.agreement,
        incarnation=3,
        session=SESSION if session is None else session,
        secret=secret_of(pattern) if secret is None else secret,
        invite_id=INVITE_ID if pattern is Pattern.INVITE else b"",
        expected=expected,
        entropy=site.entropy,
        extra=extra,
    )


def responder(
    *, site: Site | None = None, answer: Lookup = lookup, extra: bytes = b"from bob"
) -> Responder:
    """Bob, a member."""
    site = site or Site("bob")
    return Responder(
        identity=site.identity,
        agreement=site.agreement,
        incarnation=5,
        lookup=answer,
        entropy=site.entropy,
        extra=extra,
    )


def run(ann: Initiator, bob: Responder) -> tuple[bytes, bytes, bytes]:
    """All three messages through."""
    message1 = ann.hello()
    message2 = bob.receive_hello(message1)
    message3 = ann.receive(message2)
    bob.receive_proof(message3)
    return message1, message2, message3
