"""A box that hides nothing, for long simulations: same surface, same sizes, no ciphers.

The tag is a CRC-32 over key, header, counter and text, padded to the real tag's size, so that bit
flips, wrong keys and reflected packets are noticed; anybody can forge it. Only the simulator may
build one.
"""

from __future__ import annotations

from zlib import crc32

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.crypto.box import COUNTER_BYTES, OVERHEAD_BYTES
from app.crypto.noise import TAG_BYTES
from app.crypto.window import ReplayWindow


def _tag(key: int, header: bytes, counter_and_text: bytes) -> bytes:
    check = crc32(counter_and_text, crc32(header, key))
    return check.to_bytes(TAG_BYTES, "little")


class NullBox:
    """The null twin of `app.crypto.box.Box`."""

    def __init__(self, send_key: bytes, receive_key: bytes) -> None:
        self._send_key = crc32(send_key)
        self._receive_key = crc32(receive_key)
        self._window = ReplayWindow()
        self.sealed = 0
        """Packets sealed, which is the next counter."""
        self.forged = 0
        """Packets whose check did not fit."""

    @property
    def replayed(self) -> int:
        """Packets whose counter had been seen or was too old."""
        return self._window.refused

    def seal(self, header: bytes, plaintext: bytes) -> bytes:
        """Counter (8 bytes), plaintext, check (16 bytes).

        Raises:
            LocalError: this channel's counters are used up.
        """
        if self.sealed >= limits.SEALED_PACKETS_MAX:
            message = "This channel has sent all it may; connect again to get new keys."
            raise LocalError(message)
        body = self.sealed.to_bytes(COUNTER_BYTES, "little") + plaintext
        self.sealed += 1
        return body + _tag(self._send_key, header, body)

    def open(self, header: bytes, data: bytes) -> bytes:
        """The plaintext of what the other side sealed under the same `header`.

        Raises:
            RemoteError: cut short, seen before, too old, or changed on the way.
        """
        if len(data) < OVERHEAD_BYTES:
            self.forged += 1
            message = "too short for a sealed packet"
            raise RemoteError(message)
        number = int.from_bytes(data[:COUNTER_BYTES], "little")
        self._window.peek(number)
        body = data[:-TAG_BYTES]
        if _tag(self._receive_key, header, body) != data[-TAG_BYTES:]:
            self.forged += 1
            message = "packet does not authenticate"
            raise RemoteError(message)
        self._window.commit(number)
        return body[COUNTER_BYTES:]
