"""Bytes as words that two people can compare by voice.

Six words are 66 bits. Taken from the handshake hash they say that nobody sits between two sites;
taken from an identity key they name that key. These are two different things and a window must
name them differently. Never turns words back into bytes.
"""

from __future__ import annotations

from app.core.codec import digest
from app.core.errors import Bug
from app.core.ids import Key
from app.crypto.wordlist import WORDS

WORD_BITS = 11


def words_of(hash_bytes: bytes, count: int = 6) -> tuple[str, ...]:
    """The first `count` groups of 11 bits of a hash, most significant first, as words.

    Raises:
        Bug: the hash is too short for that many words.
    """
    surplus_bits = len(hash_bytes) * 8 - count * WORD_BITS
    if surplus_bits < 0:
        message = f"{count} words need more than {len(hash_bytes)} bytes"
        raise Bug(message)
    bits = int.from_bytes(hash_bytes, "big") >> surplus_bits
    return tuple(
        WORDS[bits >> place * WORD_BITS & (1 << WORD_BITS) - 1] for place in reversed(range(count))
    )


def words_of_key(key: Key, count: int = 6) -> tuple[str, ...]:
    """The words of an identity key, the same on every site."""
    return words_of(digest("talkstick key words", [key]), count)
