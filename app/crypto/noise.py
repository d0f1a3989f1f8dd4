"""The Noise protocol framework, revision 34, as far as we use it: XX and XXpsk3.

Noise_XX_25519_ChaChaPoly_BLAKE2s and Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s, byte for byte as the
specification and its public vectors have them (section numbers below are the specification's).
Knows nothing of identities, sessions or headers. An object that raised must be thrown away: its
hash no longer agrees with anybody's.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

import nacl.bindings as sodium
import nacl.exceptions

from app.core.errors import Bug, RemoteError
from app.core.rng import Entropy
from app.crypto.keys import AGREEMENT_BYTES, Agreement

NOISE_KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_HASH_BYTES: Final = 32
_HASH_BLOCK_BYTES: Final = 64

_XX: Final = (("e",), ("e", "ee", "s", "es"), ("s", "se"))
_XXPSK3: Final = (*_XX[:2], ("s", "se", "psk"))


def _hash(data: bytes) -> bytes:
    return hashlib.blake2s(data).digest()


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.blake2s).digest()


def _hkdf(chaining_key: bytes, material: bytes, count: int) -> list[bytes]:
    """Section 4.3: `count` outputs of 32 bytes."""
    temporary = _hmac(chaining_key, material)
    outputs: list[bytes] = []
    for number in range(1, count + 1):
        previous = outputs[-1] if outputs else b""
        outputs.append(_hmac(temporary, previous + bytes([number])))
    return outputs


class CipherState:
    """Section 5.1: a key and a nonce that counts; without a key it passes everything through."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key
        self._nonce = 0

    @property
    def keyed(self) -> bool:
        """Whether a key is set, so that ciphertexts carry a tag."""
        return self._key is not None

    def _next_nonce(self) -> bytes:
        nonce = b"\0\0\0\0" + self._nonce.to_bytes(8, "little")
        self._nonce += 1
        return nonce

    def encrypt(self, associated: bytes, plaintext: bytes) -> bytes:
        """Ciphertext and tag, or the plaintext while there is no key."""
        if self._key is None:
            return plaintext
        ciphertext: bytes = sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
            plaintext, associated, self._next_nonce(), self._key
        )
        return ciphertext

    def decrypt(self, associated: bytes, ciphertext: bytes) -> bytes:
        """Inverse of `encrypt`.

        Raises:
            RemoteError: the tag is missing or wrong.
        """
        if self._key is None:
            return ciphertext
        if len(ciphertext) < TAG_BYTES:
            message = "too short for a tag"
            raise RemoteError(message)
        try:
            plaintext: bytes = sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
                ciphertext, associated, self._next_nonce(), self._key
            )
        except nacl.exceptions.CryptoError:
            message = "handshake message does not authenticate"
            raise RemoteError(message) from None
        return plaintext


class SymmetricState:
    """Section 5.2: the chaining key, the handshake hash and the current cipher."""

    def __init__(self, protocol_name: bytes) -> None:
        padded = protocol_name.ljust(_HASH_BYTES, b"\0")
        self.hash = padded if len(padded) == _HASH_BYTES else _hash(protocol_name)
        self._chaining_key = self.hash
        self._cipher = CipherState()

    @property
    def tag_bytes(self) -> int:
        """What encryption adds at present."""
        return TAG_BYTES if self._cipher.keyed else 0

    def mix_key(self, material: bytes) -> None:
        """Take a shared secret into the key."""
        self._chaining_key, key = _hkdf(self._chaining_key, material, 2)
        self._cipher = CipherState(key)

    def mix_hash(self, data: bytes) -> None:
        """Take public data into the handshake hash."""
        self.hash = _hash(self.hash + data)

    def mix_key_and_hash(self, material: bytes) -> None:
        """Take a pre-shared key into both."""
        self._chaining_key, mixed, key = _hkdf(self._chaining_key, material, 3)
        self.mix_hash(mixed)
        self._cipher = CipherState(key)

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        """Encrypt under the hash so far and take the ciphertext into it."""
        ciphertext = self._cipher.encrypt(self.hash, plaintext)
        self.mix_hash(ciphertext)
        return ciphertext

    def decrypt_and_hash(self, ciphertext: bytes) -> bytes:
        """Inverse of `encrypt_and_hash`; raises `RemoteError`."""
        plaintext = self._cipher.decrypt(self.hash, ciphertext)
        self.mix_hash(ciphertext)
        return plaintext

    def split(self) -> tuple[bytes, bytes]:
        """The transport keys: the initiator's sending key, then the responder's."""
        first, second = _hkdf(self._chaining_key, b"", 2)
        return first, second


