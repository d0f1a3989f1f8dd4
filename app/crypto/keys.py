"""The two key pairs of a site: who it is (Ed25519) and with whom it shares a secret (X25519).

Signatures cover `core.codec.signed_bytes(label, fields)`, never bare bytes, so that one made for
one purpose proves nothing for another; callers build them. Lengths are checked here because
libsodium reads 32 bytes wherever it is pointed to. Secrets never appear in a repr.
"""

from __future__ import annotations

import nacl.bindings as sodium
import nacl.exceptions

from app.core.errors import Bug, RemoteError
from app.core.ids import KEY_BYTES, Key, SiteId, site_of

SEED_BYTES = 32
SIGNATURE_BYTES = 64
AGREEMENT_BYTES = 32


class Identity:
    """An Ed25519 key pair (RFC 8032) made from its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            message = f"a seed has {SEED_BYTES} bytes, not {len(seed)}"
            raise Bug(message)
        public, self._secret = sodium.crypto_sign_seed_keypair(seed)
        self.key: Key = Key(public)
        self.site: SiteId = site_of(self.key)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of `data`; deterministic."""
        signed: bytes = sodium.crypto_sign(data, self._secret)
        return signed[:SIGNATURE_BYTES]


def verify(key: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` is this key's over `data`; wrong lengths and bad keys are just False."""
    if len(key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        sodium.crypto_sign_open(signature + data, key)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


class Agreement:
    """An X25519 key pair (RFC 7748) made from its 32 private bytes."""

    def __init__(self, private: bytes) -> None:
        if len(private) != AGREEMENT_BYTES:
            message = f"a private key has {AGREEMENT_BYTES} bytes, not {len(private)}"
            raise Bug(message)
        self._private = private
        self.public: bytes = sodium.crypto_scalarmult_base(private)

    def exchange(self, public: bytes) -> bytes:
        """The 32-byte secret shared with the owner of `public`.

        Raises:
            RemoteError: not 32 bytes, or a point of low order (the result would be all zero and
                known to everyone).
        """
        if len(public) != AGREEMENT_BYTES:
            message = f"a public key has {AGREEMENT_BYTES} bytes, not {len(public)}"
            raise RemoteError(message)
        try:
            shared: bytes = sodium.crypto_scalarmult(self._private, public)
        except nacl.exceptions.RuntimeError:
            message = "a public key of low order"
            raise RemoteError(message) from None
        return shared
