"""The sealed channel after a handshake: one key per direction, numbered packets, each read once.

ChaCha20-Poly1305 (RFC 8439) with Noise's nonce, four zero bytes and a little-endian counter; since
datagrams are lost and reordered, the counter travels in front of each packet. Never seals two
packets under one counter, never moves the replay window for a packet that doesn't authenticate.
"""

from __future__ import annotations

import nacl.bindings as sodium
import nacl.exceptions

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.crypto.noise import TAG_BYTES
from app.crypto.window import ReplayWindow

COUNTER_BYTES = 8
OVERHEAD_BYTES = COUNTER_BYTES + TAG_BYTES

_encrypt = sodium.crypto_aead_chacha20poly1305_ietf_encrypt
_decrypt = sodium.crypto_aead_chacha20poly1305_ietf_decrypt
_NONCE_START = b"\0\0\0\0"


class Box:
    """Seals with one 32-byte key and opens with the other; two boxes with swapped keys talk."""

    def __init__(self, send_key: bytes, receive_key: bytes) -> None:
        self._send_key = send_key
        self._receive_key = receive_key
        self._window = ReplayWindow()
        self.sealed = 0
        """Packets sealed, which is the next counter."""
        self.forged = 0
        """Packets that did not authenticate."""

    @property
    def replayed(self) -> int:
        """Packets whose counter had been seen or was too old."""
        return self._window.refused

    def seal(self, header: bytes, plaintext: bytes) -> bytes:
        """Counter (8 bytes), ciphertext, tag (16 bytes); `header` is authenticated, not included.

        Raises:
            LocalError: this channel's counters are used up.
        """
        number = self.sealed
        if number >= limits.SEALED_PACKETS_MAX:
            message = "This channel has sent all it may; connect again to get new keys."
            raise LocalError(message)
        self.sealed = number + 1
        counter = number.to_bytes(COUNTER_BYTES, "little")
        sealed: bytes = _encrypt(plaintext, header, _NONCE_START + counter, self._send_key)
        return counter + sealed

    def open(self, header: bytes, data: bytes) -> bytes:
        """The plaintext of what the other side sealed under the same `header`.

        Raises:
            RemoteError: cut short, seen before, too old, or it doesn't authenticate.
        """
        if len(data) < OVERHEAD_BYTES:
            self.forged += 1
            message = "too short for a sealed packet"
            raise RemoteError(message)
        counter = data[:COUNTER_BYTES]
        number = int.from_bytes(counter, "little")
        self._window.peek(number)
        try:
            plaintext: bytes = _decrypt(
                data[COUNTER_BYTES:], header, _NONCE_START + counter, self._receive_key
            )
        except nacl.exceptions.CryptoError:
            self.forged += 1
            message = "packet does not authenticate"
            raise RemoteError(message) from None
        self._window.commit(number)
        return plaintext