class HandshakeState:
    """Section 5.3 for XX, or with `psk` for XXpsk3.

    Messages 1 and 3 are the initiator's, 2 is the responder's; `write` and `read` must be called in
    that order.
    """

    def __init__(
        self,
        *,
        initiator: bool,
        prologue: bytes,
        static: Agreement,
        psk: bytes | None,
        entropy: Entropy,
    ) -> None:
        """`psk` has 32 bytes; `entropy` gives the 32 private bytes of the ephemeral key."""
        if psk is not None and len(psk) != NOISE_KEY_BYTES:
            message = f"a psk has {NOISE_KEY_BYTES} bytes, not {len(psk)}"
            raise Bug(message)
        modifier = b"" if psk is None else b"psk3"
        self._symmetric = SymmetricState(b"Noise_XX" + modifier + b"_25519_ChaChaPoly_BLAKE2s")
        self._symmetric.mix_hash(prologue)
        self._initiator = initiator
        self._static = static
        self._psk = psk
        self._entropy = entropy
        self._pattern = list(_XX if psk is None else _XXPSK3)
        self._ephemeral: Agreement | None = None
        self._remote_ephemeral = b""
        self.remote_static = b""

    def write(self, payload: bytes) -> bytes:
        """The next message of ours, carrying `payload`."""
        message = b""
        for token in self._pattern.pop(0):
            if token == "e":
                self._ephemeral = Agreement(self._entropy(AGREEMENT_BYTES))
                message += self._ephemeral.public
                self._mix_ephemeral(self._ephemeral.public)
            elif token == "s":
                message += self._symmetric.encrypt_and_hash(self._static.public)
            else:
                self._mix_secret(token)
        return message + self._symmetric.encrypt_and_hash(payload)

    def read(self, message: bytes) -> bytes:
        """The payload of the next message of the other side.

        Raises:
            RemoteError: too short, a bad public key, or it doesn't authenticate.
        """
        rest = message
        for token in self._pattern.pop(0):
            if token == "e":
                self._remote_ephemeral, rest = _cut(rest, AGREEMENT_BYTES)
                self._mix_ephemeral(self._remote_ephemeral)
            elif token == "s":
                sealed, rest = _cut(rest, AGREEMENT_BYTES + self._symmetric.tag_bytes)
                self.remote_static = self._symmetric.decrypt_and_hash(sealed)
            else:
                self._mix_secret(token)
        return self._symmetric.decrypt_and_hash(rest)

    def finish(self) -> tuple[bytes, bytes, bytes]:
        """(sending key, receiving key, handshake hash), once all three messages are through."""
        if self._pattern:
            message = "the handshake is not finished"
            raise Bug(message)
        first, second = self._symmetric.split()
        if self._initiator:
            return first, second, self._symmetric.hash
        return second, first, self._symmetric.hash

    def _mix_ephemeral(self, public: bytes) -> None:
        self._symmetric.mix_hash(public)
        if self._psk is not None:  # section 9.2: else one psk would give one key every time
            self._symmetric.mix_key(public)

    def _mix_secret(self, token: str) -> None:
        """Tokens ee, es, se name the initiator's key, then the responder's; psk stands alone."""
        if token == "psk":
            if self._psk is None:
                message = "a psk token without a psk"
                raise Bug(message)
            self._symmetric.mix_key_and_hash(self._psk)
            return
        ours, theirs = (token[0], token[1]) if self._initiator else (token[1], token[0])
        pair = self._static if ours == "s" else self._ephemeral
        if pair is None:
            message = "no ephemeral key yet: write and read were called out of order"
            raise Bug(message)
        public = self.remote_static if theirs == "s" else self._remote_ephemeral
        self._symmetric.mix_key(pair.exchange(public))


def _cut(data: bytes, count: int) -> tuple[bytes, bytes]:
    if len(data) < count:
        message = "handshake message cut short"
        raise RemoteError(message)
    return data[:count], data[count:]
